//! Conversations with the kernel over one socket: request, batch, dump, and events.

mod connection;
mod monitor;
mod transport;

pub(crate) use connection::Connection;
pub(crate) use monitor::{Event, Monitor};
pub(crate) use transport::{KernelSocket, Transport};
