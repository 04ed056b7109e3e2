//! Reads a call of the runtime, from environment and standard input.

use std::env;
use std::io::{self, Read};

use netgraft::IfName;
use serde_json::Value;

use crate::attachment::Attachment;
use crate::error::{Error, Result, code, invalid};
use crate::version::Version;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Add,
    Del,
    Check,
    Status,
    Gc,
}

impl Command {
    pub(crate) fn parse(word: &str) -> Result<Self> {
        Ok(match word {
            "ADD" => Self::Add,
            "DEL" => Self::Del,
            "CHECK" => Self::Check,
            "STATUS" => Self::Status,
            "GC" => Self::Gc,
            _ => return Err(environment(format!("unknown CNI_COMMAND: {word:?}"))),
        })
    }

    /// Tells whether a command is about one container.
    fn has_container(self) -> bool {
        matches!(self, Self::Add | Self::Del | Self::Check)
    }

    /// The variables that have to be set.
    fn needs(self) -> &'static [&'static str] {
        match self {
            Self::Add | Self::Check => &["CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME", "CNI_PATH"],
            Self::Del => &["CNI_CONTAINERID", "CNI_IFNAME", "CNI_PATH"],
            Self::Status | Self::Gc => &["CNI_PATH"],
        }
    }

    /// Tells whether a configuration with an unknown key is refused.
    fn is_strict(self) -> bool {
        matches!(self, Self::Add | Self::Status)
    }
}

/// A call of the runtime.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) command: Command,
    pub(crate) container: String,
    pub(crate) netns: Option<String>,
    pub(crate) ifname: String,
    pub(crate) args: String,
    pub(crate) path: String,
    pub(crate) stdin: Vec<u8>,
    pub(crate) config: Value,
    pub(crate) version: Version,
    pub(crate) network: String,
}

impl Call {
    /// Reads environment and configuration, and refuses what is wrong about them whatever the plugin.
    pub(crate) fn read(command: Command) -> Result<Self> {
        let missing: Vec<&str> = command.needs().iter().copied().filter(|name| variable(name).is_empty()).collect();
        if !missing.is_empty() {
            return Err(environment(format!("required variables are missing: {}", missing.join(", "))));
        }
        let (container, ifname) = (variable("CNI_CONTAINERID"), variable("CNI_IFNAME"));
        if command.has_container() {
            if !is_identifier(&container) {
                return Err(environment(format!("CNI_CONTAINERID {container:?} is not a container id")));
            }
            if let Err(error) = IfName::new(&ifname) {
                return Err(environment(format!("CNI_IFNAME: {error}")));
            }
        }
        let mut stdin = Vec::new();
        io::stdin().read_to_end(&mut stdin).map_err(|error| Error::new(code::IO, error.to_string()))?;
        let config = decode(&stdin)?;
        let version = version_of(&config)?;
        match command {
            Command::Check => version.at_least(Version::V0_4_0, "CHECK")?,
            Command::Status => version.at_least(Version::V1_1_0, "STATUS")?,
            Command::Gc => version.at_least(Version::V1_1_0, "GC")?,
            Command::Add | Command::Del => {}
        }
        let network = config.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        if network.is_empty() {
            return Err(invalid("the configuration has no network name"));
        }
        if !is_identifier(&network) {
            return Err(invalid(format!("{network:?} is not a network name")));
        }
        let netns = Some(variable("CNI_NETNS")).filter(|netns| !netns.is_empty());
        let (args, path) = (variable("CNI_ARGS"), variable("CNI_PATH"));
        Ok(Self { command, container, netns, ifname, args, path, stdin, config, version, network })
    }

    /// Tells whether a configuration with an unknown key is refused.
    pub(crate) fn is_strict(&self) -> bool {
        self.command.is_strict()
    }

    pub(crate) fn attachment(&self) -> Attachment {
        Attachment { network: self.network.clone(), container: self.container.clone(), ifname: self.ifname.clone() }
    }
}

fn decode(stdin: &[u8]) -> Result<Value> {
    let decoded = serde_json::from_slice::<Value>(stdin).map_err(|error| error.to_string());
    let object = decoded.and_then(|value| match value {
        Value::Object(_) => Ok(value),
        _ => Err("not an object".to_owned()),
    });
    object.map_err(|why| Error::new(code::DECODE, format!("the configuration cannot be read: {why}")))
}

pub(crate) fn version_of(config: &Value) -> Result<Version> {
    Version::parse(config.get("cniVersion").and_then(Value::as_str))
}

pub(crate) fn variable(name: &str) -> String {
    env::var_os(name).map(|value| value.to_string_lossy().into_owned()).unwrap_or_default()
}

pub(crate) fn environment(message: impl Into<String>) -> Error {
    Error::new(code::ENVIRONMENT, message)
}

/// The form of container ids and network names.
fn is_identifier(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
}
