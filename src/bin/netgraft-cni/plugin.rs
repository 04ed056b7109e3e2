//! What is the same for all plugins: the order of things.

use std::cell::{RefCell, RefMut};
use std::path::Path;

use netgraft::{ErrorKind, Namespace};

use crate::attachment::Attachment;
use crate::config::Config;
use crate::error::{Error, Result, code, invalid};
use crate::ipam::{Ipam, Started};
use crate::link::Kernel;
use crate::protocol::{Call, Command};
use crate::result::CniResult;
use crate::undo::Undo;
use crate::{bridge, check, gc, host_device, ipvlan, macvlan, ptp, status, veth, vlan};

/// What the program can be called as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plugin {
    Bridge,
    Ptp,
    Macvlan,
    Ipvlan,
    Vlan,
    HostDevice,
}

const PLUGINS: [(Plugin, &str); 6] = [
    (Plugin::Bridge, "bridge"),
    (Plugin::Ptp, "ptp"),
    (Plugin::Macvlan, "macvlan"),
    (Plugin::Ipvlan, "ipvlan"),
    (Plugin::Vlan, "vlan"),
    (Plugin::HostDevice, "host-device"),
];

/// What came of a command.
pub(crate) enum Done<'a> {
    Nothing,
    Added(CniResult, Added<'a>),
}

/// How to take back an ADD that was carried out.
pub(crate) struct Added<'a> {
    undo: Undo,
    ipam: Option<Ipam<'a>>,
}

impl Added<'_> {
    /// Takes the ADD back because of an error, and returns that.
    pub(crate) fn take_back(self, error: Error) -> Error {
        let error = self.undo.take_back().into_iter().fold(error, Error::and);
        self.ipam.iter().fold(error, |error, ipam| ipam.give_back(error))
    }
}

/// Where an ADD happens.
pub(crate) struct Place<'a, 'c> {
    pub(crate) config: &'a Config<'c>,
    pub(crate) host: Namespace,
    pub(crate) pod: Namespace,
    pub(crate) attachment: Attachment,
    host_kernel: RefCell<Kernel>,
    pod_kernel: RefCell<Kernel>,
}

impl Place<'_, '_> {
    /// The socket for the host. One is borrowed at a time.
    pub(crate) fn host_kernel(&self) -> RefMut<'_, Kernel> {
        self.host_kernel.borrow_mut()
    }

    /// The socket for the container.
    pub(crate) fn pod_kernel(&self) -> RefMut<'_, Kernel> {
        self.pod_kernel.borrow_mut()
    }
}

/// What a plugin does for an ADD once its configuration is read.
pub(crate) trait Attach {
    /// Refuses what can be foreseen, before the IPAM plugin is asked.
    fn foresee(&self, _: &Place<'_, '_>) -> Result<()> {
        Ok(())
    }

    /// Whether the configuration takes addresses.
    fn needs_addresses(&self) -> bool {
        false
    }

    /// Adds the interface with what the IPAM plugin gave.
    fn attach(&self, place: &Place<'_, '_>, given: CniResult, undo: &mut Undo) -> Result<CniResult>;
}

