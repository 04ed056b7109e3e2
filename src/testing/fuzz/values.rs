//! Values that people and configurations write: what is taken reads back as the same, and what is not is an error that
//! matches on a line.

use std::fmt::{Debug, Display};
use std::net::IpAddr;
use std::str::FromStr;

use crate::error::{Error, Result};
use crate::types::{IfIndex, IfName, MacAddr, NamePrefix, Prefix, Sysctl};
use crate::wire::link;
use crate::wire::link::LinkInfo;
use crate::wire::message::messages;
use crate::wire::request::Request;

/// The bytes from a place in an input, filled up with zeros.
pub(crate) fn take<const N: usize>(input: &[u8], at: usize) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.iter_mut().zip(input.iter().skip(at)).for_each(|(to, from)| *to = *from);
    bytes
}

/// What holds of every error.
pub(crate) fn is_presentable(error: &Error) {
    let text = error.to_string();
    assert!(!text.is_empty() && text.lines().count() == 1 && !text.ends_with('\n'), "{text:?}");
    assert!(!text.chars().any(char::is_control), "{text:?}");
}

fn checked<T>(result: Result<T>) -> Option<T> {
    result.inspect_err(is_presentable).ok()
}

/// Reads a text, and what it prints as.
fn reads_what_it_prints<T: FromStr<Err = Error> + Display + PartialEq + Debug>(input: &[u8]) -> Option<T> {
    let value: T = checked(std::str::from_utf8(input).ok()?.parse())?;
    assert_eq!(value.to_string().parse::<T>().expect("it reads what it prints"), value);
    Some(value)
}

pub(crate) fn names(input: &[u8]) {
    let name = checked(IfName::new(input));
    if let Some(name) = name {
        assert_eq!(name.as_bytes(), input);
        assert!(!name.to_string().contains('\n'));
        let told = body(link::set(IfIndex::LOOPBACK, &[link::ifname(input)]));
        assert_eq!(LinkInfo::parse(&told).unwrap().name, name);
    }
    if let Some(prefix) = checked(NamePrefix::new(input)) {
        assert_eq!(prefix.pattern(), [input, b"%d"].concat());
        let first = IfName::new([input, b"0"].concat()).expect("there is room for a number");
        assert!(prefix.covers(&first));
        assert!(!name.is_some_and(|name| prefix.covers(&name)));
    }
}

pub(crate) fn prefix(input: &[u8]) {
    let (v4, v6) = (take::<4>(input, 1), take::<16>(input, 1));
    for address in [IpAddr::from(v4), IpAddr::from(v6)] {
        if let Some(prefix) = checked(Prefix::new(address, input.first().copied().unwrap_or(0))) {
            holds_itself(prefix);
        }
    }
    if let Some(prefix) = reads_what_it_prints::<Prefix>(input) {
        holds_itself(prefix);
    }
}

fn holds_itself(prefix: Prefix) {
    let network = prefix.network();
    assert!(network.contains(prefix.address()) && prefix.contains(network.address()));
    assert_eq!(network, network.network());
    assert!(Prefix::everything(prefix.family()).contains(prefix.address()));
    if let Some(broadcast) = prefix.broadcast() {
        assert!(network.contains(broadcast.into()) && IpAddr::from(broadcast) != network.address());
    }
    assert_eq!(prefix.to_string().parse::<Prefix>().unwrap(), prefix);
}

pub(crate) fn mac(input: &[u8]) {
    reads_what_it_prints::<MacAddr>(input);
    let mac = MacAddr::new(take(input, 0));
    assert_eq!(mac.to_string().parse::<MacAddr>().unwrap(), mac);
}

pub(crate) fn sysctl(input: &[u8]) {
    let Some(sysctl) = reads_what_it_prints::<Sysctl>(input) else { return };
    let (one, other) = (IfName::new("eth0.5").unwrap(), IfName::new(b"\xff").unwrap());
    let setting = sysctl.of(&one);
    assert_eq!(setting.of_interface(&other), sysctl.of(&other));
    // It leads to a file of the interface and nowhere else.
    let parts: Vec<&[u8]> = setting.file.split(|byte| *byte == b'/').collect();
    assert!(parts.len() == 3 && parts[1] == one.as_bytes());
    let parts = parts.into_iter().chain([setting.group.as_bytes()]);
    assert!(parts.into_iter().all(|part| !matches!(part, b"" | b"." | b"..") && !part.contains(&0)));
    assert!(!setting.group.contains('/'));
}

/// The body of a request.
pub(crate) fn body(request: Request) -> Vec<u8> {
    let mut bytes = Vec::new();
    request.emit(1, true, &mut bytes);
    let message = messages(&bytes).next().expect("it is one message");
    message.payload.to_vec()
}
