//! Announcements of addresses, as the neighbours see them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "tests"
)]

mod capture;
#[path = "../common/mod.rs"]
mod common;
mod life;
mod many;
mod process;
mod waits;
mod wire;

use std::time::Duration;

use netgraft::Announce;

const MAC: &str = "02:42:0a:00:00:02";
const V4: &str = "10.0.0.2/24";
const V6: &str = "fd00:1::2/64";

/// The shortest interval there is.
const INTERVAL: Duration = Duration::from_millis(100);

/// This often, as fast as possible.
fn announcing(times: u8) -> Announce {
    Announce::times(times).unwrap().every(INTERVAL).unwrap()
}

/// The number of a link in the calling thread's namespace.
#[track_caller]
fn index(link: &str) -> u32 {
    common::ip_json(&format!("link show dev {link}"))[0]["ifindex"].as_u64().unwrap() as u32
}
