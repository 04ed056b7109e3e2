//! A line of a batch: words as a shell has them, then the grammar.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use super::{Line, LineCommand, Refusal, command_meant, parse};

/// Why a line cannot be understood, and the name of the command that was meant.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) command: Option<String>,
    pub(crate) message: String,
}

/// What a line asks for, and the name of its command; nothing when it is empty or a comment.
pub(crate) fn read(line: &[u8]) -> Result<Option<(String, LineCommand)>, Wrong> {
    let Some(words) = shlex::bytes::split(line) else {
        let message = format!("a quote is not closed in \"{}\"", line.trim_ascii().escape_ascii());
        return Err(Wrong { command: None, message });
    };
    if words.is_empty() {
        return Ok(None);
    }
    let words: Vec<OsString> = words.into_iter().map(OsString::from_vec).collect();
    match parse::<Line>(&words) {
        Ok((name, line)) => Ok(Some((name, line.command))),
        Err(error) => Err(Wrong { command: command_meant::<Line>(&words), message: Refusal::from(&error).message }),
    }
}

/// Holds a line to what is promised of every one: it is understood, however it is quoted, or there is one line to say why not.
#[cfg(any(test, fuzzing))]
pub(crate) fn check(line: &[u8]) {
    match read(line) {
        Ok(None) => {}
        Ok(Some(command)) => {
            let words = shlex::bytes::split(line).unwrap_or_default();
            let quoted = shlex::bytes::try_join(words.iter().map(Vec::as_slice));
            let again = quoted.map(|line| format!("{:?}", read(&line).ok().flatten()));
            assert!(again.is_err() || again == Ok(format!("{:?}", Some(command))), "{again:?}");
        }
        Err(Wrong { message, .. }) => {
            assert!(!message.is_empty() && !message.contains(char::is_control), "{message:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn what_fuzzing_has_kept() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        if root.join(".cargo_vcs_info.json").exists() {
            // A published package lacks what belongs to another one.
            return;
        }
        let corpus = root.join("fuzz/corpus/batch");
        let inputs: Vec<_> =
            fs::read_dir(corpus).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect();
        assert!(inputs.iter().any(|input| matches!(read(input), Ok(Some(_)))));
        inputs.iter().for_each(|input| check(input));
    }
}
