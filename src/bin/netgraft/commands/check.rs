//! `check`.

use crate::args::CheckArgs;
use crate::failure::Failure;
use crate::report::Report;
use crate::report::check::DifferenceReport;
use crate::session::Session;

pub(crate) fn check(args: &CheckArgs, session: &mut Session) -> Result<Report, Failure> {
    let found = match &args.source {
        Some(source) => {
            let interface = session.interface(&args.netns, source)?;
            let differences = session.timed(|| interface.check())?;
            vec![(interface, differences)]
        }
        None => {
            let namespace = session.journalled(&args.netns)?;
            session.timed(|| namespace.check())?
        }
    };
    let differences = found.iter().flat_map(|(interface, differences)| {
        differences.iter().map(|difference| DifferenceReport::new(interface, difference))
    });
    Ok(Report::Differences { differences: differences.collect() })
}
