# what: a route that the kernel refuses: error, all as before, the address and the bridge included
# plugin: bridge
# stock: pair and bridge stay
CONF=$(jq -nc --arg t "$TYPE" '{cniVersion:"1.0.0",name:"n",type:$t,bridge:"b0",isGateway:true,ipMasq:true,ipam:{type:"host-local",subnet:"10.1.2.0/24",routes:[{dst:"10.5.0.0/16",gw:"192.0.2.1"}]}}')
snap > $TMP/0; cni ADD; fails; says '10.5.0.0/16'; alike $TMP/0; [ -z "$(ls /var/lib/cni/networks/n | grep ^10)" ] || bad "still reserved"
