# what: host-device: IPAM fails, or a route is refused: the device is where it was, as it was
# plugin: host-device
# stock: the device stays in the container
ip link add hd0 type veth peer name hd1; ip link set hd0 up; ip link set hd1 up; C=$(jq -nc --arg t "$TYPE" '{cniVersion:"1.0.0",name:"n",type:$t,device:"hd0"}'); snap > $TMP/0
CONF=$(jq -c '.ipam={type:"ipam-rec",fail:{ADD:11}}' <<<"$C"); cni ADD; fails; ipams 'ADD DEL'; alike $TMP/0
CONF=$(jq -c '.ipam={type:"ipam-rec",answer:{ips:[{address:"10.1.3.5/24"}],routes:[{dst:"10.7.0.0/16",gw:"192.0.2.1"}]}}' <<<"$C"); cni ADD; fails; alike $TMP/0; has host ',UP' ip link show hd0; [ ! -e /run/netgraft-cni ] || hasnt host . ls -A /run/netgraft-cni
