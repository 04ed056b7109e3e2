//! Journals that cannot be trusted or used: each is an error, and reading one takes no more than it has to.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;

use common::{World, in_netns, ip, journal_files, named};
use netgraft::{ErrorKind, Link, Namespace};
use nix::mount::{MsFlags, mount};

fn mode(path: &str, mode: u32) {
    fs::create_dir_all(path).unwrap();
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Fails unless a journal cannot be kept there, and returns the message.
fn refused(folder: &str) -> String {
    let web = Namespace::create_anonymous().unwrap();
    let error = web.keep_journal(folder).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Journal, "{error}");
    error.to_string()
}

#[test]
fn a_folder_that_others_can_write() {
    in_netns(|| {
        mode("/run/open", 0o777);
        assert!(refused("/run/open").contains("0777"));
        assert!(refused("/run/open/below").contains("/run/open above it can be written by others"));
        assert!(!Path::new("/run/open/below").exists(), "nothing is made where it is refused");
        mode("/run/readable", 0o755);
        assert!(refused("/run/readable").contains("0755"));
        // As /tmp is.
        mode("/run/sticky", 0o1777);
        let web = Namespace::create_anonymous().unwrap();
        web.keep_journal("/run/sticky/a/b").unwrap();
        let of = |path: &str| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        assert_eq!((of("/run/sticky/a"), of("/run/sticky/a/b")), (0o755, 0o700));
    });
}

/// Where the test is root of all users, others' folders can be made.
#[test]
fn a_folder_of_another_user() {
    in_netns(|| {
        mode("/run/theirs", 0o700);
        if chown("/run/theirs", Some(1234), None).is_err() {
            return;
        }
        assert!(refused("/run/theirs").contains("belongs to user 1234"));
        assert!(refused("/run/theirs/below").contains("/run/theirs above it belongs to user 1234"));
    });
}

#[test]
fn a_file_system_without_room() {
    in_netns(|| {
        let world = World::with_veth();
        fs::create_dir("/run/small").unwrap();
        let (none, options) = (None::<&str>, Some("nr_inodes=4"));
        mount(none, "/run/small", Some("tmpfs"), MsFlags::empty(), options).unwrap();
        world.web.keep_journal("/run/small/journal").unwrap();
        // The folder of the namespace takes the last one.
        let error = world.add("veth1", named("eth0")).unwrap_err();
        assert_eq!((error.kind(), error.left()), (ErrorKind::Journal, None), "{error}");
        ip("link show veth1");
    });
}

#[test]
fn a_journal_that_can_only_be_read() {
    in_netns(|| {
        let world = World::with_veth();
        fs::create_dir("/run/fs").unwrap();
        let none = None::<&str>;
        mount(none, "/run/fs", Some("tmpfs"), MsFlags::empty(), none).unwrap();
        world.web.keep_journal("/run/fs/journal").unwrap();
        world.add("veth1", named("eth0")).unwrap();
        fs::create_dir("/run/ro").unwrap();
        mount(Some("/run/fs"), "/run/ro", none, MsFlags::MS_BIND, none).unwrap();
        let read_only = MsFlags::MS_REMOUNT | MsFlags::MS_BIND | MsFlags::MS_RDONLY;
        mount(none, "/run/ro", none, read_only, none).unwrap();
        assert!(refused("/run/ro/journal").contains("Read-only file system"));
        let reader = Namespace::open("/run/netns/web").unwrap();
        reader.read_journal("/run/ro/journal").unwrap();
        assert_eq!(reader.interfaces().unwrap().len(), 1);
        let interface = reader.interface("veth1").unwrap();
        let error = interface.remove().unwrap_err();
        assert_eq!((error.kind(), error.left()), (ErrorKind::Journal, None), "{error}");
        assert_eq!(world.names(), ["eth0"]);
        let error = reader.add_interface(Link::bridge("br0").unwrap(), named("br0")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Journal, "{error}");
        assert_eq!(world.names(), ["eth0"]);
    });
}

/// A forged entry of the right form cannot reach a setting of all links.
#[test]
fn a_forged_setting_is_not_written() {
    in_netns(|| {
        let world = World::with_veth();
        world.web.keep_journal("/run/journal").unwrap();
        world.add("veth1", named("eth0")).unwrap();
        let file = journal_files("/run/journal").remove(0);
        let text = fs::read_to_string(&file).unwrap();
        let link = text.lines().find(|line| line.starts_with("setting ipv6 ")).unwrap();
        let forged = text[..text.rfind("end ").unwrap()].replace(link, "setting ipv4 conf%2fall%2fforwarding 1");
        let mix = |sum: u64, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let end = forged.bytes().fold(0xcbf2_9ce4_8422_2325, mix);
        fs::write(&file, format!("{forged}end {end:016x}\n")).unwrap();
        let before = common::read_sysctl("ipv4/conf/all/forwarding");
        let again = Namespace::open("/run/netns/web").unwrap();
        again.keep_journal("/run/journal").unwrap();
        let restored = again.restore().unwrap();
        assert!(restored.dropped[0].contains("the value of \"setting\" is malformed"), "{restored:?}");
        assert_eq!(common::read_sysctl("ipv4/conf/all/forwarding"), before);
    });
}

#[test]
fn a_restore_needs_a_journal() {
    in_netns(|| {
        let world = World::new();
        assert_eq!(world.web.restore().unwrap_err().kind(), ErrorKind::Journal);
    });
}
