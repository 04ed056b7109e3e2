//! What all plugins read in the same way from configuration and environment.

use std::cell::OnceCell;
use std::fmt::Display;
use std::str::FromStr;

use netgraft::MacAddr;
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::{Error, Result, code, invalid};
use crate::ipam::Ipam;
use crate::keys::{Keys, unsupported};
use crate::result::{CniResult, has_content};

/// Keys of the specification that runtimes put in or act on themselves.
const RUNTIME_KEYS: [&str; 9] = [
    "cniVersion",
    "cniVersions",
    "name",
    "type",
    "capabilities",
    "ipam",
    "disableCheck",
    "disableGC",
    "loadOnlyInlinedPlugins",
];
/// What runtimes may put in besides.
const RUNTIME_PREFIX: &str = "cni.dev/";
/// Variables in CNI_ARGS that IPAM plugins or runtimes know.
const OTHER_ARGS: [&str; 2] = ["IP", "GATEWAY"];
/// The bridge of configurations that name none, as for the stock plugin.
const DEFAULT_BRIDGE: &str = "cni0";

/// A call with the parts of its configuration that are the same for all plugins.
#[derive(Debug)]
pub(crate) struct Config<'a> {
    pub(crate) call: &'a Call,
    pub(crate) keys: Keys<'a>,
    runtime: Keys<'a>,
    pub(crate) ipam: Option<Ipam<'a>>,
    /// The MAC that the runtime asks for.
    pub(crate) mac: Option<MacAddr>,
    dns: Option<Value>,
    previous: OnceCell<Option<CniResult>>,
}

impl<'a> Config<'a> {
    pub(crate) fn read(call: &'a Call) -> Result<Self> {
        let strict = call.is_strict();
        let keys = Keys::new(Some(&call.config), "", strict);
        for key in RUNTIME_KEYS {
            keys.value(key);
        }
        let names = call.config.as_object().into_iter().flatten().map(|(key, _)| key);
        for key in names.filter(|key| key.starts_with(RUNTIME_PREFIX)) {
            keys.value(key);
        }
        keys.value("prevResult");
        let runtime = keys.object("runtimeConfig", "runtimeConfig.");
        // These are the IPAM plugin's.
        for key in ["ips", "ipRanges"] {
            runtime.value(key);
        }
        let ipam = Ipam::of(call);
        let mac = mac(call, &keys, &runtime)?;
        let dns = dns(&keys, &runtime);
        Ok(Self { call, keys, runtime, ipam, mac, dns, previous: OnceCell::new() })
    }

    /// Returns the name of the network's bridge.
    pub(crate) fn bridge(&self) -> Result<&'a str> {
        Ok(self.keys.text("bridge")?.unwrap_or(DEFAULT_BRIDGE))
    }

    /// The PCI address of the device that the runtime has chosen.
    pub(crate) fn device_id(&self) -> Result<Option<&'a str>> {
        self.runtime.text("deviceID")
    }

    /// Refuses keys that nobody honours. An IPAM plugin that is not of the stock set may read keys outside of its own
    /// object: then all are for it.
    pub(crate) fn refuse_other_keys(&self) -> Result<()> {
        self.runtime.refuse_others()?;
        if self.ipam.as_ref().is_some_and(Ipam::may_read_other_keys) {
            return Ok(());
        }
        self.keys.refuse_others()
    }

    /// The result of the plugins before this one, or of the ADD.
    pub(crate) fn previous(&self) -> Result<Option<&CniResult>> {
        if self.previous.get().is_none() {
            let read = self.call.config.get("prevResult").filter(|value| !value.is_null()).map(CniResult::parse);
            let read = match read.transpose() {
                Ok(read) => read,
                Err(error) if self.keys.is_strict() => return Err(error.context("prevResult")),
                Err(_) => None,
            };
            let _ = self.previous.set(read);
        }
        Ok(self.previous.get().and_then(Option::as_ref))
    }

    /// The DNS settings of a result: those of the configuration, else of the runtime, else of the IPAM plugin.
    pub(crate) fn dns(&self, given: Option<Value>) -> Option<Value> {
        self.dns.clone().or(given)
    }

    /// Refuses a key that is set to something that cannot be done.
    pub(crate) fn refuse(&self, key: &str) -> Result<()> {
        match self.keys.value(key) {
            Some(value) if self.keys.is_strict() && has_effect(value) => Err(unsupported(key, value)),
            _ => Ok(()),
        }
    }
}

