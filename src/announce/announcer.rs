//! Who sends: one per namespace handle, with one socket for all links.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::announce::TICKER;
use crate::announce::announcement::{Announcement, Outcome};
use crate::error::Result;
use crate::sys::packet::PacketSocket;
use crate::types::IfIndex;

/// Announces addresses from one namespace, until it is closed or dropped.
#[derive(Debug)]
pub(crate) struct Announcer {
    number: u64,
    socket: Arc<Mutex<Socket>>,
}

/// Opened when it is first needed and then kept: closing one costs milliseconds.
#[derive(Debug)]
enum Socket {
    Unopened,
    Open(PacketSocket),
    Closed,
}

impl Announcer {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self { number, socket: Arc::new(Mutex::new(Socket::Unopened)) }
    }

    /// Has the socket opened, in the announcer's namespace, unless that was done before.
    pub(crate) fn prepare(&self, open: impl FnOnce() -> Result<PacketSocket>) -> Result<()> {
        let mut socket = lock(&self.socket);
        if matches!(*socket, Socket::Unopened) {
            *socket = Socket::Open(open()?);
        }
        Ok(())
    }

    /// Sends an announcement now, and again in the background until it was sent `times` times. What was
    /// planned for the same link before is dropped. Nothing is sent when it is not wanted any more: who
    /// stops it can be sure that it then stays so.
    ///
    /// Nothing that goes wrong is an error of the caller's: it is logged.
    pub(crate) fn announce(
        &self,
        announcement: Announcement,
        times: u8,
        interval: Duration,
        wanted: impl FnOnce() -> bool,
    ) {
        let key = (self.number, announcement.link);
        TICKER.cancel(|planned| *planned == key);
        let announcement = Arc::new(announcement);
        let socket = lock(&self.socket);
        if !wanted() {
            return;
        }
        let outcome = send(&socket, &announcement);
        let repeats = if outcome.flow.is_continue() { times.saturating_sub(1) } else { 0 };
        let mut planned = Ok(());
        if repeats > 0 {
            let (socket, announcement) = (Arc::clone(&self.socket), Arc::clone(&announcement));
            let repeat = move || {
                let outcome = send(&lock(&socket), &announcement);
                outcome.log(&announcement)
            };
            planned = TICKER.plan(key, Arc::new(repeat), repeats, interval, Instant::now());
        }
        // A logger may do anything, so nothing is held.
        drop(socket);
        if let Err(error) = planned {
            log::warn!("{announcement} is announced again only with the next: no thread: {error}");
        }
        let _ = outcome.log(&announcement);
    }

    /// Stops announcing on a link. Nothing is sent there once this has returned.
    pub(crate) fn stop(&self, link: IfIndex) {
        // Behind an announcement that has begun: what it plans is cancelled too.
        drop(lock(&self.socket));
        TICKER.cancel(|planned| *planned == (self.number, link));
    }

    /// Stops announcing, for good, and closes the socket, which would keep the namespace alive.
    pub(crate) fn close(&self) {
        let socket = std::mem::replace(&mut *lock(&self.socket), Socket::Closed);
        TICKER.cancel(|(number, _)| *number == self.number);
        drop(socket);
    }
}

impl Drop for Announcer {
    fn drop(&mut self) {
        self.close();
    }
}

fn lock(socket: &Mutex<Socket>) -> MutexGuard<'_, Socket> {
    socket.lock().unwrap_or_else(PoisonError::into_inner)
}

fn send(socket: &Socket, announcement: &Announcement) -> Outcome {
    match socket {
        Socket::Open(socket) => announcement.send(socket),
        Socket::Unopened | Socket::Closed => Outcome::closed(),
    }
}
