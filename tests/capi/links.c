/* Links that are made: every kind, with everything that can be said about it. */
#include "suite.h"

#include <errno.h>

/* Adds a link under its own name and with nothing set, and frees its handle. NULL where the kernel has no such links. */
static netgraft_interface *add_if_possible(const netgraft_namespace *ns, netgraft_link *link) {
    ERROR_OF_TEST;
    netgraft_config *config;
    netgraft_interface *interface = NULL;

    OK(netgraft_config_new_named(netgraft_link_source_name(link), &config, &error));
    OK(netgraft_config_set_announce(config, 0, 1000, &error));
    if (netgraft_namespace_add_interface(ns, link, config, &interface, &error) != 0) {
        SAME(netgraft_error_kind_name(error), "not-supported");
        netgraft_error_free(error);
    }
    netgraft_config_free(config);
    netgraft_link_free(link);
    return interface;
}

static netgraft_interface *add(const netgraft_namespace *ns, netgraft_link *link) {
    netgraft_interface *interface = add_if_possible(ns, link);

    CHECK(interface != NULL);
    return interface;
}

static void removed(netgraft_interface *interface) {
    ERROR_OF_TEST;

    OK(netgraft_interface_remove(interface, &error));
    netgraft_interface_free(interface);
}

static void bridge_and_port(const netgraft_namespace *ns, const netgraft_namespace *host) {
    ERROR_OF_TEST;
    netgraft_link *link;
    netgraft_config *config;
    netgraft_interface *bridge, *port;
    netgraft_link_list *links;
    netgraft_link_state state = {0};

    OK(netgraft_link_new_bridge("br", &link, &error));
    OK(netgraft_link_set_bridge_stp(link, true, &error));
    OK(netgraft_link_set_bridge_forward_delay(link, 2000, &error));
    OK(netgraft_link_set_bridge_ageing(link, 60000, &error));
    OK(netgraft_link_set_bridge_multicast_snooping(link, false, &error));
    INVALID(netgraft_link_set_bridge_forward_delay(link, 15, &error));
    INVALID(netgraft_link_set_bridge_ageing(link, 4000000000, &error));
    INVALID(netgraft_link_set_veth_up(link, &error));
    INVALID(netgraft_link_set_macvlan_mode(link, "bridge", &error));
    bridge = add(ns, link);
    shell("nsenter --net=/run/netns/links ip -d link show br | grep -q 'forward_delay 200 .* ageing_time 6000 stp_state 1'");
    shell("nsenter --net=/run/netns/links ip -d link show br | grep -q 'mcast_snooping 0'");

    OK(netgraft_link_new_veth("port", host, "port-host", &link, &error));
    OK(netgraft_config_new_named("port", &config, &error));
    OK(netgraft_config_set_master(config, "br", &error));
    OK(netgraft_config_set_announce(config, 0, 1000, &error));
    OK(netgraft_namespace_add_interface(ns, link, config, &port, &error));
    OK(netgraft_interface_state(port, &links, &error));
    OK(netgraft_link_list_get(links, 0, &state, sizeof state, &error));
    CHECK(state.master == netgraft_interface_index(bridge));
    netgraft_link_list_free(links);
    netgraft_config_free(config);
    netgraft_link_free(link);

    /* A delay that does not go with the spanning tree is found out by the add. */
    OK(netgraft_link_new_bridge("short", &link, &error));
    OK(netgraft_link_set_bridge_vlan_filtering(link, false, &error));
    OK(netgraft_link_set_bridge_stp(link, true, &error));
    OK(netgraft_link_set_bridge_forward_delay(link, 0, &error));
    INVALID(netgraft_namespace_add_interface(ns, link, NULL, &port, &error));
    netgraft_link_free(link);

    removed(port);
    removed(bridge);
}

