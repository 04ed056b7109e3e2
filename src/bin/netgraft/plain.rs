//! Text that comes from elsewhere, on its way to a terminal.

/// A text that may hold anything, with what would break its line, or move the cursor, escaped: what the library escapes
/// in errors and names.
pub(crate) fn plain(text: &str) -> String {
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
        assert_eq!(plain("a\nb\r\t\0c\x1b[2J"), r"a\nb\r\t\0c\u{1b}[2J");
        assert_eq!(plain("\u{85}\u{9b}\u{2028}\u{2029}"), r"\u{85}\u{9b}\u{2028}\u{2029}");
        assert_eq!(plain("ü \"quoted\" \\ \u{2029}"), r#"ü "quoted" \ \u{2029}"#);
    }
}
