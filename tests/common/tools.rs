//! The programs that tests and benches run beside the project.

use std::process::Command;
use std::sync::LazyLock;

/// Its text, since a test may be carried to where the project is not.
pub(crate) const SCRIPT: &str = include_str!("../tools.sh");

/// Whether another kernel is booted, on an emulated processor, on which everything is slow.
pub(crate) fn emulated() -> bool {
    std::env::var_os("KT_KERNEL").is_some()
}

/// Has what is missing installed, once for all tests of the process, or fails saying what is to be installed.
///
/// To be called where the network is, so outside of the namespaces that the tests make.
pub(crate) fn ensure() {
    // It is booted with those that the tests run, and without the compiler for those that tests build.
    if emulated() {
        return;
    }
    static OUTCOME: LazyLock<Result<(), String>> = LazyLock::new(|| {
        let output = Command::new("sh").args(["-c", SCRIPT]).output().map_err(|error| format!("sh: {error}"))?;
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.success() { Ok(()) } else { Err(said.trim_end().to_owned()) }
    });
    if let Err(problem) = &*OUTCOME {
        panic!("{problem}");
    }
}

/// Where programs are looked for: an ordinary user's PATH may lack those for administrators.
pub(crate) fn path() -> String {
    format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default())
}
