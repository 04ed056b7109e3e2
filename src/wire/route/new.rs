//! Routes that the library adds: over next hops, or to nowhere.

use std::net::IpAddr;

use netlink_packet_core::{NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE};
use netlink_packet_route::route::{RouteFlags, RouteHeader, RouteType};

use crate::types::{IfIndex, Prefix, Route, RouteMetrics, RouteTarget, default_metric};
use crate::wire::attribute::{Attribute, address, bytes, emitted, find, ip, nested, number, u32};
use crate::wire::request::Request;
use crate::wire::route::{
    FLAGS, HOP, RTA_GATEWAY, RTA_METRICS, RTA_MULTIPATH, RTA_OIF, RTA_PREFSRC, RTA_PRIORITY, RTA_TABLE, RTAX_MTU,
    RTM_DELROUTE, RTM_NEWROUTE, RTMSG, RouteInfo, gateway, next_hops, ours,
};

/// `RTNH_F_ONLINK` of linux/rtnetlink.h.
const ONLINK: u8 = 4;
/// `RTAX_ADVMSS`, among the metrics.
const RTAX_ADVMSS: u16 = 8;

/// A host that passes packets on, and the link that leads to the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hop {
    pub(crate) gateway: IpAddr,
    /// `None` for any link: to remove the route.
    pub(crate) link: Option<IfIndex>,
}

/// A route over next hops, or to nowhere.
#[derive(Clone, Debug)]
pub(crate) struct NewRoute {
    pub(crate) destination: Prefix,
    pub(crate) target: RouteTarget,
    pub(crate) hops: Vec<Hop>,
    /// Whether the links reach the next hops directly, whatever the other routes say.
    pub(crate) onlink: bool,
    /// `None` for the kernel's choice, or to remove any.
    pub(crate) metric: Option<u32>,
    pub(crate) table: u32,
    pub(crate) source: Option<IpAddr>,
    pub(crate) metrics: RouteMetrics,
}

impl NewRoute {
    /// Creates a route of the main table without options.
    pub(crate) fn to(destination: Prefix, target: RouteTarget) -> Self {
        Self {
            destination,
            target,
            hops: Vec::new(),
            onlink: false,
            metric: None,
            table: Route::MAIN_TABLE,
            source: None,
            metrics: RouteMetrics::default(),
        }
    }

    /// Creates the request for a route whose next hops are reached over the given links.
    pub(crate) fn of<E>(route: &Route, link: impl Fn(IpAddr) -> Result<Option<IfIndex>, E>) -> Result<Self, E> {
        let hop = |gateway: &IpAddr| Ok(Hop { gateway: *gateway, link: link(*gateway)? });
        Ok(Self {
            destination: route.destination,
            target: route.target,
            hops: route.next_hops.iter().map(hop).collect::<Result<_, E>>()?,
            onlink: route.onlink,
            metric: route.metric,
            table: route.table,
            source: route.source,
            metrics: route.metrics,
        })
    }

    /// Requests the route, unless the table has one with the same destination and metric.
    pub(crate) fn add(&self) -> Request {
        self.change(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL)
    }

    /// Requests the route beside others with the same destination and metric. IPv6 alone: the kernel joins them.
    pub(crate) fn append(&self) -> Request {
        self.change(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND)
    }

    /// Requests the route in place of one with the same destination and metric in the same table.
    pub(crate) fn replace(&self) -> Request {
        self.change(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE)
    }

    /// Requests the removal of the route, if this library added it.
    pub(crate) fn delete(&self) -> Request {
        self.change(RTM_DELROUTE, 0)
    }

    /// Returns whether a route is the requested one.
    pub(crate) fn is(&self, route: &RouteInfo) -> bool {
        let metric = self.metric.unwrap_or(default_metric(self.destination.family()));
        let place = (route.destination, route.table, route.metric) == (self.destination.network(), self.table, metric);
        let hop = self.hops.first();
        place
            && route.target() == Some(self.target)
            && route.gateway == hop.map(|hop| hop.gateway)
            && (self.hops.len() != 1 || hop.and_then(|hop| hop.link).is_none_or(|link| route.link == Some(link)))
    }

    fn change(&self, kind: u16, flags: u16) -> Request {
        let (header, to) = ours(self.destination);
        let route_type = match self.target {
            RouteTarget::NextHops => RouteType::Unicast,
            RouteTarget::Blackhole => RouteType::BlackHole,
            RouteTarget::Unreachable => RouteType::Unreachable,
        };
        let onlink = if self.onlink { RouteFlags::Onlink } else { RouteFlags::empty() };
        let mut attributes = vec![to, number(RTA_TABLE, self.table)];
        match &self.hops[..] {
            [] => {}
            [hop] => {
                attributes.push(address(RTA_GATEWAY, hop.gateway));
                attributes.extend(hop.link.map(|index| number(RTA_OIF, index.get())));
            }
            hops => attributes
                .push(bytes(RTA_MULTIPATH, &hops.iter().flat_map(|hop| self.next_hop(hop)).collect::<Vec<_>>())),
        }
        attributes.extend(self.metric.map(|metric| number(RTA_PRIORITY, metric)));
        attributes.extend(self.source.map(|source| address(RTA_PREFSRC, source)));
        attributes.extend(metrics(self.metrics));
        Request::change(kind, flags, &RouteHeader { flags: onlink, kind: route_type, ..header }, &attributes)
    }

    /// Returns a `struct rtnexthop` and its attributes.
    fn next_hop(&self, hop: &Hop) -> Vec<u8> {
        let gateway = emitted(&[address(RTA_GATEWAY, hop.gateway)].as_slice());
        let length = (HOP + gateway.len()) as u16;
        let flags = if self.onlink { ONLINK } else { 0 };
        let link = hop.link.map_or(0, IfIndex::get);
        [&length.to_ne_bytes()[..], &[flags, 0], &link.to_ne_bytes(), &gateway].concat()
    }
}

fn metrics(of: RouteMetrics) -> Option<Attribute> {
    let mtu = of.mtu.map(|mtu| number(RTAX_MTU, mtu));
    let list: Vec<Attribute> = mtu.into_iter().chain(of.advmss.map(|advmss| number(RTAX_ADVMSS, advmss))).collect();
    (!list.is_empty()).then(|| nested(RTA_METRICS, &list))
}

/// Reads a dumped body as a route with next hops, or to nowhere; `None` for direct routes and other kinds.
pub(crate) fn to_route(body: &[u8]) -> Option<Route> {
    let info = RouteInfo::parse(body)?;
    let (target, list) = (info.target()?, body.get(RTMSG..)?);
    let next_hops: Vec<IpAddr> = match find(list, RTA_MULTIPATH) {
        Some(hops) => next_hops(hops).filter_map(gateway).collect(),
        None => find(list, RTA_GATEWAY).and_then(ip).into_iter().collect(),
    };
    let own = default_metric(info.destination.family());
    let values = find(list, RTA_METRICS).unwrap_or_default();
    let value = |kind| find(values, kind).and_then(u32);
    let is_whole = (target == RouteTarget::NextHops) != next_hops.is_empty();
    is_whole.then(|| Route {
        next_hops,
        metric: Some(info.metric).filter(|metric| *metric != own && *metric != 0),
        table: info.table,
        source: info.source,
        metrics: RouteMetrics { mtu: value(RTAX_MTU), advmss: value(RTAX_ADVMSS) },
        onlink: body.get(FLAGS).and_then(u32).is_some_and(|flags| flags & u32::from(ONLINK) != 0),
        ..Route::to(info.destination, target)
    })
}
