//! `demo`: the product in ten seconds.

mod seclusion;
mod story;
mod wire;

use std::time::{Duration, SystemTime};

use netgraft::frame::{ArpAnnouncement, NeighbourAdvertisement};
use netgraft::{
    Announce, IfName, Interface, InterfaceConfig, Link, LinkState, MacAddr, NamePrefix, Namespace, Prefix, VethPeer,
};

use crate::failure::Failure;
use crate::report::Report;
pub(crate) use story::Story;
use story::{HOST, REFUSED, SANDBOX, WIRE};
use wire::Listener;

const PIN: &str = "/run/netns/sandbox";
const MAC: MacAddr = MacAddr::new([0x02, 0x42, 0x0a, 0, 0, 2]);
const TIMES: u8 = 3;
const INTERVAL: Duration = Duration::from_millis(100);
/// When no more announcement will come.
const PATIENCE: Duration = Duration::from_millis(300);

pub(crate) fn execute() -> Result<Report, Failure> {
    seclusion::enter()?;
    let mut story = Story::begin();
    let scene = Scene::set(&mut story)?;
    let eth0 = scene.make_an_interface(&mut story)?;
    scene.listen(&mut story);
    let eth1 = scene.move_a_link(&mut story)?;
    scene.fail(&mut story)?;
    scene.leave(&mut story, &eth0, &eth1)?;
    Ok(Report::Story(story.end()))
}

struct Scene {
    host: Namespace,
    sandbox: Namespace,
    listeners: [Listener; 2],
}

impl Scene {
    fn set(story: &mut Story) -> Result<Self, Failure> {
        let host = Namespace::current()?;
        let bridge = InterfaceConfig::keep_name().address(prefix("10.0.0.1/24")?).announce(Announce::none());
        story.act(
            HOST,
            || host.add_interface(Link::bridge("br0")?, bridge),
            |_| "bridge br0 made, 10.0.0.1/24".into(),
        )?;
        let sandbox = story.act(SANDBOX, || Namespace::create(PIN), |sandbox| format!("namespace {sandbox} made"))?;
        let listen = |ethertype| Listener::open(ethertype).map_err(|error| Failure::io("listen on the bridge", &error));
        Ok(Self {
            host,
            sandbox,
            listeners: [listen(ArpAnnouncement::ETHERTYPE)?, listen(NeighbourAdvertisement::ETHERTYPE)?],
        })
    }

    fn make_an_interface(&self, story: &mut Story) -> Result<Interface, Failure> {
        let link = Link::veth("web0", VethPeer::new(&self.host, "web0-host")?.bridge("br0")?)?;
        let config = InterfaceConfig::named(IfName::new("eth0")?)
            .mac(MAC)
            .address(prefix("10.0.0.2/24")?)
            .address(prefix("fd00:1::2/64")?)
            .announce(Announce::times(TIMES)?.every(INTERVAL)?);
        let interface = story.act(
            SANDBOX,
            || self.sandbox.add_interface(link, config),
            |_| format!("eth0 made in place, its other end in br0: {MAC}, 10.0.0.2/24, fd00:1::2/64"),
        )?;
        Ok(interface)
    }

    /// Tells of the announcements as the bridge saw them.
    fn listen(&self, story: &mut Story) {
        for listener in &self.listeners {
            let frames = std::iter::from_fn(|| listener.next(PATIENCE));
            let announcements = frames.filter_map(|frame| Some((frame.at, wire::announcement(&frame)?)));
            for (at, text) in announcements.take(TIMES.into()) {
                story.tell(at, WIRE, text);
            }
        }
    }

    fn move_a_link(&self, story: &mut Story) -> Result<Interface, Failure> {
        // A pair of the host's own; one end is the link that is there already.
        let uplink = InterfaceConfig::keep_name().address(prefix("192.168.9.1/24")?).announce(Announce::none());
        self.host.add_interface(Link::veth("uplink", VethPeer::new(&self.host, "card0")?)?, uplink)?;
        let config = InterfaceConfig::prefix(NamePrefix::new("eth")?).address(prefix("192.168.9.2/24")?);
        let interface = story.act(
            SANDBOX,
            || self.sandbox.add_interface(Link::existing(&self.host, "card0")?, config.announce(Announce::none())),
            |interface| format!("the host's card0 moved in, as the next free eth: {}", interface.name()),
        )?;
        Ok(interface)
    }

    /// The link has been moved already when the kernel refuses, so there is much to put back.
    fn fail(&self, story: &mut Story) -> Result<(), Failure> {
        let before = self.uplink()?;
        let config = InterfaceConfig::prefix(NamePrefix::new("eth")?).mtu(70_000);
        let start = SystemTime::now();
        match self.sandbox.add_interface(Link::existing(&self.host, "uplink")?, config) {
            Ok(_) => story.tell(start, SANDBOX, "uplink moved in; the kernel took an MTU of 70000".into()),
            Err(error) => story.took(start, REFUSED, error.to_string()),
        }
        let after = self.uplink()?;
        story.tell(
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

    /// The link but for its carrier, of which the kernel tells in its own time.
    fn uplink(&self) -> Result<Option<LinkState>, Failure> {
        let mut uplink = self.host.links()?.into_iter().find(|link| link.name.as_bytes() == b"uplink");
        if let Some(link) = &mut uplink {
            link.running = false;
        }
        Ok(uplink)
    }

    fn leave(&self, story: &mut Story, eth0: &Interface, eth1: &Interface) -> Result<(), Failure> {
        story.act(SANDBOX, || eth1.remove(), |()| "eth1 removed; it is the host's card0 again".into())?;
        story.act(SANDBOX, || eth0.remove(), |()| "eth0 removed; made for the sandbox, it is gone".into())?;
        story.act(SANDBOX, || self.sandbox.destroy(), |()| "destroyed; nothing is left".into())?;
        Ok(())
    }
}

fn prefix(text: &str) -> netgraft::Result<Prefix> {
    text.parse()
}
