//! Takes down what the running kernel answers, as inputs for the targets: fuzz/corpus/README.md.
//!
//! `capture KERNEL [SCENE…]` prints them, one a line: target, name and bytes in hexadecimal; of few scenes, and then little
//! of what does not depend on them, or of all. `capture --unpack` reads such lines and makes the files. Between the two
//! there may be a virtual machine that has only a console.

use std::collections::HashMap;
use std::fs;
use std::io::{self, BufRead};
use std::path::Path;
use std::process::Command;

use netgraft::testing::fuzz::capture::{self, LINK};
use netgraft::{Announce, InterfaceConfig, Link, Namespace};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// All scenes: moved, in place, and each kind that is made; then moved under a name that
/// the kernel completes, and with duplicate detection, running; made with a journal.
const SCENES: &[u8] = &[0, 1, 2, 3, 4, 5, 6, 16, 96, 8 + 5];
/// What `routing` can be asked for in either family; and if few are wanted.
const ROUTINGS: &[u8] = &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18];
const FEW_ROUTINGS: &[u8] = &[0, 7, 10, 11, 18];
/// How many messages of a kind are kept of a kernel.
const PIECES: usize = 8;

fn main() -> Result {
    capture::prepare();
    match &std::env::args().skip(1).collect::<Vec<_>>()[..] {
        [word] if word == "--unpack" => unpack(),
        [kernel] => capture(kernel, SCENES, ROUTINGS),
        [kernel, scenes @ ..] => {
            let scenes: std::result::Result<Vec<u8>, _> = scenes.iter().map(|scene| scene.parse()).collect();
            capture(kernel, &scenes?, FEW_ROUTINGS)
        }
        _ => Err("capture KERNEL [SCENE…] | capture --unpack".into()),
    }
}

fn unpack() -> Result {
    for line in io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        let ["input", target, name, hex] = words[..] else { continue };
        let bytes: std::result::Result<Vec<u8>, _> =
            (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16)).collect();
        let folder = Path::new("corpus").join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name), bytes?)?;
    }
    Ok(())
}

/// Prints inputs, each once.
struct Output<'a> {
    kernel: &'a str,
    seen: HashMap<&'static str, Vec<Vec<u8>>>,
}

impl Output<'_> {
    fn print(&self, target: &str, name: &str, input: &[u8]) {
        let hex: String = input.iter().map(|byte| format!("{byte:02x}")).collect();
        println!("input {target} linux-{}-{name} {hex}", self.kernel);
    }

    /// What is in an input, as far as it is like nothing before.
    fn print_pieces(&mut self, input: &[u8]) {
        for (target, piece) in capture::pieces(input) {
            let seen = self.seen.entry(target).or_default();
            // Of one length there is no need for several, nor of large ones for many.
            if seen.len() < PIECES && piece.len() < 4096 && seen.iter().all(|other| other.len() != piece.len()) {
                seen.push(piece.clone());
                let name = format!("{}", seen.len());
                self.print(target, &name, &piece);
            }
        }
    }
}

fn capture(kernel: &str, scenes: &[u8], routings: &[u8]) -> Result {
    let mut output = Output { kernel, seen: HashMap::new() };
    for scene in scenes.iter().copied() {
        with_world(scene & 7 == 1, |host, web| {
            let input = capture::interface(scene, host, web);
            output.print("interface", &scene.to_string(), &input);
            output.print_pieces(&input);
            Ok(())
        })?;
    }
    for stage in ["present", "adding", "removing", "undoing"] {
        for scene in scenes.iter().copied().filter(|scene| [0, 1, 5].contains(scene)) {
            with_world(scene == 1, |host, web| {
                let folder = std::env::temp_dir().join(format!("capture-{}-{scene}-{stage}", std::process::id()));
                let input = capture::restore(scene, stage, host, web, &folder)?;
                fs::remove_dir_all(folder)?;
                output.print("restore", &format!("{stage}-{scene}"), &input);
                output.print("journal", &format!("{stage}-{scene}"), &capture::entry(&input));
                Ok(())
            })?;
        }
    }
    for scene in 0..4 {
        with_listed(|web| {
            output.print("wait", &scene.to_string(), &capture::wait(scene, web));
            Ok(())
        })?;
    }
    with_listed(|web| {
        // What sets something comes before what finds it, or takes it away.
        for scene in routings.iter().flat_map(|scene| [*scene, scene | 0x80]) {
            let input = capture::routing(scene, web);
            output.print("routing", &scene.to_string(), &input);
            output.print_pieces(&input);
        }
        Ok(())
    })
}

/// The current namespace with a link and a bridge, and a new one; the link is in the latter where it is to stay in place.
fn with_world(in_place: bool, capture: impl FnOnce(&Namespace, &Namespace) -> Result) -> Result {
    let (host, web) = (Namespace::current()?, Namespace::create_anonymous()?);
    let make = || {
        ip("link add v0 type veth peer name x0");
        ip("link add br0 type bridge");
        ip("link set br0 up");
        ip("link set x0 master br0");
        ip("link set x0 up");
        ip("link set v0 alias away");
        ip("link set v0 addrgenmode none");
        ip("link property add dev v0 altname elsewhere");
        ip("addr add 10.9.0.1/24 brd + dev v0");
        ip("addr add 10.9.1.1 peer 10.9.1.2/32 dev v0");
        ip("addr add fd00:9::1/64 dev v0 nodad");
        ip("link set v0 up");
        ip("route add 198.51.100.0/24 via 10.9.0.9 dev v0");
        ip("route add 203.0.113.0/24 nexthop via 10.9.0.8 dev v0 nexthop via 10.9.0.9 dev v0");
        ip("route add 2001:db8:1::/48 via fd00:9::9 dev v0");
        ip("neigh add 10.9.0.9 lladdr 02:42:0a:09:00:09 dev v0");
    };
    if in_place {
        web.run(make)?
    } else {
        make()
    }
    if in_place {
        ip("link add br0 type bridge");
    }
    let result = capture(&host, &web);
    // What was in the other namespace is gone with it.
    drop(web);
    for link in ["v0", "br0"] {
        let _ = Command::new("ip").args(["link", "del", link]).output();
    }
    result
}

/// A namespace with an interface, v0 with the index 3, which was there before.
fn with_listed(capture: impl FnOnce(&Namespace) -> Result) -> Result {
    let web = Namespace::create_anonymous()?;
    web.run(|| {
        ip("link add v0 index 3 type veth peer name x0 index 4");
        ip("link add br0 type bridge");
        ip("link set br0 up");
        ip("link set x0 master br0");
        ip("link set x0 up");
    })?;
    let config = InterfaceConfig::keep_name()
        .address("10.0.0.2/24".parse()?)
        .address("fd00:1::2/64".parse()?)
        .route("0.0.0.0/0".parse()?)
        .route("::/0".parse()?)
        .announce(Announce::none());
    web.add_interface(Link::in_place(LINK)?, config)?;
    capture(&web)
}

/// What a kernel cannot do, it is not asked about.
fn ip(words: &str) {
    match Command::new("ip").args(words.split(' ')).output() {
        Ok(output) if output.status.success() => {}
        Ok(output) => eprintln!("ip {words}: {}", String::from_utf8_lossy(&output.stderr).trim()),
        Err(error) => eprintln!("ip: {error}"),
    }
}
