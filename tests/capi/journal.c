/* The journal, and interfaces that are found again. */
#include "suite.h"

#include <errno.h>
#include <stdio.h>

/* A second handle, as another process would have it. */
static netgraft_namespace *again(void) {
    ERROR_OF_TEST;
    netgraft_namespace *ns;

    OK(netgraft_namespace_open("/run/netns/journal", &ns, &error));
    return ns;
}

static void by_journal(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    netgraft_interface *interface;
    netgraft_namespace *later = again(), *reader;
    netgraft_restored *restored;
    const netgraft_interface_list *list;
    FILE *torn;

    OK(netgraft_namespace_keep_journal(ns, "/run/journal", &error));
    interface = bridge(ns, "d0");
    netgraft_interface_free(interface);
    netgraft_interface_free(bridge(ns, "d1"));
    shell("nsenter --net=/run/netns/journal ip link del d1");
    torn = fopen("/run/journal/torn.entry", "w");
    CHECK(torn != NULL && fputs("netgraft-journal 1\n", torn) >= 0 && fclose(torn) == 0);

    OK(netgraft_namespace_keep_journal(later, "/run/journal", &error));
    OK(netgraft_namespace_restore(later, &restored, &error));
    list = netgraft_restored_interfaces(restored);
    CHECK(netgraft_interface_list_length(list) == 1);
    SAME(netgraft_interface_source_name(netgraft_interface_list_get(list, 0)), "d0");
    CHECK(holds(netgraft_restored_gone(restored), "d1", NULL));
    CHECK(holds(netgraft_restored_undone(restored), NULL));
    CHECK(holds(netgraft_restored_finished(restored), NULL));
    CHECK(holds(netgraft_restored_dropped(restored), NULL));
    CHECK(holds(netgraft_restored_unmatched(restored), NULL));
    CHECK(netgraft_restored_left_alone(restored)[0] != NULL && netgraft_restored_left_alone(restored)[1] == NULL);
    CHECK(netgraft_restored_busy(restored) == 0);
    CHECK(netgraft_restored_failed(restored, 0) == NULL);
    netgraft_restored_free(restored);

    reader = again();
    OK(netgraft_namespace_read_journal(reader, "/run/journal", &error));
    OK(netgraft_namespace_interface(reader, "d0", &interface, &error));
    netgraft_interface_free(interface);
    netgraft_namespace_free(reader);
    reader = again();
    OK(netgraft_namespace_read_journal(reader, "/run/journal-to-be", &error));
    REFUSED(netgraft_namespace_interface(reader, "d0", &interface, &error), ENOENT, NETGRAFT_KIND_NOT_FOUND);
    CHECK(netgraft_namespace_read_journal(reader, "/dev/null", NULL) < 0);
    netgraft_namespace_free(reader);

    OK(netgraft_namespace_interface(later, "d0", &interface, &error));
    OK(netgraft_interface_remove(interface, &error));
    netgraft_interface_free(interface);
    netgraft_namespace_free(later);
    CHECK(netgraft_namespace_keep_journal(ns, "/dev/null", NULL) < 0);
}

static void by_description(void) {
    ERROR_OF_TEST;
    netgraft_namespace *first = again(), *later = again();
    netgraft_interface *interface = bridge(first, "d0");
    netgraft_link *links[2];
    netgraft_config *configs[2];
    netgraft_restored *restored;

    for (int i = 0; i < 2; i++) {
        OK(netgraft_link_new_bridge(i == 0 ? "d0" : "lost", &links[i], &error));
        OK(netgraft_config_new_named(i == 0 ? "d0" : "lost", &configs[i], &error));
    }
    OK(netgraft_namespace_restore_from(later, (const netgraft_link *const *)links,
                                       (const netgraft_config *const *)configs, 2, &restored, &error));
    CHECK(netgraft_interface_list_length(netgraft_restored_interfaces(restored)) == 1);
    CHECK(holds(netgraft_restored_unmatched(restored), "lost", NULL));
    CHECK(netgraft_error_kind(netgraft_restored_unmatched_why(restored, 0)) == NETGRAFT_KIND_NOT_FOUND);
    CHECK(netgraft_restored_unmatched_why(restored, 1) == NULL);
    netgraft_restored_free(restored);
    /* No configurations at all, and nothing. */
    OK(netgraft_namespace_restore_from(later, (const netgraft_link *const *)links, NULL, 1, &restored, &error));
    netgraft_restored_free(restored);
    OK(netgraft_namespace_restore_from(later, NULL, NULL, 0, &restored, &error));
    netgraft_restored_free(restored);

    for (int i = 0; i < 2; i++) {
        netgraft_config_free(configs[i]);
        netgraft_link_free(links[i]);
    }
    netgraft_interface_free(interface);
    OK(netgraft_namespace_interface(later, "d0", &interface, &error));
    OK(netgraft_interface_remove(interface, &error));
    netgraft_interface_free(interface);
    netgraft_namespace_free(later);
    netgraft_namespace_free(first);
}

/* What is not removed in the ordinary way: forgotten, home without addresses, and gone with its namespace. */
static void in_other_ways(void) {
    ERROR_OF_TEST;
    netgraft_namespace *host, *ns = created("others");
    netgraft_link *link;
    netgraft_interface *interface;

    OK(netgraft_namespace_keep_journal(ns, "/run/journal", &error));
    netgraft_interface_free(bridge(ns, "d0"));
    OK(netgraft_namespace_forget(ns, "d0", &error));
    REFUSED(netgraft_namespace_forget(ns, "d0", &error), ENOENT, NETGRAFT_KIND_NOT_FOUND);
    REFUSED(netgraft_namespace_interface(ns, "d0", &interface, &error), ENOENT, NETGRAFT_KIND_NOT_FOUND);
    shell("nsenter --net=/run/netns/others ip link show d0 >/dev/null");

    shell("ip link add bare type veth peer name bare-peer && ip address add 10.8.0.1/24 dev bare");
    OK(netgraft_namespace_current(&host, &error));
    OK(netgraft_link_new_existing(host, "bare", &link, &error));
    OK(netgraft_namespace_add_interface(ns, link, NULL, &interface, &error));
    OK(netgraft_interface_remove_without_addresses(interface, &error));
    netgraft_interface_free(interface);
    shell("test -z \"$(ip -4 -o address show dev bare)\"");

    /* Its name is taken at home meanwhile. */
    OK(netgraft_namespace_add_interface(ns, link, NULL, &interface, &error));
    shell("ip link add bare type bridge");
    REFUSED(netgraft_namespace_destroy(ns, &error), EEXIST, NETGRAFT_KIND_NAME_TAKEN);
    OK(netgraft_namespace_destroy_by_force(ns, &error));
    shell("ip link delete bare");
    netgraft_interface_free(interface);
    netgraft_link_free(link);
    netgraft_namespace_free(host);
    netgraft_namespace_free(ns);
}

void test_journal(void) {
    ERROR_OF_TEST;
    netgraft_namespace *ns = created("journal");

    by_journal(ns);
    by_description();
    in_other_ways();
    OK(netgraft_namespace_destroy(ns, &error));
    netgraft_namespace_free(ns);
}
