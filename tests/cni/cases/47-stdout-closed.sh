# what: the result cannot be written: ADD fails, all is as before, the address given back
# plugin: bridge
# stock: everything stays
CONF=$(jq -nc --arg t "$TYPE" --argjson i "$(HL 10.1.2.0/24)" '{cniVersion:"1.0.0",name:"n",type:$t,bridge:"b0",isGateway:true,ipMasq:true,ipam:$i}'); snap > $TMP/0
printf %s "$CONF" | env -i PATH=$PATH CNI_COMMAND=ADD CNI_CONTAINERID=$ID CNI_NETNS=$NS CNI_IFNAME=eth0 CNI_PATH=$CNI_DIRS $(find_plugin $TYPE) >/dev/full 2>/dev/null && bad "it succeeded"; alike $TMP/0
