//! What is stacked on a link: what a move would destroy is named before anything is touched.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{World, in_netns, ip, ip_json, named, refused};
use netgraft::ErrorKind;

#[test]
fn a_move_that_would_delete_a_tunnel_is_refused() {
    in_netns(|| {
        let world = World::with_veth();
        ip("link set veth1 up");
        ip("link add vx7 type vxlan id 7 dev veth1 dstport 4789 group 239.0.0.7");
        let message = refused(world.add("veth1", named("x")), ErrorKind::InUse);
        assert!(message.contains("vx7") && message.contains("vxlan"), "{message}");
        assert_eq!(ip_json("link show vx7")[0]["ifname"], "vx7");
        world.add("veth1", named("x").allow_stacked(true)).unwrap();
        assert!(!ip("link show").contains("vx7"));
    });
}
