//! `create`, `adopt`, `destroy`.

use std::path::Path;

use netgraft::Namespace;

use crate::failure::Failure;
use crate::progress;
use crate::report::Report;
use crate::session::Session;

pub(crate) fn create(path: &Path, replace: bool, session: &mut Session) -> Result<Report, Failure> {
    let create = if replace { Namespace::create_replacing } else { Namespace::create };
    let namespace = session.timed(|| create(path))?;
    Ok(keep(path, namespace, session))
}

pub(crate) fn adopt(path: &Path, file: &Path, session: &mut Session) -> Result<Report, Failure> {
    let namespace = session.timed(|| Namespace::adopt(path, file))?;
    Ok(keep(path, namespace, session))
}

fn keep(path: &Path, namespace: Namespace, session: &mut Session) -> Report {
    let report = Report::Namespace((&namespace).into());
    session.keep(path, namespace);
    report
}

pub(crate) fn destroy(path: &Path, session: &mut Session) -> Result<Report, Failure> {
    let pin = session.pin(path)?;
    session.keep_journal_that_is_there(&pin);
    let _working = progress::begin_with(format!("destroy {pin}"));
    session.timed(|| pin.destroy())?;
    session.forget(path);
    Ok(Report::Nothing)
}
