use std::net::IpAddr;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::interface::config::announce::Announce;
use crate::interface::config::probe::Probe;
use crate::interface::config::verify::Verify;
use crate::interface::config::wait::Wait;
use crate::namespace::Namespace;
use crate::record::interface::Requested;
use crate::record::origin::Origin;
use crate::types::{Address, IfName, MacAddr, NamePrefix, NetnsSysctl, Prefix, Route, Rule, Sysctl};
use crate::wire::address::AddressInfo;

/// What an interface is to be: its name and everything that is set on it, all optional.
///
/// ```
/// use netgraft::{Announce, InterfaceConfig, NamePrefix};
///
/// let config = InterfaceConfig::prefix(NamePrefix::new("eth")?)
///     .mac("02:42:0a:00:00:02".parse()?)
///     .address("10.0.0.2/24".parse()?)
///     .address("fd00::2/64".parse()?)
///     .sysctl("net.ipv4.conf.IFNAME.rp_filter=2".parse()?)
///     .announce(Announce::times(1)?);
/// # Ok::<(), netgraft::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct InterfaceConfig {
    pub(crate) name: Naming,
    pub(crate) mac: Option<MacAddr>,
    pub(crate) mtu: Option<u32>,
    pub(crate) tx_queue_len: Option<u32>,
    pub(crate) alias: Option<Vec<u8>>,
    pub(crate) addresses: Vec<Address>,
    pub(crate) link_local: Vec<Prefix>,
    pub(crate) routes: Vec<Prefix>,
    pub(crate) gateways: Vec<IpAddr>,
    /// That of the gateways.
    pub(crate) metric: Option<u32>,
    pub(crate) vias: Vec<Route>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) sysctls: Vec<Sysctl>,
    pub(crate) netns_sysctls: Vec<NetnsSysctl>,
    pub(crate) master: Option<IfName>,
    /// Whether the link is not set up.
    pub(crate) down: bool,
    pub(crate) promiscuous: bool,
    pub(crate) all_multicast: bool,
    pub(crate) dad: bool,
    pub(crate) probe: Option<Probe>,
    pub(crate) keep_addresses: bool,
    pub(crate) clash_check: bool,
    pub(crate) allow_unverified: bool,
    pub(crate) announce: Announce,
    pub(crate) wait: Wait,
    pub(crate) ipv6: Ipv6,
    pub(crate) allow_stacked: bool,
    /// Has something to read once the add is cancelled.
    pub(crate) cancel: Option<Arc<OwnedFd>>,
    pub(crate) verify: Option<Verify>,
}

/// Whether a link has IPv6 in its namespace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ipv6 {
    /// IPv6 where the link gets an IPv6 address, for a link that is moved or created.
    ///
    /// In place, IPv6 is left as it is, and enabled for an IPv6 address.
    #[default]
    Auto,
    /// IPv6 is enabled, with an address or without: what router advertisements (SLAAC) need.
    On,
    /// IPv6 is disabled. An IPv6 address is refused.
    Off,
    /// IPv6 where the namespace gives new links IPv6: nothing is written.
    ///
    /// A read-only /proc/sys needs this. An IPv6 address on a link where IPv6 is disabled is refused.
    Keep,
}

/// How the interface is to be called.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Naming {
    Keep,
    Exact(IfName),
    Prefix(NamePrefix),
}

impl InterfaceConfig {
    /// Describes an interface that keeps the name of its link.
    pub fn keep_name() -> Self {
        Self::new(Naming::Keep)
    }

    /// Describes an interface with this name, wherever the link comes from.
    ///
    /// In place, the old name is given back with the interface.
    pub fn named(name: IfName) -> Self {
        Self::new(Naming::Exact(name))
    }

    /// Describes an interface named by this prefix and the lowest number that is free in the namespace.
    ///
    /// In host mode, by [`Namespace::current`](crate::Namespace::current), the link keeps its name.
    pub fn prefix(prefix: NamePrefix) -> Self {
        Self::new(Naming::Prefix(prefix))
    }

