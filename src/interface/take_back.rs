//! Taking an add back that failed, however far it came.

use super::plan::Plan;
use super::undo::Left;
use crate::namespace::journal::List;

/// Puts everything back, the last first. One failure does not keep the rest from being tried.
pub(super) fn take_back(mut plans: Vec<Plan<'_>>, list: Option<List>) -> Result<(), Left> {
    let mut all = Ok(());
    let mut is_forgotten = true;
    // What was made side by side is deleted together.
    for run in plans.chunk_by_mut(|one, next| one.made().is_some() && next.made().is_some()).rev() {
        let outcomes = if let [plan] = run { vec![plan.undo()] } else { delete(run) };
        for (plan, undone) in run.iter_mut().zip(outcomes).rev() {
            // What cannot be put back stays in the journal, for a restore; about what is gone, that can do nothing either.
            let is_over = !matches!(undone, Err(Left::Failed(_)));
            is_forgotten &= is_over && std::mem::take(&mut plan.trail).remove();
            all = Left::join(all, undone);
        }
    }
    if let Some(list) = list.filter(|_| is_forgotten) {
        if let Err(error) = list.finish() {
            log::warn!("the file of a list that is of no use any more stays: {error}");
        }
    }
    all
}

/// Deletes what was made of some.
fn delete(plans: &mut [Plan<'_>]) -> Vec<Result<(), Left>> {
    let Some(first) = plans.first() else { return Vec::new() };
    let touched: Vec<&Plan<'_>> = plans.iter().filter(|plan| plan.touched).collect();
    let mut deleted = Plan::delete(&first.member.ns.netns, &touched).into_iter();
    let outcome = |plan: &Plan<'_>| {
        let deleted = if plan.touched { deleted.next().unwrap_or(Ok(())) } else { Ok(()) };
        Left::join(deleted, plan.undo_bridges())
    };
    plans.iter().map(outcome).collect()
}
