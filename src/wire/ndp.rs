//! Unsolicited Neighbour Advertisement: RFC 4861 §4.4 with the content of §7.2.6, checksum of RFC 4443 §2.3.

use std::net::Ipv6Addr;

use crate::types::MacAddr;

/// Version 6, traffic class 0, flow label 0; payload length; next header ICMPv6 (58); hop limit 255, which tells the receiver
/// that no router has passed the packet on.
const HEADER: [u8; 8] = [0x60, 0, 0, 0, 0, MESSAGE_LEN, 58, 255];

/// From the ICMPv6 header to the end of the option.
const MESSAGE_LEN: u8 = 32;

/// ff02::1, all nodes.
const ALL_NODES: [u8; 16] = [0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

/// Type Neighbour Advertisement (136), code 0.
const TYPE: [u8; 2] = [136, 0];

/// Router = 0, Solicited = 0, Override = 1, reserved bits 0.
const FLAGS: [u8; 4] = [0x20, 0, 0, 0];

/// Option Target Link-Layer Address (2), length 1 in units of eight bytes.
const OPTION: [u8; 2] = [2, 1];

/// An unsolicited Neighbour Advertisement: "`ip` is at `mac`", to every node on the link.
///
/// Router and Solicited are off, Override is on: hosts that have the address in their neighbour cache
/// replace the MAC that they have for it (RFC 4861 §7.2.5). Source and target are the address announced,
/// the destination is ff02::1, the hop limit 255.
///
/// Builds and parses the IPv6 packet, header included, without the Ethernet header, as an
/// `AF_PACKET`/`SOCK_DGRAM` socket sends and receives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NeighbourAdvertisement {
    /// The hardware address of `ip`: the Target Link-Layer Address option.
    pub mac: MacAddr,
    /// The address announced: the packet's source and the message's target.
    pub ip: Ipv6Addr,
}

impl NeighbourAdvertisement {
    /// Length of the packet in bytes: 40 of IPv6 header, 24 of message, 8 of option.
    pub const LEN: usize = 72;

    /// The Ethernet header's type field (`ETH_P_IPV6`).
    #[doc(alias = "ETH_P_IPV6")]
    pub const ETHERTYPE: u16 = 0x86dd;

    /// The Ethernet header's destination, which stands for ff02::1 (RFC 2464 §7).
    pub const DESTINATION: MacAddr = MacAddr::new([0x33, 0x33, 0, 0, 0, 1]);

    /// Writes the packet over all of `buffer`.
    pub fn emit(&self, buffer: &mut [u8; Self::LEN]) {
        let (mac, ip) = (self.mac.octets(), self.ip.octets());
        let checksum = self.checksum().to_be_bytes();
        let header = HEADER.iter().chain(&ip).chain(&ALL_NODES);
        let message = TYPE.iter().chain(&checksum).chain(&FLAGS).chain(&ip).chain(&OPTION).chain(&mac);
        for (byte, field) in buffer.iter_mut().zip(header.chain(message)) {
            *byte = *field;
        }
    }

    /// Reads a packet that is an advertisement exactly as [`emit`](Self::emit) writes it.
    ///
    /// The checksum has to be right, too. Returns `None` for every other packet. What follows it is ignored.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let (header, rest) = bytes.split_first_chunk::<8>()?;
        let (source, rest) = rest.split_first_chunk::<16>()?;
        let (destination, rest) = rest.split_first_chunk::<16>()?;
        let (message_type, rest) = rest.split_first_chunk::<2>()?;
        let (checksum, rest) = rest.split_first_chunk::<2>()?;
        let (flags, rest) = rest.split_first_chunk::<4>()?;
        let (target, rest) = rest.split_first_chunk::<16>()?;
        let (option, rest) = rest.split_first_chunk::<2>()?;
        let (mac, _padding) = rest.split_first_chunk::<6>()?;

        let parsed = Self { mac: MacAddr::new(*mac), ip: Ipv6Addr::from(*target) };
        let ours = *header == HEADER
            && source == target
            && *destination == ALL_NODES
            && *message_type == TYPE
            && *flags == FLAGS
            && *option == OPTION
            && u16::from_be_bytes(*checksum) == parsed.checksum();
        ours.then_some(parsed)
    }

    /// Returns the Internet checksum over the pseudo-header (RFC 8200 §8.1) and the message (RFC 4443 §2.3).
    fn checksum(&self) -> u16 {
        let (mac, ip) = (self.mac.octets(), self.ip.octets());
        let [_, _, _, _, _, length, next_header, _] = HEADER;
        let pseudo_header = sum(&ip) + sum(&ALL_NODES) + u32::from(length) + u32::from(next_header);
        let message = sum(&TYPE) + sum(&FLAGS) + sum(&ip) + sum(&OPTION) + sum(&mac);
        !folded(pseudo_header + message)
    }
}

