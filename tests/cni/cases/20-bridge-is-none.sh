# what: the bridge's name is another link's: error that says so, all as before
# plugin: bridge
ip link add b0 type veth peer name b1; snap > $TMP/0
CONF=$(jq -nc --arg t "$TYPE" --argjson i "$(HL 10.1.2.0/24)" '{cniVersion:"1.0.0",name:"n",type:$t,bridge:"b0",ipam:$i}')
cni ADD; fails; says b0; alike $TMP/0
