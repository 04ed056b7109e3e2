/* Gateways, routes, neighbours, extra addresses, settings. */
#include "suite.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* An interface `d0` with 10.0.0.2/24 and two default routes to keep. */
static netgraft_interface *addressed(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    netgraft_link *link;
    netgraft_config *config;
    netgraft_interface *interface;

    OK(netgraft_link_new_bridge("d0", &link, &error));
    config = netgraft_config_new();
    OK(netgraft_config_add_address(config, "10.0.0.2/24", &error));
    OK(netgraft_config_add_address(config, "fd00:1::2/64", &error));
    OK(netgraft_config_add_route(config, "0.0.0.0/0", &error));
    OK(netgraft_config_set_announce(config, 0, 1000, &error));
    OK(netgraft_namespace_add_interface(ns, link, config, &interface, &error));
    netgraft_config_free(config);
    netgraft_link_free(link);
    return interface;
}

static void gateways(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    netgraft_gateways found = {0};
    const netgraft_route preferred = {.destination = "0.0.0.0/0", .next_hop = "10.0.0.1", .metric = 77};

    OK(netgraft_namespace_set_gateway(ns, "10.0.0.1", NULL, 0, 0, &error));
    OK(netgraft_namespace_set_gateway(ns, "fd00:1::1", "d0", 0, 0, &error));
    OK(netgraft_namespace_set_gateway(ns, "0.0.0.0", NULL, 0, 0, &error));
    OK(netgraft_namespace_gateways(ns, &found, sizeof found, &error));
    SAME(found.ipv4, "10.0.0.1");
    SAME(found.ipv6, "fd00:1::1");
    REFUSED(netgraft_namespace_set_gateway(ns, "10.0.0.9", NULL, 0, 0, &error), EEXIST, NETGRAFT_KIND_EXISTS);
    OK(netgraft_namespace_set_gateway(ns, "172.16.0.9", "d0", 0, NETGRAFT_GATEWAY_REPLACE | NETGRAFT_GATEWAY_ONLINK,
                                      &error));
    OK(netgraft_namespace_gateways(ns, &found, sizeof found, &error));
    SAME(found.ipv4, "172.16.0.9");
    OK(netgraft_namespace_remove_gateway(ns, AF_INET, &error));
    OK(netgraft_namespace_remove_gateway(ns, AF_INET, &error));
    OK(netgraft_namespace_remove_gateway(ns, AF_INET6, &error));
    OK(netgraft_namespace_gateways(ns, &found, sizeof found, &error));
    SAME(found.ipv4, "");
    SAME(found.ipv6, "");
    OK(netgraft_namespace_set_gateway(ns, "10.0.0.1", NULL, 77, 0, &error));
    shell("nsenter --net=/run/netns/routing ip route show default | grep -q 'via 10.0.0.1 .*metric 77'");
    OK(netgraft_namespace_remove_gateway(ns, AF_INET, &error));
    shell("nsenter --net=/run/netns/routing ip route show default | grep -q 'via 10.0.0.1 .*metric 77'");
    OK(netgraft_namespace_remove_route(ns, &preferred, sizeof preferred, &error));
    REFUSED(netgraft_namespace_set_gateway(ns, "192.0.2.1", NULL, 0, 0, &error), ENETUNREACH, NETGRAFT_KIND_UNREACHABLE);
    REFUSED(netgraft_namespace_set_gateway(ns, "10.0.0.1", "none", 0, 0, &error), ENOENT, NETGRAFT_KIND_NOT_FOUND);
    INVALID(netgraft_namespace_set_gateway(ns, "10.0.0.1/24", NULL, 0, 0, &error));
    INVALID(netgraft_namespace_set_gateway(ns, "10.0.0.1", NULL, 0, 4, &error));
    INVALID(netgraft_namespace_remove_gateway(ns, AF_UNIX, &error));

    OK(netgraft_namespace_set_default_route(ns, "d0", AF_INET, &error));
    REFUSED(netgraft_namespace_set_default_route(ns, "d0", AF_INET6, &error), ENOENT, NETGRAFT_KIND_NOT_FOUND);
    REFUSED(netgraft_namespace_set_default_route(ns, "d0", AF_INET, &error), EEXIST, NETGRAFT_KIND_EXISTS);
    OK(netgraft_namespace_remove_default_route(ns, AF_INET, &error));
    OK(netgraft_namespace_remove_default_route(ns, AF_INET, &error));
    INVALID(netgraft_namespace_remove_default_route(ns, -1, &error));
}

