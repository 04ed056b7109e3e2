//! Configurations of interfaces.

use std::ffi::{c_char, c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr;
use std::time::Duration;

use crate::capi::argument::{ErrorOut, Text, non_null};
use crate::capi::boundary::{Call, call, into_raw, return_handle};
use crate::capi::infallible::infallible;
use crate::capi::text::c_text;
use crate::error::{Error, ErrorKind, Result};
use crate::interface::{Announce, InterfaceConfig, Probe, Wait};
use crate::types::{IfName, NamePrefix, NetnsSysctl, Sysctl};

/// The configuration of an interface: its name and its settings, all optional.
///
/// Each function checks its arguments at once. One that fails changes nothing.
pub struct netgraft_config(pub(crate) InterfaceConfig);

/// Creates an empty configuration, under which a link keeps its name.
///
/// Returns a handle to be freed with netgraft_config_free().
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_new() -> *mut netgraft_config {
    infallible(ptr::null_mut(), || into_raw(Some(netgraft_config(InterfaceConfig::keep_name()))))
}

/// Creates a configuration that gives the interface a name.
///
/// A name has 1 to 15 bytes, is not "." or "..", and is without '/', ':', '%' and white space.
///
/// Errors: invalid-name.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_new_named(
    name: Text<'_>,
    config: Option<&mut MaybeUninit<*mut netgraft_config>>,
    error: ErrorOut<'_>,
) -> c_int {
    return_handle(config, error, || Ok(netgraft_config(InterfaceConfig::named(IfName::new(name.bytes("the name")?)?))))
}

/// Creates a configuration that names the interface by a prefix and the lowest free number.
///
/// The prefix has at most 13 bytes; the number is the lowest that is free in the namespace: "eth" makes "eth0", "eth1",
/// ...
///
/// Errors: invalid-name.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_new_prefix(
    prefix: Text<'_>,
    config: Option<&mut MaybeUninit<*mut netgraft_config>>,
    error: ErrorOut<'_>,
) -> c_int {
    return_handle(config, error, || {
        let prefix = NamePrefix::new(prefix.bytes("the prefix")?)?;
        Ok(netgraft_config(InterfaceConfig::prefix(prefix)))
    })
}

/// Creates a configuration with a name, or with a pattern that ends with "%d".
///
/// A pattern stands for the text before "%d" and the lowest number that is free in the namespace, as in the netDevices of
/// the OCI runtime specification.
///
/// Errors: invalid-name.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_new_name_or_pattern(
    name: Text<'_>,
    config: Option<&mut MaybeUninit<*mut netgraft_config>>,
    error: ErrorOut<'_>,
) -> c_int {
    return_handle(config, error, || Ok(netgraft_config(InterfaceConfig::name_or_pattern(name.bytes("the name")?)?)))
}

/// Changes a configuration, or not at all.
fn set(
    config: Option<&mut netgraft_config>,
    error: ErrorOut<'_>,
    mut change: impl FnMut(InterfaceConfig) -> Result<InterfaceConfig>,
) -> c_int {
    replace(config, error, &mut change)
}

/// Does the work for all options.
fn replace(
    mut config: Option<&mut netgraft_config>,
    error: ErrorOut<'_>,
    change: &mut dyn Call<InterfaceConfig, Result<InterfaceConfig>>,
) -> c_int {
    call(error, || {
        let config = non_null(config.as_deref_mut(), "the configuration")?;
        config.0 = change.call(config.0.clone())?;
        Ok(())
    })
}

/// Sets the hardware address, as "02:42:0a:00:00:02".
///
/// Unset: the link keeps its own.
///
/// Errors: invalid-argument.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_set_mac(
    config: Option<&mut netgraft_config>,
    mac: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    set(config, error, |config| Ok(config.mac(mac.parse("the MAC")?)))
}

