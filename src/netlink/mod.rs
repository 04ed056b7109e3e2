//! Conversations with the kernel over one socket: request, batch, dump, and events.

mod batching;
mod connection;
mod monitor;
mod refusal;
#[cfg(test)]
mod tests;
mod transport;

pub(crate) use batching::datagrams;
pub(crate) use connection::Connection;
pub(crate) use monitor::{Event, Monitor};
#[cfg(any(test, fuzzing))]
pub(crate) use refusal::refusal;
#[cfg(fuzzing)]
pub(crate) use transport::record_with;
pub(crate) use transport::{KernelSocket, Size, Transport};
