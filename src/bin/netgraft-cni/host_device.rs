//! The plugin host-device: a link of the host goes into the container and comes home with DEL, as it was.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use netgraft::{Announce, IfName, Interface, InterfaceConfig, Link as LibraryLink, MacAddr, Namespace};

use crate::attachment::Attachment;
use crate::config::Config;
use crate::error::{Context, Error, Result, code, invalid};
use crate::link::{Kernel, Link};
use crate::parent;
use crate::place::{Attach, Place, open};
use crate::result::CniResult;
use crate::undo::Undo;

/// Folders below this, one for each attachment, have the library's journal of its device.
const STATE: &str = "/run/netgraft-cni";
/// The file beside the journal that has the path of the container's namespace.
const NETNS: &str = "netns";
const SYSFS: &str = "/sys/devices/";

/// How the configuration names the device.
#[derive(Debug)]
pub(crate) struct HostDeviceOptions {
    selector: Selector,
}

#[derive(Debug)]
enum Selector {
    Name(String),
    Mac(MacAddr),
    Path(PathBuf),
    Pci(String),
}

impl HostDeviceOptions {
    pub(crate) fn read(config: &Config<'_>) -> Result<Self> {
        let keys = &config.keys;
        let (name, mac) = (keys.text("device")?, keys.parse("hwaddr")?);
        let (path, pci) = (keys.text("kernelpath")?, keys.text("pciBusID")?);
        let pci = config.device_id()?.or(pci);
        let selector = match (name, mac, path, pci) {
            (Some(name), ..) => Selector::Name(name.to_owned()),
            (_, Some(mac), ..) => Selector::Mac(mac),
            (.., Some(path), _) => Selector::Path(sysfs_path(path)?),
            (.., Some(pci)) => Selector::Pci(pci_address(pci)?),
            (None, None, None, None) => {
                return Err(invalid("the device is missing: device, hwaddr, kernelpath or pciBusID names it"));
            }
        };
        if config.mac.is_some() && keys.is_strict() {
            return Err(invalid("a device of the host keeps its MAC: none can be asked for"));
        }
        Ok(Self { selector })
    }

    fn find(&self) -> Result<Link> {
        let mut host = Kernel::host()?;
        match &self.selector {
            Selector::Name(name) => host.link(name)?.ok_or_else(|| missing(&format!("named {name}"))),
            Selector::Mac(mac) => {
                let mut with_mac = host.links()?.into_iter().filter(|link| link.mac == Some(*mac));
                match (with_mac.next(), with_mac.next()) {
                    (Some(link), None) => Ok(link),
                    (Some(one), Some(other)) => {
                        let message = format!("{} and {} have the MAC {mac}", one.name, other.name);
                        Err(Error::new(code::FAILED, message))
                    }
                    (None, _) => Err(missing(&format!("with the MAC {mac}"))),
                }
            }
            Selector::Path(path) => named_in(&mut host, &links_below(path)?, &format!("at {}", path.display())),
            Selector::Pci(address) => {
                let device = Path::new("/sys/bus/pci/devices").join(address);
                named_in(&mut host, &links_below(&device)?, &format!("with the PCI address {address}"))
            }
        }
    }
}

fn missing(which: &str) -> Error {
    Error::new(code::FAILED, format!("there is no link {which} in the host"))
}

fn sysfs_path(path: &str) -> Result<PathBuf> {
    match path.starts_with(SYSFS) && !path.contains("/../") {
        true => Ok(PathBuf::from(path)),
        false => Err(invalid(format!("kernelpath {path:?} does not begin with {SYSFS}"))),
    }
}

fn pci_address(address: &str) -> Result<String> {
    match address.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')) && address.contains(':') {
        true => Ok(address.to_owned()),
        false => Err(invalid(format!("{address:?} is not a PCI address"))),
    }
}

/// The names of the links of a device, or of the virtio devices below.
fn links_below(device: &Path) -> Result<Vec<String>> {
    // The path may be the link's own.
    if device.parent().is_some_and(|parent| parent.ends_with("net")) && device.is_dir() {
        return Ok(device.file_name().map(|name| name.to_string_lossy().into_owned()).into_iter().collect());
    }
    let mut names = names(&device.join("net"))?;
    for below in self::names(device)?.into_iter().filter(|name| name.starts_with("virtio")) {
        names.extend(self::names(&device.join(below).join("net"))?);
    }
    Ok(names)
}

