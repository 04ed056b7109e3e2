//! The default route by an interface, without a gateway.

use super::{gone_is_fine, interface, is_last_resort, name_last_resort};
use crate::error::{Context, Error, ErrorKind, Result};
use crate::namespace::{Namespace, NetNs};
use crate::ops;
use crate::types::{Family, printable};
use crate::wire::route::{self, RouteInfo};

/// Default routes by interface.
impl Namespace {
    /// Installs the default route that the interface with a source name was given in its
    /// [configuration](crate::InterfaceConfig::route), and that was kept until now: everything is reached
    /// directly on its link.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]: no such interface, its link is gone, or it was given no default route of that family.
    /// [`ErrorKind::Exists`]: a default route is there already, naming it.
    pub fn set_default_route(&self, source: impl AsRef<[u8]>, family: Family) -> Result<()> {
        let source = source.as_ref();
        set(self, source, family).doing(|| format!("set the {family} default route by {} in {self}", printable(source)))
    }

    /// Takes it away again. Where there is none any more, there is nothing to do.
    ///
    /// # Errors
    /// None but [those of any call](Self#errors-of-any-call).
    pub fn unset_default_route(&self, family: Family) -> Result<()> {
        unset(&self.netns, family).doing(|| format!("unset the {family} default route by interface in {self}"))
    }
}

fn set(ns: &Namespace, source: &[u8], family: Family) -> Result<()> {
    let (interface, link) = interface(ns, source)?;
    let kept = interface.changes.routes.iter().find(|route| route.is_default() && route.family() == family);
    let none = || Error::new(ErrorKind::NotFound, format!("{} was given no default route of that family", link.name));
    let request = route::add_on_link(link.index, *kept.ok_or_else(none)?);
    let by_link =
        |route: &RouteInfo| is_last_resort(route) && route.gateway.is_none() && route.link == Some(link.index);
    let set = |routes: &[RouteInfo]| routes.iter().any(by_link);
    ops::route::change(&ns.netns, family, &request, set).map_err(|refusal| name_last_resort(&ns.netns, family, refusal))
}

fn unset(netns: &NetNs, family: Family) -> Result<()> {
    for route in ops::route::ours(netns, family)?.into_iter().filter(is_last_resort) {
        let (Some(link), None) = (route.link, route.gateway) else { continue };
        let gone = |routes: &[RouteInfo]| !routes.contains(&route);
        gone_is_fine(ops::route::change(netns, family, &route::delete_on_link(link, route.destination), gone))?;
    }
    Ok(())
}
