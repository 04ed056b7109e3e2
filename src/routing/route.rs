use std::fmt;
use std::net::IpAddr;

use crate::error::{Context, Error, ErrorKind, Result};
use crate::namespace::Namespace;
use crate::netns::NetNs;
use crate::ops;
use crate::routing::{is_main_default, next_hop, remove_found};
use crate::types::{Family, Prefix};
use crate::wire::route;
use crate::wire::route::{MAIN, RouteInfo, Via, default_metric};

/// A route to a destination by way of a next hop.
///
/// ```
/// use netgraft::Route;
///
/// let route = Route::new("192.168.0.0/16".parse()?, [10, 0, 0, 9])?.with_metric(50).with_table(100);
/// assert_eq!(route.to_string(), "192.168.0.0/16 via 10.0.0.9 metric 50 table 100");
/// # Ok::<(), netgraft::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Route {
    destination: Prefix,
    next_hop: IpAddr,
    metric: Option<u32>,
    table: u32,
    source: Option<IpAddr>,
}

impl Route {
    /// The routing protocol number (`rtm_protocol`) of every route that this library makes, so that they can
    /// be told from others: 110, which neither linux/rtnetlink.h nor iproute2's rt_protos uses. `ip route
    /// show proto 110` lists them.
    #[doc(alias = "RTA_PROTOCOL")]
    #[doc(alias = "RTPROT_")]
    pub const PROTOCOL: u8 = route::PROTOCOL;

    /// The number of the main table (`RT_TABLE_MAIN`).
    #[doc(alias = "RT_TABLE_MAIN")]
    pub const MAIN_TABLE: u32 = MAIN;

    /// A route of the main table. The destination's host bits are cleared.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] when one is IPv4 and the other IPv6.
    pub fn new(destination: Prefix, next_hop: impl Into<IpAddr>) -> Result<Self> {
        let next_hop = next_hop.into();
        let route = Self { destination: destination.network(), next_hop, metric: None, table: MAIN, source: None };
        route.same_family(next_hop)?;
        Ok(route)
    }

    /// Its metric: of several routes to one destination, the lowest counts. The kernel's own, if not said
    /// or 0, is 0 for IPv4 and 1024 for IPv6.
    #[doc(alias = "RTA_PRIORITY")]
    #[must_use]
    pub fn with_metric(mut self, metric: u32) -> Self {
        let own = default_metric(self.destination.family());
        self.metric = Some(metric).filter(|metric| *metric != 0 && *metric != own);
        self
    }

    /// The table that it is in. 0 means the main one.
    #[doc(alias = "RTA_TABLE")]
    #[must_use]
    pub fn with_table(mut self, table: u32) -> Self {
        self.table = if table == 0 { MAIN } else { table };
        self
    }

    /// The address that packets get as their source when the sender does not choose one.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] when it is of the other family.
    #[doc(alias = "RTA_PREFSRC")]
    pub fn with_source(mut self, source: impl Into<IpAddr>) -> Result<Self> {
        let source = source.into();
        self.same_family(source)?;
        self.source = Some(source);
        Ok(self)
    }

    /// Where it leads.
    #[must_use]
    pub fn destination(&self) -> Prefix {
        self.destination
    }

    /// The host that passes packets on.
    #[must_use]
    pub fn next_hop(&self) -> IpAddr {
        self.next_hop
    }

    /// Its metric, unless it is the kernel's own.
    #[must_use]
    pub fn metric(&self) -> Option<u32> {
        self.metric
    }

    /// Its table; 254 is the main one.
    #[must_use]
    pub fn table(&self) -> u32 {
        self.table
    }

    /// Its preferred source address.
    #[must_use]
    pub fn source(&self) -> Option<IpAddr> {
        self.source
    }

    fn same_family(&self, address: IpAddr) -> Result<()> {
        if Family::of(address) == self.destination.family() {
            return Ok(());
        }
        let message =
            format!("a route to {} cannot have the {} address {address}", self.destination, Family::of(address));
        Err(Error::new(ErrorKind::InvalidArgument, message))
    }

    fn of(info: &RouteInfo) -> Option<Self> {
        let own = default_metric(info.destination.family());
        Some(Self {
            destination: info.destination,
            next_hop: info.gateway?,
            metric: Some(info.metric).filter(|metric| *metric != own && *metric != 0),
            table: info.table,
            source: info.source,
        })
    }

    /// What tells it from other routes.
    fn key(&self) -> (Prefix, IpAddr, Option<u32>, u32) {
        (self.destination, self.next_hop, self.metric, self.table)
    }
}

/// As `ip route` has it: `192.168.0.0/16 via 10.0.0.9 metric 50`.
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} via {}", self.destination, self.next_hop)?;
        self.source.iter().try_for_each(|source| write!(f, " src {source}"))?;
        self.metric.iter().try_for_each(|metric| write!(f, " metric {metric}"))?;
        if self.table == MAIN { Ok(()) } else { write!(f, " table {}", self.table) }
    }
}

/// See [`Namespace::add_route`].
pub(crate) fn add_route(ns: &Namespace, route: Route) -> Result<()> {
    add(&ns.netns, &route).doing(|| format!("add the route {route} in {ns}"))
}

/// See [`Namespace::remove_route`].
pub(crate) fn remove_route(ns: &Namespace, route: Route) -> Result<()> {
    remove(&ns.netns, &route).doing(|| format!("remove the route {route} in {ns}"))
}

/// See [`Namespace::routes`].
pub(crate) fn routes(ns: &Namespace) -> Result<Vec<Route>> {
    let mut routes = Vec::new();
    for family in Family::ALL {
        let owned = ops::route::owned(&ns.netns, family)?;
        routes.extend(owned.iter().filter(|route| !is_main_default(route)).filter_map(Route::of));
    }
    Ok(routes)
}

fn add(netns: &NetNs, route: &Route) -> Result<()> {
    let link = Some(next_hop::link_to(netns, route.next_hop, None)?);
    let Route { destination, next_hop, metric, table, source } = *route;
    let via = Via { destination, next_hop, link, onlink: false, metric, table, source };
    let added = |routes: &[RouteInfo]| routes.iter().any(|found| via.is(found));
    ops::route::change(netns, destination.family(), &via.add(), added).map_err(|refusal| match refusal.errno() {
        Some(libc::EEXIST) => refusal.context(describe_other(netns, route)),
        _ => refusal,
    })
}

/// What keeps a route from being added.
fn describe_other(netns: &NetNs, route: &Route) -> String {
    let metric = route.metric.unwrap_or(default_metric(route.destination.family()));
    let is_it = |other: &RouteInfo| other.destination == route.destination && other.metric == metric;
    match ops::route::find(netns, route.destination.family(), route.table, is_it) {
        Ok(Some(other)) if other.gateway == Some(route.next_hop) => "it is there already".to_owned(),
        Ok(Some(RouteInfo { gateway: Some(gateway), .. })) => format!("one via {gateway} is there already"),
        _ => "another one is there already".to_owned(),
    }
}

fn remove(netns: &NetNs, route: &Route) -> Result<()> {
    let same = |found: &RouteInfo| Route::of(found).is_some_and(|found| found.key() == route.key());
    if let Some(found) = ops::route::owned(netns, route.destination.family())?.iter().find(|found| same(found)) {
        return remove_found(netns, found);
    }
    match next_hop::link_to(netns, route.next_hop, None) {
        // The kernel took it away with the link.
        Err(error) if error.kind() == ErrorKind::Unreachable => Ok(()),
        _ => Err(Error::new(ErrorKind::NotFound, "there is none that this library made")),
    }
}
