//! Chooses free indexes, and tells whether a refusal was about an index.

use crate::error::{Error, ErrorKind, Result};
use crate::netns::NetNs;
use crate::ops::index::{ATTEMPTS, candidate};
use crate::ops::link;
use crate::types::{IfIndex, sorted};

/// Indexes that no link has at the moment, there or in the namespace that links are made `through`.
pub(crate) fn free(netns: &NetNs, through: Option<&NetNs>, count: usize) -> Result<Vec<IfIndex>> {
    let mut free: Vec<IfIndex> = Vec::new();
    for attempt in 1..=ATTEMPTS {
        if free.len() == count {
            break;
        }
        let mut candidates: Vec<IfIndex> = sorted((free.len()..count).map(|_| candidate(netns, attempt)));
        candidates.dedup();
        candidates.retain(|candidate| !free.contains(candidate));
        for netns in [Some(netns), through].into_iter().flatten() {
            let mut found = link::read(netns, &candidates)?.into_iter().map(link::optional);
            let mut taken = Vec::new();
            for candidate in &candidates {
                taken.extend(found.next().transpose()?.flatten().map(|_| *candidate));
            }
            candidates.retain(|candidate| !taken.contains(candidate));
        }
        free.append(&mut candidates);
    }
    match free.len() == count {
        true => Ok(free),
        false => Err(Error::new(ErrorKind::Kernel, format!("no free index was found in {netns}"))),
    }
}

/// Whether it was for its index that a link was refused, the first time that it was tried or later. The kernel says
/// `EBUSY` for one that somebody took just now, but also for a parent that serves something else; and `EEXIST` where it
/// looks for the index first, which older kernels do in the namespace that they are asked through, but also for a name.
pub(crate) fn is_index_conflict(
    refusal: &Error,
    netns: &NetNs,
    through: Option<&NetNs>,
    index: IfIndex,
    first_time: bool,
) -> bool {
    let in_use = |netns: &NetNs| matches!(link::find(netns, index), Ok(Some(_)));
    match refusal.errno() {
        _ if refusal.is_uncertain() => false,
        // Whoever took it may be gone already: the parent is believed the second time.
        Some(libc::EBUSY) => through.is_none() || first_time || in_use(netns),
        Some(libc::EEXIST) => in_use(netns) || through.is_some_and(in_use),
        _ => false,
    }
}
