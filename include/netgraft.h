/*
 * netgraft.h - graft a network interface into a Linux network namespace, all or nothing
 *
 * Generated from the library's sources by `make header`. Change the sources instead.
 *
 * SYNOPSIS
 *
 *     #include <netgraft.h>
 *     cc program.c $(pkg-config --cflags --libs netgraft)
 *
 * DESCRIPTION
 *
 *     netgraft takes a network interface, grafts it into a Linux network namespace and makes it work there: moved or
 *     created in place, named, addressed, routed, up, announced to its neighbours. And it takes the interface out
 *     again. After a failure every namespace is as before, and the error says in one line what the kernel objected
 *     to.
 *
 *     A program opens or creates a namespace (netgraft_namespace_...), says where a link comes from
 *     (netgraft_link_new_...) and how to configure it (netgraft_config_...), and adds it
 *     (netgraft_namespace_add_interface()).
 *
 * HANDLES
 *
 *     The library creates the structures that are only declared here. The function of that name which ends with _free
 *     frees them. Freeing NULL does nothing. Handles can be freed in any order: an interface keeps what it needs of
 *     its namespace, and a link what it needs of the namespace that it is in. Freeing a handle changes nothing in the
 *     kernel, except that an anonymous namespace may end with its last handle.
 *
 * RETURN VALUE
 *
 *     A function that returns int and takes a netgraft_error ** returns 0, or a negative errno. Its results go to the
 *     places that its last parameters before the error point to, and are written only when it returns 0. These places
 *     need not be initialised. Other functions cannot fail.
 *
 *     NULL instead of a handle, a text or a place for a result is refused with -EINVAL, unless the description gives
 *     NULL a meaning. A function that cannot fail returns NULL, 0 or false then, or what its description says.
 *
 * ERRORS
 *
 *     The last parameter of a function that can fail is NULL, or the place for a netgraft_error. The error is written
 *     only when the function fails, and the caller frees it. An error has a kind to act on, an errno, one line for
 *     people, the kernel's words if there are any, and what is where now unless everything is as before; and further
 *     errors of a call that tries several things. The descriptions below name kinds by the ends of their constants:
 *     not-found is NETGRAFT_KIND_NOT_FOUND. They do not repeat invalid-argument for NULL, nor the kinds that any call
 *     to the kernel can have: namespace, once that was destroyed, permission, timeout, interrupted, not-supported,
 *     and kernel for the rest.
 *
 *     A fault of the library itself is an error as well, of kind NETGRAFT_KIND_FAULT: nothing unwinds into the
 *     program. Only want of memory ends the process.
 *
 * TEXTS
 *
 *     A text is bytes up to a NUL. Names of links and paths need not be UTF-8. Addresses ("10.0.0.2", "fd00::2"),
 *     prefixes ("10.0.0.2/24") and MACs ("02:42:0a:00:00:02") are texts. The library copies the texts that it is
 *     given. The texts that it returns belong to the handle that they came from.
 *
 * STRUCTURES
 *
 *     A structure that is defined here is passed with its size, so that later versions can lengthen it. Programs
 *     initialise the structure with zeros and pass its sizeof. If an input is longer than the library knows, and its
 *     unknown part is not zero, the library refuses it with -E2BIG. Of an output, the library sets the unknown part
 *     to 0.
 *
 * DESCRIPTORS
 *
 *     The library's descriptors have numbers from 3 up, so that a program may run without standard streams, and are
 *     closed by execve(2).
 *
 * THREADS
 *
 *     Functions are MT-Safe unless said otherwise, and several threads may call them for the same handle at once; see
 *     attributes(7). MT-Unsafe race:config functions change a configuration: nobody else may use it meanwhile. No
 *     function changes the namespace, the signal mask or another property of the calling thread, and there is no
 *     state per thread.
 *
 *     A child made by fork(2) may free the handles that it inherits: that ends nothing of its parent, and waits for
 *     no thread. The child must not use the handles otherwise, because their sockets belong to the parent. It may
 *     open its own handles if the parent had no other thread at the fork; else it calls execve(2) first.
 *
 *     The library has a thread of its own only while announcements are pending, and none if the program sends them
 *     itself; see netgraft_announce_set_own_loop(). dlclose(3) does not unload the library.
 *
 * LINUX
 *
 *     docs/kernel-features.md says what older kernels lack, and what happens then. Most functions need CAP_NET_ADMIN,
 *     and CAP_SYS_ADMIN to create and to enter namespaces, in the user namespace that owns them.
 *
 * SEE ALSO
 *
 *     ip(8), ip-netns(8), namespaces(7), network_namespaces(7), rtnetlink(7), veth(4)
 */


#ifndef NETGRAFT_H
#define NETGRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The version of this header. That of the library that is running: netgraft_version(). */
#define NETGRAFT_VERSION "0.1.0"
#define NETGRAFT_VERSION_MAJOR 0
#define NETGRAFT_VERSION_MINOR 1
#define NETGRAFT_VERSION_PATCH 0

/**
 * For netgraft_namespace_set_gateway(): the link reaches the gateway directly.
 *
 * The other routes do not matter then.
 */
#define NETGRAFT_GATEWAY_ONLINK 1

/**
 * For netgraft_namespace_set_gateway(): replaces an existing gateway.
 */
#define NETGRAFT_GATEWAY_REPLACE 2

/**
 * The routing protocol number (rtm_protocol) of every route that netgraft adds.
 *
 * "ip route show proto 110" lists them.
 */
#define NETGRAFT_ROUTE_PROTOCOL 110

/**
 * For netgraft_route: next hops pass the packets on.
 */
#define NETGRAFT_ROUTE_NEXT_HOPS 0

/**
 * For netgraft_route: packets are dropped silently.
 */
#define NETGRAFT_ROUTE_BLACKHOLE 1

/**
 * For netgraft_route: packets are dropped, and the sender is told.
 */
#define NETGRAFT_ROUTE_UNREACHABLE 2

/**
 * For neighbours: an entry of the link's forwarding database instead (AF_BRIDGE, NTF_SELF).
 *
 * The flag is for netgraft_namespace_add_neighbour() and netgraft_namespace_remove_neighbour(). The entry is found by
 * its MAC. On a VXLAN link the address is that of the tunnel's other end.
 */
#define NETGRAFT_NEIGHBOUR_BRIDGE 1

/**
 * The kind of a failure, for a program to act on. Later versions may know more.
 *
 * The errno of a kind is used when neither a system call nor a message of the kernel gave one.
 */
typedef enum {
    /**
     * No failure: netgraft_error_kind() of NULL. 0.
     */
    NETGRAFT_KIND_NONE = 0,
    /**
     * An impossible value, or NULL where it is not allowed: nothing was tried. EINVAL.
     */
    NETGRAFT_KIND_INVALID_ARGUMENT = 1,
    /**
     * No such link, interface, namespace or process. ENOENT.
     */
    NETGRAFT_KIND_NOT_FOUND = 2,
    /**
     * Already there. EEXIST.
     */
    NETGRAFT_KIND_EXISTS = 3,
    /**
     * Another link has the requested name. EEXIST.
     */
    NETGRAFT_KIND_NAME_TAKEN = 4,
    /**
     * Not a name that a link can have. EINVAL.
     */
    NETGRAFT_KIND_INVALID_NAME = 5,
    /**
     * The address contains the destination of an existing route, or is contained in it. EADDRINUSE.
     */
    NETGRAFT_KIND_ADDRESS_CLASH = 6,
    /**
     * No route leads to the next hop. EHOSTUNREACH.
     */
    NETGRAFT_KIND_UNREACHABLE = 7,
    /**
     * A per-interface kernel setting could not be read or written. EINVAL.
     */
    NETGRAFT_KIND_SYSCTL = 8,
    /**
     * The neighbour entry is there already. EEXIST.
     */
    NETGRAFT_KIND_NEIGHBOUR_EXISTS = 9,
    /**
     * There is no such neighbour entry. ENOENT.
     */
    NETGRAFT_KIND_NEIGHBOUR_MISSING = 10,
    /**
     * The running kernel or system lacks the feature. EOPNOTSUPP.
     */
    NETGRAFT_KIND_NOT_SUPPORTED = 11,
    /**
     * The caller lacks the right to do this. EPERM.
     */
    NETGRAFT_KIND_PERMISSION = 12,
    /**
     * The kernel did not answer in time. ETIMEDOUT.
     */
    NETGRAFT_KIND_TIMEOUT = 13,
    /**
     * Duplicate address detection found the address in use. EADDRINUSE.
     */
    NETGRAFT_KIND_DUPLICATE_ADDRESS = 14,
    /**
     * Changes interrupted each try of a dump. EAGAIN.
     */
    NETGRAFT_KIND_INTERRUPTED = 15,
    /**
     * The namespace itself: not a network namespace, destroyed, or not to be entered. EINVAL.
     */
    NETGRAFT_KIND_NAMESPACE = 16,
    /**
     * Any other refusal by the kernel. EIO.
     */
    NETGRAFT_KIND_KERNEL = 17,
    /**
     * A step failed, and so did the rollback; see netgraft_error_left(). EIO.
     */
    NETGRAFT_KIND_UNDO_FAILED = 18,
    /**
     * A fault of netgraft itself. The operation may be half done. ENOTRECOVERABLE.
     */
    NETGRAFT_KIND_FAULT = 19,
    /**
     * Another operation, of this process or another one, works on the same link or entry. EBUSY.
     */
    NETGRAFT_KIND_BUSY = 20,
    /**
     * The journal cannot be used: its folder is not trusted, or entries cannot be written. EIO.
     */
    NETGRAFT_KIND_JOURNAL = 21,
    /**
     * The operation would delete links stacked on the link, or something else that uses it. EBUSY.
     */
    NETGRAFT_KIND_IN_USE = 22,
    /**
     * Nothing proves that the link is still the one that was added. EPERM.
     */
    NETGRAFT_KIND_UNVERIFIED = 23,
    /**
     * The caller's own test of the result failed. ECANCELED.
     */
    NETGRAFT_KIND_VERIFY_FAILED = 24,
    /**
     * Another operation, or the caller, ended the operation. ECANCELED.
     */
    NETGRAFT_KIND_CANCELLED = 25
} netgraft_kind;

/**
 * How much is logged, each with all before it.
 */
