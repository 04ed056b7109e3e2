//! The plugin bridge: a pair of veths, the end in the host a port of a bridge that is created where it is missing.

use std::path::Path;

use netgraft::{Announce, Bridge, InterfaceConfig, Link as LibraryLink};

use crate::announce;
use crate::config::Config;
use crate::error::{Error, Result, code, invalid};
use crate::forwarding::{self, FAMILIES};
use crate::gateway::{self, Changed};
use crate::link::{IFF_PROMISC, IFF_UP, Kernel, Link};
use crate::masquerade;
use crate::place::{Attach, Place};
use crate::port::Port;
use crate::result::{CniResult, Interface};
use crate::undo::Undo;
use crate::veth::{self, Pair, gone};

/// How often a bridge that another failed ADD deletes is made again.
const TRIES: u32 = 10;

#[derive(Debug)]
pub(crate) struct BridgeOptions {
    pub(crate) bridge: String,
    pub(crate) is_gateway: bool,
    is_default: bool,
    force_address: bool,
    pub(crate) masquerade: bool,
    pub(crate) mtu: Option<u32>,
    pub(crate) promiscuous: bool,
    pub(crate) port: Port,
    dad: bool,
    leave_down: bool,
}

impl BridgeOptions {
    pub(crate) fn read(config: &Config<'_>) -> Result<Self> {
        let keys = &config.keys;
        let is_default = keys.flag("isDefaultGateway")?;
        let options = Self {
            bridge: config.bridge()?.to_owned(),
            is_gateway: keys.flag("isGateway")? || is_default,
            is_default,
            force_address: keys.flag("forceAddress")?,
            masquerade: keys.flag("ipMasq")?,
            mtu: keys.number("mtu")?.filter(|mtu| *mtu > 0),
            promiscuous: keys.flag("promiscMode")?,
            port: Port::read(config)?,
            dad: keys.flag("enabledad")?,
            leave_down: keys.flag("disableContainerInterface")?,
        };
        config.refuse("macspoofchk")?;
        if keys.is_strict() {
            if options.port.hairpin && options.promiscuous {
                return Err(invalid("hairpinMode and promiscMode cannot be set together"));
            }
            if options.leave_down && config.ipam.is_some() {
                return Err(invalid("disableContainerInterface leaves the interface down: there can be no ipam"));
            }
            netgraft::IfName::new(&options.bridge).map_err(|error| invalid(error.to_string()))?;
        }
        Ok(options)
    }

    /// The link that has the addresses of the gateway.
    pub(crate) fn gateway_name(&self) -> String {
        match self.port.vlan {
            Some(vlan) => format!("{}.{vlan}", self.bridge),
            None => self.bridge.clone(),
        }
    }

    /// Makes the bridge where it is missing.
    fn ensure_bridge(&self, place: &Place<'_, '_>, host: &mut Kernel, undo: &mut Undo) -> Result<Link> {
        if let Some(bridge) = host.link(&self.bridge)? {
            return self.accept(host, bridge);
        }
        let bridge = Bridge::new();
        let bridge = if self.port.needs_vlans() { bridge.vlan_filtering(true) } else { bridge };
        let mut config = InterfaceConfig::keep_name().clash_check(false).announce(Announce::none());
        if let Some(mtu) = self.mtu {
            config = config.mtu(mtu);
        }
        config = veth::with_ipv6(config)?;
        if Path::new("/proc/sys/net/ipv6").exists() {
            // Routers of the containers' making must not get the host's traffic.
            config = config.sysctl("net.ipv6.conf.IFNAME.accept_ra=0".parse()?);
        }
        match place.host.add_interface(LibraryLink::bridge_with(&self.bridge, bridge)?, config) {
            Ok(_) => {}
            // Another ADD was faster.
            Err(error) if error.errno() == Some(libc::EEXIST) || error.kind() == netgraft::ErrorKind::NameTaken => {}
            Err(error) => return Err(error.into()),
        }
        let bridge = host.link(&self.bridge)?.ok_or_else(|| gone(&self.bridge))?;
        host.set_same_mac(&bridge)?;
        let created = bridge.clone();
        undo.push(move || delete_if_unused(&created).map_err(|error| error.to_string()));
        self.accept(host, bridge)
    }

    fn accept(&self, host: &mut Kernel, bridge: Link) -> Result<Link> {
        if bridge.kind != "bridge" {
            return Err(Error::new(code::FAILED, format!("{} is there and is no bridge", bridge.name)));
        }
        if self.port.needs_vlans() && !bridge.vlan_filtering {
            let message = format!("the bridge {} does not keep VLANs apart (vlan_filtering is 0)", bridge.name);
            return Err(Error::new(code::FAILED, message));
        }
        if !bridge.is_up() {
            host.set_flags(&bridge, IFF_UP, true)?;
        }
        Ok(bridge)
    }

    /// The bridge and a pair with one end in it. A bridge may vanish between the two: another ADD made and failed.
    fn create(&self, place: &Place<'_, '_>, given: &CniResult, undo: &mut Undo) -> Result<(Link, Link, Link)> {
        let pair = Pair {
            mac: place.config.mac,
            mtu: self.mtu,
            bridge: Some(&self.bridge),
            addresses: given.ips.iter().map(|ip| ip.address).collect(),
            dad: self.dad,
        };
        let mut tries = 0;
        loop {
            tries += 1;
            let bridge = self.ensure_bridge(place, &mut place.host_kernel(), undo)?;
            let error = match veth::create(place, &pair, undo) {
                Ok((end, inside)) => return Ok((bridge, end, inside)),
                Err(error) => error,
            };
            let now = place.host_kernel().link(&self.bridge)?;
            if tries == TRIES || now.is_some_and(|now| now.index == bridge.index) {
                return Err(error);
            }
        }
    }

