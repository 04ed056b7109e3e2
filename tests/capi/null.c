/* NULL, for everything that a function takes: nothing happens, and it says so. */
#include "suite.h"

#include <errno.h>
#include <sys/socket.h>

/* An array of one link. */
#define ONE(link) ((const netgraft_link *[]){(link)})

static int never_called(void *data) {
    (void)data;
    CHECK(false);
    return 0;
}

static void never_logged(void *data, netgraft_log_level level, const char *message) {
    (void)data, (void)level, (void)message;
}

static void handles_that_are_none(void) {
    CHECK(netgraft_error_kind(NULL) == NETGRAFT_KIND_NONE);
    SAME(netgraft_error_kind_name(NULL), NULL);
    CHECK(netgraft_error_errno(NULL) == 0);
    SAME(netgraft_error_message(NULL), NULL);
    SAME(netgraft_error_ext_ack(NULL), NULL);
    CHECK(netgraft_error_ext_ack_offset(NULL) == -1);
    SAME(netgraft_error_ext_ack_attribute(NULL), NULL);
    SAME(netgraft_error_left(NULL), NULL);
    CHECK(netgraft_error_other(NULL, 0) == NULL);
    CHECK(!netgraft_error_can_retry(NULL));

    CHECK(netgraft_namespace_clone(NULL) == NULL);
    SAME(netgraft_namespace_path(NULL), NULL);
    SAME(netgraft_namespace_id(NULL), NULL);
    SAME(netgraft_namespace_label(NULL), NULL);
    CHECK(!netgraft_namespace_equal(NULL, NULL));

    SAME(netgraft_link_source_name(NULL), NULL);
    SAME(netgraft_interface_name(NULL), NULL);
    SAME(netgraft_interface_source_name(NULL), NULL);
    CHECK(netgraft_interface_index(NULL) == 0);
    CHECK(netgraft_interface_namespace(NULL) == NULL);
    CHECK(netgraft_interface_default_routes(NULL) == NULL);
    CHECK(netgraft_interface_clone(NULL) == NULL);
    CHECK(netgraft_interface_list_length(NULL) == 0);
    CHECK(netgraft_interface_list_get(NULL, 0) == NULL);
    CHECK(netgraft_link_list_length(NULL) == 0);
    CHECK(netgraft_route_list_length(NULL) == 0);

    CHECK(netgraft_restored_interfaces(NULL) == NULL);
    CHECK(netgraft_restored_undone(NULL) == NULL);
    CHECK(netgraft_restored_finished(NULL) == NULL);
    CHECK(netgraft_restored_gone(NULL) == NULL);
    CHECK(netgraft_restored_dropped(NULL) == NULL);
    CHECK(netgraft_restored_left_alone(NULL) == NULL);
    CHECK(netgraft_restored_unmatched(NULL) == NULL);
    CHECK(netgraft_restored_unmatched_why(NULL, 0) == NULL);
    CHECK(netgraft_restored_failed(NULL, 0) == NULL);
    CHECK(netgraft_restored_busy(NULL) == 0);

    netgraft_error_free(NULL);
    netgraft_namespace_free(NULL);
    netgraft_link_free(NULL);
    netgraft_config_free(NULL);
    netgraft_interface_free(NULL);
    netgraft_interface_list_free(NULL);
    netgraft_link_list_free(NULL);
    netgraft_route_list_free(NULL);
    netgraft_restored_free(NULL);
    netgraft_monitor_free(NULL);
}

