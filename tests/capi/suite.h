/* What the tests of the C API share. Each runs in namespaces of its own, as root there, with an empty /run. */
#ifndef SUITE_H
#define SUITE_H

#include <netgraft.h>

/* The error that the macros below look at and free. Each test has one. */
#define ERROR_OF_TEST netgraft_error *error = NULL

/* Ends the program unless something holds. */
#define CHECK(holds) check((holds), #holds, __FILE__, __LINE__)

/* A call with `&error` has to succeed, and to leave the error alone. */
#define OK(call)                                                \
    do {                                                        \
        int result_ = (call);                                   \
        succeeds(result_, error, #call, __FILE__, __LINE__);    \
    } while (false)

/* A call with `&error` has to fail with this errno and kind. */
#define REFUSED(call, number, kind)                                         \
    do {                                                                    \
        int result_ = (call);                                               \
        fails(result_, error, number, kind, #call, __FILE__, __LINE__);     \
        netgraft_error_free(error);                                         \
        error = NULL;                                                       \
    } while (false)

/* A call with `&error` has to be refused for what it is given. */
#define INVALID(call) REFUSED(call, EINVAL, NETGRAFT_KIND_INVALID_ARGUMENT)

/* Texts have to be the same, or both NULL. */
#define SAME(one, other) same((one), (other), #one, __FILE__, __LINE__)

void check(bool holds, const char *what, const char *file, int line);
void succeeds(int result, const netgraft_error *error, const char *what, const char *file, int line);
void fails(int result, const netgraft_error *error, int number, netgraft_kind kind, const char *what, const char *file,
           int line);
void same(const char *one, const char *other, const char *what, const char *file, int line);

/* Runs a command line, which has to succeed. */
void shell(const char *command);

/* Whether an array that ends with NULL holds these texts, which end with NULL as well, and no others. */
bool holds(const char *const *texts, ...);

/* A namespace at /run/netns/NAME. */
netgraft_namespace *created(const char *name);

/* A namespace's new bridge that is an interface of this name. */
netgraft_interface *bridge(const netgraft_namespace *ns, const char *name);

void test_errors(void);
void test_namespaces(void);
void test_interfaces(void);
void test_links(void);
void test_monitor(void);
void test_routing(void);
void test_journal(void);
void test_announcements(void);
void test_log(void);
void test_null(void);
void test_hostile(void);
void test_threads(void);
void test_streams(void);

#endif
