# what: promiscMode; a failed ADD takes it back with the bridge; CHECK looks at it
# plugin: bridge
# stock: CHECK fails where there is no ipam
CONF=$(jq -nc --arg t "$TYPE" '{cniVersion:"1.0.0",name:"n",type:$t,bridge:"b0",promiscMode:true}')
cni ADD; ok; has host PROMISC ip link show b0; prev "$OUT"; cni CHECK; ok; ip link set b0 promisc off; cni CHECK; fails
