//! Conversations with the kernel over one socket: request, batch, dump, and events.

mod batching;
mod connection;
mod refusal;
mod subscription;
#[cfg(test)]
mod tests;
mod transport;

pub(crate) use batching::datagrams;
pub(crate) use connection::Connection;
#[cfg(any(test, fuzzing))]
pub(crate) use refusal::refusal;
pub(crate) use subscription::{Event, Subscription};
#[cfg(fuzzing)]
pub(crate) use transport::record_with;
pub(crate) use transport::{KernelSocket, Size, Transport};
