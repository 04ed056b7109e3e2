#!/bin/sh
# The programs that the tests and benches run. Does nothing where all are there; otherwise installs what is missing, as
# root where there is apt-get, or says what is to be installed.
set -eu

# An ordinary user's may lack these.
PATH=$PATH:/usr/sbin:/sbin

# A program, and the Debian packages that it comes with.
needed='
cc gcc libc6-dev
c++ g++
make make
nm binutils
pkg-config pkg-config
valgrind valgrind
ip iproute2
tc iproute2
bridge iproute2
ping iputils-ping
pgrep procps
strace strace
setpriv util-linux
setsid util-linux
nsenter util-linux
unshare util-linux
jq jq
nft nftables
mandoc mandoc
zsh zsh
fish fish
iptables iptables
/usr/lib/cni/host-local containernetworking-plugins
'

missing() {
    echo "$needed" | while read -r program packages; do
        [ -z "$program" ] || command -v "$program" >/dev/null || echo "$packages"
    done | sort -u | paste -s -d ' ' -
}

packages=$(missing)
[ -n "$packages" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "programs that the tests run are missing; as root: apt-get install $packages" >&2
    exit 1
fi

# One at a time: several may find out at once.
exec 9</
flock 9
packages=$(missing)
[ -n "$packages" ] || exit 0
echo "installing $packages" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update >&2
# Several words, if several are missing.
# shellcheck disable=SC2086
apt-get -qq install -y --no-install-recommends $packages >&2
packages=$(missing)
[ -z "$packages" ] || { echo "installed, but what these packages are for is still missing: $packages" >&2; exit 1; }
