//! Inputs from a real kernel: what it answers while the operations that are fuzzed are carried out.

use std::fs;
use std::path::Path;

use crate::error::Result;
use crate::journal::{Entry, Journal, seal};
use crate::namespace::Namespace;
use crate::testing::fuzz::scene::{SOURCE, Scene};
use crate::testing::fuzz::script::input;
use crate::testing::fuzz::{operations, script};
pub use crate::testing::recording::prepare;
use crate::testing::recording::record;
use crate::testing::scripted_peer::Step;
use crate::wire::address::RTM_NEWADDR;
use crate::wire::link::{LinkInfo, RTM_NEWLINK};
use crate::wire::message::messages;
use crate::wire::neighbour::RTM_NEWNEIGH;
use crate::wire::next_hop::RTM_NEWNEXTHOP;
use crate::wire::route::RTM_NEWROUTE;

/// Returns the input for `interface` that plays what happens in these namespaces.
pub fn interface(scene: u8, host: &Namespace, web: &Namespace) -> Vec<u8> {
    let acts = record(|| {
        if let Ok(interface) = Scene::new(scene).add(host, web) {
            let _ = operations::live(&interface);
        }
    });
    input(scene, &acts)
}

/// Returns the input for `wait`. There is a link with the index 3.
pub fn wait(scene: u8, web: &Namespace) -> Vec<u8> {
    input(scene, &record(|| operations::wait_in(scene, web)))
}

/// Returns the input for `routing`.
///
/// There is an interface, with source name and name v0 and the index 3.
pub fn routing(scene: u8, web: &Namespace) -> Vec<u8> {
    input(scene, &record(|| operations::route_in(scene, web)))
}

/// Returns the input for `restore` after an add whose journal then said that it was at some stage.
///
/// The host is the current namespace, so that it is found again.
pub fn restore(scene: u8, stage: &str, host: &Namespace, web: &Namespace, folder: &Path) -> Result<Vec<u8>> {
    web.keep_journal(folder)?;
    Scene::new(scene).add(host, web)?;
    let files = Journal::open(folder)?.files_of(web.id())?;
    let text = fs::read_to_string(&files[0])?;
    let text: String = text
        .lines()
        .filter(|line| !line.starts_with("end ") && (stage == "present" || !line.starts_with("is ")))
        .map(|line| if line.starts_with("stage ") { format!("stage {stage}\n") } else { format!("{line}\n") })
        .collect();
    fs::write(&files[0], seal(&text))?;
    Entry::parse(&seal(&text))?;
    // A process of its own would know nothing of it.
    let again = Namespace::from_fd(web.try_clone_fd()?)?;
    let acts = record(|| operations::restore_in(&again, folder));
    let on_stage = text.replace(&host.id().to_string(), "cookie:2").replace(&web.id().to_string(), "cookie:1");
    let [scene, played @ ..] = &input(scene, &acts)[..] else { unreachable!() };
    Ok([&[*scene][..], &(on_stage.len() as u16).to_ne_bytes(), on_stage.as_bytes(), played].concat())
}

/// Returns the entry in an input for `restore`.
pub fn entry(input: &[u8]) -> Vec<u8> {
    let length = u16::from_ne_bytes([input[1], input[2]]);
    input[3..3 + usize::from(length)].to_vec()
}

/// Splits an input for `interface`, `wait` or `routing` into inputs for the targets named.
pub fn pieces(input: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut pieces = Vec::new();
    for act in script::acts(&input[1..]) {
        let Step::Bytes(datagram) = act else { continue };
        for message in messages(&datagram) {
            let whole = || datagram.clone();
            let body = || message.payload.to_vec();
            match message.kind {
                RTM_NEWLINK => {
                    pieces.push(("link", body()));
                    let port = LinkInfo::parse(message.payload).and_then(|link| link.port);
                    pieces.extend(port.filter(|port| port.is_bridged()).map(|port| ("bridge_port", port.data)));
                }
                RTM_NEWADDR => pieces.push(("address", body())),
                RTM_NEWROUTE => pieces.push(("route", body())),
                RTM_NEWNEIGH => pieces.push(("neighbour", body())),
                RTM_NEWNEXTHOP => pieces.push(("next_hop", body())),
                _ => pieces.push(("acks", whole())),
            }
        }
        pieces.push(("framing", datagram));
    }
    pieces
}

/// What the interface is called before it is added.
pub const LINK: &str = SOURCE;
