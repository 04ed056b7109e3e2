//! Setting everything on links that are in their namespace: the steps of an add behind the move.

mod steps;
mod target;

use crate::error::{Error, ErrorKind, Result};
use crate::interface::add::configure::steps::ConfigStep;
use crate::interface::add::configure::target::{ConfigTarget, sysctl_step};
use crate::interface::add::ending::Clash;
use crate::interface::add::plan::Plan;
use crate::interface::add::probe;
use crate::text::one_line;
use crate::wire::link::LinkInfo;
use crate::wire::message::Message;
use std::thread;
use std::time::Duration;

/// How often, and how far apart, setting a link up is tried again when it is busy.
const BUSY_RETRIES: u32 = 3;
const BUSY_PAUSE: Duration = if cfg!(fuzzing) { Duration::ZERO } else { Duration::from_millis(10) };

/// Configures links in the promised order, and tells what they are like afterwards.
///
/// Whatever the kernel can work through in one go is sent in one datagram, for all of them. It goes on behind a step
/// that it refuses, so that what others would see, a link coming up, has one of its own.
pub(crate) fn configure(plans: &[Plan<'_>], placed: &[LinkInfo]) -> Result<Vec<LinkInfo>> {
    let mut targets = Vec::with_capacity(plans.len());
    for (plan, link) in plans.iter().zip(placed) {
        targets.push(ConfigTarget::new(plan, link, placed).map_err(|error| plan.request.with_context(error))?);
    }
    take(&targets, ConfigTarget::before_settings, |error, doing| error.context(doing))?;
    for target in &mut targets {
        target.write_sysctls().map_err(|error| target.plan.request.with_context(error))?;
    }
    let started = start(&targets)?;
    if targets.iter().any(ConfigTarget::is_probed) {
        probe::probe(plans, &started)?;
        take(&targets, ConfigTarget::after_probes, explain)?;
    }
    Ok(started)
}

/// Tells what [`configure`] does, in its order: for each step the number of its plan, and the step's words.
pub(super) fn describe(plans: &[Plan<'_>], placed: &[LinkInfo]) -> Result<Vec<(usize, String)>> {
    let mut targets = Vec::with_capacity(plans.len());
    let mut told = Vec::new();
    for (number, (plan, link)) in plans.iter().zip(placed).enumerate() {
        let target = ConfigTarget::unchanged(plan, link, placed).map_err(|error| plan.request.with_context(error))?;
        let switched = target.ipv6_to_set(link).map_err(|error| plan.request.with_context(error))?;
        told.extend(switched.map(|on| (number, target.switching_ipv6(on))));
        targets.push(target);
    }
    let words = |steps: Vec<ConfigStep>| steps.into_iter().map(|step| step.doing).collect();
    type Phase<'p> = &'p dyn Fn(&ConfigTarget<'_>) -> Vec<String>;
    let phases: [Phase<'_>; 5] = [
        &|target| words(target.before_settings()),
        &|target| {
            let of_netns = target.config.netns_sysctls.iter();
            of_netns.map(|sysctl| format!("write sysctl {} of the namespace", one_line(&sysctl.to_string()))).collect()
        },
        &|target| target.config.sysctls.iter().map(|sysctl| sysctl_step(sysctl, target.link)).collect(),
        &|target| words(target.bring_up()),
        &|target| words(target.after_probes()),
    ];
    for phase in phases {
        for (number, target) in targets.iter().enumerate() {
            told.extend(phase(target).into_iter().map(|words| (number, words)));
        }
    }
    Ok(told)
}

/// Has steps taken in one datagram; the first refusal is the error.
fn take<'a>(
    targets: &[ConfigTarget<'a>],
    steps_of: impl Fn(&ConfigTarget<'a>) -> Vec<ConfigStep>,
    explain: impl Fn(Error, &str) -> Error,
) -> Result<()> {
    let mut requests = Vec::new();
    let mut steps = Vec::new();
    for target in targets {
        for step in steps_of(target) {
            requests.push(step.request(target.netns));
            steps.push((target, step.doing));
        }
    }
    let Some((first, _)) = steps.first() else { return Ok(()) };
    let refusals = first.netns.batch(&requests, |_, _| {}).map_err(|error| first.plan.request.with_context(error))?;
    for (number, error) in refusals {
        let (Some((target, doing)), Some(request)) = (steps.get(number), requests.get(number)) else { continue };
        target.try_again(request, error).map_err(|error| target.plan.request.with_context(explain(error, doing)))?;
    }
    Ok(())
}

/// Sets links up, adds what needs them to be, and reads each in the same datagram. Those that are busy are tried
/// again.
fn start(targets: &[ConfigTarget<'_>]) -> Result<Vec<LinkInfo>> {
    let mut started: Vec<Option<LinkInfo>> = targets.iter().map(|_| None).collect();
    let mut pending: Vec<(usize, &ConfigTarget<'_>)> = targets.iter().enumerate().collect();
    let mut retries = 0;
    let mut clash = None;
    while let Some((_, first)) = pending.first() {
        let mut requests = Vec::new();
        let mut steps = Vec::new();
        for (number, target) in &pending {
            for (position, step) in target.start().into_iter().enumerate() {
                requests.push(step.request(target.netns));
                steps.push((*number, *target, position, step.doing));
            }
        }
        let read = |request: usize, message: &Message<'_>| {
            let started = steps.get(request).and_then(|(number, ..)| started.get_mut(*number));
            if let Some(started) = started {
                *started = LinkInfo::parse(message.payload);
            }
        };
        let refusals = first.netns.batch(&requests, read).map_err(|error| first.plan.request.with_context(error))?;
        let mut busy: Vec<(usize, &ConfigTarget<'_>)> = Vec::new();
        for (request, error) in refusals {
            let Some((number, target, position, doing)) = steps.get(request) else { continue };
            // What is refused behind that needs the link to be up.
            if busy.last().is_some_and(|(last, _)| last == number) {
                continue;
            }
            let again = match error.errno() {
                _ if *position > 0 => Err(error),
                Some(libc::EBUSY) if retries < BUSY_RETRIES => Ok(()),
                Some(libc::EADDRINUSE) => {
                    let clash = clash.get_or_insert_with(|| Clash::new(target.plan));
                    clash.frees_mac(target.plan, target.link, error)
                }
                _ => Err(error),
            };
            again.map_err(|error| target.plan.request.with_context(explain(error, doing)))?;
            log::debug!("{} is busy, trying again", target.link.name);
            busy.push((*number, target));
        }
        if !busy.is_empty() {
            retries += 1;
            thread::sleep(BUSY_PAUSE);
        }
        pending = busy;
    }
    let gone = |target: &ConfigTarget<'_>| Error::new(ErrorKind::NotFound, format!("{} is gone", target.link.name));
    let started = started.into_iter().zip(targets);
    started.map(|(link, target)| link.ok_or_else(|| target.plan.request.with_context(gone(target)))).collect()
}

/// A refusal of a step behind the settings: that no route leads to a next hop is a kind of its own.
fn explain(error: Error, doing: &str) -> Error {
    let is_unreachable = matches!(error.errno(), Some(libc::ENETUNREACH | libc::EHOSTUNREACH));
    let error = if is_unreachable { error.with_kind(ErrorKind::Unreachable) } else { error };
    error.context(doing)
}

#[cfg(test)]
mod tests;
