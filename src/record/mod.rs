//! Interfaces as a process knows them: the list of a handle, and how to recognise a link again.

pub(crate) mod identity;
pub(crate) mod interface;
pub(crate) mod origin;
pub(crate) mod registry;
pub(crate) mod snapshot;

pub(crate) use registry::Registry;
