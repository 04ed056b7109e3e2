//! The crate nlink as its users have it: a connection in each namespace, kept open, on tokio's current-thread runtime.
//! The other end is made up and a port of the bridge in one request, and both addresses are one batch; a link is looked
//! up by its name.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::os::fd::AsFd;

use nlink::netlink::addr::{Ipv4Address, Ipv6Address};
use nlink::netlink::link::{LinkCreateExt, VethLink};
use nlink::netlink::route::Ipv4Route;
use nlink::netlink::types::route::{RouteProtocol, RouteScope};
use nlink::netlink::{Connection, Route};
use tokio::runtime::{Builder, Runtime};

use super::Way;
use crate::common::world::{How, Job, OWN_MAC, Place, Wanted, World};

pub(crate) struct Nlink<'w> {
    runtime: Runtime,
    world: &'w World,
    job: Job,
    home: Connection<Route>,
    /// Of the namespaces that anything goes to.
    away: Vec<(usize, Connection<Route>)>,
}

impl<'w> Nlink<'w> {
    pub(crate) fn new(world: &'w World, job: &Job) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let home = connect(&runtime, &world.home);
        let away = job.places().into_iter().map(|(place, _)| (place, connect(&runtime, &world.away[place]))).collect();
        Self { runtime, world, job: job.clone(), home, away }
    }

    fn each(&self) -> impl Iterator<Item = (&Place, &Connection<Route>, Wanted)> {
        self.job.wanted.iter().map(|wanted| {
            let (place, connection) = self.away.iter().find(|(place, _)| *place == wanted.place).unwrap();
            (&self.world.away[*place], connection, *wanted)
        })
    }
}

impl Way for Nlink<'_> {
    fn add(&mut self) {
        self.runtime.block_on(async {
            let bridge = match self.job.how {
                How::Move => 0,
                How::Create => index(&self.home, "br0").await,
            };
            for (place, away, wanted) in self.each() {
                match self.job.how {
                    How::Move => move_to(&self.home, place, away, wanted).await,
                    How::Create => create(&self.home, bridge, place, away, wanted).await,
                }
            }
        });
    }

    fn remove(&mut self) {
        self.runtime.block_on(async {
            for (_, away, wanted) in self.each() {
                match self.job.how {
                    How::Move => {
                        let index = index(away, &wanted.name()).await;
                        away.set_link_down_by_index(index).await.unwrap();
                        away.set_link_name_by_index(index, &wanted.source()).await.unwrap();
                        away.set_link_address_by_index(index, OWN_MAC).await.unwrap();
                        away.set_link_netns_fd_by_index(index, &self.world.home.file).await.unwrap();
                    }
                    How::Create => self.home.del_link(wanted.peer()).await.unwrap(),
                }
            }
        });
    }
}

pub(crate) fn connect(runtime: &Runtime, place: &Place) -> Connection<Route> {
    let _context = runtime.enter();
    Connection::new_in(place.file.as_fd()).unwrap()
}

/// A link's index.
pub(crate) async fn index(connection: &Connection<Route>, name: &str) -> u32 {
    connection.get_link_by_name(name).await.unwrap().unwrap().ifindex()
}

async fn move_to(home: &Connection<Route>, place: &Place, away: &Connection<Route>, wanted: Wanted) {
    home.set_link_netns_fd(wanted.source(), &place.file).await.unwrap();
    let index = index(away, &wanted.source()).await;
    away.set_link_name_by_index(index, &wanted.name()).await.unwrap();
    away.set_link_address_by_index(index, wanted.mac()).await.unwrap();
    addresses(away, index, wanted).await;
    away.set_link_up_by_index(index).await.unwrap();
    let route = Ipv4Route::new(wanted.destination().into(), 16)
        .dev_index(index)
        .scope(RouteScope::Link)
        .protocol(RouteProtocol::Other(110));
    away.add_route(route).await.unwrap();
}

async fn create(home: &Connection<Route>, bridge: u32, place: &Place, away: &Connection<Route>, wanted: Wanted) {
    let pair = VethLink::new(wanted.peer(), wanted.name()).peer_address(wanted.mac()).peer_netns_fd(&place.file);
    home.add_link(pair.master(bridge).up()).await.unwrap();
    let index = index(away, &wanted.name()).await;
    addresses(away, index, wanted).await;
    away.set_link_up_by_index(index).await.unwrap();
}

async fn addresses(away: &Connection<Route>, index: u32, wanted: Wanted) {
    let [a, b, c, _] = wanted.ipv4();
    let ipv4 = Ipv4Address::with_index(index, wanted.ipv4().into(), 24).broadcast(Ipv4Addr::new(a, b, c, 255));
    let ipv6 = Ipv6Address::with_index(index, Ipv6Addr::from(wanted.ipv6()), 64).nodad();
    let results = away.batch().add_address(ipv4, index).add_address(ipv6, index).execute().await.unwrap();
    assert!(results.all_ok());
}
