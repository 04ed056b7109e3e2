/*
 * A miniature init: makes a namespace, puts one end of a veth pair into it, announces its addresses from its own
 * poll loop, runs a program inside, and takes all away again when that ends or SIGTERM comes.
 *
 *     cc -o init init.c $(pkg-config --cflags --libs netgraft)
 *     unshare --net --pid --fork --mount-proc ./init ip address
 *
 * One thread, no shell, and it works as PID 1: it reaps whatever is left to it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netgraft.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define PIN "/run/netns/init"

extern char **environ;

/* What there is to take away. */
struct machine {
    netgraft_namespace *host, *inside;
    netgraft_interface *interface;
    int signals;
    sigset_t mask_before;
};

/* The program that runs inside. */
struct job {
    char **arguments;
    const sigset_t *mask;
    pid_t pid;
};

static void log_line(void *data, netgraft_log_level level, const char *message) {
    (void)data, (void)level;
    fprintf(stderr, "init: %s\n", message);
}

/* Says what went wrong. */
static int failed(netgraft_error *error) {
    fprintf(stderr, "init: %s\n", netgraft_error_message(error));
    netgraft_error_free(error);
    return -1;
}

/* SIGTERM, SIGINT and SIGCHLD come to a descriptor, for poll(2). */
static int listen_for_signals(struct machine *machine) {
    sigset_t mask;

    sigemptyset(&mask);
    sigaddset(&mask, SIGTERM);
    sigaddset(&mask, SIGINT);
    sigaddset(&mask, SIGCHLD);
    if (sigprocmask(SIG_BLOCK, &mask, &machine->mask_before) == -1
        || (machine->signals = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK)) == -1) {
        perror("init: signals");
        return -1;
    }
    return 0;
}

/* A namespace with eth0, whose other end is in the host. */
static int set_up(struct machine *machine) {
    netgraft_error *error = NULL;
    netgraft_link *link = NULL;
    netgraft_config *config = NULL;
    int result = 0;

    if (netgraft_namespace_current(&machine->host, &error)
        || netgraft_namespace_create_replacing(PIN, &machine->inside, &error)
        || netgraft_link_new_veth("veth-init", machine->host, "veth-init", &link, &error)
        || netgraft_link_set_veth_up(link, &error)
        || netgraft_config_new_prefix("eth", &config, &error)
        || netgraft_config_add_address(config, "10.88.0.2/24", &error)
        || netgraft_config_add_address(config, "fd88::2/64", &error)
        || netgraft_config_set_announce(config, 3, 200, &error)
        || netgraft_namespace_add_interface(machine->inside, link, config, &machine->interface, &error)) {
        result = failed(error);
    }
    netgraft_config_free(config);
    netgraft_link_free(link);
    return result;
}

/* Runs on a thread that is inside: what it starts is, too. */
static int start(void *data) {
    struct job *job = data;
    posix_spawnattr_t attributes;
    int error;

    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigmask(&attributes, job->mask);
    error = posix_spawnp(&job->pid, job->arguments[0], NULL, &attributes, job->arguments, environ);
    posix_spawnattr_destroy(&attributes);
    return error;
}

static int start_inside(struct machine *machine, struct job *job) {
    netgraft_error *error = NULL;
    int result;

    job->mask = &machine->mask_before;
    if (netgraft_namespace_run(machine->inside, start, job, &result, &error)) {
        return failed(error);
    }
    if (result != 0) {
        fprintf(stderr, "init: %s: %s\n", job->arguments[0], strerror(result));
        return -1;
    }
    return 0;
}

/* Waits for whoever has ended. True when the program was among them. */
static bool reap(const struct job *job, int *status) {
    bool ended = false;
    int how;
    pid_t pid;

    while ((pid = waitpid(-1, &how, WNOHANG)) > 0) {
        if (pid == job->pid) {
            *status = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
            ended = true;
        }
    }
    return ended;
}

/* Until the program ends: signals are handed on, and addresses announced when it is time. */
static int loop(const struct machine *machine, const struct job *job) {
    struct pollfd descriptor = {.fd = machine->signals, .events = POLLIN};
    struct signalfd_siginfo signal;
    int status;

    for (;;) {
        if (poll(&descriptor, 1, netgraft_announce_timeout()) == -1 && errno != EINTR) {
            perror("init: poll");
            return -1;
        }
        netgraft_announce_send_due();
        while (read(machine->signals, &signal, sizeof signal) == sizeof signal) {
            if (signal.ssi_signo != SIGCHLD) {
                kill(job->pid, SIGTERM);
            } else if (reap(job, &status)) {
                return status;
            }
        }
    }
}

static int take_down(struct machine *machine) {
    netgraft_error *error = NULL;
    int result = 0;

    if (machine->interface != NULL && netgraft_interface_remove(machine->interface, &error)) {
        result = failed(error);
        error = NULL;
    }
    if (machine->inside != NULL && netgraft_namespace_destroy(machine->inside, &error)) {
        result = failed(error);
    }
    netgraft_interface_free(machine->interface);
    netgraft_namespace_free(machine->inside);
    netgraft_namespace_free(machine->host);
    if (machine->signals != -1) {
        close(machine->signals);
    }
    return result;
}

int main(int argc, char **argv) {
    struct machine machine = {.signals = -1};
    struct job job = {.arguments = argv + 1, .pid = -1};
    int status = -1;

    if (argc < 2) {
        fprintf(stderr, "usage: init PROGRAM [ARGUMENT...]\n");
        return 2;
    }
    netgraft_log_set(log_line, NULL, NETGRAFT_LOG_WARN, NULL);
    netgraft_announce_set_own_loop(true);
    if (listen_for_signals(&machine) == 0 && set_up(&machine) == 0 && start_inside(&machine, &job) == 0) {
        status = loop(&machine, &job);
    }
    if (take_down(&machine) != 0 || status < 0) {
        return 1;
    }
    return status;
}
