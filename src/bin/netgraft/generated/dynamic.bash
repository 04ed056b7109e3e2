
# Values that the machine knows. Words of a command line in order, by command; then options with values.
_netgraft_places='
@PLACES@
'
_netgraft_options=' @OPTIONS@ '
_netgraft_keys='
@KEYS@
'

# Prints the candidates for a kind of word in a namespace.
_netgraft_candidates() {
    case $1 in
        NETNS) printf 'current\n'; command ls /run/netns ;;
        SOURCE) netgraft --json list "$2" | grep -o '"source":"[^"]*"' | cut -d '"' -f 4 | sed 's/\\\\/\\/g' ;;
        LINK) _netgraft_links env ;;
        DEVICE) _netgraft_links netgraft run "$2" -- ;;
        CREATE) _netgraft_kinds "$3" ;;
    esac 2>/dev/null
}

# Prints the links that a program sees when it is started by these words.
_netgraft_links() {
    "$@" cat /proc/net/dev | sed -n 's/\\/\\\\/g; s/^ *\([^ ]*\):.*/\1/p'
}

# Prints what can follow the begin of a value of --create: kinds, then a kind's keys.
_netgraft_kinds() {
    local row kind keys key value before=
    [[ $1 != *,* ]] || before=${1%,*},
    while read -r kind keys; do
        [[ $kind ]] || continue
        [[ $before ]] || printf '%s\n' "$kind"
        [[ $before == "$kind,"* ]] || continue
        for key in $keys; do
            case ${key#*=} in
                LINK | NETNS)
                    while read -r value; do
                        printf '%s\n' "$before${key%%=*}=$value"
                    done < <(_netgraft_candidates "${key#*=}") ;;
                *) printf '%s\n' "$before$key" ;;
            esac
        done
    done <<<"$_netgraft_keys"
}

_netgraft_dynamic() {
    local line=${COMP_LINE:0:COMP_POINT} current='' option='' kind='' first=1 word row place
    local -a words typed=() kinds=()
    read -ra words <<<"$line"
    if [[ $line != *[[:space:]] ]]; then
        current=${words[-1]}
        unset 'words[-1]'
    fi
    for word in "${words[@]:1}"; do
        if [[ $option ]]; then
            option=
        elif [[ $_netgraft_options == *" $word:"* ]]; then
            option=$word
        elif [[ $word != -* ]]; then
            typed+=("$word")
        fi
    done
    if [[ $option ]]; then
        kind=${_netgraft_options#*" $option:"}
        kind=${kind%% *}
    elif [[ $current != -* && ${#typed[@]} -gt 0 ]]; then
        place=${typed[0]}
        if [[ ${#typed[@]} -gt 2 && $_netgraft_places == *$'\n'"$place.${typed[2]} "* ]]; then
            place=$place.${typed[2]} first=3
        fi
        while read -r row; do
            [[ $row != "$place "* ]] || read -ra kinds <<<"${row#* }"
        done <<<"$_netgraft_places"
        if [[ ${#kinds[@]} -gt 0 ]]; then
            kind=${kinds[${#typed[@]} - first]:-}
            [[ $kind || ${kinds[-1]} != *+ ]] || kind=${kinds[-1]}
            kind=${kind%+}
        fi
    fi
    if [[ -z $kind || $kind == - ]]; then
        _netgraft "$@"
        return
    fi
    COMPREPLY=()
    [[ $kind != CREATE ]] || compopt -o nospace
    # Bash completes what follows the last character that breaks words.
    local done=${current%"${current##*[=:]}"}
    while read -r word; do
        if [[ $word == "$current"* ]]; then
            printf -v word %q "${word#"$done"}"
            # A comma needs no backslash.
            COMPREPLY+=("${word//\\,/,}")
        fi
    done < <(_netgraft_candidates "$kind" "${typed[1]:-current}" "$current")
}

complete -F _netgraft_dynamic -o bashdefault netgraft
