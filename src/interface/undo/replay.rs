//! Sending back what the kernel said of a link's addresses, routes and neighbours.

use super::Problems;
use super::addresses::{self, absent_is_fine};
use crate::error::{Context, Result};
use crate::namespace::NetNs;
use crate::namespace::record::Snapshot;
use crate::ops;
use crate::types::IfIndex;
use crate::wire::request::Request;
use crate::wire::{neighbour, next_hop, route};

/// Sends the bodies back that describe a link's addresses, routes and neighbours.
pub(super) fn replay_all(netns: &NetNs, index: IfIndex, snapshot: &Snapshot, problems: &mut Problems) {
    problems.note("addresses", addresses::replay_exactly(netns, index, &snapshot.addresses));
    let next_hops = snapshot.next_hops.iter().map(|body| next_hop::replay(body, index)).collect();
    problems.note("next-hop objects", replay(netns, next_hops));
    problems.note("routes", replay_routes(netns, snapshot.link.index, index, &snapshot.routes));
    let neighbours = snapshot.neighbours.iter().map(|body| neighbour::replay(body, index)).collect();
    problems.note("neighbours", replay(netns, neighbours));
}

/// Sends the bodies back that describe a link's routes. It may have another index now.
pub(super) fn replay_routes(netns: &NetNs, from: IfIndex, to: IfIndex, bodies: &[Vec<u8>]) -> Result<()> {
    let cleared = clear_routes(netns, from, to, bodies).doing(|| "take away what is left of them");
    let routes = bodies.iter().flat_map(|body| route::replay(body, from, to)).collect();
    replay(netns, routes).and(cleared)
}

/// Takes away what the kernel has left of a link's routes, if that is not what they were.
fn clear_routes(netns: &NetNs, from: IfIndex, to: IfIndex, bodies: &[Vec<u8>]) -> Result<()> {
    let remnants = ops::route::remnants(netns, bodies, from, to)?;
    let refusals = netns.batch(&remnants, |_, _| {})?;
    refusals.into_iter().try_for_each(|(_, error)| absent_is_fine(Err(error)))
}

/// Sends requests until none of those that are refused gets any further: a route may need another one first.
/// What is there already is as it should be.
pub(super) fn replay(netns: &NetNs, mut requests: Vec<Request>) -> Result<()> {
    loop {
        let mut refused = Vec::new();
        let mut first = None;
        for (number, error) in netns.batch(&requests, |_, _| {})? {
            if error.errno() != Some(libc::EEXIST) {
                refused.extend(requests.get(number).cloned());
                first.get_or_insert(error);
            }
        }
        match first {
            None => return Ok(()),
            Some(error) if refused.len() == requests.len() => return Err(error),
            Some(_) => requests = refused,
        }
    }
}
