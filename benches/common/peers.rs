//! What netgraft is compared with and cargo does not bring: pyroute2, and CNI's plugins.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// Where a peer is, or why it cannot be had.
type Found = Result<PathBuf, String>;

struct Peers {
    python: Found,
    cni: Found,
}

static PEERS: LazyLock<Peers> = LazyLock::new(install);

/// Installs the peers that are missing. To be called where the network is, so before [`super::seclude`].
pub(crate) fn ensure() {
    LazyLock::force(&PEERS);
}

/// The Python that has pyroute2.
pub(crate) fn python() -> Result<&'static Path, &'static str> {
    borrowed(&PEERS.python)
}

/// The folder of CNI's plugins.
pub(crate) fn cni() -> Result<&'static Path, &'static str> {
    borrowed(&PEERS.cni)
}

/// The versions of what netgraft is compared with, and what is missing and why.
pub(crate) fn said() -> String {
    let crates = ["rtnetlink", "nlink"].map(|name| format!("{name} {}", locked_version(name)));
    let pyroute2 = match python() {
        Ok(python) => format!("pyroute2 {}", output(python, &["-c", "print(__import__('pyroute2').__version__)"])),
        Err(reason) => format!("**without pyroute2** ({reason})"),
    };
    let cni = match cni() {
        Ok(_) => format!("containernetworking-plugins {}", output(Path::new("dpkg-query"), &CNI_VERSION)),
        Err(reason) => format!("**without CNI's plugins** ({reason})"),
    };
    [&crates[..], &[pyroute2, cni]].concat().join(", ")
}

const CNI_VERSION: [&str; 4] = ["-W", "-f", "${Version}", "containernetworking-plugins"];

fn borrowed(found: &'static Found) -> Result<&'static Path, &'static str> {
    found.as_deref().map_err(String::as_str)
}

fn install() -> Peers {
    let benches = Path::new(env!("CARGO_MANIFEST_DIR"));
    let environment = benches.join("target/pyroute2");
    let script = Command::new("sh").arg(benches.join("peers.sh")).arg(&environment).output().unwrap();
    let said = String::from_utf8_lossy(&script.stdout);
    let found = |name: &str, path: PathBuf| match said.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")))
    {
        Some(reason) => Err(reason.to_owned()),
        None if path.exists() => Ok(path),
        None => Err(format!("{} does not exist", path.display())),
    };
    Peers { python: found("pyroute2", environment.join("bin/python")), cni: found("cni", "/usr/lib/cni".into()) }
}

fn locked_version(name: &str) -> &'static str {
    let (_, package) = include_str!("../Cargo.lock").split_once(&format!("name = \"{name}\"\nversion = \"")).unwrap();
    package.split('"').next().unwrap()
}

fn output(program: &Path, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or_else(|_| "unknown".to_owned(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
