//! The commands: each one or two calls of the library.

mod add;
pub(crate) mod announce;
pub(crate) mod check;
mod interface;
pub(crate) mod monitor;
mod mounts;
mod namespace;
mod restore;
mod routing;
pub(crate) mod run;
mod show;
mod verify;

use crate::args::Command;
use crate::failure::Failure;
use crate::report::Report;
use crate::session::Session;

/// Carries one command out.
pub(crate) fn execute(command: &Command, session: &mut Session) -> Result<Report, Failure> {
    match command {
        Command::Create { path, replace } => namespace::create(path, *replace, session),
        Command::Adopt { path, file } => namespace::adopt(path, file, session),
        Command::Destroy { path, force, if_exists } => namespace::destroy(path, *force, *if_exists, session),
        Command::Add(args) => add::add(args, session),
        Command::Remove(args) => interface::remove(args, session),
        Command::List { netns } => interface::list(netns.as_ref(), session),
        Command::Show(args) => show::show(args, session),
        Command::Stats(args) => interface::statistics(args, session),
        Command::Announce(args) => announce::announce(args, session),
        Command::Gateway(args) => routing::gateway(args, session),
        Command::Default(args) => routing::default(args, session),
        Command::Route(args) => routing::route(args, session),
        Command::Rule(args) => routing::rule(args, session),
        Command::Neigh(args) => routing::neigh(args, session),
        Command::Alias(args) => routing::alias(args, session),
        Command::Vip(args) => routing::vip(args, session),
        Command::Ipvs { netns } => routing::ipvs(netns, session),
        Command::Wait(args) => monitor::wait(args, session),
        Command::Check(args) => check::check(args, session),
        Command::Restore { netns } => restore::restore(netns.as_ref(), session),
        Command::Forget(args) => interface::forget(args, session),
    }
}
