//! Colours. Any output may have them: printing removes them if it is no terminal.

use std::fmt;

use anstyle::{AnsiColor, Style};

pub(crate) const HEADING: Style = AnsiColor::Blue.on_default().bold();
pub(crate) const NAME: Style = Style::new().bold();
pub(crate) const VALUE: Style = AnsiColor::Cyan.on_default();
pub(crate) const FINE: Style = AnsiColor::Green.on_default();
pub(crate) const WRONG: Style = AnsiColor::Red.on_default();
pub(crate) const FAINT: Style = Style::new().dimmed();

/// A text in a style.
pub(crate) fn painted<T: fmt::Display>(style: Style, text: T) -> Painted<T> {
    Painted { style, text }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Painted<T> {
    style: Style,
    text: T,
}

impl<T: fmt::Display> fmt::Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.style)?;
        // The text may be padded.
        self.text.fmt(f)?;
        write!(f, "{:#}", self.style)
    }
}
