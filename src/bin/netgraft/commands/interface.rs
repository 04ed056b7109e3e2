//! `remove`, `forget`, `list`, `stats`.

use std::ffi::OsStr;

use netgraft::{ErrorKind, Namespace};

use crate::args::{InterfaceArgs, RemoveArgs};
use crate::failure::Failure;
use crate::progress;
use crate::report::Report;
use crate::report::interface::InterfaceReport;
use crate::session::Session;
use crate::values::Netns;

pub(crate) fn remove(args: &RemoveArgs, session: &mut Session) -> Result<Report, Failure> {
    let outcomes: Vec<Result<(), Failure>> = match args.all {
        true => vec![remove_all(&args.netns, session)],
        false => args.sources.iter().map(|source| remove_one(args, source, session)).collect(),
    };
    let is_absent = |failure: &Failure| args.if_exists && failure.is(ErrorKind::NotFound);
    let failures = outcomes.into_iter().filter_map(Result::err).filter(|failure| !is_absent(failure)).collect();
    Failure::first(failures).map_or(Ok(Report::Nothing), Err)
}

fn remove_one(args: &RemoveArgs, source: &OsStr, session: &mut Session) -> Result<(), Failure> {
    let interface = session.interface(&args.netns, source)?;
    let removed = session.timed(|| match args.no_addresses {
        true => interface.remove_without_addresses(),
        false => interface.remove(),
    });
    Ok(removed?)
}

pub(crate) fn forget(args: &InterfaceArgs, session: &mut Session) -> Result<Report, Failure> {
    let namespace = session.seen(&args.netns)?;
    session.timed(|| namespace.forget(args.source.as_encoded_bytes()))?;
    Ok(Report::Nothing)
}

fn remove_all(netns: &Netns, session: &mut Session) -> Result<(), Failure> {
    let namespace = session.seen(netns)?;
    let _working = progress::begin_with(format!("remove all from {namespace}"));
    Ok(session.timed(|| namespace.remove_all())?)
}

pub(crate) fn list(netns: Option<&Netns>, session: &mut Session) -> Result<Report, Failure> {
    let Some(netns) = netns else { return list_all(session) };
    let namespace = session.seen(netns)?;
    let interfaces = session.timed(|| namespace.interfaces())?;
    Ok(Report::Interfaces { interfaces: interfaces.iter().map(InterfaceReport::from).collect() })
}

fn list_all(session: &mut Session) -> Result<Report, Failure> {
    let namespaces = session.journalled_namespaces()?;
    let interfaces =
        session.timed(|| namespaces.iter().map(Namespace::interfaces).collect::<netgraft::Result<Vec<_>>>())?;
    Ok(Report::Interfaces { interfaces: interfaces.iter().flatten().map(InterfaceReport::with_namespace).collect() })
}

pub(crate) fn statistics(args: &InterfaceArgs, session: &mut Session) -> Result<Report, Failure> {
    let interface = session.interface(&args.netns, &args.source)?;
    let statistics = session.timed(|| interface.statistics())?;
    Ok(Report::Statistics(statistics.into()))
}
