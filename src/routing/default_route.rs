//! The default route by an interface, without a gateway.

use crate::error::{Context, Error, ErrorKind, Result};
use crate::namespace::Namespace;
use crate::netns::NetNs;
use crate::ops;
use crate::routing::{gone_is_fine, interface, is_main_default, name_default};
use crate::text::printable_name;
use crate::types::Family;
use crate::wire::route;
use crate::wire::route::RouteInfo;

/// See [`Namespace::set_default_route`].
pub(crate) fn set_default_route(ns: &Namespace, source: impl AsRef<[u8]>, family: Family) -> Result<()> {
    let source = source.as_ref();
    set(ns, source, family).doing(|| format!("set the {family} default route by {} in {ns}", printable_name(source)))
}

/// See [`Namespace::remove_default_route`].
pub(crate) fn remove_default_route(ns: &Namespace, family: Family) -> Result<()> {
    unset(&ns.netns, family).doing(|| format!("unset the {family} default route by interface in {ns}"))
}

fn set(ns: &Namespace, source: &[u8], family: Family) -> Result<()> {
    let (interface, link) = interface(ns, source)?;
    let kept = interface.changes.routes.iter().find(|route| route.is_default() && route.family() == family);
    let none = || Error::new(ErrorKind::NotFound, format!("{} was given no default route of that family", link.name));
    let request = route::add_on_link(link.index, *kept.ok_or_else(none)?);
    let by_link =
        |route: &RouteInfo| is_main_default(route) && route.gateway.is_none() && route.link == Some(link.index);
    let set = |routes: &[RouteInfo]| routes.iter().any(by_link);
    ops::route::change(&ns.netns, family, &request, set)
        .map_err(|refusal| name_default(&ns.netns, family, None, refusal))
}

fn unset(netns: &NetNs, family: Family) -> Result<()> {
    for route in ops::route::owned(netns, family)?.into_iter().filter(is_main_default) {
        let (Some(link), None) = (route.link, route.gateway) else { continue };
        let gone = |routes: &[RouteInfo]| !routes.contains(&route);
        gone_is_fine(ops::route::change(netns, family, &route::delete_on_link(link, route.destination), gone))?;
    }
    Ok(())
}
