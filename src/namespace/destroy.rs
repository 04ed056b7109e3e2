//! The end of a namespace.

use crate::error::{Context, Error, ErrorKind, Result};
use crate::interface::evacuate::evacuate;
use crate::journal::Journal;
use crate::namespace::{Namespace, lookup};
use crate::netns::lock::{LinkLocks, Lockable};
use crate::netns::pin;
use crate::sys;
use crate::types::IfName;

/// How often a destroy begins anew because interfaces were added meanwhile.
const ATTEMPTS: u32 = 8;

impl Namespace {
    /// Takes the interfaces out, and ends this handle's hold on the namespace and its announcements.
    ///
    /// If the namespace is pinned, the pin ends too: the mount is detached and the file removed.
    ///
    /// Created links are deleted; moved links go home as [`remove`](crate::Interface::remove) brings them home. That includes
    /// interfaces that the journal knows from other processes. Nothing that the inside does stops this. The namespace itself
    /// ends when nothing else uses it. What was not taken out ends with it, except for physical links, which the kernel returns
    /// to the initial namespace.
    ///
    /// Waits for adds and removals through this handle, and keeps later ones out.
    ///
    /// # Errors
    /// [`ErrorKind::Namespace`] the second time, and when the pin at the path is another namespace's by now;
    /// [`ErrorKind::NotFound`] when nothing is there any more. [`ErrorKind::Permission`] when the caller may not unmount the
    /// pin or remove the file. [`ErrorKind::Kernel`] with `EINVAL` when the namespace was opened at `/proc/PID/ns/net`, which
    /// is no pin. [`ErrorKind::NameTaken`] or [`ErrorKind::Sysctl`] when an interface cannot come home, [`ErrorKind::Busy`]
    /// when another process has worked on one for 3 seconds: nothing is unpinned, and links that are home stay there. After any
    /// error the handle is as usable as before; [`Error::left`] says so if the pin is gone and its file is not.
    ///
    /// [`ErrorKind::Unverified`]: the namespace is gone, but not all interfaces were taken out first; [`Error::left`] names
    /// those that were hidden, or could not be told from others.
    pub fn destroy(&self) -> Result<()> {
        let lost = self.end(false).doing(|| format!("destroy {self}"))?;
        if lost.is_empty() {
            return Ok(());
        }
        let left: Vec<String> = lost.iter().map(|(source, why)| format!("{source}: {why}")).collect();
        let error = Error::new(ErrorKind::Unverified, "not all interfaces could be taken out first");
        Err(error.with_left(left.join("; ")).context(format!("destroy {self}")))
    }

    /// Destroys like [`destroy`](Self::destroy), whatever stops an interface at home.
    ///
    /// A warning names each interface that could not be taken out and is lost.
    ///
    /// # Errors
    /// Those of [`destroy`](Self::destroy) that are not about interfaces.
    pub fn destroy_by_force(&self) -> Result<()> {
        let lost = self.end(true).doing(|| format!("destroy {self}"))?;
        lost.iter().for_each(|(source, why)| log::warn!("{source} was not taken out of {self}: {why}"));
        Ok(())
    }

    /// Takes the interfaces out of the namespace pinned at this handle's path, and pins a new one there.
    ///
    /// In the new namespace, `lo` is up.
    ///
    /// # Errors
    /// Those of [`destroy`](Self::destroy) for interfaces and of [`create_replacing`](Self::create_replacing);
    /// [`ErrorKind::InvalidArgument`] if the handle is not one of a pin.
    pub fn replace(&self) -> Result<Self> {
        let Some(path) = self.netns.path() else {
            return Err(Error::new(ErrorKind::InvalidArgument, format!("replace {self}: it is not pinned")));
        };
        let replaced = self.take_out(false, |emptied| {
            let _locks = emptied()?;
            Self::create_replacing(path)
        });
        let (lost, new) = replaced.doing(|| format!("replace {self}"))?;
        lost.iter().for_each(|(source, why)| log::warn!("{source} was not taken out of {self}: {why}"));
        Ok(new)
    }

    fn end(&self, force: bool) -> Result<Vec<(IfName, String)>> {
        let inode = self.netns.with_file(|file| Ok(sys::file::inode(file)?))?;
        // A relative path may lead elsewhere by now.
        let path = self.path().map(|path| self.netns.path().unwrap_or(path));
        path.map_or(Ok(()), |path| pin::check(path, inode))?;
        let (lost, ()) = self.take_out(force, |emptied| {
            self.netns.close(|| {
                let _locks = emptied()?;
                path.map_or(Ok(()), |path| pin::remove(path, inode))?;
                self.announcer.close();
                Ok(())
            })
        })?;
        Ok(lost)
    }

    /// Takes the interfaces out, and then ends the namespace; `end` gets the locks that keep other operations out meanwhile.
    /// Names the interfaces that stay behind.
    fn take_out<T>(
        &self,
        force: bool,
        mut end: impl FnMut(&mut dyn FnMut() -> Result<LinkLocks>) -> Result<T>,
    ) -> Result<(Vec<(IfName, String)>, T)> {
        let busy = || Error::new(ErrorKind::Busy, "interfaces are being added all the time");
        for _ in 0..ATTEMPTS {
            let lost = evacuate(self, force)?;
            let is_lost = |source: IfName| lost.iter().any(|(lost, _)| *lost == source);
            let mut another = false;
            let ended = end(&mut || {
                // Adds and removals of other processes end first.
                let file = self.registry.journal().and_then(Journal::lock_file);
                let locks = LinkLocks::wait(file, [Lockable::namespace(self.id())])?;
                // Interfaces were added since.
                another = lookup::all(self)?.iter().any(|(record, _)| !is_lost(record.source));
                if another { Err(busy()) } else { Ok(locks) }
            });
            match ended {
                Err(_) if another => {}
                ended => return ended.map(|ended| (lost, ended)),
            }
        }
        Err(busy())
    }
}
