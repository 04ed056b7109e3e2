//! The manual pages and the shells' completions are made from the grammar and kept in the project.
//!
//! `NETGRAFT_WRITE=1 cargo test --features cli generated` makes them anew.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use crate::args::CommandLine;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// What a manual page says that it belongs to.
const SOURCE: &str = concat!("netgraft ", env!("CARGO_PKG_VERSION"));

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
    write_pages(&grammar(), "netgraft", &folder("man"));
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

#[test]
fn pages_of_nested_commands_have_the_words_in_front_of_them() {
    let made = tempfile::tempdir().unwrap();
    let grammar = grammar();
    write_pages(&grammar, "netgraft", made.path());
    let mut nested = 0;
    for command in grammar.get_subcommands() {
        for below in command.get_subcommands() {
            let (command, below) = (command.get_name(), below.get_name());
            let page = fs::read_to_string(made.path().join(format!("netgraft-{command}-{below}.1"))).unwrap();
            assert!(page.contains(&format!("\n\\fBnetgraft {command} <NETNS> {below}\\fR")), "{page}");
            assert!(page.contains(&format!("\"{SOURCE}\"")), "{page}");
            nested += 1;
        }
    }
    assert!(nested > 0);
}

#[test]
fn completions_offer_the_version() {
    for shell in [Shell::Bash, Shell::Fish, Shell::Zsh] {
        let mut offered = Vec::new();
        clap_complete::generate(shell, &mut visible(), "netgraft", &mut offered);
        let offered = String::from_utf8(offered).unwrap();
        // Fish has long options without their dashes.
        assert!(["--version", "-l version"].iter().any(|option| offered.contains(option)), "{shell}: {offered}");
    }
}

/// The grammar with what follows from it.
fn grammar() -> Command {
    let mut grammar = CommandLine::command().disable_help_subcommand(true);
    grammar.build();
    grammar
}

/// Writes the page of a command and those of the ones below it. Left to itself, one of those would lack the words that
/// stand between the two names.
fn write_pages(command: &Command, called: &str, folder: &Path) {
    Man::new(command.clone().bin_name(called)).source(SOURCE).generate_to(folder).unwrap();
    let words: String = command.get_positionals().map(|word| format!(" {word}")).collect();
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        write_pages(below, &format!("{called}{words} {}", below.get_name()), folder);
    }
}

/// The grammar without what the command says to itself, which completions would offer.
fn visible() -> Command {
    let whole = CommandLine::command();
    let commands = whole.get_subcommands().filter(|command| !command.is_hide_set()).cloned();
    let visible = Command::new("netgraft").version(env!("CARGO_PKG_VERSION"));
    visible.args(whole.get_arguments().cloned()).subcommands(commands)
}

fn files(folder: &Path) -> BTreeMap<OsString, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap());
    files.map(|file| (file.file_name(), fs::read(file.path()).unwrap())).collect()
}
