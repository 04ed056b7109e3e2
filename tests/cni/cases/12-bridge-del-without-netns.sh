# what: DEL without CNI_NETNS, and with one that is gone, removes the pair and gives the address back; three times
# plugin: bridge
# stock: without a namespace the pair stays
CONF=$(jq -nc --arg t "$TYPE" --argjson i "$(HL 10.1.2.0/24)" '{cniVersion:"1.0.0",name:"n",type:$t,bridge:"b0",ipam:$i}')
cni ADD; ok; NS=; for _ in 1 2 3; do cni DEL; ok; empty; done; hasnt host '@if' ip -br link; hasnt c1 eth0 ip link
[ ! -e /var/lib/cni/networks/n/10.1.2.2 ] || bad "the address is still reserved"
NS=/run/netns/c1; cni ADD; ok; NS=/run/netns/none; cni DEL; ok; hasnt host '@if' ip -br link