    /// Describes an interface with a name or, with `%d` at the end, the lowest free number after a prefix.
    ///
    /// The number is the lowest one that is free in the namespace, as the `netDevices` of the OCI runtime
    /// specification have it.
    ///
    /// ```
    /// use netgraft::InterfaceConfig;
    ///
    /// let config = InterfaceConfig::name_or_pattern("eth%d")?;
    /// # Ok::<(), netgraft::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidName`].
    pub fn name_or_pattern(name: impl AsRef<[u8]>) -> Result<Self> {
        let name = name.as_ref();
        match name.strip_suffix(b"%d") {
            Some(prefix) => Ok(Self::prefix(NamePrefix::new(prefix)?)),
            None => Ok(Self::named(IfName::new(name)?)),
        }
    }

    fn new(name: Naming) -> Self {
        Self {
            name,
            mac: None,
            mtu: None,
            tx_queue_len: None,
            alias: None,
            addresses: Vec::new(),
            link_local: Vec::new(),
            routes: Vec::new(),
            gateways: Vec::new(),
            metric: None,
            vias: Vec::new(),
            rules: Vec::new(),
            sysctls: Vec::new(),
            netns_sysctls: Vec::new(),
            master: None,
            down: false,
            promiscuous: false,
            all_multicast: false,
            dad: false,
            probe: None,
            keep_addresses: false,
            clash_check: true,
            allow_unverified: false,
            announce: Announce::default(),
            wait: Wait::default(),
            ipv6: Ipv6::default(),
            allow_stacked: false,
            cancel: None,
            verify: None,
        }
    }

    /// Accepts that a move deletes links that are stacked on the link: VXLAN tunnels, MACsec.
    ///
    /// Refused by default, before anything is touched.
    pub fn allow_stacked(mut self, allow: bool) -> Self {
        self.allow_stacked = allow;
        self
    }

    /// Turns IPv6 on or off on the link, or leaves it as it is.
    #[doc(alias = "disable_ipv6")]
    pub fn ipv6(mut self, ipv6: Ipv6) -> Self {
        self.ipv6 = ipv6;
        self
    }

    /// Adds an IPv4 or IPv6 address: with the length of its subnet, and what else an [`Address`] has.
    ///
    /// Can be called several times.
    pub fn address(mut self, address: Address) -> Self {
        self.addresses.push(address);
        self
    }

    /// Adds a link-local address as it is: without a clash check.
    ///
    /// IPv6 addresses are added with duplicate detection. Can be called several times.
    pub fn link_local(mut self, address: Prefix) -> Self {
        self.link_local.push(address);
        self
    }

    /// Adds a destination that is reached directly on this link.
    ///
    /// Can be called several times. `0.0.0.0/0` and `::/0` are kept and not installed now. Host bits are cleared.
    pub fn route(mut self, destination: Prefix) -> Self {
        self.routes.push(destination.network());
        self
    }

    /// Sets a kernel setting of the interface.
    ///
    /// The setting is written after the addresses, before the link is set up. Can be called several times; the order
    /// is kept.
    pub fn sysctl(mut self, sysctl: Sysctl) -> Self {
        self.sysctls.push(sysctl);
        self
    }

    /// Sets a kernel setting of the namespace itself: the one that the link is added to.
    ///
    /// A failed add gives the value before back. So does the removal of the interface, or the restore of an add whose process
    /// died, but for the initial namespace, for a value that somebody has changed since, and for a setting that another
    /// recorded interface has asked for. Can be called several times.
    pub fn netns_sysctl(mut self, sysctl: NetnsSysctl) -> Self {
        self.netns_sysctls.push(sysctl);
        self
    }

    /// Refuses settings of the namespace that are asked for twice.
    pub(crate) fn check_netns_sysctls(&self) -> Result<()> {
        let twice = self.netns_sysctls.iter().enumerate().find(|(number, sysctl)| {
            self.netns_sysctls.iter().take(*number).any(|earlier| earlier.setting() == sysctl.setting())
        });
        match twice {
            Some((_, sysctl)) => {
                let message = format!("the setting {} is asked for twice", sysctl.setting());
                Err(Error::new(ErrorKind::InvalidArgument, message))
            }
            None => Ok(()),
        }
    }

