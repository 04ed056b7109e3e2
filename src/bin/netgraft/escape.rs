//! Escapes text from elsewhere on its way to a terminal.

/// Escapes what would break the line or move the cursor: the same characters that the library escapes in errors.
pub(crate) fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut shown, c| {
        if c.is_control() || is_format(c) {
            shown.extend(c.escape_debug());
        } else {
            shown.push(c);
        }
        shown
    })
}

/// Zero widths, line separators, and what turns the direction of writing.
fn is_format(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_on_its_line() {
        assert_eq!(escape("a\nb\r\t\0c\x1b[2J"), r"a\nb\r\t\0c\u{1b}[2J");
        assert_eq!(escape("a\u{202e}b\u{200b}"), r"a\u{202e}b\u{200b}");
        assert_eq!(escape("\u{85}\u{9b}\u{2028}\u{2029}"), r"\u{85}\u{9b}\u{2028}\u{2029}");
        assert_eq!(escape("ü \"quoted\" \\ \u{2029}"), r#"ü "quoted" \ \u{2029}"#);
    }
}
