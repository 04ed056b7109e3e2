# what: vlan: the port's own VLAN, untagged; the gateway is in it; two VLANs do not see each other; trunk and default VLAN
# plugin: bridge
# needs: vlan_filtering
C=$(jq -nc --arg t "$TYPE" --argjson i "$(HL 10.1.2.0/24)" '{cniVersion:"1.0.0",name:"n",type:$t,bridge:"b0",vlan:30,isGateway:true,ipam:$i}')
CONF=$C; cni ADD; ok; H=$(jq -r '.interfaces[1].name' <<<"$OUT"); lk host b0 .linkinfo.info_data.vlan_filtering 1; has host '30 PVID Egress Untagged' bridge vlan show dev $H; addr host b0.30 10.1.2.1/24; pings c1 10.1.2.1; prev "$OUT"; cni CHECK; ok
CONF=$(jq -c '.vlan=31|.isGateway=false|.ipam.subnet="10.1.2.128/25"' <<<"$C"); ID=two; NS=/run/netns/c2; cni ADD; ok; ! ns c1 ping -c1 -W1 "$(jq -r '.ips[0].address' <<<"$OUT" | cut -d/ -f1)" >/dev/null 2>&1 || bad "VLANs see each other"; cni DEL; ok
CONF=$(jq -c 'del(.vlan)|.isGateway=false|.vlanTrunk=[{id:7},{minID:9,maxID:11}]|.preserveDefaultVlan=false|del(.ipam)' <<<"$C"); cni ADD; ok; H=$(jq -r '.interfaces[1].name' <<<"$OUT"); for v in 7 9 10 11; do has host "(^| )$v( |$)" bridge vlan show dev $H; done; hasnt host '(^| )1 ' bridge vlan show dev $H; prev "$OUT"; cni CHECK; ok; bridge vlan del vid 10 dev $H; cni CHECK; fails; cni DEL; ok
snap > $TMP/0; for bad in '.vlan=5000' '.vlanTrunk=[{minID:5}]' '.vlanTrunk=[{id:0}]'; do CONF=$(jq -c "$bad" <<<"$C"); cni ADD; fails; done; alike $TMP/0
