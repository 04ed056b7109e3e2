//! Names of links as the command prints them: escaped, so that every byte can be given back.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// Reads the name of a link: what is printed of a name means that name.
///
/// # Errors
/// A backslash that begins no escape.
pub(crate) fn name(word: OsString) -> Result<OsString, String> {
    let Some(first) = word.as_bytes().iter().position(|byte| *byte == b'\\') else { return Ok(word) };
    let (before, mut rest) = word.as_bytes().split_at(first);
    let mut name = before.to_vec();
    while let Some((byte, behind)) = rest.split_first() {
        rest = if *byte == b'\\' {
            escaped(behind, &mut name).ok_or_else(|| refusal(&word))?
        } else {
            name.push(*byte);
            behind
        };
    }
    Ok(OsString::from_vec(name))
}

/// Reads one escape behind its backslash. Returns what follows.
fn escaped<'a>(text: &'a [u8], name: &mut Vec<u8>) -> Option<&'a [u8]> {
    let (kind, rest) = text.split_first()?;
    match kind {
        b'\\' => name.push(b'\\'),
        b'n' => name.push(b'\n'),
        b'r' => name.push(b'\r'),
        b't' => name.push(b'\t'),
        b'x' => {
            let (digits, rest) = rest.split_at_checked(2)?;
            name.push(u8::try_from(hexadecimal(digits)?).ok()?);
            return Some(rest);
        }
        b'u' => {
            let rest = rest.strip_prefix(b"{")?;
            let (digits, rest) = rest.split_at_checked(rest.iter().position(|byte| *byte == b'}')?)?;
            let character = char::from_u32(hexadecimal(digits)?)?;
            name.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            return rest.get(1..);
        }
        _ => return None,
    }
    Some(rest)
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    // `from_str_radix` takes a sign, too.
    let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
    u32::from_str_radix(digits, 16).ok()
}

fn refusal(word: &OsStr) -> String {
    format!("{word:?}: a backslash begins an escape such as \\xff; the backslash itself is written \\\\")
}

#[cfg(test)]
mod tests {
    use netgraft::IfName;

    use super::*;

    #[test]
    fn what_is_printed_means_the_name() {
        let names: [&[u8]; 9] = [
            b"eth0",
            b"eth\xff",
            br"eth\xff",
            br"\",
            br"\\x",
            "ü\u{202e}".as_bytes(),
            b"\x1b[3m",
            b"\xc3\xbc\xc3",
            b"'\"$(a)\"'",
        ];
        for bytes in names {
            let shown = IfName::new(bytes).unwrap().to_string();
            assert_eq!(name(shown.clone().into()).unwrap().as_bytes(), bytes, "{shown}");
        }
        for byte in 1..=u8::MAX {
            let Ok(odd) = IfName::new([b'a', byte, b'x']) else { continue };
            assert_eq!(name(odd.to_string().into()).unwrap().as_bytes(), odd.as_bytes());
        }
        // Raw bytes are a name as well.
        let raw = OsString::from_vec(b"eth\xff".to_vec());
        assert_eq!(name(raw.clone()), Ok(raw));
    }

    #[test]
    fn a_backslash_is_no_name_of_its_own() {
        for refused in
            [r"a\", r"a\b", r"\x", r"\xf", r"\x+f", r"\xgg", r"\u", r"\u{", r"\u{}", r"\u{d800}", r"\u{110000}"]
        {
            let error = name(refused.into()).unwrap_err();
            assert!(error.contains("escape"), "{refused}: {error}");
        }
    }
}
