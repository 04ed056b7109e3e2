use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind};
use crate::types::{IfName, Setting};

/// A per-interface kernel setting: `net.ipv4.conf.IFNAME.rp_filter=2`.
///
/// Five parts with dots between them, the first `net`; the fourth stands for the interface and is
/// replaced by its name, whatever was written there (the file is
/// `/proc/sys/net/ipv4/conf/<name>/rp_filter`; kernel Documentation/networking/ip-sysctl.rst).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Sysctl {
    key: String,
    group: String,
    kind: String,
    setting: String,
    value: String,
}

impl Sysctl {
    /// Checks a key and the value to write.
    ///
    /// # Errors
    /// [`ErrorKind::Sysctl`], naming the key, when the key has not exactly five parts, a part is empty or holds `/` or NUL,
    /// the first part is not `net`, the fourth is `all` or `default` (a setting of the namespace), or the value is empty.
    pub fn new(key: &str, value: &str) -> Result<Self, Error> {
        let invalid = |problem: &str| Err(invalid(key, problem));
        let parts: Vec<&str> = key.split('.').collect();
        let [net, group, kind, ifname, setting] = parts[..] else {
            return invalid("the key has to be net.X.Y.IFNAME.Z, five parts");
        };
        if net != "net" {
            return invalid("the key has to begin with \"net.\"");
        }
        for part in [group, kind, ifname, setting] {
            if part.is_empty() {
                return invalid("a part of the key is empty");
            }
            if part.contains(['/', '\0']) {
                return invalid("a part of the key holds '/' or NUL");
            }
        }
        if matches!(ifname, "all" | "default") {
            return invalid("it is a setting of the namespace, not of a link (--netns-sysctl, netns_sysctl())");
        }
        if value.is_empty() {
            return invalid("the value is empty");
        }
        Ok(Self {
            key: key.to_owned(),
            group: group.to_owned(),
            kind: kind.to_owned(),
            setting: setting.to_owned(),
            value: value.to_owned(),
        })
    }

    /// Returns the key as given.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns the value to write.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Returns the setting of an interface.
    pub(crate) fn of(&self, ifname: &IfName) -> Setting {
        let file = [self.kind.as_bytes(), b"/", ifname.as_bytes(), b"/", self.setting.as_bytes()].concat();
        Setting { group: self.group.clone(), file }
    }
}

impl fmt::Display for Sysctl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.key, self.value)
    }
}

impl fmt::Debug for Sysctl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// `KEY=VALUE`.
///
/// # Errors
/// [`ErrorKind::Sysctl`], as [`Sysctl::new`], and when there is no `=`.
impl FromStr for Sysctl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (key, value) = key_and_value(text)?;
        Self::new(key, value)
    }
}

/// Parts `KEY=VALUE`.
pub(super) fn key_and_value(text: &str) -> Result<(&str, &str), Error> {
    text.split_once('=').ok_or_else(|| invalid(text, "not KEY=VALUE"))
}

/// Refuses a setting, with the key or what stands in its place.
pub(super) fn invalid(key: &str, problem: &str) -> Error {
    Error::new(ErrorKind::Sysctl, format!("sysctl \"{}\": {problem}", key.escape_debug()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fourth_part_gives_way_to_the_name() {
        let sysctl: Sysctl = "net.ipv4.conf.IFNAME.rp_filter=2".parse().unwrap();
        let setting = sysctl.of(&IfName::new("eth0.5").unwrap());
        assert_eq!((setting.group.as_str(), &setting.file[..]), ("ipv4", &b"conf/eth0.5/rp_filter"[..]));
        assert_eq!(sysctl.value(), "2");
        assert_eq!(sysctl.to_string(), "net.ipv4.conf.IFNAME.rp_filter=2");
    }

    #[test]
    fn a_value_may_hold_anything() {
        assert_eq!("net.ipv4.conf.x.y=a=b c".parse::<Sysctl>().unwrap().value(), "a=b c");
    }

    #[test]
    fn refuses_with_the_key_in_the_message() {
        for text in [
            "net.ipv4.conf.IFNAME.rp_filter",
            "net.ipv4.conf.rp_filter=1",
            "net.ipv4.conf.a.b.c=1",
            "kernel.ipv4.conf.a.b=1",
            "net..conf.a.b=1",
            "net.ipv4.conf.a.=1",
            "net.ipv4.conf.a.b=",
            "net.ipv4.conf/x.a.b=1",
            "=1",
        ] {
            let error = text.parse::<Sysctl>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Sysctl, "{text}");
            assert!(error.to_string().contains(text.split('=').next().unwrap()), "{error}");
        }
    }
}
