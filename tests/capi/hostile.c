/* What no program should do, and some will. */
#include "suite.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOT_UTF8 "\xff\xc3\x28"

static void names_of_any_bytes(const netgraft_namespace *host) {
    ERROR_OF_TEST;
    netgraft_namespace *ns;
    netgraft_link *link;
    netgraft_config *config = netgraft_config_new();
    netgraft_interface *interface;
    netgraft_link_list *links;
    netgraft_link_state state = {0};

    OK(netgraft_namespace_create("/run/" NOT_UTF8, &ns, &error));
    SAME(netgraft_namespace_path(ns), "/run/" NOT_UTF8);
    shell("ip link add '" NOT_UTF8 "' type veth peer peer2");
    OK(netgraft_link_new_existing(host, NOT_UTF8, &link, &error));
    SAME(netgraft_link_source_name(link), NOT_UTF8);
    OK(netgraft_config_set_announce(config, 0, 1000, &error));
    OK(netgraft_namespace_add_interface(ns, link, config, &interface, &error));
    SAME(netgraft_interface_name(interface), NOT_UTF8);
    OK(netgraft_interface_state(interface, &links, &error));
    OK(netgraft_link_list_get(links, 0, &state, sizeof state, &error));
    SAME(state.name, NOT_UTF8);
    netgraft_link_list_free(links);
    OK(netgraft_interface_remove(interface, &error));
    netgraft_interface_free(interface);
    netgraft_link_free(link);

    /* Elsewhere they are values that cannot be. */
    INVALID(netgraft_config_set_mac(config, NOT_UTF8, &error));
    INVALID(netgraft_config_add_address(config, NOT_UTF8, &error));
    INVALID(netgraft_config_add_sysctl(config, NOT_UTF8, NOT_UTF8, &error));
    INVALID(netgraft_namespace_set_gateway(ns, NOT_UTF8, NULL, 0, 0, &error));
    INVALID(netgraft_namespace_add_rule(ns, NOT_UTF8, &error));
    INVALID(netgraft_config_add_gateway(config, NOT_UTF8, &error));
    INVALID(netgraft_config_add_route_via(config, NOT_UTF8, &error));
    INVALID(netgraft_config_add_rule(config, NOT_UTF8, &error));
    INVALID(netgraft_namespace_add_neighbour(ns, NOT_UTF8, "02:00:00:00:00:01", NULL, 0, &error));
    netgraft_config_free(config);
    OK(netgraft_namespace_destroy(ns, &error));
    netgraft_namespace_free(ns);
}

static void texts_of_any_length(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    size_t length = 1 << 20;
    char *text = malloc(length + 1);
    netgraft_namespace *none = NULL;
    netgraft_link *link = NULL;
    netgraft_config *config = netgraft_config_new();
    netgraft_interface *interface = NULL;

    CHECK(text != NULL);
    memset(text, 'x', length);
    text[length] = '\0';
    CHECK(netgraft_namespace_open(text, &none, NULL) == -ENAMETOOLONG);
    CHECK(netgraft_namespace_create(text, &none, NULL) == -ENAMETOOLONG);
    CHECK(netgraft_namespace_create("", &none, NULL) < 0);
    REFUSED(netgraft_link_new_dummy(text, &link, &error), EINVAL, NETGRAFT_KIND_INVALID_NAME);
    REFUSED(netgraft_link_new_dummy("", &link, &error), EINVAL, NETGRAFT_KIND_INVALID_NAME);
    REFUSED(netgraft_link_new_dummy("line\nfeed", &link, &error), EINVAL, NETGRAFT_KIND_INVALID_NAME);
    INVALID(netgraft_config_add_address(config, text, &error));
    INVALID(netgraft_config_set_alias(config, text, &error));
    REFUSED(netgraft_namespace_interface(ns, text, &interface, &error), ENOENT, NETGRAFT_KIND_NOT_FOUND);
    CHECK(none == NULL && link == NULL && interface == NULL);
    netgraft_config_free(config);
    free(text);
}

static void descriptors_that_are_not_open(void) {
    ERROR_OF_TEST;
    netgraft_namespace *none = NULL;

    REFUSED(netgraft_namespace_open_fd(-1, &none, &error), EBADF, NETGRAFT_KIND_INVALID_ARGUMENT);
    REFUSED(netgraft_namespace_open_fd(INT32_MIN, &none, &error), EBADF, NETGRAFT_KIND_INVALID_ARGUMENT);
    REFUSED(netgraft_namespace_open_pidfd(-100, &none, &error), EBADF, NETGRAFT_KIND_INVALID_ARGUMENT);
    REFUSED(netgraft_namespace_open_fd(987654, &none, &error), EBADF, NETGRAFT_KIND_KERNEL);
    CHECK(netgraft_namespace_open_pidfd(987654, &none, NULL) == -EBADF);
    CHECK(netgraft_namespace_open_pid(0, &none, NULL) < 0);
    CHECK(netgraft_namespace_open_pid(UINT32_MAX, &none, NULL) < 0);
    CHECK(none == NULL);
}

/* A structure of a later version: the one that there is, and something behind it. */
#define LATER(type) struct { type known; uint64_t behind; }

