use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};
use crate::types::{Family, Prefix};

/// A route to a destination: by way of one or several next hops, or to nowhere.
///
/// ```
/// use netgraft::Route;
///
/// let route = Route::new("192.168.0.0/16".parse()?, [10, 0, 0, 9])?.metric(50).table(100);
/// assert_eq!(route.to_string(), "192.168.0.0/16 via 10.0.0.9 metric 50 table 100");
/// # Ok::<(), netgraft::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Route {
    pub(crate) destination: Prefix,
    pub(crate) target: RouteTarget,
    pub(crate) next_hops: Vec<IpAddr>,
    pub(crate) metric: Option<u32>,
    pub(crate) table: u32,
    pub(crate) source: Option<IpAddr>,
    pub(crate) metrics: RouteMetrics,
    /// Whether the next hops count as reached directly, whatever the other routes say.
    pub(crate) onlink: bool,
}

/// What becomes of the packets of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum RouteTarget {
    /// They are passed on.
    NextHops,
    /// They are dropped (`RTN_BLACKHOLE`).
    Blackhole,
    /// They are dropped, and the sender is told (`RTN_UNREACHABLE`).
    Unreachable,
}

/// What a route knows of the way to its destination (`RTA_METRICS`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct RouteMetrics {
    pub(crate) mtu: Option<u32>,
    pub(crate) advmss: Option<u32>,
}

impl Route {
    /// The routing protocol number (`rtm_protocol`) of every route that this library makes: 110.
    ///
    /// The number tells these routes from others. Neither linux/rtnetlink.h nor iproute2's rt_protos uses it. `ip
    /// route show proto 110` lists the routes.
    #[doc(alias = "RTA_PROTOCOL")]
    #[doc(alias = "RTPROT_")]
    pub const PROTOCOL: u8 = 110;

    /// The number of the main table (`RT_TABLE_MAIN`).
    #[doc(alias = "RT_TABLE_MAIN")]
    pub const MAIN_TABLE: u32 = 254;

    /// Makes a route of the main table by way of a next hop. The destination's host bits are cleared.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] when one is IPv4 and the other IPv6.
    pub fn new(destination: Prefix, next_hop: impl Into<IpAddr>) -> Result<Self> {
        Self::to(destination, RouteTarget::NextHops).next_hop(next_hop)
    }

    /// Makes a route whose packets are dropped silently.
    #[doc(alias = "RTN_BLACKHOLE")]
    #[must_use]
    pub fn blackhole(destination: Prefix) -> Self {
        Self::to(destination, RouteTarget::Blackhole)
    }

    /// Makes a route whose packets are dropped, which the sender is told (ICMP host unreachable).
    #[doc(alias = "RTN_UNREACHABLE")]
    #[must_use]
    pub fn unreachable(destination: Prefix) -> Self {
        Self::to(destination, RouteTarget::Unreachable)
    }

    pub(crate) fn to(destination: Prefix, target: RouteTarget) -> Self {
        Self {
            destination: destination.network(),
            target,
            next_hops: Vec::new(),
            metric: None,
            table: Self::MAIN_TABLE,
            source: None,
            metrics: RouteMetrics::default(),
            onlink: false,
        }
    }

    /// Adds one more next hop: packets are spread over all of them, a flow keeping to one.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] when it is of the other family, there already, or the route leads nowhere.
    #[doc(alias = "RTA_MULTIPATH")]
    pub fn next_hop(mut self, next_hop: impl Into<IpAddr>) -> Result<Self> {
        let next_hop = next_hop.into();
        self.same_family(next_hop)?;
        if self.target != RouteTarget::NextHops {
            return Err(invalid(format!("a {} route to {} has no next hop", self.target, self.destination)));
        }
        if self.next_hops.contains(&next_hop) {
            return Err(invalid(format!("the next hop {next_hop} is given twice")));
        }
        self.next_hops.push(next_hop);
        Ok(self)
    }

    /// Sets the route's metric: of several routes to one destination, the lowest counts.
    ///
    /// The kernel's own, if not said or 0, is 0 for IPv4 and 1024 for IPv6.
    #[doc(alias = "RTA_PRIORITY")]
    #[must_use]
    pub fn metric(mut self, metric: u32) -> Self {
        let own = default_metric(self.destination.family());
        self.metric = Some(metric).filter(|metric| *metric != 0 && *metric != own);
        self
    }

    /// Sets the table that it is in. 0 means the main one.
    #[doc(alias = "RTA_TABLE")]
    #[must_use]
    pub fn table(mut self, table: u32) -> Self {
        self.table = if table == 0 { Self::MAIN_TABLE } else { table };
        self
    }

    /// Sets the address that packets get as their source when the sender does not choose one.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] when it is of the other family.
    #[doc(alias = "RTA_PREFSRC")]
    pub fn source(mut self, source: impl Into<IpAddr>) -> Result<Self> {
        let source = source.into();
        self.same_family(source)?;
        self.source = Some(source);
        Ok(self)
    }

    /// Sets the largest packet on this route in bytes.
    #[doc(alias = "RTAX_MTU")]
    #[must_use]
    pub fn mtu(mut self, bytes: u32) -> Self {
        self.metrics.mtu = Some(bytes);
        self
    }

    /// Sets the largest TCP segment that is announced on this route, in bytes.
    #[doc(alias = "RTAX_ADVMSS")]
    #[must_use]
    pub fn advmss(mut self, bytes: u32) -> Self {
        self.metrics.advmss = Some(bytes);
        self
    }

    /// Takes the next hops to be reached directly, whatever the other routes say.
    #[doc(alias = "RTNH_F_ONLINK")]
    #[must_use]
    pub fn onlink(mut self) -> Self {
        self.onlink = true;
        self
    }

