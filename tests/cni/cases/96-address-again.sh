# what: an address is used again by another container: the host and a third container reach that at once
# plugin: bridge
# stock: the neighbours send to the old MAC for half a minute
C=$(jq -nc --arg t "$TYPE" '{cniVersion:"1.0.0",name:"n",type:$t,bridge:"b0",isGateway:true,ipam:{type:"ipam-rec",answer:{ips:[{address:"10.1.2.5/24",gateway:"10.1.2.1"},{address:"fd00:12::5/64",gateway:"fd00:12::1"}]}}}')
ip netns add c3; ip -n c3 link set lo up; CONF=$(jq -c '.ipam.answer.ips[0].address="10.1.2.9/24"|.ipam.answer.ips[1].address="fd00:12::9/64"' <<<"$C"); ID=third NS=/run/netns/c3; cni ADD; ok
CONF=$C; ID=one NS=/run/netns/c1; cni ADD; ok; for a in 10.1.2.5 fd00:12::5; do pings host $a; pings c3 $a; done; M=$(lnk c1 eth0 .address); ip -n c1 link set eth0 down; cni DEL; ok; ID=two NS=/run/netns/c2; cni ADD; ok; N=$(lnk c2 eth0 .address); [ "$M" != "$N" ] || bad "the same MAC"
for n in host c3; do for a in 10.1.2.5 fd00:12::5; do has $n "$N" ip neigh show $a; hasnt $n "$M" ip neigh show $a; pings $n $a; done; done