/// Sets the largest packet in bytes.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_set_mtu(
    config: Option<&mut netgraft_config>,
    bytes: u32,
    error: ErrorOut<'_>,
) -> c_int {
    set(config, error, |config| Ok(config.mtu(bytes)))
}

/// Sets the length of the transmit queue in packets.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_set_tx_queue_len(
    config: Option<&mut netgraft_config>,
    packets: u32,
    error: ErrorOut<'_>,
) -> c_int {
    set(config, error, |config| Ok(config.tx_queue_len(packets)))
}

/// Sets a text that describes the link, at most 255 bytes.
///
/// An empty text removes an old one.
///
/// Errors: invalid-argument.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_set_alias(
    config: Option<&mut netgraft_config>,
    alias: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    set(config, error, |config| config.alias(alias.bytes("the alias")?))
}

/// Adds an IPv4 or IPv6 address with the length of its subnet, as "10.0.0.2/24".
///
/// Options may follow: ",peer=ADDRESS" for the other end; ",label=TEXT" for IPv4; ",valid=60s,preferred=30s" for the
/// lifetime.
///
/// Errors: invalid-argument.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_add_address(
    config: Option<&mut netgraft_config>,
    address: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    set(config, error, |config| Ok(config.address(address.parse("the address")?)))
}

/// Adds the gateway of an address's family, as "10.0.0.1".
///
/// The gateway is a default route that goes with the interface. One of each family is possible. A gateway outside of the
/// interface's subnets counts as reachable directly on the link.
///
/// Errors: invalid-argument.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_add_gateway(
    config: Option<&mut netgraft_config>,
    gateway: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    set(config, error, |config| Ok(config.gateway(gateway.address("the gateway")?)))
}

/// Sets the metric of the gateways.
///
/// Of several default routes, the one with the lowest metric counts. 0 is the kernel's own.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_set_metric(
    config: Option<&mut netgraft_config>,
    metric: u32,
    error: ErrorOut<'_>,
) -> c_int {
    set(config, error, |config| Ok(config.metric(metric)))
}

/// Adds a route that goes with the interface, as "192.168.0.0/16 via 10.0.0.9".
///
/// Options may follow: "via ADDRESS" for more next hops, "src ADDRESS", "metric N", "table N", "mtu N", "advmss N" and
/// "onlink". The route may also be "blackhole PREFIX" or "unreachable PREFIX".
///
/// Errors: invalid-argument.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_add_route_via(
    config: Option<&mut netgraft_config>,
    route: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    set(config, error, |config| Ok(config.route_via(route.parse("the route")?)))
}

/// Adds a policy rule that goes with the interface, in the form of netgraft_namespace_add_rule().
///
/// Errors: invalid-argument.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_add_rule(
    config: Option<&mut netgraft_config>,
    rule: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    set(config, error, |config| Ok(config.rule(rule.parse("the rule")?)))
}

/// Leaves the link down.
///
/// Such a link gets its addresses, but no routes and no announcements.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_set_down(config: Option<&mut netgraft_config>, error: ErrorOut<'_>) -> c_int {
    set(config, error, |config| Ok(config.down()))
}

/// Makes the link receive all packets, whatever their destination.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_set_promiscuous(config: Option<&mut netgraft_config>, error: ErrorOut<'_>) -> c_int {
    set(config, error, |config| Ok(config.promiscuous()))
}

/// Makes the link receive all multicast packets.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_set_all_multicast(
    config: Option<&mut netgraft_config>,
    error: ErrorOut<'_>,
) -> c_int {
    set(config, error, |config| Ok(config.all_multicast()))
}

/// Probes for the IPv4 addresses before they are used (RFC 5227), and refuses those of other hosts.
///
/// There are 1 to 10 probes, at least `interval_ms` apart, 10 to 10000. The link has to get a carrier within the time of
/// netgraft_config_set_wait_up() or netgraft_config_set_wait_running().
///
/// Errors: invalid-argument.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_set_probe(
    config: Option<&mut netgraft_config>,
    count: u8,
    interval_ms: u32,
    error: ErrorOut<'_>,
) -> c_int {
    set(
        config,
        error,
        |config| Ok(config.probe(Probe::times(count)?.every(Duration::from_millis(interval_ms.into()))?)),
    )
}

