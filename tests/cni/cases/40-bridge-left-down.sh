# what: disableContainerInterface: the interface stays down; not together with an ipam
# plugin: bridge
# stock: 1.1 does not know it
CONF=$(jq -nc --arg t "$TYPE" '{cniVersion:"1.0.0",name:"n",type:$t,bridge:"b0",disableContainerInterface:true}')
cni ADD; ok; has c1 'state DOWN' ip link show eth0; prev "$OUT"; cni CHECK; ok; cni DEL; ok
snap > $TMP/0; noprev; CONF=$(jq -c --argjson i "$(HL 10.1.2.0/24)" '.ipam=$i' <<<"$CONF"); cni ADD; fails; alike $TMP/0
