/* Namespaces: come by in every way, entered, told apart, ended. */
#define _GNU_SOURCE
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What a function inside is given, and finds. */
struct visit {
    pid_t thread;
    ino_t namespace_file;
};

static ino_t namespace_of_thread(void) {
    struct stat status;

    CHECK(stat("/proc/thread-self/ns/net", &status) == 0);
    return status.st_ino;
}

static int visit(void *data) {
    struct visit *visit = data;

    visit->thread = (pid_t)syscall(SYS_gettid);
    visit->namespace_file = namespace_of_thread();
    return -7;
}

static void opens_in_every_way(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    netgraft_namespace *again, *own;
    int fd;

    OK(netgraft_namespace_open("/run/netns/one", &again, &error));
    CHECK(netgraft_namespace_equal(ns, again));
    SAME(netgraft_namespace_id(again), netgraft_namespace_id(ns));
    SAME(netgraft_namespace_path(again), "/run/netns/one");
    SAME(netgraft_namespace_label(again), "/run/netns/one");
    netgraft_namespace_free(again);

    OK(netgraft_namespace_dup_fd(ns, &fd, &error));
    CHECK((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    OK(netgraft_namespace_open_fd(fd, &again, &error));
    CHECK(netgraft_namespace_equal(ns, again));
    SAME(netgraft_namespace_path(again), NULL);
    netgraft_namespace_free(again);
    CHECK(close(fd) == 0);

    OK(netgraft_namespace_current(&own, &error));
    CHECK(!netgraft_namespace_equal(ns, own));
    OK(netgraft_namespace_open_pid((uint32_t)getpid(), &again, &error));
    CHECK(netgraft_namespace_equal(own, again));
    netgraft_namespace_free(again);

    fd = (int)syscall(SYS_pidfd_open, getpid(), 0);
    if (fd >= 0) {
        OK(netgraft_namespace_open_pidfd(fd, &again, &error));
        CHECK(netgraft_namespace_equal(own, again));
        netgraft_namespace_free(again);
        CHECK(close(fd) == 0);
    }
    netgraft_namespace_free(own);

    OK(netgraft_namespace_adopt("/run/netns/second", "/run/netns/one", &again, &error));
    CHECK(netgraft_namespace_equal(ns, again));
    SAME(netgraft_namespace_path(again), "/run/netns/second");
    OK(netgraft_namespace_destroy(again, &error));
    netgraft_namespace_free(again);

    again = netgraft_namespace_clone(ns);
    CHECK(netgraft_namespace_equal(ns, again));
    SAME(netgraft_namespace_path(again), "/run/netns/one");
    netgraft_namespace_free(again);
}

static void refuses_what_is_none(void) {
    ERROR_OF_TEST;
    netgraft_namespace *none = NULL;
    int fd;

    REFUSED(netgraft_namespace_open("/run/nothing", &none, &error), ENOENT, NETGRAFT_KIND_NOT_FOUND);
    REFUSED(netgraft_namespace_open("/dev/null", &none, &error), EINVAL, NETGRAFT_KIND_NAMESPACE);
    REFUSED(netgraft_namespace_open("/proc/self/ns/mnt", &none, &error), EINVAL, NETGRAFT_KIND_NAMESPACE);
    REFUSED(netgraft_namespace_create("/run/netns/one", &none, &error), EEXIST, NETGRAFT_KIND_EXISTS);
    REFUSED(netgraft_namespace_adopt("/run/netns/one", "/run/netns/one", &none, &error), EEXIST, NETGRAFT_KIND_EXISTS);
    CHECK(netgraft_namespace_open_pid(0x7ffffffe, &none, &error) < 0);
    SAME(netgraft_error_kind_name(error), "not-found");
    netgraft_error_free(error);
    error = NULL;
    fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    CHECK(fd >= 0);
    REFUSED(netgraft_namespace_open_fd(fd, &none, &error), EINVAL, NETGRAFT_KIND_NAMESPACE);
    CHECK(netgraft_namespace_open_pidfd(fd, &none, NULL) < 0);
    CHECK(close(fd) == 0);
    CHECK(none == NULL);
}

static void runs_a_function_inside(const netgraft_namespace *ns) {
    ERROR_OF_TEST;
    struct visit inside = {0, 0};
    ino_t before = namespace_of_thread();
    struct stat pin;
    int result = 1;

    OK(netgraft_namespace_run(ns, visit, &inside, &result, &error));
    CHECK(result == -7);
    CHECK(stat("/run/netns/one", &pin) == 0 && inside.namespace_file == pin.st_ino);
    CHECK(inside.thread != (pid_t)syscall(SYS_gettid));
    CHECK(namespace_of_thread() == before && before != pin.st_ino);
    /* Nobody has to want the result. */
    OK(netgraft_namespace_run(ns, visit, &inside, NULL, &error));
}

void test_namespaces(void) {
    ERROR_OF_TEST;
    netgraft_namespace *ns = created("one"), *other;
    netgraft_interface *interface;
    struct visit inside;

    opens_in_every_way(ns);
    refuses_what_is_none();
    runs_a_function_inside(ns);

    OK(netgraft_namespace_create_anonymous(&other, &error));
    SAME(netgraft_namespace_path(other), NULL);
    CHECK(strstr(netgraft_namespace_label(other), "anonymous") != NULL);
    CHECK(!netgraft_namespace_equal(ns, other));
    OK(netgraft_namespace_destroy(other, &error));
    REFUSED(netgraft_namespace_destroy(other, &error), EINVAL, NETGRAFT_KIND_NAMESPACE);
    /* A handle that was destroyed can be asked for anything, and refuses. */
    REFUSED(netgraft_namespace_run(other, visit, &inside, NULL, &error), EINVAL, NETGRAFT_KIND_NAMESPACE);
    netgraft_namespace_free(other);

    /* Replacing twice in a row. */
    OK(netgraft_namespace_create_replacing("/run/netns/one", &other, &error));
    CHECK(!netgraft_namespace_equal(ns, other));
    REFUSED(netgraft_namespace_destroy(ns, &error), EINVAL, NETGRAFT_KIND_NAMESPACE);
    netgraft_namespace_free(ns);
    OK(netgraft_namespace_create_replacing("/run/netns/one", &ns, &error));
    netgraft_namespace_free(other);

    /* Handles end in any order. */
    interface = bridge(ns, "d0");
    other = netgraft_interface_namespace(interface);
    CHECK(netgraft_namespace_equal(ns, other));
    netgraft_namespace_free(ns);
    OK(netgraft_interface_remove(interface, &error));
    OK(netgraft_namespace_destroy(other, &error));
    netgraft_namespace_free(other);
    netgraft_interface_free(interface);
    CHECK(access("/run/netns/one", F_OK) == -1);
}
