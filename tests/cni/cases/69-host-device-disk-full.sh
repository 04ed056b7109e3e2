# what: there is no room for the journal: ADD fails and the device stays at home as it was
# plugin: host-device
# stock: keeps no journal
ip link add hd0 type veth peer name hd1; ip link set hd0 up; ip addr add 192.0.2.7/24 dev hd0
CONF=$(jq -nc --arg t "$TYPE" '{cniVersion:"1.0.0",name:"n",type:$t,device:"hd0"}'); mkdir -m 700 /run/netgraft-cni
mount -t tmpfs -o size=4k,nr_inodes=1,mode=700 tmpfs /run/netgraft-cni; snap > $TMP/0
cni ADD; fails; alike $TMP/0; umount /run/netgraft-cni; cni ADD; ok; lk c1 eth0 .ifname eth0; cni DEL; ok; alike $TMP/0
