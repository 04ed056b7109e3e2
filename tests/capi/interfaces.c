/* Interfaces: configured, added, found, looked at, removed. */
#include "suite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static netgraft_config *full_config(void) {
    ERROR_OF_TEST;
    netgraft_config *config;

    OK(netgraft_config_new_prefix("eth", &config, &error));
    OK(netgraft_config_set_mac(config, "02:42:0a:00:00:02", &error));
    OK(netgraft_config_set_mtu(config, 1400, &error));
    OK(netgraft_config_set_tx_queue_len(config, 77, &error));
    OK(netgraft_config_set_alias(config, "the \xff\xfe one", &error));
    OK(netgraft_config_add_address(config, "10.0.0.2/24", &error));
    OK(netgraft_config_add_address(config, "fd00:1::2/64", &error));
    OK(netgraft_config_add_link_local(config, "169.254.7.7/16", &error));
    OK(netgraft_config_add_route(config, "192.168.0.0/16", &error));
    OK(netgraft_config_add_route(config, "0.0.0.0/0", &error));
    OK(netgraft_config_add_sysctl(config, "net.ipv4.conf.IFNAME.rp_filter", "2", &error));
    OK(netgraft_config_add_netns_sysctl(config, "net.ipv4.ip_forward", "1", &error));
    OK(netgraft_config_set_dad(config, false, &error));
    OK(netgraft_config_set_keep_addresses(config, false, &error));
    OK(netgraft_config_set_clash_check(config, true, &error));
    OK(netgraft_config_set_announce(config, 0, 100, &error));
    OK(netgraft_config_set_probe(config, 1, 10, &error));
    OK(netgraft_config_set_wait_running(config, 1, &error));
    OK(netgraft_config_set_wait_up(config, 5000, &error));
    return config;
}

static void refuses_at_once(netgraft_config *config) {
    ERROR_OF_TEST;
    netgraft_config *none = NULL;
    char alias[300];

    INVALID(netgraft_config_set_mac(config, "02:42", &error));
    INVALID(netgraft_config_add_address(config, "10.0.0.2/33", &error));
    INVALID(netgraft_config_add_address(config, "fe80::1%eth0/64", &error));
    INVALID(netgraft_config_add_link_local(config, "somewhere", &error));
    INVALID(netgraft_config_add_route(config, "", &error));
    INVALID(netgraft_config_add_gateway(config, "10.0.0.1/24", &error));
    INVALID(netgraft_config_add_route_via(config, "172.20.0.0/16 via fd00:1::9", &error));
    INVALID(netgraft_config_add_rule(config, "from 10.0.0.0/24", &error));
    INVALID(netgraft_config_set_probe(config, 0, 100, &error));
    INVALID(netgraft_config_set_probe(config, 11, 100, &error));
    INVALID(netgraft_config_set_probe(config, 1, 9, &error));
    INVALID(netgraft_config_set_probe(config, 1, 10001, &error));
    INVALID(netgraft_config_set_announce(config, 4, 1000, &error));
    INVALID(netgraft_config_set_announce(config, 256, 1000, &error));
    INVALID(netgraft_config_set_announce(config, 1, 99, &error));
    REFUSED(netgraft_config_add_sysctl(config, "net.ipv4.ip_forward", "1", &error), EINVAL, NETGRAFT_KIND_SYSCTL);
    REFUSED(netgraft_config_set_master(config, "a/b", &error), EINVAL, NETGRAFT_KIND_INVALID_NAME);
    REFUSED(netgraft_config_new_named("sixteen-bytes-xx", &none, &error), EINVAL, NETGRAFT_KIND_INVALID_NAME);
    REFUSED(netgraft_config_new_prefix("fourteen-bytes", &none, &error), EINVAL, NETGRAFT_KIND_INVALID_NAME);
    memset(alias, 'a', sizeof alias - 1);
    alias[sizeof alias - 1] = '\0';
    INVALID(netgraft_config_set_alias(config, alias, &error));
    REFUSED(netgraft_config_new_name_or_pattern("%deth", &none, &error), EINVAL, NETGRAFT_KIND_INVALID_NAME);
    REFUSED(netgraft_config_new_name_or_pattern("%d", &none, &error), EINVAL, NETGRAFT_KIND_INVALID_NAME);
    CHECK(none == NULL);
}

