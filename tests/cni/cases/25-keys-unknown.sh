# what: a key that nobody honours is error 2 with its name and value, on ADD and STATUS; DEL, CHECK and GC do not care
# plugin: bridge
# spec: 1.1
# stock: passes over it in silence
C=$(jq -nc --arg t "$TYPE" '{cniVersion:"1.1.0",name:"n",type:$t,bridge:"b0","cni.dev/x":1,disableCheck:false,capabilities:{mac:true},args:{any:1}}'); snap > $TMP/0
for k in '.frob=17' '.isgateway=true' '.macspoofchk=true' '.runtimeConfig.portMappings=[{hostPort:1}]' '.ipMasqBackend="iptables"'; do
CONF=$(jq -c "$k" <<<"$C"); cni ADD; fails 2; cni STATUS; fails 2; done
CONF=$(jq -c '.frob=17' <<<"$C"); cni ADD; says frob; says 17; alike $TMP/0
CONF=$C; cni ADD; ok; prev "$OUT"; CONF=$(jq -c '.frob=17|.mtu="x"' <<<"$CONF"); cni CHECK; ok
CONF=$(jq -c '."cni.dev/valid-attachments"=[{containerID:"ctr-1",ifname:"eth0"}]' <<<"$CONF"); cni GC; ok; cni DEL; ok; hasnt c1 eth0 ip link
CONF=$(jq -c '.mtu="x"' <<<"$C"); cni ADD; fails; says mtu; CONF=$(jq -c '.macspoofchk=false' <<<"$C"); cni ADD; ok
