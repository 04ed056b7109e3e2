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

complete -c netgraft -n "__fish_netgraft_needs_command" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_needs_command" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_needs_command" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_needs_command" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_needs_command" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_needs_command" -s V -l version -d 'Print version'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "create" -d 'Create a namespace, pinned at a path, with lo up'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "adopt" -d 'Pin an existing namespace at another path'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "destroy" -d 'Take the interfaces out of a namespace, then delete the namespace and everything in it'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "add" -d 'Put a link into a namespace and configure it'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "remove" -d 'Take interfaces out: moved links go home as they were, created links are deleted'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "list" -d 'List the interfaces'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "show" -d 'Show namespaces, their links, addresses, routes, peers and bridges as a tree'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "stats" -d 'Print an interface\'s counters'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "announce" -d 'Announce an interface\'s addresses to its neighbours again'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "gateway" -d 'Set, unset or print the gateways'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "default" -d 'Set or unset the default route through an interface'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "route" -d 'Add, delete or list static routes'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "rule" -d 'Add, delete or list policy rules'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "neigh" -d 'Add or delete permanent neighbours'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "alias" -d 'Add or delete an extra address'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "vip" -d 'Stop an interface from answering and sending ARP for a virtual IP'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "ipvs" -d 'Make the load balancer (IPVS) of a namespace give up connections to servers that are gone'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "check" -d 'Compare interfaces with what was asked for; the exit status is 1 if something differs'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "restore" -d 'Undo or finish what was interrupted, then list and announce the interfaces, after a restart or a crash'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "wait" -d 'Wait for a link'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "forget" -d 'Drop an interface\'s entry from the journal, and leave its link as it is'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "run" -d 'Run a program inside a namespace'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "exec" -d 'Run a program inside a namespace'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "batch" -d 'Run one command per line, all in one process'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "monitor" -d 'Print what happens to links, a line each: first the links that are there'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "demo" -d 'Show in ten seconds what netgraft does, in namespaces of its own'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "oci-hook" -d 'Give a container of an OCI runtime its interfaces'
complete -c netgraft -n "__fish_netgraft_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netgraft -n "__fish_netgraft_using_subcommand create" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand create" -l replace -d 'Replace an existing pin or plain file'
complete -c netgraft -n "__fish_netgraft_using_subcommand create" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand create" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand create" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand create" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand adopt" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand adopt" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand adopt" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand adopt" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand adopt" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand destroy" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand destroy" -l force -d 'Go on if an interface cannot come home, and say what is lost'
complete -c netgraft -n "__fish_netgraft_using_subcommand destroy" -l if-exists -d 'Succeed if there is no such namespace'
complete -c netgraft -n "__fish_netgraft_using_subcommand destroy" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand destroy" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand destroy" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand destroy" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l from -d 'The namespace where LINK is now' -r -f -a "(__netgraft_candidates NETNS)"
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l create -d 'Create LINK, of this kind' -r -f -a "(__netgraft_candidates CREATE)"
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l name -d 'Name inside; %d at the end becomes the lowest free number [default: LINK]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l prefix -d 'Name inside: TEXT and the lowest free number' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l mac -d 'Hardware address [default: LINK\'s own]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l mtu -d 'MTU in bytes' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l txqlen -d 'Length of the transmit queue in packets' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l alias -d 'Text that the kernel keeps with the link' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l ipv4 -d 'IPv4 address; may be repeated' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l ipv6 -d 'IPv6 address; may be repeated' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l link-local -d 'Link-local address; may be repeated' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l route -d 'On-link route; may be repeated' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l gateway -d 'Gateway, one IPv4 and one IPv6: a default route that comes and goes with the interface' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l metric -d 'Metric of the default route: the lowest metric wins [default: the kernel\'s]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l sysctl -d 'Setting net.X.Y.IFNAME.Z=VALUE of the interface; may be repeated' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l netns-sysctl -d 'A setting net.X.Y=VALUE of NETNS itself, such as net.ipv4.ip_forward=1, repeatable' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l master -d 'Bridge or VRF to join, by the source name of its interface or by its own name' -r -f -a "(__netgraft_candidates SOURCE)"
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l probe -d 'Probe N times for each IPv4 address before it is used; 3 probes take 4 to 7 seconds' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l probe-interval -d 'The shortest time between probes [default: 1s]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l set-ipv6 -d 'IPv6 on the link [default: on with an IPv6 address; without one off, or unchanged in place]' -r -f -a "on\t''
off\t''
keep\t''"
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l announce -d 'How often to announce the addresses, 0 to 3 [default: 3]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l announce-interval -d 'The time between announcements, 100ms to 2s [default: 1s]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l wait -d 'The longest wait for the link' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l wait-for -d 'The state to wait for' -r -f -a "up\t''
running\t''"
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l verify -d 'Run COMMAND by sh -c in NETNS when the link is up, within --wait; if it fails, undo the add' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l in-place -d 'Configure LINK in place: it is already in NETNS'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l promisc -d 'Receive all packets, whatever their destination'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l allmulti -d 'Receive all multicast packets'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l down -d 'Leave the link down'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l dad -d 'Let the kernel look for duplicates of the IPv6 addresses, and wait for the result'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l keep-addresses -d 'Keep the link\'s global permanent addresses'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l allow-stacked -d 'Accept that a move deletes VXLAN tunnels and MACsec links that are stacked on LINK'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l no-clash-check -d 'Allow an address that clashes with an existing route'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l allow-unverified -d 'Allow a link without a witness of its identity into a namespace of another user namespace'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l dry-run -d 'Check everything that can be checked, print the steps, and change nothing'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l foreground -d 'Wait until all announcements are sent'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l background -d 'Return after the first announcement; a child process sends the rest. The default, but for a batch'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand add" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand remove" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand remove" -l all -d 'Remove all interfaces, in reverse order; if one removal fails, go on with the others'
complete -c netgraft -n "__fish_netgraft_using_subcommand remove" -l if-exists -d 'Succeed if the interface, its link or its namespace is gone'
complete -c netgraft -n "__fish_netgraft_using_subcommand remove" -l no-addresses -d 'Bring the link home without its addresses, and without their routes and neighbours'
complete -c netgraft -n "__fish_netgraft_using_subcommand remove" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand remove" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand remove" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand remove" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand list" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand list" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand list" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand list" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand list" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand show" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand show" -l dot -d 'Print a graph for Graphviz; with --json, still the tree'
complete -c netgraft -n "__fish_netgraft_using_subcommand show" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand show" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand show" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand show" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand stats" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand stats" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand stats" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand stats" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand stats" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand announce" -l count -d 'How often to announce, 0 to 3 times [default: 3]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand announce" -l interval -d 'The time between announcements, 100ms to 2s [default: 1s]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand announce" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand announce" -l background -d 'Return after the first announcement; a child process sends the rest'
complete -c netgraft -n "__fish_netgraft_using_subcommand announce" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand announce" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand announce" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand announce" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and not __fish_seen_subcommand_from set unset get" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and not __fish_seen_subcommand_from set unset get" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and not __fish_seen_subcommand_from set unset get" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and not __fish_seen_subcommand_from set unset get" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and not __fish_seen_subcommand_from set unset get" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __netgraft_has_words 2" -a "set" -d 'Set the default gateway'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __netgraft_has_words 2" -a "unset" -d 'Remove the gateway'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __netgraft_has_words 2" -a "get" -d 'Print the gateways in use'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from set" -l link -d 'Source name of the interface that leads to the gateway [default: the only interface]' -r -f -a "(__netgraft_candidates SOURCE)"
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from set" -l metric -d 'Metric: of several gateways, the lowest metric wins [default: the kernel\'s]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from set" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from set" -l onlink -d 'Reach the gateway directly, whatever the routes say'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from set" -l replace -d 'Replace a gateway that is set'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from set" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from set" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from set" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from unset" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from unset" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from unset" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from unset" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from unset" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from get" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from get" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from get" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from get" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand gateway; and __fish_seen_subcommand_from get" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and not __fish_seen_subcommand_from set unset" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and not __fish_seen_subcommand_from set unset" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and not __fish_seen_subcommand_from set unset" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and not __fish_seen_subcommand_from set unset" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and not __fish_seen_subcommand_from set unset" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and __netgraft_has_words 2" -a "set" -d 'Install the default route that the interface was added with'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and __netgraft_has_words 2" -a "unset" -d 'Remove the default route'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and __fish_seen_subcommand_from set" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and __fish_seen_subcommand_from set" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and __fish_seen_subcommand_from set" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and __fish_seen_subcommand_from set" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and __fish_seen_subcommand_from unset" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and __fish_seen_subcommand_from unset" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and __fish_seen_subcommand_from unset" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and __fish_seen_subcommand_from unset" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand default; and __fish_seen_subcommand_from unset" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and not __fish_seen_subcommand_from add del list" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and not __fish_seen_subcommand_from add del list" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and not __fish_seen_subcommand_from add del list" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and not __fish_seen_subcommand_from add del list" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and not __fish_seen_subcommand_from add del list" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __netgraft_has_words 2" -a "add" -d 'Add a route, on the links that lead to the next hops'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __netgraft_has_words 2" -a "del" -d 'Delete a route that was added'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __netgraft_has_words 2" -a "list" -d 'List the routes that were added'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -l metric -d 'Metric: of several routes to one destination, the lowest metric wins [default: the kernel\'s]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -l table -d 'Number of the routing table [default: the main table]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -l source -d 'Preferred source address' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -l mtu -d 'MTU of the route in bytes' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -l replace -d 'Replace a route to the same destination with the same metric'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -l blackhole -d 'Drop the packets silently'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -l unreachable -d 'Drop the packets and tell the sender'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from del" -l metric -d 'Metric: of several routes to one destination, the lowest metric wins [default: the kernel\'s]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from del" -l table -d 'Number of the routing table [default: the main table]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from del" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from del" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from del" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from del" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from del" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from list" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from list" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from list" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from list" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand route; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and not __fish_seen_subcommand_from add del list" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and not __fish_seen_subcommand_from add del list" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and not __fish_seen_subcommand_from add del list" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and not __fish_seen_subcommand_from add del list" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and not __fish_seen_subcommand_from add del list" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __netgraft_has_words 2" -a "add" -d 'Add a rule: matching packets use the routes of a table'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __netgraft_has_words 2" -a "del" -d 'Delete a rule that was added'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __netgraft_has_words 2" -a "list" -d 'List the rules that were added'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from add" -l from -d 'Match packets from this network' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from add" -l to -d 'Match packets to this network' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from add" -l iif -d 'Match packets that come in by the link with this name' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from add" -l fwmark -d 'Match packets with this firewall mark' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from add" -l priority -d 'Priority: lower numbers come first [default: before the other rules]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from add" -l table -d 'Number of the routing table' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from add" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from add" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from add" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from add" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from del" -l from -d 'Match packets from this network' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from del" -l to -d 'Match packets to this network' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from del" -l iif -d 'Match packets that come in by the link with this name' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from del" -l fwmark -d 'Match packets with this firewall mark' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from del" -l priority -d 'Priority: lower numbers come first [default: before the other rules]' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from del" -l table -d 'Number of the routing table' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from del" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from del" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from del" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from del" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from del" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from list" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from list" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from list" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from list" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand rule; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and not __fish_seen_subcommand_from add del" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and not __fish_seen_subcommand_from add del" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and not __fish_seen_subcommand_from add del" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and not __fish_seen_subcommand_from add del" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and not __fish_seen_subcommand_from add del" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __netgraft_has_words 2" -a "add" -d 'Add a neighbour'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __netgraft_has_words 2" -a "del" -d 'Delete a neighbour'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from add" -l link -d 'Source name of the interface [default: the only interface, or the link of the direct route]' -r -f -a "(__netgraft_candidates SOURCE)"
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from add" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from add" -l bridge -d 'Use the link\'s forwarding database'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from add" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from add" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from add" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from del" -l link -d 'Source name of the interface [default: the only interface, or the link of the direct route]' -r -f -a "(__netgraft_candidates SOURCE)"
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from del" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from del" -l bridge -d 'Use the link\'s forwarding database'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from del" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from del" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from del" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand neigh; and __fish_seen_subcommand_from del" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and not __fish_seen_subcommand_from add del" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and not __fish_seen_subcommand_from add del" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and not __fish_seen_subcommand_from add del" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and not __fish_seen_subcommand_from add del" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and not __fish_seen_subcommand_from add del" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and __netgraft_has_words 2" -a "add" -d 'Add an address'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and __netgraft_has_words 2" -a "del" -d 'Delete an address'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and __fish_seen_subcommand_from add" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and __fish_seen_subcommand_from add" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and __fish_seen_subcommand_from add" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and __fish_seen_subcommand_from add" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and __fish_seen_subcommand_from del" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and __fish_seen_subcommand_from del" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and __fish_seen_subcommand_from del" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and __fish_seen_subcommand_from del" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand alias; and __fish_seen_subcommand_from del" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand vip" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand vip" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand vip" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand vip" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand vip" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand ipvs" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand ipvs" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand ipvs" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand ipvs" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand ipvs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netgraft -n "__fish_netgraft_using_subcommand check" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand check" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand check" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand check" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand check" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand restore" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand restore" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand restore" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand restore" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand restore" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand wait" -l for -d 'What to wait for: the link is there, can carry traffic, or is gone' -r -f -a "appear\t''
running\t''
gone\t''"
complete -c netgraft -n "__fish_netgraft_using_subcommand wait" -l wait -d 'The longest wait' -r
complete -c netgraft -n "__fish_netgraft_using_subcommand wait" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand wait" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand wait" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand wait" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand wait" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand forget" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand forget" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand forget" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand forget" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand forget" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand run" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand run" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand run" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand run" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand run" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand exec" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand exec" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand exec" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand exec" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand exec" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand batch" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand batch" -l keep-going -d 'Go on after a failure'
complete -c netgraft -n "__fish_netgraft_using_subcommand batch" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand batch" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand batch" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand batch" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand monitor" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand monitor" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand monitor" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand monitor" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand monitor" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand demo" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand demo" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand demo" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand demo" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand demo" -s h -l help -d 'Print help'
complete -c netgraft -n "__fish_netgraft_using_subcommand oci-hook" -l interfaces -d 'Add the interfaces in this file, instead of the annotation io.netgraft.interfaces' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand oci-hook" -l allow -d 'File that lists what an annotation may use' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand oci-hook" -l state-dir -d 'Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]' -r -F
complete -c netgraft -n "__fish_netgraft_using_subcommand oci-hook" -l net-devices -d 'Move the devices of linux.netDevices too, for a runtime that ignores them'
complete -c netgraft -n "__fish_netgraft_using_subcommand oci-hook" -s v -d 'Print more on standard error; -vv prints every step'
complete -c netgraft -n "__fish_netgraft_using_subcommand oci-hook" -l json -d 'Print each result as one line of JSON'
complete -c netgraft -n "__fish_netgraft_using_subcommand oci-hook" -l no-journal -d 'Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand oci-hook" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "create" -d 'Create a namespace, pinned at a path, with lo up'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "adopt" -d 'Pin an existing namespace at another path'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "destroy" -d 'Take the interfaces out of a namespace, then delete the namespace and everything in it'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "add" -d 'Put a link into a namespace and configure it'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "remove" -d 'Take interfaces out: moved links go home as they were, created links are deleted'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "list" -d 'List the interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "show" -d 'Show namespaces, their links, addresses, routes, peers and bridges as a tree'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "stats" -d 'Print an interface\'s counters'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "announce" -d 'Announce an interface\'s addresses to its neighbours again'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "gateway" -d 'Set, unset or print the gateways'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "default" -d 'Set or unset the default route through an interface'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "route" -d 'Add, delete or list static routes'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "rule" -d 'Add, delete or list policy rules'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "neigh" -d 'Add or delete permanent neighbours'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "alias" -d 'Add or delete an extra address'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "vip" -d 'Stop an interface from answering and sending ARP for a virtual IP'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "ipvs" -d 'Make the load balancer (IPVS) of a namespace give up connections to servers that are gone'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "check" -d 'Compare interfaces with what was asked for; the exit status is 1 if something differs'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "restore" -d 'Undo or finish what was interrupted, then list and announce the interfaces, after a restart or a crash'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "wait" -d 'Wait for a link'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "forget" -d 'Drop an interface\'s entry from the journal, and leave its link as it is'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "run" -d 'Run a program inside a namespace'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "batch" -d 'Run one command per line, all in one process'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "monitor" -d 'Print what happens to links, a line each: first the links that are there'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "demo" -d 'Show in ten seconds what netgraft does, in namespaces of its own'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "oci-hook" -d 'Give a container of an OCI runtime its interfaces'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and not __fish_seen_subcommand_from create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from gateway" -f -a "set" -d 'Set the default gateway'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from gateway" -f -a "unset" -d 'Remove the gateway'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from gateway" -f -a "get" -d 'Print the gateways in use'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from default" -f -a "set" -d 'Install the default route that the interface was added with'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from default" -f -a "unset" -d 'Remove the default route'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from route" -f -a "add" -d 'Add a route, on the links that lead to the next hops'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from route" -f -a "del" -d 'Delete a route that was added'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from route" -f -a "list" -d 'List the routes that were added'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from rule" -f -a "add" -d 'Add a rule: matching packets use the routes of a table'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from rule" -f -a "del" -d 'Delete a rule that was added'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from rule" -f -a "list" -d 'List the rules that were added'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from neigh" -f -a "add" -d 'Add a neighbour'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from neigh" -f -a "del" -d 'Delete a neighbour'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from alias" -f -a "add" -d 'Add an address'
complete -c netgraft -n "__fish_netgraft_using_subcommand help; and __fish_seen_subcommand_from alias" -f -a "del" -d 'Delete an address'

# Values that the machine knows. Words of a command line in order, by command; then options with values.
set -g __netgraft_places \
    'create NETNS' \
    'adopt NETNS -' \
    'destroy NETNS' \
    'add NETNS LINK' \
    'remove NETNS SOURCE+' \
    'list NETNS' \
    'show NETNS' \
    'stats NETNS SOURCE' \
    'announce NETNS SOURCE' \
    'gateway NETNS' \
    'default NETNS' \
    'default.set SOURCE -' \
    'route NETNS' \
    'rule NETNS' \
    'neigh NETNS' \
    'alias NETNS' \
    'alias.add DEVICE -' \
    'alias.del DEVICE -' \
    'vip NETNS SOURCE' \
    'ipvs NETNS' \
    'check NETNS SOURCE' \
    'restore NETNS' \
    'wait NETNS LINK' \
    'forget NETNS SOURCE' \
    'exec NETNS -+' \
    'run NETNS -+' \
    'monitor NETNS'
set -g __netgraft_options --alias:- --allow:- --announce-interval:- --announce:- --count:- --create:CREATE --from:NETNS --fwmark:- --gateway:- --iif:- --interfaces:- --interval:- --ipv4:- --ipv6:- --link-local:- --link:SOURCE --mac:- --master:SOURCE --metric:- --mtu:- --name:- --netns-sysctl:- --prefix:- --priority:- --probe-interval:- --probe:- --route:- --source:- --state-dir:- --sysctl:- --table:- --to:- --txqlen:- --verify:- --wait:-
set -g __netgraft_keys \
    'bridge ageing= forward-delay= mcast_snooping=0 mcast_snooping=1 stp=off stp=on vlan_filtering=0 vlan_filtering=1' \
    'dummy ' \
    'veth bridge=LINK hairpin=on isolated=on learning=off mac= mtu= peer-netns=NETNS peer= up vlan=' \
    'netkit bridge=LINK hairpin=on isolated=on learning=off mac= mode=l2 mode=l3 mtu= peer-netns=NETNS peer-policy=drop peer-policy=pass peer= policy=drop policy=pass up vlan=' \
    'macvlan mode=bridge mode=passthru mode=private mode=source mode=vepa parent=LINK' \
    'macvtap mode=bridge mode=passthru mode=private mode=source mode=vepa parent=LINK' \
    'ipvlan isolation=bridge isolation=private isolation=vepa mode=l2 mode=l3 mode=l3s parent=LINK' \
    'vlan id= parent=LINK protocol=802.1ad protocol=802.1q' \
    'vxlan group= id= l2miss=on l3miss=on learning=off local= parent=LINK port= proxy=on remote=' \
    'vrf table='

# Prints the words in front of the cursor that are no options, nor their values.
function __netgraft_typed
    set -l option 0
    for word in (commandline -opc)[2..-1]
        if test $option = 1
            set option 0
        else if string match -q -- "$word:*" $__netgraft_options
            set option 1
        else if not string match -q -- '-*' $word
            echo -- $word
        end
    end
end

# Prints the kind of the word at the cursor, if only the machine knows its values.
function __netgraft_kind
    set -l typed (__netgraft_typed)
    test (count $typed) -gt 0; or return 1
    set -l place $typed[1]
    set -l first 0
    if test (count $typed) -gt 2; and string match -q -- "$place.$typed[3] *" $__netgraft_places
        set place $place.$typed[3]
        set first 2
    end
    set -l kinds (string match -- "$place *" $__netgraft_places | string split ' ')
    set -l kind $kinds[(math (count $typed) - $first + 1)]
    if test -z "$kind"; and string match -q -- '*+' $kinds[-1]
        set kind $kinds[-1]
    end
    test -n "$kind" -a "$kind" != -; or return 1
    # string fails where there is nothing to trim.
    string trim -c + -- $kind; or true
end

# Prints the candidates for a kind of word.
function __netgraft_candidates -a kind
    set -l typed (__netgraft_typed) current current
    switch $kind
        case NETNS
            echo current
            command ls /run/netns 2>/dev/null
        case SOURCE
            netgraft --json list $typed[2] 2>/dev/null | string match -ra '"source":"[^"]*"' | cut -d '"' -f 4 | sed 's/\\\\\\\\/\\\\/g'
        case LINK
            __netgraft_links env
        case DEVICE
            __netgraft_links netgraft run $typed[2] --
        case CREATE
            __netgraft_kinds (commandline -ct)
    end
end

# Prints the links that a program sees when it is started by these words.
function __netgraft_links
    $argv cat /proc/net/dev 2>/dev/null | string replace -rf '^ *(\S+):.*' '$1' | string replace -a '\\' '\\\\'
end

# Prints what can follow the begin of a value of --create: kinds, then a kind's keys.
function __netgraft_kinds -a begun
    set -l before (string match -r '.*,' -- $begun)
    for row in $__netgraft_keys
        set -l keys (string split -n ' ' -- $row)
        if test -z "$before"
            echo -- $keys[1]
        else if string match -q -- "$keys[1],*" $before
            for key in $keys[2..-1]
                set -l parts (string split = -- $key)
                if contains -- "$parts[2]" LINK NETNS
                    printf "$before$parts[1]=%s\n" (__netgraft_candidates $parts[2])
                else
                    echo -- $before$key
                end
            end
        end
    end
end

function __netgraft_has_words -a number
    test (count (__netgraft_typed)) = $number
end

complete -c netgraft -f
complete -c netgraft -n '__fish_seen_subcommand_from adopt batch run exec' -F
complete -c netgraft -n __netgraft_kind -f -a '(__netgraft_candidates (__netgraft_kind))'
