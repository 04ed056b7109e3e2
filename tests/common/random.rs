//! Chance that can be had again: the seed is printed, and taken from `NETGRAFT_TEST_SEED` where that is set.

use std::hash::{BuildHasher, Hasher, RandomState};

use super::whole;

/// SplitMix64.
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn from_environment() -> Self {
        let given = std::env::var("NETGRAFT_TEST_SEED").ok();
        let seed = given.map_or_else(|| RandomState::new().build_hasher().finish() >> 32, |seed| seed.parse().unwrap());
        println!("NETGRAFT_TEST_SEED={seed}");
        Self(seed)
    }

    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// All of a list where the whole was asked for; otherwise some, evenly spread.
pub(crate) fn sampled<T>(random: &mut Random, all: Vec<T>, some: usize) -> Vec<T> {
    let step = if whole() { 1 } else { all.len().div_ceil(some).max(1) };
    let first = random.below(step);
    all.into_iter().skip(first).step_by(step).collect()
}
