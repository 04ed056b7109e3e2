//! What `stats` prints.

use std::fmt;

use netgraft::Statistics;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct StatisticsReport {
    rx_bytes: u64,
    rx_packets: u64,
    rx_errors: u64,
    rx_dropped: u64,
    tx_bytes: u64,
    tx_packets: u64,
    tx_errors: u64,
    tx_dropped: u64,
    multicast: u64,
}

impl From<Statistics> for StatisticsReport {
    fn from(from: Statistics) -> Self {
        Self {
            rx_bytes: from.rx_bytes,
            rx_packets: from.rx_packets,
            rx_errors: from.rx_errors,
            rx_dropped: from.rx_dropped,
            tx_bytes: from.tx_bytes,
            tx_packets: from.tx_packets,
            tx_errors: from.tx_errors,
            tx_dropped: from.tx_dropped,
            multicast: from.multicast,
        }
    }
}

impl fmt::Display for StatisticsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "     {:>15} {:>12} {:>10} {:>10} {:>10}", "bytes", "packets", "errors", "dropped", "multicast")?;
        writeln!(
            f,
            "rx   {:>15} {:>12} {:>10} {:>10} {:>10}",
            self.rx_bytes, self.rx_packets, self.rx_errors, self.rx_dropped, self.multicast
        )?;
        writeln!(f, "tx   {:>15} {:>12} {:>10} {:>10}", self.tx_bytes, self.tx_packets, self.tx_errors, self.tx_dropped)
    }
}
