# what: the capability ips and the IP of CNI_ARGS reach host-local
# plugin: bridge
C=$(jq -nc --arg t "$TYPE" --argjson i "$(HL 10.1.2.0/24)" '{cniVersion:"1.0.0",name:"n",type:$t,bridge:"b0",capabilities:{ips:true},ipam:$i}')
CONF=$(jq -c '.runtimeConfig.ips=["10.1.2.77/24"]' <<<"$C"); cni ADD; ok; addr c1 eth0 10.1.2.77/24; cni DEL; ok
CONF=$C; ARGS='IgnoreUnknown=1;IP=10.1.2.78'; cni ADD; ok; addr c1 eth0 10.1.2.78/24; cni DEL; ok; ARGS=
CONF=$(jq -c '.args.cni.ips=["10.1.2.79"]' <<<"$C"); cni ADD; ok; addr c1 eth0 10.1.2.79/24
