//! What was sent on the wire, as the bridge saw it.

use std::io;
use std::io::IoSliceMut;
use std::os::fd::AsRawFd;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use netgraft::frame::{ArpAnnouncement, NeighbourAdvertisement};
use nix::cmsg_space;
use nix::sys::socket::sockopt::ReceiveTimestampns;
use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg, setsockopt};
use nix::sys::time::TimeSpec;
use socket2::{Domain, Protocol, Socket, Type};

/// Bytes of two addresses and the type of what follows.
const ETHERNET_HEADER: usize = 14;

/// A frame and the moment at which the kernel had it.
pub(super) struct Frame {
    pub(super) at: SystemTime,
    pub(super) bytes: Vec<u8>,
}

/// Listens for one kind of frame on all links of the namespace that it was opened in. Being told of one
/// kind only, it hears a frame once: at the bridge, not before at the bridge's port.
pub(super) struct Listener(Socket);

impl Listener {
    pub(super) fn open(ethertype: u16) -> io::Result<Self> {
        let protocol = Protocol::from(i32::from(ethertype.to_be()));
        let socket = Socket::new(Domain::from(libc::AF_PACKET), Type::from(libc::SOCK_RAW), Some(protocol))?;
        setsockopt(&socket, ReceiveTimestampns, &true)?;
        Ok(Self(socket))
    }

    /// The next frame, unless none comes in time.
    pub(super) fn next(&self, patience: Duration) -> Option<Frame> {
        self.0.set_read_timeout(Some(patience)).ok()?;
        let mut bytes = vec![0; 2048];
        let mut space = cmsg_space!(TimeSpec);
        let mut pieces = [IoSliceMut::new(&mut bytes)];
        let received = recvmsg::<()>(self.0.as_raw_fd(), &mut pieces, Some(&mut space), MsgFlags::empty()).ok()?;
        let length = received.bytes;
        let at = received.cmsgs().ok()?.find_map(|message| match message {
            ControlMessageOwned::ScmTimestampns(at) => Some(UNIX_EPOCH + Duration::from(at)),
            _ => None,
        })?;
        bytes.truncate(length);
        Some(Frame { at, bytes })
    }
}

/// What a frame announces, if it is an announcement.
pub(super) fn announcement(frame: &Frame) -> Option<String> {
    let packet = frame.bytes.get(ETHERNET_HEADER..)?;
    match (ArpAnnouncement::parse(packet), NeighbourAdvertisement::parse(packet)) {
        (Some(arp), _) => Some(format!("ARP: {} is at {}", arp.ip, arp.mac)),
        (None, Some(advertisement)) => Some(format!("NA: {} is at {}", advertisement.ip, advertisement.mac)),
        (None, None) => None,
    }
}