static void structures_of_any_size(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    netgraft_interface *interface = bridge(ns, "d0");
    netgraft_link_list *links;
    LATER(netgraft_statistics) statistics;
    LATER(netgraft_link_state) state;
    LATER(netgraft_gateways) gateways;
    LATER(netgraft_route) route;

    memset(&statistics, 0, sizeof statistics);
    memset(&state, 0, sizeof state);
    memset(&gateways, 0, sizeof gateways);
    memset(&route, 0, sizeof route);
    OK(netgraft_interface_state(interface, &links, &error));

    /* A later program: what it knows besides is 0 when it reads. */
    statistics.behind = state.behind = gateways.behind = route.behind = 1;
    OK(netgraft_interface_statistics(interface, &statistics.known, sizeof statistics, &error));
    OK(netgraft_link_list_get(links, 0, &state.known, sizeof state, &error));
    OK(netgraft_namespace_gateways(ns, &gateways.known, sizeof gateways, &error));
    SAME(state.known.name, "d0");
    CHECK(statistics.behind == 0 && state.behind == 0 && gateways.behind == 0);
    REFUSED(netgraft_interface_statistics(interface, &statistics.known, SIZE_MAX, &error), E2BIG,
            NETGRAFT_KIND_INVALID_ARGUMENT);

    /* What it asks for besides is refused. */
    REFUSED(netgraft_namespace_add_route(ns, &route.known, sizeof route, &error), E2BIG, NETGRAFT_KIND_INVALID_ARGUMENT);
    REFUSED(netgraft_namespace_replace_route(ns, &route.known, sizeof route, &error), E2BIG,
            NETGRAFT_KIND_INVALID_ARGUMENT);
    REFUSED(netgraft_namespace_remove_route(ns, &route.known, sizeof route, &error), E2BIG,
            NETGRAFT_KIND_INVALID_ARGUMENT);
    REFUSED(netgraft_namespace_add_route(ns, &route.known, SIZE_MAX, &error), E2BIG, NETGRAFT_KIND_INVALID_ARGUMENT);

    /* An earlier one, which has room for the first member alone. */
    memset(&statistics, 0xa5, sizeof statistics);
    OK(netgraft_interface_statistics(interface, &statistics.known, sizeof statistics.known.rx_bytes, &error));
    CHECK(statistics.known.rx_bytes != 0xa5a5a5a5a5a5a5a5 && statistics.known.rx_packets == 0xa5a5a5a5a5a5a5a5);
    INVALID(netgraft_interface_statistics(interface, &statistics.known, 0, &error));

    netgraft_link_list_free(links);
    OK(netgraft_interface_remove(interface, &error));
    netgraft_interface_free(interface);
}

static void arrays_of_any_length(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    netgraft_restored *none = NULL;
    netgraft_interface *interfaces[2] = {NULL, NULL};
    netgraft_link *link;
    const netgraft_link *links[2] = {NULL, NULL};

    INVALID(netgraft_namespace_restore_from(ns, links, NULL, 2, &none, &error));
    INVALID(netgraft_namespace_restore_from(ns, links, NULL, SIZE_MAX, &none, &error));
    INVALID(netgraft_namespace_restore_from(ns, NULL, NULL, 1, &none, &error));
    CHECK(none == NULL);

    INVALID(netgraft_namespace_add_interfaces(ns, links, NULL, 2, interfaces, &error));
    INVALID(netgraft_namespace_add_interfaces(ns, links, NULL, SIZE_MAX, interfaces, &error));
    INVALID(netgraft_namespace_add_interfaces(ns, NULL, NULL, SIZE_MAX, interfaces, &error));
    /* The same link twice, and one that is none behind one that is. */
    OK(netgraft_link_new_bridge("d0", &link, &error));
    links[0] = link;
    INVALID(netgraft_namespace_add_interfaces(ns, links, NULL, 2, interfaces, &error));
    links[1] = link;
    CHECK(netgraft_namespace_add_interfaces(ns, links, NULL, 2, interfaces, NULL) < 0);
    CHECK(interfaces[0] == NULL && interfaces[1] == NULL);
    netgraft_link_free(link);
}

/* Whoever is freed first, what others need stays. */
static void handles_freed_in_the_wrong_order(void) {
    ERROR_OF_TEST;
    netgraft_namespace *host, *ns;
    netgraft_link *link;
    netgraft_interface *interface, *clone;
    netgraft_link_list *links;

    OK(netgraft_namespace_current(&host, &error));
    OK(netgraft_namespace_create_anonymous(&ns, &error));
    OK(netgraft_link_new_veth("ve", host, "ve-host", &link, &error));
    netgraft_namespace_free(host);
    OK(netgraft_namespace_add_interface(ns, link, NULL, &interface, &error));
    netgraft_link_free(link);
    netgraft_namespace_free(ns);
    clone = netgraft_interface_clone(interface);
    netgraft_interface_free(interface);
    OK(netgraft_interface_state(clone, &links, &error));
    OK(netgraft_interface_remove(clone, &error));
    netgraft_interface_free(clone);
    CHECK(netgraft_link_list_length(links) == 1);
    netgraft_link_list_free(links);
}

void test_hostile(void) {
    ERROR_OF_TEST;
    netgraft_namespace *host, *ns = created("hostile");

    OK(netgraft_namespace_current(&host, &error));
    names_of_any_bytes(host);
    texts_of_any_length(ns);
    descriptors_that_are_not_open();
    structures_of_any_size(ns);
    arrays_of_any_length(ns);
    handles_freed_in_the_wrong_order();
    netgraft_namespace_free(host);
    OK(netgraft_namespace_destroy(ns, &error));
    netgraft_namespace_free(ns);
}
