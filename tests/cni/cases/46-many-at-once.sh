# what: thirty ADDs at once, a hundred with NETGRAFT_TEST_WHOLE=1, to a bridge that is missing, with masquerading, and as many DELs: all succeed, nothing is left
# plugin: bridge
# stock: has rules of iptables, one for each address
CONF=$(jq -nc --arg t "$TYPE" --argjson i "$(HL 10.1.2.0/24)" '{cniVersion:"1.0.0",name:"n",type:$t,bridge:"b0",isGateway:true,ipMasq:true,ipam:$i}')
N=30; [ "${NETGRAFT_TEST_WHOLE:-}" != 1 ] || N=100
for i in $(seq $N); do ip netns add m$i; done
each() { for i in $(seq $N); do (ID=m$i; NS=/run/netns/m$i; cni $1; ok; exit $FAILED) & done; for j in $(jobs -p); do wait $j || FAILED=1; done; }
each ADD; [ "$(ip -br link show master b0 | wc -l)" = $N ] || bad "not all are in the bridge"; [ "$(nft list ruleset | grep -oE '10\.1\.2\.[0-9]+ comment' | sort -u | wc -l)" = $N ] || bad "not all are masqueraded"
[ "$(nft list ruleset | grep -c masquerade)" = 1 ] || bad "several rules"; each DEL; hasnt host '@if' ip -br link; hasnt host . nft list ruleset
