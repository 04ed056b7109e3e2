//! Many interfaces at once, all or nothing: `many [HOW-MANY]` in a sandbox, each with its other end in one bridge.

use std::time::Instant;

use netgraft::{Announce, InterfaceConfig, Link, NamePrefix, Namespace, Prefix, VethPeer};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: u8 = std::env::args().nth(1).map_or(Ok(100), |word| word.parse())?;

    let host = Namespace::current()?;
    let bridge = host.add_interface(Link::bridge("many")?, InterfaceConfig::default())?;
    let sandbox = Namespace::create_anonymous()?;

    let mut list = Vec::new();
    for number in 0..count {
        let peer = VethPeer::new(&host, format!("many{number}")).bridge("many");
        let config = InterfaceConfig::prefix(NamePrefix::new("eth")?)
            .address(Prefix::new([10, 77, number, 2], 24)?.into())
            .announce(Announce::none());
        list.push((Link::veth(peer)?, config));
    }
    let start = Instant::now();
    let interfaces = sandbox.add_interfaces(list)?;
    let last = interfaces.last().map(|interface| interface.name().to_string());
    println!("{} interfaces, the last is {}, in {:?}", interfaces.len(), last.unwrap_or_default(), start.elapsed());

    let start = Instant::now();
    sandbox.remove_all()?;
    println!("removed in {:?}", start.elapsed());
    bridge.remove()?;
    Ok(())
}
