//! What home sees of a return: one new link, under its old name.

use std::io::{BufRead, BufReader};
use std::os::fd::AsRawFd;
use std::process::{Child, Command, Stdio};

use nix::sys::socket::{AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, recv, socket};

use super::{done, ip_of, nic, web};
use crate::common::{in_netns, ip, ip_json};

/// `ip -o monitor link` of home, from before what it is to tell of.
struct Monitor(Child);

impl Monitor {
    fn start() -> (Self, BufReader<std::process::ChildStdout>) {
        let mut child = Command::new("ip").args(["-o", "monitor", "link"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        // It listens once it tells of something.
        let marker = std::thread::spawn(|| {
            for n in 0..200 {
                ip(&format!("link set lo alias marker-{n}"));
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
        });
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        marker.join().unwrap();
        (Self(child), lines)
    }

    /// What was told until now.
    fn stop(mut self, lines: BufReader<std::process::ChildStdout>) -> Vec<String> {
        std::thread::sleep(std::time::Duration::from_millis(200));
        self.0.kill().unwrap();
        self.0.wait().unwrap();
        lines.lines().map(Result::unwrap).filter(|line| !line.contains(" lo:")).collect()
    }
}

#[test]
fn home_sees_the_old_name_only() {
    in_netns(|| {
        web();
        nic();
        done("add web nic --name inside0 --mac 02:00:00:00:09:09 --mtu 1300 --announce 0");
        let uevents = socket(
            AddressFamily::Netlink,
            SockType::Datagram,
            SockFlag::SOCK_NONBLOCK,
            SockProtocol::NetlinkKObjectUEvent,
        )
        .unwrap();
        bind(uevents.as_raw_fd(), &NetlinkAddr::new(0, 1)).unwrap();
        let (monitor, lines) = Monitor::start();
        done("remove web nic");
        let told = monitor.stop(lines);
        let of_nic: Vec<&String> =
            told.iter().filter(|line| line.contains("nic@") || line.contains("inside0")).collect();
        assert!(!of_nic.is_empty(), "{told:?}");
        assert!(of_nic.iter().all(|line| line.contains("nic@")), "{of_nic:#?}");
        assert!(of_nic.iter().all(|line| line.contains("mtu 1500")), "{of_nic:#?}");
        assert!(of_nic.iter().all(|line| !line.contains("02:00:00:00:09:09")), "{of_nic:#?}");
        let mut buffer = [0; 8192];
        while let Ok(length) = recv(uevents.as_raw_fd(), &mut buffer, MsgFlags::empty()) {
            let event = String::from_utf8_lossy(&buffer[..length]).replace('\0', " ");
            assert!(!event.contains("inside0"), "{event}");
        }
    });
}

/// A bond gives its ports one MAC, and takes them back with their permanent ones.
#[test]
fn bond_ports_come_back_as_ports_with_their_own_macs() {
    in_netns(|| {
        if !crate::common::kernel_makes("bond") {
            return;
        }
        web();
        ip("link add bond0 type bond mode active-backup miimon 100");
        let names = ["nic1", "nic2"];
        for name in names {
            crate::common::veth(name, &format!("{name}-far"));
            ip(&format!("link set {name} master bond0"));
            ip(&format!("link set {name}-far up"));
        }
        ip("link set bond0 up");
        let facts = |name: &str| {
            let link = ip_json(&format!("link show {name}"))[0].take();
            [
                link["address"].clone(),
                link["master"].clone(),
                link["linkinfo"]["info_slave_data"]["perm_hwaddr"].clone(),
            ]
        };
        let before = names.map(facts);
        for name in names {
            done(&format!("add web {name} --prefix eth --announce 0"));
        }
        assert_eq!(ip_of("web", "-o link show up").matches(": eth").count(), 2);
        for name in names {
            done(&format!("remove web {name}"));
        }
        assert_eq!(names.map(facts), before);
    });
}
