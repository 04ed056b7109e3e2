# what: the IPAM plugin hangs until the runtime's time is over: a DEL afterwards leaves nothing
# plugin: bridge
# stock: the pair is there while IPAM hangs
CONF=$(jq -nc --arg t "$TYPE" '{cniVersion:"1.0.0",name:"n",type:$t,bridge:"b0",isGateway:true,ipMasq:true,ipam:{type:"ipam-rec",hang:"ADD"}}')
B0
snap > $TMP/0
(printf %s "$CONF" | timeout -s KILL 2 env -i PATH="$PATH" IPAM_LOG=$IPAM_LOG CNI_COMMAND=ADD CNI_CONTAINERID=$ID CNI_NETNS=$NS CNI_IFNAME=eth0 CNI_PATH=$CNI_DIRS $(find_plugin $TYPE) >/dev/null) 2>/dev/null && bad "it succeeded"
alike $TMP/0; cni DEL; ok; alike $TMP/0; ipams 'ADD DEL'
