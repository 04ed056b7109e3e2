//! KIND: a link to be made.

use std::ffi::{OsStr, OsString};
use std::fmt::Display;
use std::net::IpAddr;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::str::FromStr;

use netgraft::{IpvlanMode, MacAddr, MacvlanMode};

use super::{Netns, netns, number, parsed};

/// A link to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Create {
    Bridge,
    Dummy,
    Veth {
        peer: OsString,
        peer_netns: Option<Netns>,
        bridge: Option<OsString>,
        mtu: Option<u32>,
        mac: Option<MacAddr>,
        up: bool,
    },
    Macvlan {
        parent: OsString,
        mode: MacvlanMode,
    },
    Ipvlan {
        parent: OsString,
        mode: IpvlanMode,
    },
    Vxlan {
        id: u32,
        parent: Option<OsString>,
        remote: Option<IpAddr>,
        port: Option<u16>,
    },
}

/// `KIND[,key=value…]`.
pub(crate) fn create(word: OsString) -> Result<Create, String> {
    let mut parts = word.as_bytes().split(|b| *b == b',');
    let kind = parts.next().unwrap_or_default();
    let mut settings = Settings::read(parts)?;
    let create = match kind {
        b"bridge" => Create::Bridge,
        b"dummy" => Create::Dummy,
        b"veth" => Create::Veth {
            peer: settings.take("peer").ok_or("a veth needs peer=NAME")?,
            peer_netns: settings.take("peer-netns").map(netns).transpose()?,
            bridge: settings.take("bridge"),
            mtu: settings.number("mtu")?,
            mac: settings.parsed("mac")?,
            up: settings.flag("up")?,
        },
        b"macvlan" => Create::Macvlan {
            parent: settings.take("parent").ok_or("a macvlan needs parent=NAME")?,
            mode: settings.parsed("mode")?.unwrap_or_default(),
        },
        b"ipvlan" => Create::Ipvlan {
            parent: settings.take("parent").ok_or("an ipvlan needs parent=NAME")?,
            mode: settings.parsed("mode")?.unwrap_or_default(),
        },
        b"vxlan" => Create::Vxlan {
            id: settings.number("id")?.ok_or("a vxlan needs id=N")?,
            parent: settings.take("parent"),
            remote: settings.parsed("remote")?,
            port: settings.number("port")?,
        },
        other => return Err(format!("{:?} is not a kind of link that can be made", OsStr::from_bytes(other))),
    };
    settings.end()?;
    Ok(create)
}

/// Those of the parts behind a kind that stand by themselves.
const FLAGS: [&[u8]; 1] = [b"up"];

/// The `key=value` parts behind a kind.
struct Settings(Vec<(OsString, OsString)>);

