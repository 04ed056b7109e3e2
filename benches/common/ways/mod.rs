//! The ways of putting interfaces in and taking them out that stand beside each other.

mod iproute2;
mod libnetwork;
mod library;
pub(crate) mod minimal;
pub(crate) mod nlink;
mod pyroute2;
pub(crate) mod rtnetlink;

use std::time::Duration;

use super::world::{How, Job, World};
use super::{peers, timed};

/// One way, ready for a job: what can be known beforehand is.
pub(crate) trait Way: Send {
    /// Puts the interfaces in.
    fn add(&mut self);

    /// Takes them out again.
    fn remove(&mut self);

    /// How long the adding takes.
    fn timed_add(&mut self) -> Duration {
        timed(|| self.add()).0
    }

    /// How long the removal takes.
    fn timed_remove(&mut self) -> Duration {
        timed(|| self.remove()).0
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Who {
    /// This library.
    Library,
    /// The fewest messages that do it, built beforehand.
    Minimal,
    /// `ip -batch`: one process for each namespace that lines are for.
    Batch,
    /// A process of `ip` for each command.
    Commands,
    /// The crate rtnetlink, on tokio's current-thread runtime.
    Rtnetlink,
    /// The crate nlink, on the same.
    Nlink,
    /// The Python library pyroute2.
    Pyroute2,
    /// Docker's libnetwork: its order of requests, sent raw.
    Libnetwork,
}

impl Who {
    /// What people use.
    pub(crate) const PEERS: [Self; 6] =
        [Self::Batch, Self::Commands, Self::Rtnetlink, Self::Nlink, Self::Pyroute2, Self::Libnetwork];

    /// In the order of the variants: the library, the floor, then what people use.
    pub(crate) const ALL: [Self; 8] = [
        Self::Library,
        Self::Minimal,
        Self::Batch,
        Self::Commands,
        Self::Rtnetlink,
        Self::Nlink,
        Self::Pyroute2,
        Self::Libnetwork,
    ];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Library => "netgraft",
            Self::Minimal => "raw messages",
            Self::Batch => "`ip -batch`",
            Self::Commands => "`ip`, a process each",
            Self::Rtnetlink => "rtnetlink (crate)",
            Self::Nlink => "nlink (crate)",
            Self::Pyroute2 => "pyroute2",
            Self::Libnetwork => "libnetwork's order",
        }
    }

    /// Whether that is something it can do at all, in reasonable time.
    pub(crate) fn can(self, job: &Job) -> bool {
        let patient = match self {
            Self::Commands => job.wanted.len() == 1,
            // It takes some 20 ms to open a connection.
            Self::Pyroute2 => job.places().len() <= 100,
            _ => true,
        };
        let installed = self != Self::Pyroute2 || peers::python().is_ok();
        let announces = matches!(self, Self::Library | Self::Libnetwork) || !job.announced;
        let by_prefix = matches!(self, Self::Library | Self::Minimal) || !job.wanted.iter().any(|one| one.by_prefix);
        patient && installed && announces && by_prefix
    }

    pub(crate) fn way<'w>(self, world: &'w World, job: &Job) -> Box<dyn Way + 'w> {
        match self {
            Self::Library => Box::new(library::Library::new(world, job)),
            Self::Minimal => Box::new(minimal::Minimal::new(world, job)),
            Self::Batch => Box::new(iproute2::Iproute2::new(world, job, true)),
            Self::Commands => Box::new(iproute2::Iproute2::new(world, job, false)),
            Self::Rtnetlink => Box::new(rtnetlink::Rtnetlink::new(world, job)),
            Self::Nlink => Box::new(nlink::Nlink::new(world, job)),
            Self::Pyroute2 => Box::new(pyroute2::Pyroute2::new(world, job)),
            Self::Libnetwork => Box::new(libnetwork::Libnetwork::new(world, job)),
        }
    }
}

/// How long it took to put interfaces in, and to take them out if that was to be measured.
#[derive(Clone, Copy)]
pub(crate) struct Times {
    pub(crate) add: Duration,
    pub(crate) remove: Option<Duration>,
}

/// Does a job once, and has it looked at in between. Where its removal is not to be measured, what was made is deleted the
/// fast way.
pub(crate) fn once(world: &World, job: &Job, who: Who, removes: bool, look: impl FnOnce()) -> Times {
    let mut way = who.way(world, job);
    if job.how == How::Move {
        world.make_pairs(&job.wanted);
    }
    let add = way.timed_add();
    look();
    // The library knows what it has added, and has to know that it is gone.
    let remove = if removes || who == Who::Library || job.how == How::Move {
        Some(way.timed_remove())
    } else {
        world.delete_peers(&job.wanted);
        None
    };
    if job.how == How::Move {
        world.delete_pairs(&job.wanted);
    }
    Times { add, remove }
}
