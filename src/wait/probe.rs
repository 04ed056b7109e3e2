//! Probes for IPv4 addresses before they are used (RFC 5227 §2.1.1).

use std::net::Ipv4Addr;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use crate::error::{Context, Error, ErrorKind, Result};
use crate::netns::NetNs;
use crate::sys::arp::ArpSocket;
use crate::sys::packet::{Destination, PacketSocket};
use crate::sys::poll;
use crate::types::{IfIndex, MacAddr, random};
use crate::wire::arp::{ArpAnnouncement, ArpPacket, probe};

/// Addresses that a link will use, and how to probe for them.
#[derive(Debug)]
pub(crate) struct Probed {
    pub(crate) link: IfIndex,
    pub(crate) mac: MacAddr,
    pub(crate) addresses: Vec<Ipv4Addr>,
    /// The number of probes, at least one.
    pub(crate) count: u8,
    /// The shortest time between probes; each time is chosen anew, up to twice that.
    pub(crate) interval: Duration,
}

/// When the next probe of a link is due, and how many are left. None left: the wait for answers ends then.
struct Timer<'a> {
    of: &'a Probed,
    left: u8,
    due: Instant,
}

/// Probes for addresses, each list by its own schedule, and listens for hosts that have one or probe for it as well.
///
/// # Errors
/// [`ErrorKind::DuplicateAddress`], as `(the link, the error)`, with the MAC that answered.
pub(crate) fn for_unused_addresses(
    netns: &NetNs,
    list: &[Probed],
    cancel: &[BorrowedFd<'_>],
) -> Result<std::result::Result<(), (IfIndex, Error)>> {
    let open = || Ok::<_, std::io::Error>((PacketSocket::open()?, ArpSocket::open()?));
    let (sender, receiver) =
        netns.run(open).and_then(|sockets| Ok(sockets?)).doing(|| format!("open packet sockets in {netns}"))?;
    let begin = Instant::now();
    let first = |of| Timer { of, left: of.count, due: begin + up_to(of.interval) };
    let mut timers: Vec<Timer<'_>> = list.iter().map(first).collect();
    while let Some(due) = timers.iter().map(|timer| timer.due).min() {
        if poll::readable(receiver.as_fd(), due, cancel)? {
            if let Some(conflict) = conflict(&receiver, list)? {
                return Ok(Err(conflict));
            }
            // Others may keep it readable for ever.
        }
        let now = Instant::now();
        timers.retain(|timer| timer.left > 0 || timer.due > now);
        for timer in timers.iter_mut().filter(|timer| timer.due <= now) {
            timer.of.send(&sender)?;
            timer.left -= 1;
            let more = if timer.left > 0 { up_to(timer.of.interval) } else { timer.of.interval };
            timer.due = now + timer.of.interval + more;
        }
    }
    Ok(Ok(()))
}

impl Probed {
    fn send(&self, socket: &PacketSocket) -> Result<()> {
        let to =
            Destination { link: self.link, ethertype: ArpAnnouncement::ETHERTYPE, mac: ArpAnnouncement::DESTINATION };
        for address in &self.addresses {
            socket.send(to, &probe(self.mac, *address)).doing(|| format!("send a probe for {address}"))?;
        }
        Ok(())
    }
}

/// Reads incoming packets, and returns an address that somebody else has.
fn conflict(receiver: &ArpSocket, list: &[Probed]) -> Result<Option<(IfIndex, Error)>> {
    // Longer than any packet: Ethernet pads short frames.
    let mut buffer = [0; 64];
    while let Some((link, length)) = receiver.receive(&mut buffer)? {
        let Some(packet) = buffer.get(..length).and_then(ArpPacket::parse) else { continue };
        for probed in list.iter().filter(|probed| probed.link == link) {
            let claimed = probed.addresses.iter().find(|address| packet.claims(**address));
            if let Some(address) = claimed.filter(|_| packet.mac != probed.mac) {
                let message = format!("the address {address} is in use: {} answers for it", packet.mac);
                return Ok(Some((link, Error::new(ErrorKind::DuplicateAddress, message))));
            }
        }
    }
    Ok(None)
}

/// Returns a random time, up to a limit.
fn up_to(limit: Duration) -> Duration {
    limit.mul_f64(random() as u32 as f64 / f64::from(u32::MAX))
}
