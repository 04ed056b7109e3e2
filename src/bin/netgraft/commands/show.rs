//! `show`.

use std::ffi::OsString;
use std::fs;

use netgraft::Namespace;

use crate::args::ShowArgs;
use crate::failure::Failure;
use crate::report::Report;
use crate::report::show::{Graph, Scene, Tree};
use crate::session::Session;
use crate::values::{Netns, PINS};

pub(crate) fn show(args: &ShowArgs, session: &mut Session) -> Result<Report, Failure> {
    let chosen = args.netns.as_ref().map(|netns| session.seen(netns)).transpose()?;
    let mut namespaces: Vec<Namespace> = chosen.iter().cloned().collect();
    // Peers are searched in all namespaces that can be known.
    for namespace in around(session) {
        if namespaces.iter().all(|known| known.id() != namespace.id()) {
            namespaces.push(namespace);
        }
    }
    let read = session.timed(|| namespaces.into_iter().map(Scene::read).collect::<netgraft::Result<Vec<_>>>());
    let scenes = read?;
    let tree = Tree::of(&scenes, if chosen.is_some() { 1 } else { scenes.len() });
    Ok(if args.dot { Report::Graph(Graph(tree)) } else { Report::Tree(tree) })
}

/// Returns the current namespace and the pinned ones with a name.
fn around(session: &mut Session) -> Vec<Namespace> {
    let mut names: Vec<OsString> =
        fs::read_dir(PINS).into_iter().flatten().flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    let pins = names.into_iter().map(|name| Netns::Path([PINS.into(), name].iter().collect()));
    let words = [Netns::Current].into_iter().chain(pins);
    // A plain file among the pins is no reason to show nothing.
    let mut look = |word| {
        let namespace = session.look_at(&word)?;
        session.read_journal(&namespace)?;
        Ok::<_, Failure>(namespace)
    };
    words.filter_map(|word| look(word).inspect_err(|failure| log::warn!("{failure}")).ok()).collect()
}
