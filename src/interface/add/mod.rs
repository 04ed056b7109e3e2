//! The ordered steps of an add, all or nothing.
//!
//! Each step is taken for all requests of a list before the next step, so that they share the conversations with the kernel.

mod address_conflict;
pub(crate) mod announce;
pub(crate) mod attach;
mod checks;
mod configure;
mod create;
mod ending;
mod link_cache;
mod link_ref;
mod plan;
mod planning;
mod preview;
mod probe;
mod reasons;
mod request;
mod rollback;
mod routing_conflict;
mod veth_peer;
pub(crate) mod wait;

use crate::error::{Error, ErrorKind, Result};
use crate::interface::Interface;
use crate::interface::add::announce::Pending;
use crate::interface::add::attach::place;
use crate::interface::add::configure::configure;
use crate::interface::add::plan::Plan;
pub use crate::interface::add::preview::PlannedStep;
use crate::interface::add::request::AddRequest;
use crate::interface::add::rollback::roll_back;
use crate::interface::add::wait::ReadyLink;
use crate::interface::config::InterfaceConfig;
use crate::interface::config::link::{Link, LinkSource};
use crate::interface::rollback::combine;
use crate::journal::guard::JournalGuard;
use crate::journal::{Batch, Entry, Journal, Stage};
use crate::namespace::{Namespace, lookup};
use crate::netns::OperationGuard;
use crate::netns::lock::{LinkLocks, Lockable};
use crate::ops;
use crate::record::identity::Identity;
use crate::record::interface::{InterfaceRecord, Requested};
use crate::record::origin::Origin;
use crate::record::registry::Reservation;
use crate::types::{IfName, MacAddr, Prefix};
use crate::wire::link::LinkInfo;

/// Adds interfaces.
pub(crate) fn add(ns: &Namespace, list: &[(Link, InterfaceConfig)]) -> Result<Vec<Interface>> {
    let requests = AddRequest::all(ns, list);
    let Prepared { mut plans, reservations, _locks, _guards } = prepare(ns, &requests, false)?;
    let spare = ns.netns.spare_descriptor()?;
    let mut list = None;
    let added = match carry_out(&mut plans, &mut list) {
        Ok(added) => added,
        Err(error) => {
            drop(spare);
            return Err(combine(error, roll_back(plans, list)));
        }
    };
    let changes: Vec<Requested> = plans.iter().map(Plan::changes).collect();
    let prefixes: Vec<Vec<Prefix>> = changes.iter().map(Requested::prefixes).collect();
    let announcing = plans.iter().zip(&added).zip(&prefixes).filter_map(|((plan, added), addresses)| {
        let announce = plan.request.config.announce;
        Some(Pending { up: added.up.as_ref()?, addresses, announce })
    });
    announce::announce(ns, &announcing.collect::<Vec<_>>(), || true);
    let placed = plans.into_iter().zip(added).zip(changes).zip(reservations);
    let interfaces = placed.map(|(((plan, added), changes), reservation)| {
        let link = added.configured;
        let identity = Identity::of(&link);
        let serial = plan.journal.serial();
        let present =
            InterfaceRecord { serial, index: link.index, name: link.name, identity, origin: plan.origin, changes };
        let (record, present) = reservation.commit(present);
        Interface::new(ns.clone(), record, present)
    });
    Ok(interfaces.collect())
}

/// Returns the steps of [`add`], after the same checks, and changes nothing.
pub(crate) fn plan(ns: &Namespace, list: &[(Link, InterfaceConfig)]) -> Result<Vec<PlannedStep>> {
    let requests = AddRequest::all(ns, list);
    preview::steps(&prepare(ns, &requests, true)?.plans)
}

/// An add that has passed all checks, and the locks that keep others out.
struct Prepared<'a> {
    plans: Vec<Plan<'a>>,
    reservations: Vec<Reservation<'a>>,
    _locks: LinkLocks,
    _guards: Vec<(OperationGuard<'a>, Option<OperationGuard<'a>>)>,
}

