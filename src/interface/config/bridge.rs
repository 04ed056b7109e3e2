use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};
use crate::interface::config::kind::Kind;
use crate::types::IfIndex;
use crate::wire::attribute::{Attribute, bytes, number};

const IFLA_BR_FORWARD_DELAY: u16 = 1;
const IFLA_BR_AGEING_TIME: u16 = 4;
const IFLA_BR_STP_STATE: u16 = 5;
const IFLA_BR_VLAN_FILTERING: u16 = 7;
const IFLA_BR_MCAST_SNOOPING: u16 = 23;

/// What the kernel counts a bridge's times in (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);
/// What a bridge that takes part in a spanning tree can have for a forward delay (IEEE 802.1D-1998 §8.10.2).
const FORWARD_DELAY_MIN: Duration = Duration::from_secs(2);
const FORWARD_DELAY_MAX: Duration = Duration::from_secs(30);
/// The longest ageing time (the same, §7.9.2).
const AGEING_MAX: Duration = Duration::from_secs(1_000_000);

/// What a new bridge is told; what it is not told is as the kernel has it.
///
/// ```
/// use std::time::Duration;
/// use netgraft::{Bridge, Link};
///
/// let bridge = Bridge::new().stp(true).forward_delay(Duration::from_secs(2)).ageing(Duration::from_secs(60));
/// let link = Link::bridge_with("br0", bridge)?;
/// # Ok::<(), netgraft::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct Bridge {
    stp: Option<bool>,
    forward_delay: Option<Duration>,
    ageing: Option<Duration>,
    vlan_filtering: Option<bool>,
    multicast_snooping: Option<bool>,
}

impl Bridge {
    /// Describes a bridge as the kernel makes bridges.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets whether the bridge takes part in a spanning tree (IEEE 802.1D).
    ///
    /// The kernel's default: no.
    #[doc(alias = "IFLA_BR_STP_STATE")]
    pub fn stp(mut self, on: bool) -> Self {
        self.stp = Some(on);
        self
    }

    /// Sets how long a new port listens, and then learns, before the port forwards.
    ///
    /// With a spanning tree: 2 s to 30 s. Without one, 0 is possible too. A multiple of 10 ms. The kernel's default:
    /// 15 s.
    #[doc(alias = "IFLA_BR_FORWARD_DELAY")]
    pub fn forward_delay(mut self, delay: Duration) -> Self {
        self.forward_delay = Some(delay);
        self
    }

    /// Sets how long the bridge remembers where a MAC is.
    ///
    /// With 0, the bridge remembers nothing and sends everything everywhere. At most 1,000,000 s, a multiple of 10 ms.
    /// The kernel's default: 300 s.
    #[doc(alias = "IFLA_BR_AGEING_TIME")]
    pub fn ageing(mut self, time: Duration) -> Self {
        self.ageing = Some(time);
        self
    }

    /// Sets whether the bridge keeps VLANs apart (`CONFIG_BRIDGE_VLAN_FILTERING`).
    ///
    /// The kernel's default: no.
    #[doc(alias = "IFLA_BR_VLAN_FILTERING")]
    pub fn vlan_filtering(mut self, on: bool) -> Self {
        self.vlan_filtering = Some(on);
        self
    }

    /// Sets whether the bridge learns which ports want which multicast.
    ///
    /// Needs `CONFIG_BRIDGE_IGMP_SNOOPING`. The kernel's default: yes.
    #[doc(alias = "IFLA_BR_MCAST_SNOOPING")]
    pub fn multicast_snooping(mut self, on: bool) -> Self {
        self.multicast_snooping = Some(on);
        self
    }

    fn forward_delay_ticks(&self) -> Result<Option<u32>> {
        self.forward_delay.map(|delay| ticks("forward delay", delay, FORWARD_DELAY_MAX)).transpose()
    }

    fn ageing_ticks(&self) -> Result<Option<u32>> {
        self.ageing.map(|time| ticks("ageing time", time, AGEING_MAX)).transpose()
    }
}

