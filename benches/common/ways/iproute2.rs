//! `ip`, as scripts have it: as many attributes in a command as it takes, everything for one namespace in one batch.
//!
//! A namespace is entered by `ip -n`. Links are deleted one by one: `link delete group` is not what scripts use.

use std::fmt::Write;
use std::net::Ipv6Addr;

use super::Way;
use crate::common::iproute2::{batch, commands};
use crate::common::world::{How, Job, OWN_MAC, Wanted, World, mac_text};

/// Which namespace, and lines for it.
type Script = (String, String);

pub(crate) struct Iproute2 {
    add: Vec<Script>,
    remove: Vec<Script>,
    /// In one process, or in one for each line.
    batched: bool,
}

impl Iproute2 {
    pub(crate) fn new(world: &World, job: &Job, batched: bool) -> Self {
        let home = &world.home.name;
        let (mut first, mut deleted) = (String::new(), String::new());
        let (mut then, mut back) = (Vec::new(), Vec::new());
        for (place, list) in job.places() {
            let away = &world.away[place].name;
            let (mut configured, mut returned) = (String::new(), String::new());
            if job.lo_down {
                configured.push_str("link set dev lo up\n");
            }
            for wanted in list {
                let (name, source, peer, mac) =
                    (wanted.name(), wanted.source(), wanted.peer(), mac_text(&wanted.mac()));
                match job.how {
                    How::Move => {
                        writeln!(first, "link set dev {source} netns {away} name {name} address {mac} up").unwrap();
                        configured.push_str(&addresses(wanted));
                        let [a, b, c, d] = wanted.destination();
                        let route = format!("{a}.{b}.{c}.{d}/16 dev {name} scope link proto 110");
                        writeln!(configured, "route add {route}").unwrap();
                        let own = mac_text(&OWN_MAC);
                        writeln!(returned, "link set dev {name} netns {home} name {source} address {own} down")
                            .unwrap();
                    }
                    How::Create => {
                        let other_end = format!("peer name {name} netns {away} address {mac}");
                        writeln!(first, "link add name {peer} up master br0 type veth {other_end}").unwrap();
                        configured.push_str(&addresses(wanted));
                        writeln!(configured, "link set dev {name} up").unwrap();
                        writeln!(deleted, "link delete dev {peer}").unwrap();
                    }
                }
            }
            then.push((away.clone(), configured));
            back.push((away.clone(), returned));
        }
        let remove = if job.how == How::Create { vec![(home.clone(), deleted)] } else { back };
        let add = [(home.clone(), first)].into_iter().chain(then).collect();
        Self { add, remove, batched }
    }

    fn run(&self, scripts: &[Script]) {
        let each = if self.batched { batch } else { commands };
        scripts.iter().for_each(|(namespace, lines)| each(Some(namespace), lines));
    }
}

impl Way for Iproute2 {
    fn add(&mut self) {
        self.run(&self.add);
    }

    fn remove(&mut self) {
        self.run(&self.remove);
    }
}

fn addresses(wanted: Wanted) -> String {
    let ([a, b, c, d], ipv6, name) = (wanted.ipv4(), Ipv6Addr::from(wanted.ipv6()), wanted.name());
    format!("address add {a}.{b}.{c}.{d}/24 brd + dev {name}\naddress add {ipv6}/64 nodad dev {name}\n")
}
