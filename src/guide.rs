//! A guide for each kind of user.

#[doc = include_str!("../docs/guide/init.md")]
pub mod init {}

#[doc = include_str!("../docs/guide/runtime.md")]
pub mod runtime {}

#[doc = include_str!("../docs/guide/c.md")]
pub mod c {}

#[doc = include_str!("../docs/guide/shell.md")]
pub mod shell {}

#[doc = include_str!("../docs/kernel-features.md")]
pub mod kernel_features {}

#[doc = include_str!("../docs/journal.md")]
pub mod journal {}
