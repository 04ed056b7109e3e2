//! The plugins that the program can act as.

/// What the program can be called as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plugin {
    Bridge,
    Ptp,
    Macvlan,
    Ipvlan,
    Vlan,
    HostDevice,
}

const PLUGINS: [(Plugin, &str); 6] = [
    (Plugin::Bridge, "bridge"),
    (Plugin::Ptp, "ptp"),
    (Plugin::Macvlan, "macvlan"),
    (Plugin::Ipvlan, "ipvlan"),
    (Plugin::Vlan, "vlan"),
    (Plugin::HostDevice, "host-device"),
];

impl Plugin {
    /// The plugin of a program's name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let name = name.strip_prefix("netgraft-").unwrap_or(name);
        PLUGINS.iter().find(|(_, known)| *known == name).map(|(plugin, _)| *plugin)
    }

    pub(crate) fn names() -> impl Iterator<Item = String> {
        PLUGINS.iter().map(|(_, name)| format!("netgraft-{name}"))
    }
}
