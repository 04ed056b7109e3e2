# what: macvlan: no such master, a larger mtu, a wrong mode, a route that is refused: error, all as before
# plugin: macvlan
# needs: macvlan dummy
ip link add m0 type dummy; ip link set m0 up; C=$(jq -nc --arg t "$TYPE" '{cniVersion:"1.0.0",name:"n",type:$t,master:"m0"}'); snap > $TMP/0
for s in '.master="none"' '.mtu=9000' '.mode="frob"' '.mac="x"' '.ipam={type:"ipam-rec",answer:{ips:[{address:"10.1.3.5/24"}],routes:[{dst:"10.7.0.0/16",gw:"192.0.2.1"}]}}' 'del(.master)'; do CONF=$(jq -c "$s" <<<"$C"); cni ADD; fails; done; alike $TMP/0
CONF=$(jq -c '.mac="02:00:00:00:00:07"' <<<"$C"); cni ADD; ok; lk c1 eth0 .address 02:00:00:00:00:07; ip -n c1 link set eth0 down; ip -n c1 link set eth0 name other; cni DEL; ok; hasnt c1 other ip link
