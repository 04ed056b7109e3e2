//! Receiving the ARP packets of a namespace's links.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

use socket2::{Domain, Socket, Type};

use super::{above_streams, cvt, retry};
use crate::types::IfIndex;

/// `ETH_P_ARP` of linux/if_ether.h.
const ARP: u16 = 0x0806;

/// A packet(7) socket that receives what ARP packets come in by any link of the namespace that it was opened in.
#[derive(Debug)]
pub(crate) struct ArpSocket(Socket);

impl ArpSocket {
    /// Opens one in the calling thread's namespace, close-on-exec. Needs `CAP_NET_RAW` there.
    pub(crate) fn open() -> io::Result<Self> {
        // Protocol 0 until it is bound: nothing of what others send gets in before.
        let socket = above_streams(Socket::new(Domain::from(libc::AF_PACKET), Type::DGRAM, None)?)?;
        socket.set_nonblocking(true)?;
        let address = libc::sockaddr_ll {
            sll_family: libc::AF_PACKET as libc::c_ushort,
            sll_protocol: ARP.to_be(),
            sll_ifindex: 0,
            sll_hatype: 0,
            sll_pkttype: 0,
            sll_halen: 0,
            sll_addr: [0; 8],
        };
        let length = size_of::<libc::sockaddr_ll>() as libc::socklen_t;
        // SAFETY: the address is valid for reading and as long as said; the socket is open.
        cvt(unsafe { libc::bind(socket.as_raw_fd(), (&raw const address).cast(), length) })?;
        Ok(Self(socket))
    }

    /// Receives one packet: the link that it came in by, and how long it is. None when there is none.
    pub(crate) fn receive(&self, buffer: &mut [u8]) -> io::Result<Option<(IfIndex, usize)>> {
        loop {
            // SAFETY: all zeros are an address of no family.
            let mut from: libc::sockaddr_ll = unsafe { std::mem::zeroed() };
            let mut length = size_of::<libc::sockaddr_ll>() as libc::socklen_t;
            let received = retry(|| {
                // SAFETY: buffer and address are valid for writing, each as long as said; the socket is open.
                let received = unsafe {
                    libc::recvfrom(
                        self.0.as_raw_fd(),
                        buffer.as_mut_ptr().cast(),
                        buffer.len(),
                        0,
                        (&raw mut from).cast(),
                        &raw mut length,
                    )
                };
                usize::try_from(received).map_err(|_| io::Error::last_os_error())
            });
            let received = match received {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(None),
                received => received?,
            };
            let link = u32::try_from(from.sll_ifindex).ok().and_then(IfIndex::new);
            // What the host itself sends is told, too.
            if let Some(link) = link.filter(|_| from.sll_pkttype != libc::PACKET_OUTGOING) {
                return Ok(Some((link, received)));
            }
        }
    }
}

impl AsFd for ArpSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
