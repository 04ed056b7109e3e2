/* A namespace with a bridge in it, for a moment: cc hello.c $(pkg-config --cflags --libs netgraft) */
#include <netgraft.h>
#include <stdio.h>

int main(void) {
    netgraft_error *error = NULL;
    netgraft_namespace *web = NULL;
    netgraft_link *link = NULL;
    netgraft_config *config = netgraft_config_new();
    netgraft_interface *lan = NULL;
    int failed = netgraft_namespace_create_anonymous(&web, &error)
        || netgraft_link_new_bridge("lan", &link, &error)
        || netgraft_config_add_address(config, "10.0.0.1/24", &error)
        || netgraft_namespace_add_interface(web, link, config, &lan, &error);

    if (failed) {
        fprintf(stderr, "hello: %s\n", netgraft_error_message(error));
    } else {
        printf("hello from %s in %s\n", netgraft_interface_name(lan), netgraft_namespace_label(web));
    }
    /* In any order, and whether they were made or not. */
    netgraft_error_free(error);
    netgraft_interface_free(lan);
    netgraft_config_free(config);
    netgraft_link_free(link);
    netgraft_namespace_free(web);
    return failed;
}
