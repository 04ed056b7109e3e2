//! ARP announcement: RFC 826's packet with the content of RFC 5227 §3.

use std::net::Ipv4Addr;

use crate::types::MacAddr;

/// Hardware type Ethernet (1), protocol type IPv4 (0x0800), their address lengths, operation request (1).
const HEADER: [u8; 8] = [0, 1, 0x08, 0x00, 6, 4, 0, 1];

/// The sender of a probe: a host without an address.
const NO_IP: [u8; 4] = [0; 4];

/// Nothing is asked for: by RFC 5227 §3 the target's hardware address is zero.
const NO_MAC: [u8; 6] = [0; 6];

/// An ARP announcement: "`ip` is at `mac`", to everyone on the link.
///
/// It is an ARP request in which the sender asks for its own address (RFC 5227 §3). Hosts that have the
/// address in their neighbour cache replace the MAC that they have for it.
///
/// Builds and parses the ARP packet alone, without the Ethernet header, as an
/// `AF_PACKET`/`SOCK_DGRAM` socket sends and receives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ArpAnnouncement {
    /// The hardware address of `ip`.
    pub mac: MacAddr,
    /// The address announced: the packet's sender and target.
    pub ip: Ipv4Addr,
}

impl ArpAnnouncement {
    /// Length of the packet in bytes.
    pub const LEN: usize = 28;

    /// The Ethernet header's type field (`ETH_P_ARP`).
    #[doc(alias = "ETH_P_ARP")]
    pub const ETHERTYPE: u16 = 0x0806;

    /// The Ethernet header's destination: broadcast.
    pub const DESTINATION: MacAddr = MacAddr::BROADCAST;

    /// Writes the packet over all of `buffer`.
    pub fn emit(&self, buffer: &mut [u8; Self::LEN]) {
        let (mac, ip) = (self.mac.octets(), self.ip.octets());
        let fields = HEADER.iter().chain(&mac).chain(&ip).chain(&NO_MAC).chain(&ip);
        for (byte, field) in buffer.iter_mut().zip(fields) {
            *byte = *field;
        }
    }

    /// Reads a packet that is an announcement exactly as [`emit`](Self::emit) writes it.
    ///
    /// Returns `None` for every other packet. What follows it is ignored: Ethernet pads short frames.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let (header, rest) = bytes.split_first_chunk::<8>()?;
        let (mac, rest) = rest.split_first_chunk::<6>()?;
        let (sender, rest) = rest.split_first_chunk::<4>()?;
        let (target_mac, rest) = rest.split_first_chunk::<6>()?;
        let (target, _padding) = rest.split_first_chunk::<4>()?;
        let ours = *header == HEADER && sender == target && *target_mac == NO_MAC;
        ours.then(|| Self { mac: MacAddr::new(*mac), ip: Ipv4Addr::from(*sender) })
    }
}

/// Writes a probe: a request for an address, from a host that has none yet (RFC 5227 §2.1.1).
pub(crate) fn probe(mac: MacAddr, ip: Ipv4Addr) -> [u8; ArpAnnouncement::LEN] {
    let mut packet = [0; ArpAnnouncement::LEN];
    let (mac, ip) = (mac.octets(), ip.octets());
    let fields = HEADER.iter().chain(&mac).chain(&NO_IP).chain(&NO_MAC).chain(&ip);
    for (byte, field) in packet.iter_mut().zip(fields) {
        *byte = *field;
    }
    packet
}

/// The content of an ARP packet for IPv4 over Ethernet, whatever its operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ArpPacket {
    pub(crate) mac: MacAddr,
    pub(crate) sender: Ipv4Addr,
    pub(crate) target: Ipv4Addr,
}

impl ArpPacket {
    /// Reads a packet without its Ethernet header.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let (header, rest) = bytes.split_first_chunk::<8>()?;
        let (mac, rest) = rest.split_first_chunk::<6>()?;
        let (sender, rest) = rest.split_first_chunk::<4>()?;
        let (_, rest) = rest.split_first_chunk::<6>()?;
        let (target, _) = rest.split_first_chunk::<4>()?;
        let is_ipv4 = header.get(..6) == HEADER.get(..6);
        is_ipv4.then(|| Self {
            mac: MacAddr::new(*mac),
            sender: Ipv4Addr::from(*sender),
            target: Ipv4Addr::from(*target),
        })
    }

    /// Returns whether the packet comes from a host that has an address, or probes for it as well (RFC 5227 §2.1.1).
    pub(crate) fn claims(&self, ip: Ipv4Addr) -> bool {
        self.sender == ip || (self.sender.is_unspecified() && self.target == ip)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sent by Linux 6.18 itself with `arp_notify` on:
    /// `sysctl net.ipv4.conf.v0.arp_notify=1; ip address add 10.0.0.2/24 dev v0; ip link set v0 up`,
    /// captured at the other end of the veth by `tcpdump -i v1 -w`, less the Ethernet header
    /// `ff:ff:ff:ff:ff:ff 02:42:0a:00:00:02 0806`.
    const CAPTURED: [u8; 28] = [
        0x00, 0x01, // hardware type: Ethernet
        0x08, 0x00, // protocol type: IPv4
        0x06, // hardware address length
        0x04, // protocol address length
        0x00, 0x01, // operation: request
        0x02, 0x42, 0x0a, 0x00, 0x00, 0x02, // sender hardware address
        0x0a, 0x00, 0x00, 0x02, // sender protocol address: 10.0.0.2
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // target hardware address: none
        0x0a, 0x00, 0x00, 0x02, // target protocol address: 10.0.0.2
    ];

    fn announcement() -> ArpAnnouncement {
        ArpAnnouncement { mac: "02:42:0a:00:00:02".parse().unwrap(), ip: Ipv4Addr::new(10, 0, 0, 2) }
    }

    #[test]
    fn emits_what_the_kernel_sends() {
        let mut buffer = [0xa5; ArpAnnouncement::LEN];
        announcement().emit(&mut buffer);
        assert_eq!(buffer, CAPTURED);
    }

    #[test]
    fn parses_what_the_kernel_sends() {
        assert_eq!(ArpAnnouncement::parse(&CAPTURED), Some(announcement()));
    }

    #[test]
    fn ignores_padding() {
        let mut padded = CAPTURED.to_vec();
        padded.resize(46, 0xa5);
        assert_eq!(ArpAnnouncement::parse(&padded), Some(announcement()));
    }

    #[test]
    fn refuses_every_truncation() {
        for length in 0..CAPTURED.len() {
            assert_eq!(ArpAnnouncement::parse(&CAPTURED[..length]), None, "{length}");
        }
    }

    /// Every bit counts: flipped, the packet is no announcement, or it announces something else.
    #[test]
    fn no_bit_is_ignored() {
        for bit in 0..CAPTURED.len() * 8 {
            let mut bytes = CAPTURED;
            bytes[bit / 8] ^= 1 << (bit % 8);
            let parsed = ArpAnnouncement::parse(&bytes);
            let in_mac = (8..14).contains(&(bit / 8));
            assert_eq!(parsed.is_some(), in_mac, "bit {bit}");
            assert_ne!(parsed, Some(announcement()), "bit {bit}");
        }
    }

    #[test]
    fn a_real_request_is_no_announcement() {
        let mut request = CAPTURED;
        request[27] = 1;
        assert_eq!(ArpAnnouncement::parse(&request), None);
    }
}
