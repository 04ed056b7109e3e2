# what: the folder of the addresses is full: ADD fails, all is as before; with room again the same ADD succeeds
# plugin: bridge
# stock: the pair stays, and the bridge that this ADD made
mount -t tmpfs -o size=64k tmpfs /var/lib/cni
CONF=$(jq -nc --arg t "$TYPE" --argjson i "$(HL 10.1.2.0/24)" '{cniVersion:"1.0.0",name:"n",type:$t,bridge:"b0",isGateway:true,ipMasq:true,ipam:$i}')
head -c 1M /dev/zero > /var/lib/cni/full 2>/dev/null; snap > $TMP/0; cni ADD; fails; rm -rf /var/lib/cni/networks/n; alike $TMP/0
rm /var/lib/cni/full; cni ADD; ok; cni DEL; ok; hasnt host '@if' ip -br link
