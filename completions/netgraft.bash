_netgraft() {
    local i cur prev opts cmd
    COMPREPLY=()
    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
        cur="$2"
    else
        cur="${COMP_WORDS[COMP_CWORD]}"
    fi
    prev="$3"
    cmd=""
    opts=""

    for i in "${COMP_WORDS[@]:0:COMP_CWORD}"
    do
        case "${cmd},${i}" in
            ",$1")
                cmd="netgraft"
                ;;
            netgraft,add)
                cmd="netgraft__subcmd__add"
                ;;
            netgraft,adopt)
                cmd="netgraft__subcmd__adopt"
                ;;
            netgraft,alias)
                cmd="netgraft__subcmd__alias"
                ;;
            netgraft,announce)
                cmd="netgraft__subcmd__announce"
                ;;
            netgraft,batch)
                cmd="netgraft__subcmd__batch"
                ;;
            netgraft,check)
                cmd="netgraft__subcmd__check"
                ;;
            netgraft,create)
                cmd="netgraft__subcmd__create"
                ;;
            netgraft,default)
                cmd="netgraft__subcmd__default"
                ;;
            netgraft,demo)
                cmd="netgraft__subcmd__demo"
                ;;
            netgraft,destroy)
                cmd="netgraft__subcmd__destroy"
                ;;
            netgraft,exec)
                cmd="netgraft__subcmd__run"
                ;;
            netgraft,forget)
                cmd="netgraft__subcmd__forget"
                ;;
            netgraft,gateway)
                cmd="netgraft__subcmd__gateway"
                ;;
            netgraft,help)
                cmd="netgraft__subcmd__help"
                ;;
            netgraft,ipvs)
                cmd="netgraft__subcmd__ipvs"
                ;;
            netgraft,list)
                cmd="netgraft__subcmd__list"
                ;;
            netgraft,monitor)
                cmd="netgraft__subcmd__monitor"
                ;;
            netgraft,neigh)
                cmd="netgraft__subcmd__neigh"
                ;;
            netgraft,oci-hook)
                cmd="netgraft__subcmd__oci__subcmd__hook"
                ;;
            netgraft,remove)
                cmd="netgraft__subcmd__remove"
                ;;
            netgraft,restore)
                cmd="netgraft__subcmd__restore"
                ;;
            netgraft,route)
                cmd="netgraft__subcmd__route"
                ;;
            netgraft,rule)
                cmd="netgraft__subcmd__rule"
                ;;
            netgraft,run)
                cmd="netgraft__subcmd__run"
                ;;
            netgraft,show)
                cmd="netgraft__subcmd__show"
                ;;
            netgraft,stats)
                cmd="netgraft__subcmd__stats"
                ;;
            netgraft,vip)
                cmd="netgraft__subcmd__vip"
                ;;
            netgraft,wait)
                cmd="netgraft__subcmd__wait"
                ;;
            netgraft__subcmd__alias,add)
                cmd="netgraft__subcmd__alias__subcmd__add"
                ;;
            netgraft__subcmd__alias,del)
                cmd="netgraft__subcmd__alias__subcmd__del"
                ;;
            netgraft__subcmd__default,set)
                cmd="netgraft__subcmd__default__subcmd__set"
                ;;
            netgraft__subcmd__default,unset)
                cmd="netgraft__subcmd__default__subcmd__unset"
                ;;
            netgraft__subcmd__gateway,get)
                cmd="netgraft__subcmd__gateway__subcmd__get"
                ;;
            netgraft__subcmd__gateway,set)
                cmd="netgraft__subcmd__gateway__subcmd__set"
                ;;
            netgraft__subcmd__gateway,unset)
                cmd="netgraft__subcmd__gateway__subcmd__unset"
                ;;
            netgraft__subcmd__help,add)
                cmd="netgraft__subcmd__help__subcmd__add"
                ;;
            netgraft__subcmd__help,adopt)
                cmd="netgraft__subcmd__help__subcmd__adopt"
                ;;
            netgraft__subcmd__help,alias)
                cmd="netgraft__subcmd__help__subcmd__alias"
                ;;
            netgraft__subcmd__help,announce)
                cmd="netgraft__subcmd__help__subcmd__announce"
                ;;
            netgraft__subcmd__help,batch)
                cmd="netgraft__subcmd__help__subcmd__batch"
                ;;
            netgraft__subcmd__help,check)
                cmd="netgraft__subcmd__help__subcmd__check"
                ;;
            netgraft__subcmd__help,create)
                cmd="netgraft__subcmd__help__subcmd__create"
                ;;
            netgraft__subcmd__help,default)
                cmd="netgraft__subcmd__help__subcmd__default"
                ;;
            netgraft__subcmd__help,demo)
                cmd="netgraft__subcmd__help__subcmd__demo"
                ;;
            netgraft__subcmd__help,destroy)
                cmd="netgraft__subcmd__help__subcmd__destroy"
                ;;
            netgraft__subcmd__help,forget)
                cmd="netgraft__subcmd__help__subcmd__forget"
                ;;
            netgraft__subcmd__help,gateway)
                cmd="netgraft__subcmd__help__subcmd__gateway"
                ;;
            netgraft__subcmd__help,help)
                cmd="netgraft__subcmd__help__subcmd__help"
                ;;
            netgraft__subcmd__help,ipvs)
                cmd="netgraft__subcmd__help__subcmd__ipvs"
                ;;
            netgraft__subcmd__help,list)
                cmd="netgraft__subcmd__help__subcmd__list"
                ;;
            netgraft__subcmd__help,monitor)
                cmd="netgraft__subcmd__help__subcmd__monitor"
                ;;
            netgraft__subcmd__help,neigh)
                cmd="netgraft__subcmd__help__subcmd__neigh"
                ;;
            netgraft__subcmd__help,oci-hook)
                cmd="netgraft__subcmd__help__subcmd__oci__subcmd__hook"
                ;;
            netgraft__subcmd__help,remove)
                cmd="netgraft__subcmd__help__subcmd__remove"
                ;;
            netgraft__subcmd__help,restore)
                cmd="netgraft__subcmd__help__subcmd__restore"
                ;;
            netgraft__subcmd__help,route)
                cmd="netgraft__subcmd__help__subcmd__route"
                ;;
            netgraft__subcmd__help,rule)
                cmd="netgraft__subcmd__help__subcmd__rule"
                ;;
            netgraft__subcmd__help,run)
                cmd="netgraft__subcmd__help__subcmd__run"
                ;;
            netgraft__subcmd__help,show)
                cmd="netgraft__subcmd__help__subcmd__show"
                ;;
            netgraft__subcmd__help,stats)
                cmd="netgraft__subcmd__help__subcmd__stats"
                ;;
            netgraft__subcmd__help,vip)
                cmd="netgraft__subcmd__help__subcmd__vip"
                ;;
            netgraft__subcmd__help,wait)
                cmd="netgraft__subcmd__help__subcmd__wait"
                ;;
            netgraft__subcmd__help__subcmd__alias,add)
                cmd="netgraft__subcmd__help__subcmd__alias__subcmd__add"
                ;;
            netgraft__subcmd__help__subcmd__alias,del)
                cmd="netgraft__subcmd__help__subcmd__alias__subcmd__del"
                ;;
            netgraft__subcmd__help__subcmd__default,set)
                cmd="netgraft__subcmd__help__subcmd__default__subcmd__set"
                ;;
            netgraft__subcmd__help__subcmd__default,unset)
                cmd="netgraft__subcmd__help__subcmd__default__subcmd__unset"
                ;;
            netgraft__subcmd__help__subcmd__gateway,get)
                cmd="netgraft__subcmd__help__subcmd__gateway__subcmd__get"
                ;;
            netgraft__subcmd__help__subcmd__gateway,set)
                cmd="netgraft__subcmd__help__subcmd__gateway__subcmd__set"
                ;;
            netgraft__subcmd__help__subcmd__gateway,unset)
                cmd="netgraft__subcmd__help__subcmd__gateway__subcmd__unset"
                ;;
            netgraft__subcmd__help__subcmd__neigh,add)
                cmd="netgraft__subcmd__help__subcmd__neigh__subcmd__add"
                ;;
            netgraft__subcmd__help__subcmd__neigh,del)
                cmd="netgraft__subcmd__help__subcmd__neigh__subcmd__del"
                ;;
            netgraft__subcmd__help__subcmd__route,add)
                cmd="netgraft__subcmd__help__subcmd__route__subcmd__add"
                ;;
            netgraft__subcmd__help__subcmd__route,del)
                cmd="netgraft__subcmd__help__subcmd__route__subcmd__del"
                ;;
            netgraft__subcmd__help__subcmd__route,list)
                cmd="netgraft__subcmd__help__subcmd__route__subcmd__list"
                ;;
            netgraft__subcmd__help__subcmd__rule,add)
                cmd="netgraft__subcmd__help__subcmd__rule__subcmd__add"
                ;;
            netgraft__subcmd__help__subcmd__rule,del)
                cmd="netgraft__subcmd__help__subcmd__rule__subcmd__del"
                ;;
            netgraft__subcmd__help__subcmd__rule,list)
                cmd="netgraft__subcmd__help__subcmd__rule__subcmd__list"
                ;;
            netgraft__subcmd__neigh,add)
                cmd="netgraft__subcmd__neigh__subcmd__add"
                ;;
            netgraft__subcmd__neigh,del)
                cmd="netgraft__subcmd__neigh__subcmd__del"
                ;;
            netgraft__subcmd__route,add)
                cmd="netgraft__subcmd__route__subcmd__add"
                ;;
            netgraft__subcmd__route,del)
                cmd="netgraft__subcmd__route__subcmd__del"
                ;;
            netgraft__subcmd__route,list)
                cmd="netgraft__subcmd__route__subcmd__list"
                ;;
            netgraft__subcmd__rule,add)
                cmd="netgraft__subcmd__rule__subcmd__add"
                ;;
            netgraft__subcmd__rule,del)
                cmd="netgraft__subcmd__rule__subcmd__del"
                ;;
            netgraft__subcmd__rule,list)
                cmd="netgraft__subcmd__rule__subcmd__list"
                ;;
            *)
                ;;
        esac
    done

    case "${cmd}" in
        netgraft)
            opts="-v -h -V --json --state-dir --no-journal --help --version create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run exec batch monitor demo oci-hook help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 1 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__add)
            opts="-v -h --from --in-place --create --name --prefix --mac --mtu --txqlen --alias --promisc --allmulti --down --ipv4 --ipv6 --link-local --route --gateway --metric --sysctl --netns-sysctl --master --dad --probe --probe-interval --keep-addresses --set-ipv6 --allow-stacked --no-clash-check --allow-unverified --announce --announce-interval --wait --wait-for --verify --dry-run --foreground --background --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --from)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --create)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --prefix)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --mac)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --mtu)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --txqlen)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --alias)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --ipv4)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --ipv6)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --link-local)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --route)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --gateway)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --metric)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --sysctl)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --netns-sysctl)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --master)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --probe)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --probe-interval)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --set-ipv6)
                    COMPREPLY=($(compgen -W "on off keep" -- "${cur}"))
                    return 0
                    ;;
                --announce)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --announce-interval)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --wait)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --wait-for)
                    COMPREPLY=($(compgen -W "up running" -- "${cur}"))
                    return 0
                    ;;
                --verify)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__adopt)
            opts="-v -h --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__alias)
            opts="-v -h --json --state-dir --no-journal --help add del"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__alias__subcmd__add)
            opts="-v -h --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__alias__subcmd__del)
            opts="-v -h --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__announce)
            opts="-v -h --count --interval --background --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --count)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --interval)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__batch)
            opts="-v -h --keep-going --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__check)
            opts="-v -h --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__create)
            opts="-v -h --replace --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__default)
            opts="-v -h --json --state-dir --no-journal --help set unset"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__default__subcmd__set)
            opts="-v -h --json --state-dir --no-journal --help 4 6"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__default__subcmd__unset)
            opts="-v -h --json --state-dir --no-journal --help 4 6"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__demo)
            opts="-v -h --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__destroy)
            opts="-v -h --force --if-exists --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__forget)
            opts="-v -h --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__gateway)
            opts="-v -h --json --state-dir --no-journal --help set unset get"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__gateway__subcmd__get)
            opts="-v -h --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__gateway__subcmd__set)
            opts="-v -h --onlink --link --metric --replace --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --link)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --metric)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__gateway__subcmd__unset)
            opts="-v -h --json --state-dir --no-journal --help 4 6"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help)
            opts="create adopt destroy add remove list show stats announce gateway default route rule neigh alias vip ipvs check restore wait forget run batch monitor demo oci-hook help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__add)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__adopt)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__alias)
            opts="add del"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__alias__subcmd__add)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__alias__subcmd__del)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__announce)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__batch)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__check)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__create)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__default)
            opts="set unset"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__default__subcmd__set)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__default__subcmd__unset)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__demo)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__destroy)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__forget)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__gateway)
            opts="set unset get"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__gateway__subcmd__get)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__gateway__subcmd__set)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__gateway__subcmd__unset)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__help)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__ipvs)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__list)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__monitor)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__neigh)
            opts="add del"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__neigh__subcmd__add)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__neigh__subcmd__del)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__oci__subcmd__hook)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__remove)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__restore)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__route)
            opts="add del list"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__route__subcmd__add)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__route__subcmd__del)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__route__subcmd__list)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__rule)
            opts="add del list"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__rule__subcmd__add)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__rule__subcmd__del)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__rule__subcmd__list)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__run)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__show)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__stats)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__vip)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__help__subcmd__wait)
            opts=""
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__ipvs)
            opts="-v -h --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__list)
            opts="-v -h --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__monitor)
            opts="-v -h --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__neigh)
            opts="-v -h --json --state-dir --no-journal --help add del"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__neigh__subcmd__add)
            opts="-v -h --link --bridge --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --link)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__neigh__subcmd__del)
            opts="-v -h --link --bridge --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --link)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__oci__subcmd__hook)
            opts="-v -h --interfaces --allow --net-devices --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --interfaces)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__remove)
            opts="-v -h --all --if-exists --no-addresses --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__restore)
            opts="-v -h --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__route)
            opts="-v -h --json --state-dir --no-journal --help add del list"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__route__subcmd__add)
            opts="-v -h --metric --table --source --mtu --replace --blackhole --unreachable --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --metric)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --table)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --source)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --mtu)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__route__subcmd__del)
            opts="-v -h --metric --table --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --metric)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --table)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__route__subcmd__list)
            opts="-v -h --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__rule)
            opts="-v -h --json --state-dir --no-journal --help add del list"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__rule__subcmd__add)
            opts="-v -h --from --to --iif --fwmark --priority --table --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --from)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --iif)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fwmark)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --priority)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --table)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__rule__subcmd__del)
            opts="-v -h --from --to --iif --fwmark --priority --table --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --from)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --to)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --iif)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fwmark)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --priority)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --table)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__rule__subcmd__list)
            opts="-v -h --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__run)
            opts="-v -h --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__show)
            opts="-v -h --dot --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__stats)
            opts="-v -h --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__vip)
            opts="-v -h --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        netgraft__subcmd__wait)
            opts="-v -h --for --wait --json --state-dir --no-journal --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --for)
                    COMPREPLY=($(compgen -W "appear running gone" -- "${cur}"))
                    return 0
                    ;;
                --wait)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --state-dir)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
    esac
}

