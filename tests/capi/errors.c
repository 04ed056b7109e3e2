/* Errors, and the version. */
#include "suite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void test_errors(void) {
    ERROR_OF_TEST;
    char version[32];
    netgraft_namespace *ns = created("errors");
    netgraft_link *link;
    netgraft_config *config;
    netgraft_interface *interface;

    SAME(netgraft_version(), NETGRAFT_VERSION);
    snprintf(version, sizeof version, "%d.%d.%d", NETGRAFT_VERSION_MAJOR, NETGRAFT_VERSION_MINOR, NETGRAFT_VERSION_PATCH);
    SAME(version, NETGRAFT_VERSION);

    /* The kernel's own words, and where they point to. */
    OK(netgraft_link_new_bridge("lower", &link, &error));
    OK(netgraft_config_new_named("br0", &config, &error));
    OK(netgraft_namespace_add_interface(ns, link, config, &interface, &error));
    netgraft_interface_free(interface);
    netgraft_link_free(link);
    netgraft_config_free(config);
    OK(netgraft_link_new_bridge("br", &link, &error));
    OK(netgraft_config_new_named("br1", &config, &error));
    OK(netgraft_config_set_master(config, "lower", &error));
    CHECK(netgraft_namespace_add_interface(ns, link, config, &interface, &error) == -ELOOP);
    CHECK(netgraft_error_kind(error) == NETGRAFT_KIND_KERNEL);
    SAME(netgraft_error_kind_name(error), "kernel");
    CHECK(netgraft_error_errno(error) == ELOOP);
    SAME(netgraft_error_ext_ack(error), "Can not enslave a bridge to a bridge");
    /* Which attribute it was, where the kernel says so. */
    if (netgraft_error_ext_ack_offset(error) == -1) {
        SAME(netgraft_error_ext_ack_attribute(error), NULL);
    } else {
        SAME(netgraft_error_ext_ack_attribute(error), "IFLA_MASTER");
    }
    CHECK(strstr(netgraft_error_message(error), "add br to /run/netns/errors: ") == netgraft_error_message(error));
    SAME(netgraft_error_left(error), NULL);
    CHECK(!netgraft_error_can_retry(error));
    netgraft_error_free(error);
    error = NULL;

    /* A failure whose details nobody wants. */
    CHECK(netgraft_namespace_add_interface(ns, link, config, &interface, NULL) == -ELOOP);

    /* Kinds and their numbers do not depend on the errno alone. */
    REFUSED(netgraft_namespace_interface(ns, "none", &interface, &error), ENOENT, NETGRAFT_KIND_NOT_FOUND);
    REFUSED(netgraft_link_new_dummy("%", &link, &error), EINVAL, NETGRAFT_KIND_INVALID_NAME);
    CHECK(netgraft_link_new_dummy(NULL, &link, &error) == -EINVAL);
    CHECK(netgraft_error_kind(error) == NETGRAFT_KIND_INVALID_ARGUMENT);
    SAME(netgraft_error_kind_name(error), "invalid-argument");
    netgraft_error_free(error);
    error = NULL;

    netgraft_config_free(config);
    netgraft_link_free(link);
    OK(netgraft_namespace_destroy(ns, &error));
    netgraft_namespace_free(ns);
}
