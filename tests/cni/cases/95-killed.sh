# what: ADD and DEL are killed at every 12th system call, at all with NETGRAFT_TEST_WHOLE=1; a DEL afterwards leaves nothing but the bridge
# plugin: bridge
# stock: pair and address stay
[ "${NETGRAFT_TEST_WHOLE:-}" != 1 ] || STEP=1
CONF=$(jq -nc --arg t "$TYPE" --argjson i "$(HL 10.1.2.0/24)" '{cniVersion:"1.0.0",name:"n",type:$t,bridge:"b0",isDefaultGateway:true,ipMasq:true,hairpinMode:true,ipam:$i}')
cni ADD; ok; cni DEL; ok; snap > $TMP/0
# traced COMMAND OPTION...: the plugin under strace, but not its IPAM
traced() { local c=$1; shift; (printf %s "$CONF" | env -i PATH=$PATH CNI_COMMAND=$c CNI_CONTAINERID=$ID CNI_NETNS=$NS CNI_IFNAME=eth0 CNI_PATH=$CNI_DIRS strace "$@" $(find_plugin $TYPE) >/dev/null) 2>/dev/null; }
# calls COMMAND: each system call of a run, with its number among those of its name
calls() { traced $1 -o $TMP/calls; sed -n 's/^\([a-z_0-9]*\)(.*/\1/p' $TMP/calls | awk -v s=${STEP:-12} '{n[$1]++} NR>1 && NR%s==0 {print $1, n[$1]}'; }
calls ADD > $TMP/add; calls DEL > $TMP/del; [ $(wc -l < $TMP/add) -gt 20 ] || bad "too few calls"
while read -r call n; do traced ADD -o /dev/null -e inject=$call:signal=KILL:when=$n; cni DEL; ok "ADD killed at $call $n:"; alike $TMP/0; [ $FAILED = 0 ] || { note "at $call $n"; break; }; done < $TMP/add
while read -r call n; do cni ADD; ok; traced DEL -o /dev/null -e inject=$call:signal=KILL:when=$n; cni DEL; ok "DEL killed at $call $n:"; alike $TMP/0; [ $FAILED = 0 ] || { note "at $call $n"; break; }; done < $TMP/del
