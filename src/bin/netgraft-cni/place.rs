//! The host and the pod of an ADD, and the steps of a plugin between the two.

use std::cell::{RefCell, RefMut};
use std::path::Path;

use netgraft::{ErrorKind, Namespace};

use crate::attachment::Attachment;
use crate::call::Call;
use crate::config::Config;
use crate::error::{Error, Result, code};
use crate::link::Kernel;
use crate::result::CniResult;
use crate::undo::Undo;

/// The host and the pod of an ADD.
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

/// Opens what an ADD is about, and refuses what can be foreseen.
pub(crate) fn prepare<'a, 'c>(call: &Call, config: &'a Config<'c>, attach: &dyn Attach) -> Result<Place<'a, 'c>> {
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
