//! `gateway`, `default`, `route`, `rule`, `neigh`, `alias`, `vip`.

use std::ffi::OsStr;

use netgraft::{Gateway, IfName, Namespace, Neighbour, Route, Rule};

use crate::args::{
    AliasAction, AliasArgs, DefaultAction, DefaultArgs, GatewayAction, GatewayArgs, InterfaceArgs, NeighAction,
    NeighArgs, NeighPlace, RouteAction, RouteArgs, RouteWords, RuleAction, RuleArgs, RuleWords,
};
use crate::failure::Failure;
use crate::report::Report;
use crate::report::routing::{RouteReport, RuleReport};
use crate::session::Session;
use crate::values::Netns;

pub(crate) fn gateway(args: &GatewayArgs, session: &mut Session) -> Result<Report, Failure> {
    match &args.action {
        GatewayAction::Set { address, onlink, link, metric, replace } => {
            let mut gateway = Gateway::new(*address).metric(metric.unwrap_or(0));
            if *onlink {
                gateway = gateway.onlink();
            }
            if let Some(source) = link {
                gateway = gateway.link(name(source)?);
            }
            if *replace {
                gateway = gateway.replace();
            }
            call(&args.netns, session, |namespace| namespace.set_gateway(gateway))
        }
        GatewayAction::Unset { family } => {
            call(&args.netns, session, |namespace| namespace.remove_gateway((*family).into()))
        }
        GatewayAction::Get => {
            let namespace = session.namespace(&args.netns)?;
            Ok(Report::Gateways(session.timed(|| namespace.gateways())?.into()))
        }
    }
}

pub(crate) fn default(args: &DefaultArgs, session: &mut Session) -> Result<Report, Failure> {
    call(&args.netns, session, |namespace| match &args.action {
        DefaultAction::Set { source, family } => {
            namespace.set_default_route(source_in(namespace, source), (*family).into())
        }
        DefaultAction::Unset { family } => namespace.remove_default_route((*family).into()),
    })
}

pub(crate) fn route(args: &RouteArgs, session: &mut Session) -> Result<Report, Failure> {
    match &args.action {
        RouteAction::Add { route, source, mtu, replace, blackhole, unreachable } => {
            let mut route = match (blackhole, unreachable) {
                (true, _) => Route::blackhole(route.destination),
                (_, true) => Route::unreachable(route.destination),
                _ if route.next_hops.is_empty() => {
                    return Err(Failure::usage("the route needs an ADDRESS, --blackhole or --unreachable"));
                }
                _ => by_next_hops(route)?,
            }
            .metric(route.metric.unwrap_or(0))
            .table(route.table.unwrap_or(0));
            if let Some(mtu) = mtu {
                route = route.mtu(*mtu);
            }
            let route = source.map_or(Ok(route.clone()), |source| route.source(source)).map_err(value)?;
            call(&args.netns, session, |namespace| match replace {
                true => namespace.replace_route(route),
                false => namespace.add_route(route),
            })
        }
        RouteAction::Del { route } => {
            let wanted =
                if route.next_hops.is_empty() { Route::blackhole(route.destination) } else { by_next_hops(route)? };
            let wanted = wanted.metric(route.metric.unwrap_or(0)).table(route.table.unwrap_or(0));
            call(&args.netns, session, |namespace| namespace.remove_route(wanted))
        }
        RouteAction::List => {
            let namespace = session.namespace(&args.netns)?;
            let routes = session.timed(|| namespace.routes())?;
            Ok(Report::Routes { routes: routes.iter().map(RouteReport::from).collect() })
        }
    }
}

pub(crate) fn rule(args: &RuleArgs, session: &mut Session) -> Result<Report, Failure> {
    match &args.action {
        RuleAction::Add(words) => {
            let rule = rule_of(words)?;
            call(&args.netns, session, |namespace| namespace.add_rule(rule))
        }
        RuleAction::Del(words) => {
            let rule = rule_of(words)?;
            call(&args.netns, session, |namespace| namespace.remove_rule(rule))
        }
        RuleAction::List => {
            let namespace = session.namespace(&args.netns)?;
            let rules = session.timed(|| namespace.rules())?;
            Ok(Report::Rules { rules: rules.iter().map(RuleReport::from).collect() })
        }
    }
}

