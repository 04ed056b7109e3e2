//! What a bridge does with the port of a container.

use serde_json::Value;

use crate::config::Config;
use crate::error::{Error, Result, invalid};
use crate::keys::Keys;
use crate::link::{Kernel, Link};

/// The VLAN that every port is in by default.
const DEFAULT_VLAN: u16 = 1;
const VLAN_MAX: u32 = 4094;

#[derive(Debug, Default)]
pub(crate) struct Port {
    pub(crate) hairpin: bool,
    isolated: bool,
    /// The port's own VLAN, untagged.
    pub(crate) vlan: Option<u16>,
    trunk: Vec<u16>,
    keep_default_vlan: bool,
}

impl Port {
    pub(crate) fn read(config: &Config<'_>) -> Result<Self> {
        let keys = &config.keys;
        let vlan = keys.number("vlan")?.filter(|id| *id > 0);
        let mut trunk = Vec::new();
        for (position, value) in keys.list("vlanTrunk")?.iter().enumerate() {
            match read_trunk(value, keys.is_strict()) {
                Err(error) if keys.is_strict() => return Err(error.context(format!("vlanTrunk[{position}]"))),
                read => trunk.extend(read.unwrap_or_default()),
            }
        }
        Ok(Self {
            hairpin: keys.flag("hairpinMode")?,
            isolated: keys.flag("portIsolation")?,
            vlan: vlan.map(|id| vlan_id("vlan", id)).transpose()?,
            trunk,
            keep_default_vlan: keys.flag_or_none("preserveDefaultVlan")?.unwrap_or(true),
        })
    }

    /// Whether the bridge has to keep VLANs apart.
    pub(crate) fn needs_vlans(&self) -> bool {
        self.vlan.is_some() || !self.trunk.is_empty()
    }

    pub(crate) fn set(&self, host: &mut Kernel, port: &Link) -> Result<()> {
        host.set_port(port, self.hairpin, self.isolated)?;
        self.set_vlans(host, port)
    }

    pub(crate) fn set_vlans(&self, host: &mut Kernel, port: &Link) -> Result<()> {
        if !self.needs_vlans() {
            return Ok(());
        }
        if !self.keep_default_vlan && self.vlan != Some(DEFAULT_VLAN) {
            host.delete_vlan(port, DEFAULT_VLAN)?;
        }
        self.trunk.iter().try_for_each(|id| host.add_vlan(port, *id, false))?;
        self.vlan.map_or(Ok(()), |id| host.add_vlan(port, id, true))
    }

    /// What is not as it was set.
    pub(crate) fn check(&self, host: &mut Kernel, port: &Link) -> Result<()> {
        let name = &port.name;
        if self.hairpin && !port.hairpin {
            return Err(differs(format!("the bridge port {name} has no hairpin mode")));
        }
        if self.isolated && !port.isolated {
            return Err(differs(format!("the bridge port {name} is not isolated")));
        }
        if !self.needs_vlans() {
            return Ok(());
        }
        let present = host.vlans(port)?;
        if let Some(own) = self.vlan.filter(|own| !present.contains(&(*own, true))) {
            return Err(differs(format!("{own} is not the own VLAN of the bridge port {name}")));
        }
        match self.trunk.iter().find(|id| !present.iter().any(|(present, _)| present == *id)) {
            Some(missing) => Err(differs(format!("the bridge port {name} is not in the VLAN {missing}"))),
            None => Ok(()),
        }
    }
}

fn differs(message: String) -> Error {
    Error::new(crate::error::code::FAILED, message)
}

/// The ids of one part of a trunk: `id`, or all from `minID` to `maxID`.
fn read_trunk(value: &Value, strict: bool) -> Result<Vec<u16>> {
    let keys = Keys::new(Some(value), "vlanTrunk.", strict);
    let (id, min, max) = (keys.number("id")?, keys.number("minID")?, keys.number("maxID")?);
    keys.refuse_others()?;
    let range = match (min, max) {
        (None, None) => Vec::new(),
        (Some(min), Some(max)) if min <= max => {
            let (min, max) = (vlan_id("minID", min)?, vlan_id("maxID", max)?);
            (min..=max).collect()
        }
        _ => return Err(invalid("minID and maxID belong together, the smaller one first")),
    };
    match id {
        Some(id) => Ok([range, vec![vlan_id("id", id)?]].concat()),
        None if range.is_empty() => Err(invalid("it needs id, or minID and maxID")),
        None => Ok(range),
    }
}

pub(crate) fn vlan_id(key: &str, id: u32) -> Result<u16> {
    match u16::try_from(id) {
        Ok(number) if (1..=VLAN_MAX).contains(&id) => Ok(number),
        _ => Err(invalid(format!("{key} is {id}: VLANs have numbers from 1 to {VLAN_MAX}"))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn trunks() {
        assert_eq!(read_trunk(&json!({"id": 7}), true).unwrap(), [7]);
        assert_eq!(read_trunk(&json!({"minID": 7, "maxID": 9, "id": 20}), true).unwrap(), [7, 8, 9, 20]);
        for wrong in [
            json!({}),
            json!({"id": 0}),
            json!({"id": 4095}),
            json!({"minID": 7}),
            json!({"minID": 9, "maxID": 7}),
            json!({"ID": 7}),
        ] {
            assert!(read_trunk(&wrong, true).is_err(), "{wrong}");
        }
    }
}
