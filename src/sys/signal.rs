//! Signal masks.

use std::mem::MaybeUninit;

/// Calls a closure with all signals blocked in the calling thread. Threads that the closure starts are born with the
/// same mask: no handler of the program ever runs on them.
pub(crate) fn blocked<T>(closure: impl FnOnce() -> T) -> T {
    let _restored = Mask::all().set();
    closure()
}

/// A set of signals that a thread blocks.
#[derive(Clone, Copy)]
pub(crate) struct Mask(libc::sigset_t);

impl Mask {
    fn all() -> Self {
        let mut all = MaybeUninit::uninit();
        // SAFETY: `all` is valid for writing one set.
        unsafe { libc::sigfillset(all.as_mut_ptr()) };
        // SAFETY: sigfillset has initialised the set whole.
        Self(unsafe { all.assume_init() })
    }

    /// Returns the calling thread's mask.
    pub(crate) fn current() -> Self {
        let mut current = MaybeUninit::zeroed();
        // SAFETY: `current` is valid for writing one set, and nothing is changed.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, std::ptr::null(), current.as_mut_ptr()) };
        // SAFETY: zeros are a set, should the call have failed.
        Self(unsafe { current.assume_init() })
    }

    /// Calls a closure with this mask in the calling thread.
    pub(crate) fn during<T>(self, closure: impl FnOnce() -> T) -> T {
        let _restored = self.set();
        closure()
    }

    /// Sets the calling thread's mask until the guard is dropped.
    fn set(self) -> MaskGuard {
        let mut before = MaybeUninit::zeroed();
        // SAFETY: the set is initialised, and `before` is valid for writing one.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.0, before.as_mut_ptr()) };
        // SAFETY: zeros are a set, should the call have failed.
        MaskGuard(Self(unsafe { before.assume_init() }))
    }
}

/// Puts a thread's mask back.
struct MaskGuard(Mask);

impl Drop for MaskGuard {
    fn drop(&mut self) {
        // SAFETY: the set is one that the kernel has told; the old one is not asked for.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.0.0, std::ptr::null_mut()) };
    }
}
