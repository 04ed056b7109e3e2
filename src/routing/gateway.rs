use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{is_last_resort, link_meant, name_last_resort, next_hop, remove_found};
use crate::error::{Context, Result};
use crate::namespace::{Namespace, NetNs};
use crate::ops;
use crate::types::{Family, IfName};
use crate::wire::route::{MAIN, RouteInfo, Via};

/// A host that passes on what no other route is for.
///
/// ```
/// use netgraft::Gateway;
///
/// let gateway = Gateway::new([10, 0, 0, 1]).replace();
/// # let _ = gateway;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Gateway {
    address: IpAddr,
    onlink: bool,
    link: Option<IfName>,
    replace: bool,
}

impl Gateway {
    /// The host with this address, which a link of the namespace reaches directly. The unspecified address
    /// (`0.0.0.0`, `::`) stands for none.
    pub fn new(address: impl Into<IpAddr>) -> Self {
        Self { address: address.into(), onlink: false, link: None, replace: false }
    }

    /// Takes the gateway to be reached directly by its [link](Self::link), or by the namespace's only
    /// interface, whatever the routes say.
    #[doc(alias = "RTNH_F_ONLINK")]
    pub fn onlink(mut self) -> Self {
        self.onlink = true;
        self
    }

    /// The interface that leads to it, by source name. Needed for an IPv6 link-local address where more
    /// than one link has IPv6.
    pub fn link(mut self, source: IfName) -> Self {
        self.link = Some(source);
        self
    }

    /// Puts it in the stead of one that is set.
    #[doc(alias = "NLM_F_REPLACE")]
    pub fn replace(mut self) -> Self {
        self.replace = true;
        self
    }
}

/// The gateways of a namespace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gateways {
    /// That of IPv4, if there is one.
    pub ipv4: Option<Ipv4Addr>,
    /// That of IPv6, if there is one.
    pub ipv6: Option<Ipv6Addr>,
}

/// Gateways.
impl Namespace {
    /// Sets the gateway of the address's family: a default route of the main table that carries
    /// [`Route::PROTOCOL`](crate::Route::PROTOCOL).
    ///
    /// A replacement takes the old one's place in one step, or leaves it.
    ///
    /// # Errors
    /// [`ErrorKind::Unreachable`](crate::ErrorKind::Unreachable): no direct route leads to it.
    /// [`ErrorKind::Exists`](crate::ErrorKind::Exists): a default route is there, whoever made it, and
    /// replacement was not asked for. [`ErrorKind::NotFound`](crate::ErrorKind::NotFound): no interface with the source
    /// name, none at all where one is needed, or its link is gone.
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument): the link has to be named.
    #[doc(alias = "RTM_NEWROUTE")]
    pub fn set_gateway(&self, gateway: Gateway) -> Result<()> {
        if gateway.address.is_unspecified() {
            return Ok(());
        }
        set(self, &gateway).doing(|| format!("set the gateway {} in {self}", gateway.address))
    }

    /// Takes away the gateway that [`set_gateway`](Self::set_gateway) set. Where there is none any more, there is nothing to do.
    ///
    /// # Errors
    /// None but [those of any call](Self#errors-of-any-call).
    pub fn unset_gateway(&self, family: Family) -> Result<()> {
        unset(&self.netns, family).doing(|| format!("unset the {family} gateway in {self}"))
    }

    /// The gateways that are in use now, whoever set them: those of the default routes with the lowest metrics.
    ///
    /// # Errors
    /// [Those of any call](Self#errors-of-any-call), [`ErrorKind::Interrupted`](crate::ErrorKind::Interrupted) among
    /// them: changes kept interrupting the kernel's answer.
    pub fn gateways(&self) -> Result<Gateways> {
        let mut gateways = Gateways::default();
        for family in Family::ALL {
            match in_use(&self.netns, family)? {
                Some(IpAddr::V4(gateway)) => gateways.ipv4 = Some(gateway),
                Some(IpAddr::V6(gateway)) => gateways.ipv6 = Some(gateway),
                None => {}
            }
        }
        Ok(gateways)
    }
}

fn set(ns: &Namespace, gateway: &Gateway) -> Result<()> {
    let netns = &*ns.netns;
    let link = if gateway.onlink {
        link_meant(ns, gateway.link)?.index
    } else {
        let wanted = gateway.link.map(|source| link_meant(ns, Some(source))).transpose()?;
        next_hop::link_to(netns, gateway.address, wanted.as_ref())?
    };
    let family = Family::of(gateway.address);
    let route = Via {
        destination: family.everything(),
        next_hop: gateway.address,
        link: Some(link),
        onlink: gateway.onlink,
        metric: None,
        table: MAIN,
        source: None,
    };
    let request = if gateway.replace { route.replace() } else { route.add() };
    let set = |routes: &[RouteInfo]| routes.iter().any(|found| route.is(found));
    ops::route::change(netns, family, &request, set).map_err(|refusal| name_last_resort(netns, family, refusal))
}

fn unset(netns: &NetNs, family: Family) -> Result<()> {
    let ours = ops::route::ours(netns, family)?;
    ours.iter().filter(|route| is_last_resort(route)).try_for_each(|route| remove_found(netns, route))
}

fn in_use(netns: &NetNs, family: Family) -> Result<Option<IpAddr>> {
    let best = ops::route::fold_table(
        netns,
        family,
        MAIN,
        || None,
        |best: &mut Option<RouteInfo>, route| {
            // Of several with the lowest metric, those with a gateway come first.
            let rank = |route: &RouteInfo| (route.metric, route.gateway.is_none());
            if route.destination.is_default() && best.is_none_or(|best| rank(&route) < rank(&best)) {
                *best = Some(route);
            }
        },
    )?;
    Ok(best.and_then(|route| route.gateway))
}
