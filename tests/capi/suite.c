/* Runs the test that is named. */
#include "suite.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void check(bool holds, const char *what, const char *file, int line) {
    if (!holds) {
        fprintf(stderr, "%s:%d: it does not hold: %s\n", file, line, what);
        exit(1);
    }
}

void succeeds(int result, const netgraft_error *error, const char *what, const char *file, int line) {
    if (result != 0) {
        const char *message = netgraft_error_message(error);
        fprintf(stderr, "%s:%d: %s: %d: %s\n", file, line, what, result, message == NULL ? "no message" : message);
        exit(1);
    }
    check(error == NULL, "no error is given where there is none", file, line);
}

void fails(int result, const netgraft_error *error, int number, netgraft_kind kind, const char *what, const char *file,
           int line) {
    const char *message = netgraft_error_message(error);
    if (result != -number || netgraft_error_kind(error) != kind) {
        fprintf(stderr, "%s:%d: %s: %d, %s\n", file, line, what, result, message == NULL ? "no message" : message);
        exit(1);
    }
    check(netgraft_error_errno(error) == number, "the errno is what was returned", file, line);
    check(message != NULL && message[0] != '\0' && strchr(message, '\n') == NULL, "one line", file, line);
    check(netgraft_error_left(error) == NULL, "all is as it was", file, line);
}

void same(const char *one, const char *other, const char *what, const char *file, int line) {
    if (one == other) {
        return;
    }
    if (one == NULL || other == NULL || strcmp(one, other) != 0) {
        fprintf(stderr, "%s:%d: %s is \"%s\", not \"%s\"\n", file, line, what, one == NULL ? "NULL" : one,
                other == NULL ? "NULL" : other);
        exit(1);
    }
}

void shell(const char *command) {
    if (system(command) != 0) {
        fprintf(stderr, "failed: %s\n", command);
        exit(1);
    }
}

bool holds(const char *const *texts, ...) {
    va_list wanted;
    size_t count = 0;
    bool all = true;

    if (texts == NULL) {
        return false;
    }
    va_start(wanted, texts);
    for (;;) {
        const char *text = va_arg(wanted, const char *);
        if (text == NULL) {
            break;
        }
        bool found = false;
        for (size_t i = 0; texts[i] != NULL; i++) {
            found = found || strcmp(texts[i], text) == 0;
        }
        all = all && found;
        count++;
    }
    va_end(wanted);
    return all && texts[count] == NULL;
}

netgraft_namespace *created(const char *name) {
    ERROR_OF_TEST;
    netgraft_namespace *ns;
    char path[64];

    snprintf(path, sizeof path, "/run/netns/%s", name);
    OK(netgraft_namespace_create(path, &ns, &error));
    return ns;
}

netgraft_interface *bridge(const netgraft_namespace *ns, const char *name) {
    ERROR_OF_TEST;
    netgraft_link *link;
    netgraft_config *config;
    netgraft_interface *interface;

    OK(netgraft_link_new_bridge(name, &link, &error));
    OK(netgraft_config_new_named(name, &config, &error));
    OK(netgraft_config_set_announce(config, 0, 1000, &error));
    OK(netgraft_namespace_add_interface(ns, link, config, &interface, &error));
    netgraft_config_free(config);
    netgraft_link_free(link);
    return interface;
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        void (*run)(void);
    } tests[] = {
        {"errors", test_errors},
        {"namespaces", test_namespaces},
        {"interfaces", test_interfaces},
        {"links", test_links},
        {"monitor", test_monitor},
        {"routing", test_routing},
        {"journal", test_journal},
        {"announcements", test_announcements},
        {"log", test_log},
        {"null", test_null},
        {"hostile", test_hostile},
        {"threads", test_threads},
        {"streams", test_streams},
    };
    bool any = false;

    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        if (argc < 2 || strcmp(argv[1], tests[i].name) == 0) {
            tests[i].run();
            any = true;
        }
    }
    CHECK(any);
    return 0;
}
