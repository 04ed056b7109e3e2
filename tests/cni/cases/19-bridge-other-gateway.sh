# what: the bridge has another IPv4 address: error, all as before; with forceAddress the new one takes its place
# plugin: bridge
# stock: the pair stays
B0; ip addr add 10.9.0.1/24 dev b0; echo 0 > /proc/sys/net/ipv4/ip_forward; snap > $TMP/0
CONF=$(jq -nc --arg t "$TYPE" --argjson i "$(HL 10.1.2.0/24)" '{cniVersion:"1.0.0",name:"n",type:$t,bridge:"b0",isGateway:true,ipam:$i}')
cni ADD; fails; says '10.9.0.1'; alike $TMP/0
CONF=$(jq -c '.forceAddress=true' <<<"$CONF"); cni ADD; ok; addr host b0 10.1.2.1/24; hasnt host '10.9.0.1' ip addr show b0; pings c1 10.1.2.1
