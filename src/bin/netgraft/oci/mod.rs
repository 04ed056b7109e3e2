//! `oci-hook`: gives containers of an OCI runtime their interfaces, as its createRuntime and poststop hooks.
//!
//! The container's namespace is pinned until poststop, so that what was moved comes home as it left.

mod allow;
mod interface;

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use netgraft::{ErrorKind, Namespace};
use serde::Deserialize;
use serde_json::Value;

use allow::Allow;
use interface::Wanted;

use crate::args::StateDir;
use crate::args::{Line, LineCommand, OciHookArgs, parse};
use crate::commands;
use crate::failure::Failure;
use crate::report::Report;
use crate::session::Session;

/// The annotation with the list of interfaces.
const ANNOTATION: &str = "io.netgraft.interfaces";
/// The folder of one container, below the state folder of all.
const FOLDER: &str = "oci";
/// The pin in that folder.
const PIN: &str = "netns";
/// The file there with the number of the container's process.
const PROCESS: &str = "pid";
/// What was said, for runtimes that show nothing of a hook's.
const LOG: &str = "oci.log";

/// The state of a container, as the runtime hands that to hooks.
#[derive(Debug, Deserialize)]
struct State {
    id: String,
    #[serde(default)]
    pid: u32,
    #[serde(default)]
    bundle: PathBuf,
    #[serde(default)]
    annotations: std::collections::HashMap<String, String>,
}

/// Carries a hook out: with a process it is createRuntime, without one poststop.
pub(crate) fn execute(args: &OciHookArgs, state_dir: &StateDir) -> Result<Report, Failure> {
    let state_dir = state_dir.folder()?.ok_or_else(|| Failure::usage("a hook cannot do without a journal"))?;
    let state_dir = state_dir.as_path();
    let outcome = read_state().and_then(|state| {
        let folder = state_dir.join(FOLDER).join(&state.id);
        let done = if state.pid > 0 { create(args, &state, &folder) } else { stop(&folder) };
        sweep(&state_dir.join(FOLDER));
        done.map_err(|failure| failure.about(format!("container {}", state.id)))
    });
    if let Err(failure) = &outcome {
        note(state_dir, failure);
    }
    outcome.map(|()| Report::Nothing)
}

fn read_state() -> Result<State, Failure> {
    let invalid = |why: String| Failure::new(ErrorKind::InvalidArgument, format!("the state of the container: {why}"));
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).map_err(|error| invalid(error.to_string()))?;
    let state: State = serde_json::from_str(&text).map_err(|error| invalid(error.to_string()))?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-' | '.');
    match !state.id.is_empty() && !state.id.starts_with('.') && state.id.chars().all(allowed) {
        true => Ok(state),
        false => Err(invalid(format!("{:?} is not a container id", state.id))),
    }
}

/// Adds what the container is to have; nothing of it when one cannot be added.
fn create(args: &OciHookArgs, state: &State, folder: &Path) -> Result<(), Failure> {
    let wanted = wanted(args, state)?;
    if wanted.is_empty() {
        return Ok(());
    }
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| Failure::io(format!("create {}", folder.display()), &error))?;
    let process = folder.join(PROCESS);
    fs::write(&process, state.pid.to_string())
        .map_err(|error| Failure::io(format!("write {}", process.display()), &error))?;
    let pin = folder.join(PIN);
    Namespace::adopt(&pin, format!("/proc/{}/ns/net", state.pid))?;
    let add = || {
        let mut session = Session::new(StateDir::Given(folder.to_owned()));
        wanted.iter().try_for_each(|wanted| add(wanted, &pin, &mut session))
    };
    add().map_err(|failure| match stop(folder) {
        Ok(()) => failure,
        Err(other) => failure.about(format!("what was added stays ({other})")),
    })
}

fn add(wanted: &Wanted, pin: &Path, session: &mut Session) -> Result<(), Failure> {
    match parse::<Line>(&wanted.words(pin)) {
        Ok((_, Line { command: LineCommand::Command(command) })) => commands::execute(&command, session).map(drop),
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::from(&error)),
    }
}

/// Brings everything home, and forgets about the container.
fn stop(folder: &Path) -> Result<(), Failure> {
    let pin = folder.join(PIN);
    if pin.exists() {
        let namespace = Namespace::open(&pin)?;
        namespace.keep_journal(folder)?;
        namespace.restore()?;
        namespace.remove_all()?;
        namespace.destroy()?;
    }
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Failure::io(format!("remove {}", folder.display()), &error))
        }
        _ => Ok(()),
    }
}

/// Takes out the interfaces of containers whose process has ended: crun calls no poststop where a hook of createRuntime fails.
fn sweep(folder: &Path) {
    // Without /proc every process looks as if it had ended.
    if !Path::new("/proc/self").exists() {
        return;
    }
    for container in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let process = fs::read_to_string(container.join(PROCESS)).ok().and_then(|pid| pid.parse::<u32>().ok());
        let has_ended = process.is_some_and(|pid| !Path::new("/proc").join(pid.to_string()).exists());
        if let Some(Err(failure)) = has_ended.then(|| stop(&container)) {
            log::warn!("{}: {failure}", container.display());
        }
    }
}

/// What the container is to have: by the hook's own file or by the annotation, and by the specification.
fn wanted(args: &OciHookArgs, state: &State) -> Result<Vec<Wanted>, Failure> {
    let read =
        |path: &Path| fs::read_to_string(path).map_err(|error| Failure::io(format!("read {}", path.display()), &error));
    let mut wanted = match (&args.interfaces, state.annotations.get(ANNOTATION)) {
        (Some(file), _) => Wanted::read(&read(file)?)?,
        (None, Some(text)) => {
            let wanted = Wanted::read(text)?;
            let allow = Allow::read(&args.allow)?;
            wanted.iter().try_for_each(|wanted| allow.check(wanted))?;
            wanted
        }
        (None, None) => Vec::new(),
    };
    if args.net_devices {
        let config: Value = serde_json::from_str(&read(&state.bundle.join("config.json"))?)
            .map_err(|error| Failure::new(ErrorKind::InvalidArgument, format!("config.json: {error}")))?;
        let devices = config.pointer("/linux/netDevices").and_then(Value::as_object);
        let device =
            |(link, device): (&String, &Value)| Wanted::device(link, device.get("name").and_then(Value::as_str));
        wanted.extend(devices.into_iter().flatten().map(device));
    }
    Ok(wanted)
}

/// Writes a failure to the file that runtimes do not read.
fn note(state_dir: &Path, failure: &Failure) {
    let options = || {
        let mut options = OpenOptions::new();
        options.append(true).create(true).mode(0o600).custom_flags(libc::O_NOFOLLOW);
        options
    };
    // Where the file cannot be written, standard error has it all the same.
    if let Ok(mut file) = options().open(state_dir.join(LOG)) {
        let _ = writeln!(file, "{failure}");
    }
}
