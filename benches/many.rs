//! Many interfaces at once, in one namespace and in as many as there are, from one thread and from several.
//!
//! `cargo bench --bench many` in benches/, as root or where user namespaces are allowed; `-- --quick` for few rounds.

mod common;

use std::process::ExitCode;
use std::sync::Barrier;
use std::thread::scope;
use std::time::Duration;

use common::contest::{Contest, RAW, Row, To};
use common::ways::{Way, Who};
use common::world::{How, Job, Place, Wanted, World};
use common::{prepare, timed};

/// How many add at once, each to a namespace of its own, and how many each of them adds, one after the other.
const THREADS: usize = 8;
const EACH: u32 = 10;

fn main() -> ExitCode {
    prepare();
    let quick = std::env::args().any(|argument| argument == "--quick");
    let mut contest = Contest::new(!quick);
    for (count, rounds) in [(1, 31), (10, 15), (100, 5), (1000, 3)] {
        if quick && count > 100 {
            continue;
        }
        let rounds = if quick { 1 } else { rounds };
        let [one, many] = [1, count as usize].map(World::new);
        let together = Row::new(format!("{count} at once"), &one, Job::many(count, 1)).within(&[(1.0, To::Peers)]);
        contest.run(rounds, &[together.and_removed(format!("{count} removed at once"), &[(1.3, RAW)])]);
        if count > 1 {
            let apart =
                Row::new(format!("{count}, each to its own namespace"), &many, Job::many(count, count as usize))
                    .within(&[(1.3, RAW), (1.0, To::Peers)]);
            contest.run(rounds, &[apart]);
        }
        if count == 1000 {
            many.silence();
            let what = format!("{count}, each to its own namespace, the bridge down");
            contest.run(rounds, &[Row::new(what, &many, Job::many(count, count as usize))]);
        }
    }

    let world = World::new(THREADS);
    let rounds = if quick { 1 } else { 7 };
    let times: Vec<Vec<Option<Duration>>> = (0..rounds)
        .map(|_| {
            Who::ALL
                .iter()
                .map(|who| (!matches!(who, Who::Commands | Who::Pyroute2)).then(|| threads(&world, *who)))
                .collect()
        })
        .collect();
    contest.measured(&format!("{THREADS} threads, {EACH} each"), &[(1.0, To::Peers)], |who| {
        times.iter().map(|round| round[who as usize]).collect()
    });
    contest.finish("many")
}

/// How long it takes until all threads have added all that they have to. Each has sockets and handles of its own.
fn threads(world: &World, who: Who) -> Duration {
    let own =
        |away: &Place| World { home: Place::open(world.home.name.clone()), away: vec![Place::open(away.name.clone())] };
    let worlds: Vec<World> = world.away.iter().map(own).collect();
    let way = |thread: usize, number: u32| {
        let wanted = vec![Wanted::new(thread as u32 * EACH + number, 0)];
        who.way(&worlds[thread], &Job { wanted, ..Job::one(How::Create) })
    };
    let mut ways: Vec<Vec<Box<dyn Way + '_>>> =
        (0..THREADS).map(|thread| (0..EACH).map(|number| way(thread, number)).collect()).collect();
    let start = Barrier::new(THREADS + 1);
    let took = scope(|scope| {
        let threads: Vec<_> = ways
            .iter_mut()
            .map(|ways| {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    ways.iter_mut().for_each(|way| way.add());
                })
            })
            .collect();
        start.wait();
        timed(|| threads.into_iter().for_each(|thread| thread.join().unwrap())).0
    });
    ways.iter_mut().flatten().for_each(|way| way.remove());
    took
}