fn has_effect(value: &Value) -> bool {
    *value != Value::Bool(false) && has_content(value)
}

/// The MAC of, in this order, the capability, `args.cni`, and CNI_ARGS.
fn mac(call: &Call, keys: &Keys<'_>, runtime: &Keys<'_>) -> Result<Option<MacAddr>> {
    let from_args = environment_mac(call)?;
    let capability = runtime.parse("mac")?;
    let cni = keys.object("args", "args.");
    let from_config = cni.object("cni", "args.cni.").parse("mac")?;
    Ok(capability.or(from_config).or(from_args))
}

/// Reads CNI_ARGS. What is not known there is an error unless `IgnoreUnknown` says otherwise.
fn environment_mac(call: &Call) -> Result<Option<MacAddr>> {
    let pairs = call.args.split(';').filter(|pair| !pair.is_empty());
    let pairs: Vec<(&str, &str)> = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
    let ignore = pairs.iter().any(|(key, value)| *key == "IgnoreUnknown" && is_true(value));
    let mut mac = None;
    for (key, value) in pairs {
        match key {
            "MAC" if value.is_empty() => {}
            "MAC" if call.is_strict() => mac = Some(parse_variable("MAC", value)?),
            "MAC" | "IgnoreUnknown" => {}
            _ if ignore || !call.is_strict() || OTHER_ARGS.contains(&key) => {}
            _ => {
                let message = format!("{key:?} in CNI_ARGS is not known, and IgnoreUnknown is not set");
                return Err(Error::new(code::ENVIRONMENT, message));
            }
        }
    }
    Ok(mac)
}

fn parse_variable<T: FromStr<Err: Display>>(key: &str, value: &str) -> Result<T> {
    value.parse().map_err(|error| Error::new(code::ENVIRONMENT, format!("{key} in CNI_ARGS: {error}")))
}

/// As Go's ParseBool.
fn is_true(text: &str) -> bool {
    matches!(text, "1" | "t" | "T" | "true" | "TRUE" | "True")
}

fn dns(keys: &Keys<'_>, runtime: &Keys<'_>) -> Option<Value> {
    let asked = runtime.value("dns");
    let of_runtime = asked.map(|dns| {
        let list = |key: &str| dns.get(key).cloned().unwrap_or_else(|| json!([]));
        json!({"nameservers": list("servers"), "search": list("searches"), "options": list("options")})
    });
    keys.value("dns").cloned().filter(has_content).or(of_runtime.filter(has_content))
}

/// The list of attachments that GC leaves alone; a runtime that gives none is refused.
pub(crate) fn valid_attachments(call: &Call) -> Result<Vec<(String, String)>> {
    let list = ["cni.dev/valid-attachments", "cni.dev/attachments"].iter().find_map(|key| call.config.get(*key));
    let list = list.ok_or_else(|| invalid("GC needs the list cni.dev/valid-attachments"))?;
    let entry = |value: &Value| {
        let text = |key: &str| Some(value.get(key)?.as_str()?.to_owned());
        Some((text("containerID")?, text("ifname")?))
    };
    let entries: Option<Vec<_>> = match list {
        Value::Null => Some(Vec::new()),
        list => list.as_array().and_then(|list| list.iter().map(entry).collect()),
    };
    entries.ok_or_else(|| invalid(format!("cni.dev/valid-attachments cannot be read: {list}")))
}
