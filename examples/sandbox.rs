//! A namespace with a network of its own behind a bridge, a gateway, and a program in it: `sandbox COMMAND…`.

use std::process::Command;

use netgraft::{Gateway, InterfaceConfig, Link, Namespace, VethPeer};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<_> = std::env::args_os().skip(1).collect();
    let (program, arguments) = words.split_first().ok_or("sandbox COMMAND…")?;

    let host = Namespace::current()?;
    let bridge = host.add_interface(
        Link::bridge("sandbox")?,
        InterfaceConfig::default().address("10.88.0.1/24".parse()?).address("fd88::1/64".parse()?),
    )?;

    // No path: the sandbox ends with this process, and the links in it do.
    let sandbox = Namespace::create_anonymous()?;
    let eth0 = sandbox.add_interface(
        Link::veth(VethPeer::new(&host, "sandbox0").bridge("sandbox"))?,
        InterfaceConfig::named("eth0".parse()?).address("10.88.0.2/24".parse()?).address("fd88::2/64".parse()?),
    )?;
    for gateway in ["10.88.0.1", "fd88::1"] {
        sandbox.set_gateway(Gateway::new(gateway.parse::<std::net::IpAddr>()?))?;
    }

    // A child of a thread that is inside is inside.
    let status = sandbox.run(|| Command::new(program).args(arguments).status())??;

    println!("{} has sent {} packets", eth0.name(), eth0.statistics()?.tx_packets);
    eth0.remove()?;
    bridge.remove()?;
    std::process::exit(status.code().unwrap_or(1))
}
