//! Telling the neighbours of a pair's addresses, which may have been another container's a moment ago.
//!
//! The kernel sends the announcements: it does so, where arp_notify and ndisc_notify are set, when the MAC of a link is set.
//! A packet socket of our own would cost 8 to 20 ms when the program ends.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Context, Result};
use crate::link::{Kernel, Link};
use crate::place::Place;
use crate::result::Ip;
use crate::veth::gone;

/// How long a new port may take until it forwards. One of a bridge with a spanning tree takes half a minute.
const FORWARDS: Duration = Duration::from_millis(100);
const PAUSE: Duration = Duration::from_micros(100);

pub(crate) fn announce(
    place: &Place<'_, '_>,
    host: &mut Kernel,
    pod: &mut Kernel,
    end: &Link,
    inside: &Link,
    ips: &[Ip],
) -> Result<()> {
    if ips.is_empty() {
        return Ok(());
    }
    pod.set_arp_notify(inside)?;
    if ips.iter().any(|ip| ip.address.is_ipv6()) {
        let file = format!("/proc/sys/net/ipv6/conf/{}/ndisc_notify", inside.name);
        place.pod.run(|| fs::write(&file, "1"))?.doing(format!("write 1 to {file}"))?;
    }
    let begin = Instant::now();
    while !host.link(&end.name)?.ok_or_else(|| gone(&end.name))?.forwards() {
        if begin.elapsed() > FORWARDS {
            return Ok(());
        }
        thread::sleep(PAUSE);
    }
    pod.set_same_mac(inside)
}
