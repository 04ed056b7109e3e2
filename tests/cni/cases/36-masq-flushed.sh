# what: somebody flushes the rules: CHECK says so, the next ADD of the network puts those of all its attachments back
# plugin: bridge
C=$(jq -nc --arg t "$TYPE" --argjson i "$(HL 10.1.2.0/24)" '{cniVersion:"1.0.0",name:"n",type:$t,bridge:"b0",isGateway:true,ipMasq:true,ipam:$i}')
CONF=$C; cni ADD; ok; prev "$OUT"; P=$CONF; cni CHECK; ok; nft flush ruleset; cni CHECK; fails; says '10.1.2.2'
CONF=$C; ID=two; NS=/run/netns/c2; cni ADD; ok; has host '10\.1\.2\.2' nft list ruleset; has host '10\.1\.2\.3' nft list ruleset
CONF=$P; ID=ctr-1; NS=/run/netns/c1; cni CHECK; ok; cni DEL; ok; hasnt host '10\.1\.2\.2[^0-9]' nft list ruleset; has host masquerade nft list ruleset
CONF=$C; ID=two; NS=; cni DEL; ok; hasnt host . nft list ruleset