static void looks_as_configured(const netgraft_interface *interface) {
    ERROR_OF_TEST;
    netgraft_link_list *links;
    netgraft_link_state state = {0};
    netgraft_statistics statistics = {0};

    OK(netgraft_interface_state(interface, &links, &error));
    CHECK(netgraft_link_list_length(links) == 1);
    OK(netgraft_link_list_get(links, 0, &state, sizeof state, &error));
    SAME(state.name, "eth0");
    SAME(state.kind, "veth");
    SAME(state.mac, "02:42:0a:00:00:02");
    SAME(state.alias, "the \xef\xbf\xbd\xef\xbf\xbd one");
    CHECK(holds(state.addresses, "10.0.0.2/24", "fd00:1::2/64", NULL));
    CHECK(state.link_local[0] != NULL);
    CHECK(holds(state.routes, "192.168.0.0/16", NULL));
    CHECK(state.index == netgraft_interface_index(interface));
    CHECK(state.mtu == 1400 && state.tx_queue_len == 77);
    CHECK(state.master == 0 && state.peer != 0 && state.peer_namespace >= 0);
    CHECK(state.up && state.running);
    netgraft_link_list_free(links);

    OK(netgraft_interface_statistics(interface, &statistics, sizeof statistics, &error));
    CHECK(statistics.tx_errors == 0 && statistics.rx_errors == 0);
}

static void is_found(const netgraft_namespace *ns, const netgraft_interface *interface) {
    ERROR_OF_TEST;
    netgraft_interface_list *list;
    netgraft_interface *found, *kept;
    netgraft_link_list *links;
    netgraft_link_state state = {0};

    OK(netgraft_namespace_interface(ns, "veth1", &found, &error));
    SAME(netgraft_interface_name(found), "eth0");
    netgraft_interface_free(found);
    OK(netgraft_namespace_interface_by_name(ns, "eth0", &found, &error));
    SAME(netgraft_interface_source_name(found), "veth1");
    netgraft_interface_free(found);
    REFUSED(netgraft_namespace_interface_by_name(ns, "veth1", &found, &error), ENOENT, NETGRAFT_KIND_NOT_FOUND);

    OK(netgraft_namespace_interfaces(ns, &list, &error));
    CHECK(netgraft_interface_list_length(list) == 1);
    CHECK(netgraft_interface_list_get(list, 1) == NULL);
    kept = netgraft_interface_clone(netgraft_interface_list_get(list, 0));
    netgraft_interface_list_free(list);
    CHECK(netgraft_interface_index(kept) == netgraft_interface_index(interface));
    CHECK(holds(netgraft_interface_default_routes(kept), "0.0.0.0/0", NULL));
    netgraft_interface_free(kept);

    OK(netgraft_namespace_links(ns, &links, &error));
    CHECK(netgraft_link_list_length(links) == 2);
    OK(netgraft_link_list_get(links, 0, &state, sizeof state, &error));
    SAME(state.name, "lo");
    SAME(state.kind, NULL);
    REFUSED(netgraft_link_list_get(links, 2, &state, sizeof state, &error), ENOENT, NETGRAFT_KIND_NOT_FOUND);
    netgraft_link_list_free(links);
}

/* Adds a new bridge with a configuration, which is freed. */
static netgraft_interface *added(const netgraft_namespace *ns, netgraft_config *config) {
    ERROR_OF_TEST;
    netgraft_link *link;
    netgraft_interface *interface;

    OK(netgraft_link_new_bridge("br", &link, &error));
    OK(netgraft_config_add_address(config, "10.1.0.2/24", &error));
    OK(netgraft_config_set_announce(config, 0, 1000, &error));
    OK(netgraft_namespace_add_interface(ns, link, config, &interface, &error));
    netgraft_config_free(config);
    netgraft_link_free(link);
    return interface;
}

