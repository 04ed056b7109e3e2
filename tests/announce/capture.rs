//! What is on the wire, by a packet socket that the library has no part in.

use std::io::IoSliceMut;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use netgraft::{MacAddr, Namespace};
use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, ControlMessageOwned, LinkAddr, MsgFlags, SockFlag, SockProtocol, SockType, recvmsg, setsockopt,
    socket, sockopt,
};
use nix::sys::time::{TimeVal, TimeValLike};
use nix::{setsockopt_impl, sockopt_impl};

use crate::common::inside;

/// A frame as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    /// When, by the kernel.
    pub(crate) at: SystemTime,
    /// On which link.
    pub(crate) link: u32,
    pub(crate) bytes: Vec<u8>,
}

/// Takes down all ARP and IPv6 frames that arrive in a namespace.
pub(crate) struct Capture {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Vec<Frame>>,
}

impl Capture {
    pub(crate) fn start(namespace: &Namespace) -> Self {
        let socket = inside(namespace, || {
            socket(AddressFamily::Packet, SockType::Raw, SockFlag::SOCK_CLOEXEC, SockProtocol::EthAll).unwrap()
        });
        setsockopt(&socket, sockopt::ReceiveTimestampns, &true).unwrap();
        setsockopt(&socket, sockopt::RxqOvfl, &1).unwrap();
        // What a bridge floods to its ports would fill the buffer many times over.
        setsockopt(&socket, IgnoreOutgoing, &1).unwrap();
        // As much as is allowed: root's allowance is larger.
        let _ = setsockopt(&socket, sockopt::RcvBuf, &BUFFER)
            .and_then(|()| setsockopt(&socket, sockopt::RcvBufForce, &BUFFER));
        setsockopt(&socket, sockopt::ReceiveTimeout, &TimeVal::milliseconds(10)).unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        Self { stop, thread: std::thread::spawn(move || receive_until(&socket, &stopped)) }
    }

    /// What arrived, and ends the capture.
    pub(crate) fn stop(self) -> Vec<Frame> {
        self.stop.store(true, Ordering::SeqCst);
        self.thread.join().unwrap()
    }

    /// The ARP and NA announcements that arrived on a link, and ends the capture.
    pub(crate) fn announcements(self, link: u32) -> Vec<Frame> {
        self.stop().into_iter().filter(|frame| frame.link == link && frame.announced().is_some()).collect()
    }
}

fn receive_until(socket: &OwnedFd, stopped: &AtomicBool) -> Vec<Frame> {
    let mut frames = Vec::new();
    let mut buffer = [0; 2048];
    let mut control = nix::cmsg_space!(nix::sys::time::TimeSpec, u32);
    loop {
        // Asked before receiving: what is there by then is received.
        let last = stopped.load(Ordering::SeqCst);
        let mut space = [IoSliceMut::new(&mut buffer)];
        match recvmsg::<LinkAddr>(socket.as_raw_fd(), &mut space, Some(&mut control), MsgFlags::empty()) {
            Ok(message) => {
                let link = message.address.unwrap().ifindex() as u32;
                let mut at = None;
                for message in message.cmsgs().unwrap() {
                    match message {
                        ControlMessageOwned::ScmTimestampns(stamp) => at = Some(UNIX_EPOCH + Duration::from(stamp)),
                        ControlMessageOwned::RxqOvfl(lost) => assert_eq!(lost, 0, "the capture did not keep up"),
                        _ => {}
                    }
                }
                let at = at.unwrap();
                let length = message.bytes;
                frames.push(Frame { at, link, bytes: buffer[..length].to_vec() });
            }
            Err(Errno::EAGAIN) if last => return frames,
            Err(Errno::EAGAIN | Errno::EINTR) => {}
            // The link went away or down.
            Err(Errno::ENETDOWN) => {}
            Err(error) => panic!("capture: {error}"),
        }
    }
}

/// Bytes that may wait to be received.
const BUFFER: usize = 16 << 20;

sockopt_impl!(IgnoreOutgoing, SetOnly, nix::libc::SOL_PACKET, nix::libc::PACKET_IGNORE_OUTGOING, i32);

/// An address and the MAC that it is said to be at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Announced {
    pub(crate) address: std::net::IpAddr,
    pub(crate) mac: MacAddr,
}

impl Frame {
    /// What the frame announces, by reading it field by field; none when it is anything else.
    pub(crate) fn announced(&self) -> Option<Announced> {
        let (source, ethertype, payload) = (mac(&self.bytes[6..]), &self.bytes[12..14], &self.bytes[14..]);
        let announced = match ethertype {
            [0x08, 0x06] => {
                assert_eq!(payload[..6], [0, 1, 8, 0, 6, 4], "Ethernet, IPv4 and their lengths");
                // Resolution by others: a request for somebody else, or a reply.
                if payload[6..8] != [0, 1] || payload[14..18] != payload[24..28] {
                    return None;
                }
                assert_eq!(self.bytes[..6], [0xff; 6], "to all");
                assert_eq!(payload[18..24], [0; 6], "no target MAC");
                let address: [u8; 4] = payload[14..18].try_into().unwrap();
                Announced { address: Ipv4Addr::from(address).into(), mac: mac(&payload[8..]) }
            }
            [0x86, 0xdd] => {
                // Next header ICMPv6 and type Neighbour Advertisement.
                if payload[6] != 58 || payload[40] != 136 {
                    return None;
                }
                assert_eq!(self.bytes[..6], [0x33, 0x33, 0, 0, 0, 1], "to all nodes");
                assert_eq!(payload[..4], [0x60, 0, 0, 0]);
                assert_eq!(payload[4..6], [0, 32], "length");
                assert_eq!(payload[7], 255, "hop limit");
                let address: [u8; 16] = payload[8..24].try_into().unwrap();
                assert_eq!(payload[24..40], "ff02::1".parse::<Ipv6Addr>().unwrap().octets());
                assert_eq!(payload[41], 0, "code");
                assert_eq!(payload[44..48], [0x20, 0, 0, 0], "Override alone");
                assert_eq!(payload[48..64], address, "target");
                assert_eq!(payload[64..66], [2, 1], "target link-layer address option");
                assert_eq!(checksum(payload), 0xffff, "checksum");
                Announced { address: Ipv6Addr::from(address).into(), mac: mac(&payload[66..]) }
            }
            _ => return None,
        };
        assert_eq!(source, announced.mac, "Ethernet source");
        Some(announced)
    }
}

fn mac(bytes: &[u8]) -> MacAddr {
    MacAddr::new(bytes[..6].try_into().unwrap())
}

/// The sum over pseudo-header and message that a good checksum makes 0xffff (RFC 8200 §8.1).
fn checksum(packet: &[u8]) -> u16 {
    let length = u32::from(u16::from_be_bytes([packet[4], packet[5]]));
    let words = packet[8..].chunks(2).map(|word| u32::from(u16::from_be_bytes([word[0], word[1]])));
    let mut sum = length + u32::from(packet[6]) + words.sum::<u32>();
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    sum as u16
}
