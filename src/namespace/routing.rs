//! The methods of [`Namespace`] for gateways, routes, neighbours, extra addresses and settings.

#[cfg(doc)]
use crate::error::ErrorKind;
use crate::error::Result;
use crate::namespace::Namespace;
use crate::routing::{Gateway, Gateways, Neighbour};
use crate::routing::{default_route, extra_address, gateway, loopback, neighbour, route, rule, sysctl_presets};
use crate::types::{Family, MacAddr, Prefix, Route, Rule};

impl Namespace {
    /// Sets the gateway of the address's family: a default route of the main table.
    ///
    /// The route carries [`Route::PROTOCOL`](crate::Route::PROTOCOL).
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
        gateway::set_gateway(self, gateway)
    }

    /// Takes away the gateways of a family that this library set without a metric of their own.
    ///
    /// A gateway with a metric goes by [`remove_route`](Self::remove_route). Where there is none any more, there is
    /// nothing to do.
    ///
    /// # Errors
    /// None but [those of any call](Self#errors-of-any-call).
    pub fn remove_gateway(&self, family: Family) -> Result<()> {
        gateway::remove_gateway(self, family)
    }

    /// Returns the gateways that are in use now, whoever set them.
    ///
    /// These are the gateways of the default routes with the lowest metrics.
    ///
    /// # Errors
    /// [Those of any call](Self#errors-of-any-call), [`ErrorKind::Interrupted`](crate::ErrorKind::Interrupted) among
    /// them: changes kept interrupting the kernel's answer.
    pub fn gateways(&self) -> Result<Gateways> {
        gateway::gateways(self)
    }

    /// Installs the default route that the interface with a source name was given.
    ///
    /// The route is in the interface's [configuration](crate::InterfaceConfig::route) and was kept until now. With
    /// it, everything is reached directly on the interface's link.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]: no such interface, its link is gone, or it was given no default route of that family.
    /// [`ErrorKind::Exists`]: a default route is there already, naming it.
    pub fn set_default_route(&self, source: impl AsRef<[u8]>, family: Family) -> Result<()> {
        default_route::set_default_route(self, source, family)
    }

    /// Takes it away again. Where there is none any more, there is nothing to do.
    ///
    /// # Errors
    /// None but [those of any call](Self#errors-of-any-call).
    pub fn remove_default_route(&self, family: Family) -> Result<()> {
        default_route::remove_default_route(self, family)
    }

    /// Adds a route: by way of next hops, on the links of the direct routes to them, or to nowhere.
    ///
    /// Where this library has made the same route by way of other next hops, the new ones join those.
    ///
    /// # Errors
    /// [`ErrorKind::Unreachable`](crate::ErrorKind::Unreachable): no direct route leads to a next hop.
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument): it is link-local, and on several links.
    /// [`ErrorKind::Exists`](crate::ErrorKind::Exists): there is a route to the destination with that metric in that table,
    /// naming it.
    #[doc(alias = "RTM_NEWROUTE")]
    pub fn add_route(&self, route: Route) -> Result<()> {
        route::add_route(self, route)
    }

    /// Adds a route in place of one to the same destination, in one step, whoever made that one.
    ///
    /// The one that is replaced has the same metric and is in the same table.
    ///
    /// # Errors
    /// Those of [`add_route`](Self::add_route) but for `Exists`.
    #[doc(alias = "NLM_F_REPLACE")]
    pub fn replace_route(&self, route: Route) -> Result<()> {
        route::replace_route(self, route)
    }

    /// Takes away a route that [`add_route`](Self::add_route) made; some of its next hops, if given.
    ///
    /// A route that is gone because its link is gone, or was set down, counts as taken away. So does any route whose
    /// next hop no direct route leads to: the kernel takes both away together, and does not tell of what there was.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]: there is none.
    #[doc(alias = "RTM_DELROUTE")]
    pub fn remove_route(&self, route: Route) -> Result<()> {
        route::remove_route(self, route)
    }

    /// Returns the routes that this library made and that are there now, in all tables.
    ///
    /// These are routes by way of next hops, or to nowhere, but for the [gateways](Self::gateways).
    ///
    /// # Errors
    /// [Those of any call](Self#errors-of-any-call), [`ErrorKind::Interrupted`] among them: changes kept interrupting
    /// the kernel's answer.
    pub fn routes(&self) -> Result<Vec<Route>> {
        route::routes(self)
    }

    /// Adds a policy rule.
    ///
    /// # Errors
    /// [`ErrorKind::Exists`](crate::ErrorKind::Exists): there is such a rule.
    #[doc(alias = "RTM_NEWRULE")]
    pub fn add_rule(&self, rule: Rule) -> Result<()> {
        rule::add_rule(self, rule)
    }

    /// Removes a rule that [`add_rule`](Self::add_rule) made. Without a priority, the first that fits goes.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound): there is none.
    #[doc(alias = "RTM_DELRULE")]
    pub fn remove_rule(&self, rule: Rule) -> Result<()> {
        rule::remove_rule(self, rule)
    }

    /// Returns the rules that this library made and that are there now, by family and priority.
    ///
    /// # Errors
    /// [Those of any call](Self#errors-of-any-call), [`ErrorKind::Interrupted`](crate::ErrorKind::Interrupted) among
    /// them: changes kept interrupting the kernel's answer.
    pub fn rules(&self) -> Result<Vec<Rule>> {
        rule::rules(self)
    }

    /// Adds a permanent entry. One that the kernel has learned by itself gives way to it.
    ///
    /// # Errors
    /// [`ErrorKind::NeighbourExists`]: a permanent one is there. [`ErrorKind::NotFound`]: no such interface, none at
    /// all for a forwarding entry, or its link is gone. [`ErrorKind::Unreachable`]: no interface was named, and no
    /// direct route leads to the address. [`ErrorKind::InvalidArgument`]: none was named, and several could be meant.
    #[doc(alias = "RTM_NEWNEIGH")]
    pub fn add_neighbour(&self, neighbour: Neighbour, mac: MacAddr) -> Result<()> {
        neighbour::add_neighbour(self, neighbour, mac)
    }

    /// Deletes a permanent entry; where a MAC is given, only one with that MAC.
    ///
    /// With a forwarding entry goes the one that the link's bridge has learned for the same MAC.
    ///
    /// # Errors
    /// [`ErrorKind::NeighbourMissing`]: there is none. [`ErrorKind::NotFound`], [`ErrorKind::Unreachable`],
    /// [`ErrorKind::InvalidArgument`]: as to add one; the last also for a forwarding entry without its MAC.
    #[doc(alias = "RTM_DELNEIGH")]
    pub fn remove_neighbour(&self, neighbour: Neighbour, mac: Option<MacAddr>) -> Result<()> {
        neighbour::remove_neighbour(self, neighbour, mac)
    }

    /// Gives a link of this namespace, by the name it has now, one more address.
    ///
    /// IPv6 addresses are added without duplicate detection, and IPv6 is enabled on the link where it is not.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]: no such link. [`ErrorKind::Exists`]: it has the address.
    /// [`ErrorKind::InvalidArgument`]: 0.0.0.0 or ::. [`ErrorKind::Sysctl`]: IPv6 cannot be enabled on the link.
    /// [`ErrorKind::UndoFailed`]: it was, and cannot be disabled again. [`ErrorKind::InvalidName`].
    #[doc(alias = "RTM_NEWADDR")]
    pub fn add_extra_address(&self, link: impl AsRef<[u8]>, address: Prefix) -> Result<()> {
        extra_address::add_extra_address(self, link, address)
    }

    /// Takes an address from a link of this namespace, by the name it has now.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]: no such link, or it does not have the address. [`ErrorKind::InvalidName`].
    #[doc(alias = "RTM_DELADDR")]
    pub fn remove_extra_address(&self, link: impl AsRef<[u8]>, address: Prefix) -> Result<()> {
        extra_address::remove_extra_address(self, link, address)
    }

    /// Returns whether `lo` has an IPv6 address.
    ///
    /// The kernel is asked once; see [`refresh_ipv6_on_loopback`](Self::refresh_ipv6_on_loopback).
    ///
    /// # Errors
    /// [Those of any call](Self#errors-of-any-call), [`ErrorKind::Interrupted`](crate::ErrorKind::Interrupted) among
    /// them: changes kept interrupting the kernel's answer. None once it is known, not even when the namespace was
    /// destroyed.
    pub fn has_ipv6_on_loopback(&self) -> Result<bool> {
        loopback::has_ipv6_on_loopback(self)
    }

    /// Asks the kernel again whether `lo` has an IPv6 address.
    ///
    /// # Errors
    /// [Those of any call](Self#errors-of-any-call), as for the first question. What was known stays known then.
    pub fn refresh_ipv6_on_loopback(&self) -> Result<bool> {
        loopback::refresh_ipv6_on_loopback(self)
    }

    /// Keeps an interface from answering and sending ARP for addresses that are not its own.
    ///
    /// The interface is found by its source name. Such an address is a virtual IP on `lo` that other hosts have too.
    /// Sets `arp_ignore=1`, `arp_announce=2`.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]: no such interface, or its link is gone.
    #[doc(alias = "arp_ignore")]
    #[doc(alias = "arp_announce")]
    pub fn disable_arp_for_vip(&self, source: impl AsRef<[u8]>) -> Result<()> {
        sysctl_presets::disable_arp_for_vip(self, source)
    }

    /// Makes the load balancer (IPVS) give up connections to servers that are gone.
    ///
    /// Sets, in this namespace, `net.ipv4.vs.conn_reuse_mode=0`, `expire_nodest_conn=1`,
    /// `expire_quiescent_template=1`. A setting that the kernel lacks, because IPVS is not loaded, is logged.
    ///
    /// # Errors
    /// [`ErrorKind::Sysctl`]: one is there but cannot be written.
    #[doc(alias = "ipvs")]
    pub fn tune_load_balancer(&self) -> Result<()> {
        sysctl_presets::tune_load_balancer(self)
    }
}
