# what: an IPAM whose answer is no JSON, or no result, or has a wrong address: error, IPAM gets a DEL, all as before
# plugin: bridge
# stock: the pair stays
B0; snap > $TMP/0
for raw in 'no json' '[]' '{"ips":[{"address":"10.1.2.300/24"}]}' '{"ips":7}'; do : > $IPAM_LOG
CONF=$(jq -nc --arg t "$TYPE" --arg r "$raw" '{cniVersion:"1.0.0",name:"n",type:$t,bridge:"b0",ipam:{type:"ipam-rec",raw:$r}}'); cni ADD; fails; ipams 'ADD DEL'; alike $TMP/0; done
