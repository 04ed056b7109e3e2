//! The longer texts of `--help`: the text below the options, and the help of arguments that many commands share.

pub(super) const NETNS: &str = "Path (has a '/'), name (under /run/netns), pid:N, or current";
/// For a namespace that is created or deleted.
pub(super) const PIN: &str = "Path (has a '/') or name (under /run/netns)";
pub(super) const ANY_NETNS: &str =
    "Path (has a '/'), name (under /run/netns), pid:N, or current [default: all in the journal]";
pub(super) const SOURCE: &str = "The interface's source name, or its present name if no interface has that source name";
pub(super) const FAMILY: &str = "IPv4 or IPv6";

pub(super) const WHOLE: &str = "\
NETNS is a path (has a '/'), a name (under /run/netns), pid:N, or current.
SOURCE is an interface's source name: the name that its link had before the add.
A name is written as it is printed: the byte 0xff is \\xff, a backslash \\\\. In a batch, quote such a name.
PREFIX is address/length; an address alone means the full length.
DURATION is like 100ms, 1s or 1.5s.

Exit status: 0, done; 1, failed, and everything is as before; 2, the command line is wrong;
3, failed, and something could not be put back. run exits as its program does.
On Ctrl-C, TERM or HUP during an add, the command takes the add back, then ends by the signal.

Examples:
  netgraft create web
  netgraft add web eth1 --ipv4 10.0.0.2/24
  netgraft show
  netgraft remove web eth1";

pub(super) const ADD: &str = "\
KIND is one of:
  bridge[,stp=on|off][,forward-delay=DURATION][,ageing=DURATION][,vlan_filtering=0|1][,mcast_snooping=0|1]
  dummy
  veth,peer=NAME[,peer-netns=NETNS][,mtu=N][,mac=MAC][,up]
      [,bridge=NAME[,hairpin=on][,isolated=on][,learning=off][,vlan=ID[,vlan=ID…]]]
  netkit,peer=NAME[,mode=l2|l3][,policy=pass|drop][,peer-policy=pass|drop], and the keys of veth
  macvlan|macvtap,parent=NAME[,mode=bridge|private|vepa|passthru|source]
  ipvlan,parent=NAME[,mode=l2|l3|l3s][,isolation=bridge|private|vepa]
  vlan,parent=NAME,id=N[,protocol=802.1q|802.1ad]
  vxlan,id=N[,parent=NAME][,remote=ADDRESS|,group=ADDRESS][,local=ADDRESS][,port=N][,learning=off][,proxy=on]
      [,l2miss=on][,l3miss=on]
  vrf,table=N
The first mode is the default. Parent, peer, bridge and the outer end of a tunnel are in --from, unless peer-netns= or
parent-netns= says otherwise. A peer comes up only with up or bridge=. peer=veth%d takes the lowest free number. The first
vlan= is the port's own VLAN, whose packets are untagged.

PREFIX is address/length; an address alone means the full length. DURATION is like 100ms, 1s or 1.5s.

Examples:
  netgraft add web veth1a2b --prefix eth --ipv4 10.0.0.2/24 --route 172.20.0.0/16
  netgraft add web eth1 --keep-addresses
  netgraft add current eth0 --in-place --ipv4 192.0.2.6/24 --sysctl net.ipv4.conf.IFNAME.rp_filter=2
  netgraft add web oc0 --create veth,peer=oc0-host,bridge=br0 --name eth0 --ipv4 10.0.0.2/24
  netgraft add web lan0 --create macvlan,parent=eth0 --prefix eth --ipv4 192.0.2.7/24
  netgraft add web br0 --create bridge --ipv4 10.1.0.1/24
  netgraft add web port0 --create veth,peer=port0-host --master br0";

pub(super) const ANNOUNCE: &str = "\
DURATION is like 500ms, 1s or 1.5s.

Example:
  netgraft announce web veth1a2b --count 2 --interval 500ms";

pub(super) const GATEWAY_SET: &str = "\
Examples:
  netgraft gateway web set 10.0.0.1
  netgraft gateway web set 10.0.0.9 --replace
  netgraft gateway web set 192.0.2.1 --onlink --link veth1a2b";

