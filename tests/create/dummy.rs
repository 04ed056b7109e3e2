//! Dummies, which not every kernel has.

use netgraft::Link;

use crate::common::{World, assert_as_before, in_netns, named, parse, ping_in, settled};
use crate::{assert_lacking, kernel_makes, shown};

#[test]
fn made_or_found_lacking() {
    in_netns(|| {
        let world = World::new();
        let has = kernel_makes("dummy");
        let before = settled(&world.web);
        let config = named("dum0").mac(parse("02:00:00:00:00:0d")).address(parse("10.0.0.2/32"));
        let result = world.web.add_interface(Link::dummy("d").unwrap(), config);
        if has {
            let dummy = result.unwrap();
            let link = shown(&world.web, "dum0");
            assert_eq!(
                (&link["linkinfo"]["info_kind"], &link["address"]),
                (&"dummy".into(), &"02:00:00:00:00:0d".into())
            );
            ping_in(&world.web, "10.0.0.2");
            dummy.remove().unwrap();
        } else {
            assert_lacking("dummy", result);
        }
        assert_as_before(&before, &world.web);
    });
}