static void namespaces_out_of_nothing(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    netgraft_namespace *none = NULL;
    int number = 17;

    INVALID(netgraft_namespace_current(NULL, &error));
    INVALID(netgraft_namespace_create(NULL, &none, &error));
    INVALID(netgraft_namespace_create("/run/netns/never", NULL, &error));
    INVALID(netgraft_namespace_create_replacing(NULL, &none, &error));
    INVALID(netgraft_namespace_create_replacing("/run/netns/null", NULL, &error));
    INVALID(netgraft_namespace_create_anonymous(NULL, &error));
    INVALID(netgraft_namespace_open(NULL, &none, &error));
    INVALID(netgraft_namespace_open("/run/netns/null", NULL, &error));
    INVALID(netgraft_namespace_open_fd(0, NULL, &error));
    INVALID(netgraft_namespace_open_pid(1, NULL, &error));
    INVALID(netgraft_namespace_open_pidfd(0, NULL, &error));
    INVALID(netgraft_namespace_adopt(NULL, "/run/netns/null", &none, &error));
    INVALID(netgraft_namespace_adopt("/run/netns/never", NULL, &none, &error));
    INVALID(netgraft_namespace_adopt("/run/netns/never", "/run/netns/null", NULL, &error));
    INVALID(netgraft_namespace_dup_fd(NULL, &number, &error));
    INVALID(netgraft_namespace_dup_fd(ns, NULL, &error));
    INVALID(netgraft_namespace_run(NULL, never_called, NULL, &number, &error));
    INVALID(netgraft_namespace_run(ns, NULL, NULL, &number, &error));
    INVALID(netgraft_namespace_destroy(NULL, &error));
    INVALID(netgraft_namespace_destroy_by_force(NULL, &error));
    INVALID(netgraft_namespace_forget(NULL, "d0", &error));
    CHECK(none == NULL && number == 17);
}

