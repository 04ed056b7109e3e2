//! Signal masks.

use std::mem::MaybeUninit;

/// Calls a closure with all signals blocked in the calling thread. Threads that it starts are born with
/// the same mask: no handler of the program ever runs on them.
pub(crate) fn blocked<T>(closure: impl FnOnce() -> T) -> T {
    let _restored = Mask::block_all();
    closure()
}

/// The mask as it was, put back when dropped.
struct Mask(Option<libc::sigset_t>);

impl Mask {
    fn block_all() -> Self {
        let mut all = MaybeUninit::uninit();
        // SAFETY: `all` is valid for writing one set, which sigfillset initialises whole.
        unsafe { libc::sigfillset(all.as_mut_ptr()) };
        let mut before = MaybeUninit::uninit();
        // SAFETY: `all` was filled in above; `before` is valid for writing one set.
        let error = unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr()) };
        // SAFETY: pthread_sigmask succeeded, so it has written the whole set.
        Self((error == 0).then(|| unsafe { before.assume_init() }))
    }
}

impl Drop for Mask {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            // SAFETY: `before` is a set that this call's twin wrote; the old mask is not asked for.
            unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, before, std::ptr::null_mut()) };
        }
    }
}
