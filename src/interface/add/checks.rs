//! Refuses foreseeable failures before the first change.
//!
//! A move sets its link down, which the link's peer sees. So whatever can be asked beforehand is asked: names, MTU, IPv6,
//! settings, addresses. `add --dry-run` runs the same checks and nothing else.

use std::collections::HashMap;

use crate::error::{Context, Error, ErrorKind, Result};
use crate::interface::add::address_conflict;
use crate::interface::add::ending::Clash;
use crate::interface::add::plan::Plan;
use crate::interface::config::Ipv6;
use crate::interface::config::interface::Naming;
use crate::interface::config::kind::Kind;
use crate::netns::{NamespaceId, NetNs};
use crate::ops;
use crate::record::origin::Origin;
use crate::text::{one_line, printable, printable_name, with_article};
use crate::types::{IfName, Prefix, Setting};
use crate::wire::link::LinkInfo;
use crate::wire::link::kinds::LinkTrait;

/// Below this MTU the kernel takes IPv6 off a link (RFC 8200 §5).
pub(crate) const IPV6_MIN_MTU: u32 = 1280;
/// The largest MTU of the kinds that can be created, except for a dummy, which takes any.
const CREATED_MAX_MTU: u32 = 65535;
/// A prefix of this length has so few numbers that they can run out.
const LONG_PREFIX: usize = 12;

