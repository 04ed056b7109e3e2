//! `remove`, `list`, `stats`.

use netgraft::Interface;

use crate::args::InterfaceArgs;
use crate::failure::Failure;
use crate::report::{InterfaceReport, Report};
use crate::session::Session;
use crate::values::Netns;

pub(crate) fn remove(args: &InterfaceArgs, session: &mut Session) -> Result<Report, Failure> {
    let interface = find(args, session)?;
    session.timed(|| interface.remove())?;
    Ok(Report::Nothing)
}

pub(crate) fn list(netns: &Netns, session: &mut Session) -> Result<Report, Failure> {
    let namespace = session.namespace(netns)?;
    let interfaces = session.timed(|| namespace.interfaces());
    Ok(Report::Interfaces { interfaces: interfaces.iter().map(InterfaceReport::from).collect() })
}

pub(crate) fn statistics(args: &InterfaceArgs, session: &mut Session) -> Result<Report, Failure> {
    let interface = find(args, session)?;
    let statistics = session.timed(|| interface.statistics())?;
    Ok(Report::Statistics(statistics.into()))
}

fn find(args: &InterfaceArgs, session: &mut Session) -> Result<Interface, Failure> {
    let namespace = session.namespace(&args.netns)?;
    Ok(session.timed(|| namespace.interface(args.source.as_encoded_bytes()))?)
}
