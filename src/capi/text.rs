//! Text that C gets to read.

use std::ffi::{CString, c_char};
use std::ptr;

/// Bytes as C has them. A NUL among them, which no name, path or message of the kernel's can hold, becomes U+FFFD.
pub(crate) fn c_text(bytes: impl Into<Vec<u8>>) -> CString {
    CString::new(bytes).unwrap_or_else(|error| {
        let parts: Vec<Vec<u8>> = error.into_vec().split(|byte| *byte == 0).map(<[u8]>::to_vec).collect();
        CString::new(parts.join("\u{fffd}".as_bytes())).unwrap_or_default()
    })
}

/// The text or, where there is none, NULL.
pub(crate) fn pointer(text: Option<&CString>) -> *const c_char {
    text.map_or(ptr::null(), |text| text.as_ptr())
}

/// Texts as C has them: an array of pointers that ends with NULL.
pub(crate) struct Texts {
    pointers: Vec<*const c_char>,
    /// What they point to.
    _texts: Vec<CString>,
}

impl Texts {
    pub(crate) fn as_ptr(&self) -> *const *const c_char {
        self.pointers.as_ptr()
    }
}

impl<T: Into<Vec<u8>>> FromIterator<T> for Texts {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let texts: Vec<CString> = items.into_iter().map(c_text).collect();
        let pointers = texts.iter().map(|text| text.as_ptr()).chain([ptr::null()]).collect();
        Self { pointers, _texts: texts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_does_not_cut_a_text_short() {
        assert_eq!(c_text("as it is").to_bytes(), b"as it is");
        assert_eq!(c_text("a\0b").to_bytes(), "a\u{fffd}b".as_bytes());
    }

    #[test]
    fn an_array_ends_with_null() {
        let none: Texts = [""; 0].into_iter().collect();
        assert_eq!(none.pointers, [ptr::null()]);
        let two: Texts = ["a", "b"].into_iter().collect();
        assert_eq!(two.pointers.len(), 3);
        assert!(two.pointers[2].is_null());
    }
}
