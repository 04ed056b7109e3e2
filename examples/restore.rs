//! A daemon that dies in the midst of its work, and its successor, which finds everything again.
//!
//! The predecessor is this program too, as a child process that is killed.

use std::process::{Child, Command, Stdio};

use netgraft::{InterfaceConfig, Link, Namespace, VethPeer};

const PIN: &str = "/run/netns/restore-example";
const JOURNAL: &str = "/run/restore-example";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if std::env::args().nth(1).is_some() {
        return predecessor();
    }
    let namespace = Namespace::create(PIN)?;
    let mut child = start_predecessor()?;
    child.kill()?;
    child.wait()?;

    // What was whole is on the list again, what was half done is undone: there is nothing in between.
    namespace.keep_journal(JOURNAL)?;
    let restored = namespace.restore()?;
    for interface in &restored.interfaces {
        println!("found {} as {}", interface.source_name(), interface.name());
    }
    for source in &restored.undone {
        println!("undone: the add of {source}");
    }
    for error in &restored.failed {
        println!("{error}");
    }

    for interface in namespace.interfaces()? {
        interface.remove()?;
    }
    namespace.destroy()?;
    std::fs::remove_dir_all(JOURNAL)?;
    Ok(())
}

/// Starts it, and waits until it has added an interface and is about to add more.
fn start_predecessor() -> std::io::Result<Child> {
    let mut child = Command::new(std::env::current_exe()?).arg("predecessor").stdout(Stdio::piped()).spawn()?;
    let mut line = String::new();
    if let Some(stdout) = child.stdout.take() {
        std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line)?;
    }
    Ok(child)
}

fn predecessor() -> Result<(), Box<dyn std::error::Error>> {
    let (host, namespace) = (Namespace::current()?, Namespace::open(PIN)?);
    namespace.keep_journal(JOURNAL)?;
    for number in 0.. {
        let peer = VethPeer::new(&host, format!("example{number}"));
        let config = InterfaceConfig::named(format!("eth{number}").parse()?);
        namespace.add_interface(Link::veth(peer)?, config)?;
        if number == 0 {
            println!("one is added");
        }
    }
    Ok(())
}
