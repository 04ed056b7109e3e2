//! The README's example: `veth1a2b` of the host goes into a new namespace and comes back.

use netgraft::{InterfaceConfig, Link, NamePrefix, Namespace};

fn main() -> netgraft::Result<()> {
    let host = Namespace::current()?;
    let link = Link::existing(&host, "veth1a2b")?;
    let config = InterfaceConfig::prefix(NamePrefix::new("eth")?)
        .mac("02:42:0a:00:00:02".parse()?)
        .address("10.0.0.2/24".parse()?)
        .address("fd00:1::2/64".parse()?)
        .sysctl("net.ipv4.conf.IFNAME.rp_filter=2".parse()?);

    let web = Namespace::create("/run/netns/web")?;
    // A failed add leaves the link as it was. The namespace goes, too.
    let eth0 = web.add_interface(link, config).inspect_err(|_| drop(web.destroy()))?;
    println!("{} has sent {} bytes", eth0.name(), eth0.statistics()?.tx_bytes);

    eth0.remove()?; // veth1a2b is back, as it was
    web.destroy()
}
