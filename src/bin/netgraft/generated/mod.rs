//! The manual pages and the shells' completions are made from the grammar and kept in the project.
//!
//! `NETGRAFT_WRITE=1 cargo test --features cli generated` makes them anew.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_complete::Shell;

use crate::args::CommandLine;

mod completions;
mod manual;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn manual_pages_and_completions_are_those_of_the_grammar() {
    let made = tempfile::tempdir().unwrap();
    let write = std::env::var_os("NETGRAFT_WRITE").is_some();
    let root = if write { Path::new(ROOT) } else { made.path() };
    let folder = |name: &str| {
        let folder = root.join(name);
        fs::create_dir_all(&folder).unwrap();
        folder
    };
    manual::write(&grammar(), "netgraft", "netgraft", &folder("man"));
    for (shell, file) in [(Shell::Bash, "netgraft.bash"), (Shell::Fish, "netgraft.fish"), (Shell::Zsh, "_netgraft")] {
        fs::write(folder("completions").join(file), completions::script(shell)).unwrap();
    }
    for name in ["man", "completions"] {
        let (kept, made) = (files(&Path::new(ROOT).join(name)), files(&root.join(name)));
        for (file, text) in &made {
            assert!(
                kept.get(file) == Some(text),
                "{name}/{} is not up to date: NETGRAFT_WRITE=1 makes it anew",
                file.display()
            );
        }
        let outdated = kept.keys().find(|file| !made.contains_key(*file));
        assert_eq!(outdated, None, "{name} has what belongs to no command any more");
    }
}

/// The grammar with what follows from it.
fn grammar() -> Command {
    let mut grammar = CommandLine::command().disable_help_subcommand(true);
    grammar.build();
    grammar
}

fn files(folder: &Path) -> BTreeMap<OsString, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap());
    files.map(|file| (file.file_name(), fs::read(file.path()).unwrap())).collect()
}
