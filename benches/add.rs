//! Adding and removing an interface, beside the fewest messages that do the same and beside what people use.
//!
//! `cargo bench --bench add` in benches/, as root or where user namespaces are allowed; `-- --quick` for few rounds.
//! What all lead to is compared before anything is measured. It fails when a budget is missed.

mod common;

use std::process::ExitCode;

use common::contest::{Contest, RAW, Row, To};
use common::prepare;
use common::same::assert_same;
use common::world::{How, Job, World};

/// How many links a crowded namespace has.
const CROWD: u32 = 1000;

fn main() -> ExitCode {
    prepare();
    let quick = std::env::args().any(|argument| argument == "--quick");
    [How::Move, How::Create].into_iter().for_each(assert_same);

    let [alone, amid, beside] = [(0, 0), (0, CROWD), (CROWD, 0)].map(|(home, away)| {
        let world = World::new(1);
        world.home.crowd(home);
        world.away[0].crowd(away);
        world
    });
    let mut contest = Contest::new(!quick);
    for (how, what, budget) in [(How::Move, "moved", 1.03), (How::Create, "created, bridged", 1.1)] {
        let job = || Job::one(how);
        let rows = [
            Row::new(what, &alone, job())
                .within(&[(budget, RAW), (1.0, To::Peers)])
                .and_removed(format!("{what}: removed"), &[])
                .stressed(),
            Row::new(format!("{what}: amid {CROWD} links"), &amid, job()).within(&[(1.15, To::Row(what))]),
            Row::new(format!("{what}: {CROWD} links at home"), &beside, job()).within(&[(1.15, To::Row(what))]),
            Row::new(format!("{what}: by prefix, amid {CROWD}"), &amid, job().by_prefix()).within(&[(budget, RAW)]),
        ];
        contest.run(if quick { 5 } else { 51 }, &rows);
    }

    let announced = Row::new("created, bridged: announced", &alone, Job::one(How::Create).announced()).stressed();
    contest.run(if quick { 5 } else { 31 }, &[announced]);

    for routes in [10_000, 100_000] {
        let world = World::new(1);
        world.away[0].grow_routes(routes);
        let what = format!("created, bridged: {routes} routes of each family");
        let unchecked = Row::new(format!("{what}, clash check off"), &world, Job::one(How::Create).unchecked())
            .within(&[(1.0, To::Peers)]);
        contest.run(if quick { 3 } else { 11 }, &[Row::new(what, &world, Job::one(How::Create)), unchecked]);
    }
    contest.finish("add")
}