typedef enum {
    /**
     * Nothing.
     */
    NETGRAFT_LOG_OFF = 0,
    /**
     * Never used by netgraft: what fails is returned.
     */
    NETGRAFT_LOG_ERROR = 1,
    /**
     * What somebody will want to know.
     */
    NETGRAFT_LOG_WARN = 2,
    /**
     * Waits that are skipped, and announcements that are not sent, and why.
     */
    NETGRAFT_LOG_INFO = 3,
    /**
     * Steps.
     */
    NETGRAFT_LOG_DEBUG = 4,
    /**
     * As NETGRAFT_LOG_DEBUG, today.
     */
    NETGRAFT_LOG_TRACE = 5
} netgraft_log_level;

/**
 * What happened to a link. Later versions may know more.
 */
typedef enum {
    /**
     * Nothing within the time.
     */
    NETGRAFT_LINK_NO_CHANGE = 0,
    /**
     * The link is there: from the beginning, created, or moved here.
     */
    NETGRAFT_LINK_APPEARED = 1,
    /**
     * The link has another name; `old_name` is the one before.
     */
    NETGRAFT_LINK_RENAMED = 2,
    /**
     * The link was deleted, or moved to where the namespace does not see.
     */
    NETGRAFT_LINK_GONE = 3,
    /**
     * The link was moved to another namespace.
     */
    NETGRAFT_LINK_MOVED = 4,
    /**
     * The link can carry traffic from now on.
     */
    NETGRAFT_LINK_CARRIER_ON = 5,
    /**
     * The link cannot carry traffic any more.
     */
    NETGRAFT_LINK_CARRIER_OFF = 6,
    /**
     * The link has one more address: `address`.
     */
    NETGRAFT_LINK_ADDRESS_ADDED = 7,
    /**
     * The link has lost an address: `address`.
     */
    NETGRAFT_LINK_ADDRESS_LOST = 8,
    /**
     * The link was set up or down, or an attribute changed: MAC, MTU, queue length, alias, names, master.
     */
    NETGRAFT_LINK_CHANGED = 9
} netgraft_link_change;

/**
 * What a link is waited for.
 */
typedef enum {
    /**
     * The link is there.
     */
    NETGRAFT_LINK_APPEAR = 0,
    /**
     * The link can carry traffic.
     */
    NETGRAFT_LINK_RUNNING = 1,
    /**
     * There is no such link.
     */
    NETGRAFT_LINK_GO = 2
} netgraft_link_condition;

/**
 * The configuration of an interface: its name and its settings, all optional.
 *
 * Each function checks its arguments at once. One that fails changes nothing.
 */
typedef struct netgraft_config netgraft_config;

/**
 * The reason why a call failed.
 *
 * The failed call creates the error, and netgraft_error_free() frees it; it does not change in between.
 */
typedef struct netgraft_error netgraft_error;

/**
 * A link that was put into a namespace and configured there. Freeing the handle does not remove it.
 */
typedef struct netgraft_interface netgraft_interface;

/**
 * A list of interfaces, which owns their handles.
 */
typedef struct netgraft_interface_list netgraft_interface_list;

/**
 * Where an interface's link comes from: an existing link, or a created one.
 *
 * A handle can be used for any number of adds.
 *
 * Each has a name, the source name, by which the interface is found afterwards. A created link is created in its
 * namespace under its final name. Functions netgraft_link_set_... describe a created link further; they check their
 * arguments at once, and one that fails changes nothing.
 */
typedef struct netgraft_link netgraft_link;

/**
 * Links as the kernel described them at one moment.
 */
typedef struct netgraft_link_list netgraft_link_list;

/**
 * A watch over the links of a namespace.
 */
typedef struct netgraft_monitor netgraft_monitor;

/**
 * A network namespace that is held open, and the interfaces that were added through this handle.
 */
typedef struct netgraft_namespace netgraft_namespace;

/**
 * The result of a restore. Its texts and arrays live as long as the result; arrays end with NULL.
 */
typedef struct netgraft_restored netgraft_restored;

/**
 * Static routes, as they were at one moment.
 */
typedef struct netgraft_route_list netgraft_route_list;

/**
 * A link as the kernel described it at one moment.
 *
 * Texts and arrays live as long as the list; arrays end with NULL.
 */
typedef struct {
    /**
     * The name. Bytes: not necessarily UTF-8.
     */
    const char *name;
    /**
     * The kind, "veth", "bridge", ...; NULL for hardware.
     */
    const char *kind;
    /**
     * The hardware address; NULL if it does not have six bytes.
     */
    const char *mac;
    /**
     * The description of the link; NULL without one.
     */
    const char *alias;
    /**
     * The addresses, as "10.0.0.2/24", without the link-local ones.
     */
    const char *const *addresses;
    /**
     * The link-local addresses.
     */
    const char *const *link_local;
    /**
     * The destinations of the on-link routes of the main table that netgraft installed on the link.
     */
    const char *const *routes;
    /**
     * The index in its namespace.
     */
    uint32_t index;
    /**
     * The largest packet in bytes.
     */
    uint32_t mtu;
    /**
     * The length of the transmit queue in packets.
     */
    uint32_t tx_queue_len;
    /**
     * The index of the bridge, or other link, that the link is a port of; 0 for none.
     */
    uint32_t master;
    /**
     * The index of the link at the other end or below, in that link's own namespace; 0 for none.
     */
    uint32_t peer;
    /**
     * The number by which the link's namespace knows that of the other end, if that differs; else -1.
     */
    int32_t peer_namespace;
    /**
     * Whether the link is set up (IFF_UP).
     */
    bool up;
    /**
     * Whether the link can carry traffic (IFF_RUNNING with IFF_LOWER_UP).
     */
    bool running;
    /**
     * The hardware address that is burnt in, which nobody can change; NULL when there is none.
     */
    const char *permanent_mac;
    /**
     * The name of the device behind the link on its bus, such as a PCI address; NULL when there is none.
     */
    const char *parent_device;
    /**
     * The bus of that device, "pci", "virtio", "usb", ...; NULL when there is none.
     */
    const char *parent_bus;
    /**
     * The alternative names.
     */
    const char *const *alternative_names;
} netgraft_link_state;

/**
 * The counters of a link since its creation; see struct rtnl_link_stats64 in linux/if_link.h.
 */
typedef struct {
    /**
     * Bytes received.
     */
    uint64_t rx_bytes;
    /**
     * Packets received.
     */
    uint64_t rx_packets;
    /**
     * Bad packets received.
     */
    uint64_t rx_errors;
    /**
     * Packets received and dropped for want of room.
     */
    uint64_t rx_dropped;
    /**
     * Bytes sent.
     */
    uint64_t tx_bytes;
    /**
     * Packets sent.
     */
    uint64_t tx_packets;
    /**
     * Packets that could not be sent.
     */
    uint64_t tx_errors;
    /**
     * Packets dropped on their way out.
     */
    uint64_t tx_dropped;
    /**
     * Multicast packets received.
     */
    uint64_t multicast;
} netgraft_statistics;

/**
 * Something that happened to a link.
 *
 * What the pointers lead to lives until the next event is asked for.
 */
typedef struct {
    /**
     * The link, a list of one: as it is now, or was last. NULL when nothing happened.
     */
    const netgraft_link_list *links;
    /**
     * The source name of the interface that has the link, or NULL.
     */
    const char *source;
    /**
     * The name before; NULL but for NETGRAFT_LINK_RENAMED.
     */
    const char *old_name;
    /**
     * The address that was added or lost, as "10.0.0.2/24"; NULL for other changes.
     */
    const char *address;
    /**
     * What happened, as a netgraft_link_change.
     */
    int change;
    /**
     * The number by which the namespace knows the one that the link was moved to; otherwise -1.
     */
    int32_t moved_to;
} netgraft_link_event;

/**
 * The gateways of a namespace.
 */
typedef struct {
    /**
     * The IPv4 gateway, as a text; empty without one.
     */
    char ipv4[16];
    /**
     * The IPv6 gateway, as a text; empty without one.
     */
    char ipv6[46];
} netgraft_gateways;

/**
 * A route to a destination: over next hops, or to nowhere.
 *
 * Members that are NULL or 0 are left to the kernel.
 */
typedef struct {
    /**
     * The destination, as "192.168.0.0/16".
     */
    const char *destination;
    /**
     * The next hop, as "10.0.0.9"; spaces separate several.
     *
     * NULL for a route that leads nowhere.
     */
    const char *next_hop;
    /**
     * The source address of packets whose sender does not choose one, or NULL.
     */
    const char *source;
    /**
     * The metric: of several routes to one destination, the lowest counts.
     *
     * 0 is the kernel's own: 0 for IPv4, 1024 for IPv6.
     */
    uint32_t metric;
    /**
     * The routing table. 0 is the main table, whose number is 254.
     */
    uint32_t table;
    /**
     * NETGRAFT_ROUTE_...: what happens to the packets.
     */
    uint32_t kind;
    /**
     * The largest packet in bytes, and the largest announced TCP segment.
     */
    uint32_t mtu;
    uint32_t advmss;
} netgraft_route;

