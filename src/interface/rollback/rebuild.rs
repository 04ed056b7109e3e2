//! Restores a link at home to its snapshot.

use crate::error::{ErrorKind, Result};
use crate::interface::rollback::addresses::{self, delete_where};
use crate::interface::rollback::attributes::differences;
use crate::interface::rollback::resend::replay;
use crate::interface::rollback::routes::replay_routes;
use crate::interface::rollback::{Problems, RollbackError, gone};
use crate::netns::NetNs;
use crate::ops;
use crate::record::snapshot::Snapshot;
use crate::types::{IfIndex, Prefix, Setting};
use crate::wire::address::AddressInfo;
use crate::wire::link;
use crate::wire::link::{LinkInfo, Port};
use crate::wire::{neighbour, next_hop};

/// How much of a snapshot is restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it, and nothing else stays: the undo of a failed add.
    Whole,
    /// Only what the link lost while it stayed at home.
    ///
    /// The link keeps its master, and what others gave to it.
    InPlace,
    /// All that can be restored: a removal. The rest is a warning.
    Removal,
}

/// Restores a link in its namespace, under its name, to its snapshot.
pub(crate) fn rebuild(
    netns: &NetNs,
    index: IfIndex,
    snapshot: &Snapshot,
    extent: Extent,
) -> std::result::Result<(), RollbackError> {
    let was = &snapshot.link;
    let had: Vec<Prefix> =
        snapshot.addresses.iter().filter_map(|body| Some(AddressInfo::parse(body)?.prefix)).collect();
    let place = format!("{} is in {netns}", was.name);
    let (mut problems, mut lost) = (Problems::default(), Problems::default());
    let is = match ops::link::get(netns, index) {
        Ok(is) => {
            // An earlier try may have left addresses, which do not get all of their routes when the link comes up.
            if was.is_up() && !is.is_up() && (extent == Extent::Whole || !had.is_empty()) {
                let comes_back = |address: Prefix| address.is_ipv6() && had.contains(&address);
                let is_to_go = |address| extent == Extent::Whole || comes_back(address);
                problems.note("addresses", delete_where(netns, index, is_to_go));
            }
            for (doing, request) in differences(&is, was) {
                log::debug!("put {doing} of {} in {netns} back", was.name);
                problems.note(doing, netns.change(&request));
            }
            write_ipv4_settings(netns, &is, was, &mut problems);
            Some(is)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(gone(was));
        }
        Err(error) => {
            problems.note("read it", Err(error));
            None
        }
    };
    if let Some(is) = &is {
        write_ipv6_settings(netns, is, snapshot, &mut lost);
    }
    write_settings(netns, &snapshot.settings, &mut problems);
    if let (Some(master), true) = (was.master, extent != Extent::InPlace) {
        let mut note = |doing: &str, result| note(extent, doing, result, &mut problems, &mut lost);
        join_master(netns, index, master, was.port.as_ref(), &mut note);
    }
    if is.is_none_or(|is| is.is_up() != was.is_up()) {
        problems.note("admin state", netns.change(&link::set_up(index, was.is_up())));
    }
    let replay_addresses = match extent {
        Extent::Whole | Extent::InPlace => addresses::replay_exactly,
        Extent::Removal => addresses::replay_detecting,
    };
    let mut note = |doing: &str, result| note(extent, doing, result, &mut problems, &mut lost);
    replay_all(netns, index, snapshot, replay_addresses, &mut note);
    if extent == Extent::Whole {
        problems.0.append(&mut lost.0);
        problems.note("addresses", delete_where(netns, index, |address| !had.contains(&address)));
    } else {
        // The link is home; losing these settings only warrants a warning.
        lost.0.iter().for_each(|problem| log::warn!("{place}, {problem}"));
    }
    let result = problems.into_result(place);
    // Somebody deleted the link meanwhile, which makes everything else fail.
    if result.is_err() && matches!(ops::link::find(netns, index), Ok(None)) { Err(gone(was)) } else { result }
}

/// Records the outcome of a step.
type Note<'a> = dyn FnMut(&str, Result<()>) + 'a;

/// Records a failure. A refusal by the kernel on a link that a removal brings home is a loss, and a warning; a request that
/// could not be made is a problem.
fn note(extent: Extent, doing: &str, result: Result<()>, problems: &mut Problems, lost: &mut Problems) {
    match &result {
        Err(error) if extent == Extent::Removal && !error.is_unasked() => lost.note(doing, result),
        _ => problems.note(doing, result),
    }
}

/// Makes a link a port of its master again, with its former port settings.
fn join_master(netns: &NetNs, index: IfIndex, master: IfIndex, port: Option<&Port>, note: &mut Note<'_>) {
    note("master", netns.change(&link::set_master(index, Some(master))));
    if let Some(port) = port {
        // The settings of some masters, such as VRFs, can only be read.
        let set = netns.change(&link::set_port(index, port));
        let fixed = set.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotSupported);
        note("port settings", if fixed { Ok(()) } else { set });
    }
}