static void links_out_of_nothing(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    netgraft_link *none = NULL, *link;

    INVALID(netgraft_link_new_existing(NULL, "a", &none, &error));
    INVALID(netgraft_link_new_existing(ns, NULL, &none, &error));
    INVALID(netgraft_link_new_existing(ns, "a", NULL, &error));
    INVALID(netgraft_link_new_found(NULL, "a", &none, &error));
    INVALID(netgraft_link_new_found(ns, NULL, &none, &error));
    INVALID(netgraft_link_new_found(ns, "a", NULL, &error));
    INVALID(netgraft_link_new_in_place(NULL, &none, &error));
    INVALID(netgraft_link_new_in_place("a", NULL, &error));
    INVALID(netgraft_link_new_bridge(NULL, &none, &error));
    INVALID(netgraft_link_new_bridge("a", NULL, &error));
    INVALID(netgraft_link_new_dummy(NULL, &none, &error));
    INVALID(netgraft_link_new_dummy("a", NULL, &error));
    INVALID(netgraft_link_new_veth("a", NULL, "b", &none, &error));
    INVALID(netgraft_link_new_veth("a", ns, NULL, &none, &error));
    INVALID(netgraft_link_new_veth("a", ns, "b", NULL, &error));
    INVALID(netgraft_link_new_macvlan(NULL, ns, "b", &none, &error));
    INVALID(netgraft_link_new_macvlan("a", NULL, "b", &none, &error));
    INVALID(netgraft_link_new_macvlan("a", ns, NULL, &none, &error));
    INVALID(netgraft_link_new_macvlan("a", ns, "b", NULL, &error));
    INVALID(netgraft_link_new_ipvlan(NULL, ns, "b", &none, &error));
    INVALID(netgraft_link_new_ipvlan("a", NULL, "b", &none, &error));
    INVALID(netgraft_link_new_ipvlan("a", ns, NULL, &none, &error));
    INVALID(netgraft_link_new_ipvlan("a", ns, "b", NULL, &error));
    INVALID(netgraft_link_new_netkit("a", NULL, "b", &none, &error));
    INVALID(netgraft_link_new_netkit("a", ns, NULL, &none, &error));
    INVALID(netgraft_link_new_netkit("a", ns, "b", NULL, &error));
    INVALID(netgraft_link_new_macvtap(NULL, ns, "b", &none, &error));
    INVALID(netgraft_link_new_macvtap("a", NULL, "b", &none, &error));
    INVALID(netgraft_link_new_macvtap("a", ns, NULL, &none, &error));
    INVALID(netgraft_link_new_macvtap("a", ns, "b", NULL, &error));
    INVALID(netgraft_link_new_vlan(NULL, ns, "b", 1, &none, &error));
    INVALID(netgraft_link_new_vlan("a", NULL, "b", 1, &none, &error));
    INVALID(netgraft_link_new_vlan("a", ns, NULL, 1, &none, &error));
    INVALID(netgraft_link_new_vlan("a", ns, "b", 1, NULL, &error));
    INVALID(netgraft_link_new_vrf(NULL, 1, &none, &error));
    INVALID(netgraft_link_new_vrf("a", 1, NULL, &error));
    INVALID(netgraft_link_new_vxlan(NULL, ns, 1, &none, &error));
    INVALID(netgraft_link_new_vxlan("a", NULL, 1, &none, &error));
    INVALID(netgraft_link_new_vxlan("a", ns, 1, NULL, &error));
    CHECK(none == NULL);

    INVALID(netgraft_link_set_bridge_stp(NULL, true, &error));
    INVALID(netgraft_link_set_bridge_forward_delay(NULL, 0, &error));
    INVALID(netgraft_link_set_bridge_ageing(NULL, 0, &error));
    INVALID(netgraft_link_set_bridge_vlan_filtering(NULL, true, &error));
    INVALID(netgraft_link_set_bridge_multicast_snooping(NULL, true, &error));
    INVALID(netgraft_link_set_veth_hairpin(NULL, true, &error));
    INVALID(netgraft_link_set_veth_isolated(NULL, true, &error));
    INVALID(netgraft_link_set_veth_learning(NULL, true, &error));
    INVALID(netgraft_link_add_veth_vlan(NULL, 1, &error));
    INVALID(netgraft_link_set_veth_mac(NULL, "02:00:00:00:00:01", &error));
    INVALID(netgraft_link_set_veth_mtu(NULL, 1500, &error));
    INVALID(netgraft_link_set_veth_bridge(NULL, "b", &error));
    INVALID(netgraft_link_set_veth_up(NULL, &error));
    INVALID(netgraft_link_set_macvlan_mode(NULL, "bridge", &error));
    INVALID(netgraft_link_set_ipvlan_mode(NULL, "l2", &error));
    INVALID(netgraft_link_set_ipvlan_isolation(NULL, "vepa", &error));
    INVALID(netgraft_link_set_vlan_protocol(NULL, "802.1ad", &error));
    INVALID(netgraft_link_set_netkit_mode(NULL, "l2", &error));
    INVALID(netgraft_link_set_netkit_policy(NULL, "drop", &error));
    INVALID(netgraft_link_set_netkit_peer_policy(NULL, "drop", &error));
    INVALID(netgraft_link_set_vxlan_parent(NULL, "b", &error));
    INVALID(netgraft_link_set_vxlan_local(NULL, "10.0.0.1", &error));
    INVALID(netgraft_link_set_vxlan_remote(NULL, "10.0.0.1", &error));
    INVALID(netgraft_link_set_vxlan_group(NULL, "239.0.0.1", &error));
    INVALID(netgraft_link_set_vxlan_port(NULL, 1, &error));
    INVALID(netgraft_link_set_vxlan_learning(NULL, true, &error));
    INVALID(netgraft_link_set_vxlan_proxy(NULL, true, &error));
    INVALID(netgraft_link_set_vxlan_l2_miss(NULL, true, &error));
    INVALID(netgraft_link_set_vxlan_l3_miss(NULL, true, &error));

    /* A pair without a name has the name of its other end. */
    OK(netgraft_link_new_veth(NULL, ns, "b", &link, &error));
    SAME(netgraft_link_source_name(link), "b");
    netgraft_link_free(link);
    OK(netgraft_link_new_netkit(NULL, ns, "c", &link, &error));
    SAME(netgraft_link_source_name(link), "c");
    netgraft_link_free(link);
    REFUSED(netgraft_link_new_veth(NULL, ns, "b%d", &none, &error), EINVAL, NETGRAFT_KIND_INVALID_NAME);

    OK(netgraft_link_new_veth("a", ns, "b", &link, &error));
    INVALID(netgraft_link_set_veth_mac(link, NULL, &error));
    INVALID(netgraft_link_set_veth_bridge(link, NULL, &error));
    netgraft_link_free(link);
    OK(netgraft_link_new_macvlan("a", ns, "b", &link, &error));
    INVALID(netgraft_link_set_macvlan_mode(link, NULL, &error));
    netgraft_link_free(link);
    OK(netgraft_link_new_ipvlan("a", ns, "b", &link, &error));
    INVALID(netgraft_link_set_ipvlan_mode(link, NULL, &error));
    INVALID(netgraft_link_set_ipvlan_isolation(link, NULL, &error));
    netgraft_link_free(link);
    OK(netgraft_link_new_vlan("a", ns, "b", 1, &link, &error));
    INVALID(netgraft_link_set_vlan_protocol(link, NULL, &error));
    netgraft_link_free(link);
    OK(netgraft_link_new_netkit("a", ns, "b", &link, &error));
    INVALID(netgraft_link_set_netkit_mode(link, NULL, &error));
    INVALID(netgraft_link_set_netkit_policy(link, NULL, &error));
    INVALID(netgraft_link_set_netkit_peer_policy(link, NULL, &error));
    netgraft_link_free(link);
    OK(netgraft_link_new_vxlan("a", ns, 1, &link, &error));
    INVALID(netgraft_link_set_vxlan_parent(link, NULL, &error));
    INVALID(netgraft_link_set_vxlan_local(link, NULL, &error));
    INVALID(netgraft_link_set_vxlan_remote(link, NULL, &error));
    INVALID(netgraft_link_set_vxlan_group(link, NULL, &error));
    netgraft_link_free(link);
}