#ifdef __cplusplus
extern "C" {
#endif /* __cplusplus */

/**
 * Returns the kind of failure; NETGRAFT_KIND_NONE for NULL.
 *
 * Threads: MT-Safe.
 */
netgraft_kind netgraft_error_kind(const netgraft_error *error);

/**
 * Returns the stable name of the kind, as the command prints it: "invalid-argument", "not-found", ...
 *
 * Returns NULL for NULL.
 *
 * Threads: MT-Safe.
 */
const char *netgraft_error_kind_name(const netgraft_error *error);

/**
 * Returns the errno, positive; the failed call returned it negated.
 *
 * Returns 0 for NULL.
 *
 * Threads: MT-Safe.
 */
int netgraft_error_errno(const netgraft_error *error);

/**
 * Returns the whole error in one line, without a line feed.
 *
 * The line says what was tried, outermost first; then errno and the kernel's words; then, unless everything is as before
 * the call, what is where. Returns NULL for NULL.
 *
 * The text lives as long as the error, as all texts of an error do.
 *
 * Threads: MT-Safe.
 */
const char *netgraft_error_message(const netgraft_error *error);

/**
 * Returns the kernel's words about a refusal (NLMSGERR_ATTR_MSG, Linux 4.12).
 *
 * Returns NULL when the kernel sent none.
 *
 * Threads: MT-Safe.
 */
const char *netgraft_error_ext_ack(const netgraft_error *error);

/**
 * Returns the offset of the attribute that the kernel objects to.
 *
 * Counted in bytes from the header of the request (NLMSGERR_ATTR_OFFS). Returns -1 when the kernel did not say.
 *
 * Threads: MT-Safe.
 */
int64_t netgraft_error_ext_ack_offset(const netgraft_error *error);

/**
 * Returns the attribute that the kernel objects to, by its name in the kernel's headers: "IFLA_MTU".
 *
 * A nested attribute follows the outer ones: "IFLA_LINKINFO/IFLA_INFO_DATA/1". A number stands for an attribute whose
 * meaning depends on the kind of link. Returns NULL when the kernel did not say.
 *
 * Threads: MT-Safe.
 */
const char *netgraft_error_ext_ack_attribute(const netgraft_error *error);

/**
 * Returns what is where now, or NULL when everything is as before the call.
 *
 * Threads: MT-Safe.
 */
const char *netgraft_error_left(const netgraft_error *error);

/**
 * Returns whether the same call may succeed later with nothing else changed.
 *
 * Threads: MT-Safe.
 */
bool netgraft_error_can_retry(const netgraft_error *error);

/**
 * Returns a further error of the same call, by its place from 0 on.
 *
 * Calls that try several things have them, such as netgraft_namespace_remove_all(). Returns NULL after the last, and for
 * NULL. Not to be freed by itself.
 *
 * Threads: MT-Safe.
 */
const netgraft_error *netgraft_error_other(const netgraft_error *error,
                                           size_t place);

/**
 * Frees an error, and the others in it. NULL is fine.
 *
 * Threads: MT-Safe; nobody may use the error any more.
 */
void netgraft_error_free(netgraft_error *error);

/**
 * Opens the calling thread's namespace.
 *
 * Interfaces that are added to it keep the name they have (host mode).
 *
 * Errors: permission, without CAP_NET_ADMIN if there is no /proc either.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_current(netgraft_namespace **ns, netgraft_error **error);

/**
 * Creates a namespace with lo up and pins it at a path, so that it outlives the process.
 *
 * Missing folders are created (mode 0755); the file has mode 0644. No /proc is needed from Linux 5.2 on.
 *
 * Errors: exists, when anything is at the path already; permission, without CAP_SYS_ADMIN. Nothing is left behind.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_create(const char *path,
                              netgraft_namespace **ns,
                              netgraft_error **error);

/**
 * Creates a namespace as netgraft_namespace_create() does, and replaces a pin or a plain file.
 *
 * The namespace that was pinned at the path ends, unless something else keeps it alive.
 *
 * Errors: those of netgraft_namespace_create(), with exists only for other things than regular files.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_create_replacing(const char *path,
                                        netgraft_namespace **ns,
                                        netgraft_error **error);

/**
 * Creates a namespace with lo up that lives as long as its handle.
 *
 * Errors: permission, without CAP_SYS_ADMIN.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_create_anonymous(netgraft_namespace **ns, netgraft_error **error);

/**
 * Opens the namespace whose file is at a path: a pin, or /proc/PID/ns/net.
 *
 * Errors: not-found; namespace, for any other file.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_open(const char *path, netgraft_namespace **ns, netgraft_error **error);

/**
 * Opens the namespace of an open file.
 *
 * The descriptor is duplicated, and stays the caller's.
 *
 * Errors: namespace, for any other file; EBADF for no open file.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_open_fd(int fd, netgraft_namespace **ns, netgraft_error **error);

/**
 * Opens the namespace of a process.
 *
 * Errors: not-found, without such a process; permission, when the caller may not look into the process (ptrace(2)).
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_open_pid(uint32_t pid,
                                netgraft_namespace **ns,
                                netgraft_error **error);

/**
 * Opens the namespace of the process behind a pidfd (pidfd_open(2)).
 *
 * Errors: namespace, for any other descriptor (before Linux 5.8 setns(2) takes no pidfd), or when the process is gone;
 * permission, as with netgraft_namespace_open_pid().
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_open_pidfd(int pidfd,
                                  netgraft_namespace **ns,
                                  netgraft_error **error);

/**
 * Pins an existing namespace's file at a second path and opens it there.
 *
 * Errors: those of netgraft_namespace_open() for the file, and of netgraft_namespace_create() for the path.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_adopt(const char *path,
                             const char *file,
                             netgraft_namespace **ns,
                             netgraft_error **error);

/**
 * Creates another handle of the same namespace object.
 *
 * Interfaces that are added through one handle are those of the other, too.
 *
 * Returns NULL for NULL.
 *
 * Threads: MT-Safe.
 */
netgraft_namespace *netgraft_namespace_clone(const netgraft_namespace *ns);

/**
 * Returns the path at which the namespace was created, opened or adopted.
 *
 * Returns NULL without a path. The text lives as long as the handle.
 *
 * Threads: MT-Safe.
 */
const char *netgraft_namespace_path(const netgraft_namespace *ns);

/**
 * Returns the identity of the namespace as a text.
 *
 * The text is "cookie:12" (SO_NETNS_COOKIE) or, before Linux 5.14, "inode:4:4026532177". Returns NULL for NULL. The text
 * lives as long as the handle.
 *
 * Threads: MT-Safe.
 */
const char *netgraft_namespace_id(const netgraft_namespace *ns);

/**
 * Returns the name of the namespace in errors: its path, or how the handle got it.
 *
 * Returns NULL for NULL. The text lives as long as the handle.
 *
 * Threads: MT-Safe.
 */
const char *netgraft_namespace_label(const netgraft_namespace *ns);

/**
 * Returns whether two handles are of the same namespace.
 *
 * Returns false if one of them is NULL.
 *
 * Threads: MT-Safe.
 */
bool netgraft_namespace_equal(const netgraft_namespace *one, const netgraft_namespace *other);

/**
 * Creates a descriptor of the namespace's file, for setns(2) and the like.
 *
 * The descriptor is close-on-exec, and the caller closes it.
 *
 * Errors: namespace, when the namespace was destroyed.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_dup_fd(const netgraft_namespace *ns, int *fd, netgraft_error **error);

/**
 * Calls a function on a new thread that is inside the namespace, and waits for it.
 *
 * The calling thread never changes namespace.
 *
 * Sockets and processes that the function creates stay in the namespace. The function gets `data`, and has to return:
 * neither longjmp(3), pthread_exit(3) nor a C++ exception may leave it. Its result goes to `result`, which may be NULL.
 *
 * Errors: permission, when the caller may not enter the namespace (setns(2): CAP_SYS_ADMIN); namespace, when it cannot
 * be entered otherwise. The function was not called then.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_run(const netgraft_namespace *ns,
                           int (*function)(void *data),
                           void *data,
                           int *result,
                           netgraft_error **error);

/**
 * Takes the interfaces out of the namespace, stops its announcements, and removes its pin.
 *
 * This ends the handle's hold on the namespace. The mount of a pin is detached, and its file removed. The handle is
 * still to be freed.
 *
 * Created links are deleted; moved links go home as a removal brings them home. The namespace itself ends when nothing
 * else uses it; the kernel then returns physical links that are left to the initial namespace. Waits for adds and
 * removals through the handle.
 *
 * Errors: namespace, the second time, and when the pin at the path is another namespace's by now; kernel with -EINVAL,
 * when the namespace was opened at a path that is no pin, such as /proc/PID/ns/net; name-taken or sysctl, when an
 * interface cannot come home; busy; unverified, when the namespace is gone and an interface was hidden: see
 * netgraft_error_left(). After any other error the handle is as usable as before.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_destroy(const netgraft_namespace *ns,
                               netgraft_error **error);

/**
 * Destroys as netgraft_namespace_destroy() does, whatever stops an interface at home.
 *
 * The log has a warning for each interface that could not be taken out and is lost.
 *
 * Errors: those of netgraft_namespace_destroy() that are not about interfaces.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_destroy_by_force(const netgraft_namespace *ns, netgraft_error **error);

/**
 * Frees a handle. NULL is fine.
 *
 * The last handle of the same namespace object, clones and handles of its interfaces included, closes all descriptors
 * and drops pending announcements. A pinned namespace lives on; an anonymous one ends, unless something else keeps it
 * alive.
 *
 * Threads: MT-Safe; nobody may use this handle any more.
 */
void netgraft_namespace_free(netgraft_namespace *ns);

/**
 * Describes a link of another namespace, to be moved.
 *
 * The namespace's handle may be freed before the link.
 *
 * Errors: invalid-name, as for all of these; see netgraft_config_new_named().
 *
 * Threads: MT-Safe.
 */
int netgraft_link_new_existing(const netgraft_namespace *from,
                               const char *name,
                               netgraft_link **link,
                               netgraft_error **error);

/**
 * Finds a link of another namespace, now, to be moved.
 *
 * The selector is the name, an alternative name of any length, the MAC as "mac:02:42:0a:00:00:02" (the permanent one
 * first, then the present one), or the device as "dev:0000:00:03.0". The name of the link there is the source name. The
 * namespace's handle may be freed before the link.
 *
 * Errors: not-found; invalid-argument with the names when several links match, and for a malformed MAC; invalid-name.
 *
 * Threads: MT-Safe.
 */
int netgraft_link_new_found(const netgraft_namespace *from,
                            const char *selector,
                            netgraft_link **link,
                            netgraft_error **error);

/**
 * Describes a link that is in the namespace already, to be configured in place.
 *
 * Errors: invalid-name.
 *
 * Threads: MT-Safe.
 */
int netgraft_link_new_in_place(const char *name, netgraft_link **link, netgraft_error **error);

/**
 * Describes a new bridge.
 *
 * Errors: invalid-name.
 *
 * Threads: MT-Safe.
 */
int netgraft_link_new_bridge(const char *name, netgraft_link **link, netgraft_error **error);

/**
 * Describes a new dummy link.
 *
 * Errors: invalid-name.
 *
 * Threads: MT-Safe.
 */
int netgraft_link_new_dummy(const char *name, netgraft_link **link, netgraft_error **error);

/**
 * Describes a new pair of virtual Ethernet links (veth(4)); this end is the interface.
 *
 * `name` is the source name; NULL means the name of the other end.
 *
 * The other end is created in `peer_namespace` under `peer_name`. It stays down unless netgraft_link_set_veth_bridge()
 * or netgraft_link_set_veth_up() says otherwise. The namespace's handle may be freed before the link.
 *
 * Errors: invalid-name.
 *
 * Threads: MT-Safe.
 */
int netgraft_link_new_veth(const char *name,
                           const netgraft_namespace *peer_namespace,
                           const char *peer_name,
                           netgraft_link **link,
                           netgraft_error **error);

/**
 * Describes a new macvlan: a link with its own MAC that sends and receives through its parent.
 *
 * The parent is in `parent_namespace`. The mode is "bridge". Whoever deletes the parent deletes the macvlan. The
 * namespace's handle may be freed before the link.
 *
 * Errors: invalid-name.
 *
 * Threads: MT-Safe.
 */
int netgraft_link_new_macvlan(const char *name,
                              const netgraft_namespace *parent_namespace,
                              const char *parent,
                              netgraft_link **link,
                              netgraft_error **error);

/**
 * Describes a new ipvlan: a link that shares the MAC of another link, its parent.
 *
 * The parent is in `parent_namespace`; IP addresses tell the links on it apart. The mode is "l2". The link cannot get
 * another MAC. Whoever deletes the parent deletes the ipvlan. The namespace's handle may be freed before the link.
 *
 * Errors: invalid-name.
 *
 * Threads: MT-Safe.
 */
int netgraft_link_new_ipvlan(const char *name,
                             const netgraft_namespace *parent_namespace,
                             const char *parent,
                             netgraft_link **link,
                             netgraft_error **error);

/**
 * Describes a new pair of links that BPF programs pass packets between (Linux 6.7).
 *
 * This end is the interface. Its name and the other end are as with netgraft_link_new_veth(), and
 * netgraft_link_set_veth_... are about the other end.
 *
 * Errors: invalid-name.
 *
 * Threads: MT-Safe.
 */
int netgraft_link_new_netkit(const char *name,
                             const netgraft_namespace *peer_namespace,
                             const char *peer_name,
                             netgraft_link **link,
                             netgraft_error **error);

/**
 * Describes a new macvlan that programs use as a character device, /dev/tapN by its index.
 *
 * See netgraft_link_new_macvlan(), whose options it has.
 *
 * Errors: invalid-name.
 *
 * Threads: MT-Safe.
 */
int netgraft_link_new_macvtap(const char *name,
                              const netgraft_namespace *parent_namespace,
                              const char *parent,
                              netgraft_link **link,
                              netgraft_error **error);

/**
 * Describes a new link for the VLAN with a number, 1 to 4094, on another link, its parent.
 *
 * The parent is in `parent_namespace`. Whoever deletes the parent deletes the VLAN link. The namespace's handle may be
 * freed before the link.
 *
 * Errors: invalid-name; invalid-argument.
 *
 * Threads: MT-Safe.
 */
int netgraft_link_new_vlan(const char *name,
                           const netgraft_namespace *parent_namespace,
                           const char *parent,
                           uint16_t id,
                           netgraft_link **link,
                           netgraft_error **error);

/**
 * Describes a new routing domain (VRF): the table with a number routes the packets of its ports.
 *
 * Errors: invalid-name; invalid-argument, for table 0.
 *
 * Threads: MT-Safe.
 */
int netgraft_link_new_vrf(const char *name,
                          uint32_t table,
                          netgraft_link **link,
                          netgraft_error **error);

/**
 * Describes a new end of a tunnel that carries Ethernet over UDP (RFC 7348).
 *
 * The tunnel has a network identifier. Its packets are those of `tunnel_namespace`, whose handle may be freed before
 * the link.
 *
 * Errors: invalid-name; invalid-argument, when the identifier has more than 24 bits.
 *
 * Threads: MT-Safe.
 */
int netgraft_link_new_vxlan(const char *name,
                            const netgraft_namespace *tunnel_namespace,
                            uint32_t id,
                            netgraft_link **link,
                            netgraft_error **error);

/**
 * Returns the name by which the interface will be found.
 *
 * Returns NULL for NULL. The text lives as long as the handle.
 *
 * Threads: MT-Safe.
 */
const char *netgraft_link_source_name(const netgraft_link *link);

/**
 * Frees a link's handle; the link itself, and interfaces that were added with it, stay. NULL is fine.
 *
 * Threads: MT-Safe; nobody may use the handle any more.
 */
void netgraft_link_free(netgraft_link *link);

/**
 * Sets whether a new bridge takes part in a spanning tree (IEEE 802.1D).
 *
 * The kernel's default: no.
 *
 * Errors: invalid-argument, when it is no bridge.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_bridge_stp(netgraft_link *link, bool on, netgraft_error **error);

/**
 * Sets how long a new port of a new bridge listens, and then learns, before it forwards.
 *
 * With a spanning tree: 2000 to 30000 milliseconds; without one, also 0. A multiple of 10. The kernel's default: 15000.
 *
 * The add refuses a delay that is too short for a spanning tree.
 *
 * Errors: invalid-argument, also when it is no bridge.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_bridge_forward_delay(netgraft_link *link,
                                           uint32_t delay_ms,
                                           netgraft_error **error);

/**
 * Sets how long a new bridge remembers where a MAC is, in milliseconds.
 *
 * At most 1000000000, a multiple of 10; 0 for never, so that the bridge sends everything everywhere. The kernel's
 * default: 300000.
 *
 * Errors: invalid-argument, also when it is no bridge.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_bridge_ageing(netgraft_link *link,
                                    uint32_t time_ms,
                                    netgraft_error **error);

/**
 * Sets whether a new bridge keeps VLANs apart (CONFIG_BRIDGE_VLAN_FILTERING).
 *
 * The kernel's default: no.
 *
 * Errors: invalid-argument, when it is no bridge.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_bridge_vlan_filtering(netgraft_link *link, bool on, netgraft_error **error);

/**
 * Sets the hardware address of a new veth's other end.
 *
 * Unset: the kernel chooses one.
 *
 * Errors: invalid-argument, also when it is no veth.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_veth_mac(netgraft_link *link, const char *mac, netgraft_error **error);

/**
 * Sets the largest packet of a new veth's other end in bytes.
 *
 * Errors: invalid-argument, when it is no veth.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_veth_mtu(netgraft_link *link, uint32_t bytes, netgraft_error **error);

/**
 * Makes a new veth's other end a port of a bridge in its namespace, and sets it up.
 *
 * Errors: invalid-name; invalid-argument, when it is no veth.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_veth_bridge(netgraft_link *link,
                                  const char *bridge,
                                  netgraft_error **error);

/**
 * Sets a new veth's other end up.
 *
 * Errors: invalid-argument, when it is no veth.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_veth_up(netgraft_link *link, netgraft_error **error);

/**
 * Sets how a new macvlan exchanges packets with the others on its parent.
 *
 * The modes are "bridge", "private", "vepa" and "passthru", as in ip-link(8). A parent has one macvlan in passthru mode,
 * and nothing beside it; a MAC that is set on it becomes the MAC of the parent, too, which gets its own MAC back with
 * the removal.
 *
 * Errors: invalid-argument, also when it is no macvlan.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_macvlan_mode(netgraft_link *link,
                                   const char *mode,
                                   netgraft_error **error);

/**
 * Sets what a new ipvlan does with packets: "l2", "l3" or "l3s", as in ip-link(8).
 *
 * All ipvlans on a parent share the mode: the newest one decides.
 *
 * Errors: invalid-argument, also when it is no ipvlan.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_ipvlan_mode(netgraft_link *link, const char *mode, netgraft_error **error);

/**
 * Sets the link that a new tunnel sends and receives through, in the tunnel's namespace.
 *
 * Unset, the routes of the namespace decide.
 *
 * Errors: invalid-name; invalid-argument, when it is no vxlan.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_vxlan_parent(netgraft_link *link,
                                   const char *parent,
                                   netgraft_error **error);

/**
 * Sets the address that a new tunnel sends from.
 *
 * Errors: invalid-argument, also when it is no vxlan.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_vxlan_local(netgraft_link *link,
                                  const char *address,
                                  netgraft_error **error);

/**
 * Sets the other end of a new tunnel, for packets whose destination it has not learned.
 *
 * Errors: invalid-argument, also when it is no vxlan.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_vxlan_remote(netgraft_link *link,
                                   const char *address,
                                   netgraft_error **error);

/**
 * Sets the other ends of a new tunnel: a multicast group, joined on the parent.
 *
 * The add refuses a group without a parent.
 *
 * Errors: invalid-argument, also when it is no vxlan.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_vxlan_group(netgraft_link *link,
                                  const char *address,
                                  netgraft_error **error);

/**
 * Sets the UDP port of both ends of a new tunnel.
 *
 * The kernel's default is 8472; the assigned port is 4789.
 *
 * Errors: invalid-argument, for 0 and when it is no vxlan.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_vxlan_port(netgraft_link *link, uint16_t port, netgraft_error **error);

/**
 * Sets whether a new tunnel learns which MAC is behind which other end.
 *
 * The tunnel learns from packets that it receives. On by default.
 *
 * Errors: invalid-argument, when it is no vxlan.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_vxlan_learning(netgraft_link *link, bool learn, netgraft_error **error);

/**
 * Sets whether a new bridge learns which ports want which multicast packets.
 *
 * The kernel's default: yes.
 *
 * Errors: invalid-argument, when it is no bridge.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_bridge_multicast_snooping(netgraft_link *link,
                                                bool on,
                                                netgraft_error **error);

/**
 * Sets whether ipvlans on the parent reach one another: "bridge", "private" or "vepa".
 *
 * The words are those of ip-link(8). All ipvlans on a parent share the setting.
 *
 * Errors: invalid-argument, also when it is no ipvlan.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_ipvlan_isolation(netgraft_link *link,
                                       const char *isolation,
                                       netgraft_error **error);

/**
 * Sets which tag the packets of a new VLAN link have: "802.1q" or "802.1ad".
 *
 * Errors: invalid-argument, also when it is no vlan.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_vlan_protocol(netgraft_link *link,
                                    const char *protocol,
                                    netgraft_error **error);

/**
 * Sets whether a new netkit carries Ethernet ("l2") or IP alone ("l3").
 *
 * Errors: invalid-argument, also when it is no netkit.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_netkit_mode(netgraft_link *link, const char *mode, netgraft_error **error);

/**
 * Sets what happens to packets that leave by a new netkit: "pass" or "drop".
 *
 * This applies if no BPF program decides.
 *
 * Errors: invalid-argument, also when it is no netkit.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_netkit_policy(netgraft_link *link,
                                    const char *policy,
                                    netgraft_error **error);

/**
 * Sets what happens to packets that leave by a new netkit's other end: "pass" or "drop".
 *
 * This applies if no BPF program decides.
 *
 * Errors: invalid-argument, also when it is no netkit.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_netkit_peer_policy(netgraft_link *link,
                                         const char *policy,
                                         netgraft_error **error);

/**
 * Sets whether a new tunnel answers ARP requests and neighbour solicitations itself.
 *
 * Off by default.
 *
 * Errors: invalid-argument, when it is no vxlan.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_vxlan_proxy(netgraft_link *link, bool answer, netgraft_error **error);

/**
 * Sets whether a new tunnel reports destination MACs without an entry to programs.
 *
 * Off by default.
 *
 * Errors: invalid-argument, when it is no vxlan.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_vxlan_l2_miss(netgraft_link *link, bool tell, netgraft_error **error);

/**
 * Sets whether a new tunnel reports destination addresses without an entry to programs.
 *
 * Off by default.
 *
 * Errors: invalid-argument, when it is no vxlan.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_vxlan_l3_miss(netgraft_link *link, bool tell, netgraft_error **error);

/**
 * Creates an empty configuration, under which a link keeps its name.
 *
 * Returns a handle to be freed with netgraft_config_free().
 *
 * Threads: MT-Safe.
 */
netgraft_config *netgraft_config_new(void);

/**
 * Creates a configuration that gives the interface a name.
 *
 * A name has 1 to 15 bytes, is not "." or "..", and is without '/', ':', '%' and white space.
 *
 * Errors: invalid-name.
 *
 * Threads: MT-Safe.
 */
int netgraft_config_new_named(const char *name, netgraft_config **config, netgraft_error **error);

/**
 * Creates a configuration that names the interface by a prefix and the lowest free number.
 *
 * The prefix has at most 13 bytes; the number is the lowest that is free in the namespace: "eth" makes "eth0", "eth1",
 * ...
 *
 * Errors: invalid-name.
 *
 * Threads: MT-Safe.
 */
int netgraft_config_new_prefix(const char *prefix,
                               netgraft_config **config,
                               netgraft_error **error);

/**
 * Creates a configuration with a name, or with a pattern that ends with "%d".
 *
 * A pattern stands for the text before "%d" and the lowest number that is free in the namespace, as in the netDevices of
 * the OCI runtime specification.
 *
 * Errors: invalid-name.
 *
 * Threads: MT-Safe.
 */
int netgraft_config_new_name_or_pattern(const char *name,
                                        netgraft_config **config,
                                        netgraft_error **error);

/**
 * Sets the hardware address, as "02:42:0a:00:00:02".
 *
 * Unset: the link keeps its own.
 *
 * Errors: invalid-argument.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_set_mac(netgraft_config *config, const char *mac, netgraft_error **error);

/**
 * Sets the largest packet in bytes.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_set_mtu(netgraft_config *config, uint32_t bytes, netgraft_error **error);

/**
 * Sets the length of the transmit queue in packets.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_set_tx_queue_len(netgraft_config *config,
                                     uint32_t packets,
                                     netgraft_error **error);

/**
 * Sets a text that describes the link, at most 255 bytes.
 *
 * An empty text removes an old one.
 *
 * Errors: invalid-argument.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_set_alias(netgraft_config *config, const char *alias, netgraft_error **error);

/**
 * Adds an IPv4 or IPv6 address with the length of its subnet, as "10.0.0.2/24".
 *
 * Options may follow: ",peer=ADDRESS" for the other end; ",label=TEXT" for IPv4; ",valid=60s,preferred=30s" for the
 * lifetime.
 *
 * Errors: invalid-argument.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_add_address(netgraft_config *config,
                                const char *address,
                                netgraft_error **error);

/**
 * Adds the gateway of an address's family, as "10.0.0.1".
 *
 * The gateway is a default route that goes with the interface. One of each family is possible. A gateway outside of the
 * interface's subnets counts as reachable directly on the link.
 *
 * Errors: invalid-argument.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_add_gateway(netgraft_config *config,
                                const char *gateway,
                                netgraft_error **error);

/**
 * Sets the metric of the gateways.
 *
 * Of several default routes, the one with the lowest metric counts. 0 is the kernel's own.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_set_metric(netgraft_config *config, uint32_t metric, netgraft_error **error);

/**
 * Adds a route that goes with the interface, as "192.168.0.0/16 via 10.0.0.9".
 *
 * Options may follow: "via ADDRESS" for more next hops, "src ADDRESS", "metric N", "table N", "mtu N", "advmss N" and
 * "onlink". The route may also be "blackhole PREFIX" or "unreachable PREFIX".
 *
 * Errors: invalid-argument.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_add_route_via(netgraft_config *config,
                                  const char *route,
                                  netgraft_error **error);

/**
 * Adds a policy rule that goes with the interface, in the form of netgraft_namespace_add_rule().
 *
 * Errors: invalid-argument.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_add_rule(netgraft_config *config, const char *rule, netgraft_error **error);

/**
 * Leaves the link down.
 *
 * Such a link gets its addresses, but no routes and no announcements.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_set_down(netgraft_config *config, netgraft_error **error);

/**
 * Makes the link receive all packets, whatever their destination.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_set_promiscuous(netgraft_config *config, netgraft_error **error);

/**
 * Makes the link receive all multicast packets.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_set_all_multicast(netgraft_config *config, netgraft_error **error);

/**
 * Probes for the IPv4 addresses before they are used (RFC 5227), and refuses those of other hosts.
 *
 * There are 1 to 10 probes, at least `interval_ms` apart, 10 to 10000. The link has to get a carrier within the time of
 * netgraft_config_set_wait_up() or netgraft_config_set_wait_running().
 *
 * Errors: invalid-argument.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_set_probe(netgraft_config *config,
                              uint8_t count,
                              uint32_t interval_ms,
                              netgraft_error **error);

/**
 * Adds a link-local address as given.
 *
 * There is no clash check. IPv6 addresses get duplicate detection.
 *
 * Errors: invalid-argument.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_add_link_local(netgraft_config *config,
                                   const char *address,
                                   netgraft_error **error);

/**
 * Adds a destination that the link reaches directly, as "192.168.0.0/16".
 *
 * "0.0.0.0/0" and "::/0" are kept for netgraft_namespace_set_default_route(), and not installed now. Host bits are
 * cleared.
 *
 * Errors: invalid-argument.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_add_route(netgraft_config *config,
                              const char *destination,
                              netgraft_error **error);

/**
 * Adds a kernel setting of the interface.
 *
 * Settings are written in their order, after the addresses and before the interface is set up.
 *
 * The key has five parts, "net.X.Y.IFNAME.Z"; the interface's name replaces the fourth, whatever stands there.
 *
 * Errors: sysctl, naming the key.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_add_sysctl(netgraft_config *config,
                               const char *key,
                               const char *value,
                               netgraft_error **error);

/**
 * Adds a kernel setting of the namespace itself, "net.ipv4.ip_forward" for example.
 *
 * The namespace is the one that the link is added to. A failed add restores the former value. So does the removal of the
 * interface, or the restore of an interrupted add; except in the initial namespace, for a value that somebody has
 * changed since, and for a setting that another recorded interface asked for.
 *
 * Errors: sysctl, naming the key.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_add_netns_sysctl(netgraft_config *config,
                                     const char *key,
                                     const char *value,
                                     netgraft_error **error);

/**
 * Makes the link a port of a bridge or VRF, by the source name of its interface or by its own name.
 *
 * The master is in the same namespace.
 *
 * Errors: invalid-name.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_set_master(netgraft_config *config,
                               const char *source,
                               netgraft_error **error);

/**
 * Sets whether the kernel looks for other hosts with the IPv6 addresses (RFC 4862 5.4).
 *
 * Off by default.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_set_dad(netgraft_config *config, bool detect, netgraft_error **error);

/**
 * Sets whether a moved link keeps its permanent addresses of global scope.
 *
 * Off by default.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_set_keep_addresses(netgraft_config *config, bool keep, netgraft_error **error);

/**
 * Sets whether addresses that clash with an existing route are refused.
 *
 * An address clashes if it contains the route's destination, or is contained in it. On by default.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_set_clash_check(netgraft_config *config, bool check, netgraft_error **error);

/**
 * Sets whether a link that can be forged may go where its new owner could swap it.
 *
 * Nothing beyond forging identifies such a link (tap, tun, dummy, a veth whose other end is elsewhere). The owner of
 * another user namespace could swap it for another link. Such a link comes home down. Off by default.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_set_allow_unverified(netgraft_config *config,
                                         bool allow,
                                         netgraft_error **error);

/**
 * Tests the result before the add is complete: if the test fails, everything is undone.
 *
 * The test gets `data` and the interface's name, which is gone when the test returns. 0 means success; any other value
 * fails the add (verify-failed), and everything is as before. The test runs on the thread that adds, in that thread's
 * namespace, when the link is up and before anything is announced. It may call netgraft, but for operations on the same
 * link. It has to return: neither longjmp(3), pthread_exit(3) nor a C++ exception may leave it. `data` is used by each add
 * with this configuration. NULL: no test.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_set_verify(netgraft_config *config,
                               int (*test)(void *data, const char *name),
                               void *data,
                               netgraft_error **error);

/**
 * Sets how often the interface's addresses are announced to its neighbours, and how far apart.
 *
 * 0 to 3 times, 100 to 2000 milliseconds apart; 3 times and 1000 by default.
 *
 * Errors: invalid-argument.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_set_announce(netgraft_config *config,
                                 uint32_t times,
                                 uint32_t interval_ms,
                                 netgraft_error **error);

/**
 * Makes the add wait at its end for the link to be set up (IFF_UP).
 *
 * The wait takes at most `timeout_ms` milliseconds. It is the default, with 5000.
 *
 * A link that is late is no error: the log says so, and nothing is announced.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_set_wait_up(netgraft_config *config,
                                uint32_t timeout_ms,
                                netgraft_error **error);

/**
 * Makes the add wait at its end for the link to carry traffic (IFF_RUNNING).
 *
 * The link needs a cable, or a veth's other end that is up.
 *
 * Threads: MT-Unsafe race:config.
 */
int netgraft_config_set_wait_running(netgraft_config *config,
                                     uint32_t timeout_ms,
                                     netgraft_error **error);

/**
 * Frees a configuration. NULL is fine.
 *
 * Threads: MT-Safe; nobody may use the configuration any more.
 */
void netgraft_config_free(netgraft_config *config);

/**
 * Puts a link into a namespace and makes it work there, all or nothing.
 *
 * The link is moved or created, named, addressed, routed, set up and announced.
 *
 * `config` may be NULL: the link keeps its name, and nothing is set. `interface` is to be freed with
 * netgraft_interface_free().
 *
 * Errors: everything is as before the call, in every namespace involved, unless netgraft_error_left() says otherwise.
 * not-found: no such link, bridge or master. name-taken: another link has the name. exists: an interface with that
 * source name, or the address, a route, or a tunnel with that identifier. address-clash, sysctl. invalid-argument: the
 * link is in this namespace already, or cannot have such a MAC or address. duplicate-address: another host has an
 * address, with netgraft_config_set_dad(). in-use: the move would delete links stacked on the link. not-supported: the
 * kernel lacks the kind of link. namespace: a namespace of the call was destroyed. Any other refusal by the kernel, with
 * its words.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_add_interface(const netgraft_namespace *ns,
                                     const netgraft_link *link,
                                     const netgraft_config *config,
                                     netgraft_interface **interface,
                                     netgraft_error **error);

/**
 * Puts `count` links into a namespace together, all or nothing.
 *
 * Each link is added as netgraft_namespace_add_interface() does, in the order of the array. The links share their
 * conversations with the kernel, and their waits.
 *
 * Configurations may be NULL, and so may `configs` as a whole. `interfaces` is room for `count` handles, in the same
 * order, each to be freed with netgraft_interface_free().
 *
 * A prefix for names gives the lowest free numbers in the order of the array. A link may have an earlier one as its
 * master, by source name; and as its parent, or as the bridge of its other end, by its final name. Anything else that a
 * link refers to must exist before the call.
 *
 * Errors: those of netgraft_namespace_add_interface(), naming the link that failed; no link is added then.
 * invalid-argument, when two members are the same link.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_add_interfaces(const netgraft_namespace *ns,
                                      const netgraft_link *const *links,
                                      const netgraft_config *const *configs,
                                      size_t count,
                                      netgraft_interface **interfaces,
                                      netgraft_error **error);

/**
 * Takes all interfaces out of a namespace, in reverse order.
 *
 * Each is removed as netgraft_interface_remove() does. Created links are deleted together, so that the kernel waits only
 * once.
 *
 * Errors: those of netgraft_interface_remove(), naming the interface. The others are removed all the same;
 * netgraft_error_other() has further errors. Interfaces whose removal failed can be removed later.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_remove_all(const netgraft_namespace *ns,
                                  netgraft_error **error);

/**
 * Lists the interfaces of this handle, its clones and its journal, oldest first.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_interfaces(const netgraft_namespace *ns,
                                  netgraft_interface_list **interfaces,
                                  netgraft_error **error);

/**
 * Finds the interface with a source name.
 *
 * Errors: not-found.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_interface(const netgraft_namespace *ns,
                                 const char *source,
                                 netgraft_interface **interface,
                                 netgraft_error **error);

/**
 * Finds the interface with a name: the one that it got when it was added.
 *
 * Errors: not-found.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_interface_by_name(const netgraft_namespace *ns,
                                         const char *name,
                                         netgraft_interface **interface,
                                         netgraft_error **error);

/**
 * Returns how many interfaces are on a list; 0 for NULL.
 *
 * Threads: MT-Safe.
 */
size_t netgraft_interface_list_length(const netgraft_interface_list *interfaces);

/**
 * Returns the interface at a place on a list, from 0 on.
 *
 * The handle lives as long as the list; netgraft_interface_clone() creates one that outlives it. Returns NULL after the
 * last, and for NULL.
 *
 * Threads: MT-Safe.
 */
const netgraft_interface *netgraft_interface_list_get(const netgraft_interface_list *interfaces,
                                                      size_t place);

/**
 * Frees a list and the handles on it. NULL is fine.
 *
 * Threads: MT-Safe; nobody may use the list any more.
 */
void netgraft_interface_list_free(netgraft_interface_list *interfaces);

/**
 * Returns the name that the interface's link had where it came from.
 *
 * Returns NULL for NULL. The text lives as long as the handle.
 *
 * Threads: MT-Safe.
 */
const char *netgraft_interface_source_name(const netgraft_interface *interface);

/**
 * Returns the name that the interface got when it was added.
 *
 * Returns NULL for NULL. The text lives as long as the handle.
 *
 * Threads: MT-Safe.
 */
const char *netgraft_interface_name(const netgraft_interface *interface);

/**
 * Returns the interface's index in its namespace; 0, which no link has, for NULL.
 *
 * Threads: MT-Safe.
 */
uint32_t netgraft_interface_index(const netgraft_interface *interface);

/**
 * Creates a handle of the namespace of the interface, to be freed.
 *
 * The handle is a clone of the one that the interface was added through. Returns NULL for NULL.
 *
 * Threads: MT-Safe.
 */
netgraft_namespace *netgraft_interface_namespace(const netgraft_interface *interface);

/**
 * Returns the default routes that the interface was given, as an array of texts that ends with NULL.
 *
 * The add does not install these routes. They are kept until they are wanted. Returns NULL for NULL. The array lives as
 * long as the handle.
 *
 * Threads: MT-Safe.
 */
const char *const *netgraft_interface_default_routes(const netgraft_interface *interface);

/**
 * Announces the interface's addresses to its neighbours once more, as an add does.
 *
 * The first announcement is sent before this function returns, the others in the background. They replace pending ones;
 * 0 `times` only cancels those.
 *
 * `times` and `interval_ms` as for netgraft_config_set_announce(). Nothing is sent, and the log says why, when the link
 * is down, has no MAC or does no ARP.
 *
 * Errors: not-found, when the interface was removed, or its link is gone; invalid-argument.
 *
 * Threads: MT-Safe.
 */
int netgraft_interface_announce(const netgraft_interface *interface,
                                uint32_t times,
                                uint32_t interval_ms,
                                netgraft_error **error);

/**
 * Takes the interface out of its namespace. The handle is still to be freed.
 *
 * A moved link goes home and is restored there: name, MAC, MTU, flags, master, addresses, routes, neighbours. Nothing of
 * what the inside did comes along. A created link is deleted. In place, the add is undone.
 *
 * Errors: not-found, the second time, or when somebody else deleted the link (the interface is off the list then).
 * unverified, when the link may be hidden, or another link is in its place. name-taken, when another link at home has
 * the old name. sysctl, when a kernel setting could not be restored. namespace, when home was destroyed or is not found.
 * kernel with -EBUSY, when another process with the same journal has worked on the interface for three seconds. After
 * any failure the interface is as before and can be removed later, unless netgraft_error_left() says otherwise.
 *
 * Threads: MT-Safe.
 */
int netgraft_interface_remove(const netgraft_interface *interface,
                              netgraft_error **error);

/**
 * Takes the interface out; a moved link comes home without its addresses.
 *
 * Otherwise as netgraft_interface_remove(). Routes and neighbours that go with the addresses stay away, too. The handle
 * is still to be freed.
 *
 * Errors: those of netgraft_interface_remove().
 *
 * Threads: MT-Safe.
 */
int netgraft_interface_remove_without_addresses(const netgraft_interface *interface,
                                                netgraft_error **error);

/**
 * Creates another handle of the same interface. Returns NULL for NULL.
 *
 * Threads: MT-Safe.
 */
netgraft_interface *netgraft_interface_clone(const netgraft_interface *interface);

/**
 * Frees a handle; the interface stays. NULL is fine.
 *
 * Threads: MT-Safe; nobody may use the handle any more.
 */
void netgraft_interface_free(netgraft_interface *interface);

/**
 * Reads the state of every link of a namespace, whoever put it there.
 *
 * Errors: interrupted, when changes kept interrupting the kernel's answer.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_links(const netgraft_namespace *ns,
                             netgraft_link_list **links,
                             netgraft_error **error);

/**
 * Reads the state of an interface's link: a list of one.
 *
 * Errors: not-found, when its link is gone.
 *
 * Threads: MT-Safe.
 */
int netgraft_interface_state(const netgraft_interface *interface,
                             netgraft_link_list **links,
                             netgraft_error **error);

/**
 * Returns how many links are on a list; 0 for NULL.
 *
 * Threads: MT-Safe.
 */
size_t netgraft_link_list_length(const netgraft_link_list *links);

/**
 * Fills in the description of the link at a place on a list, from 0 on.
 *
 * `size` is sizeof *state; see STRUCTURES.
 *
 * Errors: not-found, behind the last.
 *
 * Threads: MT-Safe.
 */
int netgraft_link_list_get(const netgraft_link_list *links,
                           size_t place,
                           netgraft_link_state *state,
                           size_t size,
                           netgraft_error **error);

/**
 * Frees a list, and the texts and arrays that descriptions from it point to. NULL is fine.
 *
 * Threads: MT-Safe; nobody may use the list any more.
 */
void netgraft_link_list_free(netgraft_link_list *links);

/**
 * Reads the counters of an interface's link. `size` is sizeof *statistics; see STRUCTURES.
 *
 * Errors: not-found, when its link is gone.
 *
 * Threads: MT-Safe.
 */
int netgraft_interface_statistics(const netgraft_interface *interface,
                                  netgraft_statistics *statistics,
                                  size_t size,
                                  netgraft_error **error);

/**
 * Begins to watch the links of a namespace.
 *
 * The first events are the links that are there. `monitor` is to be freed with netgraft_monitor_free().
 *
 * Errors: interrupted, when changes kept interrupting the kernel's answer.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_monitor(const netgraft_namespace *ns,
                               netgraft_monitor **monitor,
                               netgraft_error **error);

/**
 * Returns the descriptor that can be read when there may be an event, for poll(2); -1 for NULL.
 *
 * Events may wait that were read already: ask for events until there are none before waiting for the descriptor. The
 * descriptor belongs to the monitor.
 *
 * Threads: MT-Safe.
 */
int netgraft_monitor_fd(const netgraft_monitor *monitor);

/**
 * Fills in the next event, or NETGRAFT_LINK_NO_CHANGE when none comes in time.
 *
 * `timeout_ms` is in milliseconds; 0 never waits, a negative number waits without end. `size` is sizeof *event; see
 * STRUCTURES. When the kernel had to drop notifications, the links are read again, and the differences are the events.
 *
 * Errors: interrupted, when changes kept interrupting the kernel's answer; namespace, once that was destroyed.
 *
 * Threads: MT-Unsafe race:monitor.
 */
int netgraft_monitor_next(netgraft_monitor *monitor,
                          int timeout_ms,
                          netgraft_link_event *event,
                          size_t size,
                          netgraft_error **error);

/**
 * Frees a monitor, and what its last event points to. NULL is fine.
 *
 * Threads: MT-Safe; nobody may use the monitor any more.
 */
void netgraft_monitor_free(netgraft_monitor *monitor);

/**
 * Waits until a link is there, runs, or is gone: `wanted` is a netgraft_link_condition.
 *
 * `selector` is a name, an alternative name, "mac:ADDRESS" or "dev:DEVICE". `timeout_ms` is in milliseconds; a negative
 * one is for ever. `links` may be NULL; it gets a list with the link, none for NETGRAFT_LINK_GO, to be freed with
 * netgraft_link_list_free().
 *
 * Errors: timeout; invalid-argument, also when several links are meant.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_wait_for_link(const netgraft_namespace *ns,
                                     const char *selector,
                                     int wanted,
                                     int timeout_ms,
                                     netgraft_link_list **links,
                                     netgraft_error **error);

/**
 * Adds a link of the namespace `home` to `ns` as soon as the link is there.
 *
 * `selector` is a name, an alternative name, "mac:ADDRESS" or "dev:DEVICE". A link that is renamed between being found and
 * being added, as by a rule of udev, is looked for again. `timeout_ms` is in milliseconds; a negative one is for ever.
 * `config` may be NULL. `interface` is to be freed with netgraft_interface_free().
 *
 * Errors: timeout, when there was no such link; else as netgraft_namespace_add_interface().
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_add_when_it_appears(const netgraft_namespace *ns,
                                           const netgraft_namespace *home,
                                           const char *selector,
                                           const netgraft_config *config,
                                           int timeout_ms,
                                           netgraft_interface **interface,
                                           netgraft_error **error);

/**
 * Sets the gateway of the address's family: a default route of the main table.
 *
 * "0.0.0.0" and "::" mean no gateway, and do nothing.
 *
 * `source` is the source name of the interface that leads to the gateway, or NULL; an IPv6 link-local address needs it
 * if several links have IPv6. Of several gateways, the one with the lowest `metric` counts; 0 is the kernel's own: 0 for
 * IPv4, 1024 for IPv6. `flags` are 0 or NETGRAFT_GATEWAY_... together.
 *
 * Errors: unreachable, when no direct route leads to the gateway; exists, when there is a default route, whoever added
 * it, and `flags` do not replace it; not-found, without such an interface; invalid-argument, when `source` is needed.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_set_gateway(const netgraft_namespace *ns,
                                   const char *address,
                                   const char *source,
                                   uint32_t metric,
                                   uint32_t flags,
                                   netgraft_error **error);

/**
 * Removes the gateway of a family that was set without a metric.
 *
 * netgraft_namespace_remove_route() removes a gateway with a metric, as a default route. The family is AF_INET or
 * AF_INET6. Without such a gateway, there is nothing to do.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_remove_gateway(const netgraft_namespace *ns,
                                      int family,
                                      netgraft_error **error);

/**
 * Reads the gateways in use, whoever set them.
 *
 * These are the gateways of the default routes with the lowest metrics. `size` is sizeof *gateways; see STRUCTURES.
 *
 * Errors: interrupted, when changes kept interrupting the kernel's answer.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_gateways(const netgraft_namespace *ns,
                                netgraft_gateways *gateways,
                                size_t size,
                                netgraft_error **error);

/**
 * Installs the default route of a family, AF_INET or AF_INET6, that an interface was given.
 *
 * The interface, found by its source name, got the route in its configuration, and has kept it until now: the link
 * reaches everything directly.
 *
 * Errors: not-found, without such an interface, or without a default route of that family; exists, with the route, when
 * there is a default route.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_set_default_route(const netgraft_namespace *ns,
                                         const char *source,
                                         int family,
                                         netgraft_error **error);

/**
 * Removes the default route that netgraft_namespace_set_default_route() installed.
 *
 * Without such a route, there is nothing to do.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_remove_default_route(const netgraft_namespace *ns,
                                            int family,
                                            netgraft_error **error);

/**
 * Sets whether the bridge may send packets back through the port that they came from.
 *
 * Off by default.
 *
 * Errors: invalid-argument, when it is neither a veth nor a netkit.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_veth_hairpin(netgraft_link *link, bool on, netgraft_error **error);

/**
 * Sets whether the port cannot reach other isolated ports of the bridge.
 *
 * Off by default.
 *
 * Errors: invalid-argument, when it is neither a veth nor a netkit.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_veth_isolated(netgraft_link *link, bool on, netgraft_error **error);

/**
 * Sets whether the bridge learns the MACs behind the port.
 *
 * On by default.
 *
 * Errors: invalid-argument, when it is neither a veth nor a netkit.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_set_veth_learning(netgraft_link *link, bool on, netgraft_error **error);

/**
 * Makes the port a member of a VLAN, 1 to 4094.
 *
 * The port is in no other VLANs than those of these calls. Untagged packets belong to the first one, whose packets leave
 * untagged.
 *
 * Errors: invalid-argument, also when it is neither a veth nor a netkit.
 *
 * Threads: MT-Unsafe race:link.
 */
int netgraft_link_add_veth_vlan(netgraft_link *link,
                                uint16_t id,
                                netgraft_error **error);

/**
 * Adds a route over next hops, or to nowhere.
 *
 * The route is on the links of the direct routes to the next hops. If netgraft has added the same route over other next
 * hops, the new ones join those. `size` is sizeof *route; see STRUCTURES.
 *
 * Errors: unreachable, when no direct route leads to a next hop; exists, with the route, when the table has one to the
 * destination with that metric; invalid-argument.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_add_route(const netgraft_namespace *ns,
                                 const netgraft_route *route,
                                 size_t size,
                                 netgraft_error **error);

/**
 * Adds a route in place of a route to the same destination, in one step.
 *
 * The old route has the same metric in the same table, whoever added it. `size` is sizeof *route; see STRUCTURES.
 *
 * Errors: unreachable, when no direct route leads to a next hop; invalid-argument.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_replace_route(const netgraft_namespace *ns,
                                     const netgraft_route *route,
                                     size_t size,
                                     netgraft_error **error);

/**
 * Removes a route that netgraft_namespace_add_route() added.
 *
 * `size` is sizeof *route; see STRUCTURES.
 *
 * Errors: not-found, when there is none; invalid-argument.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_remove_route(const netgraft_namespace *ns,
                                    const netgraft_route *route,
                                    size_t size,
                                    netgraft_error **error);

/**
 * Adds a policy rule, as "from 10.0.0.0/24 table 100".
 *
 * The rule has any of "from PREFIX", "to PREFIX", "iif NAME", "fwmark N" and "priority N", and "table N". Without an
 * address it is for both families.
 *
 * Errors: exists; invalid-argument.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_add_rule(const netgraft_namespace *ns,
                                const char *rule,
                                netgraft_error **error);

/**
 * Removes a policy rule that netgraft_namespace_add_rule() added, by the same text.
 *
 * Without a priority, the first matching rule is removed.
 *
 * Errors: not-found, without such a rule; invalid-argument.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_remove_rule(const netgraft_namespace *ns,
                                   const char *rule,
                                   netgraft_error **error);

/**
 * Reads the routes that netgraft added and that exist now, in all tables.
 *
 * These are routes over next hops or to nowhere, without the gateways.
 *
 * Errors: interrupted, when changes kept interrupting the kernel's answer.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_routes(const netgraft_namespace *ns,
                              netgraft_route_list **routes,
                              netgraft_error **error);

/**
 * Returns how many routes are on a list; 0 for NULL.
 *
 * Threads: MT-Safe.
 */
size_t netgraft_route_list_length(const netgraft_route_list *routes);

/**
 * Fills in the route at a place on a list, from 0 on.
 *
 * Its texts live as long as the list. `size` is sizeof *route; see STRUCTURES.
 *
 * Errors: not-found, behind the last.
 *
 * Threads: MT-Safe.
 */
int netgraft_route_list_get(const netgraft_route_list *routes,
                            size_t place,
                            netgraft_route *route,
                            size_t size,
                            netgraft_error **error);

/**
 * Frees a list, and the texts that routes from it point to. NULL is fine.
 *
 * Threads: MT-Safe; nobody may use the list any more.
 */
void netgraft_route_list_free(netgraft_route_list *routes);

/**
 * Adds a permanent entry: `address` is at `mac`.
 *
 * An entry that the kernel has learned by itself is replaced.
 *
 * `source` is the source name of the interface, or NULL: the only interface of the namespace or, if there are several,
 * the link of the direct route to the address. `flags` are 0 or NETGRAFT_NEIGHBOUR_BRIDGE.
 *
 * Errors: neighbour-exists, for a permanent entry; not-found, without such an interface; unreachable, when no direct
 * route leads to the address and `source` is NULL; invalid-argument, when several interfaces could be meant.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_add_neighbour(const netgraft_namespace *ns,
                                     const char *address,
                                     const char *mac,
                                     const char *source,
                                     uint32_t flags,
                                     netgraft_error **error);

/**
 * Removes a permanent entry; if `mac` is not NULL, only an entry with that MAC.
 *
 * The entry that the link's bridge has learned for the same MAC goes with a forwarding entry.
 *
 * `source` and `flags` as for netgraft_namespace_add_neighbour().
 *
 * Errors: neighbour-missing, without such an entry; not-found, without such an interface; unreachable, as for the add;
 * invalid-argument, also for a forwarding entry without its MAC.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_remove_neighbour(const netgraft_namespace *ns,
                                        const char *address,
                                        const char *mac,
                                        const char *source,
                                        uint32_t flags,
                                        netgraft_error **error);

/**
 * Adds an extra address, such as "10.0.0.9/24", to a link of the namespace, by its present name.
 *
 * IPv6 addresses get no duplicate detection; IPv6 is enabled on the link if it is not.
 *
 * Errors: not-found, without such a link; exists, when the link has the address; invalid-argument, invalid-name.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_add_extra_address(const netgraft_namespace *ns,
                                         const char *link,
                                         const char *address,
                                         netgraft_error **error);

/**
 * Removes an address from a link of the namespace, by its present name.
 *
 * Errors: not-found, without such a link or address; invalid-argument, invalid-name.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_remove_extra_address(const netgraft_namespace *ns,
                                            const char *link,
                                            const char *address,
                                            netgraft_error **error);

/**
 * Keeps an interface from answering and sending ARP for addresses that are not its own.
 *
 * The interface is found by its source name. This is for a virtual IP on lo that other hosts have too: arp_ignore=1,
 * arp_announce=2.
 *
 * Errors: not-found, when there is no such interface, or its link is gone.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_disable_arp_for_vip(const netgraft_namespace *ns,
                                           const char *source,
                                           netgraft_error **error);

/**
 * Returns in `has` whether lo has an IPv6 address.
 *
 * The kernel is asked once; see netgraft_namespace_refresh_ipv6_on_loopback().
 *
 * Errors: interrupted, when changes kept interrupting the kernel's answer.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_has_ipv6_on_loopback(const netgraft_namespace *ns,
                                            bool *has,
                                            netgraft_error **error);

/**
 * Asks the kernel again whether lo has an IPv6 address.
 *
 * Errors: interrupted, when changes kept interrupting the kernel's answer.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_refresh_ipv6_on_loopback(const netgraft_namespace *ns,
                                                bool *has,
                                                netgraft_error **error);

/**
 * Makes this namespace's load balancer (IPVS) give up connections to servers that are gone.
 *
 * Writes net.ipv4.vs.conn_reuse_mode=0, expire_nodest_conn=1, expire_quiescent_template=1. A setting that the kernel
 * lacks, because IPVS is not loaded, is only logged.
 *
 * Errors: sysctl, for a setting that cannot be written.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_tune_load_balancer(const netgraft_namespace *ns,
                                          netgraft_error **error);

/**
 * Keeps a journal of this handle's interfaces in a folder.
 *
 * Interfaces in the journal are known from then on. A journal that is kept already stays.
 *
 * Each change is written down before it is made, so that netgraft_namespace_restore() can undo or finish it if the
 * process dies. A folder below /run has the lifetime of the links. A missing folder is created (mode 0700); it must
 * belong to the caller alone, below folders that no other user can change.
 *
 * Errors: journal, when the folder belongs to another user, or cannot be created, read and written. No journal is kept
 * then.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_keep_journal(const netgraft_namespace *ns,
                                    const char *folder,
                                    netgraft_error **error);

/**
 * Reads a journal that another process keeps.
 *
 * The journal may be missing yet, or one that the caller cannot write. If the caller can write it, it is kept as by
 * netgraft_namespace_keep_journal().
 *
 * Errors: journal, when the folder belongs to another user, or cannot be read.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_read_journal(const netgraft_namespace *ns,
                                    const char *folder,
                                    netgraft_error **error);

/**
 * Takes an interface off the list and out of the journal, and leaves its link as it is.
 *
 * Errors: not-found, when neither has an interface with that source name; busy, when another process has worked on it
 * for three seconds; invalid-name.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_forget(const netgraft_namespace *ns,
                              const char *source,
                              netgraft_error **error);

/**
 * Restores the interfaces of the journal after a crash or a restart.
 *
 * Interrupted operations are undone or finished; existing interfaces are put on the list and announced again; entries of
 * links that are gone are dropped.
 *
 * Errors: those of reading the journal. The result has the outcome of each entry.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_restore(const netgraft_namespace *ns,
                               netgraft_restored **restored,
                               netgraft_error **error);

/**
 * Restores as netgraft_namespace_restore(), then finds interfaces that only the program remembers.
 *
 * These are `count` links and their configurations, as once passed to netgraft_namespace_add_interface(), in any order.
 * Configurations may be NULL, and so may `configs` as a whole. Those in the journal are skipped.
 *
 * Each is looked for among the links of the namespace by its IPv4 addresses, else by its IPv6 addresses, else by its
 * name; a prefix for names suffices only without addresses and if one link has such a name. A link that is found is
 * announced again, and written into the journal; nothing about it is changed. netgraft_restored_unmatched() has the
 * descriptions without a link, or with several.
 *
 * Such an interface can be removed as any other. The state before its add is unknown, so the link keeps MAC, MTU, queue
 * length and alias. A moved link goes back under its source name, down. In place, the addresses and routes of the
 * description go, the name becomes the source name, a described master is left, and settings stay. A created link is
 * deleted.
 *
 * Errors: those of reading the journal and the namespace. The result has the outcome of each interface.
 *
 * Threads: MT-Safe.
 */
int netgraft_namespace_restore_from(const netgraft_namespace *ns,
                                    const netgraft_link *const *links,
                                    const netgraft_config *const *configs,
                                    size_t count,
                                    netgraft_restored **restored,
                                    netgraft_error **error);

/**
 * Returns the interfaces that are on the list again, and announced again.
 *
 * Returns NULL for NULL. Not to be freed by itself.
 *
 * Threads: MT-Safe.
 */
const netgraft_interface_list *netgraft_restored_interfaces(const netgraft_restored *restored);

/**
 * Returns the source names of interrupted adds: everything is as before the add.
 *
 * Returns NULL for NULL.
 *
 * Threads: MT-Safe.
 */
const char *const *netgraft_restored_undone(const netgraft_restored *restored);

/**
 * Returns the source names of interrupted removals: they are complete now.
 *
 * Returns NULL for NULL.
 *
 * Threads: MT-Safe.
 */
const char *const *netgraft_restored_finished(const netgraft_restored *restored);

/**
 * Returns the source names whose links are gone; their entries were dropped.
 *
 * Returns NULL for NULL.
 *
 * Threads: MT-Safe.
 */
const char *const *netgraft_restored_gone(const netgraft_restored *restored);

/**
 * Returns the entries that were dropped, a line each.
 *
 * These are unreadable entries of this namespace, and entries of namespaces that no longer exist. Returns NULL for NULL.
 *
 * Threads: MT-Safe.
 */
const char *const *netgraft_restored_dropped(const netgraft_restored *restored);

/**
 * Returns the entries that were left alone, a line each.
 *
 * These are unreadable entries of other namespaces, entries of a newer version, and paths that are no file. Returns NULL
 * for NULL.
 *
 * Threads: MT-Safe.
 */
const char *const *netgraft_restored_left_alone(const netgraft_restored *restored);

/**
 * Returns how many entries other processes are working on at the moment; 0 for NULL.
 *
 * Threads: MT-Safe.
 */
size_t netgraft_restored_busy(const netgraft_restored *restored);

/**
 * Returns the source names of descriptions that match no link, or several links.
 *
 * Returns NULL for NULL.
 *
 * Threads: MT-Safe.
 */
const char *const *netgraft_restored_unmatched(const netgraft_restored *restored);

/**
 * Returns why a description of netgraft_restored_unmatched() matches no link.
 *
 * The description is the one at a place, from 0 on. Returns NULL after the last, and for NULL. Not to be freed by
 * itself.
 *
 * Threads: MT-Safe.
 */
const netgraft_error *netgraft_restored_unmatched_why(const netgraft_restored *restored,
                                                      size_t place);

/**
 * Returns a failure of the restore: the error at a place, from 0 on.
 *
 * These are entries that could not be undone or finished, and descriptions that could not be put on the list. Returns
 * NULL after the last, and for NULL. Not to be freed by itself.
 *
 * Threads: MT-Safe.
 */
const netgraft_error *netgraft_restored_failed(const netgraft_restored *restored,
                                               size_t place);

/**
 * Frees the result of a restore; the interfaces stay. NULL is fine.
 *
 * Threads: MT-Safe; nobody may use the result any more.
 */
void netgraft_restored_free(netgraft_restored *restored);

/**
 * Sets whether the program sends repeated announcements itself.
 *
 * It does so by netgraft_announce_send_due(), and netgraft starts no thread for them.
 *
 * Pending announcements are concerned, too: once this function has returned, the thread sends nothing, or sends again.
 *
 * Threads: MT-Safe.
 */
void netgraft_announce_set_own_loop(bool own_loop);

/**
 * Returns the milliseconds until the next announcement is due, rounded up.
 *
 * The number suits poll(2) and epoll_wait(2): 0 when something is due, -1 when nothing is pending.
 *
 * An add or an announcement of another thread can make it smaller: a loop that waits meanwhile has to be woken.
 *
 * Threads: MT-Safe.
 */
int netgraft_announce_timeout(void);

/**
 * Sends all announcements that are due now.
 *
 * May be called at any time, whoever else sends.
 *
 * Threads: MT-Safe.
 */
void netgraft_announce_send_due(void);

/**
 * Waits until all that is pending has been sent.
 *
 * To be called before the process ends when the announcements shall outlive it. Where the program sends them itself,
 * this does so.
 *
 * Threads: MT-Safe.
 */
void netgraft_announce_flush(void);

/**
 * Sets the function that is called with every message of a level and of those before it.
 *
 * The level is a netgraft_log_level, `level`. Without a function, nothing is logged.
 *
 * Once per process: the function and `data` are used until it ends. The function is called from any thread, several
 * at once; `message` is one line without a line feed, and gone when it returns. It may call netgraft, but it has to return:
 * neither longjmp(3), pthread_exit(3) nor a C++ exception may leave it.
 *
 * Errors: exists, the second time; invalid-argument.
 *
 * Threads: MT-Safe.
 */
int netgraft_log_set(void (*function)(void *data, netgraft_log_level level, const char *message),
                     void *data,
                     int level,
                     netgraft_error **error);

/**
 * Sets how much is logged.
 *
 * Errors: invalid-argument.
 *
 * Threads: MT-Safe.
 */
int netgraft_log_set_level(int level, netgraft_error **error);

/**
 * Returns the version of the library that is running, such as "0.1.0".
 *
 * That of the header is NETGRAFT_VERSION.
 *
 * Threads: MT-Safe.
 */
const char *netgraft_version(void);

#ifdef __cplusplus
}  /* extern "C" */
#endif  /* __cplusplus */

#endif  /* NETGRAFT_H */
