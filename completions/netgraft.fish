# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_netgraft_global_optspecs
    string join \n v json state-dir= no-journal h/help V/version
end

function __fish_netgraft_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_netgraft_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_netgraft_using_subcommand
    set -l cmd (__fish_netgraft_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c netgraft -n "__fish_netgraft_needs_command" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_needs_command" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_needs_command" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_needs_command" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_needs_command" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_needs_command" -s V -l version -d 'Print version'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "create" -d 'Make a namespace, pinned at a path, with lo up'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "adopt" -d 'Pin an existing namespace\'s file at a second place'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "destroy" -d 'Take the interfaces out of a namespace and delete it'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "add" -d 'Put a link into a namespace and configure it'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "remove" -d 'Take interfaces out, or all: back to where they came from as they were there, or deleted if they were created'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "list" -d 'List the interfaces'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "show" -d 'Show namespaces, their links, addresses, routes, peers and bridges as a tree'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "stats" -d 'Print an interface\'s counters'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "announce" -d 'Announce an interface\'s addresses to its neighbours again'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "gateway" -d 'Set, unset or tell the gateways'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "default" -d 'Set or unset the default route by an interface'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "route" -d 'Add, delete or list static routes'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "rule" -d 'Add, delete or list policy rules'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "neigh" -d 'Add or delete permanent neighbours'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "alias" -d 'Add or delete an extra address'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "vip" -d 'Keep an interface from answering and sending ARP for a virtual IP'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "check" -d 'Compare interfaces with what was asked for; exit status 1 where something differs'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "restore" -d 'List the interfaces again after a restart, and finish or undo what was interrupted'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "forget" -d 'Drop an interface\'s entry from the journal and leave its link as it is'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "run" -d 'Run a program inside a namespace'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "exec" -d 'Run a program inside a namespace'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "batch" -d 'Carry out one command a line in one process'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "demo" -d 'Show in ten seconds what it does, in namespaces of its own'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "oci-hook" -d 'Give a container of an OCI runtime its interfaces'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netgraft -n "__fish_netgraft_using_subcommand create" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand create" -l replace -d 'Replace a pin or a plain file that is there'
complete -c netgraft -n "__fish_netgraft_using_subcommand create" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand create" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand create" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand create" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand adopt" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand adopt" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand adopt" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand adopt" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand adopt" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand destroy" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand destroy" -l force -d 'Go on where an interface cannot come home, and say what is lost'
complete -c netgraft -n "__fish_netgraft_using_subcommand destroy" -l if-exists -d 'Succeed where there is no such namespace'
complete -c netgraft -n "__fish_netgraft_using_subcommand destroy" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand destroy" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand destroy" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand destroy" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l from -d 'Where LINK is now' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l create -d 'Make LINK' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l name -d 'What it is to be called; with %d at its end, the lowest free number stands there [default: LINK]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l prefix -d 'Call it TEXT and the lowest free number' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l mac -d 'Its hardware address [default: LINK\'s own]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l mtu -d 'Its MTU in bytes' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l txqlen -d 'Length of its transmit queue in packets' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l alias -d 'Text kept with the link' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l ipv4 -d 'An IPv4 address, repeatable' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l ipv6 -d 'An IPv6 address, repeatable' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l link-local -d 'A link-local address, repeatable' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l route -d 'An on-link route, repeatable' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l gateway -d 'A gateway, one IPv4 and one IPv6: a default route that goes with the interface' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l metric -d 'Of several default routes, the one with the lowest metric counts [default: the kernel\'s]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l sysctl -d 'A setting net.X.Y.IFNAME.Z=VALUE of the interface, repeatable' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l master -d 'A bridge or VRF, by the source name of an interface or by its name' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l probe -d 'Probe for the IPv4 addresses before they are used, this often: with 3, it takes 4 to 7 seconds' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l probe-interval -d 'How far the probes are apart at least [default: 1s]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l set-ipv6 -d 'IPv6 on the link [default: on with an IPv6 address; without, off, or in place as it is]' -r -f -a "on\t''
off\t''
keep\t''"
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l announce -d 'How often to announce the addresses, 0 to 3 [default: 3]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l announce-interval -d 'How far apart, 100ms to 2s [default: 1s]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l wait -d 'How long to wait for the link' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l wait-for -d 'What to wait for' -r -f -a "up\t''
running\t''"
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l in-place -d 'LINK is already in NETNS'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l promisc -d 'Have it receive all packets, whoever they are for'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l allmulti -d 'Have it receive all multicast packets'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l down -d 'Leave it down'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l dad -d 'Let the kernel look for duplicates of the IPv6 addresses, and wait for it'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l keep-addresses -d 'Take the link\'s global and permanent addresses along'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l allow-stacked -d 'Accept that a move deletes VXLAN tunnels and MACsec links that are stacked on LINK'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l no-clash-check -d 'Allow an address that clashes with an existing route'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l allow-unverified -d 'Allow a link that nothing tells from another one into a namespace of another user namespace'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l dry-run -d 'Check all that can be checked, print what would be done, and change nothing'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l background -d 'Return after the first announcement; a child process sends the rest'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand remove" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand remove" -l all -d 'All interfaces, the one that was added last first; where one cannot be removed, the others are'
complete -c netgraft -n "__fish_netgraft_using_subcommand remove" -l if-exists -d 'Succeed where the interface, its link or its namespace is gone'
complete -c netgraft -n "__fish_netgraft_using_subcommand remove" -l no-addresses -d 'Bring the link home without its addresses, and the routes and neighbours that go with them'
complete -c netgraft -n "__fish_netgraft_using_subcommand remove" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand remove" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand remove" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand remove" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand list" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand list" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand list" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand list" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand list" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand show" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand show" -l dot -d 'As a graph, for Graphviz; with --json it is the tree all the same'
complete -c netgraft -n "__fish_netgraft_using_subcommand show" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand show" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand show" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand show" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand stats" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand stats" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand stats" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand stats" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand stats" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand announce" -l count -d 'How often, 0 to 3 [default: 3]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand announce" -l interval -d 'How far apart, 100ms to 2s [default: 1s]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand announce" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand announce" -l background -d 'Return after the first announcement; a child process sends the rest'
complete -c netgraft -n "__fish_netgraft_using_subcommand announce" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand announce" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand announce" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand announce" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and not __fish_seen_subcommand_from set unset get" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and not __fish_seen_subcommand_from set unset get" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and not __fish_seen_subcommand_from set unset get" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and not __fish_seen_subcommand_from set unset get" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and not __fish_seen_subcommand_from set unset get" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and not __fish_seen_subcommand_from set unset get" -a "set" -d 'Send what no other route is for to this host'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and not __fish_seen_subcommand_from set unset get" -a "unset" -d 'Take away what was set'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and not __fish_seen_subcommand_from set unset get" -a "get" -d 'Tell those that are in use'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from set" -l link -d 'By the interface with this source name; left out: by the only one' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from set" -l metric -d 'Of several gateways, the one with the lowest counts [default: the kernel\'s]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from set" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from set" -l onlink -d 'It is reached directly, whatever the routes say'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from set" -l replace -d 'Replace one that is set'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from set" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from set" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from set" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from unset" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from unset" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from unset" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from unset" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from unset" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from get" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from get" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from get" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from get" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from get" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and not __fish_seen_subcommand_from set unset" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and not __fish_seen_subcommand_from set unset" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and not __fish_seen_subcommand_from set unset" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and not __fish_seen_subcommand_from set unset" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and not __fish_seen_subcommand_from set unset" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and not __fish_seen_subcommand_from set unset" -a "set" -d 'Install the default route that the interface was given when it was added'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and not __fish_seen_subcommand_from set unset" -a "unset" -d 'Take it away'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and __fish_seen_subcommand_from set" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and __fish_seen_subcommand_from set" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and __fish_seen_subcommand_from set" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and __fish_seen_subcommand_from set" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and __fish_seen_subcommand_from unset" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and __fish_seen_subcommand_from unset" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and __fish_seen_subcommand_from unset" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and __fish_seen_subcommand_from unset" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and __fish_seen_subcommand_from unset" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and not __fish_seen_subcommand_from add del list" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and not __fish_seen_subcommand_from add del list" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and not __fish_seen_subcommand_from add del list" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and not __fish_seen_subcommand_from add del list" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and not __fish_seen_subcommand_from add del list" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and not __fish_seen_subcommand_from add del list" -a "add" -d 'Add one, on the links that lead to the next hops'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and not __fish_seen_subcommand_from add del list" -a "del" -d 'Delete one that was added'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and not __fish_seen_subcommand_from add del list" -a "list" -d 'List those that were added'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -l metric -d 'Of several to one destination, the lowest counts [default: the kernel\'s]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -l table -d 'Number of its table [default: the main one]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -l source -d 'Source address that it prefers' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -l mtu -d 'Its largest packet in bytes' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -l replace -d 'Replace one to the same destination with the same metric'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -l blackhole -d 'Drop the packets silently'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -l unreachable -d 'Drop the packets and tell the sender'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from del" -l metric -d 'Of several to one destination, the lowest counts [default: the kernel\'s]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from del" -l table -d 'Number of its table [default: the main one]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from del" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from del" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from del" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from del" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from del" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from list" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from list" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from list" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from list" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and not __fish_seen_subcommand_from add del list" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and not __fish_seen_subcommand_from add del list" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and not __fish_seen_subcommand_from add del list" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and not __fish_seen_subcommand_from add del list" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and not __fish_seen_subcommand_from add del list" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and not __fish_seen_subcommand_from add del list" -a "add" -d 'Have the routes of some packets looked up in a table'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and not __fish_seen_subcommand_from add del list" -a "del" -d 'Delete one that was added'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and not __fish_seen_subcommand_from add del list" -a "list" -d 'List those that were added'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from add" -l from -d 'Packets from this network' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from add" -l to -d 'Packets to this network' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from add" -l iif -d 'Packets that come in by the link with this name' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from add" -l fwmark -d 'Packets with this firewall mark' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from add" -l priority -d 'Its place: rules with lower numbers come first [default: in front of the others]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from add" -l table -d 'Number of the table' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from add" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from add" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from add" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from add" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from del" -l from -d 'Packets from this network' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from del" -l to -d 'Packets to this network' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from del" -l iif -d 'Packets that come in by the link with this name' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from del" -l fwmark -d 'Packets with this firewall mark' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from del" -l priority -d 'Its place: rules with lower numbers come first [default: in front of the others]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from del" -l table -d 'Number of the table' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from del" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from del" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from del" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from del" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from del" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from list" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from list" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from list" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from list" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and not __fish_seen_subcommand_from add del" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and not __fish_seen_subcommand_from add del" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and not __fish_seen_subcommand_from add del" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and not __fish_seen_subcommand_from add del" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and not __fish_seen_subcommand_from add del" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and not __fish_seen_subcommand_from add del" -a "add" -d 'Add one'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and not __fish_seen_subcommand_from add del" -a "del" -d 'Delete one'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from add" -l link -d 'On the interface with this source name; left out: on the only one or, of several, on the link of the direct route' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from add" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from add" -l bridge -d 'In the link\'s forwarding database'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from add" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from add" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from add" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from del" -l link -d 'On the interface with this source name; left out: on the only one or, of several, on the link of the direct route' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from del" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from del" -l bridge -d 'In the link\'s forwarding database'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from del" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from del" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from del" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from del" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and not __fish_seen_subcommand_from add del" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and not __fish_seen_subcommand_from add del" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and not __fish_seen_subcommand_from add del" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and not __fish_seen_subcommand_from add del" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and not __fish_seen_subcommand_from add del" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and not __fish_seen_subcommand_from add del" -a "add" -d 'Add one'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and not __fish_seen_subcommand_from add del" -a "del" -d 'Delete one'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and __fish_seen_subcommand_from add" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and __fish_seen_subcommand_from add" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and __fish_seen_subcommand_from add" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and __fish_seen_subcommand_from add" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and __fish_seen_subcommand_from del" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and __fish_seen_subcommand_from del" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and __fish_seen_subcommand_from del" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and __fish_seen_subcommand_from del" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and __fish_seen_subcommand_from del" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand vip" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand vip" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand vip" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand vip" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand vip" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand check" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand check" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand check" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand check" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand check" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand restore" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand restore" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand restore" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand restore" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand restore" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand forget" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand forget" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand forget" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand forget" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand forget" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand run" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand run" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand run" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand run" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand run" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand exec" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand exec" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand exec" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand exec" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand exec" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand batch" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand batch" -l keep-going -d 'Go on after a failure'
complete -c netgraft -n "__fish_netgraft_using_subcommand batch" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand batch" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand batch" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand batch" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand demo" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand demo" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand demo" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand demo" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand demo" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand oci-hook" -l interfaces -d 'Add what this file says, instead of the annotation io.netgraft.interfaces' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand oci-hook" -l allow -d 'What an annotation may ask for' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand oci-hook" -l state-dir -d 'Where the journal is kept (default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR)' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand oci-hook" -l net-devices -d 'Move the devices of linux.netDevices too, for a runtime that does not'
complete -c netgraft -n "__fish_netgraft_using_subcommand oci-hook" -s v -d 'Say more on standard error; -vv says every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand oci-hook" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand oci-hook" -l no-journal -d 'Keep no journal: a process that dies leaves what it has begun, and others do not know the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand oci-hook" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "create" -d 'Make a namespace, pinned at a path, with lo up'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "adopt" -d 'Pin an existing namespace\'s file at a second place'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "destroy" -d 'Take the interfaces out of a namespace and delete it'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "add" -d 'Put a link into a namespace and configure it'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "remove" -d 'Take interfaces out, or all: back to where they came from as they were there, or deleted if they were created'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "list" -d 'List the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "show" -d 'Show namespaces, their links, addresses, routes, peers and bridges as a tree'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "stats" -d 'Print an interface\'s counters'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "announce" -d 'Announce an interface\'s addresses to its neighbours again'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "gateway" -d 'Set, unset or tell the gateways'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "default" -d 'Set or unset the default route by an interface'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "route" -d 'Add, delete or list static routes'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "rule" -d 'Add, delete or list policy rules'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "neigh" -d 'Add or delete permanent neighbours'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "alias" -d 'Add or delete an extra address'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "vip" -d 'Keep an interface from answering and sending ARP for a virtual IP'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "check" -d 'Compare interfaces with what was asked for; exit status 1 where something differs'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "restore" -d 'List the interfaces again after a restart, and finish or undo what was interrupted'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "forget" -d 'Drop an interface\'s entry from the journal and leave its link as it is'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "run" -d 'Run a program inside a namespace'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "batch" -d 'Carry out one command a line in one process'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "demo" -d 'Show in ten seconds what it does, in namespaces of its own'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "oci-hook" -d 'Give a container of an OCI runtime its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip check restore forget run batch demo oci-hook help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from gateway" -f -a "set" -d 'Send what no other route is for to this host'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from gateway" -f -a "unset" -d 'Take away what was set'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from gateway" -f -a "get" -d 'Tell those that are in use'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from default" -f -a "set" -d 'Install the default route that the interface was given when it was added'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from default" -f -a "unset" -d 'Take it away'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from route" -f -a "add" -d 'Add one, on the links that lead to the next hops'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from route" -f -a "del" -d 'Delete one that was added'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from route" -f -a "list" -d 'List those that were added'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from rule" -f -a "add" -d 'Have the routes of some packets looked up in a table'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from rule" -f -a "del" -d 'Delete one that was added'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from rule" -f -a "list" -d 'List those that were added'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from neigh" -f -a "add" -d 'Add one'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from neigh" -f -a "del" -d 'Delete one'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from alias" -f -a "add" -d 'Add one'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from alias" -f -a "del" -d 'Delete one'
