# what: ipvlan: a MAC cannot be had, and is refused
# plugin: ipvlan
# needs: ipvlan dummy
# stock: passes over it
ip link add m0 type dummy; ip link set m0 up; C=$(jq -nc --arg t "$TYPE" --argjson i "$(HL 10.1.6.0/24)" '{cniVersion:"1.0.0",name:"n",type:$t,master:"m0",ipam:$i}'); snap > $TMP/0
CONF=$(jq -c '.mac="02:00:00:00:00:07"' <<<"$C"); cni ADD; fails; CONF=$C; ARGS='IgnoreUnknown=1;MAC=02:00:00:00:00:07'; cni ADD; fails; alike $TMP/0; ARGS='IgnoreUnknown=1;MAC=02:00:00:00:00:07'; cni DEL; ok