    /// Sets whether the kernel looks for other hosts with the IPv6 addresses (RFC 4862 §5.4).
    ///
    /// The search takes the kernel a second or more. The add waits for the search, and for the link, no longer than
    /// [`wait`](Self::wait) says in all. Off by default.
    #[doc(alias = "IFA_F_NODAD")]
    pub fn dad(mut self, detect: bool) -> Self {
        self.dad = detect;
        self
    }

    /// Probes for the IPv4 addresses before they are used.
    ///
    /// An address that another host has, or probes for as well, is refused.
    ///
    /// The link is set up first and has to get a carrier within the time of [`wait`](Self::wait); then come the probes, the
    /// addresses and the routes.
    #[doc(alias = "RFC 5227")]
    pub fn probe(mut self, probe: Probe) -> Self {
        self.probe = Some(probe);
        self
    }

    /// Sets whether the addresses of a link that is moved go along.
    ///
    /// These are the permanent ones of global scope, IPv4 and IPv6, with their flags, lifetimes, metrics, other ends
    /// and labels (which follow the link's name). They come before the addresses that are asked for besides, and are
    /// treated like those: checked for clashes, announced, IPv6 enabled for them. Off by default.
    ///
    /// Those of IPv6 are in use at once, without duplicate detection, unless [`dad`](Self::dad) is asked for. A link
    /// that is not moved has its addresses anyway, or none.
    ///
    /// This is what the OCI runtime specification has `netDevices` for (config-linux.md, "Network Devices").
    #[doc(alias = "IFA_F_PERMANENT")]
    pub fn keep_addresses(mut self, keep: bool) -> Self {
        self.keep_addresses = keep;
        self
    }

    /// Sets whether addresses that overlap the destination of an existing route are refused.
    ///
    /// An address overlaps when its subnet contains the destination or is contained in it. On by default.
    pub fn clash_check(mut self, check: bool) -> Self {
        self.clash_check = check;
        self
    }

    /// Allows a link that can be forged into a namespace of another user namespace.
    ///
    /// Nothing beyond forging tells such a link from another one: tap, tun, dummy, a veth whose other end is
    /// elsewhere. The owner of the other user namespace could swap the link for another. Such a link comes home down.
    pub fn allow_unverified(mut self, allow: bool) -> Self {
        self.allow_unverified = allow;
        self
    }

    /// Sets how often the addresses are announced.
    pub fn announce(mut self, announce: Announce) -> Self {
        self.announce = announce;
        self
    }

    /// Sets what to wait for at the end.
    pub fn wait(mut self, wait: Wait) -> Self {
        self.wait = wait;
        self
    }

    /// Takes the add back once a descriptor has something to read.
    ///
    /// Any descriptor that can be polled will do: of signals (signalfd(2)), of an event (eventfd(2)), the end of a pipe. Waits
    /// end at once, for the link, for duplicate detection or probes; the add then fails with
    /// [`ErrorKind::Cancelled`], and everything is as before. Nothing is read from the descriptor.
    #[doc(alias = "ECANCELED")]
    pub fn cancel_on(mut self, readable: impl Into<OwnedFd>) -> Self {
        self.cancel = Some(Arc::new(readable.into()));
        self
    }

    /// Tests the result before the add is complete: if the test fails, everything is undone.
    ///
    /// The test gets the interface's name, and returns why the result is not as wanted. It runs on the calling thread, in
    /// the caller's namespace, when the links of the whole list are up and before anything is announced;
    /// [`Namespace::run`] looks at the inside. Its failure, or panic, is [`ErrorKind::VerifyFailed`], and everything is
    /// as before. Other operations on the same link wait meanwhile: a test that begins one fails.
    ///
    /// ```
    /// use netgraft::{IfName, InterfaceConfig};
    ///
    /// let config = InterfaceConfig::named(IfName::new("eth0")?)
    ///     .verify(|name| if name.as_bytes() == b"eth0" { Ok(()) } else { Err("another name".to_owned()) });
    /// # Ok::<(), netgraft::Error>(())
    /// ```
    pub fn verify(mut self, test: impl Fn(IfName) -> std::result::Result<(), String> + Send + Sync + 'static) -> Self {
        self.verify = Some(Verify::new(Arc::new(test)));
        self
    }

