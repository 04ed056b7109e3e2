//! What is said about a wrong command line: one line that names option and value, and at most a tip.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::escape::escape;

/// How much of a value is shown, and of a reason.
const VALUE_SHOWN: usize = 60;
const REASON_SHOWN: usize = 300;

/// What is wrong, and what may help.
pub(crate) struct Refusal {
    pub(crate) message: String,
    pub(crate) tip: Option<String>,
}

impl From<&clap::Error> for Refusal {
    fn from(error: &clap::Error) -> Self {
        let arguments = strings(error, ContextKind::InvalidArg);
        let option = arguments.iter().map(|argument| option(argument)).collect::<Vec<_>>().join(", ");
        let value = strings(error, ContextKind::InvalidValue).join(" ");
        let shown = match &*value {
            "" => "\"\"".to_owned(),
            value => format!("'{}'", cut(&escape(value), VALUE_SHOWN)),
        };
        let message = match error.kind() {
            ErrorKind::ValueValidation => {
                let reason = error.source().map_or_else(String::new, ToString::to_string);
                format!("invalid value {shown} for {option}: {}", cut(&escape(&reason), REASON_SHOWN))
            }
            ErrorKind::InvalidValue if value.is_empty() => format!("invalid value {shown} for {option}"),
            ErrorKind::InvalidValue => {
                let valid = strings(error, ContextKind::ValidValue).join(", ");
                format!("invalid value {shown} for {option}: one of {valid} is possible")
            }
            _ => first_paragraph(error),
        };
        let suggested = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
            .into_iter()
            .find_map(|kind| strings(error, kind).into_iter().next());
        Self { message, tip: suggested.map(|word| format!("did you mean {}?", escape(&word))) }
    }
}

/// An argument as a person writes it: `--mtu` of `--mtu <N>`, `LINK` of `<LINK>`.
fn option(arg: &str) -> String {
    let word = arg.split(' ').next().unwrap_or(arg);
    escape(word.trim_matches(['<', '>', '[', ']', '.']))
}

fn strings(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

fn cut(text: &str, length: usize) -> String {
    match text.char_indices().nth(length) {
        Some((at, _)) => format!("{}… ({} bytes)", text.get(..at).unwrap_or_default(), text.len()),
        None => text.to_owned(),
    }
}

/// The rest of the text is usage and tips.
fn first_paragraph(error: &clap::Error) -> String {
    let text = error.to_string();
    let (paragraph, _) = text.split_once("\n\n").unwrap_or((&text, ""));
    let lines: Vec<&str> = paragraph.lines().map(str::trim).collect();
    let message = lines.join(" ");
    cut(&escape(message.strip_prefix("error: ").unwrap_or(&message)), REASON_SHOWN)
}