/// Adds a link-local address as given.
///
/// There is no clash check. IPv6 addresses get duplicate detection.
///
/// Errors: invalid-argument.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_add_link_local(
    config: Option<&mut netgraft_config>,
    address: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    set(config, error, |config| Ok(config.link_local(address.parse("the link-local address")?)))
}

/// Adds a destination that the link reaches directly, as "192.168.0.0/16".
///
/// "0.0.0.0/0" and "::/0" are kept for netgraft_namespace_set_default_route(), and not installed now. Host bits are
/// cleared.
///
/// Errors: invalid-argument.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_add_route(
    config: Option<&mut netgraft_config>,
    destination: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    set(config, error, |config| Ok(config.route(destination.parse("the destination")?)))
}

/// Adds a kernel setting of the interface.
///
/// Settings are written in their order, after the addresses and before the interface is set up.
///
/// The key has five parts, "net.X.Y.IFNAME.Z"; the interface's name replaces the fourth, whatever stands there.
///
/// Errors: sysctl, naming the key.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_add_sysctl(
    config: Option<&mut netgraft_config>,
    key: Text<'_>,
    value: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    set(config, error, |config| Ok(config.sysctl(Sysctl::new(key.utf8("the key")?, value.utf8("the value")?)?)))
}

/// Adds a kernel setting of the namespace itself, "net.ipv4.ip_forward" for example.
///
/// The namespace is the one that the link is added to. A failed add restores the former value. So does the removal of the
/// interface, or the restore of an interrupted add; except in the initial namespace, for a value that somebody has
/// changed since, and for a setting that another recorded interface asked for.
///
/// Errors: sysctl, naming the key.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_add_netns_sysctl(
    config: Option<&mut netgraft_config>,
    key: Text<'_>,
    value: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    let new = || NetnsSysctl::new(key.utf8("the key")?, value.utf8("the value")?);
    set(config, error, |config| Ok(config.netns_sysctl(new()?)))
}

/// Makes the link a port of a bridge or VRF, by the source name of its interface or by its own name.
///
/// The master is in the same namespace.
///
/// Errors: invalid-name.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_set_master(
    config: Option<&mut netgraft_config>,
    source: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    set(config, error, |config| Ok(config.master(IfName::new(source.bytes("the source name")?)?)))
}

/// Sets whether the kernel looks for other hosts with the IPv6 addresses (RFC 4862 5.4).
///
/// Off by default.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_set_dad(
    config: Option<&mut netgraft_config>,
    detect: bool,
    error: ErrorOut<'_>,
) -> c_int {
    set(config, error, |config| Ok(config.dad(detect)))
}

/// Sets whether a moved link keeps its permanent addresses of global scope.
///
/// Off by default.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_set_keep_addresses(
    config: Option<&mut netgraft_config>,
    keep: bool,
    error: ErrorOut<'_>,
) -> c_int {
    set(config, error, |config| Ok(config.keep_addresses(keep)))
}

/// Sets whether addresses that clash with an existing route are refused.
///
/// An address clashes if it contains the route's destination, or is contained in it. On by default.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_set_clash_check(
    config: Option<&mut netgraft_config>,
    check: bool,
    error: ErrorOut<'_>,
) -> c_int {
    set(config, error, |config| Ok(config.clash_check(check)))
}

/// Sets whether a link that can be forged may go where its new owner could swap it.
///
/// Nothing beyond forging identifies such a link (tap, tun, dummy, a veth whose other end is elsewhere). The owner of
/// another user namespace could swap it for another link. Such a link comes home down. Off by default.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_set_allow_unverified(
    config: Option<&mut netgraft_config>,
    allow: bool,
    error: ErrorOut<'_>,
) -> c_int {
    set(config, error, |config| Ok(config.allow_unverified(allow)))
}

