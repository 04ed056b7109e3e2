use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::types::IfName;

/// A test that gets the interface's name, and returns why the result is not as wanted.
type Test = dyn Fn(IfName) -> std::result::Result<(), String> + Send + Sync;

/// The caller's test of the result of an add.
#[derive(Clone)]
pub(crate) struct Verify(Arc<Test>);

impl Verify {
    pub(crate) fn new(test: Arc<Test>) -> Self {
        Self(test)
    }

    /// Runs the test. A test that panics has failed: the add is undone all the same.
    ///
    /// # Errors
    /// [`ErrorKind::VerifyFailed`].
    pub(crate) fn run(&self, name: IfName) -> Result<()> {
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.0)(name)));
        let outcome = outcome.unwrap_or_else(|_| Err("the test panicked".to_owned()));
        outcome.map_err(|why| Error::new(ErrorKind::VerifyFailed, why).context(format!("verify {name}")))
    }
}

impl fmt::Debug for Verify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verify(..)")
    }
}