/* Gateway, routes and rules come and go with the interface. */
static void brings_its_routing(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    netgraft_config *config = netgraft_config_new();
    netgraft_interface *interface;

    OK(netgraft_config_add_gateway(config, "10.1.0.1", &error));
    OK(netgraft_config_set_metric(config, 77, &error));
    OK(netgraft_config_add_route_via(config, "172.20.0.0/16 via 10.1.0.9 mtu 1300", &error));
    OK(netgraft_config_add_rule(config, "from 10.1.0.0/24 table 100", &error));
    OK(netgraft_config_set_promiscuous(config, &error));
    OK(netgraft_config_set_all_multicast(config, &error));
    OK(netgraft_config_set_allow_unverified(config, true, &error));
    interface = added(ns, config);
    shell("nsenter --net=/run/netns/interfaces ip route show | grep -q 'default via 10.1.0.1 dev br .*metric 77'");
    shell("nsenter --net=/run/netns/interfaces ip route show | grep -q '172.20.0.0/16 via 10.1.0.9 dev br .*mtu 1300'");
    shell("nsenter --net=/run/netns/interfaces ip rule show | grep -q 'from 10.1.0.0/24 lookup 100'");
    shell("nsenter --net=/run/netns/interfaces ip -d link show br | grep -q 'promiscuity 1 *allmulti 1'");
    OK(netgraft_interface_remove(interface, &error));
    netgraft_interface_free(interface);
    shell("! nsenter --net=/run/netns/interfaces ip rule show | grep -q 10.1.0.0/24");
}

static void stays_down(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    netgraft_config *config = netgraft_config_new();
    netgraft_interface *interface;
    netgraft_link_list *links;
    netgraft_link_state state = {0};

    OK(netgraft_config_set_down(config, &error));
    interface = added(ns, config);
    OK(netgraft_interface_state(interface, &links, &error));
    OK(netgraft_link_list_get(links, 0, &state, sizeof state, &error));
    CHECK(holds(state.addresses, "10.1.0.2/24", NULL) && !state.up);
    netgraft_link_list_free(links);
    OK(netgraft_interface_remove(interface, &error));
    netgraft_interface_free(interface);
}

/* Counts the calls, and fails all but the second. */
static int second_time(void *calls, const char *name) {
    SAME(name, "br");
    return ++*(int *)calls == 2 ? 0 : 42;
}

/* A test of the program's decides about the add. */
static void is_verified(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    int calls = 0;
    netgraft_config *config = netgraft_config_new();
    netgraft_link *link;
    netgraft_interface *interface = NULL;

    OK(netgraft_config_set_verify(config, second_time, &calls, &error));
    OK(netgraft_link_new_bridge("br", &link, &error));
    REFUSED(netgraft_namespace_add_interface(ns, link, config, &interface, &error), ECANCELED,
            NETGRAFT_KIND_VERIFY_FAILED);
    CHECK(interface == NULL && calls == 1);
    netgraft_link_free(link);
    shell("! nsenter --net=/run/netns/interfaces ip link show br 2>/dev/null");
    interface = added(ns, config);
    CHECK(calls == 2);
    OK(netgraft_interface_remove(interface, &error));
    netgraft_interface_free(interface);

    config = netgraft_config_new();
    OK(netgraft_config_set_verify(config, second_time, &calls, &error));
    OK(netgraft_config_set_verify(config, NULL, NULL, &error));
    interface = added(ns, config);
    CHECK(calls == 2);
    OK(netgraft_interface_remove(interface, &error));
    netgraft_interface_free(interface);
}

/* All or none, named in the order in which they are given. */
static void together(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    enum { COUNT = 3 };
    netgraft_link *links[COUNT];
    netgraft_config *config;
    const netgraft_config *configs[COUNT];
    netgraft_interface *interfaces[COUNT] = {NULL, NULL, NULL}, *other;
    netgraft_interface_list *list;
    char name[16];

    OK(netgraft_config_new_name_or_pattern("lan%d", &config, &error));
    OK(netgraft_config_set_announce(config, 0, 1000, &error));
    for (int i = 0; i < COUNT; i++) {
        snprintf(name, sizeof name, "br%d", i);
        OK(netgraft_link_new_bridge(name, &links[i], &error));
        configs[i] = config;
    }
    other = bridge(ns, "br2");
    REFUSED(netgraft_namespace_add_interfaces(ns, (const netgraft_link *const *)links, configs, COUNT, interfaces, &error),
            EEXIST, NETGRAFT_KIND_EXISTS);
    for (int i = 0; i < COUNT; i++) {
        CHECK(interfaces[i] == NULL);
    }
    OK(netgraft_interface_remove(other, &error));
    netgraft_interface_free(other);
    OK(netgraft_namespace_interfaces(ns, &list, &error));
    CHECK(netgraft_interface_list_length(list) == 0);
    netgraft_interface_list_free(list);

    OK(netgraft_namespace_add_interfaces(ns, (const netgraft_link *const *)links, configs, COUNT, interfaces, &error));
    for (int i = 0; i < COUNT; i++) {
        snprintf(name, sizeof name, "lan%d", i);
        SAME(netgraft_interface_name(interfaces[i]), name);
        SAME(netgraft_interface_source_name(interfaces[i]), netgraft_link_source_name(links[i]));
        netgraft_interface_free(interfaces[i]);
        netgraft_link_free(links[i]);
    }
    netgraft_config_free(config);
}

