//! Sending packets on any link of a namespace, through one socket that never receives.

use std::io;
use std::os::fd::AsRawFd;

use socket2::{Domain, Socket, Type};

use crate::sys::{above_streams, cvt, retry};
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

/// What a link is like just now, as far as sending goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Device {
    /// `ARPHRD_…` of linux/if_arp.h.
    pub(crate) hardware: u16,
    /// The first six bytes of its hardware address.
    pub(crate) mac: MacAddr,
    /// `IFF_…` of linux/if.h, the lower half.
    pub(crate) flags: u16,
}

impl PacketSocket {
    /// Opens one in the calling thread's namespace, close-on-exec. Needs `CAP_NET_RAW` there.
    pub(crate) fn open() -> io::Result<Self> {
        Socket::new(Domain::from(libc::AF_PACKET), Type::DGRAM, None).and_then(above_streams).map(Self)
    }

    /// Sends one packet, without ever waiting for room in a queue (`EAGAIN`).
    pub(crate) fn send(&self, destination: Destination, packet: &[u8]) -> io::Result<()> {
        let address = destination.to_sockaddr();
        let length = size_of::<libc::sockaddr_ll>() as libc::socklen_t;
        retry(|| {
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
        })
    }

    /// Looks at a link of the socket's namespace (netdevice(7)); `ENODEV` when it is not there.
    ///
    /// Unlike a netlink request this does not wait for the lock under which links are moved and made, so
    /// that it can be asked in the middle of many such operations at its time.
    pub(crate) fn device(&self, index: IfIndex) -> io::Result<Device> {
        let name = self.ioctl(libc::SIOCGIFNAME, Ifreq { name: [0; 16], value: [index.get(), 0, 0, 0, 0, 0] })?.name;
        let ask = |what| Ok::<_, io::Error>(self.ioctl(what, Ifreq { name, value: [0; 6] })?.value);

        // A `struct sockaddr`: the type in the family's place, then the address.
        let [first, second, ..] = ask(libc::SIOCGIFHWADDR)?;
        let ([h0, h1, a, b], [c, d, e, f]) = (first.to_ne_bytes(), second.to_ne_bytes());
        let [flags, ..] = ask(libc::SIOCGIFFLAGS)?;
        let [f0, f1, ..] = flags.to_ne_bytes();
        // These were the link's unless its name changed hands in between.
        let [still, ..] = ask(libc::SIOCGIFINDEX)?;
        if still != index.get() {
            return Err(io::Error::from_raw_os_error(libc::EAGAIN));
        }
        Ok(Device {
            hardware: u16::from_ne_bytes([h0, h1]),
            mac: MacAddr::new([a, b, c, d, e, f]),
            flags: u16::from_ne_bytes([f0, f1]),
        })
    }

    fn ioctl(&self, what: libc::c_ulong, mut request: Ifreq) -> io::Result<Ifreq> {
        // SAFETY: these requests read and write one `struct ifreq`, which ours is laid out as and not
        // shorter than; the socket is open.
        cvt(unsafe { libc::ioctl(self.0.as_raw_fd(), what as _, &raw mut request) })?;
        Ok(request)
    }
}

/// `struct ifreq` of linux/if.h, its union as bare words.
#[repr(C)]
struct Ifreq {
    name: [u8; 16],
    value: [u32; 6],
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