pub(super) const DEFAULT_SET: &str = "\
Example:
  netgraft add web veth1a2b --ipv4 10.0.0.2/24 --route 0.0.0.0/0
  netgraft default web set veth1a2b 4";

pub(super) const ROUTE_ADD: &str = "\
Examples:
  netgraft route web add 192.168.0.0/16 10.0.0.9
  netgraft route web add 192.168.0.0/16 10.0.0.8 --metric 50 --source 10.0.0.2
  netgraft route web add 192.0.2.7 10.0.0.9 --table 100";

pub(super) const NEIGH_ADD: &str = "\
Examples:
  netgraft neigh web add 10.0.0.9 02:42:0a:00:00:09 --link veth1a2b
  netgraft neigh web add 10.0.0.9 02:42:0a:00:00:09 --link veth1a2b --bridge";

pub(super) const NEIGH_DEL: &str = "\
Examples:
  netgraft neigh web del 10.0.0.9
  netgraft neigh web del 10.0.0.9 02:42:0a:00:00:09 --link veth1a2b --bridge";

pub(super) const RUN: &str = "\
As with ip netns exec, the program sees the namespace's /sys, and the files of /etc/netns/NAME in place of those in /etc.

The command becomes the program, so the exit status is the program's, or 127 if the program cannot be started.

In a batch, run waits for the program. An exit status other than 0 fails the line, and is the line's status. A program ended
by a signal counts as 128 plus the signal's number.

Example:
  netgraft run web -- ip address";

pub(super) const WAIT: &str = "\
A link that does not come in time is an error of kind timeout, exit status 1.

Examples:
  netgraft wait current dev:0000:00:03.0 --wait 30s && netgraft add web dev:0000:00:03.0
  netgraft wait web eth0 --for running";

pub(super) const BATCH: &str = "\
A line is a command without 'netgraft', with quotes and backslashes as in a shell. A '#' begins a comment. One more command
works in batches only:

  sleep DURATION    wait for 100ms, 1s, 1.5s

batch and demo do not work inside a batch. Give --json, --state-dir and -v once, before the word batch, for all lines. A batch
ends at the first failure, unless --keep-going is given. Its exit status is the highest of its lines.

Example:
  netgraft batch --keep-going setup.netgraft";

pub(super) const OCI_HOOK: &str = r#"An interface is an object with its link, and options of `netgraft add` without the dashes. Several values are a list:
  [{"link":"web0","create":"veth,peer=web0-host,bridge=br0","name":"eth0","ipv4":["10.0.0.2/24"]}]
An annotation may use only what the file of --allow lists: {"links":[],"parents":[],"bridges":[],"options":[]}.
That file must belong to root. Failures are also written to oci.log in the state folder.

Example, in config.json, for createRuntime and for poststop:
  {"path":"/usr/bin/netgraft","args":["netgraft","oci-hook"]}
which runs
  netgraft oci-hook"#;

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::{Command, CommandFactory};

    use crate::args::{CommandLine, parse};

    /// Returns a command and its subcommands.
    fn all(command: &Command) -> Vec<&Command> {
        let below = command.get_subcommands().filter(|below| !below.is_hide_set());
        [command].into_iter().chain(below.flat_map(all)).collect()
    }

    #[test]
    fn every_word_is_explained() {
        for command in all(&CommandLine::command()) {
            for word in command.get_arguments() {
                assert!(word.get_help().is_some(), "{} {word}", command.get_name());
            }
        }
    }

    #[test]
    fn examples_are_understood() {
        for command in all(&CommandLine::command()) {
            let help = command.get_after_help().unwrap().to_string();
            let examples: Vec<&str> = help.lines().filter(|line| line.starts_with("  netgraft ")).collect();
            assert!(!examples.is_empty(), "{}", command.get_name());
            for example in examples {
                // A pipe, or another command, begins the shell's part.
                let words = example.split(['|', '&']).next().unwrap();
                let words: Vec<OsString> = shlex::split(words).unwrap().into_iter().map(OsString::from).collect();
                let parsed = parse::<CommandLine>(&words);
                assert!(parsed.is_ok(), "{example}: {parsed:?}");
            }
        }
    }
}
