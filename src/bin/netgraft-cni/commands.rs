//! The order of things in each command, the same for all plugins.

use crate::call::{Call, Command};
use crate::config::Config;
use crate::error::{Error, Result, invalid};
use crate::ipam::{Ipam, Started};
use crate::place::{Attach, prepare};
use crate::plugin::Plugin;
use crate::result::CniResult;
use crate::undo::Undo;
use crate::{bridge, check, gc, host_device, ipvlan, macvlan, parent, ptp, status, veth, vlan};

/// The outcome of a command.
pub(crate) enum Done<'a> {
    Nothing,
    Added(CniResult, Added<'a>),
}

/// An ADD that was carried out, as far as an undo needs to know it.
pub(crate) struct Added<'a> {
    undo: Undo,
    ipam: Option<Ipam<'a>>,
}

impl Added<'_> {
    /// Undoes the ADD because of an error, and returns the error.
    pub(crate) fn roll_back(self, error: Error) -> Error {
        let error = self.undo.roll_back().into_iter().fold(error, Error::and);
        self.ipam.iter().fold(error, |error, ipam| ipam.give_back(error))
    }
}

/// Carries out a command as a plugin.
pub(crate) fn carry_out(plugin: Plugin, call: &Call) -> Result<Done<'_>> {
    match call.command {
        Command::Add => return add(plugin, call),
        Command::Del => delete(plugin, call)?,
        Command::Check => check(plugin, call)?,
        Command::Status => status(plugin, call)?,
        Command::Gc => gc::collect(plugin, call)?,
    }
    Ok(Done::Nothing)
}

/// Reads the keys of a plugin, and refuses what is wrong about them.
fn read(plugin: Plugin, config: &Config<'_>) -> Result<Box<dyn Attach>> {
    let attach: Box<dyn Attach> = match plugin {
        Plugin::Bridge => Box::new(bridge::BridgeOptions::read(config)?),
        Plugin::Ptp => Box::new(ptp::PtpOptions::read(config)?),
        Plugin::Macvlan => Box::new(macvlan::MacvlanOptions::read(config)?),
        Plugin::Ipvlan => Box::new(ipvlan::IpvlanOptions::read(config)?),
        Plugin::Vlan => Box::new(vlan::VlanOptions::read(config)?),
        Plugin::HostDevice => Box::new(host_device::HostDeviceOptions::read(config)?),
    };
    config.refuse_other_keys()?;
    Ok(attach)
}

fn add(plugin: Plugin, call: &Call) -> Result<Done<'_>> {
    let config = Config::read(call)?;
    let attach = read(plugin, &config)?;
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
        Err(error) => Err(added.roll_back(error)),
    }
}

fn delete(plugin: Plugin, call: &Call) -> Result<()> {
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
    let deleted = match plugin {
        Plugin::Bridge | Plugin::Ptp => veth::delete(&config, is_down),
        Plugin::Macvlan => parent::delete(&config, "macvlan"),
        Plugin::Ipvlan => parent::delete(&config, "ipvlan"),
        Plugin::Vlan => parent::delete(&config, "vlan"),
        Plugin::HostDevice => host_device::delete(&config),
    };
    let also_given_back = started.map_or(Ok(()), |started| started.finish().map(drop));
    deleted.and(given_back).and(not_started).and(also_given_back)
}

fn check(plugin: Plugin, call: &Call) -> Result<()> {
    let config = Config::read(call)?;
    if let Some(ipam) = &config.ipam {
        ipam.pass_on("CHECK")?;
    }
    check::check(plugin, &config)
}

fn status(plugin: Plugin, call: &Call) -> Result<()> {
    let config = Config::read(call)?;
    read(plugin, &config)?;
    status::probe(plugin, &config)?;
    config.ipam.as_ref().map_or(Ok(()), |ipam| ipam.pass_on("STATUS"))
}