/// Restores the IPv4 settings of a link. Some kernels (7.3, not yet 6.18) refuse values in a message that they accept in a
/// file, and then refuse all of the message.
fn write_ipv4_settings(netns: &NetNs, is: &LinkInfo, was: &LinkInfo, problems: &mut Problems) {
    let numbered = (1u16..).zip(was.inet.iter().zip(&is.inet));
    let differing = numbered.filter(|(number, (was, is))| was != is && link::is_inet_settable(*number));
    let differing: Vec<(u16, u32)> = differing.map(|(number, (was, _))| (number, *was)).collect();
    if differing.is_empty() {
        return;
    }
    log::debug!("put IPv4 settings of {} in {netns} back", was.name);
    let set = |settings: &[(u16, u32)]| netns.change(&link::set(is.index, &[link::inet_attribute(settings)]));
    let is_out_of_range = |result: &Result<()>| result.as_ref().is_err_and(|error| error.errno() == Some(libc::ERANGE));
    let all = set(&differing);
    if !is_out_of_range(&all) {
        return problems.note("IPv4 settings", all);
    }
    for (number, value) in differing {
        let mut written = set(&[(number, value)]);
        if let (true, Some(file)) = (is_out_of_range(&written), link::inet_file(number)) {
            let value = i32::from_ne_bytes(value.to_ne_bytes()).to_string();
            written = write_setting(netns, &Setting::ipv4(&was.name, file), value.as_bytes());
        }
        problems.note(format_args!("IPv4 setting {number}"), written);
    }
}

/// Restores the IPv6 settings of a link: after a move it has those of new links.
fn write_ipv6_settings(netns: &NetNs, is: &LinkInfo, snapshot: &Snapshot, problems: &mut Problems) {
    let was = &snapshot.link;
    let Some(had) = &was.inet6 else { return };
    // The MTU, once too small for IPv6, has been restored by now.
    let again = is.inet6.is_none().then(|| ops::link::get(netns, is.index).ok()).flatten();
    let has = again.as_ref().unwrap_or(is).inet6.as_ref();
    let mut differs = has.is_some_and(|has| (had.addr_gen_mode, had.token) != (has.addr_gen_mode, has.token));
    // Some address modes are refused without the secret, and one makes up another secret. Writing the secret sets a mode, too.
    for (setting, value) in snapshot.settings.iter().filter(|(setting, _)| has.is_some() && setting.is_stable_secret())
    {
        let written = ops::setting::write(netns, setting, value);
        differs |= matches!(written, Ok(true));
        problems.note(setting, written.map(|_| ()));
    }
    let generate = || match differs {
        true => netns.change(&link::set(is.index, &[link::inet6_attribute(had)])),
        false => Ok(()),
    };
    // A token is refused while router advertisements are; that may be before the files are written, or after.
    let generated = generate();
    if is.inet6.is_none() && has.is_some() {
        // A link that is up has an address from the kernel by now, in the mode of new links.
        problems.note("IPv6 addresses", delete_where(netns, is.index, |address| address.is_ipv6()));
    }
    for (file, value) in had.files_unlike(has) {
        let setting = Setting::ipv6(&was.name, file);
        let written = write_setting(netns, &setting, value.as_bytes());
        // This kernel lacks some of the settings.
        let missing = written.as_ref().is_err_and(|error| error.errno() == Some(libc::ENOENT));
        problems.note(&setting, if missing { Ok(()) } else { written });
    }
    problems.note("IPv6 address generation", generated.or_else(|_| generate()));
}

fn write_settings(netns: &NetNs, settings: &[(Setting, Vec<u8>)], problems: &mut Problems) {
    for (setting, value) in settings.iter().filter(|(setting, _)| !setting.is_stable_secret()) {
        problems.note(setting, write_setting(netns, setting, value));
    }
}

fn write_setting(netns: &NetNs, setting: &Setting, value: &[u8]) -> Result<()> {
    // A link with this name has no settings of its own.
    if setting.is_of_all_links() {
        return Ok(());
    }
    match ops::setting::write(netns, setting, value) {
        // Without /proc, there are no such settings.
        Err(error) if error.kind() == ErrorKind::NotSupported => Ok(()),
        written => written.map(|_| ()),
    }
}

/// Sends the bodies that describe addresses, routes and neighbours of a link back.
fn replay_all(
    netns: &NetNs,
    index: IfIndex,
    snapshot: &Snapshot,
    replay_addresses: fn(&NetNs, IfIndex, &[Vec<u8>]) -> Result<()>,
    note: &mut Note<'_>,
) {
    note("addresses", replay_addresses(netns, index, &snapshot.addresses));
    let next_hops = snapshot.next_hops.iter().map(|body| next_hop::replay(body, index)).collect();
    note("next-hop objects", replay(netns, next_hops));
    note("routes", replay_routes(netns, snapshot.link.index, index, &snapshot.routes));
    let neighbours = snapshot.neighbours.iter().map(|body| neighbour::replay(body, index)).collect();
    note("neighbours", replay(netns, neighbours));
}
