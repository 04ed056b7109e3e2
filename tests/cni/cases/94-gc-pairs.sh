# what: GC deletes the pairs of attachments that are no more, of this network alone, in a container that lives on
# plugin: bridge
# spec: 1.1
# stock: bridge has no GC
CONF=$(jq -nc --arg t "$TYPE" '{cniVersion:"1.1.0",name:"n",type:$t,bridge:"b0",isGateway:true,ipMasq:true,ipam:{type:"ipam-rec",answer:{ips:[{address:"10.1.2.2/24"}]}}}'); C=$CONF; cni ADD; ok; IF=eth1; CONF=$(jq -c '.name="other"|.ipam.answer.ips[0].address="10.1.4.2/24"|.bridge="b1"' <<<"$C"); cni ADD; ok
CONF=$(jq -c '."cni.dev/valid-attachments"=[]' <<<"$C"); cni GC; ok; hasnt c1 eth0 ip link; has c1 eth1 ip link; has host '10.1.4.2' nft list ruleset; hasnt host '10.1.2.2' nft list ruleset
CONF=$(jq -c 'del(."cni.dev/valid-attachments")' <<<"$CONF"); cni GC; fails; has c1 eth1 ip link