/* What else failed is told, and the rest is done. */
static void all_at_once(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    netgraft_interface_list *list;

    shell("nsenter --net=/run/netns/interfaces sh -c 'ip link del lan0 && ip link del lan1'");
    CHECK(netgraft_namespace_remove_all(ns, &error) < 0);
    CHECK(netgraft_error_kind(error) == NETGRAFT_KIND_NOT_FOUND);
    CHECK(strstr(netgraft_error_message(error), "remove br0 from /run/netns/interfaces: ") == netgraft_error_message(error));
    CHECK(netgraft_error_kind(netgraft_error_other(error, 0)) == NETGRAFT_KIND_NOT_FOUND);
    CHECK(strstr(netgraft_error_message(netgraft_error_other(error, 0)), "remove br1 from ") != NULL);
    CHECK(netgraft_error_other(error, 1) == NULL);
    netgraft_error_free(error);
    error = NULL;
    OK(netgraft_namespace_interfaces(ns, &list, &error));
    CHECK(netgraft_interface_list_length(list) == 0);
    netgraft_interface_list_free(list);
    OK(netgraft_namespace_remove_all(ns, &error));
}

void test_interfaces(void) {
    ERROR_OF_TEST;
    netgraft_namespace *host, *ns = created("interfaces");
    netgraft_link *link, *in_place;
    netgraft_config *config = full_config();
    netgraft_interface *interface, *other = NULL;

    shell("ip link add veth1 type veth peer peer1 && ip link set peer1 up");
    OK(netgraft_namespace_current(&host, &error));
    OK(netgraft_link_new_existing(host, "veth1", &link, &error));
    SAME(netgraft_link_source_name(link), "veth1");
    refuses_at_once(config);

    OK(netgraft_namespace_add_interface(ns, link, config, &interface, &error));
    SAME(netgraft_interface_name(interface), "eth0");
    looks_as_configured(interface);
    is_found(ns, interface);
    REFUSED(netgraft_namespace_add_interface(ns, link, config, &other, &error), EEXIST, NETGRAFT_KIND_EXISTS);
    OK(netgraft_interface_announce(interface, 1, 100, &error));
    INVALID(netgraft_interface_announce(interface, 4, 100, &error));

    OK(netgraft_interface_remove(interface, &error));
    REFUSED(netgraft_interface_remove(interface, &error), ENOENT, NETGRAFT_KIND_NOT_FOUND);
    REFUSED(netgraft_interface_announce(interface, 1, 100, &error), ENOENT, NETGRAFT_KIND_NOT_FOUND);
    SAME(netgraft_interface_name(interface), "eth0");
    netgraft_interface_free(interface);

    /* Without a configuration, in its own namespace. */
    OK(netgraft_link_new_in_place("veth1", &in_place, &error));
    OK(netgraft_namespace_add_interface(host, in_place, NULL, &interface, &error));
    SAME(netgraft_interface_name(interface), "veth1");
    /* The same link by its namespace: in place, too. */
    REFUSED(netgraft_namespace_add_interface(host, link, NULL, &other, &error), EEXIST, NETGRAFT_KIND_EXISTS);
    OK(netgraft_interface_remove(interface, &error));
    netgraft_interface_free(interface);
    CHECK(other == NULL);

    netgraft_link_free(in_place);
    netgraft_link_free(link);
    netgraft_config_free(config);
    netgraft_namespace_free(host);
    brings_its_routing(ns);
    stays_down(ns);
    is_verified(ns);
    together(ns);
    all_at_once(ns);
    OK(netgraft_namespace_destroy(ns, &error));
    netgraft_namespace_free(ns);
}
