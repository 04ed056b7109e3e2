# what: portIsolation: two isolated ports do not reach each other, but the gateway
# plugin: bridge
# stock: 1.1 does not know it
CONF=$(jq -nc --arg t "$TYPE" --argjson i "$(HL 10.1.2.0/24)" '{cniVersion:"1.0.0",name:"n",type:$t,bridge:"b0",isGateway:true,portIsolation:true,ipam:$i}')
cni ADD; ok; ID=two; NS=/run/netns/c2; cni ADD; ok; pings c2 10.1.2.1; ! ns c1 ping -c1 -W1 10.1.2.3 >/dev/null 2>&1 || bad "they reach each other"; H=$(jq -r '.interfaces[1].name' <<<"$OUT"); prev "$OUT"; cni CHECK; ok
bridge link set dev $H isolated off; cni CHECK; fails
