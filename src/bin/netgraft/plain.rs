//! Text that comes from elsewhere, on its way to a terminal.

/// A text that may hold anything, with what would break its line, or move the cursor, escaped.
pub(crate) fn plain(text: &str) -> String {
    let shown = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(shown).collect()
}
