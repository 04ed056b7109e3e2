//! Netlink attributes: a walk that never fails, readers of values, and the attributes that we send.
//!
//! A malformed attribute ends its list and costs only what stands behind it: the attributes before it are good, and the
//! messages after it are framed on their own.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use netlink_packet_core::{
    DefaultNla, Emitable, NLA_ALIGNTO, NLA_F_NESTED, NLA_HEADER_SIZE, NLA_TYPE_MASK, NlaBuffer, NlasIterator,
};

/// Walks through a list: the type of each attribute without flag bits, and its value.
pub(crate) fn attributes(list: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    flagged(list).map(|(kind, value)| (kind & NLA_TYPE_MASK, value))
}

/// Walks through a list: the type of each attribute with its flag bits, and its value.
fn flagged(list: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    NlasIterator::new(list).map_while(|attribute| {
        let attribute = attribute.ok()?;
        let end = usize::from(attribute.length());
        let bytes = attribute.into_inner();
        let kind = bytes.get(2..).and_then(array).map(u16::from_ne_bytes)?;
        Some((kind, bytes.get(NLA_HEADER_SIZE..end)?))
    })
}

/// Returns the first attribute of a type in a list.
pub(crate) fn find(list: &[u8], kind: u16) -> Option<&[u8]> {
    attributes(list).find(|(found, _)| *found == kind).map(|(_, value)| value)
}

/// Returns the leading bytes of a value as an array. Longer values come from newer kernels.
pub(crate) fn array<const N: usize>(value: &[u8]) -> Option<[u8; N]> {
    value.first_chunk().copied()
}

pub(crate) fn u32(value: &[u8]) -> Option<u32> {
    array(value).map(u32::from_ne_bytes)
}

pub(crate) fn i32(value: &[u8]) -> Option<i32> {
    array(value).map(i32::from_ne_bytes)
}

/// Returns the number at a place in an array of 64-bit numbers.
pub(crate) fn u64_at(value: &[u8], place: usize) -> Option<u64> {
    value.chunks_exact(8).nth(place).and_then(array).map(u64::from_ne_bytes)
}

