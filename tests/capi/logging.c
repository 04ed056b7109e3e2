/* The log. */
#include "suite.h"

#include <errno.h>
#include <string.h>

struct seen {
    int warnings, debug;
};

static void log_to(void *data, netgraft_log_level level, const char *message) {
    struct seen *seen = data;

    CHECK(message[0] != '\0' && strchr(message, '\n') == NULL);
    if (level == NETGRAFT_LOG_WARN) {
        seen->warnings++;
    } else if (level == NETGRAFT_LOG_DEBUG) {
        seen->debug++;
    }
    /* A function for the log may call the library. */
    CHECK(netgraft_announce_timeout() == -1);
}

void test_log(void) {
    ERROR_OF_TEST;
    /* Used until the process ends. */
    static struct seen seen;
    netgraft_namespace *ns = created("log");

    INVALID(netgraft_log_set(NULL, &seen, NETGRAFT_LOG_DEBUG, &error));
    INVALID(netgraft_log_set(log_to, &seen, 6, &error));
    OK(netgraft_log_set(log_to, &seen, NETGRAFT_LOG_DEBUG, &error));
    REFUSED(netgraft_log_set(log_to, &seen, NETGRAFT_LOG_DEBUG, &error), EEXIST, NETGRAFT_KIND_EXISTS);

    /* The kernel has no IPVS settings where the module is not loaded, and all of them otherwise. */
    OK(netgraft_namespace_tune_load_balancer(ns, &error));
    netgraft_interface_free(bridge(ns, "d0"));
    CHECK(seen.warnings == 0 || seen.warnings == 3);
    CHECK(seen.debug > 0);

    OK(netgraft_log_set_level(NETGRAFT_LOG_OFF, &error));
    seen.debug = 0;
    netgraft_interface_free(bridge(ns, "d1"));
    CHECK(seen.debug == 0);
    INVALID(netgraft_log_set_level(-1, &error));

    OK(netgraft_namespace_destroy(ns, &error));
    netgraft_namespace_free(ns);
}
