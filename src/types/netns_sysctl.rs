use std::fmt;
use std::str::FromStr;

use crate::error::Error;
use crate::types::Setting;
use crate::types::sysctl::{invalid, key_and_value};

/// A kernel setting of a namespace itself: `net.ipv4.ip_forward=1`, `net.ipv4.conf.all.rp_filter=2`.
///
/// The parts of the key have dots or slashes between them, as sysctl(8) takes them. The first part is `net`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct NetnsSysctl {
    key: String,
    group: String,
    file: String,
    value: String,
}

impl NetnsSysctl {
    /// Checks a key and the value to write.
    ///
    /// # Errors
    /// [`ErrorKind::Sysctl`](crate::ErrorKind::Sysctl), naming the key, when the key has not three parts at least, the first part is not `net`, a part
    /// is empty, `.` or `..`, or holds NUL, the key is that of one link, or the value is empty.
    pub fn new(key: &str, value: &str) -> Result<Self, Error> {
        let invalid = |problem: &str| Err(invalid(key, problem));
        // As sysctl(8): the first of the two separates, the other one stands for it within a part.
        let slashes = key.find(['.', '/']).is_some_and(|at| key.get(at..).is_some_and(|rest| rest.starts_with('/')));
        let parts: Vec<String> = match slashes {
            true => key.split('/').map(str::to_owned).collect(),
            false => key.split('.').map(|part| part.replace('/', ".")).collect(),
        };
        let [net, group, file @ ..] = &*parts else { return invalid("the key has to be net.X.Y, three parts or more") };
        if net != "net" || file.is_empty() {
            return invalid("the key has to be net.X.Y, three parts or more");
        }
        if parts.iter().any(|part| part.is_empty() || matches!(&**part, "." | "..") || part.contains('\0')) {
            return invalid("a part of the key is empty, '.' or '..', or holds NUL");
        }
        if let [of_links, link, _, ..] = file {
            if matches!(&**of_links, "conf" | "neigh") && !matches!(&**link, "all" | "default") {
                return invalid("it is a setting of a link, not of the namespace (--sysctl)");
            }
        }
        if value.is_empty() {
            return invalid("the value is empty");
        }
        Ok(Self { key: key.to_owned(), group: group.clone(), file: file.join("/"), value: value.to_owned() })
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

    /// Returns the file of the setting.
    pub(crate) fn setting(&self) -> Setting {
        Setting { group: self.group.clone(), file: self.file.clone().into_bytes() }
    }
}

impl fmt::Display for NetnsSysctl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.key, self.value)
    }
}

impl fmt::Debug for NetnsSysctl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// `KEY=VALUE`.
///
/// # Errors
/// [`ErrorKind::Sysctl`](crate::ErrorKind::Sysctl), as [`NetnsSysctl::new`], and when there is no `=`.
impl FromStr for NetnsSysctl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (key, value) = key_and_value(text)?;
        Self::new(key, value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn dots_or_slashes() {
        for key in ["net.ipv4.conf.all.rp_filter", "net/ipv4/conf/all/rp_filter"] {
            let setting = NetnsSysctl::new(key, "2").unwrap().setting();
            assert_eq!((&*setting.group, &*setting.file), ("ipv4", &b"conf/all/rp_filter"[..]), "{key}");
        }
        assert_eq!("net.core.somaxconn=9".parse::<NetnsSysctl>().unwrap().setting().file, b"somaxconn");
    }

    #[test]
    fn refuses_with_the_key_in_the_message() {
        for text in [
            "net.ipv4=1",
            "kernel.hostname=x",
            "net.ipv4.ip_forward",
            "net.ipv4.ip_forward=",
            "net..ip_forward=1",
            "net/ipv4/../x=1",
            "net.ipv4.conf.eth0.rp_filter=1",
        ] {
            let error = text.parse::<NetnsSysctl>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Sysctl, "{text}");
            assert!(error.to_string().contains(text.split('=').next().unwrap()), "{error}");
        }
    }
}