    /// Gives the bridge, or its link for the VLAN, the addresses of the gateway.
    fn set_gateway(&self, host: &mut Kernel, bridge: &Link, given: &CniResult, undo: &mut Undo) -> Result<()> {
        let name = self.gateway_name();
        let link = match host.link(&name)? {
            Some(link) => link,
            None => self.create_vlan_gateway(host, bridge, &name, undo)?,
        };
        let mut changed = Changed::default();
        let set = gateway::set(host, &link, &gateway::addresses(&given.ips), self.force_address, &mut changed);
        let ports_of = bridge.clone();
        if !changed.is_empty() {
            undo.push(move || {
                roll_back_unless_used(&ports_of, || changed.roll_back(&link)).map_err(|error| error.to_string())
            });
        }
        set?;
        for family in FAMILIES {
            if given.ips.iter().any(|ip| ip.address.family() == family) {
                forwarding::enable(family, undo)?;
            }
        }
        Ok(())
    }

    /// A pair of veths in the host whose one end is in the VLAN and whose other end has the addresses.
    fn create_vlan_gateway(&self, host: &mut Kernel, bridge: &Link, name: &str, undo: &mut Undo) -> Result<Link> {
        let port = format!("veth{:011x}", crate::attachment::hash(name) >> 20);
        host.create_pair(name, &port, bridge)?;
        let link = host.link(name)?.ok_or_else(|| gone(name))?;
        let (created, bridge) = (link.clone(), bridge.clone());
        undo.push(move || {
            let delete = || Kernel::host()?.delete(&created);
            roll_back_unless_used(&bridge, delete).map_err(|error| error.to_string())
        });
        let port = host.link(&port)?.ok_or_else(|| gone(&port))?;
        self.port.set_vlans(host, &port)?;
        Ok(link)
    }

    fn set_promiscuous(host: &mut Kernel, bridge: &Link, undo: &mut Undo) -> Result<()> {
        if bridge.flags & IFF_PROMISC != 0 {
            return Ok(());
        }
        host.set_flags(bridge, IFF_PROMISC, true)?;
        let bridge = bridge.clone();
        undo.push(move || {
            let reset = || Kernel::host()?.set_flags(&bridge, IFF_PROMISC, false);
            roll_back_unless_used(&bridge, reset).map_err(|error| error.to_string())
        });
        Ok(())
    }
}

impl Attach for BridgeOptions {
    fn foresee(&self, place: &Place<'_, '_>) -> Result<()> {
        veth::refuse_present(place)
    }

    fn attach(&self, place: &Place<'_, '_>, mut given: CniResult, undo: &mut Undo) -> Result<CniResult> {
        gateway::complete(&mut given, self.is_gateway, self.is_default);
        let (bridge, end, inside) = self.create(place, &given, undo)?;
        let (mut host, mut pod) = (place.host_kernel(), place.pod_kernel());
        self.port.set(&mut host, &end)?;
        for route in &given.routes {
            pod.add_route(&inside, route, given.gateway_of(route))?;
        }
        if self.leave_down {
            pod.set_flags(&inside, IFF_UP, false)?;
        }
        if self.promiscuous {
            Self::set_promiscuous(&mut host, &bridge, undo)?;
        }
        if self.is_gateway {
            self.set_gateway(&mut host, &bridge, &given, undo)?;
        }
        if self.masquerade {
            masquerade::add(&place.attachment, &given.ips, undo)?;
        }
        if !self.leave_down {
            announce::announce(place, &mut host, &mut pod, &end, &inside, &given.ips)?;
        }
        // The MAC and MTU of the bridge may follow its ports.
        let bridge = host.link(&self.bridge)?.unwrap_or(bridge);
        if bridge.state_is_unknown() {
            // The port was there before the kernel looked at the carrier of the new bridge.
            host.set_state_up(&bridge)?;
        }
        let sandbox = place.config.call.netns.clone();
        given.ips.iter_mut().for_each(|ip| ip.interface = Some(2));
        Ok(CniResult {
            interfaces: vec![Interface::of(&bridge, None), Interface::of(&end, None), Interface::of(&inside, sandbox)],
            dns: place.config.dns(given.dns),
            ..given
        })
    }
}

impl Interface {
    /// A link as a result tells of it.
    pub(crate) fn of(link: &Link, sandbox: Option<String>) -> Self {
        Self { name: link.name.clone(), mac: link.mac, mtu: Some(link.mtu), sandbox, pci_id: None }
    }
}

/// Deletes a bridge that a failed ADD has made, unless others use it by now.
fn delete_if_unused(bridge: &Link) -> Result<()> {
    roll_back_unless_used(bridge, || Kernel::host()?.delete(bridge))
}

/// Takes something about a bridge back, unless others rely on it by now: it has a port.
fn roll_back_unless_used(bridge: &Link, roll_back: impl FnOnce() -> Result<()>) -> Result<()> {
    let links = Kernel::host()?.links()?;
    if links.iter().any(|link| link.master == Some(bridge.index)) { Ok(()) } else { roll_back() }
}
