/* One handle, several threads at once. */
#define _GNU_SOURCE
#include "suite.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { THREADS = 4, ROUNDS = 5 };

struct worker {
    const netgraft_namespace *ns;
    int number;
};

/* Adds, looks at and removes interfaces, whose names the kernel chooses. */
static void *work(void *data) {
    ERROR_OF_TEST;
    const struct worker *worker = data;
    char name[16];

    snprintf(name, sizeof name, "w%d", worker->number);
    for (int i = 0; i < ROUNDS; i++) {
        netgraft_link *link;
        netgraft_config *config;
        netgraft_interface *interface, *found;
        netgraft_interface_list *list;
        netgraft_link_list *links;
        netgraft_statistics statistics = {0};

        OK(netgraft_link_new_bridge(name, &link, &error));
        OK(netgraft_config_new_prefix("eth", &config, &error));
        OK(netgraft_config_set_announce(config, 0, 1000, &error));
        OK(netgraft_namespace_add_interface(worker->ns, link, config, &interface, &error));
        CHECK(strncmp(netgraft_interface_name(interface), "eth", 3) == 0);
        OK(netgraft_namespace_interface(worker->ns, name, &found, &error));
        OK(netgraft_interface_statistics(found, &statistics, sizeof statistics, &error));
        OK(netgraft_namespace_interfaces(worker->ns, &list, &error));
        OK(netgraft_namespace_links(worker->ns, &links, &error));
        CHECK(netgraft_interface_list_length(list) >= 1 && netgraft_link_list_length(links) >= 2);
        OK(netgraft_interface_remove(interface, &error));
        netgraft_link_list_free(links);
        netgraft_interface_list_free(list);
        netgraft_interface_free(found);
        netgraft_interface_free(interface);
        netgraft_config_free(config);
        netgraft_link_free(link);
    }
    return NULL;
}

/* Of several that remove or destroy the same, one succeeds. */
static void *remove_it(void *data) {
    return (void *)(size_t)(netgraft_interface_remove(data, NULL) == 0);
}

static void *destroy_it(void *data) {
    return (void *)(size_t)(netgraft_namespace_destroy(data, NULL) == 0);
}

static size_t successes(void *(*function)(void *), void *data) {
    pthread_t threads[THREADS];
    size_t sum = 0;

    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, function, data) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        void *succeeded;

        CHECK(pthread_join(threads[i], &succeeded) == 0);
        sum += (size_t)succeeded;
    }
    return sum;
}

void test_threads(void) {
    netgraft_namespace *ns = created("threads");
    netgraft_interface *interface;
    struct worker workers[THREADS];
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){ns, i};
        CHECK(pthread_create(&threads[i], NULL, work, &workers[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    interface = bridge(ns, "d0");
    CHECK(successes(remove_it, interface) == 1);
    netgraft_interface_free(interface);
    CHECK(successes(destroy_it, ns) == 1);
    netgraft_namespace_free(ns);
}