static void routes(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    netgraft_route route = {"192.168.0.0/16", "10.0.0.9", "10.0.0.2", 50, 100, NETGRAFT_ROUTE_NEXT_HOPS, 1300, 1200};
    netgraft_route found = {0};
    const netgraft_route plain = {.destination = "172.16.0.0/12", .next_hop = "10.0.0.9"};
    netgraft_route_list *list;

    OK(netgraft_namespace_add_route(ns, &route, sizeof route, &error));
    OK(netgraft_namespace_add_route(ns, &plain, sizeof plain, &error));
    REFUSED(netgraft_namespace_add_route(ns, &plain, sizeof plain, &error), EEXIST, NETGRAFT_KIND_EXISTS);
    OK(netgraft_namespace_routes(ns, &list, &error));
    CHECK(netgraft_route_list_length(list) == 2);
    for (size_t i = 0; i < 2; i++) {
        OK(netgraft_route_list_get(list, i, &found, sizeof found, &error));
        SAME(found.next_hop, "10.0.0.9");
        if (found.metric == 50) {
            SAME(found.destination, "192.168.0.0/16");
            SAME(found.source, "10.0.0.2");
            CHECK(found.table == 100 && found.mtu == 1300 && found.advmss == 1200);
        } else {
            SAME(found.destination, "172.16.0.0/12");
            SAME(found.source, NULL);
            CHECK(found.metric == 0 && found.table == 254 && found.mtu == 0 && found.advmss == 0);
        }
        CHECK(found.kind == NETGRAFT_ROUTE_NEXT_HOPS);
    }
    REFUSED(netgraft_route_list_get(list, 2, &found, sizeof found, &error), ENOENT, NETGRAFT_KIND_NOT_FOUND);
    netgraft_route_list_free(list);
    shell("nsenter --net=/run/netns/routing ip route show proto 110 table all | grep -q '192.168.0.0/16 via 10.0.0.9'");
    CHECK(NETGRAFT_ROUTE_PROTOCOL == 110);
    OK(netgraft_namespace_remove_route(ns, &route, sizeof route, &error));
    OK(netgraft_namespace_remove_route(ns, &plain, sizeof plain, &error));
    REFUSED(netgraft_namespace_remove_route(ns, &plain, sizeof plain, &error), ENOENT, NETGRAFT_KIND_NOT_FOUND);

    route.next_hop = "fd00:1::9";
    INVALID(netgraft_namespace_add_route(ns, &route, sizeof route, &error));
    route.next_hop = NULL;
    INVALID(netgraft_namespace_add_route(ns, &route, sizeof route, &error));
}

/* The only route that netgraft made. */
static void is_the_route(const netgraft_namespace *ns, const char *destination, const char *next_hop, uint32_t kind) {
    ERROR_OF_TEST;
    netgraft_route found = {0};
    netgraft_route_list *list;

    OK(netgraft_namespace_routes(ns, &list, &error));
    CHECK(netgraft_route_list_length(list) == 1);
    OK(netgraft_route_list_get(list, 0, &found, sizeof found, &error));
    SAME(found.destination, destination);
    SAME(found.next_hop, next_hop);
    CHECK(found.kind == kind);
    netgraft_route_list_free(list);
}

/* By way of several next hops, and to nowhere, each in place of the one before. */
static void routes_of_every_kind(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    netgraft_route route = {.destination = "172.16.0.0/12", .next_hop = "10.0.0.8 10.0.0.9"};

    OK(netgraft_namespace_add_route(ns, &route, sizeof route, &error));
    is_the_route(ns, "172.16.0.0/12", "10.0.0.8 10.0.0.9", NETGRAFT_ROUTE_NEXT_HOPS);
    route.next_hop = "10.0.0.7";
    OK(netgraft_namespace_replace_route(ns, &route, sizeof route, &error));
    is_the_route(ns, "172.16.0.0/12", "10.0.0.7", NETGRAFT_ROUTE_NEXT_HOPS);
    route.next_hop = NULL;
    route.kind = NETGRAFT_ROUTE_BLACKHOLE;
    OK(netgraft_namespace_replace_route(ns, &route, sizeof route, &error));
    is_the_route(ns, "172.16.0.0/12", NULL, NETGRAFT_ROUTE_BLACKHOLE);
    OK(netgraft_namespace_remove_route(ns, &route, sizeof route, &error));
    route.kind = NETGRAFT_ROUTE_UNREACHABLE;
    OK(netgraft_namespace_add_route(ns, &route, sizeof route, &error));
    is_the_route(ns, "172.16.0.0/12", NULL, NETGRAFT_ROUTE_UNREACHABLE);
    OK(netgraft_namespace_remove_route(ns, &route, sizeof route, &error));
    route.kind = 3;
    INVALID(netgraft_namespace_add_route(ns, &route, sizeof route, &error));
    route.kind = NETGRAFT_ROUTE_NEXT_HOPS;
    route.next_hop = "10.0.0.8 fd00:1::9";
    INVALID(netgraft_namespace_add_route(ns, &route, sizeof route, &error));
    route.next_hop = "192.0.2.9";
    REFUSED(netgraft_namespace_replace_route(ns, &route, sizeof route, &error), ENETUNREACH, NETGRAFT_KIND_UNREACHABLE);
}

