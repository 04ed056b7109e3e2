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
    clap_mangen::generate_to(CommandLine::command(), folder("man")).unwrap();
    for shell in [Shell::Bash, Shell::Fish, Shell::Zsh] {
        clap_complete::generate_to(shell, &mut visible(), "netgraft", folder("completions")).unwrap();
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

/// The grammar without what the command says to itself, which completions would offer.
fn visible() -> Command {
    let whole = CommandLine::command();
    let commands = whole.get_subcommands().filter(|command| !command.is_hide_set()).cloned();
    Command::new("netgraft").args(whole.get_arguments().cloned()).subcommands(commands)
}

fn files(folder: &Path) -> BTreeMap<OsString, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap());
    files.map(|file| (file.file_name(), fs::read(file.path()).unwrap())).collect()
}
