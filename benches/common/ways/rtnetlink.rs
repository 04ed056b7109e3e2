//! The crate rtnetlink as its users have it: a connection in each namespace, kept open, on tokio's current-thread
//! runtime; a link is looked up by its name, and each request awaited before the next. What fits into one message of its
//! builders is in one.

use futures_util::TryStreamExt;
use rtnetlink::packet_route::address::{AddressAttribute, AddressFlags};
use rtnetlink::packet_route::link::{InfoData, InfoVeth};
use rtnetlink::packet_route::route::{RouteProtocol, RouteScope};
use rtnetlink::{Handle, LinkMessageBuilder, LinkUnspec, LinkVeth, RouteMessageBuilder};
use tokio::runtime::{Builder, Runtime};

use super::Way;
use crate::common::inside;
use crate::common::world::{How, Job, OWN_MAC, Place, Wanted, World};

pub(crate) struct Rtnetlink<'w> {
    runtime: Runtime,
    world: &'w World,
    job: Job,
    home: Handle,
    /// Of the namespaces that anything goes to.
    away: Vec<(usize, Handle)>,
}

impl<'w> Rtnetlink<'w> {
    pub(crate) fn new(world: &'w World, job: &Job) -> Self {
        let runtime = Builder::new_current_thread().enable_io().build().unwrap();
        let home = connect(&runtime, &world.home);
        let away = job.places().into_iter().map(|(place, _)| (place, connect(&runtime, &world.away[place]))).collect();
        Self { runtime, world, job: job.clone(), home, away }
    }

    fn each(&self) -> impl Iterator<Item = (&Place, &Handle, Wanted)> {
        self.job.wanted.iter().map(|wanted| {
            let (place, handle) = self.away.iter().find(|(place, _)| *place == wanted.place).unwrap();
            (&self.world.away[*place], handle, *wanted)
        })
    }
}

impl Way for Rtnetlink<'_> {
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
                        let back = LinkUnspec::new_with_index(index(away, &wanted.name()).await)
                            .name(wanted.source())
                            .address(OWN_MAC.to_vec())
                            .setns_by_fd(self.world.home.fd() as i32)
                            .down();
                        away.link().set(back.build()).execute().await.unwrap();
                    }
                    How::Create => {
                        let peer = index(&self.home, &wanted.peer()).await;
                        self.home.link().del(peer).execute().await.unwrap();
                    }
                }
            }
        });
    }
}

/// A connection in a namespace, which the runtime drives whenever it is waited on.
pub(crate) fn connect(runtime: &Runtime, place: &Place) -> Handle {
    let _context = runtime.enter();
    let handle = runtime.handle().clone();
    let (connection, handle) = inside(place, || {
        let _context = handle.enter();
        let (connection, handle, _) = rtnetlink::new_connection().unwrap();
        (connection, handle)
    });
    runtime.spawn(connection);
    handle
}

/// A link's index.
pub(crate) async fn index(handle: &Handle, name: &str) -> u32 {
    let mut links = handle.link().get().match_name(name.to_owned()).execute();
    links.try_next().await.unwrap().unwrap().header.index
}

async fn move_to(home: &Handle, place: &Place, away: &Handle, wanted: Wanted) {
    let there = LinkUnspec::new_with_index(index(home, &wanted.source()).await)
        .name(wanted.name())
        .address(wanted.mac().to_vec())
        .setns_by_fd(place.fd() as i32)
        .up();
    home.link().set(there.build()).execute().await.unwrap();
    let index = index(away, &wanted.name()).await;
    addresses(away, index, wanted).await;
    let route = RouteMessageBuilder::<std::net::Ipv4Addr>::new()
        .destination_prefix(wanted.destination().into(), 16)
        .output_interface(index)
        .scope(RouteScope::Link)
        .protocol(RouteProtocol::Other(110));
    away.route().add(route.build()).execute().await.unwrap();
}

async fn create(home: &Handle, bridge: u32, place: &Place, away: &Handle, wanted: Wanted) {
    let there = LinkUnspec::new_with_name(&wanted.name()).address(wanted.mac().to_vec()).setns_by_fd(place.fd() as i32);
    let pair = LinkMessageBuilder::<LinkVeth>::new(&wanted.peer(), &wanted.name())
        .set_info_data(InfoData::Veth(InfoVeth::Peer(there.build())))
        .controller(bridge)
        .up();
    home.link().add(pair.build()).execute().await.unwrap();
    let index = index(away, &wanted.name()).await;
    addresses(away, index, wanted).await;
    away.link().set(LinkUnspec::new_with_index(index).up().build()).execute().await.unwrap();
}

async fn addresses(away: &Handle, index: u32, wanted: Wanted) {
    away.address().add(index, wanted.ipv4().into(), 24).execute().await.unwrap();
    let mut ipv6 = away.address().add(index, wanted.ipv6().into(), 64);
    ipv6.message_mut().attributes.push(AddressAttribute::Flags(AddressFlags::Nodad));
    ipv6.execute().await.unwrap();
}
