# what: vlan on a bridge that is there and does not keep VLANs apart: error, all as before
# plugin: bridge
# stock: the port is in no VLAN
B0; snap > $TMP/0; CONF=$(jq -nc --arg t "$TYPE" '{cniVersion:"1.0.0",name:"n",type:$t,bridge:"b0",vlan:30}'); cni ADD; fails; alike $TMP/0
