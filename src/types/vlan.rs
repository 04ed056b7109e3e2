use crate::error::{Error, ErrorKind};

/// The VLAN identifiers that links can have (IEEE 802.1Q-2018 §9.6).
const IDS: std::ops::RangeInclusive<u16> = 1..=4094;

/// Refuses numbers that no VLAN can have.
pub(crate) fn check_vlan_id(id: u16) -> Result<(), Error> {
    if IDS.contains(&id) {
        return Ok(());
    }
    let message = format!("{id} is not the number of a VLAN ({} to {})", IDS.start(), IDS.end());
    Err(Error::new(ErrorKind::InvalidArgument, message))
}
