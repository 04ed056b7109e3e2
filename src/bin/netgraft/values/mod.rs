//! The words of the grammar: NETNS, DURATION, KIND and the like.

pub(crate) mod create;
mod name;

use std::ffi::{OsStr, OsString};
use std::fmt::Display;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use netgraft::{Address, Announce, InterfaceConfig, NamePrefix, NetnsSysctl, Sysctl};

pub(crate) use create::{Create, create};
pub(crate) use name::name;

/// Where a namespace without a '/' in its word lives.
pub(crate) const PINS: &str = "/run/netns";

/// Which namespace is meant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Netns {
    Current,
    Pid(u32),
    Path(PathBuf),
}

impl Netns {
    /// A word for it that means the same in any folder.
    pub(crate) fn to_word(&self) -> io::Result<OsString> {
        Ok(match self {
            Self::Current => "current".into(),
            Self::Pid(pid) => format!("pid:{pid}").into(),
            Self::Path(path) => std::path::absolute(path)?.into(),
        })
    }
}

/// A path, a name, `pid:N` or `current`.
pub(crate) fn netns(word: OsString) -> Result<Netns, String> {
    if word == "current" {
        return Ok(Netns::Current);
    }
    match word.as_bytes().strip_prefix(b"pid:") {
        Some(digits) if !digits.contains(&b'/') => match number(OsStr::from_bytes(digits)) {
            Some(pid) => Ok(Netns::Pid(pid)),
            None => Err(format!("{word:?} is not pid: and a process id")),
        },
        _ => path_or_name(word).map(Netns::Path),
    }
}

/// A path or a name.
pub(crate) fn pin(word: OsString) -> Result<PathBuf, String> {
    match netns(word)? {
        Netns::Path(path) => Ok(path),
        Netns::Current => Err("the current namespace cannot be meant here, only a path or a name".into()),
        Netns::Pid(_) => Err("a process cannot be meant here, only a path or a name".into()),
    }
}

fn path_or_name(word: OsString) -> Result<PathBuf, String> {
    let bytes = word.as_bytes();
    if bytes.is_empty() || bytes == b"." || bytes == b".." || bytes.contains(&0) {
        return Err(format!("{word:?} is not a namespace's path or name"));
    }
    // With a slash anywhere it is a path; joined, an absolute one would even replace the folder.
    Ok(if bytes.contains(&b'/') { PathBuf::from(word) } else { Path::new(PINS).join(word) })
}

/// `100ms`, `1s`, `1.5s`.
pub(crate) fn duration(word: OsString) -> Result<Duration, String> {
    let invalid = || format!("{word:?} is not a duration like 100ms, 1s or 1.5s");
    let text = word.to_str().ok_or_else(invalid)?;
    let (digits, unit) = match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(digits), _) => (digits, Duration::from_millis as fn(u64) -> Duration),
        (None, Some(digits)) => (digits, Duration::from_secs as fn(u64) -> Duration),
        (None, None) => return Err(invalid()),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    // Numbers with signs are numbers to `u64`.
    if whole.len() + fraction.len() == 0 || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return Err(invalid());
    }
    let whole = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| invalid())? };
    let mut place = unit(1);
    let parts = fraction.bytes().map(|digit| {
        place /= 10;
        place * u32::from(digit - b'0')
    });
    unit(whole).checked_add(parts.sum()).ok_or_else(invalid)
}

/// How often something is announced.
pub(crate) fn announcements(word: OsString) -> Result<u8, String> {
    let count = number(&word).ok_or_else(|| format!("{word:?} is not a number from 0 to 3"))?;
    Announce::times(count).map(|_| count).map_err(|error| error.to_string())
}

/// How many probes to send.
pub(crate) fn probes(word: OsString) -> Result<u8, String> {
    number(&word).ok_or_else(|| format!("{word:?} is not a number from 0 to 255"))
}

/// How far announcements are apart.
pub(crate) fn announce_interval(word: OsString) -> Result<Duration, String> {
    let interval = duration(word)?;
    Announce::default().every(interval).map(|_| interval).map_err(|error| error.to_string())
}

/// An IPv4 PREFIX of an interface, with what may follow it.
pub(crate) fn ipv4(word: OsString) -> Result<Address, String> {
    let is_it =
        |address: Address| if address.prefix().is_ipv4() { Ok(address) } else { Err(format!("{address} is not IPv4")) };
    parsed(word).and_then(is_it)
}

/// An IPv6 PREFIX of an interface, with what may follow it.
pub(crate) fn ipv6(word: OsString) -> Result<Address, String> {
    let is_it =
        |address: Address| if address.prefix().is_ipv6() { Ok(address) } else { Err(format!("{address} is not IPv6")) };
    parsed(word).and_then(is_it)
}

/// A number of bytes or packets.
pub(crate) fn size(word: OsString) -> Result<u32, String> {
    number(&word).ok_or_else(|| format!("{word:?} is not a number that is possible here"))
}

/// A name, or a pattern with `%d` at its end.
pub(crate) fn name_or_pattern(word: OsString) -> Result<OsString, String> {
    checked(name(word)?, |bytes| InterfaceConfig::name_or_pattern(bytes).map(drop))
}

