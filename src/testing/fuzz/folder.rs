use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::testing::fuzz::scene::{NAME, SOURCE};

/// A folder of files that are needed for a moment, in memory where that can be had.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let name = format!("netgraft-fuzzing-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = Self(parent.join(name));
        fs::create_dir(&folder.0).expect("a folder can be made");
        folder
    }

    /// What stands in for /proc/sys/net.
    pub(crate) fn settings(&self) -> PathBuf {
        for (file, value) in [("ipv4/conf/IFNAME/rp_filter", "0\n"), ("ipv6/conf/IFNAME/disable_ipv6", "1\n")] {
            for name in [SOURCE, NAME] {
                let file = self.0.join("net").join(file.replace("IFNAME", name));
                fs::create_dir_all(file.parent().unwrap()).expect("a folder can be made");
                fs::write(file, value).expect("a file can be made");
            }
        }
        self.0.join("net")
    }

    /// Where a journal can be kept.
    pub(crate) fn journal(&self) -> PathBuf {
        self.0.join("journal")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).expect("the folder can be removed");
    }
}
