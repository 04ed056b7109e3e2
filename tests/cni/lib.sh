# Read by run before each case. A case is a bash file that runs in a mount and a network namespace of its own, the host.
# There are two containers, c1 and c2 in /run/netns. IPAM plugins are those of $STOCK, and $HERE/ipam has one for tests.
OUT=; ERR=; RC=0; FAILED=0; ID=ctr-1; IF=eth0; NS=/run/netns/c1; ARGS=; ENVX=()
note() { printf '    %s\n' "$*"; }
bad()  { FAILED=1; printf '    FAIL %s\n' "$*"; }

# t NAME: the `type` under which the plugin tested offers the stock plugin NAME 
t() { echo "${PREFIX}$1"; }
find_plugin() { local d; for d in ${CNI_DIRS//:/ }; do [ -x "$d/$1" ] && { echo "$d/$1"; return; }; done; return 1; }

# cni COMMAND [CONF]: one invocation as a runtime does it. CONF defaults to $CONF. Leaves OUT ERR RC.
cni() {
    local conf=${2-$CONF} type bin
    type=$(jq -r '.type // empty' <<<"$conf" 2>/dev/null); type=${type:-$TYPE}
    bin=${BIN:-$(find_plugin "$type")} || { bad "no plugin $type in $CNI_DIRS"; return 1; }
    local e=(CNI_COMMAND="$1" CNI_PATH="$CNI_DIRS" PATH="$PATH" IPAM_LOG="$IPAM_LOG")
    case $1 in VERSION|STATUS|GC) ;; *)
        e+=(CNI_CONTAINERID="$ID" CNI_IFNAME="$IF"); [ -n "$NS" ] && e+=(CNI_NETNS="$NS"); [ -n "$ARGS" ] && e+=(CNI_ARGS="$ARGS");; esac
    OUT=$(printf %s "$conf" | timeout 60 env -i "${e[@]}" "${ENVX[@]}" "$bin" 2>"$TMP/err"); RC=$?; ERR=$(cat "$TMP/err")
}
prev() { CONF=$(jq -c --argjson p "${1-$OUT}" '. + {prevResult:$p}' <<<"$CONF"); }   # as a runtime: hand the result on
noprev() { CONF=$(jq -c 'del(.prevResult)' <<<"$CONF"); }

ok()    { [ $RC = 0 ] || bad "${1:-} expected success, rc=$RC: $OUT $ERR"; }
fails() { # fails [CODE]: non-zero, and one JSON error object on stdout
    [ $RC != 0 ] || { bad "expected a failure, got: $OUT"; return; }
    [ $RC != 124 ] || bad "hung"
    jq -e 'type=="object" and (.code|type=="number") and (.msg|type=="string" and length>0)' >/dev/null 2>&1 <<<"$OUT" || bad "no error object: '$OUT' stderr '$ERR'"
    [ -z "${1-}" ] || [ "$(jq -r .code <<<"$OUT")" = "$1" ] || bad "error code $(jq -c .code <<<"$OUT"), not $1: $(jq -c .msg <<<"$OUT")"
}
says()  { grep -qE -- "$1" <<<"$OUT" || bad "output lacks /$1/: $OUT"; }
empty() { [ -z "${OUT//[[:space:]]/}" ] || bad "output should be empty: $OUT"; }
js()    { # js FILTER EXPECTED: on the last output
    local v; v=$(jq -cr "$1" <<<"$OUT" 2>&1); [ "$v" = "$2" ] || bad "$1 is '$v', not '$2'"; }
jt()    { jq -e "$1" >/dev/null 2>&1 <<<"$OUT" || bad "not true: $1 on $(jq -c . <<<"$OUT" 2>/dev/null || echo "$OUT")"; }
ns()    { local n=$1; shift; if [ "$n" = host ]; then "$@"; else nsenter --net=/run/netns/$n "$@"; fi; }
# has NS REGEX CMD...: output of CMD in NS has a line that matches
has()   { local n=$1 r=$2; shift 2; ns "$n" "$@" 2>&1 | grep -qE -- "$r" || bad "$n: '$*' lacks /$r/: $(ns "$n" "$@" 2>&1 | tr '\n' '|')"; }
hasnt() { local n=$1 r=$2; shift 2; ! ns "$n" "$@" 2>&1 | grep -qE -- "$r" || bad "$n: '$*' has /$r/: $(ns "$n" "$@" 2>&1 | grep -E -- "$r" | tr '\n' '|')"; }
lnk()   { ns "$1" ip -j -d link show "$2" 2>/dev/null | jq -cr ".[0] | $3"; }
lk()    { local v; v=$(lnk "$1" "$2" "$3"); [ "$v" = "$4" ] || bad "$1: link $2: $3 is '$v', not '$4'"; }
addr()  { has "$1" "inet6? $3 " ip -o addr show dev "$2"; }
route() { has "$1" "^$2" ip -4 route; }
route6(){ has "$1" "^$2" ip -6 route; }
pings() { ns "$1" ping -c1 -W2 "$2" >/dev/null 2>&1 || bad "$1 cannot ping $2"; }
ipams() { local v; v=$(tr '\n' ' ' <"$IPAM_LOG" 2>/dev/null); [ "${v% }" = "$1" ] || bad "IPAM calls '${v% }', not '$1'"; }

# snap: what ip tells of host, c1 and c2, less what counts, ages or follows from carrier; alike FILE: nothing has changed since
snap()  { local n; for n in host c1 c2; do [ $n = host ] || [ -e /run/netns/$n ] || continue; echo "== $n"
    ns $n ip -j -d link | jq -cS '[.[]|{ifname,ifindex,mtu,address,master,ifalias,altnames,txqlen,promiscuity,up:(.flags|index("UP")!=null),kind:.linkinfo.info_kind,vlan_filtering:.linkinfo.info_data.vlan_filtering,hairpin:.linkinfo.info_slave_data.hairpin}]|sort_by(.ifname)|.[]'
    ns $n ip -j addr | jq -cS '.[]|{ifname,a:[.addr_info[]|select(.scope!="link")|{local,prefixlen,scope}]}'
    ns $n ip -4 route show table all | sed 's/ linkdown//'; ns $n ip -6 route show table all | grep -vE 'fe80|ff00::' | sed 's/ expires.*//; s/ linkdown//'; ns $n nft list ruleset 2>/dev/null; ns $n cat /proc/sys/net/ipv4/ip_forward
    done; ls -A /var/lib/cni/networks/* 2>/dev/null | grep -E '^[0-9].*[.:]'; }
alike() { snap > "$TMP/now"; diff "$1" "$TMP/now" >"$TMP/diff" || bad "not as before: $(grep '^[<>]' "$TMP/diff" | cut -c1-160 | tr '\n' '|')"; }
# B0: a bridge with a MAC of its own, up, as an administrator makes it
B0() { ip link add b0 address 02:00:00:00:00:b0 type bridge; ip link set b0 up; }
HL() { jq -nc --arg s "$1" '{type:"host-local",subnet:$s}'; }
