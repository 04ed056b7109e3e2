# what: host-device: DEL without CNI_NETNS while the namespace is there brings the device home; renamed inside, too
# plugin: host-device
# stock: without a namespace the device stays, and goes with it
ip link add hd0 type veth peer name hd1; CONF=$(jq -nc --arg t "$TYPE" '{cniVersion:"1.0.0",name:"n",type:$t,device:"hd0"}')
cni ADD; ok; prev "$OUT"; NS=; cni DEL; ok; has host 'hd0@' ip link; hasnt c1 eth0 ip link; NS=/run/netns/c1; noprev; cni ADD; ok; ip -n c1 link set eth0 down; ip -n c1 link set eth0 name other; cni DEL; ok; has host 'hd0@' ip link; hasnt c1 other ip link
