//! Conversations with the kernel over one socket: request, batch, dump, and events.

mod connection;
mod datagrams;
mod monitor;
#[cfg(fuzzing)]
pub(crate) mod recording;
#[cfg(any(test, fuzzing))]
pub(crate) mod scripted;
#[cfg(test)]
mod tests;
mod transport;

pub(crate) use connection::Connection;
pub(crate) use datagrams::datagrams;
pub(crate) use monitor::{Event, Monitor};
pub(crate) use transport::{KernelSocket, Size, Transport};
