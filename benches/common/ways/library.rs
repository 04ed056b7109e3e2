//! This library.

use netgraft::{Announce, InterfaceConfig, Link, MacAddr, NamePrefix, Prefix, VethPeer};

use super::Way;
use crate::common::mark;
use crate::common::world::{How, Job, Wanted, World};

pub(crate) struct Library<'w> {
    world: &'w World,
    job: Job,
    /// What is to be added to each namespace.
    lists: Vec<(usize, Vec<(Link, InterfaceConfig)>)>,
}

impl<'w> Library<'w> {
    pub(crate) fn new(world: &'w World, job: &Job) -> Self {
        let each = |wanted: &Wanted| (link(world, job.how, *wanted), config(job, *wanted));
        let lists = job.places().into_iter().map(|(place, list)| (place, list.iter().map(each).collect()));
        Self { world, job: job.clone(), lists: lists.collect() }
    }
}

impl Way for Library<'_> {
    fn add(&mut self) {
        mark();
        for (place, list) in self.lists.drain(..) {
            self.world.away[place].namespace().add_interfaces(list).unwrap();
        }
        mark();
    }

    fn remove(&mut self) {
        for (place, list) in self.job.places() {
            let namespace = self.world.away[place].namespace();
            match list[..] {
                [one] => namespace.interface(one.source()).unwrap().remove().unwrap(),
                _ => namespace.remove_all().unwrap(),
            }
        }
    }
}

fn link(world: &World, how: How, wanted: Wanted) -> Link {
    let home = world.home.namespace();
    match how {
        How::Move => Link::existing(home, wanted.source()).unwrap(),
        How::Create => {
            let peer = VethPeer::new(home, wanted.peer()).bridge("br0");
            Link::veth_named(wanted.source(), peer).unwrap()
        }
    }
}

fn config(job: &Job, wanted: Wanted) -> InterfaceConfig {
    let config = if wanted.by_prefix {
        InterfaceConfig::prefix(NamePrefix::new("eth").unwrap())
    } else {
        InterfaceConfig::named(wanted.name().parse().unwrap())
    };
    let config = config
        .mac(MacAddr::new(wanted.mac()))
        .address(Prefix::new(wanted.ipv4(), 24).unwrap().into())
        .address(Prefix::new(wanted.ipv6(), 64).unwrap().into());
    let config = match job.how {
        How::Move => config.route(Prefix::new(wanted.destination(), 16).unwrap()),
        How::Create => config,
    };
    let config = config.clash_check(!job.unchecked);
    if job.announced { config } else { config.announce(Announce::none()) }
}
