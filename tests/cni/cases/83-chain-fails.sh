# what: a plugin behind this one fails: the runtime's DELs, last plugin first, leave nothing
# plugin: bridge
CONF=$(jq -nc --arg t "$TYPE" --argjson i "$(HL 10.1.2.0/24)" '{cniVersion:"1.0.0",name:"n",type:$t,bridge:"b0",isGateway:true,ipMasq:true,ipam:$i}')
cni ADD; ok; cni DEL; ok; snap > $TMP/0
cni ADD; ok; OWN=$CONF; CONF='{"cniVersion":"1.0.0","name":"n","type":"tuning","sysctl":{"net.ipv4.conf.IFNAME.none":"1"}}'; prev; cni ADD; fails
noprev; cni DEL; ok; CONF=$OWN; cni DEL; ok; alike $TMP/0; cni DEL; ok
