//! `monitor` and `wait`: what happens to links.

use std::time::Duration;

use netgraft::LinkCondition;

use crate::args::{ConditionArg, MonitorArgs, WaitArgs};
use crate::failure::Failure;
use crate::output::Output;
use crate::report::Report;
use crate::report::link::{EventReport, LinkReport};
use crate::session::Session;
use crate::values::Netns;

/// Prints events. Returns only when events cannot be read or printed any more.
pub(crate) fn watch(args: &MonitorArgs, session: &mut Session, output: Output) -> Failure {
    let mut watch = || -> Result<(), Failure> {
        let namespace = session.seen(args.netns.as_ref().unwrap_or(&Netns::Current))?;
        let mut monitor = namespace.monitor()?;
        loop {
            if let Some(event) = monitor.next(Duration::MAX)? {
                let event = EventReport::new(&namespace, &event);
                output.one_of_many(&event).map_err(|error| Failure::io("write the result", &error))?;
            }
        }
    };
    match watch() {
        Err(failure) => failure,
        Ok(()) => Failure::io("watch links", &std::io::Error::other("there are no more events")),
    }
}

pub(crate) fn wait(args: &WaitArgs, session: &mut Session) -> Result<Report, Failure> {
    let namespace = session.namespace(&args.netns)?;
    let condition = match args.condition {
        ConditionArg::Appear => LinkCondition::Appear,
        ConditionArg::Running => LinkCondition::Running,
        ConditionArg::Gone => LinkCondition::Gone,
    };
    let found = session.timed(|| namespace.wait_for_link(&args.link, condition, args.wait))?;
    Ok(found.map_or(Report::Nothing, |link| Report::Link(LinkReport::from(&link))))
}
