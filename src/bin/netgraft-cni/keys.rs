//! Reading the keys of a configuration, so that none is passed over in silence.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt::Display;
use std::str::FromStr;

use serde_json::{Map, Value};

use crate::error::{Error, Result, code, invalid};

/// An object of the configuration, and which of its keys were read.
///
/// A strict reader refuses values of wrong form, and at the end the keys that nobody read. The other one takes wrong values
/// for missing ones: DEL, GC and CHECK must work with whatever configuration there is.
#[derive(Debug)]
pub(crate) struct Keys<'a> {
    object: Option<&'a Map<String, Value>>,
    prefix: &'static str,
    strict: bool,
    known: RefCell<HashSet<&'a str>>,
}

impl<'a> Keys<'a> {
    pub(crate) fn new(value: Option<&'a Value>, prefix: &'static str, strict: bool) -> Self {
        Self { object: value.and_then(Value::as_object), prefix, strict, known: RefCell::default() }
    }

    /// The value of a key; null is none.
    pub(crate) fn value(&self, key: &str) -> Option<&'a Value> {
        let (name, value) = self.object?.get_key_value(key)?;
        self.known.borrow_mut().insert(name);
        Some(value).filter(|value| !value.is_null())
    }

    /// The object below a key.
    pub(crate) fn object(&self, key: &str, prefix: &'static str) -> Keys<'a> {
        Keys::new(self.value(key), prefix, self.strict)
    }

    pub(crate) fn flag(&self, key: &str) -> Result<bool> {
        Ok(self.flag_or_none(key)?.unwrap_or(false))
    }

    pub(crate) fn flag_or_none(&self, key: &str) -> Result<Option<bool>> {
        self.read(key, "true or false", Value::as_bool)
    }

    /// A text; an empty one is none, as for the stock plugins.
    pub(crate) fn text(&self, key: &str) -> Result<Option<&'a str>> {
        Ok(self.read(key, "a string", Value::as_str)?.filter(|text| !text.is_empty()))
    }

    pub(crate) fn number(&self, key: &str) -> Result<Option<u32>> {
        self.read(key, "a number", |value| value.as_u64().and_then(|number| u32::try_from(number).ok()))
    }

    pub(crate) fn list(&self, key: &str) -> Result<&'a [Value]> {
        Ok(self.read(key, "a list", Value::as_array)?.map_or(&[], Vec::as_slice))
    }

    /// A text that stands for a value.
    pub(crate) fn parse<T: FromStr<Err: Display>>(&self, key: &str) -> Result<Option<T>> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        match text.parse() {
            Ok(value) => Ok(Some(value)),
            Err(error) if self.strict => Err(invalid(format!("{}{key} {text:?}: {error}", self.prefix))),
            Err(_) => Ok(None),
        }
    }

    fn read<T>(&self, key: &str, form: &str, take: impl Fn(&'a Value) -> Option<T>) -> Result<Option<T>> {
        let Some(value) = self.value(key) else { return Ok(None) };
        match take(value) {
            None if self.strict => Err(invalid(format!("{}{key} is {value}, not {form}", self.prefix))),
            read => Ok(read),
        }
    }

    /// Whether wrong values are errors.
    pub(crate) fn is_strict(&self) -> bool {
        self.strict
    }

    /// Refuses what was not read.
    pub(crate) fn refuse_others(&self) -> Result<()> {
        let known = self.known.borrow();
        let others = self.object.into_iter().flatten().find(|(key, _)| !known.contains(key.as_str()));
        match others {
            Some((key, value)) if self.strict => Err(unsupported(&format!("{}{key}", self.prefix), value)),
            _ => Ok(()),
        }
    }
}

/// Refuses a key that is not honoured.
pub(crate) fn unsupported(key: &str, value: &Value) -> Error {
    Error::new(code::UNSUPPORTED_FIELD, format!("the key {key:?} ({value}) of the configuration is not supported"))
}
