# what: host-device by MAC, by path, and by what is not there; a device that two have is an error; addresses by IPAM
# plugin: host-device
# stock: the second DEL, or a folder with several links, or lo
ip link add hd0 type veth peer name hd1; ip link set hd0 address 02:00:00:00:00:0d
C=$(jq -nc --arg t "$TYPE" '{cniVersion:"1.0.0",name:"n",type:$t}')
for s in '.hwaddr="02:00:00:00:00:0d"' '.kernelpath="/sys/devices/virtual/net/hd0"' '.device="hd0"'; do CONF=$(jq -c "$s|.ipam={type:\"static\",addresses:[{address:\"10.1.9.2/24\",gateway:\"10.1.9.1\"}],routes:[{dst:\"0.0.0.0/0\"}]}" <<<"$C"); cni ADD; ok; js '.interfaces[0].mac' 02:00:00:00:00:0d; addr c1 eth0 10.1.9.2/24; route c1 'default via 10.1.9.1'; prev "$OUT"; cni CHECK; ok; cni DEL; ok; has host 'hd0@' ip link; hasnt host '10.1.9.2' ip addr; done
snap > $TMP/0; for s in '.pciBusID="0000:ff:1f.7"' '.hwaddr="02:00:00:00:00:ee"' '.kernelpath="/etc"' '.kernelpath="/sys/devices/virtual"' '.pciBusID="../../x"' '.device="lo"'; do CONF=$(jq -c "$s" <<<"$C"); cni ADD; fails; done; alike $TMP/0
