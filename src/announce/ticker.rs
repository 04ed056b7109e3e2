//! The repeats of the whole process, and the thread that sends them.

use std::io;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle, ThreadId};
use std::time::{Duration, Instant};

use crate::announce::schedule::Schedule;
use crate::sys;
use crate::types::IfIndex;

/// Number of an announcer, and the link.
pub(crate) type Key = (u64, IfIndex);

/// Sends once, and returns whether to go on.
pub(crate) type Task = Arc<dyn Fn() -> ControlFlow<()> + Send + Sync>;

/// The schedule, and the thread or program that serves it.
pub(crate) struct Ticker {
    /// Never held while sending, logging or waiting.
    state: Mutex<TickerState>,
    changed: Condvar,
}

struct TickerState {
    schedule: Schedule<Key, Task>,
    /// The tasks that are being sent, and by which threads.
    sending: Option<(Key, ThreadId)>,
    /// The thread that serves the schedule.
    attendant: Option<ThreadId>,
    /// The handle to wait for the thread's end.
    ///
    /// The thread drops the handle when it ends: nothing of an ended thread stays.
    thread: Option<JoinHandle<()>>,
    /// Whether the program serves the schedule.
    own_loop: bool,
    /// The process that the state belongs to.
    process: u32,
}

impl TickerState {
    /// Clears the state that a forked child inherits: thread and repeats are its parent's.
    fn belong_to(&mut self, process: u32) {
        if self.process != process {
            self.process = process;
            self.schedule.retain(|_| false);
            self.sending = None;
            self.attendant = None;
            // The thread does not exist in this process.
            std::mem::forget(self.thread.take());
        }
    }
}

impl Ticker {
    pub(crate) const fn new() -> Self {
        let state = TickerState {
            schedule: Schedule::new(),
            sending: None,
            attendant: None,
            thread: None,
            own_loop: false,
            process: 0,
        };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, TickerState> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.belong_to(std::process::id());
        state
    }

