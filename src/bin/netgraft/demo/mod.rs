//! `demo`: the product in ten seconds.

mod sandbox;
mod wire;

use std::time::{Duration, SystemTime};

use netgraft::frame::{ArpAnnouncement, NeighbourAdvertisement};
use netgraft::{
    Announce, IfName, Interface, InterfaceConfig, Link, LinkState, MacAddr, NamePrefix, Namespace, VethPeer,
};

use crate::failure::Failure;
use crate::report::Report;
use crate::report::demo::{DemoLog, HOST, REFUSED, SANDBOX, WIRE};

use wire::Listener;

const PIN: &str = "/run/netns/sandbox";
const MAC: MacAddr = MacAddr::new([0x02, 0x42, 0x0a, 0, 0, 2]);
const TIMES: u8 = 3;
const INTERVAL: Duration = Duration::from_millis(100);
/// How long to wait for one more announcement.
const PATIENCE: Duration = Duration::from_millis(300);

pub(crate) fn execute() -> Result<Report, Failure> {
    sandbox::enter()?;
    let mut log = DemoLog::begin();
    let scene = DemoScene::set(&mut log)?;
    let eth0 = scene.create_interface(&mut log)?;
    scene.listen(&mut log);
    let eth1 = scene.move_link(&mut log)?;
    scene.fail(&mut log)?;
    scene.clean_up(&mut log, &eth0, &eth1)?;
    Ok(Report::DemoLog(log.end()))
}

struct DemoScene {
    host: Namespace,
    sandbox: Namespace,
    listeners: [Listener; 2],
}

impl DemoScene {
    fn set(log: &mut DemoLog) -> Result<Self, Failure> {
        let host = Namespace::current()?;
        let bridge = InterfaceConfig::keep_name().address("10.0.0.1/24".parse()?).announce(Announce::none());
        log.run(
            HOST,
            || host.add_interface(Link::bridge("br0")?, bridge),
            |_| "bridge br0 created, 10.0.0.1/24".into(),
        )?;
        let sandbox = log.run(SANDBOX, || Namespace::create(PIN), |sandbox| format!("namespace {sandbox} created"))?;
        let listen = |ethertype| Listener::open(ethertype).map_err(|error| Failure::io("listen on the bridge", &error));
        Ok(Self {
            host,
            sandbox,
            listeners: [listen(ArpAnnouncement::ETHERTYPE)?, listen(NeighbourAdvertisement::ETHERTYPE)?],
        })
    }

    fn create_interface(&self, log: &mut DemoLog) -> Result<Interface, Failure> {
        let link = Link::veth_named("web0", VethPeer::new(&self.host, "web0-host").bridge("br0"))?;
        let config = InterfaceConfig::named(IfName::new("eth0")?)
            .mac(MAC)
            .address("10.0.0.2/24".parse()?)
            .address("fd00:1::2/64".parse()?)
            .announce(Announce::times(TIMES)?.every(INTERVAL)?);
        let interface = log.run(
            SANDBOX,
            || self.sandbox.add_interface(link, config),
            |_| format!("eth0 created in place, its other end in br0: {MAC}, 10.0.0.2/24, fd00:1::2/64"),
        )?;
        Ok(interface)
    }

    /// Logs the announcements as the bridge saw them.
    fn listen(&self, log: &mut DemoLog) {
        for listener in &self.listeners {
            let frames = std::iter::from_fn(|| listener.next(PATIENCE));
            let announcements = frames.filter_map(|frame| Some((frame.at, wire::announcement(&frame)?)));
            for (at, text) in announcements.take(TIMES.into()) {
                log.note(at, WIRE, text);
            }
        }
    }

    fn move_link(&self, log: &mut DemoLog) -> Result<Interface, Failure> {
        // A pair of the host's own; one end is the link that is there already.
        let uplink = InterfaceConfig::keep_name().address("192.168.9.1/24".parse()?).announce(Announce::none());
        self.host.add_interface(Link::veth_named("uplink", VethPeer::new(&self.host, "card0"))?, uplink)?;
        let config = InterfaceConfig::prefix(NamePrefix::new("eth")?).address("192.168.9.2/24".parse()?);
        let interface = log.run(
            SANDBOX,
            || self.sandbox.add_interface(Link::existing(&self.host, "card0")?, config.announce(Announce::none())),
            |interface| format!("the host's card0 moved in, as the next free eth: {}", interface.name()),
        )?;
        Ok(interface)
    }

    /// Has the kernel refuse an add late: the link has been moved already, so there is much to put back.
    fn fail(&self, log: &mut DemoLog) -> Result<(), Failure> {
        let before = self.uplink()?;
        let config = InterfaceConfig::prefix(NamePrefix::new("eth")?).mtu(70_000);
        let start = SystemTime::now();
        match self.sandbox.add_interface(Link::existing(&self.host, "uplink")?, config) {
            Ok(_) => log.note(start, SANDBOX, "uplink moved in; the kernel took an MTU of 70000".into()),
            Err(error) => log.note_since(start, REFUSED, error.to_string()),
        }
        let after = self.uplink()?;
        log.note(
            SystemTime::now(),
            HOST,
            if before == after {
                "uplink is as before: name, index, MAC, address, up".into()
            } else {
                format!("uplink is not as before: {before:?}, now {after:?}")
            },
        );
        Ok(())
    }

    /// Returns the link's state without its carrier, which the kernel reports late.
    fn uplink(&self) -> Result<Option<LinkState>, Failure> {
        let mut uplink = self.host.links()?.into_iter().find(|link| link.name.as_bytes() == b"uplink");
        if let Some(link) = &mut uplink {
            link.running = false;
        }
        Ok(uplink)
    }

    fn clean_up(&self, log: &mut DemoLog, eth0: &Interface, eth1: &Interface) -> Result<(), Failure> {
        log.run(SANDBOX, || eth1.remove(), |()| "eth1 removed; it is the host's card0 again".into())?;
        log.run(
            SANDBOX,
            || eth0.remove(),
            |()| "eth0 removed; it was created for the sandbox, so it is deleted".into(),
        )?;
        log.run(SANDBOX, || self.sandbox.destroy(), |()| "destroyed; nothing is left".into())?;
        Ok(())
    }
}
