use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::error::{Context, Result};
use crate::namespace::Namespace;
use crate::netns::NetNs;
use crate::ops;
use crate::routing::{is_gateway, name_default, next_hop, remove_found, resolve_interface};
use crate::types::{Family, IfName, Prefix, RouteTarget, default_metric};
use crate::wire::route::{Hop, MAIN, NewRoute, RouteInfo, to_route};

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
    metric: Option<u32>,
    replace: bool,
}

impl Gateway {
    /// Describes the host with this address, which a link of the namespace reaches directly.
    ///
    /// The unspecified address (`0.0.0.0`, `::`) stands for none.
    pub fn new(address: impl Into<IpAddr>) -> Self {
        Self { address: address.into(), onlink: false, link: None, metric: None, replace: false }
    }

    /// Takes the gateway to be reached directly, whatever the routes say.
    ///
    /// It is reached by its [link](Self::link), or by the namespace's only interface.
    #[doc(alias = "RTNH_F_ONLINK")]
    pub fn onlink(mut self) -> Self {
        self.onlink = true;
        self
    }

    /// Sets the interface that leads to the gateway, by source name.
    ///
    /// Needed for an IPv6 link-local address where more than one link has IPv6.
    pub fn link(mut self, source: IfName) -> Self {
        self.link = Some(source);
        self
    }

    /// Sets the gateway's metric: of several gateways, the one with the lowest counts.
    ///
    /// Unset or 0: the kernel's own, 0 for IPv4 and 1024 for IPv6.
    #[doc(alias = "RTA_PRIORITY")]
    pub fn metric(mut self, metric: u32) -> Self {
        let own = default_metric(Family::of(self.address));
        self.metric = Some(metric).filter(|metric| *metric != 0 && *metric != own);
        self
    }

    /// Puts it in the stead of one that is set.
    #[doc(alias = "NLM_F_REPLACE")]
    pub fn replace(mut self) -> Self {
        self.replace = true;
        self
    }
}

/// The gateways of a namespace, as they were set: what a router advertised is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gateways {
    /// That of IPv4, if there is one.
    pub ipv4: Option<Ipv4Addr>,
    /// That of IPv6, if there is one.
    pub ipv6: Option<Ipv6Addr>,
}

/// See [`Namespace::set_gateway`].
pub(crate) fn set_gateway(ns: &Namespace, gateway: Gateway) -> Result<()> {
    if gateway.address.is_unspecified() {
        return Ok(());
    }
    set(ns, &gateway).doing(|| format!("set the gateway {} in {ns}", gateway.address))
}

/// See [`Namespace::remove_gateway`].
pub(crate) fn remove_gateway(ns: &Namespace, family: Family) -> Result<()> {
    unset(&ns.netns, family).doing(|| format!("unset the {family} gateway in {ns}"))
}

/// See [`Namespace::gateways`].
pub(crate) fn gateways(ns: &Namespace) -> Result<Gateways> {
    let mut gateways = Gateways::default();
    for family in Family::ALL {
        match in_use(&ns.netns, family)? {
            Some(IpAddr::V4(gateway)) => gateways.ipv4 = Some(gateway),
            Some(IpAddr::V6(gateway)) => gateways.ipv6 = Some(gateway),
            None => {}
        }
    }
    Ok(gateways)
}

fn set(ns: &Namespace, gateway: &Gateway) -> Result<()> {
    let netns = &*ns.netns;
    let link = if gateway.onlink {
        next_hop::refuse_own(netns, gateway.address)?;
        resolve_interface(ns, gateway.link)?.index
    } else {
        let wanted = gateway.link.map(|source| resolve_interface(ns, Some(source))).transpose()?;
        next_hop::link_to(netns, gateway.address, wanted.as_ref())?
    };
    let family = Family::of(gateway.address);
    let route = NewRoute {
        hops: vec![Hop { gateway: gateway.address, link: Some(link) }],
        onlink: gateway.onlink,
        metric: gateway.metric,
        ..NewRoute::to(Prefix::everything(family), RouteTarget::NextHops)
    };
    let set = |routes: &[RouteInfo]| routes.iter().any(|found| route.is(found));
    let request = if gateway.replace { route.replace() } else { route.add() };
    match ops::route::change(netns, family, &request, set) {
        // What a router advertised is no gateway that is set: ours stands beside it.
        Err(refusal) if refusal.errno() == Some(libc::EEXIST) && is_advertised(netns, &route)? => {
            ops::route::change(netns, family, &route.append(), set)
        }
        changed => changed.map_err(|refusal| name_default(netns, family, gateway.metric, refusal)),
    }
}

/// Tells whether all default routes that keep one from being added were advertised by routers.
fn is_advertised(netns: &NetNs, route: &NewRoute) -> Result<bool> {
    let family = route.destination.family();
    let (any, all) = ops::route::fold_table(
        netns,
        family,
        MAIN,
        || (false, true),
        |(any, all), found| {
            if found.destination.is_default() && Some(found.metric) == route.metric.or(Some(default_metric(family))) {
                *any = true;
                *all &= found.is_advertised();
            }
        },
    )?;
    Ok(any && all)
}

fn unset(netns: &NetNs, family: Family) -> Result<()> {
    let owned = ops::route::owned_bodies(netns, family)?;
    let gateways =
        owned.iter().filter(|body| to_route(body).is_some_and(|route| route.metric.is_none() && is_gateway(&route)));
    gateways.filter_map(|body| RouteInfo::parse(body)).try_for_each(|route| remove_found(netns, &route))
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
            let is_set = route.destination.is_default() && !route.is_advertised();
            if is_set && best.is_none_or(|best| rank(&route) < rank(&best)) {
                *best = Some(route);
            }
        },
    )?;
    Ok(best.and_then(|route| route.gateway))
}
