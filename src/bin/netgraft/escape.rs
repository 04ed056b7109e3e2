//! Escapes text from elsewhere on its way to a terminal.

/// Escapes what would break the line or move the cursor: the same characters that the library escapes in errors.
pub(crate) fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut shown, c| {
        if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            shown.extend(c.escape_debug());
        } else {
            shown.push(c);
        }
        shown
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_on_its_line() {
        assert_eq!(escape("a\nb\r\t\0c\x1b[2J"), r"a\nb\r\t\0c\u{1b}[2J");
        assert_eq!(escape("\u{85}\u{9b}\u{2028}\u{2029}"), r"\u{85}\u{9b}\u{2028}\u{2029}");
        assert_eq!(escape("ü \"quoted\" \\ \u{2029}"), r#"ü "quoted" \ \u{2029}"#);
    }
}
