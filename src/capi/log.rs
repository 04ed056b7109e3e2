//! What the library has to say, for the program's log.

use std::ffi::{c_char, c_int, c_void};
use std::sync::OnceLock;

use ::log::{LevelFilter, Log, Metadata, Record};

use crate::capi::argument::{ErrorOut, non_null};
use crate::capi::boundary::call;
use crate::capi::text::c_text;
use crate::error::{Error, ErrorKind, Result};

/// How much is logged, each with all before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum netgraft_log_level {
    /// Nothing.
    NETGRAFT_LOG_OFF = 0,
    /// Never used by netgraft: what fails is returned.
    NETGRAFT_LOG_ERROR = 1,
    /// What somebody will want to know.
    NETGRAFT_LOG_WARN = 2,
    /// Waits that are skipped, and announcements that are not sent, and why.
    NETGRAFT_LOG_INFO = 3,
    /// Steps.
    NETGRAFT_LOG_DEBUG = 4,
    /// As NETGRAFT_LOG_DEBUG, today.
    NETGRAFT_LOG_TRACE = 5,
}

/// The program's function and what it is given.
struct Callback {
    function: extern "C" fn(data: *mut c_void, level: netgraft_log_level, message: *const c_char),
    data: *mut c_void,
}

// SAFETY: the pointer is not looked at here, and who set it knows that any thread hands it to the function.
unsafe impl Send for Callback {}
// SAFETY: as above.
unsafe impl Sync for Callback {}

static CALLBACK: OnceLock<Callback> = OnceLock::new();

struct Logger;

impl Log for Logger {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let Some(Callback { function, data }) = CALLBACK.get() else { return };
        let message = c_text(record.args().to_string());
        function(*data, level(record.level().to_level_filter()), message.as_ptr());
    }

    fn flush(&self) {}
}

fn level(level: LevelFilter) -> netgraft_log_level {
    match level {
        LevelFilter::Off => netgraft_log_level::NETGRAFT_LOG_OFF,
        LevelFilter::Error => netgraft_log_level::NETGRAFT_LOG_ERROR,
        LevelFilter::Warn => netgraft_log_level::NETGRAFT_LOG_WARN,
        LevelFilter::Info => netgraft_log_level::NETGRAFT_LOG_INFO,
        LevelFilter::Debug => netgraft_log_level::NETGRAFT_LOG_DEBUG,
        LevelFilter::Trace => netgraft_log_level::NETGRAFT_LOG_TRACE,
    }
}

fn filter(level: c_int) -> Result<LevelFilter> {
    let number = usize::try_from(level).ok();
    number
        .and_then(|number| LevelFilter::iter().nth(number))
        .ok_or_else(|| Error::new(ErrorKind::InvalidArgument, format!("{level} is not a level")))
}

/// Sets the function that is called with every message of a level and of those before it.
///
/// The level is a netgraft_log_level, `level`. Without a function, nothing is logged.
///
/// Once per process: the function and `data` are used until it ends. The function is called from any thread, several
/// at once; `message` is one line without a line feed, and gone when it returns. It may call netgraft, but it has to return:
/// neither longjmp(3), pthread_exit(3) nor a C++ exception may leave it.
///
/// Errors: exists, the second time; invalid-argument.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_log_set(
    function: Option<extern "C" fn(data: *mut c_void, level: netgraft_log_level, message: *const c_char)>,
    data: *mut c_void,
    level: c_int,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || {
        let (function, level) = (non_null(function, "the function")?, filter(level)?);
        let exists = || Error::new(ErrorKind::Exists, "a function for the log is set already");
        // It succeeds once, and nothing is logged before the level is set.
        ::log::set_logger(&Logger).map_err(|_| exists())?;
        CALLBACK.set(Callback { function, data }).map_err(|_| exists())?;
        ::log::set_max_level(level);
        Ok(())
    })
}

/// Sets how much is logged.
///
/// Errors: invalid-argument.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_log_set_level(level: c_int, error: ErrorOut<'_>) -> c_int {
    call(error, || {
        ::log::set_max_level(filter(level)?);
        Ok(())
    })
}
