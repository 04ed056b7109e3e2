//! `remove`, `list`, `stats`.

use crate::args::{InterfaceArgs, RemoveArgs};
use crate::failure::Failure;
use crate::progress;
use crate::report::{InterfaceReport, Report};
use crate::session::Session;
use crate::values::Netns;

pub(crate) fn remove(args: &RemoveArgs, session: &mut Session) -> Result<Report, Failure> {
    match &args.source {
        Some(source) => {
            let interface = session.interface(&args.netns, source)?;
            session.timed(|| interface.remove())?;
        }
        None => remove_all(&args.netns, session)?,
    }
    Ok(Report::Nothing)
}

fn remove_all(netns: &Netns, session: &mut Session) -> Result<(), Failure> {
    let namespace = session.journalled(netns)?;
    let doing = format!("remove all from {namespace}");
    // There may be some that this process has added itself.
    if let Some(failure) = session.lacks_journal(&doing).filter(|_| namespace.interfaces().is_empty()) {
        return Err(failure);
    }
    let _working = progress::begin_with(doing);
    Ok(session.timed(|| namespace.remove_all())?)
}

pub(crate) fn list(netns: &Netns, session: &mut Session) -> Result<Report, Failure> {
    let namespace = session.journalled(netns)?;
    let interfaces = session.timed(|| namespace.interfaces());
    Ok(Report::Interfaces { interfaces: interfaces.iter().map(InterfaceReport::from).collect() })
}

pub(crate) fn statistics(args: &InterfaceArgs, session: &mut Session) -> Result<Report, Failure> {
    let interface = session.interface(&args.netns, &args.source)?;
    let statistics = session.timed(|| interface.statistics())?;
    Ok(Report::Statistics(statistics.into()))
}
