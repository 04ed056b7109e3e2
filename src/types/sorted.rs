//! Lists in order.

use std::collections::BinaryHeap;

/// Values in ascending order. By a heap: the sort of slices is ten times as much code for every type.
pub(crate) fn sorted<T: Ord>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    values.into_iter().collect::<BinaryHeap<T>>().into_sorted_vec()
}
