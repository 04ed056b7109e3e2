# what: macvlan: the master in the container (linkInContainer), of prevResult, of the default route
# plugin: macvlan
# needs: macvlan dummy
C=$(jq -nc --arg t "$TYPE" '{cniVersion:"1.0.0",name:"n",type:$t}')
ip -n c1 link add m0 type dummy; ip -n c1 link set m0 up; CONF=$(jq -c '.master="m0"|.linkInContainer=true' <<<"$C"); cni ADD; ok; has c1 'eth0@m0' ip link; cni DEL; ok
ip link add m1 type dummy; ip link set m1 up; ip addr add 192.0.2.1/24 dev m1; ip route add default via 192.0.2.9; CONF=$C; cni ADD; ok; P=$(lnk host m1 .ifindex); lk c1 eth0 .link_index "$P"; cni DEL; ok
ip link add m2 type dummy; ip link set m2 up; CONF=$(jq -c '.prevResult={cniVersion:"1.0.0",interfaces:[{name:"m2"}]}' <<<"$C"); cni ADD; ok; lk c1 eth0 .link_index "$(lnk host m2 .ifindex)"