    /// Refuses what takes a link that is up.
    pub(crate) fn check_down(&self) -> Result<()> {
        let what = match self {
            Self { down: false, .. } => return Ok(()),
            _ if !self.gateways.is_empty() => "a gateway",
            _ if !self.vias.is_empty() || self.installed_routes().next().is_some() => "routes",
            _ if self.wait.running => "something to wait for",
            _ if self.probe.is_some() => "probes",
            _ => return Ok(()),
        };
        Err(Error::new(ErrorKind::InvalidArgument, format!("a link that is left down cannot have {what}")))
    }

    /// The addresses of either kind.
    pub(crate) fn all_addresses(&self) -> impl Iterator<Item = Prefix> + '_ {
        self.addresses.iter().map(Address::prefix).chain(self.link_local.iter().copied())
    }

    /// How the interface is to be called there: in host mode a prefix is not used.
    pub(crate) fn naming(&self, ns: &Namespace) -> Naming {
        match self.name {
            Naming::Prefix(_) if ns.is_host() => Naming::Keep,
            naming => naming,
        }
    }

    /// Bodies of the addresses that go along.
    pub(crate) fn kept<'a>(&self, home: &'a Origin) -> impl Iterator<Item = &'a Vec<u8>> {
        let moved = match home {
            Origin::Moved { snapshot, .. } => Some(snapshot).filter(|_| self.keep_addresses),
            Origin::InPlace { .. } | Origin::Created { .. } => None,
        };
        moved.into_iter().flat_map(|snapshot| snapshot.kept_addresses())
    }

    /// The addresses that go along, and behind them those that are asked for besides; no link-local ones.
    pub(crate) fn addresses_with_kept(&self, home: &Origin) -> Vec<Prefix> {
        let kept = self.kept(home).filter_map(|body| AddressInfo::parse(body));
        let mut addresses: Vec<Prefix> = kept.map(|address| address.prefix).collect();
        let (kept, asked) = (addresses.clone(), self.addresses.iter().map(Address::prefix));
        addresses.extend(asked.filter(|address| !kept.contains(address)));
        addresses
    }

    /// All addresses that are asked for: those that go along, then those of either kind.
    fn requested_addresses(&self, home: &Origin) -> Vec<Address> {
        let as_asked = |prefix: Prefix| {
            let asked = self.addresses.iter().find(|address| address.prefix() == prefix);
            asked.cloned().unwrap_or_else(|| prefix.into())
        };
        self.addresses_with_kept(home).into_iter().chain(self.link_local.iter().copied()).map(as_asked).collect()
    }

    /// What is asked for.
    pub(crate) fn changes(&self, home: &Origin) -> Requested {
        Requested {
            mac: self.mac,
            mtu: self.mtu,
            tx_queue_len: self.tx_queue_len,
            alias: self.alias.clone(),
            master: self.master,
            down: self.down,
            promiscuous: self.promiscuous,
            all_multicast: self.all_multicast,
            sysctls: self.sysctls.clone(),
            keep_addresses: self.keep_addresses && matches!(home, Origin::Moved { .. }),
            addresses: self.requested_addresses(home),
            routes: self.routes.clone(),
            vias: self.routes_via(home),
            rules: self.rules.clone(),
            // The values before are the plan's.
            netns_settings: Vec::new(),
        }
    }

    /// The routes that are installed now.
    pub(crate) fn installed_routes(&self) -> impl Iterator<Item = Prefix> + '_ {
        self.routes.iter().filter(|route| !route.is_default()).copied()
    }
}

/// Under the name that the link has, with nothing set.
impl Default for InterfaceConfig {
    fn default() -> Self {
        Self::keep_name()
    }
}
