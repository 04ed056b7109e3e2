//! What the author of a container may ask for by an annotation: the administrator's list.

use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use netgraft::ErrorKind;
use serde::Deserialize;

use super::interface::{Key, Wanted};
use crate::failure::Failure;

/// Options of `add` that no list can allow: these reach beyond the container.
const NEVER: [&str; 4] = ["from", "in-place", "netns-sysctl", "verify"];

/// The file's content. What is not in a list is not allowed.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Allow {
    links: Vec<String>,
    parents: Vec<String>,
    bridges: Vec<String>,
    options: Vec<String>,
}

impl Allow {
    /// Reads the list. Without a file nothing is allowed; a file that others than root can write is an error.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let refuse = |why: String| Failure::new(ErrorKind::Permission, format!("{}: {why}", path.display()));
        let mut file = match OpenOptions::new().read(true).custom_flags(libc::O_NOFOLLOW).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(refuse(error.to_string())),
        };
        let mut text = String::new();
        let metadata = file.metadata().map_err(|error| refuse(error.to_string()))?;
        if !metadata.is_file() || metadata.uid() != 0 || metadata.mode() & 0o022 != 0 {
            return Err(refuse("the file has to be root's, and writable by nobody else".to_owned()));
        }
        file.read_to_string(&mut text).map_err(|error| refuse(error.to_string()))?;
        serde_json::from_str(&text).map_err(|error| refuse(error.to_string()))
    }

    /// Refuses an interface with anything that is not in the lists.
    pub(super) fn check(&self, wanted: &Wanted) -> Result<(), Failure> {
        for Key { name, value } in &wanted.keys {
            let allowed = self.options.iter().any(|option| option == name) && !NEVER.contains(&name.as_str());
            if !allowed {
                return Err(not_allowed(&format!("the option {name}")));
            }
            if name == "create" {
                self.check_creation(value.as_deref().unwrap_or_default())?;
            }
        }
        let creates = wanted.keys.iter().any(|key| key.name == "create");
        match creates || self.links.contains(&wanted.link) {
            true => Ok(()),
            false => Err(not_allowed(&format!("the link {}", wanted.link))),
        }
    }

    fn check_creation(&self, words: &str) -> Result<(), Failure> {
        for word in words.split(',').skip(1) {
            let (key, value) = word.split_once('=').unwrap_or((word, ""));
            let allowed = match key {
                "bridge" => self.bridges.iter().any(|bridge| bridge == value),
                "parent" => self.parents.iter().any(|parent| parent == value),
                key => !key.contains("netns"),
            };
            if !allowed {
                return Err(not_allowed(&format!("{word} in {words}")));
            }
        }
        Ok(())
    }
}

fn not_allowed(what: &str) -> Failure {
    let message = format!("{} is not in the administrator's list", what.escape_debug());
    Failure::new(ErrorKind::Permission, message)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn what_is_not_in_the_list_is_refused() {
        let allow = r#"{"links":["hd0"],"bridges":["br0"],"parents":["eth1"],
            "options":["name","ipv4","create","from","netns-sysctl"]}"#;
        let allow: Allow = serde_json::from_str(allow).unwrap();
        let check = |text: &str| allow.check(&Wanted::read(text).unwrap().remove(0)).is_ok();
        for good in [
            r#"[{"link":"hd0","name":"eth1","ipv4":["10.5.0.2/24"]}]"#,
            r#"[{"link":"a","create":"veth,peer=x,bridge=br0"}]"#,
            r#"[{"link":"a","create":"macvlan,parent=eth1"}]"#,
        ] {
            assert!(check(good), "{good}");
        }
        for bad in [
            r#"[{"link":"eth0"}]"#,
            r#"[{"link":"hd0","mtu":1400}]"#,
            r#"[{"link":"hd0","from":"other"}]"#,
            r#"[{"link":"hd0","netns-sysctl":"net.ipv4.ip_forward=1"}]"#,
            r#"[{"link":"a","create":"veth,peer=x,bridge=br1"}]"#,
            r#"[{"link":"a","create":"veth,peer=x,peer-netns=pid:1"}]"#,
            r#"[{"link":"a","create":"macvlan,parent=eth0"}]"#,
        ] {
            assert!(!check(bad), "{bad}");
        }
        assert!(Allow::default().check(&Wanted::read(r#"[{"link":"hd0"}]"#).unwrap().remove(0)).is_err());
    }
}
