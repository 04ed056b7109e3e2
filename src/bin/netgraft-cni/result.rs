//! Results: what a plugin tells the runtime and the next plugin, in each version of the specification.

use std::net::IpAddr;

use netgraft::{MacAddr, Prefix};
use serde_json::{Map, Value, json};

use crate::error::{Error, Result, code};
use crate::version::Version;

/// What an ADD has led to, or an IPAM plugin has given.
#[derive(Clone, Debug, Default)]
pub(crate) struct CniResult {
    pub(crate) interfaces: Vec<Interface>,
    pub(crate) ips: Vec<Ip>,
    pub(crate) routes: Vec<Route>,
    pub(crate) dns: Option<Value>,
}

#[derive(Clone, Debug)]
pub(crate) struct Interface {
    pub(crate) name: String,
    pub(crate) mac: Option<MacAddr>,
    pub(crate) mtu: Option<u32>,
    /// The container's namespace; none in the host.
    pub(crate) sandbox: Option<String>,
    pub(crate) pci_id: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Ip {
    pub(crate) address: Prefix,
    pub(crate) gateway: Option<IpAddr>,
    /// Position among the interfaces.
    pub(crate) interface: Option<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) destination: Prefix,
    pub(crate) gateway: Option<IpAddr>,
    pub(crate) mtu: Option<u32>,
    pub(crate) advmss: Option<u32>,
    pub(crate) priority: Option<u32>,
    pub(crate) table: Option<u32>,
    pub(crate) scope: Option<u32>,
}

impl Route {
    pub(crate) fn new(destination: Prefix, gateway: Option<IpAddr>) -> Self {
        Self { destination, gateway, mtu: None, advmss: None, priority: None, table: None, scope: None }
    }
}

impl CniResult {
    /// Reads a result of any version. What is not known is passed over.
    pub(crate) fn parse(value: &Value) -> Result<Self> {
        let object = value.as_object().ok_or_else(|| decode("a result", value))?;
        let mut result = Self { dns: object.get("dns").filter(|dns| has_content(dns)).cloned(), ..Self::default() };
        result.interfaces = list(object, "interfaces").iter().map(Interface::parse).collect::<Result<_>>()?;
        result.ips = list(object, "ips").iter().map(Ip::parse).collect::<Result<_>>()?;
        result.routes = list(object, "routes").iter().map(Route::parse).collect::<Result<_>>()?;
        // Before 0.3.0.
        for old in ["ip4", "ip6"].iter().filter_map(|key| object.get(*key)?.as_object()) {
            let address = prefix(old, "ip")?;
            result.ips.push(Ip { address, gateway: address_at(old, "gateway")?, interface: None });
            for route in list(old, "routes") {
                result.routes.push(Route::parse(route)?);
            }
        }
        Ok(result)
    }

    /// The form of a version.
    pub(crate) fn to_json(&self, version: Version) -> Value {
        let mut object = Map::new();
        object.insert("cniVersion".into(), version.as_str().into());
        if version < Version::V0_3_0 {
            for (family, ipv4) in [("ip4", true), ("ip6", false)] {
                let Some(ip) = self.ips.iter().find(|ip| ip.address.is_ipv4() == ipv4) else { continue };
                let mut old = Map::new();
                old.insert("ip".into(), ip.address.to_string().into());
                insert(&mut old, "gateway", ip.gateway);
                let routes = self.routes.iter().filter(|route| route.destination.is_ipv4() == ipv4);
                let routes: Vec<Value> = routes.map(|route| route.to_json(version)).collect();
                if !routes.is_empty() {
                    old.insert("routes".into(), routes.into());
                }
                object.insert(family.into(), old.into());
            }
        } else {
            let interfaces: Vec<Value> = self.interfaces.iter().map(|one| one.to_json(version)).collect();
            let ips: Vec<Value> = self.ips.iter().map(|ip| ip.to_json(version)).collect();
            let routes: Vec<Value> = self.routes.iter().map(|route| route.to_json(version)).collect();
            for (key, list) in [("interfaces", interfaces), ("ips", ips), ("routes", routes)] {
                if !list.is_empty() {
                    object.insert(key.into(), list.into());
                }
            }
        }
        object.insert("dns".into(), self.dns.clone().unwrap_or_else(|| json!({})));
        object.into()
    }

