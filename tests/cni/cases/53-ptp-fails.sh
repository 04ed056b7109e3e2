# what: ptp without gateway, or without ipam, or with a route that is refused: error, all as before
# plugin: ptp
# stock: the pair stays
snap > $TMP/0; C=$(jq -nc --arg t "$TYPE" '{cniVersion:"1.0.0",name:"n",type:$t}')
CONF=$C; cni ADD; fails; CONF=$(jq -c '.ipam={type:"ipam-rec",answer:{ips:[{address:"10.1.3.5/24"}]}}' <<<"$C"); cni ADD; fails
CONF=$(jq -c '.ipam={type:"ipam-rec",answer:{ips:[{address:"10.1.3.5/24",gateway:"10.1.3.1"}],routes:[{dst:"10.7.0.0/16",gw:"192.0.2.1"}]}}' <<<"$C"); cni ADD; fails; alike $TMP/0
