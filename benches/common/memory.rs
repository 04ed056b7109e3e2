//! What the process has in memory, in bytes.

use std::fs;

/// Now.
pub(crate) fn resident() -> usize {
    status("VmRSS:")
}

/// At most, since that was last forgotten.
pub(crate) fn peak() -> usize {
    status("VmHWM:")
}

pub(crate) fn forget_peak() {
    fs::write("/proc/self/clear_refs", "5").unwrap();
}

fn status(name: &str) -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() << 10
}