    /// The interface of this name in a container.
    pub(crate) fn in_container(&self, ifname: &str) -> Option<&Interface> {
        self.interfaces.iter().find(|interface| interface.name == ifname && interface.sandbox.is_some())
    }

    /// The first gateway of a family.
    pub(crate) fn gateway(&self, ipv4: bool) -> Option<IpAddr> {
        self.ips.iter().filter(|ip| ip.address.is_ipv4() == ipv4).find_map(|ip| ip.gateway)
    }

    /// What a route leads through: its own gateway, else that of the addresses.
    pub(crate) fn gateway_of(&self, route: &Route) -> Option<IpAddr> {
        // A route of a scope below the universe is on the link.
        let on_link = route.scope.is_some_and(|scope| scope > 0);
        route.gateway.or_else(|| self.gateway(route.destination.is_ipv4()).filter(|_| !on_link))
    }
}

impl Interface {
    fn parse(value: &Value) -> Result<Self> {
        let object = value.as_object().ok_or_else(|| decode("an interface", value))?;
        let text = |key: &str| object.get(key)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        Ok(Self {
            name: text("name").unwrap_or_default(),
            mac: text("mac").and_then(|mac| mac.parse().ok()),
            mtu: number(object, "mtu"),
            sandbox: text("sandbox"),
            pci_id: text("pciID"),
        })
    }

    fn to_json(&self, version: Version) -> Value {
        let mut object = Map::new();
        object.insert("name".into(), self.name.as_str().into());
        insert(&mut object, "mac", self.mac);
        insert(&mut object, "sandbox", self.sandbox.as_deref());
        if version >= Version::V1_1_0 {
            insert_number(&mut object, "mtu", self.mtu);
            insert(&mut object, "pciID", self.pci_id.as_deref());
        }
        object.into()
    }
}

impl Ip {
    fn parse(value: &Value) -> Result<Self> {
        let object = value.as_object().ok_or_else(|| decode("an address", value))?;
        let interface = object.get("interface").and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok());
        Ok(Self { address: prefix(object, "address")?, gateway: address_at(object, "gateway")?, interface })
    }

    fn to_json(&self, version: Version) -> Value {
        let mut object = Map::new();
        if version < Version::V1_0_0 {
            object.insert("version".into(), if self.address.is_ipv4() { "4" } else { "6" }.into());
        }
        object.insert("address".into(), self.address.to_string().into());
        insert(&mut object, "gateway", self.gateway);
        if let Some(interface) = self.interface {
            object.insert("interface".into(), interface.into());
        }
        object.into()
    }
}

impl Route {
    fn parse(value: &Value) -> Result<Self> {
        let object = value.as_object().ok_or_else(|| decode("a route", value))?;
        let destination = prefix(object, "dst")?.network();
        let gateway = address_at(object, "gw")?;
        if gateway.is_some_and(|gateway| gateway.is_ipv4() != destination.is_ipv4()) {
            return Err(decode("a route of two families", value));
        }
        Ok(Self {
            destination,
            gateway,
            mtu: number(object, "mtu").filter(|mtu| *mtu > 0),
            advmss: number(object, "advmss").filter(|advmss| *advmss > 0),
            priority: number(object, "priority"),
            table: number(object, "table"),
            scope: number(object, "scope"),
        })
    }

    fn to_json(&self, version: Version) -> Value {
        let mut object = Map::new();
        object.insert("dst".into(), self.destination.to_string().into());
        insert(&mut object, "gw", self.gateway);
        if version >= Version::V1_1_0 {
            let numbers = [
                ("mtu", self.mtu),
                ("advmss", self.advmss),
                ("priority", self.priority),
                ("table", self.table),
                ("scope", self.scope),
            ];
            numbers.into_iter().for_each(|(key, number)| insert_number(&mut object, key, number));
        }
        object.into()
    }
}

