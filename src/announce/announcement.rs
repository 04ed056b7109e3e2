//! One announcement: the addresses of an interface, sent on its link.

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::ops::ControlFlow;

use log::Level;

use crate::sys::packet::{Destination, PacketSocket};
use crate::types::{IfIndex, MacAddr};
use crate::wire::arp::ArpAnnouncement;
use crate::wire::ndp::NeighbourAdvertisement;

/// Addresses, and the MAC at which neighbours find them.
#[derive(Clone, Debug)]
pub(crate) struct Announcement {
    pub(crate) link: IfIndex,
    pub(crate) mac: MacAddr,
    pub(crate) addresses: Vec<IpAddr>,
    /// Name and namespace of the link, for the log.
    pub(crate) label: String,
}

/// Returns the MAC to announce on a link, or the reason why the link cannot announce.
pub(crate) fn announceable(hardware: u16, mac: Option<MacAddr>, flags: u32) -> Result<MacAddr, &'static str> {
    if hardware != libc::ARPHRD_ETHER {
        Err("it is not Ethernet-like")
    } else if flags & libc::IFF_NOARP as u32 != 0 {
        Err("it does no ARP")
    } else if flags & libc::IFF_UP as u32 == 0 {
        Err("it is not up")
    } else {
        mac.filter(|mac| !mac.is_zero()).ok_or("it has no MAC")
    }
}

impl Announcement {
    /// Sends the announcement once, unless the link has changed or cannot announce now.
    pub(crate) fn send(&self, socket: &PacketSocket) -> SendOutcome {
        let device = match socket.device(self.link) {
            Ok(device) => device,
            Err(error) if error.raw_os_error() == Some(libc::ENODEV) => {
                return SendOutcome::end(Level::Debug, "it is gone".to_owned());
            }
            Err(error) => return SendOutcome::keep_going(Level::Warn, format!("it cannot be read: {error}")),
        };
        if device.mac != self.mac {
            let text = format!("its MAC has changed from {} to {}", self.mac, device.mac);
            return SendOutcome::end(Level::Warn, text);
        }
        if let Err(why) = announceable(device.hardware, Some(device.mac), device.flags.into()) {
            return SendOutcome::keep_going(Level::Info, why.to_owned());
        }
        let failures = self.addresses.iter().filter_map(|address| {
            let error = self.send_address(socket, *address).err()?;
            Some((Level::Warn, format!("{address}: {error}")))
        });
        SendOutcome { flow: ControlFlow::Continue(()), remarks: failures.collect() }
    }

    fn send_address(&self, socket: &PacketSocket, address: IpAddr) -> io::Result<()> {
        match address {
            IpAddr::V4(ip) => {
                let mut packet = [0; ArpAnnouncement::LEN];
                ArpAnnouncement { mac: self.mac, ip }.emit(&mut packet);
                let (ethertype, mac) = (ArpAnnouncement::ETHERTYPE, ArpAnnouncement::DESTINATION);
                socket.send(Destination { link: self.link, ethertype, mac }, &packet)
            }
            IpAddr::V6(ip) => {
                let mut packet = [0; NeighbourAdvertisement::LEN];
                NeighbourAdvertisement { mac: self.mac, ip }.emit(&mut packet);
                let (ethertype, mac) = (NeighbourAdvertisement::ETHERTYPE, NeighbourAdvertisement::DESTINATION);
                socket.send(Destination { link: self.link, ethertype, mac }, &packet)
            }
        }
    }
}

impl fmt::Display for Announcement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label)
    }
}

/// Result of sending: whether to go on, and a message to log once no lock is held.
#[derive(Debug)]
pub(crate) struct SendOutcome {
    pub(crate) flow: ControlFlow<()>,
    remarks: Vec<(Level, String)>,
}

impl SendOutcome {
    fn keep_going(level: Level, warning: String) -> Self {
        Self { flow: ControlFlow::Continue(()), remarks: vec![(level, warning)] }
    }

    fn end(level: Level, warning: String) -> Self {
        Self { flow: ControlFlow::Break(()), remarks: vec![(level, warning)] }
    }

    /// Ends silently, because the socket was closed meanwhile.
    pub(crate) fn closed() -> Self {
        Self { flow: ControlFlow::Break(()), remarks: Vec::new() }
    }

    pub(crate) fn log(self, announcement: &Announcement) -> ControlFlow<()> {
        for (level, warning) in self.remarks {
            log::log!(level, "{announcement} not announced: {warning}");
        }
        self.flow
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nothing_can_be_announced() {
        let mac = Some(MacAddr::new([2, 0, 0, 0, 0, 1]));
        let (up, no_arp) = (libc::IFF_UP as u32, libc::IFF_NOARP as u32);
        assert_eq!(announceable(libc::ARPHRD_ETHER, mac, up), Ok(MacAddr::new([2, 0, 0, 0, 0, 1])));
        for (hardware, mac, flags, why) in [
            (libc::ARPHRD_NONE, None, up, "it is not Ethernet-like"),
            (libc::ARPHRD_LOOPBACK, mac, up, "it is not Ethernet-like"),
            (libc::ARPHRD_ETHER, mac, up | no_arp, "it does no ARP"),
            (libc::ARPHRD_ETHER, mac, 0, "it is not up"),
            (libc::ARPHRD_ETHER, None, up, "it has no MAC"),
            (libc::ARPHRD_ETHER, Some(MacAddr::new([0; 6])), up, "it has no MAC"),
        ] {
            assert_eq!(announceable(hardware, mac, flags), Err(why));
        }
    }
}
