# what: host-device: GC brings the devices of attachments home that are no more, and leaves the others
# plugin: host-device
# spec: 1.1
# stock: host-device has no GC
ip link add hd0 type veth peer name hd1; ip link add hd2 type veth peer name hd3; C=$(jq -nc --arg t "$TYPE" '{cniVersion:"1.1.0",name:"n",type:$t}')
CONF=$(jq -c '.device="hd0"' <<<"$C"); cni ADD; ok; CONF=$(jq -c '.device="hd2"' <<<"$C"); ID=two; NS=/run/netns/c2; cni ADD; ok
CONF=$(jq -c '.device="hd2"|."cni.dev/valid-attachments"=[{containerID:"ctr-1",ifname:"eth0"}]' <<<"$C"); cni GC; ok; empty; has host 'hd2@' ip link; has c1 eth0 ip link; hasnt host 'hd0@' ip link
CONF=$(jq -c '."cni.dev/valid-attachments"=[]' <<<"$CONF"); cni GC; ok; has host 'hd0@' ip link; cni GC; ok; hasnt host . ls -A /run/netgraft-cni
