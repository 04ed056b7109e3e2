//! A link that is being configured: what it is to get, and the settings that are files.

use crate::error::{Error, ErrorKind, Result};
use crate::interface::add::checks::{IPV6_MIN_MTU, cannot_switch_ipv6};
use crate::interface::add::ending::Clash;
use crate::interface::add::plan::Plan;
use crate::interface::config::{InterfaceConfig, Ipv6};
use crate::netns::NetNs;
use crate::ops;
use crate::record::origin::Origin;
use crate::text::one_line;
use crate::types::{IfIndex, IfName, Prefix, Setting, Sysctl};
use crate::wire::address;
use crate::wire::address::AddressInfo;
use crate::wire::link::LinkInfo;
use crate::wire::request::Request;

/// The highest MTU of a bridge (`ETH_MAX_MTU`).
const MAX_BRIDGE_MTU: u32 = 65535;

/// A link that is being configured.
pub(super) struct ConfigTarget<'a> {
    pub(super) plan: &'a Plan<'a>,
    pub(super) netns: &'a NetNs,
    pub(super) config: &'a InterfaceConfig,
    pub(super) link: &'a LinkInfo,
    pub(super) master: Option<(IfName, IfIndex)>,
    /// The addresses that go along, and their bodies as they are to be on this link.
    pub(super) kept: Vec<(Prefix, Vec<u8>)>,
    /// Whether it can have IPv6 addresses and routes.
    pub(super) ipv6: bool,
}

impl<'a> ConfigTarget<'a> {
    /// A link as it is once it is in its namespace, with IPv6 turned on or off as its addresses want it.
    pub(super) fn new(plan: &'a Plan<'a>, link: &'a LinkInfo, placed: &[LinkInfo]) -> Result<Self> {
        let mut target = Self::unchanged(plan, link, placed)?;
        target.ipv6 = target.switch_ipv6(link)?;
        Ok(target)
    }

    /// A link as it is once it is in its namespace.
    pub(super) fn unchanged(plan: &'a Plan<'a>, link: &'a LinkInfo, placed: &[LinkInfo]) -> Result<Self> {
        let master = match &plan.master {
            Some(master) => Some((master.name, master.index(placed)?)),
            None => None,
        };
        let (netns, config) = (&*plan.request.ns.netns, plan.request.config);
        let kept = kept(plan, link);
        Ok(Self { plan, netns, config, link, master, kept, ipv6: true })
    }

    /// Whether IPv6 has to be turned on or off on the link; `None` where it is as asked for.
    pub(super) fn ipv6_to_set(&self, link: &LinkInfo) -> Result<Option<bool>> {
        let address = self.plan.all_addresses().into_iter().find(Prefix::is_ipv6);
        let Some(inet6) = &link.inet6 else {
            // With another MTU it may have IPv6.
            return match address.filter(|_| link.mtu >= IPV6_MIN_MTU) {
                Some(address) => {
                    let message = format!("the address {address} cannot be had: the kernel has no IPv6");
                    Err(Error::new(ErrorKind::NotSupported, message))
                }
                None => Ok(None),
            };
        };
        Ok(self.plan.wants_ipv6().filter(|wanted| *wanted == inet6.disabled))
    }

    pub(super) fn switching_ipv6(&self, on: bool) -> String {
        format!("{} IPv6 on {}", if on { "enable" } else { "disable" }, self.link.name)
    }

