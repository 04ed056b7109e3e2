//! Journal entries.

use crate::journal::{Entry, seal};
use crate::testing::fuzz::values::is_presentable;

/// A file as it is found, and as it would be found if it was whole.
pub(crate) fn entry(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    for text in [text.to_owned(), seal(text)] {
        match Entry::parse(&text) {
            Ok(entry) => {
                let written = entry.to_text();
                let read = Entry::parse(&written).expect("it reads what it writes");
                assert_eq!(read, entry);
                assert_eq!(read.to_text(), written);
            }
            Err(error) => is_presentable(&error),
        }
    }
}
