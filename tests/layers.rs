//! The library's modules lie in layers, and none imports from one above it, or beside it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// From the bottom up. `types` and `error` are one: every value that can be refused has an error, and errors print values.
const LAYERS: [&[&str]; 10] = [
    &["types", "error"],
    &["wire", "sys"],
    &["announce", "netlink"],
    &["namespace"],
    &["ops"],
    &["wait"],
    &["interface", "routing"],
    &["capi"],
    &["fuzzing"],
    &["guide"],
];

fn layer(module: &str) -> usize {
    LAYERS.iter().position(|layer| layer.contains(&module)).unwrap_or_else(|| panic!("{module} is in no layer"))
}

#[test]
fn nothing_imports_upward() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut seen = BTreeSet::new();
    for file in files(&src).iter().filter(|file| !file.starts_with(src.join("bin")) && **file != src.join("lib.rs")) {
        let within = file.strip_prefix(&src).unwrap().to_str().unwrap();
        let module = within.split(['/', '.']).next().unwrap();
        seen.insert(module.to_owned());
        let text = fs::read_to_string(file).unwrap();
        // The layout of imports is rustfmt's: one crate's module a line.
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for other in line.split("crate::").skip(1) {
                let other = other.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap();
                let bottom = layer(other) == 0 && layer(module) == 0;
                let lower = layer(other) < layer(module) || other == module || bottom;
                assert!(lower, "{within} imports {other}, which is not below {module}: {line}");
            }
        }
    }
    // What the crate root has is what was looked at.
    let root = fs::read_to_string(src.join("lib.rs")).unwrap();
    let modules =
        root.lines().filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'));
    assert_eq!(modules.map(str::to_owned).collect::<BTreeSet<_>>(), seen);
}

#[test]
fn the_crate_page_has_the_picture_of_the_architecture() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let architecture = fs::read_to_string(root.join("docs/architecture.md")).unwrap();
    let library = fs::read_to_string(root.join("src/lib.rs")).unwrap();
    let page: Vec<&str> = library.lines().filter_map(|line| line.strip_prefix("//!")).collect();
    let page: Vec<&str> = page.into_iter().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    assert_eq!(picture(&page.join("\n")), picture(&architecture));
}

fn picture(document: &str) -> &str {
    document.split_once("```text\n").unwrap().1.split_once("```").unwrap().0
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    files
        .into_iter()
        .filter(|file| file.extension().is_some_and(|end| end == "rs"))
        .chain(folders.iter().flat_map(|folder| self::files(folder)))
        .collect()
}
