//! `remove`, `list`, `stats`.

use crate::args::InterfaceArgs;
use crate::failure::Failure;
use crate::report::{InterfaceReport, Report};
use crate::session::Session;
use crate::values::Netns;

pub(crate) fn remove(args: &InterfaceArgs, session: &mut Session) -> Result<Report, Failure> {
    let interface = session.interface(&args.netns, &args.source)?;
    session.timed(|| interface.remove())?;
    Ok(Report::Nothing)
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
