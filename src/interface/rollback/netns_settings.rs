//! Settings of a namespace itself that an add asked for: reads their values, and restores them.

use crate::error::{ErrorKind, Result};
use crate::interface::config::InterfaceConfig;
use crate::interface::rollback::{Problems, RollbackError};
use crate::namespace::{Namespace, lookup};
use crate::ops;
use crate::record::interface::Requested;
use crate::record::snapshot::NetnsSetting;
use crate::types::{IfName, Setting};

/// Who asks for the restoration. The initial namespace keeps its settings, except after a failed add.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Memory {
    /// An add that failed.
    Add,
    /// The record of a removed interface, or an entry of the journal.
    Record,
}

/// Reads the settings that a configuration asks for, before the add.
pub(crate) fn settings_before(ns: &Namespace, source: IfName, config: &InterfaceConfig) -> Result<Vec<NetnsSetting>> {
    if config.netns_sysctls.is_empty() {
        return Ok(Vec::new());
    }
    let others = asked_by_others(ns, source)?;
    let before = config.netns_sysctls.iter().map(|sysctl| {
        let setting = sysctl.setting();
        let is = ops::setting::read(&ns.netns, &setting).ok();
        // Another interface set the present value: the value before that one is the value before both.
        let same = others.iter().find(|other| other.setting == setting && Some(&other.asked) == is.as_ref());
        let before = same.map_or(is, |other| other.before.clone());
        NetnsSetting { setting, before, asked: sysctl.value().as_bytes().to_vec() }
    });
    Ok(before.collect())
}

/// Restores settings that still have the value that the add asked for. If another recorded interface asked for a setting, the
/// setting gets that interface's value.
pub(crate) fn give_back(
    ns: &Namespace,
    source: IfName,
    requested: &Requested,
    memory: Memory,
) -> std::result::Result<(), RollbackError> {
    if requested.netns_settings.is_empty() {
        return Ok(());
    }
    if memory == Memory::Record && may_be_initial(ns) {
        log::warn!("settings of {ns} itself that {source} asked for stay: it may be the initial namespace");
        return Ok(());
    }
    let mut problems = Problems::default();
    let others = match asked_by_others(ns, source) {
        Ok(others) => others,
        Err(error) => {
            problems.note("settings of the namespace", Err(error));
            return problems.into_result(format!("in {ns}"));
        }
    };
    for own in &requested.netns_settings {
        problems.note(&own.setting, give_one_back(ns, own, &others));
    }
    problems.into_result(format!("in {ns}"))
}

fn give_one_back(ns: &Namespace, own: &NetnsSetting, others: &[NetnsSetting]) -> Result<()> {
    let is = ops::setting::read(&ns.netns, &own.setting)?;
    if !ops::setting::is_same(&is, &own.asked) {
        return Ok(());
    }
    let other = others.iter().rev().find(|other| other.setting == own.setting).map(|other| &other.asked);
    match other.or(own.before.as_ref()) {
        Some(value) => ops::setting::write(&ns.netns, &own.setting, value).map(drop),
        None => {
            log::warn!("{} in {ns} keeps its value: the value before is not known", own.setting);
            Ok(())
        }
    }
}

/// Returns the requests of the other recorded interfaces of a namespace, the oldest first.
fn asked_by_others(ns: &Namespace, source: IfName) -> Result<Vec<NetnsSetting>> {
    let others = lookup::all(ns)?.into_iter().filter(|(record, _)| record.source != source);
    Ok(others.flat_map(|(_, present)| present.changes.netns_settings.clone()).collect())
}

/// Returns whether a namespace is the initial one, or cannot be told from it: only that one has the settings of the whole
/// kernel.
fn may_be_initial(ns: &Namespace) -> bool {
    let of_the_kernel = Setting { group: "core".to_owned(), file: b"netdev_budget".to_vec() };
    let found = ops::setting::read(&ns.netns, &of_the_kernel);
    !found.is_err_and(|error| error.kind() == ErrorKind::NotFound)
}

/// Warns of settings that could not be restored.
pub(crate) fn give_back_or_warn(ns: &Namespace, source: IfName, requested: &Requested, memory: Memory) {
    if let Err(left) = give_back(ns, source, requested, memory) {
        log::warn!("{source} is removed, but not all of its settings: {}", left.into_error());
    }
}
