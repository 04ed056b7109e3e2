//! Lines with a key and a value, and values that stay on their line whatever their bytes.

use std::fmt::{Display, Write};

use crate::error::{Error, ErrorKind, Result};

/// Writes lines.
#[derive(Debug, Default)]
pub(crate) struct Writer(String);

impl Writer {
    pub(crate) fn line(&mut self, key: &str, value: impl Display) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{key} {value}");
    }

    /// Ends the text with a checksum, which detects a torn file.
    pub(crate) fn finish(mut self) -> String {
        let sum = checksum(self.0.as_bytes());
        self.line("end", format_args!("{sum:016x}"));
        self.0
    }
}

/// Reads lines, in their fixed order.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    lines: std::iter::Peekable<std::str::Lines<'a>>,
}

impl<'a> Reader<'a> {
    /// Checks that the text is whole.
    pub(crate) fn new(text: &'a str) -> Result<Self> {
        let torn = || invalid("it is torn: its last line is missing or does not fit the rest");
        let body = text.strip_suffix('\n').ok_or_else(torn)?;
        let split = body.rfind('\n').ok_or_else(torn)? + 1;
        let (content, end) = (text.get(..split), body.get(split..));
        let sum = end.and_then(|end| end.strip_prefix("end ")).and_then(|sum| u64::from_str_radix(sum, 16).ok());
        match content {
            Some(content) if sum == Some(checksum(content.as_bytes())) => {
                Ok(Self { lines: content.lines().peekable() })
            }
            _ => Err(torn()),
        }
    }

    /// Returns the value of the next line, if the line has this key.
    pub(crate) fn optional(&mut self, key: &str) -> Option<&'a str> {
        let line = self.lines.next_if(|line| line.split(' ').next() == Some(key))?;
        Some(line.split_once(' ').map_or("", |(_, value)| value))
    }

    /// Returns whether the next line is this one, and reads it then.
    pub(crate) fn flag(&mut self, line: &str) -> bool {
        self.lines.next_if(|next| *next == line).is_some()
    }

    /// Returns the value of the next line, which must have this key.
    pub(crate) fn required(&mut self, key: &str) -> Result<&'a str> {
        self.optional(key).ok_or_else(|| invalid(&format!("\"{key}\" is missing or in the wrong place")))
    }

    /// Returns the values of all next lines with this key.
    pub(crate) fn many<T>(&mut self, key: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<T>> {
        let mut values = Vec::new();
        while let Some(value) = self.optional(key) {
            values.push(field(key, parse(value))?);
        }
        Ok(values)
    }

    /// Refuses further lines.
    pub(crate) fn finish(mut self) -> Result<()> {
        match self.lines.next() {
            None => Ok(()),
            Some(line) => Err(invalid(&format!("unknown line \"{}\"", line.escape_debug()))),
        }
    }
}

/// Returns a value, or the complaint that it could not be read.
pub(crate) fn field<T>(key: &str, value: Option<T>) -> Result<T> {
    value.ok_or_else(|| invalid(&format!("the value of \"{key}\" is malformed")))
}

pub(crate) fn invalid(problem: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, format!("not a journal entry: {problem}"))
}

/// Ends a text as a writer does, whatever the text.
#[cfg(any(test, fuzzing))]
pub(crate) fn seal(text: &str) -> String {
    Writer(text.to_owned()).finish()
}

/// FNV-1a, 64 bits.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Returns bytes as a word: `%` and bytes that are no printable ASCII become `%` and two digits; an empty value becomes `%`.
pub(crate) fn escape(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "%".to_owned();
    }
    bytes.iter().fold(String::new(), |mut word, byte| {
        if byte.is_ascii_graphic() && *byte != b'%' && *byte != b'/' {
            word.push(char::from(*byte));
        } else {
            let _ = write!(word, "%{byte:02x}");
        }
        word
    })
}

/// Returns the bytes that a word stands for.
pub(crate) fn unescape(word: &str) -> Option<Vec<u8>> {
    if word == "%" {
        return Some(Vec::new());
    }
    let mut bytes = Vec::new();
    let mut rest = word.as_bytes();
    while let Some((byte, behind)) = rest.split_first() {
        rest = behind;
        if *byte == b'%' {
            bytes.extend(unhex(rest.get(..2)?)?);
            rest = rest.get(2..)?;
        } else {
            bytes.push(*byte);
        }
    }
    // Only one spelling is accepted, so that a name has one file.
    (!bytes.is_empty() && self::escape(&bytes) == word).then_some(bytes)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(crate) fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |digit: u8| char::from(digit).to_digit(16).filter(|_| !digit.is_ascii_uppercase());
    let pairs = text.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    pairs
        .map(|pair| match pair {
            [high, low] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_hold_anything() {
        for bytes in [&b""[..], b"eth0", b"a b\n%/", b"\xff\0", "ü".as_bytes()] {
            let word = escape(bytes);
            assert!(word.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/'), "{word}");
            assert_eq!(unescape(&word).unwrap(), bytes);
        }
        for other in ["", "%4", "%zz", "%41", "a%", "%FF"] {
            assert_eq!(unescape(other), None, "{other}");
        }
    }

    #[test]
    fn torn_texts_are_told() {
        let mut writer = Writer::default();
        writer.line("one", 1);
        writer.line("two", "2 3");
        let text = writer.finish();
        let mut reader = Reader::new(&text).unwrap();
        assert_eq!(reader.required("one").unwrap(), "1");
        assert_eq!(reader.optional("three"), None);
        assert_eq!(reader.required("two").unwrap(), "2 3");
        reader.finish().unwrap();
        for end in 0..text.len() {
            assert!(Reader::new(&text[..end]).is_err(), "{end}");
        }
        assert!(Reader::new(&text.replace('2', "4")).is_err());
    }
}
