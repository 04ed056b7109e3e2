use crate::interface::config::kind::Kind;
use crate::types::IfIndex;
use crate::wire::attribute::Attribute;

/// A new link that drops what is sent through it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dummy;

impl Kind for Dummy {
    fn name(&self) -> &'static str {
        "dummy"
    }

    fn build_option(&self) -> &'static str {
        "DUMMY"
    }

    fn data(&self, _: Option<IfIndex>, _: Option<Vec<u8>>) -> Vec<Attribute> {
        Vec::new()
    }

    fn details(&self) -> String {
        String::new()
    }

    fn takes_any_mtu(&self) -> bool {
        true
    }
}