    /// Returns where the route leads.
    #[must_use]
    pub fn destination(&self) -> Prefix {
        self.destination
    }

    /// Returns the hosts that pass packets on; none where the route leads nowhere.
    #[must_use]
    pub fn next_hops(&self) -> &[IpAddr] {
        &self.next_hops
    }

    /// Tells whether the route drops its packets silently.
    #[must_use]
    pub fn is_blackhole(&self) -> bool {
        self.target == RouteTarget::Blackhole
    }

    /// Tells whether the route drops its packets and tells the sender.
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        self.target == RouteTarget::Unreachable
    }

    /// Returns the metric, unless it is the kernel's own.
    #[must_use]
    pub fn get_metric(&self) -> Option<u32> {
        self.metric
    }

    /// Returns the table; 254 is the main one.
    #[must_use]
    pub fn get_table(&self) -> u32 {
        self.table
    }

    /// Returns the preferred source address.
    #[must_use]
    pub fn get_source(&self) -> Option<IpAddr> {
        self.source
    }

    /// Returns the largest packet in bytes, if the route has its own.
    #[must_use]
    pub fn get_mtu(&self) -> Option<u32> {
        self.metrics.mtu
    }

    /// Returns the largest TCP segment in bytes, if the route has its own.
    #[must_use]
    pub fn get_advmss(&self) -> Option<u32> {
        self.metrics.advmss
    }

    fn same_family(&self, address: IpAddr) -> Result<()> {
        if Family::of(address) == self.destination.family() {
            return Ok(());
        }
        let message =
            format!("a route to {} cannot have the {} address {address}", self.destination, Family::of(address));
        Err(invalid(message))
    }

    /// What tells it from other routes but for its next hops.
    pub(crate) fn place(&self) -> (Prefix, Option<u32>, u32) {
        (self.destination, self.metric, self.table)
    }
}

impl fmt::Display for RouteTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NextHops => "unicast",
            Self::Blackhole => "blackhole",
            Self::Unreachable => "unreachable",
        })
    }
}

/// Returns the metric that the kernel gives a route which was made without one.
pub(crate) fn default_metric(family: Family) -> u32 {
    match family {
        Family::Ipv4 => 0,
        // IP6_RT_PRIO_USER
        Family::Ipv6 => 1024,
    }
}

/// As `ip route` has it: `192.168.0.0/16 via 10.0.0.9 metric 50`; of several next hops, each has its `via`.
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.target != RouteTarget::NextHops {
            write!(f, "{} ", self.target)?;
        }
        self.destination.fmt(f)?;
        self.next_hops.iter().try_for_each(|next_hop| write!(f, " via {next_hop}"))?;
        self.source.iter().try_for_each(|source| write!(f, " src {source}"))?;
        self.metric.iter().try_for_each(|metric| write!(f, " metric {metric}"))?;
        if self.table != Self::MAIN_TABLE {
            write!(f, " table {}", self.table)?;
        }
        self.metrics.mtu.iter().try_for_each(|mtu| write!(f, " mtu {mtu}"))?;
        self.metrics.advmss.iter().try_for_each(|advmss| write!(f, " advmss {advmss}"))?;
        if self.onlink { f.write_str(" onlink") } else { Ok(()) }
    }
}

/// As a route is printed: `192.168.0.0/16 via 10.0.0.9 metric 50`, `blackhole 192.0.2.0/24`.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for anything else.
impl FromStr for Route {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let malformed =
            || invalid(format!("\"{}\" is not a route like 192.0.2.0/24 via 10.0.0.1", text.escape_debug()));
        let (target, rest) = match text.split_once(' ') {
            Some(("blackhole", rest)) => (RouteTarget::Blackhole, rest),
            Some(("unreachable", rest)) => (RouteTarget::Unreachable, rest),
            _ => (RouteTarget::NextHops, text),
        };
        let mut words = rest.split(' ');
        let mut route = Self::to(words.next().unwrap_or_default().parse()?, target);
        while let Some(word) = words.next() {
            if word == "onlink" {
                route.onlink = true;
                continue;
            }
            let value = words.next().ok_or_else(malformed)?;
            let number = || value.parse::<u32>().map_err(|_| malformed());
            let address = || value.parse::<IpAddr>().map_err(|_| malformed());
            route = match word {
                "via" => route.next_hop(address()?)?,
                "src" => route.source(address()?)?,
                "metric" => route.metric(number()?),
                "table" => route.table(number()?),
                "mtu" => route.mtu(number()?),
                "advmss" => route.advmss(number()?),
                _ => return Err(malformed()),
            };
        }
        if route.target == RouteTarget::NextHops && route.next_hops.is_empty() { Err(malformed()) } else { Ok(route) }
    }
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidArgument, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_prints() {
        for text in [
            "192.168.0.0/16 via 10.0.0.9",
            "192.168.0.0/16 via 10.0.0.9 via 10.0.0.8 src 10.0.0.2 metric 50 table 100 mtu 1300 advmss 900 onlink",
            "fd00::/32 via fe80::1 metric 5",
            "blackhole 192.0.2.0/24",
            "unreachable fd00::/8 table 7",
        ] {
            assert_eq!(text.parse::<Route>().unwrap().to_string(), text);
        }
        for text in ["", "192.0.2.0/24", "blackhole", "192.0.2.0/24 via", "192.0.2.0/24 via fd00::1", "10.0.0.0/8 by 3"]
        {
            assert_eq!(text.parse::<Route>().unwrap_err().kind(), ErrorKind::InvalidArgument, "{text}");
        }
    }
}
