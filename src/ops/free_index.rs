//! Chooses free indexes, and tells whether a refusal was about an index.

use crate::error::{Error, ErrorKind, Result};
use crate::netns::NetNs;
use crate::ops::index::{ATTEMPTS, candidate};
use crate::ops::link;
use crate::types::{IfIndex, sorted};

/// Finds indexes that no link has, in the namespace and in the one that links are created `through`. `refuse` returns those of
/// some indexes that cannot be used for another reason.
pub(crate) fn free(
    netns: &NetNs,
    through: Option<&NetNs>,
    count: usize,
    mut refuse: impl FnMut(&[IfIndex]) -> Result<Vec<IfIndex>>,
) -> Result<Vec<IfIndex>> {
    let mut free: Vec<IfIndex> = Vec::new();
    let mut is_refused = false;
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
        let refused = refuse(&candidates)?;
        is_refused |= !refused.is_empty();
        candidates.retain(|candidate| !refused.contains(candidate));
        free.append(&mut candidates);
    }
    match free.len() == count {
        true => Ok(free),
        false if is_refused => Err(Error::new(ErrorKind::Busy, format!("another operation is working on {netns}"))),
        false => Err(Error::new(ErrorKind::Kernel, format!("no free index was found in {netns}"))),
    }
}

/// Returns whether the kernel refused a link because of its index. `EBUSY` means a taken index, or a parent that serves
/// something else. `EEXIST` means a taken index on older kernels, which look in the namespace that they are asked through,
/// or a taken name.
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
        // The holder of the index may be gone already. The second refusal is taken to be about the parent.
        Some(libc::EBUSY) => through.is_none() || first_time || in_use(netns),
        Some(libc::EEXIST) => in_use(netns) || through.is_some_and(in_use),
        _ => false,
    }
}
