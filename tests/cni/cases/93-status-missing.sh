# what: STATUS says what is missing: the IPAM plugin, code 50; and changes nothing
# plugin: bridge
# spec: 1.1
snap > $TMP/0; CONF=$(jq -nc --arg t "$TYPE" '{cniVersion:"1.1.0",name:"n",type:$t,bridge:"b0",ipam:{type:"no-such-ipam"}}'); cni STATUS; fails 50; says no-such-ipam; CONF=$(jq -c 'del(.ipam)' <<<"$CONF"); cni STATUS; ok; alike $TMP/0