static void configurations_out_of_nothing(void) {
    ERROR_OF_TEST;
    netgraft_config *none = NULL, *config = netgraft_config_new();

    INVALID(netgraft_config_new_named(NULL, &none, &error));
    INVALID(netgraft_config_new_named("a", NULL, &error));
    INVALID(netgraft_config_new_prefix(NULL, &none, &error));
    INVALID(netgraft_config_new_prefix("a", NULL, &error));
    INVALID(netgraft_config_new_name_or_pattern(NULL, &none, &error));
    INVALID(netgraft_config_new_name_or_pattern("a", NULL, &error));
    INVALID(netgraft_config_set_mac(NULL, "02:00:00:00:00:01", &error));
    INVALID(netgraft_config_set_mac(config, NULL, &error));
    INVALID(netgraft_config_set_mtu(NULL, 1500, &error));
    INVALID(netgraft_config_set_tx_queue_len(NULL, 1, &error));
    INVALID(netgraft_config_set_alias(NULL, "a", &error));
    INVALID(netgraft_config_set_alias(config, NULL, &error));
    INVALID(netgraft_config_add_address(NULL, "10.0.0.1/24", &error));
    INVALID(netgraft_config_add_address(config, NULL, &error));
    INVALID(netgraft_config_add_link_local(NULL, "fe80::1/64", &error));
    INVALID(netgraft_config_add_link_local(config, NULL, &error));
    INVALID(netgraft_config_add_route(NULL, "10.0.0.0/8", &error));
    INVALID(netgraft_config_add_route(config, NULL, &error));
    INVALID(netgraft_config_add_gateway(NULL, "10.0.0.1", &error));
    INVALID(netgraft_config_add_gateway(config, NULL, &error));
    INVALID(netgraft_config_set_metric(NULL, 1, &error));
    INVALID(netgraft_config_add_route_via(NULL, "10.0.0.0/8 via 10.0.0.1", &error));
    INVALID(netgraft_config_add_route_via(config, NULL, &error));
    INVALID(netgraft_config_add_rule(NULL, "table 100", &error));
    INVALID(netgraft_config_add_rule(config, NULL, &error));
    INVALID(netgraft_config_set_down(NULL, &error));
    INVALID(netgraft_config_set_promiscuous(NULL, &error));
    INVALID(netgraft_config_set_all_multicast(NULL, &error));
    INVALID(netgraft_config_set_probe(NULL, 1, 10, &error));
    INVALID(netgraft_config_set_allow_unverified(NULL, true, &error));
    INVALID(netgraft_config_set_verify(NULL, NULL, NULL, &error));
    INVALID(netgraft_config_add_sysctl(NULL, "net.ipv4.conf.x.y", "1", &error));
    INVALID(netgraft_config_add_sysctl(config, NULL, "1", &error));
    INVALID(netgraft_config_add_netns_sysctl(NULL, "net.x.y", "1", &error));
    INVALID(netgraft_config_add_netns_sysctl(config, NULL, "1", &error));
    INVALID(netgraft_config_add_netns_sysctl(config, "net.x.y", NULL, &error));
    INVALID(netgraft_config_add_sysctl(config, "net.ipv4.conf.x.y", NULL, &error));
    INVALID(netgraft_config_set_master(NULL, "br", &error));
    INVALID(netgraft_config_set_master(config, NULL, &error));
    INVALID(netgraft_config_set_dad(NULL, true, &error));
    INVALID(netgraft_config_set_keep_addresses(NULL, true, &error));
    INVALID(netgraft_config_set_clash_check(NULL, true, &error));
    INVALID(netgraft_config_set_announce(NULL, 1, 1000, &error));
    INVALID(netgraft_config_set_wait_up(NULL, 1, &error));
    INVALID(netgraft_config_set_wait_running(NULL, 1, &error));
    CHECK(none == NULL);
    netgraft_config_free(config);
}

