# what: ipMasq: what leaves the subnet has the host's address, what stays in it keeps its own; beside rules of others
# plugin: bridge
ip netns add up; ip link add u0 type veth peer name u1 netns up; ip addr add 198.51.100.1/24 dev u0; ip link set u0 up; ip -n up addr add 198.51.100.9/24 dev u1; ip -n up link set u1 up; ip -n up link set lo up
nft add table ip other; nft add chain ip other c '{ type nat hook postrouting priority 90; }'
CONF=$(jq -nc --arg t "$TYPE" '{cniVersion:"1.0.0",name:"n",type:$t,bridge:"b0",isDefaultGateway:true,ipMasq:true,ipam:{type:"host-local",ranges:[[{subnet:"10.1.2.0/24"}],[{subnet:"fd00:12::/64"}]]}}')
cni ADD; ok; prev "$OUT"; pings c1 198.51.100.9; has host 'fd00:12::2' nft list ruleset; cni CHECK; ok
cni DEL; ok; hasnt host '10.1.2|fd00:12' nft list ruleset; has host other nft list ruleset
