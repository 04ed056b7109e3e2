use std::fmt;

use crate::error::{Error, ErrorKind, Result};
use crate::interface::config::kind::Kind;
use crate::types::IfIndex;
use crate::wire::attribute::{Attribute, number};

const IFLA_VRF_TABLE: u16 = 1;

/// A new routing domain (VRF): a table of its own routes the packets of its ports (kernel Documentation/networking/vrf.rst).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Vrf {
    pub(crate) table: u32,
}

impl Kind for Vrf {
    fn name(&self) -> &'static str {
        "vrf"
    }

    fn build_option(&self) -> &'static str {
        "NET_VRF"
    }

    fn data(&self, _: Option<IfIndex>, _: Option<Vec<u8>>) -> Vec<Attribute> {
        vec![number(IFLA_VRF_TABLE, self.table)]
    }

    fn details(&self) -> String {
        self.to_string()
    }

    fn check(&self) -> Result<()> {
        match self.table {
            0 => Err(Error::new(ErrorKind::InvalidArgument, "0 is not the number of a table")),
            _ => Ok(()),
        }
    }

    fn identifier(&self) -> Option<String> {
        Some(format!("the table {} is another VRF's", self.table))
    }
}

impl fmt::Display for Vrf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "table {}", self.table)
    }
}