/// Runs all checks of a list.
///
/// For a created link the kernel itself refuses names and MTUs without having changed anything: these checks run only if `all`
/// asks for them.
pub(crate) fn check(plans: &[Plan<'_>], all: bool) -> Result<()> {
    let all = all || plans.iter().any(|plan| plan.kind().is_none());
    if all {
        check_names(plans)?;
    }
    for plan in plans {
        check_one(plan, all).map_err(|error| plan.request.with_context(error))?;
    }
    address_conflict::check(plans)
}

fn check_one(plan: &Plan<'_>, all: bool) -> Result<()> {
    check_movable(plan)?;
    check_stacked(plan)?;
    check_mtu(plan, all)?;
    check_ipv6(plan, all)?;
    check_sysctls(plan)
}

/// Refuses names that other links have where the plans' links will be, alternative names included.
fn check_names(plans: &[Plan<'_>]) -> Result<()> {
    let mut wanted = Vec::new();
    for (number, plan) in plans.iter().enumerate() {
        let netns = &*plan.request.ns.netns;
        if let Some(earlier) = plans.iter().take(number).find(|earlier| is_same_name(earlier, plan)) {
            let message = format!("{} is to have the same name", earlier.request.link.source);
            return Err(plan.request.with_context(Error::new(ErrorKind::NameTaken, message)));
        }
        wanted.extend(names(plan).into_iter().map(|name| WantedName { number, netns, name }));
        // A pattern is completed with a number that is free.
        if let Some(peer) = plan.kind().and_then(Kind::peer).filter(|peer| !peer.name.ends_with(b"%d")) {
            wanted.push(WantedName { number, netns: &peer.netns, name: peer.name.clone() });
        }
    }
    let mut by_netns: HashMap<NamespaceId, Vec<&WantedName<'_>>> = HashMap::new();
    wanted.iter().for_each(|of| by_netns.entry(of.netns.id()).or_default().push(of));
    let mut taken: Option<(usize, Error)> = None;
    for wanted in by_netns.values() {
        let Some((netns, first)) = wanted.first().and_then(|of| Some((of.netns, plans.get(of.number)?))) else {
            continue;
        };
        let names: Vec<&[u8]> = wanted.iter().map(|of| &*of.name).collect();
        let found = ops::link::find_by_names(netns, &names).map_err(|error| first.request.with_context(error))?;
        for (of, holder) in wanted.iter().zip(found) {
            let (Some(holder), Some(plan)) = (holder, plans.get(of.number)) else { continue };
            let is_first = taken.as_ref().is_none_or(|(number, _)| of.number < *number);
            if is_first
                && !gives_way(plans, of, &holder)
                && !Clash::new(plan).frees_name(plan, netns, &of.name, &holder)?
            {
                taken = Some((of.number, name_taken(of, plan, &holder)));
            }
        }
    }
    let error = taken.and_then(|(number, error)| Some(plans.get(number)?.request.with_context(error)));
    error.map_or_else(|| check_prefixes(plans), Err)
}

/// A name that has to be free.
struct WantedName<'a> {
    number: usize,
    netns: &'a NetNs,
    name: Vec<u8>,
}

/// Returns the names that a link brings: its final name, if known, and its alternative names.
fn names(plan: &Plan<'_>) -> Vec<Vec<u8>> {
    let exact = (!matches!(plan.naming, Naming::Prefix(_))).then(|| plan.name());
    let alternative = match &plan.origin {
        Origin::Moved { snapshot, .. } => snapshot.link.alt_names.clone(),
        Origin::InPlace { .. } | Origin::Created { .. } => Vec::new(),
    };
    exact.into_iter().chain(alternative).collect()
}

fn is_same_name(one: &Plan<'_>, other: &Plan<'_>) -> bool {
    let exact = |plan: &Plan<'_>| !matches!(plan.naming, Naming::Prefix(_));
    exact(one) && exact(other) && one.name() == other.name()
}

/// Returns whether a link with the name is no obstacle: it is the link itself, or it is renamed before.
fn gives_way(plans: &[Plan<'_>], of: &WantedName<'_>, holder: &LinkInfo) -> bool {
    plans.iter().take(of.number + 1).enumerate().any(|(number, plan)| match &plan.origin {
        Origin::InPlace { snapshot } => {
            let is_it = snapshot.link.index == holder.index && plan.request.ns.id() == of.netns.id();
            is_it && (number == of.number || holder.name.as_bytes() == of.name)
        }
        Origin::Moved { .. } | Origin::Created { .. } => false,
    })
}

fn name_taken(of: &WantedName<'_>, plan: &Plan<'_>, holder: &LinkInfo) -> Error {
    // The error has named the target already.
    let place = match of.netns.id() == plan.request.ns.id() {
        true => String::new(),
        false => format!(" in {}", of.netns),
    };
    let name = printable_name(&of.name);
    let message = match holder.name.as_bytes() == of.name {
        true => format!("the name {name} is taken{place} by link {}", holder.index),
        false => format!("the name {name} is taken{place} as an alternative name of {}", holder.name),
    };
    Error::from_errno(libc::EEXIST).with_kind(ErrorKind::NameTaken).context(message)
}

/// Refuses prefixes without a free number. A short prefix has more numbers than a namespace has links.
fn check_prefixes(plans: &[Plan<'_>]) -> Result<()> {
    for plan in plans {
        let Naming::Prefix(prefix) = plan.naming else { continue };
        let pattern = prefix.pattern();
        let Some(text) = pattern.strip_suffix(b"%d").filter(|text| text.len() >= LONG_PREFIX) else { continue };
        let digits = IfName::MAX.saturating_sub(text.len());
        let room = 10usize.saturating_pow(digits as u32);
        let links = ops::link::all(&plan.request.ns.netns).map_err(|error| plan.request.with_context(error))?;
        if links.iter().filter(|link| prefix.covers(&link.name)).count() >= room {
            let message = format!("the prefix {} has no free number in {}", printable_name(text), plan.request.ns);
            return Err(plan.request.with_context(Error::new(ErrorKind::NameTaken, message)));
        }
    }
    Ok(())
}

/// Refuses links that the kernel does not let out of their namespace.
fn check_movable(plan: &Plan<'_>) -> Result<()> {
    match &plan.origin {
        Origin::Moved { home: netns, snapshot, .. } if snapshot.link.immovable => {
            let message = format!("the kernel does not move it out of {netns}");
            Err(Error::from_errno(libc::EINVAL).with_kind(ErrorKind::InvalidArgument).context(message))
        }
        _ => Ok(()),
    }
}

/// Refuses a move that would delete links stacked on the link, unless the caller accepts that.
fn check_stacked(plan: &Plan<'_>) -> Result<()> {
    let Origin::Moved { home, snapshot, .. } = &plan.origin else { return Ok(()) };
    if plan.request.config.allow_stacked {
        return Ok(());
    }
    let mut lost = Vec::new();
    for upper in ops::link::uppers(home, snapshot.link.index)? {
        if let Some(kind) = upper.kind.filter(|kind| LinkTrait::DeletedByMove.is_of(kind)) {
            lost.push(format!("{} ({})", upper.name, printable(&kind)));
        }
    }
    if lost.is_empty() {
        return Ok(());
    }
    let message = format!(
        "a move deletes what is stacked on {} in {home}: {} (allowed with allow_stacked(true), --allow-stacked)",
        snapshot.link.name,
        lost.join(", ")
    );
    Err(Error::new(ErrorKind::InUse, message))
}

/// Refuses an MTU that the link, or the link below it, does not take.
fn check_mtu(plan: &Plan<'_>, all: bool) -> Result<()> {
    let Some(mtu) = plan.request.config.mtu else { return Ok(()) };
    let refuse = |why: String| Err(Error::new(ErrorKind::InvalidArgument, format!("mtu {mtu}: {why}")));
    if let Origin::Moved { snapshot, .. } | Origin::InPlace { snapshot } = &plan.origin {
        let link = &snapshot.link;
        if link.mtu == mtu {
            return Ok(());
        }
        if mtu < link.min_mtu {
            return refuse(format!("{} takes {} at least", link.name, link.min_mtu));
        }
        // 0 means no limit.
        if link.max_mtu != 0 && mtu > link.max_mtu {
            return refuse(format!("{} takes {} at most", link.name, link.max_mtu));
        }
    }
    if let Some(kind) = plan.kind().filter(|kind| !kind.takes_any_mtu() && mtu > CREATED_MAX_MTU) {
        return refuse(format!("{} takes {CREATED_MAX_MTU} at most", with_article(kind.name())));
    }
    match lower(plan).filter(|_| all) {
        Some(lower) if mtu > lower.mtu => refuse(format!("{}, which it is on, has {}", lower.name, lower.mtu)),
        _ => Ok(()),
    }
}

/// Returns the link below, for kinds whose MTU cannot be larger than that of the link below.
fn lower(plan: &Plan<'_>) -> Option<LinkInfo> {
    match &plan.origin {
        Origin::Moved { home, snapshot, .. } => below(home, &snapshot.link),
        Origin::InPlace { snapshot } => below(&plan.request.ns.netns, &snapshot.link),
        Origin::Created { kind, .. } => plan.parent_link.clone().filter(|_| LinkTrait::MtuOfLower.is_of(kind)),
    }
}

fn below(netns: &NetNs, link: &LinkInfo) -> Option<LinkInfo> {
    let index = link.peer.filter(|_| link.is(LinkTrait::MtuOfLower))?;
    // If it cannot be asked, the kernel decides.
    ops::link::get_in(netns, index, link.peer_netns, LinkInfo::parse).ok()
}

/// Refuses IPv6 addresses that the link could not have, and turning IPv6 on or off where that cannot be written.
///
/// A created link with IPv6 addresses rarely needs the write, and the kernel tells once the link exists. So only `all` checks
/// ask for its file: opening that takes longer than all the other checks.
fn check_ipv6(plan: &Plan<'_>, all: bool) -> Result<()> {
    if let Some(address) = plan.all_addresses().into_iter().find(Prefix::is_ipv6) {
        if let Some(why) = against_ipv6(plan) {
            let message = format!("the address {address} cannot be had: {why}");
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
    }
    let Some(wanted) = plan.wants_ipv6().filter(|_| all || plan.request.may_write_settings()) else { return Ok(()) };
    let file = disable_ipv6(plan);
    match ops::setting::check(&plan.request.ns.netns, &file, if wanted { b"0" } else { b"1" }) {
        // Without /proc, and without IPv6, nothing can be written; the add decides later what that means.
        Err(error) if matches!(error.kind(), ErrorKind::NotSupported | ErrorKind::NotFound) => Ok(()),
        checked => checked.map_err(|error| cannot_switch_ipv6(plan, wanted, error)),
    }
}

/// Returns why the link cannot have an IPv6 address, as far as that is known.
fn against_ipv6(plan: &Plan<'_>) -> Option<String> {
    let config = plan.request.config;
    let mtu = config.mtu.or(plan.origin.snapshot().map(|snapshot| snapshot.link.mtu));
    match (config.ipv6, mtu) {
        (Ipv6::Off, _) => Some("IPv6 is to be off".to_owned()),
        (_, Some(mtu)) if mtu < IPV6_MIN_MTU => {
            Some(format!("IPv6 takes an MTU of {IPV6_MIN_MTU} at least, and the link's is {mtu}"))
        }
        (Ipv6::Keep, _) => {
            let disabled = ops::setting::read(&plan.request.ns.netns, &disable_ipv6(plan));
            disabled.is_ok_and(|value| value != b"0").then(|| "IPv6 is disabled there, and is to be kept so".to_owned())
        }
        _ => None,
    }
}

/// Returns the file that turns IPv6 off on the link; the one for new links, if the link is not there yet.
pub(super) fn disable_ipv6(plan: &Plan<'_>) -> Setting {
    let own = Setting::disable_ipv6(&plan.request.link.source);
    match &plan.origin {
        Origin::InPlace { snapshot } => own.of_interface(&snapshot.link.name),
        Origin::Moved { .. } | Origin::Created { .. } => own.of_new_interfaces(),
    }
}

/// Tells how to do without a setting that cannot be written.
pub(super) fn cannot_switch_ipv6(plan: &Plan<'_>, wanted: bool, error: Error) -> Error {
    let address = plan.all_addresses().into_iter().find(Prefix::is_ipv6);
    let (verb, address) = match address.filter(|_| wanted) {
        Some(address) => ("enable", format!(" for the address {address}")),
        None if wanted => ("enable", String::new()),
        None => ("disable", String::new()),
    };
    let context = format!("{verb} IPv6{address} (to leave IPv6 as it is: Ipv6::Keep, --set-ipv6 keep)");
    error.with_kind(ErrorKind::Sysctl).context(context)
}

/// Refuses settings that do not exist or cannot be written.
fn check_sysctls(plan: &Plan<'_>) -> Result<()> {
    let netns = &plan.request.ns.netns;
    for sysctl in &plan.request.config.sysctls {
        let doing = || format!("sysctl {}", one_line(&sysctl.to_string()));
        if let Some(name) = IfName::from_kernel(&plan.name()).filter(IfName::stands_for_all_links) {
            let message = format!("a link named {name} has no settings of its own: its file is that of all links");
            return Err(Error::new(ErrorKind::Sysctl, message)).doing(doing);
        }
        let setting = sysctl.of(&plan.request.link.source);
        let setting = match &plan.origin {
            Origin::InPlace { snapshot } => setting.of_interface(&snapshot.link.name),
            Origin::Moved { .. } | Origin::Created { .. } => setting.of_new_interfaces(),
        };
        let checked = ops::setting::check(netns, &setting, sysctl.value().as_bytes());
        checked.map_err(|error| error.with_kind(ErrorKind::Sysctl)).doing(doing)?;
    }
    for sysctl in &plan.request.config.netns_sysctls {
        let checked = ops::setting::check(netns, &sysctl.setting(), sysctl.value().as_bytes());
        let checked = checked.map_err(|error| error.with_kind(ErrorKind::Sysctl));
        checked.doing(|| format!("sysctl {}", one_line(&sysctl.to_string())))?;
    }
    Ok(())
}
