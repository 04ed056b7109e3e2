/* Announcements from the program's own poll loop. */
#include "suite.h"

#include <poll.h>
#include <time.h>

static long long milliseconds(void) {
    struct timespec now;

    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

void test_announcements(void) {
    ERROR_OF_TEST;
    netgraft_namespace *ns = created("announcements"), *host;
    netgraft_link *link;
    netgraft_config *config;
    netgraft_interface *interface;
    int rounds = 0, timeout;
    long long begin;

    OK(netgraft_namespace_current(&host, &error));
    netgraft_announce_set_own_loop(true);
    CHECK(netgraft_announce_timeout() == -1);

    OK(netgraft_link_new_veth("ve", host, "ve-host", &link, &error));
    OK(netgraft_link_set_veth_up(link, &error));
    OK(netgraft_config_new_named("eth0", &config, &error));
    OK(netgraft_config_add_address(config, "10.0.0.2/24", &error));
    OK(netgraft_config_set_announce(config, 3, 100, &error));
    begin = milliseconds();
    OK(netgraft_namespace_add_interface(ns, link, config, &interface, &error));
    timeout = netgraft_announce_timeout();
    CHECK(timeout >= 0 && timeout <= 100);
    while ((timeout = netgraft_announce_timeout()) >= 0) {
        poll(NULL, 0, timeout);
        CHECK(netgraft_announce_timeout() == 0);
        netgraft_announce_send_due();
        rounds++;
    }
    CHECK(rounds == 2);
    CHECK(milliseconds() - begin >= 200);

    /* Waiting for what is pending sends it from here. */
    OK(netgraft_interface_announce(interface, 2, 100, &error));
    netgraft_announce_flush();
    CHECK(netgraft_announce_timeout() == -1);
    /* Stopped by another announcement of none. */
    OK(netgraft_interface_announce(interface, 2, 100, &error));
    CHECK(netgraft_announce_timeout() >= 0);
    OK(netgraft_interface_announce(interface, 0, 100, &error));
    CHECK(netgraft_announce_timeout() == -1);
    /* The library's thread takes over. */
    OK(netgraft_interface_announce(interface, 2, 100, &error));
    netgraft_announce_set_own_loop(false);
    netgraft_announce_flush();

    netgraft_interface_free(interface);
    netgraft_config_free(config);
    netgraft_link_free(link);
    netgraft_namespace_free(host);
    OK(netgraft_namespace_destroy(ns, &error));
    netgraft_namespace_free(ns);
}
