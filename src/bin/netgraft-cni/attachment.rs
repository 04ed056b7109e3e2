//! One attachment: an interface of a container in a network, and how its links are known again.

use netgraft::IfName;

use crate::error::Result;

/// What every alias begins with.
const MARK: &str = "cni";
/// FNV-1a, 64 bits: the names have to stay the same in all later versions.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;

/// The key of an attachment. None of the three holds a space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attachment {
    pub(crate) network: String,
    pub(crate) container: String,
    pub(crate) ifname: String,
}

impl Attachment {
    /// The text by which a link of this attachment is known.
    pub(crate) fn alias(&self) -> String {
        format!("{MARK} {} {} {}", self.network, self.container, self.ifname)
    }

    /// Reads an alias.
    pub(crate) fn from_alias(alias: &str) -> Option<Self> {
        let mut words = alias.split(' ');
        let attachment = match (words.next()?, words.next()?, words.next()?, words.next()?) {
            (MARK, network, container, ifname) => {
                Self { network: network.to_owned(), container: container.to_owned(), ifname: ifname.to_owned() }
            }
            _ => return None,
        };
        words.next().is_none().then_some(attachment)
    }

    /// The name of the veth's end in the host: `veth` and 44 bits of a hash.
    pub(crate) fn host_name(&self) -> Result<IfName> {
        let text = [&self.network, &self.container, &self.ifname].map(|part| format!("{part}\0")).concat();
        Ok(IfName::new(format!("veth{:011x}", hash(&text) >> 20))?)
    }
}

/// A hash that stays the same in all versions.
pub(crate) fn hash(text: &str) -> u64 {
    text.bytes().fold(FNV_OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn attachment() -> Attachment {
        Attachment { network: "net".into(), container: "ctr-1".into(), ifname: "eth0".into() }
    }

    #[test]
    fn an_alias_is_read_back() {
        let alias = attachment().alias();
        assert_eq!(alias, "cni net ctr-1 eth0");
        assert_eq!(Attachment::from_alias(&alias), Some(attachment()));
        for other in ["", "cni", "cni net ctr-1", "cni net ctr-1 eth0 more", "mine net ctr-1 eth0"] {
            assert_eq!(Attachment::from_alias(other), None, "{other}");
        }
    }

    /// Links that an older version made have to be found.
    #[test]
    fn names_stay_the_same() {
        assert_eq!(attachment().host_name().unwrap().to_string(), "vethe28474d33ac");
        let other = Attachment { ifname: "eth1".into(), ..attachment() };
        assert_ne!(attachment().host_name().unwrap(), other.host_name().unwrap());
    }
}