impl Settings {
    fn read<'a>(parts: impl Iterator<Item = &'a [u8]>) -> Result<Self, String> {
        let mut settings: Vec<(OsString, OsString)> = Vec::new();
        for part in parts {
            let equals = part.iter().position(|b| *b == b'=');
            let (key, value) = equals
                .and_then(|at| Some((part.get(..at)?, part.get(at + 1..)?)))
                .or_else(|| FLAGS.contains(&part).then_some((part, &[][..])))
                .ok_or_else(|| format!("{:?} is not key=value", OsStr::from_bytes(part)))?;
            if value.is_empty() && !FLAGS.contains(&part) {
                return Err(format!("the value of {:?} is \"\"", OsStr::from_bytes(key)));
            }
            let key = OsString::from_vec(key.to_vec());
            if settings.iter().any(|(known, _)| *known == key) {
                return Err(format!("{key:?} is given twice"));
            }
            settings.push((key, OsString::from_vec(value.to_vec())));
        }
        Ok(Self(settings))
    }

    fn take(&mut self, key: &str) -> Option<OsString> {
        let at = self.0.iter().position(|(known, _)| known == key)?;
        Some(self.0.swap_remove(at).1)
    }

    fn parsed<T: FromStr<Err: Display>>(&mut self, key: &str) -> Result<Option<T>, String> {
        let value = self.take(key).map(parsed).transpose();
        value.map_err(|error| format!("{key}: {error}"))
    }

    fn number<T: FromStr>(&mut self, key: &str) -> Result<Option<T>, String> {
        let number_of = |word: OsString| number(&word).ok_or_else(|| format!("{key}: {word:?} is not such a number"));
        self.take(key).map(number_of).transpose()
    }

    /// Whether a word without a value is there.
    fn flag(&mut self, key: &str) -> Result<bool, String> {
        match self.take(key) {
            None => Ok(false),
            Some(value) if value.is_empty() => Ok(true),
            Some(value) => Err(format!("{key}: {value:?} is too much")),
        }
    }

    /// Nothing may be left over.
    fn end(self) -> Result<(), String> {
        match self.0.first() {
            None => Ok(()),
            Some((key, _)) => Err(format!("this kind of link has no setting {key:?}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(bytes: &[u8]) -> OsString {
        OsString::from_vec(bytes.to_vec())
    }

    #[test]
    fn kinds_of_links() {
        assert_eq!(create("bridge".into()), Ok(Create::Bridge));
        assert_eq!(create("dummy".into()), Ok(Create::Dummy));
        let bare = Create::Veth { peer: "p".into(), peer_netns: None, bridge: None, mtu: None, mac: None, up: false };
        assert_eq!(create("veth,peer=p".into()), Ok(bare));
        let full = Create::Veth {
            peer: word(b"p\xff"),
            peer_netns: Some(Netns::Pid(1)),
            bridge: Some("a=b".into()),
            mtu: Some(1400),
            mac: Some(MacAddr::BROADCAST),
            up: true,
        };
        assert_eq!(
            create(word(b"veth,bridge=a=b,mtu=1400,up,mac=ff:ff:ff:ff:ff:ff,peer-netns=pid:1,peer=p\xff")),
            Ok(full)
        );
        let macvlan = |mode| Ok(Create::Macvlan { parent: "p".into(), mode });
        assert_eq!(create("macvlan,parent=p".into()), macvlan(MacvlanMode::Bridge));
        assert_eq!(create("macvlan,mode=passthru,parent=p".into()), macvlan(MacvlanMode::Passthru));
        let ipvlan = |mode| Ok(Create::Ipvlan { parent: "p".into(), mode });
        assert_eq!(create("ipvlan,parent=p".into()), ipvlan(IpvlanMode::L2));
        assert_eq!(create("ipvlan,parent=p,mode=l3s".into()), ipvlan(IpvlanMode::L3s));
        let bare = Create::Vxlan { id: 7, parent: None, remote: None, port: None };
        assert_eq!(create("vxlan,id=7".into()), Ok(bare));
        let remote = Some("fd00::1".parse().unwrap());
        let full = Create::Vxlan { id: 0, parent: Some("p".into()), remote, port: Some(4789) };
        assert_eq!(create("vxlan,parent=p,port=4789,remote=fd00::1,id=0".into()), Ok(full));
    }

    #[test]
    fn what_is_wrong_with_a_kind() {
        for (text, names) in [
            ("", "\"\""),
            ("vethe", "\"vethe\""),
            ("veth", "peer=NAME"),
            ("veth,peer", "\"peer\""),
            ("veth,peer=a,peer=b", "twice"),
            ("veth,peer=a,mode=l2", "\"mode\""),
            ("veth,peer=a,", "\"\""),
            ("veth,peer=a,peer-netns=pid:x", "\"pid:x\""),
            ("bridge,peer=a", "\"peer\""),
            ("macvlan", "parent=NAME"),
            ("macvlan,parent=p,mode=l2", "mode: \"l2\""),
            ("ipvlan,mode=l2", "parent=NAME"),
            ("ipvlan,parent=p,mode=L2", "mode: \"L2\""),
            ("vxlan,parent=p", "id=N"),
            ("vxlan,id=x", "id: \"x\""),
            ("vxlan,id=+1", "id: \"+1\""),
            ("vxlan,id=1,remote=host", "remote: invalid IP address"),
            ("vxlan,id=1,port=65536", "port: \"65536\""),
            ("vxlan,id=1,group=239.0.0.1", "\"group\""),
        ] {
            let error = create(text.into()).unwrap_err();
            assert!(error.contains(names), "{text}: {error}");
        }
    }
}
