//! KIND: a link to be created.

use std::ffi::{OsStr, OsString};
use std::fmt::Display;
use std::net::IpAddr;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::str::FromStr;
use std::time::Duration;

use netgraft::{IpvlanIsolation, IpvlanMode, MacAddr, MacvlanMode, NetkitMode, NetkitPolicy, VlanProtocol};

use super::{Netns, duration, name, netns, number, parsed};

/// A link to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Create {
    Bridge(Bridge),
    Dummy,
    Veth(Peer),
    Netkit { peer: Peer, mode: NetkitMode, policy: NetkitPolicy, peer_policy: NetkitPolicy },
    Macvlan { parent: Parent, mode: MacvlanMode },
    Macvtap { parent: Parent, mode: MacvlanMode },
    Ipvlan { parent: Parent, mode: IpvlanMode, isolation: IpvlanIsolation },
    Vlan { parent: Parent, id: u16, protocol: VlanProtocol },
    Vxlan(Vxlan),
    Vrf { table: u32 },
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bridge {
    pub(crate) stp: Option<bool>,
    pub(crate) forward_delay: Option<Duration>,
    pub(crate) ageing: Option<Duration>,
    pub(crate) vlan_filtering: Option<bool>,
    pub(crate) multicast_snooping: Option<bool>,
}

/// The link that a new one is on; in `--from` unless said otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parent {
    pub(crate) name: OsString,
    pub(crate) netns: Option<Netns>,
}

/// The other end of a pair; in `--from` unless said otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Peer {
    pub(crate) name: OsString,
    pub(crate) netns: Option<Netns>,
    pub(crate) mtu: Option<u32>,
    pub(crate) mac: Option<MacAddr>,
    pub(crate) up: bool,
    pub(crate) bridge: Option<OsString>,
    pub(crate) hairpin: Option<bool>,
    pub(crate) isolated: Option<bool>,
    pub(crate) learning: Option<bool>,
    pub(crate) vlans: Vec<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Vxlan {
    pub(crate) id: u32,
    pub(crate) parent: Option<OsString>,
    pub(crate) netns: Option<Netns>,
    pub(crate) remote: Option<IpAddr>,
    pub(crate) group: Option<IpAddr>,
    pub(crate) local: Option<IpAddr>,
    pub(crate) port: Option<u16>,
    pub(crate) learning: Option<bool>,
    pub(crate) proxy: Option<bool>,
    pub(crate) l2miss: Option<bool>,
    pub(crate) l3miss: Option<bool>,
}

/// `KIND[,key=value…]`.
pub(crate) fn create(word: OsString) -> Result<Create, String> {
    let mut parts = word.as_bytes().split(|b| *b == b',');
    let kind = parts.next().unwrap_or_default();
    let mut settings = Settings::read(parts)?;
    let create = match kind {
        b"bridge" => Create::Bridge(settings.bridge()?),
        b"dummy" => Create::Dummy,
        b"veth" => Create::Veth(settings.peer("a veth")?),
        b"netkit" => Create::Netkit {
            peer: settings.peer("a netkit")?,
            mode: settings.parsed("mode")?.unwrap_or_default(),
            policy: settings.parsed("policy")?.unwrap_or_default(),
            peer_policy: settings.parsed("peer-policy")?.unwrap_or_default(),
        },
        b"macvlan" => Create::Macvlan { parent: settings.parent("a macvlan")?, mode: settings.mode()? },
        b"macvtap" => Create::Macvtap { parent: settings.parent("a macvtap")?, mode: settings.mode()? },
        b"ipvlan" => Create::Ipvlan {
            parent: settings.parent("an ipvlan")?,
            mode: settings.mode()?,
            isolation: settings.parsed("isolation")?.unwrap_or_default(),
        },
        b"vlan" => Create::Vlan {
            parent: settings.parent("a vlan")?,
            id: settings.take("id").map(|id| vlan_id("id", &id)).transpose()?.ok_or("a vlan needs id=N")?,
            protocol: settings.parsed("protocol")?.unwrap_or_default(),
        },
        b"vxlan" => Create::Vxlan(settings.vxlan()?),
        b"vrf" => Create::Vrf { table: settings.table()? },
        other => return Err(format!("{:?} is not a kind of link that can be created", OsStr::from_bytes(other))),
    };
    settings.end()?;
    Ok(create)
}