/// A program's test, and what the test is given.
struct TestFunction {
    function: extern "C" fn(data: *mut c_void, name: *const c_char) -> c_int,
    data: *mut c_void,
}

// SAFETY: the pointer is not looked at here. Who sets the test says that any thread may hand it to the function.
unsafe impl Send for TestFunction {}
// SAFETY: as above.
unsafe impl Sync for TestFunction {}

impl TestFunction {
    fn run(&self, name: IfName) -> std::result::Result<(), String> {
        let name = c_text(name.as_bytes().to_vec());
        match (self.function)(self.data, name.as_ptr()) {
            0 => Ok(()),
            status => Err(format!("the program's test returned {status}")),
        }
    }
}

/// Tests the result before the add is complete: if the test fails, everything is undone.
///
/// The test gets `data` and the interface's name, which is gone when the test returns. 0 means success; any other value
/// fails the add (verify-failed), and everything is as before. The test runs on the thread that adds, in that thread's
/// namespace, when the link is up and before anything is announced. It may call netgraft, but for operations on the same
/// link. It has to return: neither longjmp(3), pthread_exit(3) nor a C++ exception may leave it. `data` is used by each add
/// with this configuration. NULL: no test.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_set_verify(
    config: Option<&mut netgraft_config>,
    test: Option<extern "C" fn(data: *mut c_void, name: *const c_char) -> c_int>,
    data: *mut c_void,
    error: ErrorOut<'_>,
) -> c_int {
    set(config, error, |mut config| {
        config.verify = None;
        Ok(match test {
            None => config,
            Some(function) => {
                let test = TestFunction { function, data };
                config.verify(move |name| test.run(name))
            }
        })
    })
}

/// Sets how often the interface's addresses are announced to its neighbours, and how far apart.
///
/// 0 to 3 times, 100 to 2000 milliseconds apart; 3 times and 1000 by default.
///
/// Errors: invalid-argument.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_set_announce(
    config: Option<&mut netgraft_config>,
    times: u32,
    interval_ms: u32,
    error: ErrorOut<'_>,
) -> c_int {
    set(config, error, |config| Ok(config.announce(announce(times, interval_ms)?)))
}

pub(crate) fn announce(times: u32, interval_ms: u32) -> Result<Announce> {
    let times = u8::try_from(times).map_err(|_| {
        Error::new(ErrorKind::InvalidArgument, format!("{times} announcements are more than are possible"))
    })?;
    Announce::times(times)?.every(Duration::from_millis(interval_ms.into()))
}

/// Makes the add wait at its end for the link to be set up (IFF_UP).
///
/// The wait takes at most `timeout_ms` milliseconds. It is the default, with 5000.
///
/// A link that is late is no error: the log says so, and nothing is announced.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_set_wait_up(
    config: Option<&mut netgraft_config>,
    timeout_ms: u32,
    error: ErrorOut<'_>,
) -> c_int {
    set(config, error, |config| Ok(config.wait(Wait::up(Duration::from_millis(timeout_ms.into())))))
}

/// Makes the add wait at its end for the link to carry traffic (IFF_RUNNING).
///
/// The link needs a cable, or a veth's other end that is up.
///
/// Threads: MT-Unsafe race:config.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_set_wait_running(
    config: Option<&mut netgraft_config>,
    timeout_ms: u32,
    error: ErrorOut<'_>,
) -> c_int {
    set(config, error, |config| Ok(config.wait(Wait::running(Duration::from_millis(timeout_ms.into())))))
}

/// Frees a configuration. NULL is fine.
///
/// Threads: MT-Safe; nobody may use the configuration any more.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_config_free(config: Option<Box<netgraft_config>>) {
    infallible((), || drop(config));
}