static void interfaces_out_of_nothing(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    netgraft_interface *none = NULL, *interface = bridge(ns, "d0");
    netgraft_interface_list *list = NULL;
    netgraft_link_list *links = NULL;
    netgraft_link *link;
    netgraft_link_state state = {0};
    netgraft_monitor *monitor;
    netgraft_link_event event = {0};
    netgraft_statistics statistics = {0};

    OK(netgraft_link_new_dummy("d1", &link, &error));
    INVALID(netgraft_namespace_add_interface(NULL, link, NULL, &none, &error));
    INVALID(netgraft_namespace_add_interface(ns, NULL, NULL, &none, &error));
    INVALID(netgraft_namespace_add_interface(ns, link, NULL, NULL, &error));
    INVALID(netgraft_namespace_add_interfaces(NULL, ONE(link), NULL, 1, &none, &error));
    INVALID(netgraft_namespace_add_interfaces(ns, NULL, NULL, 1, &none, &error));
    INVALID(netgraft_namespace_add_interfaces(ns, ONE(NULL), NULL, 1, &none, &error));
    INVALID(netgraft_namespace_add_interfaces(ns, ONE(link), NULL, 1, NULL, &error));
    OK(netgraft_namespace_add_interfaces(ns, NULL, NULL, 0, NULL, &error));
    INVALID(netgraft_namespace_remove_all(NULL, &error));
    netgraft_link_free(link);
    INVALID(netgraft_namespace_interfaces(NULL, &list, &error));
    INVALID(netgraft_namespace_interfaces(ns, NULL, &error));
    INVALID(netgraft_namespace_interface(NULL, "d0", &none, &error));
    INVALID(netgraft_namespace_interface(ns, NULL, &none, &error));
    INVALID(netgraft_namespace_interface(ns, "d0", NULL, &error));
    INVALID(netgraft_namespace_interface_by_name(NULL, "d0", &none, &error));
    INVALID(netgraft_namespace_interface_by_name(ns, NULL, &none, &error));
    INVALID(netgraft_namespace_interface_by_name(ns, "d0", NULL, &error));
    INVALID(netgraft_interface_announce(NULL, 1, 1000, &error));
    INVALID(netgraft_interface_state(NULL, &links, &error));
    INVALID(netgraft_interface_state(interface, NULL, &error));
    INVALID(netgraft_namespace_links(NULL, &links, &error));
    INVALID(netgraft_namespace_links(ns, NULL, &error));
    INVALID(netgraft_link_list_get(NULL, 0, &state, sizeof state, &error));
    OK(netgraft_namespace_links(ns, &links, &error));
    INVALID(netgraft_link_list_get(links, 0, NULL, sizeof state, &error));
    netgraft_link_list_free(links);
    INVALID(netgraft_namespace_monitor(NULL, &monitor, &error));
    INVALID(netgraft_namespace_monitor(ns, NULL, &error));
    INVALID(netgraft_monitor_next(NULL, 0, &event, sizeof event, &error));
    OK(netgraft_namespace_monitor(ns, &monitor, &error));
    INVALID(netgraft_monitor_next(monitor, 0, NULL, sizeof event, &error));
    INVALID(netgraft_monitor_next(monitor, 0, &event, 0, &error));
    netgraft_monitor_free(monitor);
    CHECK(netgraft_monitor_fd(NULL) == -1);
    INVALID(netgraft_namespace_wait_for_link(NULL, "lo", NETGRAFT_LINK_APPEAR, 0, &links, &error));
    INVALID(netgraft_namespace_wait_for_link(ns, NULL, NETGRAFT_LINK_APPEAR, 0, &links, &error));
    INVALID(netgraft_namespace_wait_for_link(ns, "lo", 3, 0, &links, &error));
    INVALID(netgraft_namespace_add_when_it_appears(NULL, ns, "x", NULL, 0, &none, &error));
    INVALID(netgraft_namespace_add_when_it_appears(ns, NULL, "x", NULL, 0, &none, &error));
    INVALID(netgraft_namespace_add_when_it_appears(ns, ns, NULL, NULL, 0, &none, &error));
    INVALID(netgraft_namespace_add_when_it_appears(ns, ns, "lo", NULL, 0, NULL, &error));
    INVALID(netgraft_interface_statistics(NULL, &statistics, sizeof statistics, &error));
    INVALID(netgraft_interface_statistics(interface, NULL, sizeof statistics, &error));
    INVALID(netgraft_interface_remove(NULL, &error));
    INVALID(netgraft_interface_remove_without_addresses(NULL, &error));
    CHECK(none == NULL && list == NULL && state.name == NULL);
    OK(netgraft_interface_remove(interface, &error));
    netgraft_interface_free(interface);
}