/// Returns a string's bytes up to its NUL, if it has one.
pub(crate) fn string(value: &[u8]) -> &[u8] {
    value.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// Returns an address of either family, by its length.
pub(crate) fn ip(value: &[u8]) -> Option<IpAddr> {
    match value.len() {
        4 => array::<4>(value).map(|bytes| IpAddr::V4(Ipv4Addr::from(bytes))),
        16 => array::<16>(value).map(|bytes| IpAddr::V6(Ipv6Addr::from(bytes))),
        _ => None,
    }
}

/// An attribute to send.
pub(crate) type Attribute = DefaultNla;

pub(crate) fn number(kind: u16, value: u32) -> Attribute {
    bytes(kind, &value.to_ne_bytes())
}

pub(crate) fn bytes(kind: u16, value: &[u8]) -> Attribute {
    Attribute::new(kind, value.to_vec())
}

/// Creates a string, with its NUL.
pub(crate) fn text(kind: u16, value: &[u8]) -> Attribute {
    Attribute::new(kind, [value, &[0]].concat())
}

pub(crate) fn address(kind: u16, value: IpAddr) -> Attribute {
    match value {
        IpAddr::V4(address) => bytes(kind, &address.octets()),
        IpAddr::V6(address) => bytes(kind, &address.octets()),
    }
}

pub(crate) fn nested(kind: u16, list: &[Attribute]) -> Attribute {
    nest(kind, emitted(&list))
}

/// Creates a list from its bytes, with the flag of lists: some kernel parsers insist on it.
pub(crate) fn nest(kind: u16, list: Vec<u8>) -> Attribute {
    Attribute::new(kind | NLA_F_NESTED, list)
}

/// Returns the bytes.
pub(crate) fn emitted(value: &impl Emitable) -> Vec<u8> {
    let mut bytes = vec![0; value.buffer_len()];
    value.emit(&mut bytes);
    bytes
}

/// The longest value of an attribute, whose length has 16 bits.
const LONGEST: usize = u16::MAX as usize - NLA_HEADER_SIZE;

/// Returns an edited list: `edit` returns the new value of an attribute, or `None` to drop the attribute. Values that are too
/// long are dropped, too.
pub(crate) fn edited(list: &[u8], edit: impl Fn(u16, &[u8]) -> Option<Vec<u8>>) -> Vec<u8> {
    let edited = flagged(list).filter_map(|(kind, value)| {
        let edited = edit(kind & NLA_TYPE_MASK, value).filter(|edited| edited.len() <= LONGEST)?;
        Some(Attribute::new(kind, edited))
    });
    emitted(&edited.collect::<Vec<_>>().as_slice())
}

/// Returns the next place where an attribute can begin, or a message: `NLMSG_ALIGNTO` is the same.
pub(crate) fn align(length: usize) -> usize {
    length.next_multiple_of(NLA_ALIGNTO)
}

/// Returns type and length, header included, of the first attribute of a list.
pub(crate) fn header(list: &[u8]) -> Option<(u16, usize)> {
    let attribute = NlaBuffer::new_checked(list).ok()?;
    Some((attribute.kind(), usize::from(attribute.length())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::captures::{Layout, native};

    const RULES: [(u16, Layout); 2] = [(1, Layout::Bytes), (2, Layout::Bytes)];

    #[test]
    fn a_malformed_attribute_ends_the_list_only() {
        // type 1 "ab\0" padded, type 2 with the nested flag, then one that claims 200 bytes
        let list = native([7, 0, 1, 0, b'a', b'b', 0, 0, 8, 0, 2, 0x80, 1, 2, 3, 4, 200, 0, 3, 0], &[], &RULES);
        let all: Vec<_> = attributes(&list).collect();
        assert_eq!(all, [(1, &b"ab\0"[..]), (2, &[1, 2, 3, 4][..])]);
        assert_eq!(find(&list, 2), Some(&[1, 2, 3, 4][..]));
        assert_eq!(find(&list, 3), None);
    }

    #[test]
    fn every_cut_is_survived() {
        let list = native([8, 0, 1, 0, 1, 2, 3, 4, 5, 0, 2, 0, 9], &[], &RULES);
        for end in 0..list.len() {
            assert!(attributes(&list[..end]).count() <= 2);
        }
        for length in 0..=3u8 {
            assert_eq!(attributes(&native([length, 0, 1, 0], &[], &[])).count(), 0);
        }
    }

    #[test]
    fn a_list_is_edited() {
        let list =
            native([7, 0, 1, 0, b'a', b'b', 0, 0, 8, 0, 2, 0x80, 1, 2, 3, 4, 5, 0, 3, 0, 9, 0, 0, 0], &[], &RULES);
        let longer = edited(&list, |kind, value| match kind {
            1 => Some(b"abcde".to_vec()),
            2 => None,
            _ => Some(value.to_vec()),
        });
        assert_eq!(attributes(&longer).collect::<Vec<_>>(), [(1, &b"abcde"[..]), (3, &[9][..])]);
        assert_eq!(edited(&longer, |_, value| Some(value.to_vec())), longer);
        assert_eq!(edited(&list, |_, value| Some(value.to_vec())), list, "flags and all");
        assert!(edited(&[1, 2], |_, _| None).is_empty());
    }

    #[test]
    fn values_of_the_wrong_size() {
        assert_eq!(u32(&[1, 0, 0]), None);
        assert_eq!(u32(&[1, 0, 0, 0, 9]), Some(u32::from_ne_bytes([1, 0, 0, 0])));
        assert_eq!(ip(&[1, 2, 3]), None);
        assert_eq!(string(b"ab\0cd"), b"ab");
        assert_eq!(string(b"ab"), b"ab");
        assert_eq!(string(b""), b"");
    }
}
