//! Programs inside, and batches.

use std::fs;

use crate::command::{output, text};
use crate::common::in_netns;
use crate::{ok, world};

#[test]
fn a_program_has_the_sys_and_the_files_of_its_namespace() {
    in_netns(|| {
        world();
        ok("add web veth1 --name eth0 --announce 0");
        for command in ["run", "exec"] {
            let listed = text(&output(&format!("{command} web -- ls /sys/class/net")).stdout);
            assert!(listed.contains("eth0") && !listed.contains("veth1-host"), "{listed}");
        }
        let etc = tempfile::tempdir().unwrap();
        fs::create_dir(etc.path().join("netns")).unwrap();
        fs::create_dir(etc.path().join("netns/web")).unwrap();
        fs::write(etc.path().join("netns/web/resolv.conf"), "nameserver 192.0.2.53\n").unwrap();
        fs::write(etc.path().join("resolv.conf"), "nameserver 192.0.2.1\n").unwrap();
        crate::common::ip("link show lo");
        let none = None::<&str>;
        nix::mount::mount(Some(etc.path()), "/etc", none, nix::mount::MsFlags::MS_BIND, none).unwrap();
        let inside = text(&output("run web -- cat /etc/resolv.conf").stdout);
        assert_eq!(inside, "nameserver 192.0.2.53\n");
        assert_eq!(fs::read_to_string("/etc/resolv.conf").unwrap(), "nameserver 192.0.2.1\n");
        assert_eq!(text(&output("run current -- cat /etc/resolv.conf").stdout), "nameserver 192.0.2.1\n");
    });
}

#[test]
fn a_file_is_read_whole_first() {
    in_netns(|| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lines");
        fs::write(&file, "create one\nfrobnicate\n").unwrap();
        let done = output(&format!("--json batch {}", file.display()));
        assert_eq!(done.status.code(), Some(2));
        assert!(text(&done.stdout).contains("frobnicate"));
        assert!(!fs::exists("/run/netns/one").unwrap(), "nothing is done before the whole is understood");
        let done = output(&format!("--json batch --keep-going {}", file.display()));
        assert_eq!(done.status.code(), Some(2));
        assert!(fs::exists("/run/netns/one").unwrap());
    });
}