    fn wait<'a>(&self, state: MutexGuard<'a, TickerState>) -> MutexGuard<'a, TickerState> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_until<'a>(&self, state: MutexGuard<'a, TickerState>, deadline: Instant) -> MutexGuard<'a, TickerState> {
        let left = deadline.saturating_duration_since(Instant::now());
        self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
    }

    /// Plans to send a number of times, first after one interval. Replaces the task of the same key.
    ///
    /// # Errors
    /// Fails when no thread can be started. The task stays planned, and the next plan tries again.
    pub(crate) fn plan(
        &'static self,
        key: Key,
        task: Task,
        times: u8,
        interval: Duration,
        now: Instant,
    ) -> io::Result<()> {
        let mut state = self.lock();
        state.schedule.insert(key, task, times, interval, now);
        let attended = self.ensure_thread(&mut state);
        drop(state);
        self.changed.notify_all();
        attended
    }

    /// Drops the tasks whose keys match. Sends nothing of them once this has returned.
    pub(crate) fn cancel(&self, matches: impl Fn(&Key) -> bool) {
        let mut state = self.lock();
        state.schedule.retain(|key| !matches(key));
        // Wakes the thread, which ends if nothing is left.
        self.changed.notify_all();
        // A task that removes itself, through a logger, must not wait for itself.
        let me = thread::current().id();
        while state.sending.is_some_and(|(key, thread)| matches(&key) && thread != me) {
            state = self.wait(state);
        }
    }

    /// Returns when the next task is due.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        self.lock().schedule.next_due()
    }

    /// Sends all tasks that are due at `now`.
    pub(crate) fn send_due(&self, now: Instant) {
        while self.send_one(now) {}
    }

    /// Sends the task that has been due for longest. Returns false when none is due.
    fn send_one(&self, now: Instant) -> bool {
        let me = thread::current().id();
        let mut state = self.lock();
        while let Some((_, thread)) = state.sending {
            if thread == me {
                return false;
            }
            state = self.wait(state);
        }
        let Some(run) = state.schedule.first_due(now) else { return false };
        state.sending = Some((run.key, me));
        drop(state);

        let sent = catch_unwind(AssertUnwindSafe(|| (run.what)()));

        let mut state = self.lock();
        state.sending = None;
        match sent {
            Ok(ControlFlow::Continue(())) => state.schedule.done(&run, now),
            Ok(ControlFlow::Break(())) | Err(_) => state.schedule.end(&run),
        }
        drop(state);
        self.changed.notify_all();
        if sent.is_err() {
            log::warn!("announcements on link {} stopped: panic", run.key.1);
        }
        true
    }

    /// Waits until nothing is planned. Sends from here where no thread does.
    ///
    /// A thread that is sending (a logger that calls this) does not wait for itself.
    pub(crate) fn flush(&self) {
        let mut state = self.lock();
        let me = thread::current().id();
        if state.attendant == Some(me) || state.sending.is_some_and(|(_, sender)| sender == me) {
            return;
        }
        while let Some(due) = state.schedule.next_due() {
            if state.attendant.is_some() {
                state = self.wait(state);
            } else if Instant::now() < due {
                state = self.wait_until(state, due);
            } else {
                drop(state);
                self.send_one(Instant::now());
                state = self.lock();
            }
        }
    }

    /// Hands the schedule to the program, or takes it back.
    pub(crate) fn set_own_loop(&'static self, own_loop: bool) {
        let mut state = self.lock();
        state.own_loop = own_loop;
        let attended = self.ensure_thread(&mut state);
        self.changed.notify_all();
        let me = thread::current().id();
        let ends_elsewhere = |state: &TickerState| state.own_loop && state.attendant.is_some_and(|thread| thread != me);
        let mut thread = ends_elsewhere(&state).then(|| state.thread.take()).flatten();
        while ends_elsewhere(&state) {
            state = self.wait(state);
        }
        // Another caller has taken the schedule back: the thread goes on.
        if thread.as_ref().is_some_and(|thread| state.attendant == Some(thread.thread().id())) {
            state.thread = thread.take();
        }
        drop(state);
        // A program with a loop of its own may need to have a single thread.
        let _ = thread.map(JoinHandle::join);
        if let Err(error) = attended {
            log::warn!("announcements are not repeated: no thread: {error}");
        }
    }

    /// Starts the thread if something is planned.
    fn ensure_thread(&'static self, state: &mut TickerState) -> io::Result<()> {
        if state.attendant.is_some() || state.own_loop || state.schedule.is_empty() {
            return Ok(());
        }
        let builder = thread::Builder::new().name("netgraft".to_owned());
        let thread = sys::signal::blocked(|| builder.spawn(|| self.run()))?;
        state.attendant = Some(thread.thread().id());
        state.thread = Some(thread);
        Ok(())
    }

    /// Runs on the thread, until nothing is planned.
    fn run(&self) {
        // A panic in a logger loses a message, not the thread.
        while catch_unwind(AssertUnwindSafe(|| self.step())).unwrap_or(true) {}
    }

    /// Sends a task or waits for the next. Returns false when nothing is planned.
    fn step(&self) -> bool {
        let mut state = self.lock();
        let next = state.schedule.next_due().filter(|_| !state.own_loop);
        let Some(due) = next else {
            state.attendant = None;
            drop(state.thread.take());
            self.changed.notify_all();
            return false;
        };
        if Instant::now() < due {
            drop(self.wait_until(state, due));
        } else {
            drop(state);
            self.send_one(Instant::now());
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
    use std::sync::mpsc;

    use super::*;
    use crate::testing::patience;

    const INTERVAL: Duration = Duration::from_millis(5);

    fn key(link: u32) -> Key {
        (0, IfIndex::new(link).unwrap())
    }

    /// A task that counts its runs.
    fn counter() -> (Arc<AtomicU32>, Task) {
        let count = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&count);
        let task = move || {
            counted.fetch_add(1, Ordering::SeqCst);
            ControlFlow::Continue(())
        };
        (count, Arc::new(task))
    }

    /// Waits for the thread to be gone.
    fn wait_unattended(ticker: &Ticker) {
        let mut state = ticker.lock();
        while state.attendant.is_some() {
            state = ticker.wait(state);
        }
    }

    #[test]
    fn one_thread_sends_all_and_ends() {
        static TICKER: Ticker = Ticker::new();
        let ticker = &TICKER;
        let (sent, received) = mpsc::channel();
        for link in 1..=100 {
            let sent = sent.clone();
            let task = move || {
                sent.send((link, thread::current().id())).unwrap();
                ControlFlow::Continue(())
            };
            ticker.plan(key(link), Arc::new(task), 3, INTERVAL, Instant::now()).unwrap();
        }
        drop(sent);
        ticker.flush();
        // The channel ends with the tasks: they have been dropped.
        let runs: Vec<_> = received.iter().collect();
        assert_eq!(runs.len(), 300);
        assert!(runs.iter().all(|(_, thread)| *thread == runs[0].1 && *thread != thread::current().id()));
        assert!((1..=100).all(|link| runs.iter().filter(|run| run.0 == link).count() == 3));
        wait_unattended(ticker);
        // And it starts again.
        let (count, task) = counter();
        ticker.plan(key(1), task, 1, INTERVAL, Instant::now()).unwrap();
        ticker.flush();
        assert_eq!(count.load(Ordering::SeqCst), 1);
        wait_unattended(ticker);
    }

    #[test]
    fn own_loop_needs_no_thread_and_no_clock() {
        static TICKER: Ticker = Ticker::new();
        let (ticker, t) = (&TICKER, Instant::now());
        ticker.set_own_loop(true);
        let (count, task) = counter();
        ticker.plan(key(1), task, 2, INTERVAL * 100, t).unwrap();
        assert!(ticker.lock().thread.is_none());
        assert_eq!(ticker.next_deadline(), Some(t + INTERVAL * 100));
        ticker.send_due(t + INTERVAL * 99);
        assert_eq!(count.load(Ordering::SeqCst), 0);
        ticker.send_due(t + INTERVAL * 100);
        assert_eq!(count.load(Ordering::SeqCst), 1);
        ticker.send_due(t + INTERVAL * 200);
        assert_eq!(count.load(Ordering::SeqCst), 2);
        assert_eq!(ticker.next_deadline(), None);
    }

    #[test]
    fn the_switch_takes_effect_before_it_returns() {
        static TICKER: Ticker = Ticker::new();
        let ticker = &TICKER;
        let (count, task) = counter();
        ticker.plan(key(1), task, 2, INTERVAL, Instant::now()).unwrap();
        ticker.set_own_loop(true);
        assert!(ticker.lock().attendant.is_none());
        let so_far = count.load(Ordering::SeqCst);
        ticker.set_own_loop(false);
        assert_eq!(ticker.lock().attendant.is_some(), so_far < 2);
        ticker.flush();
        assert_eq!(count.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn flush_sends_where_no_thread_does() {
        static TICKER: Ticker = Ticker::new();
        let ticker = &TICKER;
        ticker.set_own_loop(true);
        let (count, task) = counter();
        ticker.plan(key(1), task, 3, INTERVAL, Instant::now()).unwrap();
        ticker.flush();
        assert_eq!(count.load(Ordering::SeqCst), 3);
    }

    #[test]
    fn a_panic_ends_that_task_alone() {
        static TICKER: Ticker = Ticker::new();
        let ticker = &TICKER;
        let (count, task) = counter();
        ticker.plan(key(1), Arc::new(|| panic!("wanted by the test")), 3, INTERVAL, Instant::now()).unwrap();
        ticker.plan(key(2), task, 3, INTERVAL, Instant::now()).unwrap();
        ticker.flush();
        assert_eq!(count.load(Ordering::SeqCst), 3);
        wait_unattended(ticker);
    }

    #[test]
    fn a_task_can_end_itself() {
        static TICKER: Ticker = Ticker::new();
        let ticker = &TICKER;
        let runs = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&runs);
        let task = move || {
            counted.fetch_add(1, Ordering::SeqCst);
            // None waits for itself.
            ticker.flush();
            ticker.cancel(|_| true);
            ticker.send_due(Instant::now());
            ControlFlow::Break(())
        };
        for (done, own_loop) in [(1, false), (2, true)] {
            ticker.set_own_loop(own_loop);
            ticker.plan(key(1), Arc::new(task.clone()), 3, INTERVAL, Instant::now()).unwrap();
            ticker.flush();
            assert_eq!(runs.load(Ordering::SeqCst), done);
        }
    }

    #[test]
    fn nothing_is_sent_once_cancelled() {
        static TICKER: Ticker = Ticker::new();
        let ticker = &TICKER;
        static TOO_LATE: AtomicU32 = AtomicU32::new(0);
        thread::scope(|scope| {
            for link in 1..=4 {
                scope.spawn(move || {
                    for _ in 0..250 {
                        let (started, first) = mpsc::channel();
                        let cancelled = Arc::new(AtomicBool::new(false));
                        let seen = Arc::clone(&cancelled);
                        let task = move || {
                            let _ = started.send(());
                            thread::yield_now();
                            TOO_LATE.fetch_add(seen.load(Ordering::SeqCst).into(), Ordering::SeqCst);
                            ControlFlow::Continue(())
                        };
                        ticker.plan(key(link), Arc::new(task), 3, Duration::from_micros(50), Instant::now()).unwrap();
                        first.recv().unwrap();
                        ticker.cancel(|key| key.1.get() == link);
                        cancelled.store(true, Ordering::SeqCst);
                        // The task is dropped, and with it what it held.
                        assert!(first.iter().count() <= 2);
                    }
                });
            }
        });
        assert_eq!(TOO_LATE.load(Ordering::SeqCst), 0);
        wait_unattended(ticker);
    }

    #[test]
    fn late_by_less_than_a_tick_with_a_thousand() {
        static TICKER: Ticker = Ticker::new();
        let ticker = &TICKER;
        let (sent, received) = mpsc::channel();
        let interval = Duration::from_millis(200);
        for link in 1..=1000 {
            let (planned, sent) = (Instant::now(), sent.clone());
            let task = move || {
                sent.send((link, planned.elapsed())).unwrap();
                ControlFlow::Continue(())
            };
            ticker.plan(key(link), Arc::new(task), 3, interval, planned).unwrap();
        }
        drop(sent);
        let mut runs = vec![0u32; 1001];
        for (link, elapsed) in received {
            runs[link as usize] += 1;
            let due = interval * runs[link as usize];
            assert!(elapsed >= due && elapsed < due + patience(interval), "{link}: {elapsed:?} instead of {due:?}");
        }
        assert!(runs[1..].iter().all(|runs| *runs == 3));
    }
}
