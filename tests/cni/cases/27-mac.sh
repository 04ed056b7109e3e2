# what: the MAC by CNI_ARGS, args.cni and the capability, the later ones of these first; a wrong one is an error
# plugin: bridge
C=$(jq -nc --arg t "$TYPE" '{cniVersion:"1.0.0",name:"n",type:$t,bridge:"b0"}')
CONF=$C; ARGS='IgnoreUnknown=1;MAC=02:00:00:00:00:01'; cni ADD; ok; lk c1 eth0 .address 02:00:00:00:00:01; js '.interfaces[2].mac' 02:00:00:00:00:01; cni DEL; ok
CONF=$(jq -c '.args.cni.mac="02:00:00:00:00:02"' <<<"$C"); cni ADD; ok; lk c1 eth0 .address 02:00:00:00:00:02; cni DEL; ok
CONF=$(jq -c '.runtimeConfig.mac="02:00:00:00:00:03"' <<<"$CONF"); cni ADD; ok; lk c1 eth0 .address 02:00:00:00:00:03; cni DEL; ok
snap > $TMP/0; CONF=$(jq -c '.runtimeConfig.mac="02:00"' <<<"$C"); cni ADD; fails; CONF=$C; ARGS='MAC=x'; cni ADD; fails; ARGS='MAC=01:00:00:00:00:01'; cni ADD; fails; alike $TMP/0
