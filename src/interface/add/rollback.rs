//! Undoes an add that failed, however far it came.

use crate::interface::add::plan::Plan;
use crate::interface::rollback::RollbackError;
use crate::journal::Batch;

/// Undoes everything, the last first. One failure does not keep the rest from being tried.
pub(crate) fn roll_back(mut plans: Vec<Plan<'_>>, list: Option<Batch>) -> Result<(), RollbackError> {
    let mut all = Ok(());
    let mut is_forgotten = true;
    // Neighbours on the list that were created are deleted together.
    for run in plans.chunk_by_mut(|one, next| one.kind().is_some() && next.kind().is_some()).rev() {
        let outcomes = if let [plan] = run { vec![plan.undo()] } else { delete(run) };
        for (plan, undone) in run.iter_mut().zip(outcomes).rev() {
            // What cannot be undone stays in the journal for a restore; about a link that is gone, a restore can do nothing
            // either.
            let is_over = !matches!(undone, Err(RollbackError::Failed(_)));
            is_forgotten &= is_over && std::mem::take(&mut plan.journal).remove();
            all = RollbackError::join(all, undone);
        }
    }
    if let Some(list) = list.filter(|_| is_forgotten) {
        if let Err(error) = list.finish() {
            log::warn!("the file of a list that is of no use any more stays: {error}");
        }
    }
    all
}

/// Deletes the created links of some plans.
fn delete(plans: &mut [Plan<'_>]) -> Vec<Result<(), RollbackError>> {
    let Some(first) = plans.first() else { return Vec::new() };
    let touched: Vec<&Plan<'_>> = plans.iter().filter(|plan| plan.touched).collect();
    let mut deleted = Plan::delete(&first.request.ns.netns, &touched).into_iter();
    let outcome = |plan: &Plan<'_>| {
        let deleted = if plan.touched { deleted.next().unwrap_or(Ok(())) } else { Ok(()) };
        RollbackError::join(deleted, plan.undo_beside())
    };
    plans.iter().map(outcome).collect()
}