/// Returns the sum of the 16-bit words of a field that begins at an even place and has an even length.
fn sum(field: &[u8]) -> u32 {
    field.chunks_exact(2).map(|word| word.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte))).sum()
}

/// Adds the carries back in until 16 bits are left (RFC 1071). Twice is enough for any 32-bit sum.
fn folded(sum: u32) -> u16 {
    let once = (sum >> 16) + (sum & 0xffff);
    let [_, _, high, low] = ((once >> 16) + (once & 0xffff)).to_be_bytes();
    u16::from_be_bytes([high, low])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sent by Linux 6.18 itself with `ndisc_notify` on:
    /// `sysctl net.ipv6.conf.v0.ndisc_notify=1; ip address add fd00:1::2/64 dev v0 nodad; ip link set v0 up`,
    /// captured at the other end of the veth by `tcpdump -i v1 -w`, less the Ethernet header
    /// `33:33:00:00:00:01 02:42:0a:00:00:02 86dd`.
    #[rustfmt::skip]
    const CAPTURED: [u8; 72] = [
        0x60, 0x00, 0x00, 0x00, // version 6, traffic class 0, flow label 0
        0x00, 0x20, // payload length: 32
        0x3a, // next header: ICMPv6
        0xff, // hop limit: 255
        0xfd, 0x00, 0x00, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x00, 0x00, 0x02, // source: fd00:1::2
        0xff, 0x02, 0x00, 0x00, 0, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x00, 0x00, 0x01, // destination: ff02::1
        0x88, // type: Neighbour Advertisement
        0x00, // code
        0x50, 0x54, // checksum
        0x20, 0x00, 0x00, 0x00, // Router 0, Solicited 0, Override 1
        0xfd, 0x00, 0x00, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x00, 0x00, 0x02, // target: fd00:1::2
        0x02, // option: Target Link-Layer Address
        0x01, // its length in units of eight bytes
        0x02, 0x42, 0x0a, 0x00, 0x00, 0x02, // the address
    ];

    fn advertisement() -> NeighbourAdvertisement {
        NeighbourAdvertisement { mac: "02:42:0a:00:00:02".parse().unwrap(), ip: "fd00:1::2".parse().unwrap() }
    }

    #[test]
    fn emits_what_the_kernel_sends() {
        let mut buffer = [0xa5; NeighbourAdvertisement::LEN];
        advertisement().emit(&mut buffer);
        assert_eq!(buffer, CAPTURED);
    }

    /// The second capture of the same run, after `ip link set v0 address 02:42:0a:00:00:03`.
    #[test]
    fn checksum_follows_the_mac() {
        let moved = NeighbourAdvertisement { mac: "02:42:0a:00:00:03".parse().unwrap(), ..advertisement() };
        assert_eq!(moved.checksum(), 0x5053);
    }

    /// The sum of one's complements has two zeros; RFC 4443, unlike UDP, sends what comes out.
    #[test]
    fn checksum_zero_is_sent_as_zero() {
        let rest = !advertisement().checksum() - 2;
        let [high, low] = (0xffff - rest).to_be_bytes();
        let mac = MacAddr::new([0x02, 0x42, 0x0a, 0x00, high, low]);
        let zero = NeighbourAdvertisement { mac, ..advertisement() };
        assert_eq!(zero.checksum(), 0);
        let mut bytes = [0xa5; NeighbourAdvertisement::LEN];
        zero.emit(&mut bytes);
        assert_eq!(NeighbourAdvertisement::parse(&bytes), Some(zero));
    }

    #[test]
    fn checksum_carries_all_the_way() {
        let (mac, ip) = (MacAddr::BROADCAST, Ipv6Addr::from([0xff; 16]));
        // The 19 words 0xffff of source, target and MAC add nothing; what is left are the constants.
        let constants: u32 = 0xff02 + 1 + 32 + 58 + 0x8800 + 0x2000 + 0x0201;
        let expected = !((constants & 0xffff) + (constants >> 16)) as u16;
        assert_eq!(NeighbourAdvertisement { mac, ip }.checksum(), expected);
    }

    #[test]
    fn parses_what_the_kernel_sends() {
        assert_eq!(NeighbourAdvertisement::parse(&CAPTURED), Some(advertisement()));
        let longer = [&CAPTURED[..], &[0xa5; 8]].concat();
        assert_eq!(NeighbourAdvertisement::parse(&longer), Some(advertisement()));
    }

    #[test]
    fn refuses_every_truncation() {
        for length in 0..CAPTURED.len() {
            assert_eq!(NeighbourAdvertisement::parse(&CAPTURED[..length]), None, "{length}");
        }
    }

    /// A flipped bit is either a field with the wrong value or a wrong checksum.
    #[test]
    fn refuses_every_flipped_bit() {
        for bit in 0..CAPTURED.len() * 8 {
            let mut bytes = CAPTURED;
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(NeighbourAdvertisement::parse(&bytes), None, "bit {bit}");
        }
    }
}
