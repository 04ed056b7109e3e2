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

/// Escapes a link's name, so that it prints on one line and can be read back: no other name is written the same way.
pub(crate) fn printable_name(name: &[u8]) -> String {
    name.utf8_chunks().fold(String::new(), |shown, chunk| {
        let valid = one_line(&chunk.valid().replace('\\', r"\\"));
        let invalid = chunk.invalid().iter().map(|byte| format!(r"\x{byte:02x}")).collect::<String>();
        shown + &valid + &invalid
    })
}

/// Escapes a path, so that the path prints on one line.
pub(crate) fn printable_path(path: &Path) -> String {
    printable(path.as_os_str().as_bytes())
}

/// Escapes control characters, line separators, and what is not seen or turns the direction of writing.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().fold(String::new(), |mut line, c| {
        if c.is_control() || is_format(c) {
            line.extend(c.escape_debug());
        } else {
            line.push(c);
        }
        line
    })
}

/// Tells whether a character has no shape of its own: zero widths, line separators, and what turns the direction of writing.
pub(crate) fn is_format(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Returns a noun with "a" or "an" in front.
pub(crate) fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {noun}")
}

/// Describes a name, or a pattern that ends with `%d`, for messages.
pub(crate) fn name_or_prefix(name: &[u8]) -> String {
    match name.strip_suffix(b"%d") {
        Some(prefix) => format!("a name with the prefix {}", printable_name(prefix)),
        None => format!("the name {}", printable_name(name)),
    }
}
