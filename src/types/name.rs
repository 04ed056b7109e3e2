use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind};
use crate::text::{printable, printable_name};

const MAX: usize = IfName::MAX;
/// Bytes of the kernel's own placeholder for "lowest free number".
const PLACEHOLDER: &[u8] = b"%d";

/// Name of a link: 1 to 15 bytes, not necessarily UTF-8.
///
/// Refuses `.`, `..`, and names with `/`, `:`, white space or NUL, as the kernel's `dev_valid_name` does. Also refuses
/// `%`, which the kernel takes for a pattern ([`NamePrefix`]).
#[doc(alias = "IFLA_IFNAME")]
#[doc(alias = "IFNAMSIZ")]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IfName {
    // Zero behind `len`, so that the derived comparisons see the name alone.
    bytes: [u8; MAX],
    len: u8,
}

impl IfName {
    /// Longest name of a link in bytes: `IFNAMSIZ` less the closing NUL.
    pub(crate) const MAX: usize = 15;

    /// Checks a name.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidName`]; the message says which rule is broken.
    pub fn new(name: impl AsRef<[u8]>) -> Result<Self, Error> {
        let name = name.as_ref();
        if name.contains(&b'%') {
            return Err(invalid(name, "'%' is for patterns"));
        }
        if let Some(problem) = problem(name) {
            return Err(invalid(name, problem));
        }
        Ok(Self::copy_from(name))
    }

    /// Takes a name that the kernel reported. Checks the length alone, since old kernels let a `%` through.
    pub(crate) fn from_kernel(name: &[u8]) -> Option<Self> {
        (1..=MAX).contains(&name.len()).then(|| Self::copy_from(name))
    }

    /// Returns whether the name is `pattern`, or what the kernel makes of a pattern.
    pub(crate) fn completes(&self, pattern: &[u8]) -> bool {
        match pattern.strip_suffix(PLACEHOLDER) {
            Some(prefix) => NamePrefix::new(prefix).is_ok_and(|prefix| prefix.covers(self)),
            None => self.as_bytes() == pattern,
        }
    }

    fn copy_from(name: &[u8]) -> Self {
        let mut bytes = [0; MAX];
        for (to, from) in bytes.iter_mut().zip(name) {
            *to = *from;
        }
        // The callers check the length.
        Self { bytes, len: name.len().min(MAX) as u8 }
    }

    /// Returns whether settings by this name are those of all links: `all` and `default` mean that in /proc/sys/net.
    pub(crate) fn stands_for_all_links(&self) -> bool {
        matches!(self.as_bytes(), b"all" | b"default")
    }

    /// Returns the bytes, without a closing NUL.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// Returns the name as text, if it is UTF-8.
    #[must_use]
    pub fn to_str(&self) -> Option<&str> {
        std::str::from_utf8(self.as_bytes()).ok()
    }
}

impl AsRef<[u8]> for IfName {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

/// Parses as [`IfName::new`] checks.
///
/// # Errors
/// [`ErrorKind::InvalidName`].
impl FromStr for IfName {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::new(name)
    }
}

/// Checks as [`IfName::new`] does.
///
/// # Errors
/// [`ErrorKind::InvalidName`].
impl TryFrom<&str> for IfName {
    type Error = Error;

    fn try_from(name: &str) -> Result<Self, Error> {
        Self::new(name)
    }
}

/// The name with bytes that are not UTF-8, invisible characters and backslashes escaped (`eth\xff`, `eth\\`): no two
/// names are shown alike.
impl fmt::Display for IfName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&printable_name(self.as_bytes()))
    }
}

impl fmt::Debug for IfName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// The beginning of a name that gets the lowest free number: `eth` gives `eth0`, `eth1`, …
///
/// The kernel chooses the number under its own lock, so two adds at once never get the same name. 1 to 13 bytes, since
/// the prefix and `%d` have to fit into 15. The other rules are those of [`IfName`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct NamePrefix(IfName);

impl NamePrefix {
    /// Checks a prefix.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidName`] when the prefix is empty, longer than 13 bytes or breaks a rule of [`IfName`].
    pub fn new(prefix: impl AsRef<[u8]>) -> Result<Self, Error> {
        let prefix = prefix.as_ref();
        if prefix.len() > MAX - PLACEHOLDER.len() {
            return Err(invalid(prefix, "a prefix has at most 13 bytes"));
        }
        // "." and ".." are no names, but a name may begin with them.
        if matches!(prefix, b"." | b"..") {
            return Ok(Self(IfName::copy_from(prefix)));
        }
        IfName::new(prefix).map(Self)
    }

    /// Returns the bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Returns the kernel's pattern: the prefix and `%d`.
    pub(crate) fn pattern(&self) -> Vec<u8> {
        [self.as_bytes(), PLACEHOLDER].concat()
    }

    /// Returns whether a name is the prefix and a number, as the kernel counts them.
    pub(crate) fn covers(&self, name: &IfName) -> bool {
        match name.as_bytes().strip_prefix(self.as_bytes()) {
            None | Some([]) => false,
            Some(rest) => rest == b"0" || (rest.iter().all(u8::is_ascii_digit) && !rest.starts_with(b"0")),
        }
    }
}