/// What a name begins with.
pub(crate) fn prefix(word: OsString) -> Result<OsString, String> {
    checked(name(word)?, |bytes| NamePrefix::new(bytes).map(drop))
}

/// Text kept with a link.
pub(crate) fn alias(word: OsString) -> Result<OsString, String> {
    checked(word, |bytes| InterfaceConfig::keep_name().alias(bytes).map(drop))
}

/// A link's name of any length.
pub(crate) fn long_name(word: OsString) -> Result<OsString, String> {
    name(not_empty(word)?)
}

/// A word of any length.
pub(crate) fn not_empty(word: OsString) -> Result<OsString, String> {
    if word.is_empty() { Err("\"\" is not a name".to_owned()) } else { Ok(word) }
}

/// A setting of the interface, KEY=VALUE.
pub(crate) fn sysctl(word: OsString) -> Result<String, String> {
    let text = text(word)?;
    text.parse::<Sysctl>().map(|_| ()).map_err(|error| error.to_string())?;
    Ok(text)
}

/// A setting of a namespace itself, as it was written.
pub(crate) fn netns_sysctl(word: OsString) -> Result<String, String> {
    let text = text(word)?;
    text.parse::<NetnsSysctl>().map(|_| ()).map_err(|error| error.to_string())?;
    Ok(text)
}

/// A word that the library takes.
fn checked(word: OsString, check: impl FnOnce(&[u8]) -> netgraft::Result<()>) -> Result<OsString, String> {
    match check(word.as_bytes()) {
        Ok(()) => Ok(word),
        Err(error) => Err(error.to_string()),
    }
}

/// Anything that reads itself from text.
pub(crate) fn parsed<T: FromStr<Err: Display>>(word: OsString) -> Result<T, String> {
    text(word)?.parse().map_err(|error: T::Err| error.to_string())
}

/// Text.
pub(crate) fn text(word: OsString) -> Result<String, String> {
    word.into_string().map_err(|word| format!("{word:?} is not UTF-8"))
}

fn number<T: FromStr>(word: &OsStr) -> Option<T> {
    // `parse` alone would let a sign through.
    word.to_str().filter(|digits| !digits.starts_with('+'))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    fn word(bytes: &[u8]) -> OsString {
        OsString::from_vec(bytes.to_vec())
    }

    #[test]
    fn a_namespace_in_each_form() {
        let path = |text: &[u8]| Ok(Netns::Path(PathBuf::from(word(text))));
        assert_eq!(netns("current".into()), Ok(Netns::Current));
        assert_eq!(netns("pid:12".into()), Ok(Netns::Pid(12)));
        assert_eq!(netns("web".into()), path(b"/run/netns/web"));
        assert_eq!(netns("./web".into()), path(b"./web"));
        assert_eq!(netns("/a/b".into()), path(b"/a/b"));
        assert_eq!(netns("pid:1/ns".into()), path(b"pid:1/ns"));
        assert_eq!(netns(word(b"w\xff")), path(b"/run/netns/w\xff"));
        assert_eq!(netns("pid".into()), path(b"/run/netns/pid"));
    }

    #[test]
    fn no_namespace() {
        for refused in ["", ".", "..", "pid:", "pid:x", "pid:-1", "pid:+1", "pid:4294967296"] {
            assert!(netns(refused.into()).is_err(), "{refused}");
        }
    }

    #[test]
    fn a_pin_is_a_path_or_a_name() {
        assert_eq!(pin("web".into()), Ok("/run/netns/web".into()));
        for refused in ["current", "pid:1", ""] {
            assert!(pin(refused.into()).is_err(), "{refused}");
        }
    }

    #[test]
    fn durations() {
        for (text, milliseconds) in [
            ("100ms", 100.0),
            ("1s", 1000.0),
            ("1.5s", 1500.0),
            ("0s", 0.0),
            ("0.1s", 100.0),
            ("2000ms", 2000.0),
            ("1.5ms", 1.5),
        ] {
            let expected = Duration::from_nanos((milliseconds * 1e6) as u64);
            assert_eq!(duration(text.into()), Ok(expected), "{text}");
        }
        for refused in [
            "",
            "1",
            "s",
            "ms",
            "1m",
            "-1s",
            "+1s",
            "1e3s",
            "infs",
            "nans",
            "1.2.3s",
            ".s",
            "1 s",
            "99999999999999999999999s",
        ] {
            assert!(duration(refused.into()).is_err(), "{refused}");
        }
    }

    #[test]
    fn each_family_by_itself() {
        assert_eq!(ipv4("10.0.0.2/24".into()).unwrap().to_string(), "10.0.0.2/24");
        assert_eq!(ipv6("fd00::1".into()).unwrap().to_string(), "fd00::1/128");
        assert!(ipv4("fd00::1".into()).is_err());
        assert!(ipv6("10.0.0.2/24".into()).is_err());
        assert!(ipv4(word(b"\xff")).unwrap_err().contains("\\xFF"));
    }
}
