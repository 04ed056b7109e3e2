//! The sender of a namespace handle: one socket for all links.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::announce::TICKER;
use crate::announce::announcement::{Announcement, SendOutcome};
use crate::error::Result;
use crate::sys::packet::PacketSocket;
use crate::types::IfIndex;

/// Announces addresses in one namespace, until closed or dropped.
#[derive(Debug)]
pub(crate) struct Announcer {
    number: u64,
    socket: Arc<Mutex<Socket>>,
    /// The process that made it.
    process: u32,
}

/// Opened when first needed and then kept, since closing a packet socket takes milliseconds.
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
        Self { number, socket: Arc::new(Mutex::new(Socket::Unopened)), process: std::process::id() }
    }

    /// Opens the socket, unless there is one. `open` has to open in the announcer's namespace.
    pub(crate) fn prepare(&self, open: impl FnOnce() -> Result<PacketSocket>) -> Result<()> {
        let mut socket = lock(&self.socket);
        if matches!(*socket, Socket::Unopened) {
            *socket = Socket::Open(open()?);
        }
        Ok(())
    }

    /// Sends an announcement now, and repeats it in the background, `times` times in all. Replaces what was planned
    /// for the same link. Sends nothing once `wanted` is false, so that a caller that stops it can rely on the silence.
    ///
    /// Logs failures instead of returning them.
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
        // Logged without a lock, since a logger may call the library.
        drop(socket);
        if let Err(error) = planned {
            log::warn!("{announcement} is announced again only with the next: no thread: {error}");
        }
        let _ = outcome.log(&announcement);
    }

    /// Stops announcing on a link. Sends nothing there once this has returned.
    pub(crate) fn stop(&self, link: IfIndex) {
        // Waits for an announcement that has begun, so that its repeats are cancelled, too.
        drop(lock(&self.socket));
        TICKER.cancel(|planned| *planned == (self.number, link));
    }

    /// Stops for good, and closes the socket, which would keep the namespace alive.
    pub(crate) fn close(&self) {
        let socket = std::mem::replace(&mut *lock(&self.socket), Socket::Closed);
        TICKER.cancel(|(number, _)| *number == self.number);
        drop(socket);
    }
}

impl Drop for Announcer {
    fn drop(&mut self) {
        // In a child of fork(2) another thread of its parent's may hold the locks for ever, and nothing is pending.
        if self.process == std::process::id() {
            self.close();
        }
    }
}

fn lock(socket: &Mutex<Socket>) -> MutexGuard<'_, Socket> {
    socket.lock().unwrap_or_else(PoisonError::into_inner)
}

fn send(socket: &Socket, announcement: &Announcement) -> SendOutcome {
    match socket {
        Socket::Open(socket) => announcement.send(socket),
        Socket::Unopened | Socket::Closed => SendOutcome::closed(),
    }
}