/// Plans an add and checks the plans. `all` asks also for checks that the kernel makes itself without changing anything.
fn prepare<'a>(ns: &'a Namespace, requests: &[AddRequest<'a>], all: bool) -> Result<Prepared<'a>> {
    each(requests, |request| validate(request.link, request.config))?;
    let guards = each(requests, |request| {
        Ok((ns.netns.enter()?, request.link.origin.elsewhere().map(|netns| netns.enter()).transpose()?))
    })?;
    let mut locks = lock_existing(ns, requests)?;
    let reservations = each(requests, |request| reserve(ns, request.link.source))?;
    let plans = planning::plan_all(requests, &mut locks)?;
    // From here on, a destroy of the namespace waits for the locks.
    if let (Some(_), Some(first)) = (ns.registry.journal(), requests.first()) {
        ns.netns.check_path().map_err(|error| first.with_context(error))?;
    }
    checks::check(&plans, all)?;
    routing_conflict::check(&plans)?;
    Ok(Prepared { plans, reservations, _locks: locks, _guards: guards })
}

/// Locks the existing links, so that their snapshots show nothing half done.
fn lock_existing(ns: &Namespace, requests: &[AddRequest<'_>]) -> Result<LinkLocks> {
    let existing = each(requests, |AddRequest { link, .. }| {
        let netns = match &link.origin {
            LinkSource::Existing(home) => home,
            LinkSource::InPlace => &ns.netns,
            LinkSource::Created(_) => return Ok(None),
        };
        let found = ops::link::find_by_name(netns, &link.source)?;
        Ok(found.map(|found| Lockable::link(netns.id(), found.index)))
    })?;
    let file = ns.registry.journal().and_then(Journal::lock_file);
    let waited = LinkLocks::wait(file, existing.into_iter().flatten());
    waited.map_err(|error| match requests {
        [first, ..] => first.with_context(error),
        [] => error,
    })
}

/// Enters an interface on the list, unless its source name is taken.
fn reserve(ns: &Namespace, source: IfName) -> Result<Reservation<'_>> {
    if ns.registry.by_source(&source).is_some() {
        // Another process may have removed it.
        lookup::by_source(ns, &source)?;
    }
    ns.registry.reserve(source)
}

/// Does something for each request; the first failure says which request it is about.
fn each<'a, T>(requests: &[AddRequest<'a>], act: impl Fn(&AddRequest<'a>) -> Result<T>) -> Result<Vec<T>> {
    requests.iter().map(|request| act(request).map_err(|error| request.with_context(error))).collect()
}

/// Refuses impossible requests, before anything is touched.
pub(crate) fn validate(link: &Link, config: &InterfaceConfig) -> Result<()> {
    config.all_addresses().try_for_each(Prefix::check_assignable)?;
    config.mac.map_or(Ok(()), MacAddr::check_assignable)?;
    if let Some(address) = config.link_local.iter().find(|address| !address.is_link_local()) {
        let message = format!("{address} is not a link-local address (169.254.0.0/16, fe80::/10)");
        return Err(Error::new(ErrorKind::InvalidArgument, message));
    }
    config.check_routing()?;
    config.check_down()?;
    config.check_netns_sysctls()?;
    match &link.origin {
        LinkSource::Created(kind) if config.mac.is_some() => match kind.refuses_mac() {
            Some(why) => Err(Error::new(ErrorKind::InvalidArgument, why)),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Writes down all changes before the first one is made. Several requests are completed as one.
fn begin(plans: &mut [Plan<'_>], list: &mut Option<Batch>) -> Result<()> {
    let Some(first) = plans.first().map(|plan| plan.request) else { return Ok(()) };
    if let Some(journal) = first.ns.registry.journal().filter(|_| plans.len() > 1) {
        *list = Some(journal.begin_batch(first.ns.id()).map_err(|error| first.with_context(error))?);
    }
    for (position, plan) in plans.iter_mut().enumerate() {
        let place = list.as_ref().map(|list| list.slot(position));
        let begun = JournalGuard::begin(plan.request.ns.registry.journal(), || Entry { place, ..plan.entry() });
        plan.journal = begun.map_err(|error| plan.request.with_context(error))?;
    }
    Ok(())
}

/// Runs the callers' tests of the result. An add whose test took long may have been cancelled.
fn verify(plans: &[Plan<'_>], configured: &[LinkInfo]) -> Result<()> {
    let mut is_tested = false;
    for (plan, link) in plans.iter().zip(configured) {
        let Some(test) = &plan.request.config.verify else { continue };
        is_tested = true;
        if let Err(error) = test.run(link.name) {
            wait::check_cancelled(plans)?;
            return Err(plan.request.with_context(error));
        }
    }
    if is_tested { wait::check_cancelled(plans) } else { Ok(()) }
}

/// Outcome for a link.
struct Added {
    /// The link when it was configured.
    configured: LinkInfo,
    /// `None` if the link has not come up.
    up: Option<ReadyLink>,
}

/// Takes all steps up to the announcement.
fn carry_out(plans: &mut [Plan<'_>], list: &mut Option<Batch>) -> Result<Vec<Added>> {
    begin(plans, list)?;
    let placed = place(plans)?;
    let configured = configure(plans, &placed)?;
    let settled = wait::wait(plans, &configured)?;
    wait::check_cancelled(plans)?;
    verify(plans, &configured)?;
    for (plan, link) in plans.iter_mut().zip(&configured) {
        let origin = &plan.origin;
        let present = plan.journal.update(|entry| {
            if let Origin::Created { .. } = origin {
                entry.origin = origin.reference();
            }
            entry.name = link.name.as_bytes().to_vec();
            entry.identity = Some(Identity::of(link));
            entry.stage = Stage::Present;
        });
        present.map_err(|error| plan.request.with_context(error))?;
    }
    if let (Some(list), Some(plan)) = (list, plans.first()) {
        list.finish().map_err(|error| plan.request.with_context(error))?;
    }
    Ok(configured.into_iter().zip(settled).map(|(configured, up)| Added { configured, up }).collect())
}
