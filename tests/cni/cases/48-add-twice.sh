# what: the same attachment added twice: error, and the first one, its address included, is untouched
# plugin: bridge
CONF=$(jq -nc --arg t "$TYPE" --argjson i "$(HL 10.1.2.0/24)" '{cniVersion:"1.0.0",name:"n",type:$t,bridge:"b0",isGateway:true,ipam:$i}')
cni ADD; ok; P=$OUT; snap > $TMP/0; cni ADD; fails; alike $TMP/0; [ -e /var/lib/cni/networks/n/10.1.2.2 ] || bad "the address was given back"; prev "$P"; cni CHECK; ok
