//! How the time of an add grows with what there is beside it, as plots and against budgets.
//!
//! `cargo bench --bench growth` in benches/, as root or where user namespaces are allowed; `-- --quick` for few rounds. The
//! plots go to benches/target/plots, with `NETGRAFT_WRITE=1` to docs/plots. It fails when a budget is missed.

mod common;

use std::process::ExitCode;
use std::time::Duration;

use common::beside::Beside;
use common::plot::{Line, plot};
use common::prepare;
use common::ways::{Who, once};
use common::world::{How, Job, World};

/// Those that make an interface in some milliseconds at most.
const WAYS: [Who; 6] = [Who::Library, Who::Minimal, Who::Batch, Who::Rtnetlink, Who::Nlink, Who::Libnetwork];

/// Something that there can be more and more of.
struct Dimension {
    what: &'static str,
    file: &'static str,
    sizes: &'static [u32],
    world: fn(u32) -> World,
    /// How many times as long as beside nothing an add may take beside the most.
    budget: Option<f64>,
}

const DIMENSIONS: [Dimension; 4] = [
    Dimension {
        what: "interfaces in the namespace",
        file: "interfaces",
        sizes: &[0, 10, 100, 1000],
        world: |size| {
            let world = world(1);
            world.away[0].crowd_of_interfaces(0..size);
            world
        },
        budget: Some(1.15),
    },
    Dimension {
        what: "namespaces on the machine",
        file: "namespaces",
        sizes: &[0, 10, 100, 1000],
        world: |size| world(1 + size as usize),
        budget: Some(1.15),
    },
    Dimension {
        what: "links at home",
        file: "links",
        sizes: &[0, 10, 100, 1000],
        world: |size| {
            let world = world(1);
            world.home.crowd(size);
            world
        },
        budget: Some(1.15),
    },
    Dimension {
        what: "routes of each family",
        file: "routes",
        sizes: &[0, 100, 1000, 10_000, 100_000],
        world: |size| {
            let world = world(1);
            world.away[0].grow_routes(size);
            world
        },
        // The kernel's dump of them.
        budget: None,
    },
];

fn main() -> ExitCode {
    prepare();
    let quick = std::env::args().any(|argument| argument == "--quick");
    let rounds = if quick { 3 } else { 21 };
    let mut table = Beside::new(!quick);
    for dimension in DIMENSIONS {
        let sizes = if quick { &dimension.sizes[..3] } else { dimension.sizes };
        let measured: Vec<Vec<Vec<Duration>>> = sizes.iter().map(|size| dimension.measure(*size, rounds)).collect();
        let line = |way: usize| Line {
            title: if way == 0 { "netgraft, with its journal" } else { WAYS[way].title() },
            points: sizes.iter().zip(&measured).map(|(size, times)| (*size, times[way].clone())).collect(),
        };
        plot(dimension.file, dimension.what, &(0..WAYS.len()).map(line).collect::<Vec<_>>());
        for (size, times) in sizes.iter().zip(&measured).skip(1) {
            let pairs = measured[0][0].iter().copied().zip(times[0].iter().copied());
            let most = size == sizes.last().unwrap();
            let what = format!("{size} {}", dimension.what);
            table.times(&what, "none", pairs, dimension.budget.filter(|_| most));
        }
    }
    table.finish("growth")
}

impl Dimension {
    /// The times of each way beside so much.
    fn measure(&self, size: u32, rounds: usize) -> Vec<Vec<Duration>> {
        eprintln!("{size} {} …", self.what);
        let world = (self.world)(size);
        let job = Job::one(How::Create);
        let mut times = vec![Vec::new(); WAYS.len()];
        // The first finds cold caches.
        for round in 0..=rounds {
            for (way, times) in WAYS.iter().zip(&mut times) {
                let took = once(&world, &job, *way, false, || ()).add;
                times.extend((round > 0).then_some(took));
            }
        }
        times
    }
}

/// A world whose first namespace away has a journal.
fn world(away: usize) -> World {
    let world = World::new(away);
    world.away[0].namespace().keep_journal("/run/netgraft").unwrap();
    world
}