if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -F _netgraft -o nosort -o bashdefault -o default netgraft
else
    complete -F _netgraft -o bashdefault -o default netgraft
fi

# Values that the machine knows. Words of a command line in order, by command; then options with values.
_netgraft_places='
create NETNS
adopt NETNS -
destroy NETNS
add NETNS LINK
remove NETNS SOURCE+
list NETNS
show NETNS
stats NETNS SOURCE
announce NETNS SOURCE
gateway NETNS
default NETNS
default.set SOURCE -
route NETNS
rule NETNS
neigh NETNS
alias NETNS
alias.add DEVICE -
alias.del DEVICE -
vip NETNS SOURCE
ipvs NETNS
check NETNS SOURCE
restore NETNS
wait NETNS LINK
forget NETNS SOURCE
exec NETNS -+
run NETNS -+
monitor NETNS
'
_netgraft_options=' --alias:- --allow:- --announce-interval:- --announce:- --count:- --create:CREATE --from:NETNS --fwmark:- --gateway:- --iif:- --interfaces:- --interval:- --ipv4:- --ipv6:- --link-local:- --link:SOURCE --mac:- --master:SOURCE --metric:- --mtu:- --name:- --netns-sysctl:- --prefix:- --priority:- --probe-interval:- --probe:- --route:- --source:- --state-dir:- --sysctl:- --table:- --to:- --txqlen:- --verify:- --wait:- '
_netgraft_keys='
bridge ageing= forward-delay= mcast_snooping=0 mcast_snooping=1 stp=off stp=on vlan_filtering=0 vlan_filtering=1
dummy 
veth bridge=LINK hairpin=on isolated=on learning=off mac= mtu= peer-netns=NETNS peer= up vlan=
netkit bridge=LINK hairpin=on isolated=on learning=off mac= mode=l2 mode=l3 mtu= peer-netns=NETNS peer-policy=drop peer-policy=pass peer= policy=drop policy=pass up vlan=
macvlan mode=bridge mode=passthru mode=private mode=source mode=vepa parent=LINK
macvtap mode=bridge mode=passthru mode=private mode=source mode=vepa parent=LINK
ipvlan isolation=bridge isolation=private isolation=vepa mode=l2 mode=l3 mode=l3s parent=LINK
vlan id= parent=LINK protocol=802.1ad protocol=802.1q
vxlan group= id= l2miss=on l3miss=on learning=off local= parent=LINK port= proxy=on remote=
vrf table=
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