static void veth(const netgraft_namespace *ns, const netgraft_namespace *host) {
    ERROR_OF_TEST;
    netgraft_link *link;
    netgraft_interface *interface;

    /* VLANs of the port take a kernel whose bridges filter them: they are asked for, and not added. */
    OK(netgraft_link_new_veth("vl", host, "vl-host", &link, &error));
    OK(netgraft_link_add_veth_vlan(link, 7, &error));
    OK(netgraft_link_add_veth_vlan(link, 8, &error));
    INVALID(netgraft_link_add_veth_vlan(link, 4095, &error));
    netgraft_link_free(link);

    shell("ip link add lan type bridge");
    OK(netgraft_link_new_veth("ve", host, "ve-host", &link, &error));
    OK(netgraft_link_set_veth_mac(link, "02:00:00:00:00:77", &error));
    OK(netgraft_link_set_veth_mtu(link, 1300, &error));
    OK(netgraft_link_set_veth_up(link, &error));
    OK(netgraft_link_set_veth_bridge(link, "lan", &error));
    OK(netgraft_link_set_veth_hairpin(link, true, &error));
    OK(netgraft_link_set_veth_isolated(link, true, &error));
    OK(netgraft_link_set_veth_learning(link, false, &error));
    INVALID(netgraft_link_set_veth_mac(link, "nothing", &error));
    REFUSED(netgraft_link_set_veth_bridge(link, "a b", &error), EINVAL, NETGRAFT_KIND_INVALID_NAME);
    INVALID(netgraft_link_set_bridge_stp(link, true, &error));
    INVALID(netgraft_link_set_netkit_mode(link, "l2", &error));
    INVALID(netgraft_link_set_vlan_protocol(link, "802.1q", &error));
    interface = add(ns, link);
    shell("ip link show ve-host | grep -q 'mtu 1300 .*master lan'");
    shell("ip link show ve-host | grep -q 02:00:00:00:00:77");
    shell("ip -d link show ve-host | grep -q 'hairpin on .*learning off .*isolated on'");
    removed(interface);
    shell("ip link del lan");
}

/* An interface's link is of a kind. Removes it, if there is one. */
static void is_of_kind(netgraft_interface *interface, const char *kind) {
    ERROR_OF_TEST;
    netgraft_link_list *links;
    netgraft_link_state state = {0};

    if (interface != NULL) {
        OK(netgraft_interface_state(interface, &links, &error));
        OK(netgraft_link_list_get(links, 0, &state, sizeof state, &error));
        SAME(state.kind, kind);
        netgraft_link_list_free(links);
        removed(interface);
    }
}

static void netkit_and_vrf(const netgraft_namespace *ns, const netgraft_namespace *host) {
    ERROR_OF_TEST;
    netgraft_link *link;

    OK(netgraft_link_new_netkit("nk", host, "nk-host", &link, &error));
    OK(netgraft_link_set_netkit_mode(link, "l2", &error));
    OK(netgraft_link_set_netkit_policy(link, "drop", &error));
    OK(netgraft_link_set_netkit_peer_policy(link, "pass", &error));
    OK(netgraft_link_set_veth_up(link, &error));
    INVALID(netgraft_link_set_netkit_mode(link, "l4", &error));
    INVALID(netgraft_link_set_netkit_policy(link, "maybe", &error));
    INVALID(netgraft_link_set_netkit_peer_policy(link, "maybe", &error));
    is_of_kind(add_if_possible(ns, link), "netkit");

    INVALID(netgraft_link_new_vrf("vr", 0, &link, &error));
    OK(netgraft_link_new_vrf("vr", 100, &link, &error));
    INVALID(netgraft_link_set_vxlan_proxy(link, true, &error));
    is_of_kind(add_if_possible(ns, link), "vrf");
}

/* By a name, an alternative name, and the MAC. */
static void is_found(const netgraft_namespace *host) {
    ERROR_OF_TEST;
    const char *const selectors[] = {"seen", "the-other-name-of-seen", "mac:02:00:00:00:00:51"};
    netgraft_link *link;

    shell("ip link add seen address 02:00:00:00:00:51 type veth peer unseen");
    shell("ip link property add dev seen altname the-other-name-of-seen");
    for (size_t i = 0; i < sizeof selectors / sizeof *selectors; i++) {
        OK(netgraft_link_new_found(host, selectors[i], &link, &error));
        SAME(netgraft_link_source_name(link), "seen");
        netgraft_link_free(link);
    }
    shell("ip link set unseen address 02:00:00:00:00:51");
    INVALID(netgraft_link_new_found(host, "mac:02:00:00:00:00:51", &link, &error));
    INVALID(netgraft_link_new_found(host, "mac:02", &link, &error));
    shell("ip link del seen");
    REFUSED(netgraft_link_new_found(host, "seen", &link, &error), ENODEV, NETGRAFT_KIND_NOT_FOUND);
}

