# what: DEL after a refused ADD, or of what was never added, leaves an eth0 of others alone, of whatever kind
# plugin: bridge
# stock: deletes it
CONF=$(jq -nc --arg t "$TYPE" --argjson i "$(HL 10.1.2.0/24)" '{cniVersion:"1.0.0",name:"n",type:$t,bridge:"b0",ipam:$i}'); B0
ip -n c1 link add eth0 type veth peer name own0; snap > $TMP/0; cni ADD; fails; cni DEL; ok; alike $TMP/0; ip -n c1 link del eth0
ip link add foreign type veth peer name eth0 netns c1; snap > $TMP/0; cni DEL; ok; ID=other; cni DEL; ok; alike $TMP/0; ip link del foreign
ID=ctr-1; ip -n c1 link add eth0 type bridge; snap > $TMP/0; cni DEL; ok; alike $TMP/0
