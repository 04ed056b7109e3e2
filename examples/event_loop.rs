//! A program with a loop of its own, which sends the announcements itself: no thread is started.

use std::io::Read;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use netgraft::announce::{next_deadline, send_due, set_own_loop};
use netgraft::{Announce, InterfaceConfig, Link, Namespace, VethPeer};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    set_own_loop(true);
    let host = Namespace::current()?;
    let web = Namespace::create_anonymous()?;
    web.add_interface(
        Link::veth(VethPeer::new(&host, "web0"))?,
        InterfaceConfig::named("eth0".parse()?)
            .address("10.0.0.2/24".parse()?)
            .announce(Announce::times(3)?.every(Duration::from_millis(100))?),
    )?;

    // Stands for whatever else the program listens to.
    let (mut events, _other_end) = UnixStream::pair()?;
    while let Some(deadline) = next_deadline() {
        let timeout = deadline.saturating_duration_since(Instant::now()).max(Duration::from_micros(1));
        events.set_read_timeout(Some(timeout))?;
        match events.read(&mut [0; 64]) {
            Ok(_) => println!("an event"),
            Err(_) => println!("time to announce"),
        }
        send_due(Instant::now());
    }
    println!("announced; threads: {}", std::fs::read_dir("/proc/self/task")?.count());
    Ok(())
}
