//! `create`, `adopt`, `destroy`.

use std::path::Path;

use netgraft::{ErrorKind, Namespace};

use crate::failure::Failure;
use crate::progress;
use crate::report::Report;
use crate::session::Session;

pub(crate) fn create(path: &Path, replace: bool, session: &mut Session) -> Result<Report, Failure> {
    // If a namespace is pinned there, its interfaces come out first.
    let pin = if replace { session.pin(path).ok() } else { None };
    let namespace = match pin {
        Some(pin) => {
            session.lock_journal(&pin)?;
            let replaced = session.timed(|| pin.replace())?;
            session.forget(path);
            replaced
        }
        None => {
            let create = if replace { Namespace::create_replacing } else { Namespace::create };
            session.timed(|| create(path))?
        }
    };
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

pub(crate) fn destroy(path: &Path, force: bool, if_exists: bool, session: &mut Session) -> Result<Report, Failure> {
    let pin = match session.pin(path) {
        Err(error) if if_exists && error.kind() == ErrorKind::NotFound => return Ok(Report::Nothing),
        // A create or a destroy was killed there.
        Err(error) if error.kind() == ErrorKind::Namespace && Namespace::remove_stale_pin(path).unwrap_or(false) => {
            session.forget(path);
            return Ok(Report::Nothing);
        }
        pin => pin?,
    };
    session.lock_journal(&pin)?;
    let _working = progress::begin_with(format!("destroy {pin}"));
    let destroyed = session.timed(|| if force { pin.destroy_by_force() } else { pin.destroy() });
    // Gone, though not in order.
    if destroyed.as_ref().err().is_none_or(|error| error.kind() == ErrorKind::Unverified) {
        session.forget(path);
    }
    destroyed?;
    Ok(Report::Nothing)
}
