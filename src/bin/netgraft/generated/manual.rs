//! The manual pages, in section 8: one for each command, made from the grammar and the texts of `--help`.

use std::fs;
use std::path::Path;

use clap::{Arg, Command};
use clap_mangen::roff::{Inline, Roff, bold, italic, roman};

/// Day of the pages' last change.
const DATE: &str = "2026-12-01";
const SOURCE: &str = concat!("netgraft ", env!("CARGO_PKG_VERSION"));
const MANUAL: &str = "System Administration";

const STATUSES: [(&str, &str); 5] = [
    ("0", "Done."),
    ("1", "Failed, and everything is as before. Of check: something differs."),
    ("2", "The command line is wrong."),
    ("3", "Failed, and something could not be put back. The message says what."),
    ("127", "Of run: the program cannot be started. Otherwise run exits as its program does."),
];

const FILES: [(&str, &str); 3] = [
    ("/run/netgraft", "The journal: the interfaces, and how to undo what a killed command began."),
    ("/run/netns", "The pins of namespaces with a name, shared with ip-netns(8)."),
    ("/etc/netns/NAME", "Files that run shows to the program in place of those in /etc."),
];

const ENVIRONMENT: [(&str, &str); 2] = [
    ("XDG_RUNTIME_DIR", "Has the journal's folder netgraft for a user who cannot write /run/netgraft."),
    ("NO_COLOR", "If set, no colours are printed."),
];

/// Writes the pages of a command and of the commands below it.
///
/// `page` is the page's name, `netgraft-gateway-set`; `called` what is typed, `netgraft gateway NETNS set`.
pub(super) fn write(command: &Command, page: &str, called: &str, folder: &Path) {
    let text = render(command, page, called);
    fs::write(folder.join(format!("{page}.8")), text).unwrap();
    let words: String = command.get_positionals().map(|word| format!(" {}", value_name(word))).collect();
    for below in subcommands(command) {
        let name = below.get_name();
        write(below, &format!("{page}-{name}"), &format!("{called}{words} {name}"), folder);
    }
}

fn render(command: &Command, page: &str, called: &str) -> String {
    let help = Help::of(command);
    let mut roff = Roff::new();
    let title = page.to_uppercase();
    roff.control("TH", [title.as_str(), "8", DATE, SOURCE, MANUAL]);
    roff.control("SH", ["NAME"]).text([roman(format!("{page} - {}", about(command)))]);
    roff.control("SH", ["SYNOPSIS"]);
    synopsis(&mut roff, command, called);
    roff.control("SH", ["DESCRIPTION"]);
    let long = command.get_long_about().map_or_else(|| about(command), ToString::to_string);
    let paragraphs: Vec<&str> = long.split("\n\n").chain(help.description.iter().map(String::as_str)).collect();
    for (at, paragraph) in paragraphs.into_iter().enumerate() {
        if at > 0 {
            roff.control("PP", []);
        }
        write_paragraph(&mut roff, paragraph);
    }
    commands(&mut roff, command, page);
    options(&mut roff, command);
    roff.control("SH", ["EXAMPLES"]);
    literal(&mut roff, &help.examples);
    roff.control("SH", ["EXIT STATUS"]);
    terms(&mut roff, &STATUSES);
    roff.control("SH", ["FILES"]);
    terms(&mut roff, &FILES);
    roff.control("SH", ["ENVIRONMENT"]);
    terms(&mut roff, &ENVIRONMENT);
    roff.control("SH", ["SEE ALSO"]).text(see_also(command, page));
    roff.to_roff()
}

/// The text below a command's options, in its parts.
struct Help {
    description: Vec<String>,
    examples: String,
}

impl Help {
    fn of(command: &Command) -> Self {
        let text = command.get_after_help().unwrap().to_string();
        let at = text.find("Example").unwrap();
        let (before, after) = text.split_at(at);
        let (heading, examples) = after.split_once('\n').unwrap();
        // A heading may say where the example belongs.
        let heading = heading.strip_prefix("Example, in ").map(|place| format!("In {place}\n")).unwrap_or_default();
        let mut description: Vec<String> =
            before.trim().split("\n\n").filter(|text| !text.is_empty()).map(str::to_owned).collect();
        description.retain(|text| !text.starts_with("Exit status"));
        Self { description, examples: heading + examples }
    }
}

/// Writes a paragraph: indented lines as they are, the others as running text.
fn write_paragraph(roff: &mut Roff, text: &str) {
    let lines: Vec<&str> = text.lines().collect();
    for lines in lines.chunk_by(|one, next| one.starts_with("  ") == next.starts_with("  ")) {
        let lines = lines.join("\n");
        if lines.starts_with("  ") {
            literal(roff, &lines);
        } else {
            let end = if lines.ends_with([':', '.']) { "" } else { "." };
            roff.text([roman(lines.replace('\n', " ") + end)]);
        }
    }
}

