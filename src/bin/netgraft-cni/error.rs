//! What a plugin says when it fails.

use std::fmt::Display;

use serde_json::{Value, json};

/// Codes of the CNI specification, and the first that is free for plugins.
pub(crate) mod code {
    pub(crate) const INCOMPATIBLE_VERSION: u64 = 1;
    pub(crate) const UNSUPPORTED_FIELD: u64 = 2;
    pub(crate) const NO_CONTAINER: u64 = 3;
    pub(crate) const ENVIRONMENT: u64 = 4;
    pub(crate) const IO: u64 = 5;
    pub(crate) const DECODE: u64 = 6;
    pub(crate) const INVALID_CONFIG: u64 = 7;
    pub(crate) const TRY_AGAIN: u64 = 11;
    pub(crate) const NOT_AVAILABLE: u64 = 50;
    pub(crate) const FAILED: u64 = 100;
}

pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// A code and one line.
#[derive(Debug)]
pub(crate) struct Error {
    pub(crate) code: u64,
    message: String,
    details: Option<String>,
}

impl Error {
    pub(crate) fn new(code: u64, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: None }
    }

    /// Reads the error object that another plugin printed.
    pub(crate) fn from_json(object: &Value) -> Option<Self> {
        let text = |key: &str| object.get(key).and_then(Value::as_str).map(str::to_owned);
        Some(Self { code: object.get("code")?.as_u64()?, message: text("msg")?, details: text("details") })
    }

    /// Puts what was tried in front.
    pub(crate) fn context(mut self, doing: impl Display) -> Self {
        self.message = format!("{doing}: {}", self.message);
        self
    }

    /// Adds what else failed.
    pub(crate) fn and(mut self, other: impl Display) -> Self {
        self.message = format!("{}; {other}", self.message);
        self
    }

    pub(crate) fn with_code(mut self, code: u64) -> Self {
        self.code = code;
        self
    }

    /// The object of the specification.
    pub(crate) fn to_json(&self, version: &str) -> Value {
        let mut object = json!({"cniVersion": version, "code": self.code, "msg": self.message});
        if let (Some(details), Some(object)) = (&self.details, object.as_object_mut()) {
            object.insert("details".to_owned(), details.as_str().into());
        }
        object
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<netgraft::Error> for Error {
    fn from(error: netgraft::Error) -> Self {
        let code = if error.can_retry() { code::TRY_AGAIN } else { code::FAILED };
        Self::new(code, error.to_string())
    }
}

/// Says what was tried when something fails.
pub(crate) trait Context<T> {
    fn doing(self, doing: impl Display) -> Result<T>;
}

impl<T, E: Into<Error>> Context<T> for Result<T, E> {
    fn doing(self, doing: impl Display) -> Result<T> {
        self.map_err(|error| error.into().context(doing))
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::new(code::FAILED, error.to_string())
    }
}

/// A configuration that cannot be carried out.
pub(crate) fn invalid(message: impl Into<String>) -> Error {
    Error::new(code::INVALID_CONFIG, message)
}