impl Plugin {
    /// The plugin of a program's name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let name = name.strip_prefix("netgraft-").unwrap_or(name);
        PLUGINS.iter().find(|(_, known)| *known == name).map(|(plugin, _)| *plugin)
    }

    pub(crate) fn names() -> impl Iterator<Item = String> {
        PLUGINS.iter().map(|(_, name)| format!("netgraft-{name}"))
    }

    pub(crate) fn carry_out(self, call: &Call) -> Result<Done<'_>> {
        match call.command {
            Command::Add => return self.add(call),
            Command::Del => self.delete(call)?,
            Command::Check => self.check(call)?,
            Command::Status => self.status(call)?,
            Command::Gc => gc::collect(self, call)?,
        }
        Ok(Done::Nothing)
    }

    /// Reads the keys of this plugin, and refuses what is wrong about them.
    pub(crate) fn read(self, config: &Config<'_>) -> Result<Box<dyn Attach>> {
        let attach: Box<dyn Attach> = match self {
            Self::Bridge => Box::new(bridge::BridgeOptions::read(config)?),
            Self::Ptp => Box::new(ptp::PtpOptions::read(config)?),
            Self::Macvlan => Box::new(macvlan::MacvlanOptions::read(config)?),
            Self::Ipvlan => Box::new(ipvlan::IpvlanOptions::read(config)?),
            Self::Vlan => Box::new(vlan::VlanOptions::read(config)?),
            Self::HostDevice => Box::new(host_device::HostDeviceOptions::read(config)?),
        };
        config.refuse_other_keys()?;
        Ok(attach)
    }

    fn add(self, call: &Call) -> Result<Done<'_>> {
        let config = Config::read(call)?;
        let attach = self.read(&config)?;
        if attach.needs_addresses() && config.ipam.is_none() {
            return Err(invalid("the configuration needs an ipam"));
        }
        // It starts while we look at the rest.
        let started = config.ipam.as_ref().map(|ipam| ipam.start("ADD")).transpose()?;
        let place = match prepare(call, &config, attach.as_ref()) {
            Ok(place) => place,
            Err(error) => {
                started.into_iter().for_each(Started::cancel);
                return Err(error);
            }
        };
        let given = config.ipam.as_ref().zip(started).map(|(ipam, started)| ipam.add(started));
        let given = given.transpose()?.unwrap_or_default();
        let mut undo = Undo::default();
        let attached = attach.attach(&place, given, &mut undo);
        drop(place);
        let added = Added { undo, ipam: config.ipam };
        match attached {
            Ok(result) => Ok(Done::Added(result, added)),
            Err(error) => Err(added.take_back(error)),
        }
    }

    fn delete(self, call: &Call) -> Result<()> {
        let config = Config::read(call)?;
        let ipam_first = config.ipam.as_ref().filter(|ipam| ipam.needs_link());
        let given_back = ipam_first.map_or(Ok(()), |ipam| ipam.pass_on("DEL"));
        // The address is free for others only when the link that has it is down or gone: the plugin is started, and told
        // what to do then.
        let started = config.ipam.as_ref().filter(|ipam| !ipam.needs_link()).map(|ipam| ipam.start("DEL"));
        let (mut started, not_started) = match started.transpose() {
            Ok(started) => (started, Ok(())),
            Err(error) => (None, Err(error)),
        };
        let is_down = || {
            if let Some(started) = &mut started {
                started.go_on();
            }
        };
        let deleted = match self {
            Self::Bridge | Self::Ptp => veth::delete(&config, is_down),
            Self::Macvlan => crate::parent::delete(&config, "macvlan"),
            Self::Ipvlan => crate::parent::delete(&config, "ipvlan"),
            Self::Vlan => crate::parent::delete(&config, "vlan"),
            Self::HostDevice => host_device::delete(&config),
        };
        let also_given_back = started.map_or(Ok(()), |started| started.finish().map(drop));
        deleted.and(given_back).and(not_started).and(also_given_back)
    }

    fn check(self, call: &Call) -> Result<()> {
        let config = Config::read(call)?;
        if let Some(ipam) = &config.ipam {
            ipam.pass_on("CHECK")?;
        }
        check::check(self, &config)
    }

    fn status(self, call: &Call) -> Result<()> {
        let config = Config::read(call)?;
        self.read(&config)?;
        status::probe(self, &config)?;
        config.ipam.as_ref().map_or(Ok(()), |ipam| ipam.pass_on("STATUS"))
    }
}

/// Opens what an ADD is about, and refuses what can be foreseen.
fn prepare<'a, 'c>(call: &Call, config: &'a Config<'c>, attach: &dyn Attach) -> Result<Place<'a, 'c>> {
    let pod = open(call.netns.as_deref().unwrap_or_default())?;
    let place = Place {
        config,
        host_kernel: RefCell::new(Kernel::host()?),
        pod_kernel: RefCell::new(Kernel::inside(&pod)?),
        host: Namespace::current()?,
        pod,
        attachment: call.attachment(),
    };
    refuse_taken(&place)?;
    attach.foresee(&place)?;
    Ok(place)
}

/// Opens a container's namespace.
pub(crate) fn open(netns: &str) -> Result<Namespace> {
    Namespace::open(Path::new(netns)).map_err(|error| {
        let code = match error.kind() {
            ErrorKind::NotFound => code::NO_CONTAINER,
            ErrorKind::Namespace => code::ENVIRONMENT,
            _ => code::FAILED,
        };
        Error::from(error).with_code(code)
    })
}

/// Refuses a name that is taken in the container. The addresses of an attachment that is there already must not be
/// asked for, and given back, a second time.
fn refuse_taken(place: &Place<'_, '_>) -> Result<()> {
    let name = &place.attachment.ifname;
    let found = place.pod_kernel().link(name)?;
    match found {
        Some(_) => Err(Error::new(code::FAILED, format!("{name} is in {} already", place.pod))),
        None => Ok(()),
    }
}