pub(crate) fn neigh(args: &NeighArgs, session: &mut Session) -> Result<Report, Failure> {
    match &args.action {
        NeighAction::Add { address, mac, place } => {
            let neighbour = neighbour(Neighbour::new(*address), place)?;
            call(&args.netns, session, |namespace| namespace.add_neighbour(neighbour, *mac))
        }
        NeighAction::Del { address, mac, place } => {
            let neighbour = neighbour(Neighbour::new(*address), place)?;
            call(&args.netns, session, |namespace| namespace.remove_neighbour(neighbour, *mac))
        }
    }
}

pub(crate) fn alias(args: &AliasArgs, session: &mut Session) -> Result<Report, Failure> {
    let namespace = session.namespace(&args.netns)?;
    session.timed(|| match &args.action {
        AliasAction::Add(words) => namespace.add_extra_address(words.device.as_encoded_bytes(), words.address),
        AliasAction::Del(words) => namespace.remove_extra_address(words.device.as_encoded_bytes(), words.address),
    })?;
    Ok(Report::Nothing)
}

pub(crate) fn vip(args: &InterfaceArgs, session: &mut Session) -> Result<Report, Failure> {
    call(&args.netns, session, |namespace| namespace.disable_arp_for_vip(source_in(namespace, &args.source)))
}

pub(crate) fn ipvs(netns: &Netns, session: &mut Session) -> Result<Report, Failure> {
    call(netns, session, Namespace::tune_load_balancer)
}

/// Makes a call that may look for an interface by its source name.
fn call(
    netns: &Netns,
    session: &mut Session,
    call: impl FnOnce(&Namespace) -> netgraft::Result<()>,
) -> Result<Report, Failure> {
    let namespace = session.seen(netns)?;
    session.timed(|| call(&namespace))?;
    Ok(Report::Nothing)
}

/// Returns the source name for a word: the word itself, or that of the interface with this present name.
fn source_in(namespace: &Namespace, word: &OsStr) -> Vec<u8> {
    let word = word.as_encoded_bytes();
    match (namespace.interface(word), namespace.interface_by_name(word)) {
        (Err(_), Ok(interface)) => interface.source_name().as_bytes().to_vec(),
        _ => word.to_vec(),
    }
}

/// Refuses a value of the command line.
fn value(error: netgraft::Error) -> Failure {
    Failure::from(error).or_usage()
}

fn name(source: &OsStr) -> netgraft::Result<IfName> {
    IfName::new(source.as_encoded_bytes())
}

fn by_next_hops(words: &RouteWords) -> Result<Route, Failure> {
    let mut next_hops = words.next_hops.iter();
    let first = next_hops.next().copied().unwrap_or(std::net::Ipv4Addr::UNSPECIFIED.into());
    let first = Route::new(words.destination, first).map_err(value)?;
    next_hops.try_fold(first, |route, next_hop| route.next_hop(*next_hop)).map_err(value)
}

fn rule_of(words: &RuleWords) -> netgraft::Result<Rule> {
    let mut rule = Rule::table(words.table);
    if let Some(from) = words.from {
        rule = rule.from(from)?;
    }
    if let Some(to) = words.to {
        rule = rule.to(to)?;
    }
    if let Some(iif) = &words.iif {
        rule = rule.iif(name(iif)?);
    }
    if let Some(mark) = words.fwmark {
        rule = rule.fwmark(mark);
    }
    if let Some(priority) = words.priority {
        rule = rule.priority(priority);
    }
    Ok(rule)
}

fn neighbour(neighbour: Neighbour, place: &NeighPlace) -> netgraft::Result<Neighbour> {
    let neighbour = match &place.link {
        Some(source) => neighbour.link(name(source)?),
        None => neighbour,
    };
    Ok(if place.bridge { neighbour.bridge() } else { neighbour })
}
