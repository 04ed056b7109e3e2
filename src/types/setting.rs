use std::fmt;

use crate::text::printable;
use crate::types::IfName;

/// The file of a kernel setting, relative to the folder of its group, `/proc/sys/net/<group>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) group: String,
    pub(crate) file: Vec<u8>,
}

impl Setting {
    /// `net.ipv6.conf.IFNAME.disable_ipv6`.
    pub(crate) fn disable_ipv6(ifname: &IfName) -> Self {
        Self::ipv6(ifname, "disable_ipv6")
    }

    /// `net.ipv6.conf.IFNAME.stable_secret`, the secret of two of the address generation modes.
    pub(crate) fn stable_secret(ifname: &IfName) -> Self {
        Self::ipv6(ifname, "stable_secret")
    }

    /// Returns whether this is the `stable_secret` of an interface.
    pub(crate) fn is_stable_secret(&self) -> bool {
        self.group == "ipv6" && self.file.starts_with(b"conf/") && self.file.ends_with(b"/stable_secret")
    }

    /// `net.ipv4.conf.IFNAME.FILE`.
    pub(crate) fn ipv4(ifname: &IfName, file: &str) -> Self {
        Self::of_group("ipv4", ifname, file)
    }

    /// `net.ipv6.conf.IFNAME.FILE`.
    pub(crate) fn ipv6(ifname: &IfName, file: &str) -> Self {
        Self::of_group("ipv6", ifname, file)
    }

    /// Returns the same setting of another interface.
    pub(crate) fn of_interface(&self, ifname: &IfName) -> Self {
        let mut parts = self.file.splitn(3, |byte| *byte == b'/');
        let (kind, setting) = (parts.next().unwrap_or_default(), parts.nth(1).unwrap_or_default());
        Self { group: self.group.clone(), file: [kind, b"/", ifname.as_bytes(), b"/", setting].concat() }
    }

    /// The same setting as links have it that are new in a namespace: `conf/default`; of neighbours there is a `default`
    /// in the initial namespace alone, but the settings of `lo` have the same names.
    pub(crate) fn of_new_interfaces(&self) -> Self {
        let name: &[u8] = if self.file.starts_with(b"neigh/") { b"lo" } else { b"default" };
        IfName::from_kernel(name).map_or_else(|| self.clone(), |name| self.of_interface(&name))
    }

    /// Whether it is not that of one link but of all: those of a link named `all` or `default` are.
    pub(crate) fn is_of_all_links(&self) -> bool {
        self.file.split(|byte| *byte == b'/').nth(1).is_some_and(|name| matches!(name, b"all" | b"default"))
    }

    fn of_group(group: &str, ifname: &IfName, file: &str) -> Self {
        Self { group: group.to_owned(), file: [b"conf/", ifname.as_bytes(), b"/", file.as_bytes()].concat() }
    }
}

/// Prints as sysctl(8) does: dots for the slashes of the path, slashes for its dots.
impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let swapped = |c| match c {
            '/' => '.',
            '.' => '/',
            c => c,
        };
        write!(f, "net.{}.{}", self.group, printable(&self.file).chars().map(swapped).collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_of_a_name_are_told_from_those_between() {
        let setting = Setting::ipv4(&IfName::new("eth0.100").unwrap(), "rp_filter");
        assert_eq!(setting.file, b"conf/eth0.100/rp_filter");
        assert_eq!(setting.to_string(), "net.ipv4.conf.eth0/100.rp_filter");
        let other = setting.of_interface(&IfName::new("lo").unwrap());
        assert_eq!(other.to_string(), "net.ipv4.conf.lo.rp_filter");
    }
}
