//! Adding and removing an interface, beside the fewest messages that do the same and beside what people use.
//!
//! `cargo bench --bench add` in benches/, as root or where user namespaces are allowed; `-- --quick` for few rounds.
//! What all lead to is compared before anything is measured. It fails when a budget is missed.

mod common;

use std::process::ExitCode;

use common::contest::{Contest, Row, To};
use common::same::assert_same;
use common::world::{How, Job, World};
use common::{seclude, tools};

/// How many links a crowded namespace has.
const CROWD: u32 = 1000;

fn main() -> ExitCode {
    tools::ensure();
    seclude();
    let quick = std::env::args().any(|argument| argument == "--quick");
    [How::Move, How::Create].into_iter().for_each(assert_same);

    let [alone, amid, beside] = [(0, 0), (0, CROWD), (CROWD, 0)].map(|(home, away)| {
        let world = World::new(1);
        world.home.crowd(home);
        world.away[0].crowd(away);
        world
    });
    let mut contest = Contest::new(!quick);
    for (how, what, budget) in [(How::Move, "moved", 1.05), (How::Create, "made, bridged", 1.5)] {
        let job = || Job::one(how);
        let rows = [
            Row::new(what, &alone, job())
                .at_most(budget, To::Minimal)
                .and_removed(format!("{what}: removed"))
                .stressed(),
            Row::new(format!("{what}: amid {CROWD} links"), &amid, job()).at_most(1.3, To::Row(0)),
            Row::new(format!("{what}: {CROWD} links at home"), &beside, job()).at_most(1.3, To::Row(0)),
            Row::new(format!("{what}: by prefix, amid {CROWD}"), &amid, job().by_prefix()).at_most(budget, To::Minimal),
        ];
        contest.run(if quick { 5 } else { 51 }, &rows);
    }

    let announced = Row::new("made, bridged: announced", &alone, Job::one(How::Create).announced()).stressed();
    contest.run(if quick { 5 } else { 31 }, &[announced]);

    for routes in [10_000, 100_000] {
        let world = World::new(1);
        world.away[0].grow_routes(routes);
        let row = Row::new(format!("made, bridged: {routes} routes of each family"), &world, Job::one(How::Create));
        contest.run(if quick { 3 } else { 11 }, &[row]);
    }
    contest.finish("add")
}