static void rules(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    const char *rule = "from 10.0.0.0/24 priority 500 table 100";

    OK(netgraft_namespace_add_rule(ns, rule, &error));
    shell("nsenter --net=/run/netns/routing ip rule show | grep -q '500:.from 10.0.0.0/24 lookup 100'");
    REFUSED(netgraft_namespace_add_rule(ns, rule, &error), EEXIST, NETGRAFT_KIND_EXISTS);
    OK(netgraft_namespace_remove_rule(ns, rule, &error));
    REFUSED(netgraft_namespace_remove_rule(ns, rule, &error), ENOENT, NETGRAFT_KIND_NOT_FOUND);
    INVALID(netgraft_namespace_add_rule(ns, "from 10.0.0.0/24", &error));
    INVALID(netgraft_namespace_remove_rule(ns, "somehow", &error));
}

static void neighbours(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    const char *mac = "02:00:00:00:00:09";

    OK(netgraft_namespace_add_neighbour(ns, "10.0.0.9", mac, "d0", 0, &error));
    REFUSED(netgraft_namespace_add_neighbour(ns, "10.0.0.9", mac, NULL, 0, &error), EEXIST, NETGRAFT_KIND_NEIGHBOUR_EXISTS);
    OK(netgraft_namespace_remove_neighbour(ns, "10.0.0.9", NULL, NULL, 0, &error));
    REFUSED(netgraft_namespace_remove_neighbour(ns, "10.0.0.9", mac, NULL, 0, &error), ENOENT,
            NETGRAFT_KIND_NEIGHBOUR_MISSING);
    REFUSED(netgraft_namespace_add_neighbour(ns, "10.0.0.9", mac, "none", 0, &error), ENOENT, NETGRAFT_KIND_NOT_FOUND);
    INVALID(netgraft_namespace_remove_neighbour(ns, "10.0.0.9", NULL, "d0", NETGRAFT_NEIGHBOUR_BRIDGE, &error));
    INVALID(netgraft_namespace_add_neighbour(ns, "10.0.0.9", "mac", "d0", 0, &error));
    INVALID(netgraft_namespace_add_neighbour(ns, "10.0.0.9", mac, "d0", 2, &error));
}

static void addresses_and_settings(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    bool has = true;

    OK(netgraft_namespace_add_extra_address(ns, "d0", "10.0.0.7/24", &error));
    REFUSED(netgraft_namespace_add_extra_address(ns, "d0", "10.0.0.7/24", &error), EEXIST, NETGRAFT_KIND_EXISTS);
    OK(netgraft_namespace_remove_extra_address(ns, "d0", "10.0.0.7/24", &error));
    CHECK(netgraft_namespace_remove_extra_address(ns, "d0", "10.0.0.7/24", NULL) < 0);
    REFUSED(netgraft_namespace_add_extra_address(ns, "none", "10.0.0.7/24", &error), ENODEV, NETGRAFT_KIND_NOT_FOUND);
    INVALID(netgraft_namespace_add_extra_address(ns, "d0", "10.0.0.7/2/4", &error));

    OK(netgraft_namespace_disable_arp_for_vip(ns, "d0", &error));
    shell("nsenter --net=/run/netns/routing cat /proc/sys/net/ipv4/conf/d0/arp_ignore | grep -q 1");
    REFUSED(netgraft_namespace_disable_arp_for_vip(ns, "none", &error), ENOENT, NETGRAFT_KIND_NOT_FOUND);

    OK(netgraft_namespace_has_ipv6_on_loopback(ns, &has, &error));
    CHECK(has);
    shell("nsenter --net=/run/netns/routing ip addr del ::1/128 dev lo");
    OK(netgraft_namespace_has_ipv6_on_loopback(ns, &has, &error));
    CHECK(has);
    OK(netgraft_namespace_refresh_ipv6_on_loopback(ns, &has, &error));
    CHECK(!has);
    OK(netgraft_namespace_tune_load_balancer(ns, &error));
}

void test_routing(void) {
    ERROR_OF_TEST;
    netgraft_namespace *ns = created("routing");
    netgraft_interface *interface = addressed(ns);

    gateways(ns);
    routes(ns);
    routes_of_every_kind(ns);
    rules(ns);
    neighbours(ns);
    addresses_and_settings(ns);
    netgraft_interface_free(interface);
    OK(netgraft_namespace_destroy(ns, &error));
    netgraft_namespace_free(ns);
}
