//! Restores the routes of a link from the messages that described them.

use crate::error::{Context, Result};
use crate::interface::rollback::resend::{absent_is_fine, replay};
use crate::netns::NetNs;
use crate::ops;
use crate::types::IfIndex;
use crate::wire::route;

/// Sends the bodies back that describe a link's routes. It may have another index now.
pub(crate) fn replay_routes(netns: &NetNs, from: IfIndex, to: IfIndex, bodies: &[Vec<u8>]) -> Result<()> {
    let cleared = clear_routes(netns, from, to, bodies).doing(|| "take away what is left of them");
    let routes = bodies.iter().flat_map(|body| route::replay(body, from, to)).collect();
    replay(netns, routes).and(cleared)
}

/// Takes away what the kernel has left of a link's routes, if that is not what they were.
fn clear_routes(netns: &NetNs, from: IfIndex, to: IfIndex, bodies: &[Vec<u8>]) -> Result<()> {
    let leftovers = ops::route::leftovers(netns, bodies, from, to)?;
    let refusals = netns.batch(&leftovers, |_, _| {})?;
    refusals.into_iter().try_for_each(|(_, error)| absent_is_fine(Err(error)))
}
