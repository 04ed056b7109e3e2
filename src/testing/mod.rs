//! What tests and fuzz targets share: a scripted kernel, namespaces that it answers for, and recordings of real ones.

pub(crate) mod fake_netns;
pub mod fuzz;
#[cfg(fuzzing)]
pub(crate) mod recording;
pub(crate) mod scripted_peer;
