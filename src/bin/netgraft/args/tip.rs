//! The tip below the refusal of a command line: only words that work.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue};
use clap::{Command, Parser};

use crate::escape::escape;

/// Commands by the names that other programs have for them.
const SYNONYMS: [(&str, &str); 11] = [
    ("rm", "remove"),
    ("del", "remove"),
    ("delete", "remove"),
    ("exec", "run"),
    ("ls", "list"),
    ("new", "create"),
    ("get", "list"),
    ("gw", "gateway"),
    ("neighbor", "neigh"),
    ("neighbour", "neigh"),
    ("statistics", "stats"),
];

/// Adds the tip to a refusal, and takes away the grammar's own that does not work here.
pub(crate) fn with_tip<P: Parser>(mut error: clap::Error, words: &[OsString]) -> clap::Error {
    // The grammar proposes to pass an unknown option as a value.
    error.remove(ContextKind::Suggested);
    let command = P::command();
    let outer = words.iter().enumerate().find_map(|(at, word)| Some((at, command.find_subcommand(word)?)));
    let meant = match outer {
        Some((at, outer)) if outer.has_subcommands() => {
            right_order(outer, words.get(at + 1..).unwrap_or_default()).or_else(|| nearest(outer, &error))
        }
        Some(_) => None,
        None => nearest(&command, &error),
    };
    if let Some(meant) = meant {
        error.insert(ContextKind::SuggestedSubcommand, ContextValue::String(meant));
    }
    error
}

/// Returns the command whose name is like the word that the grammar refuses.
fn nearest(command: &Command, error: &clap::Error) -> Option<String> {
    let wrong =
        [ContextKind::InvalidSubcommand, ContextKind::InvalidArg].into_iter().find_map(|kind| error.get(kind))?;
    let ContextValue::String(wrong) = wrong else { return None };
    let known: Vec<&str> =
        command.get_subcommands().filter(|known| !known.is_hide_set()).map(Command::get_name).collect();
    let synonym = SYNONYMS.iter().find(|(other, own)| other == wrong && known.contains(own)).map(|(_, own)| *own);
    let near = known.iter().map(|name| (distance(name, wrong), *name)).min().filter(|(far, _)| *far <= 2);
    synonym.or(near.map(|(_, name)| name)).map(str::to_owned)
}

/// Returns `gateway web set` for `gateway set web`: the namespace comes before the action.
fn right_order(outer: &Command, words: &[OsString]) -> Option<String> {
    let [action, netns, ..] = words else { return None };
    let action = outer.find_subcommand(action)?;
    Some(format!("{} {} {}", outer.get_name(), escape(netns.to_str()?), action.get_name()))
}

/// Returns how many letters have to be added, taken away or replaced (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (number, c) in one.chars().enumerate() {
        let mut before = number + 1;
        let next = other.iter().zip(row.windows(2)).map(|(d, above)| {
            let (diagonal, above) = (above.first().copied().unwrap_or(0), above.last().copied().unwrap_or(0));
            before = (before + 1).min(above + 1).min(diagonal + usize::from(c != *d));
            before
        });
        row = [number + 1].into_iter().chain(next.collect::<Vec<_>>()).collect();
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::CommandLine;

    fn tip(line: &str) -> Option<String> {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let error = with_tip::<CommandLine>(CommandLine::try_parse_from(&words).unwrap_err(), &words);
        let text = error.to_string();
        text.lines().find_map(|line| line.trim().strip_prefix("tip: ")).map(str::to_owned)
    }

    #[test]
    fn tips_name_the_command_that_was_meant() {
        for (line, meant) in [
            ("netgraft creat web", "'create'"),
            ("netgraft rm web eth0", "'remove'"),
            ("netgraft gateway web sett 10.0.0.1", "'set'"),
            ("netgraft gateway set web 10.0.0.1", "'gateway web set'"),
            ("netgraft route del web 10.0.0.0/8", "'route web del'"),
        ] {
            assert!(tip(line).is_some_and(|tip| tip.contains(meant)), "{line}: {:?}", tip(line));
        }
    }

    #[test]
    fn an_unknown_word_has_no_tip() {
        for line in ["netgraft frobnicate", "netgraft remove web --gateway", "netgraft gateway web frobnicate"] {
            assert_eq!(tip(line), None, "{line}");
        }
    }

    #[test]
    fn distances() {
        for (one, other, far) in [("create", "creat", 1), ("list", "lsit", 2), ("", "ab", 2), ("run", "run", 0)] {
            assert_eq!(distance(one, other), far, "{one} {other}");
        }
    }
}
