/* What happens to links, and waiting for them. */
#include "suite.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

/* Asks for events until one of a kind is about a link of this name. */
static netgraft_link_event until(netgraft_monitor *monitor, int change, const char *name) {
    ERROR_OF_TEST;
    netgraft_link_event event = {0};
    netgraft_link_state state = {0};

    for (;;) {
        OK(netgraft_monitor_next(monitor, 20000, &event, sizeof event, &error));
        CHECK(event.change != NETGRAFT_LINK_NO_CHANGE);
        CHECK(netgraft_link_list_length(event.links) == 1);
        OK(netgraft_link_list_get(event.links, 0, &state, sizeof state, &error));
        if (event.change == change && strcmp(state.name, name) == 0) {
            return event;
        }
    }
}

static void watched(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    netgraft_monitor *monitor;
    netgraft_link_event event;
    struct pollfd readable;

    OK(netgraft_namespace_monitor(ns, &monitor, &error));
    readable = (struct pollfd){.fd = netgraft_monitor_fd(monitor), .events = POLLIN};
    until(monitor, NETGRAFT_LINK_APPEARED, "lo");
    event = until(monitor, NETGRAFT_LINK_APPEARED, "b0");
    SAME(event.source, "b0");
    do {
        OK(netgraft_monitor_next(monitor, 0, &event, sizeof event, &error));
    } while (event.change != NETGRAFT_LINK_NO_CHANGE);
    CHECK(event.links == NULL && event.source == NULL && event.moved_to == -1);

    shell("nsenter --net=/run/netns/monitor ip addr add 10.9.0.1/24 dev b0");
    CHECK(poll(&readable, 1, 20000) == 1);
    SAME(until(monitor, NETGRAFT_LINK_ADDRESS_ADDED, "b0").address, "10.9.0.1/24");
    shell("nsenter --net=/run/netns/monitor ip addr del 10.9.0.1/24 dev b0");
    SAME(until(monitor, NETGRAFT_LINK_ADDRESS_LOST, "b0").address, "10.9.0.1/24");
    shell("nsenter --net=/run/netns/monitor sh -c 'ip link set b0 down; ip link set b0 name b1'");
    SAME(until(monitor, NETGRAFT_LINK_RENAMED, "b1").old_name, "b0");
    shell("nsenter --net=/run/netns/monitor ip link del b1");
    until(monitor, NETGRAFT_LINK_GONE, "b1");
    netgraft_monitor_free(monitor);
}

static void awaited(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    netgraft_namespace *host;
    netgraft_link_list *links;
    netgraft_link_state state = {0};
    netgraft_interface *interface;

    OK(netgraft_namespace_current(&host, &error));
    REFUSED(netgraft_namespace_wait_for_link(host, "late", NETGRAFT_LINK_APPEAR, 20, NULL, &error), ETIMEDOUT,
            NETGRAFT_KIND_TIMEOUT);
    REFUSED(netgraft_namespace_add_when_it_appears(ns, host, "late", NULL, 20, &interface, &error), ETIMEDOUT,
            NETGRAFT_KIND_TIMEOUT);
    shell("{ sleep 0.2; ip link add late type veth peer name other; ip link property add dev late altname uplink; } &");
    OK(netgraft_namespace_wait_for_link(host, "uplink", NETGRAFT_LINK_APPEAR, 20000, &links, &error));
    OK(netgraft_link_list_get(links, 0, &state, sizeof state, &error));
    SAME(state.name, "late");
    CHECK(holds(state.alternative_names, "uplink", NULL));
    SAME(state.permanent_mac, NULL);
    netgraft_link_list_free(links);
    OK(netgraft_namespace_add_when_it_appears(ns, host, "uplink", NULL, 20000, &interface, &error));
    SAME(netgraft_interface_source_name(interface), "late");
    OK(netgraft_namespace_wait_for_link(host, "late", NETGRAFT_LINK_GO, 20000, &links, &error));
    CHECK(netgraft_link_list_length(links) == 0);
    netgraft_link_list_free(links);
    OK(netgraft_interface_remove(interface, &error));
    netgraft_interface_free(interface);
    netgraft_namespace_free(host);
}

void test_monitor(void) {
    ERROR_OF_TEST;
    netgraft_namespace *ns = created("monitor");

    netgraft_interface_free(bridge(ns, "b0"));
    watched(ns);
    awaited(ns);
    OK(netgraft_namespace_destroy(ns, &error));
    netgraft_namespace_free(ns);
}
