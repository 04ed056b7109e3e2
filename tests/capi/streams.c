/* A program that was started without standard streams: the library leaves 0, 1 and 2 to the program. */
#include "suite.h"

#include <fcntl.h>
#include <unistd.h>

/* The line after which the library held one of the three. */
static int taken_at;

static void look(int line) {
    for (int stream = 0; stream <= 2; stream++) {
        if (taken_at == 0 && fcntl(stream, F_GETFD) != -1) {
            taken_at = line;
        }
    }
}

/* Calls the library, and looks afterwards. */
#define QUIET(call)     \
    do {                \
        OK(call);       \
        look(__LINE__); \
    } while (false)

static void without_streams(void) {
    ERROR_OF_TEST;
    netgraft_namespace *host, *web, *anonymous;
    netgraft_link *pair, *moved;
    netgraft_config *config;
    netgraft_interface *eth0, *uplink;
    const char *const states = "/run/streams";

    QUIET(netgraft_namespace_current(&host, &error));
    QUIET(netgraft_namespace_keep_journal(host, states, &error));
    QUIET(netgraft_namespace_create("/run/netns/streams", &web, &error));
    QUIET(netgraft_namespace_keep_journal(web, states, &error));
    QUIET(netgraft_namespace_create_anonymous(&anonymous, &error));
    QUIET(netgraft_link_new_veth("eth0", host, "streams0", &pair, &error));
    QUIET(netgraft_config_new_named("eth0", &config, &error));
    QUIET(netgraft_config_add_address(config, "10.7.0.2/24", &error));
    QUIET(netgraft_config_add_address(config, "fd07::2/64", &error));
    /* Repeated by a thread, which keeps a socket for them. */
    QUIET(netgraft_config_set_announce(config, 3, 100, &error));
    QUIET(netgraft_namespace_add_interface(web, pair, config, &eth0, &error));
    QUIET(netgraft_link_new_existing(host, "streams0", &moved, &error));
    QUIET(netgraft_namespace_add_interface(anonymous, moved, NULL, &uplink, &error));
    QUIET(netgraft_interface_announce(eth0, 3, 100, &error));
    QUIET(netgraft_namespace_set_gateway(web, "10.7.0.1", NULL, 0, 0, &error));
    QUIET(netgraft_interface_remove(uplink, &error));
    QUIET(netgraft_interface_remove(eth0, &error));
    QUIET(netgraft_namespace_destroy(web, &error));
    netgraft_interface_free(eth0);
    netgraft_interface_free(uplink);
    netgraft_config_free(config);
    netgraft_link_free(pair);
    netgraft_link_free(moved);
    netgraft_namespace_free(anonymous);
    netgraft_namespace_free(web);
    netgraft_namespace_free(host);
    look(__LINE__);
}

void test_streams(void) {
    int kept[3];

    for (int stream = 0; stream <= 2; stream++) {
        kept[stream] = fcntl(stream, F_DUPFD_CLOEXEC, 100);
        close(stream);
    }
    without_streams();
    for (int stream = 0; stream <= 2; stream++) {
        if (kept[stream] != -1) {
            dup2(kept[stream], stream);
            close(kept[stream]);
        }
    }
    CHECK(taken_at == 0);
}
