//! Addresses come from another plugin, which is called as a runtime would call it.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;

use serde_json::Value;

use crate::call::Call;
use crate::error::{Context, Error, Result, code};
use crate::result::CniResult;

/// The IPAM plugins of the stock set. None of these reads keys outside of `ipam`.
const STOCK: [&str; 3] = ["dhcp", "host-local", "static"];

/// What a pipe takes without anybody reading, on every machine.
const PIPE_LEN: usize = 4096;

/// The IPAM plugin of a configuration.
#[derive(Debug)]
pub(crate) struct Ipam<'a> {
    kind: &'a str,
    call: &'a Call,
}

impl<'a> Ipam<'a> {
    /// The plugin that the configuration names, if it names one.
    pub(crate) fn of(call: &'a Call) -> Option<Self> {
        let kind = call.config.get("ipam")?.get("type")?.as_str().filter(|kind| !kind.is_empty())?;
        Some(Self { kind, call })
    }

    /// Whether this is a plugin that keys outside of `ipam` may be meant for.
    pub(crate) fn may_read_other_keys(&self) -> bool {
        !STOCK.contains(&self.kind)
    }

    /// Whether the plugin works through the container's link, so that DEL has to come before the link goes.
    pub(crate) fn needs_link(&self) -> bool {
        self.kind == "dhcp"
    }

    /// Asks for addresses, by a plugin that was started for that. Whatever fails, those that were given are given back.
    pub(crate) fn add(&self, started: Started<'_>) -> Result<CniResult> {
        started.finish().and_then(|given| self.read(&given)).map_err(|error| self.give_back(error))
    }

    fn read(&self, output: &[u8]) -> Result<CniResult> {
        let read = serde_json::from_slice(output).map_err(|error| Error::new(code::DECODE, error.to_string()));
        let given = read.and_then(|value: Value| CniResult::parse(&value)).doing(self.doing("ADD"))?;
        if given.ips.is_empty() {
            return Err(Error::new(code::FAILED, format!("the IPAM plugin {} gave no address", self.kind)));
        }
        Ok(given)
    }

    /// Gives addresses back because of an error, and returns that.
    pub(crate) fn give_back(&self, error: Error) -> Error {
        match self.execute("DEL") {
            Ok(_) => error,
            Err(other) => error.and(format!("the addresses cannot be given back: {other}")),
        }
    }

    /// Passes a command on that has no result.
    pub(crate) fn pass_on(&self, command: &str) -> Result<()> {
        self.execute(command).map(drop)
    }

    /// Looks for the plugin without calling it.
    pub(crate) fn find(&self) -> Result<PathBuf> {
        if self.kind.contains('/') {
            let message = format!("the IPAM plugin {:?} has a slash in its name", self.kind);
            return Err(Error::new(code::INVALID_CONFIG, message));
        }
        let files = std::env::split_paths(&self.call.path).map(|folder| folder.join(self.kind));
        files.into_iter().find(|file| file.is_file()).ok_or_else(|| {
            let message = format!("the IPAM plugin {:?} is not in CNI_PATH {:?}", self.kind, self.call.path);
            Error::new(code::FAILED, message)
        })
    }

    /// Runs the plugin with the same configuration and environment, and returns what it prints.
    fn execute(&self, command: &str) -> Result<Vec<u8>> {
        self.start(command)?.finish()
    }

    /// Starts the plugin, which waits for the configuration.
    pub(crate) fn start(&self, command: &str) -> Result<Started<'_>> {
        let mut program = Command::new(self.find()?);
        let program = program.env("CNI_COMMAND", command).stdin(Stdio::piped()).stdout(Stdio::piped());
        let doing = self.doing(command);
        let child = program.spawn().doing(&doing)?;
        Ok(Started { child, stdin: &self.call.stdin, doing })
    }

    fn doing(&self, command: &str) -> String {
        format!("{command} of the IPAM plugin {}", self.kind)
    }
}

/// An IPAM plugin that was started, and waits for its configuration: it knows nothing to do before.
pub(crate) struct Started<'a> {
    child: Child,
    stdin: &'a [u8],
    doing: String,
}

impl Started<'_> {
    /// Gives the plugin its configuration, so that it goes on by itself. A long one is given when the plugin is waited for.
    pub(crate) fn go_on(&mut self) {
        if self.stdin.len() < PIPE_LEN {
            // It may end without reading, and say why.
            let _ = self.child.stdin.take().map(|mut pipe| pipe.write_all(self.stdin));
        }
    }

    /// Gives the plugin its configuration, and returns what it prints.
    pub(crate) fn finish(mut self) -> Result<Vec<u8>> {
        self.go_on();
        let pipe = self.child.stdin.take();
        let output = match pipe {
            None => self.child.wait_with_output(),
            // It may print before it has read everything.
            Some(mut pipe) => thread::scope(|scope| {
                scope.spawn(move || pipe.write_all(self.stdin));
                self.child.wait_with_output()
            }),
        };
        let output = output.doing(&self.doing)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = serde_json::from_slice(&output.stdout).ok().and_then(|object| Error::from_json(&object));
        Err(said.unwrap_or_else(|| Error::new(code::FAILED, output.status.to_string())).context(&self.doing))
    }

    /// Ends a plugin that was not given its configuration, and so has done nothing.
    pub(crate) fn cancel(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