/// The parts behind a kind: `key=value`, or a key alone.
struct Settings(Vec<(OsString, Option<OsString>)>);

impl Settings {
    fn read<'a>(parts: impl Iterator<Item = &'a [u8]>) -> Result<Self, String> {
        let mut settings: Vec<(OsString, Option<OsString>)> = Vec::new();
        for part in parts {
            let (key, value) = match part.iter().position(|b| *b == b'=') {
                Some(at) => part.split_at_checked(at).map(|(key, rest)| (key, rest.get(1..))).unwrap_or((part, None)),
                None if part == b"up" => (part, None),
                None => return Err(format!("{:?} is not key=value", OsStr::from_bytes(part))),
            };
            let key = OsString::from_vec(key.to_vec());
            if value.is_some_and(<[u8]>::is_empty) {
                return Err(format!("{key:?} has no value"));
            }
            if key != "vlan" && settings.iter().any(|(known, _)| *known == key) {
                return Err(format!("{key:?} is given twice"));
            }
            settings.push((key, value.map(|value| OsString::from_vec(value.to_vec()))));
        }
        Ok(Self(settings))
    }

    fn bridge(&mut self) -> Result<Bridge, String> {
        Ok(Bridge {
            stp: self.switch("stp")?,
            forward_delay: self.duration("forward-delay")?,
            ageing: self.duration("ageing")?,
            vlan_filtering: self.digit("vlan_filtering")?,
            multicast_snooping: self.digit("mcast_snooping")?,
        })
    }

    fn parent(&mut self, kind: &str) -> Result<Parent, String> {
        let name = self.name("parent")?.ok_or_else(|| format!("{kind} needs parent=NAME"))?;
        Ok(Parent { name, netns: self.netns("parent-netns")? })
    }

    fn peer(&mut self, kind: &str) -> Result<Peer, String> {
        let peer = Peer {
            name: self.name("peer")?.ok_or_else(|| format!("{kind} needs peer=NAME"))?,
            netns: self.netns("peer-netns")?,
            mtu: self.number("mtu")?,
            mac: self.parsed("mac")?,
            up: self.flag("up")?,
            bridge: self.name("bridge")?,
            hairpin: self.switch("hairpin")?,
            isolated: self.switch("isolated")?,
            learning: self.switch("learning")?,
            vlans: self.vlans()?,
        };
        let of_port = [
            ("hairpin", peer.hairpin.is_some()),
            ("isolated", peer.isolated.is_some()),
            ("learning", peer.learning.is_some()),
            ("vlan", !peer.vlans.is_empty()),
        ];
        match of_port.iter().find(|(_, is_set)| *is_set && peer.bridge.is_none()) {
            Some((key, _)) => Err(format!("{key}= is about a port: it needs bridge=NAME")),
            None => Ok(peer),
        }
    }

    fn vxlan(&mut self) -> Result<Vxlan, String> {
        let vxlan = Vxlan {
            id: self.number("id")?.ok_or("a vxlan needs id=N")?,
            parent: self.name("parent")?,
            netns: self.netns("parent-netns")?,
            remote: self.parsed("remote")?,
            group: self.parsed("group")?,
            local: self.parsed("local")?,
            port: self.number("port")?,
            learning: self.switch("learning")?,
            proxy: self.switch("proxy")?,
            l2miss: self.switch("l2miss")?,
            l3miss: self.switch("l3miss")?,
        };
        if vxlan.remote.is_some() && vxlan.group.is_some() {
            return Err("a vxlan has remote=ADDRESS or group=ADDRESS, not both".to_owned());
        }
        Ok(vxlan)
    }

    fn table(&mut self) -> Result<u32, String> {
        match self.number("table")? {
            Some(0) => Err("table: 0 is not the number of a table".to_owned()),
            table => table.ok_or_else(|| "a vrf needs table=N".to_owned()),
        }
    }

    fn vlans(&mut self) -> Result<Vec<u16>, String> {
        let mut vlans = Vec::new();
        while let Some(id) = self.take("vlan") {
            let id = vlan_id("vlan", &id)?;
            if vlans.contains(&id) {
                return Err(format!("vlan={id} is given twice"));
            }
            vlans.push(id);
        }
        Ok(vlans)
    }

    fn mode<T: FromStr<Err: Display> + Default>(&mut self) -> Result<T, String> {
        Ok(self.parsed("mode")?.unwrap_or_default())
    }

    /// Takes a key with its value. A key alone stays, to be refused in the end.
    fn take(&mut self, key: &str) -> Option<OsString> {
        let at = self.0.iter().position(|(known, value)| known == key && value.is_some())?;
        self.0.remove(at).1
    }

    /// Takes a key that stands alone.
    fn flag(&mut self, key: &str) -> Result<bool, String> {
        let at = self.0.iter().position(|(known, _)| known == key);
        match at.map(|at| self.0.remove(at)) {
            Some((_, Some(value))) => Err(format!("{key} stands alone, without ={value:?}")),
            found => Ok(found.is_some()),
        }
    }

    /// The name of a link.
    fn name(&mut self, key: &str) -> Result<Option<OsString>, String> {
        self.take(key).map(name).transpose().map_err(|error| format!("{key}: {error}"))
    }

    fn netns(&mut self, key: &str) -> Result<Option<Netns>, String> {
        self.take(key).map(netns).transpose().map_err(|error| format!("{key}: {error}"))
    }

    fn parsed<T: FromStr<Err: Display>>(&mut self, key: &str) -> Result<Option<T>, String> {
        let value = self.take(key).map(parsed).transpose();
        value.map_err(|error| format!("{key}: {error}"))
    }

    fn number<T: FromStr>(&mut self, key: &str) -> Result<Option<T>, String> {
        let number_of = |word: OsString| number(&word).ok_or_else(|| format!("{key}: {word:?} is not such a number"));
        self.take(key).map(number_of).transpose()
    }

    fn duration(&mut self, key: &str) -> Result<Option<Duration>, String> {
        self.take(key).map(duration).transpose().map_err(|error| format!("{key}: {error}"))
    }

    /// `on` or `off`.
    fn switch(&mut self, key: &str) -> Result<Option<bool>, String> {
        self.either(key, ["off", "on"])
    }

    /// `0` or `1`.
    fn digit(&mut self, key: &str) -> Result<Option<bool>, String> {
        self.either(key, ["0", "1"])
    }

    fn either(&mut self, key: &str, [no, yes]: [&str; 2]) -> Result<Option<bool>, String> {
        match self.take(key) {
            None => Ok(None),
            Some(word) if word == no => Ok(Some(false)),
            Some(word) if word == yes => Ok(Some(true)),
            Some(word) => Err(format!("{key}: {word:?} is neither {yes} nor {no}")),
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

fn vlan_id(key: &str, word: &OsStr) -> Result<u16, String> {
    let id = number(word).filter(|id| (1..=4094).contains(id));
    id.ok_or_else(|| format!("{key}: {word:?} is not the number of a VLAN (1 to 4094)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(bytes: &[u8]) -> OsString {
        OsString::from_vec(bytes.to_vec())
    }

    fn peer(name: impl Into<OsString>) -> Peer {
        Peer {
            name: name.into(),
            netns: None,
            mtu: None,
            mac: None,
            up: false,
            bridge: None,
            hairpin: None,
            isolated: None,
            learning: None,
            vlans: Vec::new(),
        }
    }

    fn parent(name: &str) -> Parent {
        Parent { name: name.into(), netns: None }
    }

    #[test]
    fn no_value_is_empty() {
        for text in ["veth,peer=", "veth,peer=p,bridge=", "macvlan,parent=", "vxlan,id=1,parent=", "bridge,stp="] {
            let error = create(text.into()).unwrap_err();
            assert!(error.ends_with("has no value"), "{text}: {error}");
        }
    }

    #[test]
    fn kinds_of_links() {
        assert_eq!(create("bridge".into()), Ok(Create::Bridge(Bridge::default())));
        assert_eq!(create("dummy".into()), Ok(Create::Dummy));
        assert_eq!(create("veth,peer=p".into()), Ok(Create::Veth(peer("p"))));
        let full = Peer {
            netns: Some(Netns::Pid(1)),
            up: true,
            bridge: Some("a=b".into()),
            isolated: Some(false),
            vlans: vec![7, 9],
            ..peer(word(b"p\xff"))
        };
        let text = b"veth,bridge=a=b,peer-netns=pid:1,vlan=7,up,vlan=9,isolated=off,peer=p\xff";
        assert_eq!(create(word(text)), Ok(Create::Veth(full)));
        let macvlan = |mode| Ok(Create::Macvlan { parent: parent("p"), mode });
        assert_eq!(create("macvlan,parent=p".into()), macvlan(MacvlanMode::Bridge));
        assert_eq!(create("macvlan,mode=passthru,parent=p".into()), macvlan(MacvlanMode::Passthru));
        let ipvlan = |mode, isolation| Ok(Create::Ipvlan { parent: parent("p"), mode, isolation });
        assert_eq!(create("ipvlan,parent=p".into()), ipvlan(IpvlanMode::L2, IpvlanIsolation::Bridge));
        let text = "ipvlan,parent=p,mode=l3s,isolation=vepa";
        assert_eq!(create(text.into()), ipvlan(IpvlanMode::L3s, IpvlanIsolation::Vepa));
        let vlan = Create::Vlan {
            parent: Parent { netns: Some(Netns::Current), ..parent("p") },
            id: 7,
            protocol: VlanProtocol::Ieee8021Ad,
        };
        assert_eq!(create("vlan,parent=p,id=7,protocol=802.1ad,parent-netns=current".into()), Ok(vlan));
        assert_eq!(create("vrf,table=9".into()), Ok(Create::Vrf { table: 9 }));
        let remote = Some("fd00::1".parse().unwrap());
        let Ok(Create::Vxlan(found)) = create("vxlan,parent=p,port=4789,remote=fd00::1,id=0,l2miss=on".into()) else {
            panic!("not a vxlan")
        };
        assert_eq!((found.id, found.parent, found.remote, found.port), (0, Some("p".into()), remote, Some(4789)));
        assert_eq!((found.l2miss, found.l3miss), (Some(true), None));
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
            ("veth,peer=a,up=yes", "alone"),
            ("veth,peer=a,hairpin=on", "bridge=NAME"),
            ("veth,peer=a,bridge=b,vlan=0", "\"0\""),
            ("veth,peer=a,bridge=b,vlan=3,vlan=3", "twice"),
            ("veth,peer=a,peer-netns=pid:x", "\"pid:x\""),
            ("bridge,peer=a", "\"peer\""),
            ("bridge,stp=yes", "\"yes\""),
            ("bridge,vlan_filtering=on", "\"on\""),
            ("macvlan", "parent=NAME"),
            ("macvlan,parent=p,mode=l2", "mode: \"l2\""),
            ("ipvlan,mode=l2", "parent=NAME"),
            ("ipvlan,parent=p,mode=L2", "mode: \"L2\""),
            ("vlan,parent=p", "id=N"),
            ("vlan,parent=p,id=4095", "\"4095\""),
            ("vlan,parent=p,id=1,protocol=qinq", "\"qinq\""),
            ("netkit,peer=p,mode=l9", "\"l9\""),
            ("vrf", "table=N"),
            ("vrf,table=0", "0 is not"),
            ("vxlan,parent=p", "id=N"),
            ("vxlan,id=x", "id: \"x\""),
            ("vxlan,id=+1", "id: \"+1\""),
            ("vxlan,id=1,remote=host", "remote: invalid IP address"),
            ("vxlan,id=1,port=65536", "port: \"65536\""),
            ("vxlan,id=1,group=239.0.0.1,remote=10.0.0.1", "not both"),
        ] {
            let error = create(text.into()).unwrap_err();
            assert!(error.contains(names), "{text}: {error}");
        }
    }
}
