use std::fmt;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use netlink_sys::protocols::NETLINK_ROUTE;
use netlink_sys::{Socket, SocketAddr};
use socket2::SockRef;

use crate::sys;

/// How long the kernel may take to answer.
const TIMEOUT: Duration = Duration::from_secs(3);
/// What a receive buffer begins with: the kernel fills a dump's datagrams up to this size.
const BUFFER: usize = 32 * 1024;

/// What is asked for to hold the answers to a datagram of requests: links can be large.
const RECEIVE_BUFFER: usize = 1024 * 1024;

/// What is known of the size of the datagrams that are to be received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    /// Acknowledgements, and parts of dumps: the kernel makes them no larger than what is received into.
    Bounded,
    /// Whatever a link has goes into one message: each is asked for its size first.
    Any,
}

/// What carries datagrams to the kernel and back. Tests stand in for the kernel here.
pub(crate) trait Transport: fmt::Debug + Send {
    /// Sends one datagram.
    fn send(&mut self, datagram: &[u8]) -> io::Result<()>;

    /// Receives one datagram from the kernel whole, growing the buffer where it has to, and tells its
    /// length. `EAGAIN` when none came in time.
    fn receive(&mut self, buffer: &mut Vec<u8>, expected: Size) -> io::Result<usize>;

    /// Waits until there is something to receive; false when there is not by then.
    fn wait(&mut self, deadline: Instant) -> io::Result<bool>;

    /// Joins a multicast group, so that its notifications are received between the answers, or leaves it and
    /// throws away what is left of them.
    fn watch(&mut self, group: u32, on: bool) -> io::Result<()>;
}

#[cfg(any(test, fuzzing))]
impl Transport for Box<dyn Transport> {
    fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        (**self).send(datagram)
    }

    fn receive(&mut self, buffer: &mut Vec<u8>, expected: Size) -> io::Result<usize> {
        (**self).receive(buffer, expected)
    }

    fn wait(&mut self, deadline: Instant) -> io::Result<bool> {
        (**self).wait(deadline)
    }

    fn watch(&mut self, group: u32, on: bool) -> io::Result<()> {
        (**self).watch(group, on)
    }
}

#[cfg(fuzzing)]
thread_local!(static RECORDER: std::cell::Cell<Option<Recorder>> = const { std::cell::Cell::new(None) });

/// Wraps the transports that a thread opens, to record the answers of the kernel.
#[cfg(fuzzing)]
pub(crate) type Recorder = fn(Box<dyn Transport>) -> Box<dyn Transport>;

/// Has the transports that this thread opens from now on wrapped.
#[cfg(fuzzing)]
pub(crate) fn record_with(recorder: Recorder) {
    RECORDER.set(Some(recorder));
}

/// Wraps a transport, if this thread records.
#[cfg(fuzzing)]
pub(super) fn recorded(transport: Box<dyn Transport>) -> Box<dyn Transport> {
    match RECORDER.get() {
        Some(record) => record(transport),
        None => transport,
    }
}

/// A routing netlink socket. It stays in the namespace that it was opened in.
pub(crate) struct KernelSocket(Socket);

impl KernelSocket {
    /// Opens one in the calling thread's namespace.
    pub(crate) fn open() -> io::Result<Self> {
        let mut socket = Socket::new(NETLINK_ROUTE)?;
        socket.bind_auto()?;
        SockRef::from(&socket).set_read_timeout(Some(TIMEOUT))?;
        SockRef::from(&socket).set_write_timeout(Some(TIMEOUT))?;
        // As much as `net.core.rmem_max` allows.
        let _ = SockRef::from(&socket).set_recv_buffer_size(RECEIVE_BUFFER);
        // Each came with a later kernel than the oldest we run on (4.3, 4.12, 4.20). Without: larger
        // acknowledgements, fewer words in errors, and filtering that we do ourselves as well.
        let _ = socket.set_cap_ack(true);
        let _ = socket.set_ext_ack(true);
        let _ = socket.set_netlink_get_strict_chk(true);
        Ok(Self(socket))
    }

    /// Hears the notifications of every namespace that the socket's own has a number for, as far as its
    /// opener has `CAP_NET_BROADCAST` there.
    pub(crate) fn listen_everywhere(&self) -> io::Result<()> {
        self.0.set_listen_all_namespaces(true)
    }

    /// Joins a multicast group (`RTNLGRP_…` of linux/rtnetlink.h).
    pub(crate) fn subscribe(&self, group: u32) -> io::Result<()> {
        self.0.add_membership(group)
    }
}

impl AsFd for KernelSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl fmt::Debug for KernelSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KernelSocket")
    }
}

impl Transport for KernelSocket {
    fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        let kernel = SocketAddr::new(0, 0);
        sys::retry(|| self.0.send_to(datagram, &kernel, 0))?;
        Ok(())
    }

    fn receive(&mut self, buffer: &mut Vec<u8>, expected: Size) -> io::Result<usize> {
        loop {
            let mut size = BUFFER;
            if expected == Size::Any {
                // A datagram is cut to the buffer otherwise.
                let peek = libc::MSG_PEEK | libc::MSG_TRUNC;
                let mut nothing: &mut [u8] = &mut [];
                size = sys::retry(|| self.0.recv_from(&mut nothing, peek))?.0.max(BUFFER);
            }
            if size > buffer.len() {
                buffer.resize(size, 0);
            }
            let (length, sender) = sys::retry(|| self.0.recv_from(&mut buffer.as_mut_slice(), libc::MSG_TRUNC))?;
            // Any process may send to our port; and one that is larger than expected answers something that was given
            // up on before.
            if sender.port_number() == 0 && length <= buffer.len() {
                return Ok(length);
            }
        }
    }

    fn wait(&mut self, deadline: Instant) -> io::Result<bool> {
        sys::poll::readable(self.0.as_fd(), deadline)
    }

    fn watch(&mut self, group: u32, on: bool) -> io::Result<()> {
        if on {
            return self.subscribe(group);
        }
        self.0.drop_membership(group)?;
        let mut nothing: &mut [u8] = &mut [];
        loop {
            match sys::retry(|| self.0.recv_from(&mut nothing, libc::MSG_DONTWAIT)) {
                Ok(_) => {}
                Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_side_is_waited_for_longer_than_three_seconds() {
        let KernelSocket(socket) = KernelSocket::open().unwrap();
        let three = Some(Duration::from_secs(3));
        assert_eq!(SockRef::from(&socket).read_timeout().unwrap(), three);
        assert_eq!(SockRef::from(&socket).write_timeout().unwrap(), three);
    }
}
