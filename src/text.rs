//! Escaping: bytes and texts as one printable line.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Escapes bytes, so that they print on one line.
pub(crate) fn printable(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => one_line(text),
        Err(_) => bytes.escape_ascii().to_string(),
    }
}

/// Escapes a path, so that the path prints on one line.
pub(crate) fn printable_path(path: &Path) -> String {
    printable(path.as_os_str().as_bytes())
}

/// Escapes control characters and line separators.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().fold(String::new(), |mut line, c| {
        if c.is_control() || c == '\u{2028}' || c == '\u{2029}' {
            line.extend(c.escape_debug());
        } else {
            line.push(c);
        }
        line
    })
}

/// Describes a name, or a pattern that ends with `%d`, for messages.
pub(crate) fn name_or_prefix(name: &[u8]) -> String {
    match name.strip_suffix(b"%d") {
        Some(prefix) => format!("a name with the prefix {}", printable(prefix)),
        None => format!("the name {}", printable(name)),
    }
}