/// Whether an object has anything in it but empty values.
pub(crate) fn has_content(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Object(object) => object.values().any(has_content),
        Value::Array(list) => !list.is_empty(),
        Value::String(text) => !text.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

fn insert(object: &mut Map<String, Value>, key: &str, value: Option<impl ToString>) {
    object.extend(value.map(|value| (key.to_owned(), value.to_string().into())));
}

fn insert_number(object: &mut Map<String, Value>, key: &str, value: Option<u32>) {
    object.extend(value.map(|value| (key.to_owned(), value.into())));
}

fn list<'a>(object: &'a Map<String, Value>, key: &str) -> &'a [Value] {
    object.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn number(object: &Map<String, Value>, key: &str) -> Option<u32> {
    object.get(key)?.as_u64()?.try_into().ok()
}

fn prefix(object: &Map<String, Value>, key: &str) -> Result<Prefix> {
    let read = object.get(key).and_then(Value::as_str).and_then(|text| text.parse().ok());
    read.ok_or_else(|| decode(&format!("the address at {key:?}"), &Value::Object(object.clone())))
}

/// An address; an empty text is none.
fn address_at(object: &Map<String, Value>, key: &str) -> Result<Option<IpAddr>> {
    let Some(value) = object.get(key).filter(|value| has_content(value)) else { return Ok(None) };
    let read = value.as_str().and_then(|text| text.parse().ok());
    read.map(Some).ok_or_else(|| decode(&format!("the address at {key:?}"), value))
}

fn decode(what: &str, value: &Value) -> Error {
    Error::new(code::DECODE, format!("{what} cannot be read: {value}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;

    fn v(text: &str) -> Version {
        Version::parse(Some(text)).unwrap()
    }

    fn result() -> CniResult {
        CniResult::parse(&json!({
            "interfaces": [{"name": "eth0", "mac": "02:00:00:00:00:01", "mtu": 1400, "sandbox": "/run/netns/c"}],
            "ips": [{"address": "10.0.0.2/24", "gateway": "10.0.0.1", "interface": 0}, {"address": "fd00::2/64"}],
            "routes": [{"dst": "0.0.0.0/0"}, {"dst": "10.9.0.0/16", "gw": "10.0.0.9", "mtu": 1280, "table": 300}],
            "dns": {"nameservers": ["10.0.0.53"]},
        }))
        .unwrap()
    }

    #[test]
    fn each_version_has_its_form() {
        let result = result();
        let newest = result.to_json(v("1.1.0"));
        assert_eq!(newest["interfaces"][0]["mtu"], 1400);
        assert_eq!(newest["routes"][1], json!({"dst": "10.9.0.0/16", "gw": "10.0.0.9", "mtu": 1280, "table": 300}));
        let stable = result.to_json(v("1.0.0"));
        assert!(stable["interfaces"][0].get("mtu").is_none() && stable["ips"][0].get("version").is_none());
        assert_eq!(stable["routes"][1], json!({"dst": "10.9.0.0/16", "gw": "10.0.0.9"}));
        let third = result.to_json(v("0.3.1"));
        assert_eq!((&third["ips"][0]["version"], &third["ips"][1]["version"]), (&json!("4"), &json!("6")));
        let old = result.to_json(v("0.2.0"));
        assert_eq!((&old["ip4"]["ip"], &old["ip4"]["gateway"]), (&json!("10.0.0.2/24"), &json!("10.0.0.1")));
        assert_eq!((&old["ip6"]["ip"], old["ip4"]["routes"].as_array().unwrap().len()), (&json!("fd00::2/64"), 2));
        assert!(old.get("ips").is_none() && old.get("interfaces").is_none());
    }

    #[test]
    fn what_was_printed_is_read_back() {
        for version in ["0.2.0", "0.3.1", "1.0.0", "1.1.0"] {
            let read = CniResult::parse(&result().to_json(v(version))).unwrap();
            assert_eq!(read.ips.len(), 2, "{version}");
            assert_eq!(read.gateway(true), Some("10.0.0.1".parse().unwrap()));
            assert_eq!(read.routes.len(), 2, "{version}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        for wrong in [
            json!([]),
            json!({"ips": [{}]}),
            json!({"ips": [{"address": "10.0.0.300/24"}]}),
            json!({"routes": [{"dst": "0.0.0.0/0", "gw": "fd00::1"}]}),
            json!({"ip4": {"ip": "x"}}),
        ] {
            assert_eq!(CniResult::parse(&wrong).unwrap_err().code, code::DECODE, "{wrong}");
        }
    }
}
