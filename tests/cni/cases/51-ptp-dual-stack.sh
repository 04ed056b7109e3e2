# what: ptp with both families: addresses, routes, pings at once; CHECK finds a route that is missing in the host
# plugin: ptp
# stock: the gateway's IPv6 address is tentative at first
CONF=$(jq -nc --arg t "$TYPE" '{cniVersion:"1.0.0",name:"n",type:$t,ipMasq:true,ipam:{type:"host-local",ranges:[[{subnet:"10.1.3.0/24"}],[{subnet:"fd00:13::/64"}]],routes:[{dst:"0.0.0.0/0"},{dst:"::/0"}]}}')
cni ADD; ok; H=$(jq -r '.interfaces[0].name' <<<"$OUT"); pings c1 10.1.3.1; pings c1 fd00:13::1; route6 c1 'default via fd00:13::1'; route6 host "fd00:13::2 dev $H"; addr host $H fd00:13::1/128; hasnt c1 'fd00:13::/64 dev eth0 proto kernel' ip -6 route
prev "$OUT"; cni CHECK; ok; ip -6 route del fd00:13::2 dev $H; cni CHECK; fails; NS=; cni DEL; ok; hasnt host '@if' ip -br link; hasnt host . nft list ruleset
