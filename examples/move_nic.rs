//! Moves a network card into a namespace, with an address, and back: `move_nic CARD NAMESPACE ADDRESS/LENGTH`.
//!
//! For example `move_nic eth1 /run/netns/web 10.0.0.2/24`; the namespace has to be there (`ip netns add web`).

use netgraft::{InterfaceConfig, Link, NamePrefix, Namespace};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [card, namespace, address] = &arguments[..] else {
        return Err("move_nic CARD NAMESPACE ADDRESS/LENGTH".into());
    };
    let host = Namespace::current()?;
    let web = Namespace::open(namespace)?;

    // Whatever goes wrong in here, the card is where and what it was before.
    let config = InterfaceConfig::prefix(NamePrefix::new("eth")?).address(address.parse()?);
    let interface = web.add_interface(Link::existing(&host, card)?, config)?;
    println!("{card} is {} in {web}: {:?}", interface.name(), interface.state()?.addresses);

    interface.remove()?;
    println!("{card} is back");
    Ok(())
}