impl Kind for Bridge {
    fn name(&self) -> &'static str {
        "bridge"
    }

    fn build_option(&self) -> &'static str {
        "BRIDGE"
    }

    fn data(&self, _: Option<IfIndex>, _: Option<Vec<u8>>) -> Vec<Attribute> {
        let flag = |kind, on: bool| bytes(kind, &[on.into()]);
        let mut data = Vec::new();
        let (delay, ageing) = (self.forward_delay_ticks(), self.ageing_ticks());
        data.extend(delay.ok().flatten().map(|ticks| number(IFLA_BR_FORWARD_DELAY, ticks)));
        data.extend(ageing.ok().flatten().map(|ticks| number(IFLA_BR_AGEING_TIME, ticks)));
        data.extend(self.stp.map(|on| number(IFLA_BR_STP_STATE, on.into())));
        data.extend(self.vlan_filtering.map(|on| flag(IFLA_BR_VLAN_FILTERING, on)));
        data.extend(self.multicast_snooping.map(|on| flag(IFLA_BR_MCAST_SNOOPING, on)));
        data
    }

    fn details(&self) -> String {
        String::new()
    }

    fn check(&self) -> Result<()> {
        self.forward_delay_ticks().and(self.ageing_ticks()).map(drop)
    }

    fn check_whole(&self) -> Result<()> {
        // The kernel would silently take another delay.
        match self.forward_delay {
            Some(delay) if self.stp == Some(true) && delay < FORWARD_DELAY_MIN => {
                let message = format!("a forward delay of {delay:?} is too short for a spanning tree (2 s)");
                Err(Error::new(ErrorKind::InvalidArgument, message))
            }
            _ => Ok(()),
        }
    }

    fn follows_ports(&self) -> bool {
        true
    }

    fn lacking(&self, refusal: &Error) -> String {
        // What the kernel says of an unknown kind, it says of no other lack.
        match (self.vlan_filtering, self.multicast_snooping) {
            (Some(true), _) if refusal.ext_ack().is_none() => {
                "this kernel's bridges filter no VLANs (CONFIG_BRIDGE_VLAN_FILTERING)".to_owned()
            }
            (_, Some(true)) if refusal.ext_ack().is_none() => {
                "this kernel's bridges do not snoop multicast (CONFIG_BRIDGE_IGMP_SNOOPING)".to_owned()
            }
            _ => "this kernel has no such links (CONFIG_BRIDGE)".to_owned(),
        }
    }
}

/// A time in the kernel's unit.
fn ticks(what: &str, time: Duration, max: Duration) -> Result<u32> {
    if time > max {
        let message = format!("{what} {time:?} of a bridge: at most {max:?} are possible");
        return Err(Error::new(ErrorKind::InvalidArgument, message));
    }
    let ticks = time.as_millis() / TICK.as_millis();
    match u32::try_from(ticks) {
        Ok(ticks) if TICK * ticks == time => Ok(ticks),
        _ => {
            let message = format!("{what} {time:?} of a bridge is not a multiple of {TICK:?}");
            Err(Error::new(ErrorKind::InvalidArgument, message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_times_cannot_be_given() {
        let bridge = Bridge::new();
        for (millis, possible) in [(0, true), (15, false), (2000, true), (30_000, true), (30_010, false)] {
            let checked = bridge.forward_delay(Duration::from_millis(millis)).check();
            assert_eq!(checked.is_ok(), possible, "{millis} ms");
        }
        assert_eq!(bridge.ageing(AGEING_MAX).ageing_ticks().unwrap(), Some(100_000_000));
        for time in [AGEING_MAX + TICK, Duration::from_nanos(1), Duration::MAX] {
            assert!(bridge.ageing(time).check().is_err(), "{time:?}");
        }
    }

    #[test]
    fn a_spanning_tree_takes_its_time() {
        let short = Bridge::new().forward_delay(Duration::from_secs(1));
        assert!(short.check_whole().is_ok() && short.stp(false).check_whole().is_ok());
        assert_eq!(short.stp(true).check_whole().unwrap_err().kind(), ErrorKind::InvalidArgument);
    }
}
