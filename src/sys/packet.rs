//! Sending packets on any link of a namespace, through one socket that never receives.

use std::io;
use std::os::fd::AsRawFd;

use socket2::{Domain, Socket, Type};

use crate::types::{IfIndex, MacAddr};

/// A packet(7) socket of type `SOCK_DGRAM`: the kernel puts the link's own header in front of each packet.
///
/// It is never bound and its protocol is 0, so it receives nothing and nothing has to be drained. It
/// belongs to the namespace in which it was opened, wherever it is used from.
#[derive(Debug)]
pub(crate) struct PacketSocket(Socket);

/// Where a packet goes: the link it leaves by, and what the link's header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Destination {
    pub(crate) link: IfIndex,
    pub(crate) ethertype: u16,
    pub(crate) mac: MacAddr,
}

impl PacketSocket {
    /// Opens one in the calling thread's namespace, close-on-exec. Needs `CAP_NET_RAW` there.
    pub(crate) fn open() -> io::Result<Self> {
        Socket::new(Domain::from(libc::AF_PACKET), Type::DGRAM, None).map(Self)
    }

    /// Sends one packet, without ever waiting for room in a queue (`EAGAIN`).
    pub(crate) fn send(&self, destination: Destination, packet: &[u8]) -> io::Result<()> {
        let address = destination.to_sockaddr();
        let length = size_of::<libc::sockaddr_ll>() as libc::socklen_t;
        // SAFETY: packet and address are valid for reading, each as long as said; the socket is open.
        let sent = unsafe {
            libc::sendto(
                self.0.as_raw_fd(),
                packet.as_ptr().cast(),
                packet.len(),
                libc::MSG_DONTWAIT,
                (&raw const address).cast(),
                length,
            )
        };
        // A packet is sent whole or not at all.
        if sent == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }
}

impl Destination {
    fn to_sockaddr(self) -> libc::sockaddr_ll {
        let [a, b, c, d, e, f] = self.mac.octets();
        libc::sockaddr_ll {
            sll_family: libc::AF_PACKET as libc::c_ushort,
            sll_protocol: self.ethertype.to_be(),
            // An index always fits: its type says so.
            sll_ifindex: self.link.get() as libc::c_int,
            // These two are read on receipt only.
            sll_hatype: 0,
            sll_pkttype: 0,
            sll_halen: 6,
            sll_addr: [a, b, c, d, e, f, 0, 0],
        }
    }
}
