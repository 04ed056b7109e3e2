//! The conversation with the runtime: environment and configuration in, a result or an error out.

use std::env;
use std::io::{self, Read, Write};
use std::path::Path;

use serde_json::{Value, json};

use crate::call::{Call, Command, environment, variable, version_of};
use crate::commands::{self, Done};
use crate::error::{Error, Result, code};
use crate::plugin::Plugin;
use crate::version::{SUPPORTED, Version};

/// Carries out what the environment asks for and returns the exit status.
pub(crate) fn serve() -> u8 {
    let name = env::args_os().next().unwrap_or_default();
    let name = Path::new(&name).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let word = variable("CNI_COMMAND");
    if word == "VERSION" {
        return answer_version();
    }
    let mut version = SUPPORTED.last().copied().unwrap_or_default();
    let outcome = match Plugin::named(&name) {
        Some(_) if word.is_empty() => Err(environment("required variables are missing: CNI_COMMAND")),
        Some(plugin) => Command::parse(&word).and_then(Call::read).and_then(|call| {
            version = call.version.as_str();
            let done = commands::carry_out(plugin, &call)?;
            tell(done, call.version)
        }),
        None => Err(environment(format!(
            "{name} is not the name of a plugin: link it as {}",
            Plugin::names().collect::<Vec<_>>().join(", ")
        ))),
    };
    match outcome {
        Ok(()) => 0,
        Err(error) => {
            // Where standard output is closed, standard error may still be read.
            if print(&error.to_json(version)).is_err() {
                let _ = writeln!(io::stderr(), "{error}");
            }
            1
        }
    }
}

/// Prints the result of an ADD. Where that cannot be, the runtime does not know of it, so the ADD is taken back.
fn tell(done: Done<'_>, version: Version) -> Result<()> {
    let Done::Added(result, added) = done else { return Ok(()) };
    match print(&result.to_json(version)) {
        Ok(()) => Ok(()),
        Err(error) => Err(added.roll_back(Error::new(code::IO, format!("print the result: {error}")))),
    }
}

fn answer_version() -> u8 {
    let mut stdin = Vec::new();
    let _ = io::stdin().read_to_end(&mut stdin);
    let asked = serde_json::from_slice::<Value>(&stdin).ok().and_then(|config| version_of(&config).ok());
    let asked = asked.unwrap_or(Version::V1_1_0).as_str();
    u8::from(print(&json!({"cniVersion": asked, "supportedVersions": SUPPORTED})).is_err())
}

fn print(object: &Value) -> io::Result<()> {
    let mut stdout = io::stdout();
    writeln!(stdout, "{object}")?;
    stdout.flush()
}