fn literal(roff: &mut Roff, text: &str) {
    roff.control("nf", []);
    for line in text.lines() {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
}

fn synopsis(roff: &mut Roff, command: &Command, called: &str) {
    let mut line: Vec<Inline> = Vec::new();
    for (at, word) in called.split(' ').enumerate() {
        let is_value = word.chars().all(|c| c.is_uppercase());
        line.push(roman(if at == 0 { "" } else { " " }));
        line.push(if is_value { italic(word) } else { bold(word) });
    }
    if own_options(command).next().is_some() {
        line.extend([roman(" ["), italic("OPTION"), roman("]...")]);
    }
    for word in command.get_positionals() {
        let many = word.get_num_args().is_some_and(|number| number.max_values() > 1);
        let (open, close) = if word.is_required_set() { (" ", "") } else { (" [", "]") };
        line.extend([roman(open), italic(value_name(word)), roman(if many { "..." } else { "" }), roman(close)]);
    }
    if command.has_subcommands() {
        line.extend([roman(" "), italic("COMMAND")]);
    }
    roff.text(line);
}

fn commands(roff: &mut Roff, command: &Command, page: &str) {
    if !command.has_subcommands() {
        return;
    }
    roff.control("SH", ["COMMANDS"]);
    for below in subcommands(command) {
        roff.control("TP", [])
            .text([bold(format!("{page}-{}", below.get_name())), roman("(8)")])
            .text([roman(about(below))]);
    }
}

fn options(roff: &mut Roff, command: &Command) {
    roff.control("SH", ["OPTIONS"]);
    for argument in command.get_positionals().chain(own_options(command)) {
        let mut term = Vec::new();
        if argument.is_positional() {
            term.push(italic(value_name(argument)));
        } else {
            let short = argument.get_short().map(|short| format!("-{short}"));
            let long = argument.get_long().map(|long| format!("--{long}"));
            term.push(bold(short.into_iter().chain(long).collect::<Vec<_>>().join(", ")));
            if argument.get_action().takes_values() {
                term.extend([roman(" "), italic(value_name(argument))]);
            }
        }
        roff.control("TP", []).text(term).text([roman(explanation(argument))]);
    }
    if command.get_name() != "netgraft" {
        if command.get_positionals().chain(own_options(command)).next().is_some() {
            roff.control("PP", []);
        }
        roff.text([roman("The options of all commands are in "), bold("netgraft"), roman("(8).")]);
    }
}

/// Returns an argument's help, with its values and its default.
fn explanation(argument: &Arg) -> String {
    let mut text = argument.get_help().unwrap().to_string();
    let values: Vec<String> = argument
        .get_possible_values()
        .iter()
        .filter(|_| argument.get_action().takes_values())
        .map(|value| value.get_name().to_owned())
        .collect();
    if !values.is_empty() {
        text += &format!(" [possible values: {}]", values.join(", "));
    }
    for default in argument.get_default_values().iter().filter(|_| argument.get_action().takes_values()) {
        text += &format!(" [default: {}]", default.display());
    }
    text + "."
}

fn terms(roff: &mut Roff, terms: &[(&str, &str)]) {
    for (term, text) in terms {
        roff.control("TP", []).text([bold(*term)]).text([roman(*text)]);
    }
}

fn see_also(command: &Command, page: &str) -> Vec<Inline> {
    let above = page.rsplit_once('-').map(|(above, _)| above.to_owned()).filter(|_| page != "netgraft-oci-hook");
    let below = subcommands(command).map(|below| format!("{page}-{}", below.get_name()));
    let mut pages: Vec<String> = above.into_iter().chain(below).collect();
    if page != "netgraft" && !pages.iter().any(|other| other == "netgraft") {
        pages.insert(0, "netgraft".to_owned());
    }
    pages.extend(["ip-link".to_owned(), "ip-netns".to_owned()]);
    let mut line = Vec::new();
    for (at, other) in pages.into_iter().enumerate() {
        line.extend([roman(if at == 0 { "" } else { ", " }), bold(other), roman("(8)")]);
    }
    line.extend([roman(", "), bold("network_namespaces"), roman("(7)")]);
    line
}

fn about(command: &Command) -> String {
    command.get_about().unwrap().to_string()
}

fn value_name(argument: &Arg) -> String {
    let names = argument.get_value_names().unwrap();
    names.first().unwrap().to_string()
}

/// Returns the options of a command itself: those of all commands are in the overview alone.
fn own_options(command: &Command) -> impl Iterator<Item = &Arg> {
    let is_overview = command.get_name() == "netgraft";
    command
        .get_arguments()
        .filter(move |argument| !argument.is_positional() && !argument.is_hide_set())
        .filter(move |argument| is_overview || !(argument.is_global_set() || argument.get_id() == "help"))
}

fn subcommands(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|below| !below.is_hide_set())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_has_all_sections() {
        let pages = tempfile::tempdir().unwrap();
        write(&super::super::grammar(), "netgraft", "netgraft", pages.path());
        let mut count = 0;
        for file in fs::read_dir(pages.path()).unwrap() {
            let page = fs::read_to_string(file.unwrap().path()).unwrap();
            for section in [
                "NAME",
                "SYNOPSIS",
                "DESCRIPTION",
                "OPTIONS",
                "EXAMPLES",
                "EXIT STATUS",
                "FILES",
                "ENVIRONMENT",
                "SEE ALSO",
            ] {
                let heading = format!("\n.SH {section}\n").replace("EXIT STATUS", "\"EXIT STATUS\"");
                let heading = heading.replace("SEE ALSO", "\"SEE ALSO\"");
                assert!(page.contains(&heading), "{section}: {page}");
            }
            count += 1;
        }
        assert!(count > 30, "{count} pages");
    }

    #[test]
    fn nested_pages_have_the_words_of_the_command_line_in_order() {
        let pages = tempfile::tempdir().unwrap();
        write(&super::super::grammar(), "netgraft", "netgraft", pages.path());
        let page = fs::read_to_string(pages.path().join("netgraft-gateway-set.8")).unwrap();
        let synopsis = page.split_once(".SH SYNOPSIS\n").unwrap().1.lines().next().unwrap();
        let plain = synopsis.replace("\\fB", "").replace("\\fI", "").replace("\\fR", "");
        assert_eq!(plain, "netgraft gateway NETNS set [OPTION]... ADDRESS");
    }
}
