//! The library as its users get it: built and installed by `make`, found by pkg-config.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::common::{is_inside, tools};

/// Has valgrind(1) fail when anything is wrong, or leaked. Rust's library keeps pointers into blocks, which valgrind takes
/// for blocks that are "possibly lost".
pub(crate) const VALGRIND: [&str; 6] = [
    "--quiet",
    "--error-exitcode=9",
    "--fair-sched=yes",
    "--leak-check=full",
    "--show-leak-kinds=definite,indirect",
    "--errors-for-leak-kinds=definite,indirect",
];

/// Where this is checked out.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where everything is built.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("capi")
}

/// The folder that the library is installed under, which happens once for all tests of the process. Somebody who may
/// not build here uses what was built before.
///
/// To be called before the namespaces are made, where the crates can be fetched.
pub(crate) fn installed() -> PathBuf {
    static OUTCOME: OnceLock<Result<(), String>> = OnceLock::new();
    let prefix = folder().join("installed");
    // The process outside has seen to it, and others are using it.
    if is_inside() {
        return prefix;
    }
    let outcome = OUTCOME.get_or_init(|| {
        tools::ensure();
        let mut make = Command::new("make");
        make.args(["--silent", "install-library", "PROFILE=dev"]).arg(format!("PREFIX={}", prefix.display()));
        make.env("CARGO_TARGET_DIR", folder().join("target")).current_dir(root());
        if let Some(cargo) = std::env::var_os("CARGO") {
            make.env("CARGO", cargo);
        }
        run(&mut make).map(drop)
    });
    if let Err(problem) = outcome {
        assert!(!may_build() && prefix.join("lib/libnetgraft.so").exists(), "{problem}");
    }
    prefix
}

/// Tells whether the caller may write where everything is built.
fn may_build() -> bool {
    tempfile::tempfile_in(folder()).is_ok()
}

/// A program made of C files, as its users make theirs, with more arguments.
pub(crate) fn compile(name: &str, sources: &[PathBuf], arguments: &[&str]) -> PathBuf {
    let program = folder().join(name);
    if is_inside() {
        return program;
    }
    // Another test may be running, or making, the same one.
    let new = folder().join(format!("{name}.{:?}.new", std::thread::current().id()));
    let mut compile = Command::new("cc");
    compile.args(["-g", "-O1", "-Wall", "-Wextra", "-Werror", "-o"]).arg(&new).args(sources).args(arguments);
    let kind = if arguments.contains(&"-static") { "--static" } else { "--shared" };
    compile.args(pkg_config(&["--cflags", "--libs", kind])).arg("-pthread");
    // Has it find the library where it is, which no packager would do.
    compile.arg(format!("-Wl,-rpath,{}", installed().join("lib").display()));
    match run(&mut compile) {
        Ok(_) => std::fs::rename(new, &program).unwrap(),
        Err(problem) => assert!(!may_build() && program.exists(), "{problem}"),
    }
    program
}

/// The C files in a folder of the project.
pub(crate) fn sources(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut sources: Vec<_> = entries.filter(|path| path.extension().is_some_and(|end| end == "c")).collect();
    sources.sort();
    sources
}

/// What pkg-config says of the library that is installed.
pub(crate) fn pkg_config(arguments: &[&str]) -> Vec<String> {
    let mut command = Command::new("pkg-config");
    command.args(arguments).arg("netgraft").env("PKG_CONFIG_PATH", installed().join("lib/pkgconfig"));
    run(&mut command).unwrap().split_whitespace().map(str::to_owned).collect()
}

/// What a command printed, or how it failed.
pub(crate) fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(printed);
    }
    Err(format!("{command:?}: {}\n{printed}{}", output.status, String::from_utf8_lossy(&output.stderr)))
}