    /// Turns IPv6 on or off on the link, as asked for, and tells whether it can be used.
    pub(super) fn switch_ipv6(&self, link: &LinkInfo) -> Result<bool> {
        let Some(wanted) = self.ipv6_to_set(link)? else { return Ok(true) };
        let value: &[u8] = if wanted { b"0" } else { b"1" };
        log::debug!("{} in {}", self.switching_ipv6(wanted), self.netns);
        match ops::setting::write(self.netns, &Setting::disable_ipv6(&link.name), value) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotSupported && !wanted && self.config.ipv6 == Ipv6::Auto => {
                log::warn!("IPv6 stays enabled on {}: {error}", link.name);
                Ok(true)
            }
            Err(error) => Err(cannot_switch_ipv6(self.plan, wanted, error)),
        }
    }

    /// Sends a request again that was refused, where the refusal can pass: others have the MAC.
    pub(super) fn try_again(&self, request: &Request, mut refusal: Error) -> Result<()> {
        let clash = Clash::new(self.plan);
        while refusal.errno() == Some(libc::EADDRINUSE) {
            clash.frees_mac(self.plan, self.link, refusal)?;
            match self.netns.change(request) {
                Err(error) => refusal = error,
                Ok(()) => return Ok(()),
            }
        }
        Err(refusal)
    }

    /// The MTUs that the link is given, one after the other.
    ///
    /// A bridge's follows its ports until a change by the user: so one that is created gets another one first. A higher one,
    /// where there is any: a lower one would lower what is on the bridge, for good.
    pub(super) fn mtus(&self) -> Vec<u32> {
        let wanted = self.plan.mtu().unwrap_or(self.link.mtu);
        match self.plan.kind() {
            Some(kind) if kind.follows_ports() && wanted == self.link.mtu => {
                vec![if wanted < MAX_BRIDGE_MTU { wanted + 1 } else { wanted - 1 }, wanted]
            }
            _ if wanted == self.link.mtu => Vec::new(),
            _ => vec![wanted],
        }
    }

    /// Writes the kernel settings.
    pub(super) fn write_sysctls(&mut self) -> Result<()> {
        let &mut Self { netns, config, link, .. } = self;
        if link.inet6.is_none() && link.mtu < IPV6_MIN_MTU && self.plan.mtu().is_some() {
            // The MTU has brought IPv6 to the link.
            self.ipv6 = self.switch_ipv6(&ops::link::get(netns, link.index)?)?;
        }
        for sysctl in &config.netns_sysctls {
            let shown = format!("sysctl {}", one_line(&sysctl.to_string()));
            log::debug!("write {shown} of {netns}");
            ops::setting::write(netns, &sysctl.setting(), sysctl.value().as_bytes())
                .map_err(|error| error.with_kind(ErrorKind::Sysctl).context(shown))?;
        }
        for sysctl in &config.sysctls {
            let shown = format!("sysctl {}", one_line(&sysctl.to_string()));
            log::debug!("{} in {netns}", sysctl_step(sysctl, link));
            ops::setting::write(netns, &sysctl.of(&link.name), sysctl.value().as_bytes())
                .map_err(|error| error.with_kind(ErrorKind::Sysctl).context(shown))?;
        }
        if !config.sysctls.is_empty() {
            // One of them may have turned IPv6 off: the interface then has no such addresses, and no routes.
            let now = ops::link::get(netns, link.index)?;
            self.ipv6 &= !now.inet6.is_some_and(|inet6| inet6.disabled);
        }
        Ok(())
    }
}

/// The addresses that go along, with labels that follow the link's name.
fn kept(plan: &Plan<'_>, link: &LinkInfo) -> Vec<(Prefix, Vec<u8>)> {
    let Origin::Moved { snapshot, .. } = &plan.origin else { return Vec::new() };
    let on_link = |body: &Vec<u8>| {
        let address = AddressInfo::parse(body)?.prefix;
        Some((address, address::relabelled(body, &snapshot.link.name, &link.name)))
    };
    let bodies: Vec<Vec<u8>> = plan.request.config.kept(&plan.origin).cloned().collect();
    address::in_order(&bodies).filter_map(on_link).collect()
}

pub(super) fn sysctl_step(sysctl: &Sysctl, link: &LinkInfo) -> String {
    format!("write sysctl {} of {}", one_line(&sysctl.to_string()), link.name)
}