impl AsRef<[u8]> for NamePrefix {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

/// Parses as [`NamePrefix::new`] checks.
///
/// # Errors
/// [`ErrorKind::InvalidName`].
impl FromStr for NamePrefix {
    type Err = Error;

    fn from_str(prefix: &str) -> Result<Self, Error> {
        Self::new(prefix)
    }
}

/// Checks as [`NamePrefix::new`] does.
///
/// # Errors
/// [`ErrorKind::InvalidName`].
impl TryFrom<&str> for NamePrefix {
    type Error = Error;

    fn try_from(prefix: &str) -> Result<Self, Error> {
        Self::new(prefix)
    }
}

impl fmt::Display for NamePrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for NamePrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// Returns the rule that a name breaks, if any.
fn problem(name: &[u8]) -> Option<&'static str> {
    match name {
        [] => Some("a name has at least one byte"),
        b"." | b".." => Some("names a folder"),
        _ if name.len() > MAX => Some("a name has at most 15 bytes"),
        _ if name.contains(&b'/') => Some("'/' cannot be in a name"),
        _ if name.contains(&b':') => Some("':' cannot be in a name"),
        _ if name.contains(&0) => Some("NUL cannot be in a name"),
        // The kernel's isspace() includes 0x0b and the no-break space of Latin-1.
        _ if name.iter().any(|b| matches!(b, b' ' | b'\t'..=b'\r' | 0xa0)) => Some("white space cannot be in a name"),
        _ => None,
    }
}

fn invalid(name: &[u8], problem: &str) -> Error {
    // Cut, since an over-long "name" may be a whole file.
    let shown = name.get(..64).unwrap_or(name);
    Error::new(ErrorKind::InvalidName, format!("\"{}\" is not a link name: {problem}", printable(shown)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_prefixes_are_made_from_text() {
        assert_eq!(IfName::try_from("eth0").unwrap(), "eth0".parse().unwrap());
        assert_eq!(NamePrefix::try_from("eth").unwrap(), "eth".parse().unwrap());
        assert_eq!(IfName::try_from("a/b").unwrap_err().kind(), ErrorKind::InvalidName);
        assert_eq!("a-prefix-of-14".parse::<NamePrefix>().unwrap_err().kind(), ErrorKind::InvalidName);
    }

    #[test]
    fn takes_what_the_kernel_takes() {
        for name in [&b"a"[..], b"eth0", b"123456789012345", b"eth\xff", "ü".as_bytes(), b"a.b", b"...", b"-"] {
            let taken = IfName::new(name).unwrap();
            assert_eq!(taken.as_bytes(), name);
        }
        assert_eq!(IfName::new(b"eth\xff").unwrap().to_str(), None);
        assert_eq!(IfName::new(b"eth\xff").unwrap().to_string(), "eth\\xff");
        assert_eq!(IfName::new("ü").unwrap().to_string(), "ü");
        // What looks like an escape is not shown like one.
        assert_eq!(IfName::new(br"eth\xff").unwrap().to_string(), r"eth\\xff");
        assert_eq!(IfName::new("ü\u{202e}\u{1b}".as_bytes()).unwrap().to_string(), r"ü\u{202e}\u{1b}");
        assert_eq!(IfName::new(b"\xc3\xbc\xff'\"").unwrap().to_string(), r#"ü\xff'""#);
    }

    #[test]
    fn refuses_each_rule_broken() {
        let refused: [&[u8]; 12] = [
            b"",
            b".",
            b"..",
            b"1234567890123456",
            b"a/b",
            b"a:b",
            b"a b",
            b"a\tb",
            b"a\x0bb",
            b"a\xa0",
            b"a\0",
            b"eth%d",
        ];
        for name in refused {
            assert_eq!(IfName::new(name).unwrap_err().kind(), ErrorKind::InvalidName, "{name:?}");
        }
    }

    #[test]
    fn error_is_one_line_whatever_was_given() {
        let text = IfName::new("a\nb\u{7}").unwrap_err().to_string();
        assert_eq!(text, "\"a\\nb\\u{7}\" is not a link name: white space cannot be in a name");
        assert!(IfName::new(vec![b'x'; 1 << 20]).unwrap_err().to_string().len() < 200);
    }

    #[test]
    fn prefix_covers_numbers_only() {
        let eth = NamePrefix::new("eth").unwrap();
        assert_eq!(eth.pattern(), b"eth%d");
        for (name, covered) in [
            ("eth0", true),
            ("eth12", true),
            ("eth", false),
            ("eth-0", false),
            ("eth01", false),
            ("et0", false),
            ("eth0a", false),
        ] {
            assert_eq!(eth.covers(&IfName::new(name).unwrap()), covered, "{name}");
        }
        assert!(NamePrefix::new("1234567890123").is_ok());
        assert!(NamePrefix::new("12345678901234").is_err());
        assert!(NamePrefix::new("").is_err());
        assert!(NamePrefix::new("a%d").is_err());
        assert!(NamePrefix::new(".").is_ok());
    }
}
