//! What tests and fuzz targets share: a scripted kernel, namespaces that it answers for, and recordings of real ones.

pub(crate) mod fake_netns;
pub mod fuzz;
#[cfg(fuzzing)]
pub(crate) mod recording;
pub(crate) mod scripted_peer;

/// How long is waited for what takes this long: longer where another kernel is booted, on an emulated processor.
#[cfg(test)]
pub(crate) fn patience(time: std::time::Duration) -> std::time::Duration {
    if std::env::var_os("KT_KERNEL").is_some() { time * 20 } else { time }
}
