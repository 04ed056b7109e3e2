//! What not every kernel has: kinds of links, and words for its refusals.

use std::fmt::Debug;
use std::process::Command;

use netgraft::{ErrorKind, Result};

use super::{ip, refused};

/// Whether this kernel makes links of a kind, as `ip` finds out. Those that are made on another link are on `lo`, which
/// no kernel allows. Where `NETGRAFT_REQUIRE_KINDS` is set, it has to.
pub(crate) fn kernel_makes(kind: &str) -> bool {
    let (on, more) = match kind {
        "macvlan" | "ipvlan" => ("link lo", ""),
        "vlan" => ("link lo", "id 7"),
        "vrf" => ("", "table 7"),
        _ => ("", ""),
    };
    let words = format!("link add {on} name probe type {kind} {more}");
    let output = Command::new("ip").args(words.split_whitespace()).output().unwrap();
    if output.status.success() {
        ip("link del probe");
    }
    let has = !String::from_utf8_lossy(&output.stderr).contains("Unknown device type");
    assert!(
        has || std::env::var_os("NETGRAFT_REQUIRE_KINDS").is_none(),
        "this kernel has to make links of kind {kind}"
    );
    has
}

/// Fails unless the kernel was said to lack a kind, by the name of its option.
#[track_caller]
pub(crate) fn assert_lacking<T: Debug>(kind: &str, result: Result<T>) {
    let message = refused(result, ErrorKind::NotSupported);
    assert!(
        message.contains(&format!("{kind}: this kernel has no such links (CONFIG_{})", kind.to_uppercase())),
        "{message}"
    );
}

/// Words that the kernel says from a version on; nothing before.
pub(crate) fn said_since(version: (u32, u32), words: &str) -> &str {
    if is_since(version) { words } else { "" }
}

/// Since Linux 5.13, who moves a link chooses its index. Before, one that is taken where the link goes is lost for good.
pub(crate) fn moves_to_an_index() -> bool {
    is_since((5, 13))
}

/// Whether the kernel refuses to move a link to where an alternative name of it is taken. Linux 5.10 does not.
pub(crate) fn refuses_alternative_names() -> bool {
    is_since((6, 1))
}

fn is_since(version: (u32, u32)) -> bool {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    let mut numbers = release.split(|c: char| !c.is_ascii_digit()).map(|number| number.parse().unwrap());
    (numbers.next().unwrap(), numbers.next().unwrap()) >= version
}
