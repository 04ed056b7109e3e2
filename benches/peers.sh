#!/bin/sh
# Installs what the benches compare netgraft with and cargo does not bring: CNI's plugins by apt-get, pyroute2 by pip into
# the virtual environment $1. Prints a line for each that it cannot install, and why.
set -u

pyroute2=0.9.7

lacks() { printf '%s: %s\n' "$1" "$(tail -n 1 "$log")"; }

log=$(mktemp)
trap 'rm "$log"' EXIT

if [ ! -x /usr/lib/cni/bridge ]; then
    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
        containernetworking-plugins; } >"$log" 2>&1 || lacks cni
fi

if [ "$("$1/bin/python" -c 'import pyroute2; print(pyroute2.__version__)' 2>/dev/null)" != "$pyroute2" ]; then
    { python3 -m venv "$1" && "$1/bin/pip" install --quiet --disable-pip-version-check "pyroute2==$pyroute2"; } \
        >"$log" 2>&1 || lacks pyroute2
fi
