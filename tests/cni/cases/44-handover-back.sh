# what: an attachment of ours is deleted by stock: the way back; and one of stock without prevResult by us
# plugin: bridge
C=$(jq -nc --argjson i "$(HL 10.1.2.0/24)" '{cniVersion:"0.3.1",name:"n",type:"bridge",bridge:"b0",isGateway:true,ipam:$i}')
CONF=$(jq -c --arg t "$TYPE" '.type=$t' <<<"$C"); cni ADD; ok; CONF=$C; BIN=$STOCK/bridge; cni DEL; ok; BIN=; hasnt host '@if' ip -br link; hasnt c1 eth0 ip link
CONF=$C; BIN=$STOCK/bridge; cni ADD; ok; BIN=; CONF=$(jq -c --arg t "$TYPE" '.type=$t' <<<"$C"); cni DEL; ok; hasnt host '@if' ip -br link; hasnt c1 eth0 ip link
