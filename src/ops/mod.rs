//! One kernel operation per function, in a namespace that is held open.

pub(crate) mod address;
pub(crate) mod link;
pub(crate) mod neighbour;
pub(crate) mod route;
pub(crate) mod setting;
