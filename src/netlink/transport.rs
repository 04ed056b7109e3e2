use std::fmt;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use netlink_sys::protocols::NETLINK_ROUTE;
use netlink_sys::{Socket, SocketAddr};
use socket2::SockRef;

use crate::sys;

/// Time that the kernel has to answer.
const TIMEOUT: Duration = Duration::from_secs(3);
/// Initial size of a receive buffer. The kernel fills the datagrams of a dump up to this size.
const BUFFER: usize = 32 * 1024;

/// Size of the socket's receive buffer that is asked for. Messages of links can be large.
const RECEIVE_BUFFER: usize = 1024 * 1024;

/// Expected size of the datagrams to receive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    /// Acknowledgements and parts of dumps, which the kernel fits into the buffer.
    Bounded,
    /// Any size, as of links: the size is asked first.
    Any,
}

/// Carries datagrams to the kernel and back. Tests put a scripted peer here.
pub(crate) trait Transport: fmt::Debug + Send {
    /// Sends one datagram.
    fn send(&mut self, datagram: &[u8]) -> io::Result<()>;

    /// Receives one whole datagram from the kernel, growing the buffer as needed, and returns its length. Fails with
    /// `EAGAIN` when no datagram arrived in time.
    fn receive(&mut self, buffer: &mut Vec<u8>, expected: Size) -> io::Result<usize>;

    /// Waits for a datagram. Returns false at the deadline.
    fn wait(&mut self, deadline: Instant, cancel: &[BorrowedFd<'_>]) -> io::Result<bool>;

    /// Joins a multicast group, whose notifications then arrive between the answers, or leaves the group and drops
    /// notifications that are left.
    fn watch(&mut self, group: u32, on: bool) -> io::Result<()>;
}

impl Transport for Box<dyn Transport> {
    fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        (**self).send(datagram)
    }

    fn receive(&mut self, buffer: &mut Vec<u8>, expected: Size) -> io::Result<usize> {
        (**self).receive(buffer, expected)
    }

    fn wait(&mut self, deadline: Instant, cancel: &[BorrowedFd<'_>]) -> io::Result<bool> {
        (**self).wait(deadline, cancel)
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

/// A routing netlink socket, which stays in the namespace that it was opened in.
pub(crate) struct KernelSocket(Socket);

impl KernelSocket {
    /// Opens a socket in the calling thread's namespace.
    pub(crate) fn open() -> io::Result<Self> {
        let mut socket = sys::netlink_socket(NETLINK_ROUTE)?;
        socket.bind_auto()?;
        SockRef::from(&socket).set_read_timeout(Some(TIMEOUT))?;
        SockRef::from(&socket).set_write_timeout(Some(TIMEOUT))?;
        // The kernel grants at most `net.core.rmem_max`.
        let _ = SockRef::from(&socket).set_recv_buffer_size(RECEIVE_BUFFER);
        // Linux 4.3, 4.12 and 4.20. Without them acknowledgements are larger, errors have fewer words, and dumps are
        // filtered here alone.
        let _ = socket.set_cap_ack(true);
        let _ = socket.set_ext_ack(true);
        let _ = socket.set_netlink_get_strict_chk(true);
        Ok(Self(socket))
    }

    /// Receives the notifications of every namespace that has an id in the socket's namespace, where the opener has
    /// `CAP_NET_BROADCAST`.
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
                // Otherwise the kernel cuts a datagram to the buffer.
                let peek = libc::MSG_PEEK | libc::MSG_TRUNC;
                let mut nothing: &mut [u8] = &mut [];
                size = sys::retry(|| self.0.recv_from(&mut nothing, peek))?.0.max(BUFFER);
            }
            if size > buffer.len() {
                buffer.resize(size, 0);
            }
            let (length, sender) = sys::retry(|| self.0.recv_from(&mut buffer.as_mut_slice(), libc::MSG_TRUNC))?;
            // Any process may send to our port. A datagram that is larger than expected answers an earlier request that
            // timed out.
            if sender.port_number() == 0 && length <= buffer.len() {
                return Ok(length);
            }
        }
    }

    fn wait(&mut self, deadline: Instant, cancel: &[BorrowedFd<'_>]) -> io::Result<bool> {
        sys::poll::readable(self.0.as_fd(), deadline, cancel)
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
