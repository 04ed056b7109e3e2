//! Restores the routes of a link from the messages that described them.

use crate::error::{Context, Result};
use crate::interface::rollback::resend::{absent_is_fine, replay};
use crate::netns::NetNs;
use crate::ops;
use crate::types::IfIndex;
use crate::wire::route;

/// Sends the bodies that describe routes of a link back. The link may have another index now.
pub(crate) fn replay_routes(netns: &NetNs, from: IfIndex, to: IfIndex, bodies: &[Vec<u8>]) -> Result<()> {
    let cleared = clear_routes(netns, from, to, bodies).doing(|| "take away what is left of them");
    let routes = bodies.iter().flat_map(|body| route::replay(body, from, to)).collect();
    replay(netns, routes).and(cleared)
}

/// Removes the routes that the kernel left on a link, if they differ from the former ones.
fn clear_routes(netns: &NetNs, from: IfIndex, to: IfIndex, bodies: &[Vec<u8>]) -> Result<()> {
    let leftovers = ops::route::leftovers(netns, bodies, from, to)?;
    let refusals = netns.batch(&leftovers, |_, _| {})?;
    refusals.into_iter().try_for_each(|(_, error)| absent_is_fine(Err(error)))
}
