//! What the kernel has, in the words of the model.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use netgraft::{Namespace, Route};
use serde_json::{Deserializer, Value};

use super::common::inside;

/// Links but `lo` with their addresses, routes but the kernel's own, permanent neighbours.
pub(crate) fn seen(namespace: &Namespace) -> BTreeSet<String> {
    let output = inside(namespace, || {
        let mut ip = Command::new("ip");
        let mut ip = ip.args(["-j", "-batch", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let script = "addr show\nroute show table all\nneigh show nud permanent\n";
        ip.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
        ip.wait_with_output().unwrap()
    });
    assert!(output.status.success(), "{output:?}");
    let lists = Deserializer::from_slice(&output.stdout).into_iter::<Vec<Value>>();
    lists.flat_map(Result::unwrap).filter_map(|entry| shown(&entry)).collect()
}

fn shown(entry: &Value) -> Option<String> {
    let text = |key: &str| entry[key].as_str();
    if let Some(name) = text("ifname") {
        let addresses = entry["addr_info"].as_array().unwrap().iter().filter(|address| address["scope"] == "global");
        let addresses = addresses.map(|a| format!(" {}/{}", a["local"].as_str().unwrap(), a["prefixlen"]));
        return (name != "lo").then(|| format!("link {name}{}", addresses.collect::<String>()));
    }
    let to = text("dst").unwrap();
    let dev = |of: &Value| format!(" dev {}", of["dev"].as_str().unwrap());
    if let Some(mac) = text("lladdr") {
        return Some(format!("neigh {to} {mac}{}", dev(entry)));
    }
    if text("protocol") == Some("kernel") {
        return None;
    }
    let ours = text("protocol") == Some(&Route::PROTOCOL.to_string());
    let stranger = if ours { "" } else { "strange " };
    // The kernel gives those of IPv6 a metric.
    let family = if entry["metric"].is_null() { "IPv4" } else { "IPv6" };
    let to = if to == "default" { format!("{family} default") } else { to.to_owned() };
    let hop = |hop: &Value| {
        let via = hop["gateway"].as_str().map_or_else(String::new, |gateway| format!(" via {gateway}"));
        via + &dev(hop)
    };
    let hops = entry["nexthops"].as_array().map_or_else(|| hop(entry), |hops| hops.iter().map(hop).collect());
    Some(format!("{stranger}route {to}{hops}"))
}
