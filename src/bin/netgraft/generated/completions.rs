//! The shells' completions: those of the grammar, and what the machine knows: namespaces, source names, links, kinds.

use clap::{Arg, Command, CommandFactory, ValueHint};
use clap_complete::Shell;

use crate::args::CommandLine;

/// A kind of word, by the name of its value; the hint that stands in for the kind until the completions are written; and
/// the functions that replace those of the hint in zsh and in fish.
struct Kind {
    value: &'static str,
    kind: &'static str,
    hint: ValueHint,
    zsh: (&'static str, &'static str),
    fish: (&'static str, &'static str),
}

const KINDS: [Kind; 5] = [
    Kind {
        value: "NETNS",
        kind: "NETNS",
        hint: ValueHint::Hostname,
        zsh: ("_hosts", "_netgraft_namespaces"),
        fish: ("(__fish_print_hostnames)", "(__netgraft_candidates NETNS)"),
    },
    Kind {
        value: "SOURCE",
        kind: "SOURCE",
        hint: ValueHint::Username,
        zsh: ("_users", "_netgraft_sources"),
        fish: ("(__fish_complete_users)", "(__netgraft_candidates SOURCE)"),
    },
    Kind { value: "LINK", kind: "LINK", hint: ValueHint::Url, zsh: ("_urls", "_netgraft_links"), fish: ("", "") },
    Kind {
        value: "DEVICE",
        kind: "DEVICE",
        hint: ValueHint::EmailAddress,
        zsh: ("_email_addresses", "_netgraft_devices"),
        fish: ("", ""),
    },
    Kind {
        value: "KIND[,key=value…]",
        kind: "CREATE",
        hint: ValueHint::CommandName,
        zsh: ("_command_names -e", "_netgraft_kinds"),
        fish: ("(__fish_complete_command)", "(__netgraft_candidates CREATE)"),
    },
];

/// Returns the completions for a shell.
pub(super) fn script(shell: Shell) -> String {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut hinted(visible()), "netgraft", &mut bytes);
    let of_grammar = String::from_utf8(bytes).unwrap();
    let places = places(&visible()).join("\n");
    let options = options(&visible()).join(" ");
    let keys = keys();
    let rows = |open: &str, close: &str| {
        keys.iter().map(|(kind, keys)| format!("{open}{kind} {}{close}", keys.join(" "))).collect::<Vec<_>>()
    };
    match shell {
        Shell::Bash => {
            let dynamic = include_str!("dynamic.bash").replace("@PLACES@", &places);
            of_grammar + &dynamic.replace("@OPTIONS@", &options).replace("@KEYS@", &rows("", "").join("\n"))
        }
        Shell::Zsh => {
            let table: Vec<String> =
                keys.iter().map(|(kind, keys)| format!("        {kind} '{}'", keys.join(" "))).collect();
            let dynamic = include_str!("dynamic.zsh").replace("@ZSH_KEYS@", &table.join("\n"));
            let dynamic = dynamic.replace("@OPTIONS@", &options);
            let replaced = KINDS.iter().fold(of_grammar, |text, kind| text.replace(kind.zsh.0, kind.zsh.1));
            // A file that is loaded on the first completion ends with the completion itself.
            replaced.replacen("\nautoload -U is-at-least\n", &format!("\nautoload -U is-at-least\n{dynamic}"), 1)
        }
        Shell::Fish => {
            let quoted: Vec<String> = places.lines().map(|row| format!("    '{row}'")).collect();
            let dynamic = include_str!("dynamic.fish").replace("@FISH_PLACES@", &quoted.join(" \\\n"));
            let dynamic = dynamic.replace("@FISH_KEYS@", &rows("    '", "'").join(" \\\n"));
            let replaced = KINDS
                .iter()
                .filter(|kind| !kind.fish.0.is_empty())
                .fold(of_grammar, |text, kind| text.replace(kind.fish.0, kind.fish.1));
            let replaced: String = replaced.lines().map(|line| action_after_namespace(line) + "\n").collect();
            replaced + &dynamic.replace("@OPTIONS@", &options)
        }
        other => panic!("{other}: no completions"),
    }
}

/// Has fish offer an action such as `set` behind the namespace, not in its place.
fn action_after_namespace(line: &str) -> String {
    match line.split_once("; and not __fish_seen_subcommand_from ") {
        Some((before, after)) if after.contains("\" -a ") => {
            let (_, action) = after.split_once("\" -a ").unwrap();
            format!("{before}; and __netgraft_has_words 2\" -a {action}")
        }
        _ => line.to_owned(),
    }
}

/// The grammar without what the command says to itself, which completions would offer.
fn visible() -> Command {
    let whole = CommandLine::command();
    let commands = whole.get_subcommands().filter(|command| !command.is_hide_set()).cloned();
    let visible = Command::new("netgraft").version(env!("CARGO_PKG_VERSION"));
    visible.args(whole.get_arguments().cloned()).subcommands(commands)
}

/// Returns the grammar with a hint for each kind of word that the machine knows.
fn hinted(command: Command) -> Command {
    command
        .mut_args(|argument| match kind_of(&argument) {
            Some(kind) => argument.value_hint(kind.hint),
            None => argument,
        })
        .mut_subcommands(hinted)
}

fn kind_of(argument: &Arg) -> Option<&'static Kind> {
    let name = value_name(argument);
    KINDS.iter().find(|kind| kind.value == name || name.strip_prefix(kind.value) == Some("-OR-NAME"))
}

