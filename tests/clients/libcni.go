// Adds a container to each network of a list, checks it, and takes it out again, by libcni as container engines do.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/containernetworking/cni/libcni"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	list, err := libcni.ConfListFromFile(os.Args[1])
	must(err)
	plugins := libcni.NewCNIConfigWithCacheDir([]string{"/opt/cni/bin", "/usr/lib/cni"}, "/run/libcni", nil)
	container := &libcni.RuntimeConf{ContainerID: "c1", NetNS: os.Args[2], IfName: "eth0"}
	_, err = plugins.ValidateNetworkList(context.TODO(), list)
	must(err)
	result, err := plugins.AddNetworkList(context.TODO(), list, container)
	must(err)
	must(result.Print())
	must(plugins.CheckNetworkList(context.TODO(), list, container))
	must(plugins.DelNetworkList(context.TODO(), list, container))
	container.NetNS = ""
	must(plugins.DelNetworkList(context.TODO(), list, container))
}
