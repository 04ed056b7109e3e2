
# Values that the machine knows.
_netgraft_namespaces() {
    compadd -- current /run/netns/*(N:t)
    [[ $PREFIX != */* ]] || _files
}

_netgraft_links() {
    compadd -- ${(f)"$(_netgraft_seen_by env)"}
}

_netgraft_sources() {
    compadd -- ${(f)"$(netgraft --json list $(_netgraft_netns) 2>/dev/null | grep -o '"source":"[^"]*"' | cut -d '"' -f 4 | sed 's/\\\\/\\/g')"}
}

_netgraft_devices() {
    compadd -- ${(f)"$(_netgraft_seen_by netgraft run $(_netgraft_netns) --)"}
}

# Prints the links that a program sees when it is started by these words.
_netgraft_seen_by() {
    $@ cat /proc/net/dev 2>/dev/null | sed -n 's/\\/\\\\/g; s/^ *\([^ ]*\):.*/\1/p'
}

# Prints the namespace on the command line: the second word that is no option, nor an option's value.
_netgraft_netns() {
    local word option=0
    local -a typed
    for word in ${${(z)LBUFFER}[2,-1]}; do
        if (( option )); then
            option=0
        elif [[ " @OPTIONS@ " == *" $word:"* ]]; then
            option=1
        elif [[ $word != -* ]]; then
            typed+=($word)
        fi
    done
    print -r -- ${(Q)typed[2]:-current}
}

# Completes a value of --create: kinds, then a kind's keys.
_netgraft_kinds() {
    local -A keys=(
@ZSH_KEYS@
    )
    local kind=${PREFIX%%,*} key
    if ! compset -P '*,'; then
        compadd -S '' -- ${(k)keys}
        return
    fi
    local -a links=(${(f)"$(_netgraft_seen_by env)"}) namespaces=(current /run/netns/*(N:t))
    for key in ${=keys[$kind]}; do
        case $key in
            (*=LINK) compadd -S '' -- ${key%LINK}${^links} ;;
            (*=NETNS) compadd -S '' -- ${key%NETNS}${^namespaces} ;;
            (*) compadd -S '' -- $key ;;
        esac
    done
}
