//! Tells what an add will do, from its plan: the same steps that the add takes.

use std::fmt;

use crate::error::Result;
use crate::interface::add::checks;
use crate::interface::add::configure;
use crate::interface::add::plan::Plan;
use crate::interface::add::veth_peer;
use crate::interface::config::interface::Naming;
use crate::ops;
use crate::record::origin::Origin;
use crate::text::{name_or_prefix, one_line, with_article};
use crate::types::{IfName, MacAddr};
use crate::wire::link::LinkInfo;

/// The MTU and the queue length of most links that are created.
const CREATED: (u32, u32) = (1500, 1000);

/// One step of an add that has been planned, and not carried out.
///
/// Printed, the step says what would be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedStep {
    source: IfName,
    does: String,
    inverse: Option<String>,
}

impl PlannedStep {
    /// Returns the source name of the interface that the step is about.
    #[must_use]
    pub fn source_name(&self) -> IfName {
        self.source
    }

    /// Returns how an add that fails later undoes the step.
    ///
    /// `None` if the inverse of the interface's first step covers this step, too.
    #[must_use]
    pub fn inverse(&self) -> Option<&str> {
        self.inverse.as_deref()
    }
}

impl fmt::Display for PlannedStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.does)
    }
}

/// Returns the steps of plans, in the order in which an add takes them.
pub(super) fn steps(plans: &[Plan<'_>]) -> Result<Vec<PlannedStep>> {
    let links: Vec<LinkInfo> = plans.iter().filter_map(expected).collect();
    let mut steps: Vec<PlannedStep> = plans.iter().map(arrival).collect();
    let step = |plan: &Plan<'_>, does| PlannedStep { source: plan.request.link.source, does, inverse: None };
    for (plan, link) in plans.iter().zip(&links) {
        steps.extend(veth_peer::describe(plan, link, &links)?.into_iter().map(|does| step(plan, does)));
    }
    for (number, does) in configure::describe(plans, &links)? {
        steps.extend(plans.get(number).map(|plan| step(plan, format!("{does} in {}", plan.request.ns))));
    }
    for (plan, link) in plans.iter().zip(&links) {
        steps.extend(ending(plan, link).map(|does| step(plan, does)));
    }
    Ok(steps)
}

/// Returns the first step: the link gets into its namespace.
fn arrival(plan: &Plan<'_>) -> PlannedStep {
    let (ns, config) = (plan.request.ns, plan.request.config);
    let name = name_or_prefix(&plan.name());
    let (does, inverse) = match &plan.origin {
        Origin::Moved { home, snapshot, .. } => {
            let was = &snapshot.link.name;
            (
                format!("move {was} from {home} to {ns} as {name}"),
                format!("bring it home to {home} as {was}, as it was"),
            )
        }
        Origin::InPlace { snapshot } if snapshot.link.name.as_bytes() != plan.name() => (
            format!("rename {} to {name} in {ns}", snapshot.link.name),
            "give back its name and what it has now".into(),
        ),
        Origin::InPlace { snapshot } => {
            (format!("take {} in place in {ns}", snapshot.link.name), "give back what it has now".into())
        }
        Origin::Created { .. } => {
            let kind = plan.kind().map_or_else(String::new, |kind| kind.to_string());
            (format!("create {} as {name} in {ns}", with_article(&one_line(&kind))), "delete it".to_owned())
        }
    };
    let rules = if config.rules.is_empty() { "" } else { ", and delete its rules" };
    PlannedStep { source: plan.request.link.source, does, inverse: Some(format!("{inverse}{rules}")) }
}

/// Returns the steps after the last change: waiting, verifying, and announcing.
fn ending(plan: &Plan<'_>, link: &LinkInfo) -> impl Iterator<Item = String> {
    let config = plan.request.config;
    let (wait, announce, name) = (config.wait, config.announce, link.name);
    let state = if wait.running { "running" } else { "up" };
    let waits = !config.down && !wait.timeout.is_zero();
    let waiting = waits.then(|| format!("wait {:?} at most for {name} to be {state}", wait.timeout));
    let announces = !config.down && announce.count() > 0 && !plan.all_addresses().is_empty();
    let announcing = || format!("announce the addresses of {name} {} times", announce.count());
    let verifying = config.verify.as_ref().map(|_| format!("verify {name}"));
    waiting.into_iter().chain(verifying).chain(announces.then(announcing))
}

/// Returns the link as it will be when it has got into its namespace.
fn expected(plan: &Plan<'_>) -> Option<LinkInfo> {
    let mut link = match &plan.origin {
        Origin::Moved { snapshot, .. } => {
            let mut link = snapshot.link.clone();
            link.master = None;
            let disabled = ops::setting::read(&plan.request.ns.netns, &checks::disable_ipv6(plan));
            if let (Some(inet6), Ok(value)) = (&mut link.inet6, disabled) {
                inet6.disabled = value != b"0";
            }
            link
        }
        Origin::InPlace { snapshot } => snapshot.link.clone(),
        Origin::Created { .. } => created(plan)?,
    };
    link.index = plan.index;
    if !matches!(plan.naming, Naming::Keep) {
        link.name = IfName::from_kernel(&plan.name())?;
    }
    Some(link)
}

/// Returns a link that will be created, as far as it is known beforehand.
fn created(plan: &Plan<'_>) -> Option<LinkInfo> {
    let (mtu, queue) = CREATED;
    let mac = plan.mac().filter(|mac: &MacAddr| !mac.is_zero());
    let mtu = plan.parent_link.as_ref().map_or(mtu, |parent| parent.mtu);
    Some(LinkInfo { mac, mtu, tx_queue_len: queue, ..LinkInfo::named(plan.index, IfName::from_kernel(&plan.name())?) })
}