static void upon_a_parent(const netgraft_namespace *ns, const netgraft_namespace *host) {
    ERROR_OF_TEST;
    netgraft_link *link;
    netgraft_interface *interface;

    shell("ip link add parent type veth peer parents-peer && ip link set parent up");
    OK(netgraft_link_new_macvlan("mv", host, "parent", &link, &error));
    OK(netgraft_link_set_macvlan_mode(link, "private", &error));
    INVALID(netgraft_link_set_macvlan_mode(link, "l2", &error));
    INVALID(netgraft_link_set_ipvlan_mode(link, "l2", &error));
    interface = add(ns, link);
    shell("nsenter --net=/run/netns/links ip -d link show mv | grep -q 'macvlan mode private'");
    removed(interface);

    OK(netgraft_link_new_ipvlan("iv", host, "parent", &link, &error));
    OK(netgraft_link_set_ipvlan_mode(link, "l3", &error));
    OK(netgraft_link_set_ipvlan_isolation(link, "vepa", &error));
    INVALID(netgraft_link_set_ipvlan_isolation(link, "alone", &error));
    INVALID(netgraft_link_set_ipvlan_mode(link, "bridge", &error));
    INVALID(netgraft_link_set_vxlan_port(link, 4789, &error));
    interface = add_if_possible(ns, link);
    if (interface != NULL) {
        shell("nsenter --net=/run/netns/links ip -d link show iv | grep -q 'ipvlan *mode l3 vepa'");
        removed(interface);
    }

    OK(netgraft_link_new_macvtap("mt", host, "parent", &link, &error));
    OK(netgraft_link_set_macvlan_mode(link, "private", &error));
    INVALID(netgraft_link_set_ipvlan_isolation(link, "vepa", &error));
    is_of_kind(add_if_possible(ns, link), "macvtap");

    INVALID(netgraft_link_new_vlan("vl", host, "parent", 4095, &link, &error));
    OK(netgraft_link_new_vlan("vl", host, "parent", 7, &link, &error));
    OK(netgraft_link_set_vlan_protocol(link, "802.1ad", &error));
    INVALID(netgraft_link_set_vlan_protocol(link, "802.3", &error));
    interface = add_if_possible(ns, link);
    if (interface != NULL) {
        shell("nsenter --net=/run/netns/links ip -d link show vl | grep -q 'vlan protocol 802.1ad id 7'");
    }
    is_of_kind(interface, "vlan");
    shell("ip link del parent");
}

static void tunnel(const netgraft_namespace *ns, const netgraft_namespace *host) {
    ERROR_OF_TEST;
    netgraft_link *link = NULL;
    netgraft_interface *interface;

    INVALID(netgraft_link_new_vxlan("vx", host, 1 << 24, &link, &error));
    CHECK(link == NULL);
    OK(netgraft_link_new_vxlan("vx", host, 42, &link, &error));
    OK(netgraft_link_set_vxlan_parent(link, "lo", &error));
    OK(netgraft_link_set_vxlan_local(link, "127.0.0.1", &error));
    OK(netgraft_link_set_vxlan_remote(link, "127.0.0.2", &error));
    OK(netgraft_link_set_vxlan_port(link, 4789, &error));
    OK(netgraft_link_set_vxlan_learning(link, false, &error));
    OK(netgraft_link_set_vxlan_proxy(link, true, &error));
    OK(netgraft_link_set_vxlan_l2_miss(link, true, &error));
    OK(netgraft_link_set_vxlan_l3_miss(link, true, &error));
    INVALID(netgraft_link_set_vxlan_group(link, "239.0.0.1", &error));
    INVALID(netgraft_link_set_vxlan_local(link, "::1", &error));
    INVALID(netgraft_link_set_vxlan_remote(link, "0.0.0.0", &error));
    INVALID(netgraft_link_set_vxlan_port(link, 0, &error));
    REFUSED(netgraft_link_set_vxlan_parent(link, "", &error), EINVAL, NETGRAFT_KIND_INVALID_NAME);
    interface = add(ns, link);
    shell("nsenter --net=/run/netns/links ip -d link show vx | grep -q 'vxlan id 42 remote 127.0.0.2 local 127.0.0.1'");
    shell("nsenter --net=/run/netns/links ip -d link show vx | grep -q 'proxy .*l2miss l3miss'");
    removed(interface);

    /* A group is joined on a parent. */
    OK(netgraft_link_new_vxlan("vx", host, 43, &link, &error));
    OK(netgraft_link_set_vxlan_group(link, "239.0.0.1", &error));
    INVALID(netgraft_namespace_add_interface(ns, link, NULL, &interface, &error));
    netgraft_link_free(link);
}

void test_links(void) {
    ERROR_OF_TEST;
    netgraft_namespace *host, *ns = created("links");
    netgraft_link *link;
    netgraft_interface *interface;

    OK(netgraft_namespace_current(&host, &error));
    OK(netgraft_link_new_dummy("du", &link, &error));
    interface = add_if_possible(ns, link);
    if (interface != NULL) {
        removed(interface);
    }
    bridge_and_port(ns, host);
    veth(ns, host);
    upon_a_parent(ns, host);
    netkit_and_vrf(ns, host);
    is_found(host);
    tunnel(ns, host);
    netgraft_namespace_free(host);
    OK(netgraft_namespace_destroy(ns, &error));
    netgraft_namespace_free(ns);
}