static void routing_out_of_nothing(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    const netgraft_route route = {.destination = "10.0.0.0/8", .next_hop = "10.0.0.1"}, nothing = {0};
    netgraft_route found = {0};
    netgraft_route_list *routes = NULL;
    netgraft_gateways gateways = {0};
    const char *mac = "02:00:00:00:00:01";
    bool has = true;

    INVALID(netgraft_namespace_set_gateway(NULL, "10.0.0.1", NULL, 0, 0, &error));
    INVALID(netgraft_namespace_set_gateway(ns, NULL, NULL, 0, 0, &error));
    INVALID(netgraft_namespace_remove_gateway(NULL, AF_INET, &error));
    INVALID(netgraft_namespace_gateways(NULL, &gateways, sizeof gateways, &error));
    INVALID(netgraft_namespace_gateways(ns, NULL, sizeof gateways, &error));
    INVALID(netgraft_namespace_set_default_route(NULL, "d0", AF_INET, &error));
    INVALID(netgraft_namespace_set_default_route(ns, NULL, AF_INET, &error));
    INVALID(netgraft_namespace_remove_default_route(NULL, AF_INET, &error));
    INVALID(netgraft_namespace_add_route(NULL, &route, sizeof route, &error));
    INVALID(netgraft_namespace_add_route(ns, NULL, sizeof route, &error));
    INVALID(netgraft_namespace_add_route(ns, &nothing, sizeof nothing, &error));
    INVALID(netgraft_namespace_replace_route(NULL, &route, sizeof route, &error));
    INVALID(netgraft_namespace_replace_route(ns, NULL, sizeof route, &error));
    INVALID(netgraft_namespace_replace_route(ns, &nothing, sizeof nothing, &error));
    INVALID(netgraft_namespace_add_rule(NULL, "table 100", &error));
    INVALID(netgraft_namespace_add_rule(ns, NULL, &error));
    INVALID(netgraft_namespace_remove_rule(NULL, "table 100", &error));
    INVALID(netgraft_namespace_remove_rule(ns, NULL, &error));
    INVALID(netgraft_namespace_remove_route(NULL, &route, sizeof route, &error));
    INVALID(netgraft_namespace_remove_route(ns, NULL, sizeof route, &error));
    INVALID(netgraft_namespace_routes(NULL, &routes, &error));
    INVALID(netgraft_namespace_routes(ns, NULL, &error));
    OK(netgraft_namespace_routes(ns, &routes, &error));
    INVALID(netgraft_route_list_get(NULL, 0, &found, sizeof found, &error));
    REFUSED(netgraft_route_list_get(routes, 0, NULL, sizeof found, &error), ENOENT, NETGRAFT_KIND_NOT_FOUND);
    netgraft_route_list_free(routes);
    INVALID(netgraft_namespace_add_neighbour(NULL, "10.0.0.1", mac, NULL, 0, &error));
    INVALID(netgraft_namespace_add_neighbour(ns, NULL, mac, NULL, 0, &error));
    INVALID(netgraft_namespace_add_neighbour(ns, "10.0.0.1", NULL, NULL, 0, &error));
    INVALID(netgraft_namespace_remove_neighbour(NULL, "10.0.0.1", mac, NULL, 0, &error));
    INVALID(netgraft_namespace_remove_neighbour(ns, NULL, mac, NULL, 0, &error));
    INVALID(netgraft_namespace_add_extra_address(NULL, "lo", "10.0.0.1/8", &error));
    INVALID(netgraft_namespace_add_extra_address(ns, NULL, "10.0.0.1/8", &error));
    INVALID(netgraft_namespace_add_extra_address(ns, "lo", NULL, &error));
    INVALID(netgraft_namespace_remove_extra_address(NULL, "lo", "10.0.0.1/8", &error));
    INVALID(netgraft_namespace_remove_extra_address(ns, NULL, "10.0.0.1/8", &error));
    INVALID(netgraft_namespace_remove_extra_address(ns, "lo", NULL, &error));
    INVALID(netgraft_namespace_disable_arp_for_vip(NULL, "d0", &error));
    INVALID(netgraft_namespace_disable_arp_for_vip(ns, NULL, &error));
    INVALID(netgraft_namespace_has_ipv6_on_loopback(NULL, &has, &error));
    INVALID(netgraft_namespace_has_ipv6_on_loopback(ns, NULL, &error));
    INVALID(netgraft_namespace_refresh_ipv6_on_loopback(NULL, &has, &error));
    INVALID(netgraft_namespace_refresh_ipv6_on_loopback(ns, NULL, &error));
    INVALID(netgraft_namespace_tune_load_balancer(NULL, &error));
}

