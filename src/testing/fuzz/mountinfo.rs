//! What mounts the kernel tells of.

use std::os::unix::ffi::OsStrExt;

use crate::netns::discover::{number, pin_of};

/// A mountinfo: a pin that is found in it would be found again where the kernel writes it.
pub(crate) fn lines(input: &[u8]) {
    for line in input.split(|byte| *byte == b'\n') {
        let Some((namespace, path)) = pin_of(line) else { continue };
        let mut again = [b"36 35 0:4 ", namespace, b" "].concat();
        for byte in path.as_os_str().as_bytes() {
            match byte {
                b' ' | b'\t' | b'\n' | b'\\' => again.extend(format!("\\{byte:03o}").bytes()),
                byte => again.push(*byte),
            }
        }
        again.extend(b" rw - nsfs nsfs rw");
        assert_eq!(pin_of(&again), Some((namespace, path.clone())));
        let number = number(namespace, b"net:[");
        assert!(number.is_none() || namespace.starts_with(b"net:["));
    }
}
