//! Waits for names, MACs and numbers that a namespace which is just ending still holds.
//!
//! The kernel takes the links out of such a namespace some 9 to 290 ms after the last user has gone. Until then their names,
//! MACs and numbers are taken, and so are the names of their other ends elsewhere.

use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind, Result};
use crate::interface::add::plan::Plan;
use crate::interface::config::kind::Kind;
use crate::netns::NetNs;
use crate::ops;
use crate::record::origin::Origin;
use crate::wire::attribute::{emitted, find};
use crate::wire::link::LinkInfo;

/// How long to wait, and how often to look.
const LIMIT: Duration = if cfg!(fuzzing) { Duration::ZERO } else { Duration::from_secs(1) };
const PAUSE: Duration = Duration::from_millis(5);
/// How long an ending namespace can look alive, and how many looks that takes at least: the kernel may answer late.
const LOOKS_ALIVE: Duration = Duration::from_millis(100);
const LOOKS: u32 = 10;
/// `IFLA_VXLAN_ID`, `IFLA_VLAN_ID`, `IFLA_VRF_TABLE`.
const NUMBER: u16 = 1;

/// A refusal because somebody else has the name, MAC or number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clash {
    since: Instant,
    /// The longest wait, which may be shorter than the caller's limit for the link.
    limit: Duration,
}

impl Clash {
    pub(crate) fn new(plan: &Plan<'_>) -> Self {
        Self { since: Instant::now(), limit: plan.request.config.wait.timeout.min(LIMIT) }
    }

    /// Pauses and returns true, unless the clash has lasted too long.
    fn pause(&self, most: Duration) -> bool {
        let goes_on = self.since.elapsed() < most.min(self.limit);
        if goes_on {
            thread::sleep(PAUSE);
        }
        goes_on
    }

    /// Waits for the link with a name to go with its namespace, and returns whether the name is free.
    pub(crate) fn frees_name(&self, plan: &Plan<'_>, netns: &NetNs, name: &[u8], holder: &LinkInfo) -> Result<bool> {
        let (mut again, mut looks) = (None, 0);
        loop {
            looks += 1;
            let most = match Life::of(plan, netns, again.as_ref().unwrap_or(holder))? {
                Life::Lasts => return Ok(false),
                Life::Unclear if looks > LOOKS => LOOKS_ALIVE,
                Life::Unclear | Life::Ends => LIMIT,
            };
            if !self.pause(most) {
                return Ok(false);
            }
            match ops::link::find_by_names(netns, &[name])?.pop().flatten() {
                None => return Ok(true),
                holder => again = holder,
            }
        }
    }

    /// Waits for what keeps a link from being created, and returns whether to try again.
    pub(crate) fn frees_link(&self, plan: &Plan<'_>, kind: &dyn Kind, refusal: &Error) -> Result<bool> {
        if refusal.kind() != ErrorKind::NameTaken || refusal.is_uncertain() {
            return Ok(false);
        }
        let own = (&*plan.request.ns.netns, plan.name());
        let peer = kind.peer().map(|peer| (&*peer.netns, peer.name.clone()));
        for (netns, name) in [Some(own), peer].into_iter().flatten() {
            if let Some(holder) = ops::link::find_by_names(netns, &[&name])?.pop().flatten() {
                return self.frees_name(plan, netns, &name, &holder);
            }
        }
        // No attribute tells who has a number. A name without a holder was freed just now.
        let is_held = kind.identifier().is_some() && is_number_held(plan, kind)?;
        Ok(!is_held && self.pause(LIMIT))
    }

    /// Waits for the MAC of a macvlan to be free on the parent.
    ///
    /// # Errors
    /// The refusal, if another try is useless.
    pub(crate) fn frees_mac(&self, plan: &Plan<'_>, link: &LinkInfo, refusal: Error) -> Result<()> {
        match mac_holder(plan, link)? {
            Some(holder) => Err(refusal.context(format!("{holder} has the same MAC"))),
            None if self.pause(LIMIT) => Ok(()),
            None => Err(refusal),
        }
    }
}

/// How long a link will exist.
enum Life {
    /// It does not depend on a namespace that may be ending.
    Lasts,
    /// As long as a namespace that seems to be alive.
    Unclear,
    /// A namespace that it depends on is ending.
    Ends,
}

impl Life {
    /// A link that leads to another namespace goes with that one.
    fn of(plan: &Plan<'_>, netns: &NetNs, link: &LinkInfo) -> Result<Self> {
        Ok(match link.peer_netns {
            None => Self::Lasts,
            Some(number) if number < 0 || !ops::nsid::is_alive(netns, number)? => Self::Ends,
            number if ops::nsid::number(netns, &plan.request.ns.netns)? == number => Self::Lasts,
            Some(_) => Self::Unclear,
        })
    }
}

/// Returns the link's namespace and that of the parent. Both live.
fn at_hand<'a>(plan: &'a Plan<'_>) -> [Option<&'a NetNs>; 2] {
    let parents = match &plan.origin {
        Origin::Moved { home, .. } => Some(&**home),
        Origin::InPlace { .. } | Origin::Created { .. } => plan.kind().and_then(Kind::below).map(|(netns, _)| &**netns),
    };
    let own = &*plan.request.ns.netns;
    [Some(own), parents.filter(|parents| parents.id() != own.id())]
}

/// Returns whether a link in a namespace at hand has the requested number.
fn is_number_held(plan: &Plan<'_>, kind: &dyn Kind) -> Result<bool> {
    let data = emitted(&kind.data(None, None).as_slice());
    for netns in at_hand(plan).into_iter().flatten() {
        let held = ops::link::any_of_kind(netns, kind.name().as_bytes(), |of_link| {
            find(of_link, NUMBER).is_some_and(|number| Some(number) == find(&data, NUMBER))
        })?;
        if held {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns who else has the MAC of a macvlan on its parent, among the links in the namespaces at hand.
fn mac_holder(plan: &Plan<'_>, link: &LinkInfo) -> Result<Option<String>> {
    let Some(mac) = plan.mac().or(link.mac) else { return Ok(None) };
    let [own, parents] = at_hand(plan);
    for (netns, number) in [(own, link.peer_netns), (parents, None)] {
        let Some(netns) = netns else { continue };
        let is_parent = |other: &LinkInfo| number.is_none() && Some(other.index) == link.peer;
        let is_beside = |other: &LinkInfo| (other.peer, other.peer_netns) == (link.peer, number);
        let is_itself = |other: &LinkInfo| netns.id() == plan.request.ns.id() && other.index == link.index;
        let others = ops::link::all(netns)?.into_iter().filter(|other| other.mac == Some(mac) && !is_itself(other));
        if let Some(holder) = others.into_iter().find(|other| is_parent(other) || is_beside(other)) {
            return Ok(Some(format!("{} in {netns}", holder.name)));
        }
    }
    Ok(None)
}
