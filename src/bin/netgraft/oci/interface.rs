//! The interfaces that a container is to have: a list of objects whose keys are the link and options of `add`.

use std::ffi::OsString;
use std::path::Path;

use netgraft::ErrorKind;
use serde_json::{Map, Value};

use crate::failure::Failure;

/// One interface.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) link: String,
    pub(super) keys: Vec<Key>,
}

/// An option of `add`, with a value unless it is a switch.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) value: Option<String>,
}

impl Wanted {
    pub(super) fn read(text: &str) -> Result<Vec<Self>, Failure> {
        let list: Vec<Map<String, Value>> = serde_json::from_str(text).map_err(|error| invalid(&error.to_string()))?;
        list.into_iter().map(Self::of).collect()
    }

    fn of(object: Map<String, Value>) -> Result<Self, Failure> {
        let (mut link, mut keys) = (None, Vec::new());
        for (name, value) in object {
            match (name.as_str(), value) {
                ("link", Value::String(text)) => link = Some(text),
                (_, Value::Array(list)) => {
                    for value in list {
                        keys.push(Key { name: name.clone(), value: Some(word(&name, &value)?) });
                    }
                }
                (_, Value::Bool(true)) => keys.push(Key { name, value: None }),
                (_, Value::Bool(false)) => {}
                (_, value) => {
                    let value = Some(word(&name, &value)?);
                    keys.push(Key { name, value });
                }
            }
        }
        let link = link.ok_or_else(|| invalid("an interface has no link"))?;
        Ok(Self { link, keys })
    }

    /// A device of `linux.netDevices`.
    pub(super) fn device(link: &str, name: Option<&str>) -> Self {
        let key = |name: &str, value: Option<&str>| Key { name: name.to_owned(), value: value.map(str::to_owned) };
        let mut keys = vec![key("keep-addresses", None)];
        keys.extend(name.map(|name| key("name", Some(name))));
        Self { link: link.to_owned(), keys }
    }

    /// The command line of the add.
    pub(super) fn words(&self, netns: &Path) -> Vec<OsString> {
        let options = self.keys.iter().map(|Key { name, value }| match value {
            Some(value) => format!("--{name}={value}").into(),
            None => format!("--{name}").into(),
        });
        // A child that sent more would keep what the runtime waits for.
        let announce = self.keys.iter().all(|key| key.name != "announce").then(|| "--announce=1".into());
        let begin = ["add".into()].into_iter().chain(announce);
        begin.chain(options).chain(["--".into(), netns.into(), self.link.clone().into()]).collect()
    }
}

fn word(name: &str, value: &Value) -> Result<String, Failure> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(invalid(&format!("{name} is {value}"))),
    }
}

fn invalid(why: &str) -> Failure {
    Failure::new(ErrorKind::InvalidArgument, format!("the list of interfaces: {}", why.escape_debug()))
}
