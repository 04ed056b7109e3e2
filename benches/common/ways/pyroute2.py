"""pyroute2's IPRoute as its users have it: a connection in each namespace, kept open; links are looked up by their names.

The first line of the input is the job. Each further line is a method, answered by the seconds that it took.
"""

import json
import sys
import time

from pyroute2 import IPRoute

NODAD = 2


class Way:
    def __init__(self, job):
        self.move, self.wanted = job["move"], job["wanted"]
        self.home_name, self.own_mac = job["home"], job["own_mac"]
        self.home = IPRoute(netns=self.home_name)
        self.away = {name: IPRoute(netns=name) for name in {one["place"] for one in self.wanted}}

    def add(self):
        bridge = None if self.move else index(self.home, "br0")
        for one in self.wanted:
            away = self.away[one["place"]]
            there = {"ifname": one["name"], "address": one["mac"], "net_ns_fd": one["place"]}
            if self.move:
                self.home.link("set", index=index(self.home, one["source"]), state="up", **there)
            else:
                self.home.link("add", ifname=one["peer"], kind="veth", master=bridge, state="up", peer=there)
            link = index(away, one["name"])
            away.addr("add", index=link, address=one["ipv4"], prefixlen=24, broadcast=one["broadcast"])
            away.addr("add", index=link, address=one["ipv6"], prefixlen=64, flags=NODAD)
            if self.move:
                away.route("add", dst=one["destination"] + "/16", oif=link, scope=253, proto=110)
            else:
                away.link("set", index=link, state="up")

    def remove(self):
        for one in self.wanted:
            if self.move:
                away = self.away[one["place"]]
                back = {"ifname": one["source"], "address": self.own_mac, "net_ns_fd": self.home_name}
                away.link("set", index=index(away, one["name"]), state="down", **back)
            else:
                self.home.link("del", index=index(self.home, one["peer"]))


def index(connection, name):
    return connection.link("get", ifname=name)[0]["index"]


way = Way(json.loads(sys.stdin.readline()))
print("ready", flush=True)
for line in sys.stdin:
    method = getattr(way, line.strip())
    begin = time.perf_counter()
    method()
    print(time.perf_counter() - begin, flush=True)