static void the_rest_out_of_nothing(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    netgraft_restored *none = NULL;

    INVALID(netgraft_namespace_keep_journal(NULL, "/run/never", &error));
    INVALID(netgraft_namespace_keep_journal(ns, NULL, &error));
    INVALID(netgraft_namespace_read_journal(NULL, "/run/never", &error));
    INVALID(netgraft_namespace_read_journal(ns, NULL, &error));
    INVALID(netgraft_namespace_restore(NULL, &none, &error));
    INVALID(netgraft_namespace_restore(ns, NULL, &error));
    INVALID(netgraft_namespace_restore_from(NULL, NULL, NULL, 0, &none, &error));
    INVALID(netgraft_namespace_restore_from(ns, NULL, NULL, 0, NULL, &error));
    INVALID(netgraft_log_set(NULL, NULL, NETGRAFT_LOG_OFF, &error));
    INVALID(netgraft_log_set(never_logged, NULL, 1000, &error));
    CHECK(none == NULL);
    /* Whoever does not want the details is told the errno all the same. */
    CHECK(netgraft_namespace_destroy(NULL, NULL) == -EINVAL);
}

void test_null(void) {
    ERROR_OF_TEST;
    netgraft_namespace *ns = created("null");

    handles_that_are_none();
    namespaces_out_of_nothing(ns);
    links_out_of_nothing(ns);
    configurations_out_of_nothing();
    interfaces_out_of_nothing(ns);
    routing_out_of_nothing(ns);
    the_rest_out_of_nothing(ns);
    OK(netgraft_namespace_destroy(ns, &error));
    netgraft_namespace_free(ns);
}
