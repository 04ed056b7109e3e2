//! A schedule of repeats: plain data, with the clock as an argument.

use std::time::{Duration, Instant};

/// Tasks that repeat at an interval a number of times, found by key or by due time.
#[derive(Debug)]
pub(crate) struct Schedule<K, V> {
    /// Soonest first.
    jobs: Vec<Job<K, V>>,
}

#[derive(Debug)]
struct Job<K, V> {
    key: K,
    due: Instant,
    interval: Duration,
    left: u8,
    what: V,
}

/// A task that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Due<K, V> {
    pub(crate) key: K,
    pub(crate) what: V,
    due: Instant,
}

impl<K: Copy + Ord, V: Clone> Schedule<K, V> {
    pub(crate) const fn new() -> Self {
        Self { jobs: Vec::new() }
    }

    /// Plans `times` runs, the first one interval after `now`. Replaces the task of the same key.
    pub(crate) fn insert(&mut self, key: K, what: V, times: u8, interval: Duration, now: Instant) {
        self.take(key);
        self.put(Job { key, due: now + interval, interval, left: times, what });
    }

    /// Drops the tasks whose keys do not match.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&K) -> bool) {
        self.jobs.retain(|job| keep(&job.key));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    /// Returns when the next task is due.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.jobs.first().map(|job| job.due)
    }

    /// Returns the task that has been due for longest. The task stays due until [`done`](Self::done).
    pub(crate) fn first_due(&self, now: Instant) -> Option<Due<K, V>> {
        let job = self.jobs.first().filter(|job| job.due <= now)?;
        Some(Due { key: job.key, what: job.what.clone(), due: job.due })
    }

    /// Counts a run, and plans the next if one is left. Leaves tasks alone that were removed or replaced meanwhile.
    ///
    /// Late runs do not shift the later ones. Missed runs (of a stopped process) are skipped, not caught up in a burst.
    pub(crate) fn done(&mut self, run: &Due<K, V>, now: Instant) {
        if let Some(mut job) = self.take_run(run) {
            job.left = job.left.saturating_sub(1);
            job.due += job.interval;
            if job.due <= now {
                job.due = now + job.interval;
            }
            self.put(job);
        }
    }

    /// Ends the task after this run.
    pub(crate) fn end(&mut self, run: &Due<K, V>) {
        self.take_run(run);
    }

    fn take_run(&mut self, run: &Due<K, V>) -> Option<Job<K, V>> {
        self.jobs.iter().find(|job| job.key == run.key).filter(|job| job.due == run.due)?;
        self.take(run.key)
    }

    fn put(&mut self, job: Job<K, V>) {
        if job.left > 0 {
            let place = self.jobs.partition_point(|other| (other.due, other.key) < (job.due, job.key));
            self.jobs.insert(place, job);
        }
    }

    fn take(&mut self, key: K) -> Option<Job<K, V>> {
        let place = self.jobs.iter().position(|job| job.key == key)?;
        Some(self.jobs.remove(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Runs everything that is due and says what it was.
    fn run(schedule: &mut Schedule<u32, char>, now: Instant) -> String {
        let mut ran = String::new();
        while let Some(run) = schedule.first_due(now) {
            schedule.done(&run, now);
            ran.push(run.what);
        }
        ran
    }

    #[test]
    fn each_run_at_its_time() {
        let (mut schedule, t) = (Schedule::new(), Instant::now());
        schedule.insert(1, 'a', 2, SECOND, t);
        schedule.insert(2, 'b', 3, SECOND * 3 / 5, t);
        assert_eq!(schedule.next_due(), Some(t + SECOND * 3 / 5));
        assert_eq!(run(&mut schedule, t), "");
        assert_eq!(run(&mut schedule, t + SECOND * 3 / 5), "b");
        assert_eq!(run(&mut schedule, t + SECOND), "a");
        assert_eq!(run(&mut schedule, t + SECOND), "");
        assert_eq!(run(&mut schedule, t + SECOND * 6 / 5), "b");
        assert_eq!(run(&mut schedule, t + SECOND * 2), "ba");
        assert!(schedule.is_empty());
        assert_eq!(schedule.next_due(), None);
    }

    #[test]
    fn lateness_does_not_add_up() {
        let (mut schedule, t) = (Schedule::new(), Instant::now());
        schedule.insert(1, 'a', 3, SECOND, t);
        assert_eq!(run(&mut schedule, t + SECOND + SECOND / 3), "a");
        assert_eq!(schedule.next_due(), Some(t + SECOND * 2));
    }

    #[test]
    fn no_burst_after_a_stop() {
        let (mut schedule, t) = (Schedule::new(), Instant::now());
        schedule.insert(1, 'a', 3, SECOND, t);
        assert_eq!(run(&mut schedule, t + SECOND * 10), "a");
        assert_eq!(schedule.next_due(), Some(t + SECOND * 11));
        assert_eq!(run(&mut schedule, t + SECOND * 11), "a");
        assert_eq!(run(&mut schedule, t + SECOND * 12), "a");
        assert!(schedule.is_empty());
    }

    #[test]
    fn planned_anew_replaces() {
        let (mut schedule, t) = (Schedule::new(), Instant::now());
        schedule.insert(1, 'a', 1, SECOND, t);
        schedule.insert(1, 'b', 1, SECOND * 2, t);
        assert_eq!(run(&mut schedule, t + SECOND), "");
        assert_eq!(run(&mut schedule, t + SECOND * 2), "b");
        assert!(schedule.is_empty());
        schedule.insert(1, 'a', 1, SECOND, t);
        schedule.insert(1, 'a', 0, SECOND, t);
        assert!(schedule.is_empty());
    }

    #[test]
    fn what_is_removed_never_runs() {
        let (mut schedule, t) = (Schedule::new(), Instant::now());
        for key in 0..1000 {
            schedule.insert(key, 'a', 3, SECOND, t);
        }
        schedule.retain(|key| *key > 0);
        assert_eq!(run(&mut schedule, t + SECOND).len(), 999);
        schedule.retain(|key| key % 2 == 0);
        assert_eq!(run(&mut schedule, t + SECOND * 2).len(), 499);
        schedule.retain(|_| false);
        assert!(schedule.is_empty());
        assert_eq!(schedule.next_due(), None);
    }

    #[test]
    fn what_happens_during_a_run_stands() {
        let t = Instant::now();
        let planned = || {
            let mut schedule = Schedule::new();
            schedule.insert(1, 'a', 3, SECOND, t);
            let run = schedule.first_due(t + SECOND).unwrap();
            (schedule, run)
        };
        // Removed: it does not come back.
        let (mut schedule, run) = planned();
        schedule.retain(|_| false);
        schedule.done(&run, t + SECOND);
        assert!(schedule.is_empty());
        // Replaced: the run does not count for what took its place.
        let (mut schedule, run) = planned();
        schedule.insert(1, 'b', 1, SECOND, t + SECOND);
        schedule.done(&run, t + SECOND);
        schedule.end(&run);
        assert_eq!(schedule.next_due(), Some(t + SECOND * 2));
        // Ended.
        let (mut schedule, run) = planned();
        schedule.end(&run);
        assert!(schedule.is_empty());
    }
}
