//! Inputs as scripts for the peers that stand in for the kernel.
//!
//! An input is one byte that chooses the scene, and then one act after the other: a length of two bytes, in the
//! processor's order, and a datagram that long. Lengths from `FAILURE` on are failures instead, with the errno in the
//! lower byte. Sequence numbers in a datagram count from the first request of the last datagram that was sent.

use crate::testing::scripted_peer::{Script, Step};

const FAILURE: u16 = 0xff00;

/// The byte that chooses the scene, and what follows.
pub(crate) fn split(input: &[u8]) -> (u8, &[u8]) {
    input.split_first().map_or((0, &[]), |(scene, rest)| (*scene, rest))
}

/// The script in what follows.
pub(crate) fn script(rest: &[u8]) -> Script {
    Script::new(acts(rest))
}

pub(crate) fn acts(mut rest: &[u8]) -> impl Iterator<Item = Step> {
    std::iter::from_fn(move || {
        let (length, behind) =
            rest.split_first_chunk().map(|(length, behind)| (u16::from_ne_bytes(*length), behind))?;
        if length >= FAILURE {
            rest = behind;
            return Some(Step::Fail(i32::from(length & 0xff).max(1)));
        }
        // What an input lacks at its end is not missed.
        let (datagram, behind) = behind.split_at_checked(length.into()).unwrap_or((behind, &[]));
        rest = behind;
        Some(Step::Bytes(datagram.to_vec()))
    })
}

/// The input that is this scene with these acts.
#[cfg(fuzzing)]
pub(crate) fn input(scene: u8, acts: &[Step]) -> Vec<u8> {
    let mut input = vec![scene];
    for act in acts {
        match act {
            Step::Bytes(datagram) if datagram.len() < usize::from(FAILURE) => {
                input.extend((datagram.len() as u16).to_ne_bytes());
                input.extend(datagram);
            }
            Step::Fail(errno) => input.extend((FAILURE | (*errno as u16 & 0xff)).to_ne_bytes()),
            Step::Bytes(_) | Step::Reply(_) => panic!("this cannot be written down"),
        }
    }
    input
}