fn value_name(argument: &Arg) -> String {
    let given = argument.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
    given.unwrap_or_else(|| argument.get_id().as_str().to_uppercase())
}

/// Returns a row for each command with words: its name and the kinds of its words. `-` is a kind that nobody knows the
/// values of; `+` follows a kind that repeats.
fn places(command: &Command) -> Vec<String> {
    let mut rows = Vec::new();
    for below in command.get_subcommands() {
        let names = below.get_all_aliases().chain([below.get_name()]);
        for name in names {
            let row = kinds(below);
            if !row.is_empty() {
                rows.push(format!("{name}{row}"));
            }
        }
        for action in below.get_subcommands() {
            rows.push(format!("{}.{}{}", below.get_name(), action.get_name(), kinds(action)));
        }
    }
    // Rows without a word that the machine knows tell nothing.
    rows.retain(|row| row.split(' ').skip(1).any(|kind| !kind.starts_with('-')));
    rows
}

fn kinds(command: &Command) -> String {
    let mut row = String::new();
    for word in command.get_positionals() {
        let repeats = word.get_num_args().is_some_and(|number| number.max_values() > 1)
            || matches!(word.get_action(), clap::ArgAction::Append);
        let kind = kind_of(word).map_or("-", |kind| kind.kind);
        row += &format!(" {kind}{}", if repeats { "+" } else { "" });
    }
    row
}

/// Returns each option with a value, and the kind of that value.
fn options(command: &Command) -> Vec<String> {
    let mut found: Vec<String> = command
        .get_arguments()
        .filter(|argument| argument.get_long().is_some() && argument.get_action().takes_values())
        .filter(|argument| argument.get_possible_values().is_empty())
        .map(|argument| {
            format!("--{}:{}", argument.get_long().unwrap(), kind_of(argument).map_or("-", |kind| kind.kind))
        })
        .chain(command.get_subcommands().flat_map(options))
        .collect();
    found.sort();
    // Of one name's kinds the last one stands: a `-` sorts before letters.
    found.dedup_by(|next, kept| {
        let same = next.split(':').next() == kept.split(':').next();
        if same {
            kept.clone_from(next);
        }
        same
    });
    found
}

/// Returns each kind of link with its keys, as `netgraft add --help` lists them.
fn keys() -> Vec<(String, Vec<String>)> {
    let grammar = CommandLine::command();
    let help = grammar.find_subcommand("add").unwrap().get_after_help().unwrap().to_string();
    let (_, list) = help.split_once("KIND is one of:\n").unwrap();
    let list = list.lines().take_while(|line| line.starts_with("  ")).collect::<Vec<_>>().join("\n");
    let list = list.replace("\n      ", "");
    let mut rows: Vec<(String, Vec<String>)> = Vec::new();
    for line in list.lines() {
        let (line, others) = line.trim().split_once(", and the keys of ").unwrap_or((line.trim(), ""));
        let plain: String = line.chars().filter(|c| !"[]…".contains(*c)).collect();
        let mut words = plain.split(',');
        let kinds: Vec<&str> = words.next().unwrap().split('|').collect();
        let mut keys: Vec<String> = words.flat_map(values).collect();
        keys.extend(rows.iter().filter(|(kind, _)| kind == others).flat_map(|(_, keys)| keys.clone()));
        keys.sort();
        keys.dedup();
        rows.extend(kinds.iter().map(|kind| ((*kind).to_owned(), keys.clone())));
    }
    rows
}

/// Returns a key of a kind with each of its values, or with the kind of its value.
fn values(key: &str) -> Vec<String> {
    let Some((key, values)) = key.trim_end_matches('|').split_once('=') else { return vec![key.to_owned()] };
    match key {
        "parent" | "bridge" => vec![format!("{key}=LINK")],
        "peer-netns" => vec![format!("{key}=NETNS")],
        _ if values.chars().all(|c| c.is_uppercase()) => vec![format!("{key}=")],
        _ => values.split('|').map(|value| format!("{key}={value}")).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shell_is_offered_the_version() {
        for shell in [Shell::Bash, Shell::Fish, Shell::Zsh] {
            let script = script(shell);
            // Fish has long options without their dashes.
            assert!(["--version", "-l version"].iter().any(|option| script.contains(option)), "{shell}");
        }
    }

    #[test]
    fn no_shell_keeps_a_stand_in() {
        for kind in KINDS {
            assert!(!script(Shell::Zsh).contains(kind.zsh.0), "{}", kind.zsh.0);
            assert!(kind.fish.0.is_empty() || !script(Shell::Fish).contains(kind.fish.0), "{}", kind.fish.0);
        }
        for shell in [Shell::Bash, Shell::Fish, Shell::Zsh] {
            assert!(!script(shell).contains('@') || !script(shell).contains("KEYS@"), "{shell}");
        }
    }

    #[test]
    fn kinds_have_their_keys() {
        let keys = keys();
        let of = |kind: &str| &keys.iter().find(|(name, _)| name == kind).unwrap().1;
        assert!(of("veth").contains(&"peer=".to_owned()) && of("veth").contains(&"bridge=LINK".to_owned()));
        assert!(of("netkit").contains(&"mode=l3".to_owned()) && of("netkit").contains(&"peer=".to_owned()));
        assert!(of("macvtap").contains(&"mode=passthru".to_owned()) && of("dummy").is_empty());
    }
}