/// The names in a folder; none where there is no such folder.
fn names(folder: &Path) -> Result<Vec<String>> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).doing(format!("read {}", folder.display())),
    }
}

fn named_in(host: &mut Kernel, names: &[String], which: &str) -> Result<Link> {
    match names {
        [] => Err(missing(which)),
        [name] => host.link(name)?.ok_or_else(|| missing(which)),
        several => Err(Error::new(code::FAILED, format!("several links are {which}: {}", several.join(", ")))),
    }
}

impl Attach for HostDeviceOptions {
    fn foresee(&self, _: &Place<'_, '_>) -> Result<()> {
        let link = self.find()?;
        if link.name == "lo" {
            return Err(invalid("lo cannot leave its namespace"));
        }
        Ok(())
    }

    fn attach(&self, place: &Place<'_, '_>, given: CniResult, undo: &mut Undo) -> Result<CniResult> {
        let device = self.find()?;
        let state = State::of(&place.attachment);
        state.create(place.config.call.netns.as_deref().unwrap_or_default())?;
        let folder = state.clone();
        undo.push(move || folder.remove().map_err(|error| error.to_string()));
        place.pod.keep_journal(&state.folder)?;
        let mut config = InterfaceConfig::named(IfName::new(&place.attachment.ifname)?);
        config = config.clash_check(false).announce(Announce::times(1)?);
        config = given.ips.iter().fold(config, |config, ip| config.address(ip.address.into()));
        let interface = place.pod.add_interface(LibraryLink::existing(&place.host, &device.name)?, config)?;
        undo.push(move || interface.remove().map_err(|error| error.to_string()));
        parent::finish(place, given)
    }
}

/// What is kept of one attachment.
#[derive(Clone, Debug)]
struct State {
    folder: PathBuf,
}

impl State {
    fn of(attachment: &Attachment) -> Self {
        let Attachment { network, container, ifname } = attachment;
        Self { folder: [STATE, network, container, ifname].iter().collect() }
    }

    fn create(&self, netns: &str) -> Result<()> {
        let create = || {
            // The library takes no journal that others could read.
            fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
            fs::write(self.folder.join(NETNS), netns)
        };
        create().doing(format!("write {}", self.folder.display()))
    }

    fn exists(&self) -> bool {
        self.folder.is_dir()
    }

    /// Removes the folder, and those above that are empty then.
    fn remove(&self) -> Result<()> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).doing(format!("remove {}", self.folder.display()));
            }
            _ => {}
        }
        for folder in self.folder.ancestors().skip(1).take(2) {
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
        Ok(())
    }

    /// Brings the device home, and forgets about it.
    fn bring_home(&self, netns: Option<&str>) -> Result<()> {
        let recorded = fs::read_to_string(self.folder.join(NETNS)).ok();
        let paths = netns.into_iter().chain(recorded.as_deref());
        let namespaces: Vec<Namespace> = paths.filter_map(|path| open(path).ok()).collect();
        for pod in namespaces {
            pod.keep_journal(&self.folder)?;
            pod.restore()?;
            pod.interfaces()?.iter().try_for_each(Interface::remove)?;
        }
        self.remove()
    }
}

pub(crate) fn delete(config: &Config<'_>) -> Result<()> {
    let state = State::of(&config.call.attachment());
    if state.exists() {
        return state.bring_home(config.call.netns.as_deref());
    }
    Ok(())
}

/// Brings the devices of attachments home that are no more.
pub(crate) fn collect(network: &str, is_stale: impl Fn(&Attachment) -> bool) -> Result<()> {
    let network_folder = Path::new(STATE).join(network);
    for container in names(&network_folder)? {
        for ifname in names(&network_folder.join(&container))? {
            let attachment = Attachment { network: network.to_owned(), container: container.clone(), ifname };
            if is_stale(&attachment) {
                State::of(&attachment).bring_home(None)?;
            }
        }
    }
    Ok(())
}
