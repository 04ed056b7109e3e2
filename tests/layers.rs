//! The library's modules lie in layers: no module imports from a layer above its own, and no files import one another in a
//! circle. No two types of a program share a name.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// From the bottom up. `types` and `error` are one: every value that can be refused has an error, and errors print values.
const LAYERS: [&[&str]; 12] = [
    &["types", "error", "text"],
    &["wire", "sys"],
    &["announce", "netlink"],
    &["netns"],
    // A list of interfaces has its journal, whose entries describe interfaces.
    &["record", "journal"],
    &["ops"],
    &["wait", "check"],
    // The handle. The methods in namespace/ lie above what they call.
    &["namespace"],
    &["interface", "routing", "monitor"],
    &["capi"],
    &["testing"],
    &["guide"],
];

/// Files that may import one another in a circle, with the reason. Three at most.
const EXCEPTIONS: [(&str, &str, &str); 0] = [];

fn layer(module: &str) -> usize {
    LAYERS.iter().position(|layer| layer.contains(&module)).unwrap_or_else(|| panic!("{module} is in no layer"))
}

#[test]
fn no_module_imports_from_a_layer_above() {
    for (module, imports) in imports(&src()) {
        // Methods of `Namespace` delegate to the layer above the handle.
        if module.starts_with("namespace::") {
            continue;
        }
        let own = module.split("::").next().unwrap();
        for import in imports {
            let other = import.split("::").next().unwrap();
            assert!(other == own || layer(other) <= layer(own), "{module} imports {import}, which is above {own}");
        }
    }
}

#[test]
fn every_module_of_the_root_has_a_layer() {
    let root = fs::read_to_string(src().join("lib.rs")).unwrap();
    let modules =
        root.lines().filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'));
    let known: BTreeSet<&str> = LAYERS.iter().flat_map(|layer| layer.iter().copied()).collect();
    assert_eq!(modules.collect::<BTreeSet<_>>(), known);
}

#[test]
fn no_files_of_the_library_import_one_another_in_a_circle() {
    assert_no_circles(&imports(&src()));
}

#[test]
fn no_files_of_the_programs_import_one_another_in_a_circle() {
    for program in ["bin/netgraft", "bin/netgraft-cni"] {
        let imports = imports(&src().join(program));
        assert!(imports.values().flatten().count() > 10, "{imports:?}");
        assert_no_circles(&imports);
    }
}

/// The library, the command and the plugin each have their own names: none of them sees another's private types.
#[test]
fn no_two_types_of_a_program_share_a_name() {
    for program in ["", "bin/netgraft", "bin/netgraft-cni"] {
        let root = src().join(program);
        let mut types: BTreeMap<String, BTreeSet<PathBuf>> = BTreeMap::new();
        for file in files(&root) {
            if program.is_empty() && file.starts_with(root.join("bin")) {
                continue;
            }
            for name in fs::read_to_string(&file).unwrap().lines().filter_map(defined_type) {
                types.entry(name.to_owned()).or_default().insert(file.clone());
            }
        }
        assert!(types.len() > 10, "{types:?}");
        types.retain(|_, files| files.len() > 1);
        assert_eq!(types, BTreeMap::new(), "types by name, with the files that define them");
    }
}

/// The name of the type that a line defines, outside of an `impl`, a trait and a function.
fn defined_type(line: &str) -> Option<&str> {
    let line = match line.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(") ")?.1,
        Some(rest) => rest.trim_start(),
        None => line,
    };
    let (keyword, rest) = line.split_once(' ')?;
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    ["struct", "enum", "trait", "type", "union"].contains(&keyword).then(|| &rest[..end])
}

#[track_caller]
fn assert_no_circles(imports: &BTreeMap<String, BTreeSet<String>>) {
    let mut circles = Vec::new();
    for module in imports.keys() {
        let reached = reachable(imports, module);
        circles.extend(
            imports
                .keys()
                .filter(|other| {
                    module < *other && reached.contains(*other) && reachable(imports, other).contains(module)
                })
                .map(|other| (module.clone(), other.clone())),
        );
    }
    circles.retain(|(one, other)| {
        !EXCEPTIONS.iter().any(|(first, second, _)| (first, second) == (&one.as_str(), &other.as_str()))
    });
    assert!(EXCEPTIONS.len() <= 3);
    assert_eq!(circles, [], "pairs of files that import one another, maybe by way of others");
}

/// The modules that a module imports, and those that these import, and so on.
fn reachable(imports: &BTreeMap<String, BTreeSet<String>>, from: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from.to_owned()];
    while let Some(module) = next.pop() {
        for import in &imports[&module] {
            if reached.insert(import.clone()) {
                next.push(import.clone());
            }
        }
    }
    reached
}

/// For each module the modules that its file imports, its own children apart. Test modules do not count.
fn imports(crate_root: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let texts: BTreeMap<String, String> = files(crate_root)
        .into_iter()
        .filter_map(|file| Some((module_of(crate_root, &file)?, production_code(&fs::read_to_string(&file).unwrap()))))
        .collect();
    let exports: BTreeMap<&String, BTreeMap<String, String>> =
        texts.iter().map(|(module, text)| (module, re_exports(module, text))).collect();
    let imports = texts.iter().map(|(module, text)| {
        let targets = paths(module, text).into_iter().map(|path| target(&texts, &exports, &path, 8));
        let others = targets.filter(|other| other != module && !other.starts_with(&format!("{module}::")));
        (module.clone(), others.filter(|other| !other.is_empty()).collect())
    });
    imports.collect()
}

/// The module that a path leads to, through re-exports.
fn target(
    texts: &BTreeMap<String, String>,
    exports: &BTreeMap<&String, BTreeMap<String, String>>,
    path: &str,
    depth: u32,
) -> String {
    let parts: Vec<&str> = path.split("::").collect();
    for length in (1..=parts.len()).rev() {
        let module = parts[..length].join("::");
        if !texts.contains_key(&module) {
            continue;
        }
        let exported = parts.get(length).and_then(|item| exports[&module].get(*item));
        return match exported {
            Some(next) if depth > 0 && next != path => target(texts, exports, next, depth - 1),
            _ => module,
        };
    }
    String::new()
}

/// What a module exports from elsewhere: names, and the paths that they stand for.
fn re_exports(module: &str, text: &str) -> BTreeMap<String, String> {
    let uses = text.split(';').filter_map(|statement| {
        let (before, path) = statement.split_once("use ")?;
        before.trim_end().ends_with(')').then_some(path).or_else(|| before.trim_end().ends_with("pub").then_some(path))
    });
    let paths = uses.flat_map(expand);
    let named = paths.filter_map(|path| {
        let path = path.split(" as ").next()?.to_owned();
        let full = match path.strip_prefix("crate::") {
            Some(rest) => rest.to_owned(),
            None => format!("{module}::{}", path.trim_start_matches("self::")),
        };
        Some((path.rsplit("::").next()?.to_owned(), full))
    });
    named.collect()
}

/// The paths below the crate's root that a text names.
fn paths(module: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for statement in text.split(';') {
        let Some((_, path)) = statement.split_once("use ") else { continue };
        let parent = module.rsplit_once("::").map_or("", |(parent, _)| parent);
        for path in expand(path) {
            let path = path.split(" as ").next().unwrap().trim_end_matches("::self").to_owned();
            if let Some(rest) = path.strip_prefix("crate::") {
                found.push(rest.to_owned());
            } else if let Some(rest) = path.strip_prefix("super::") {
                found.push(if parent.is_empty() { rest.to_owned() } else { format!("{parent}::{rest}") });
            }
        }
    }
    for place in text.split("crate::").skip(1) {
        let end = place.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':').unwrap_or(place.len());
        found.push(place[..end].trim_end_matches(':').to_owned());
    }
    found
}

/// `a::{b, c::{d, e}}` as a::b, a::c::d and a::c::e.
fn expand(path: &str) -> Vec<String> {
    let path = path.trim();
    let Some((before, rest)) = path.split_once('{') else { return vec![path.to_owned()] };
    let inner = &rest[..rest.rfind('}').unwrap_or(rest.len())];
    let (mut depth, mut start, mut items) = (0, 0, Vec::new());
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(&inner[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    items.push(&inner[start..]);
    let items = items.into_iter().map(str::trim).filter(|item| !item.is_empty());
    items.flat_map(expand).map(|item| format!("{before}{item}")).collect()
}

/// A text without its comments, and without the test module at its end.
fn production_code(text: &str) -> String {
    let text = match text
        .find("\n#[cfg(test)]\nmod tests {")
        .or_else(|| text.find("\n#[cfg(test)]\npub(crate) mod tests {"))
    {
        Some(end) => &text[..end],
        None => text,
    };
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The path of a file's module in its crate; `None` for the crate's root, other crates and files that hold tests alone.
fn module_of(crate_root: &Path, file: &Path) -> Option<String> {
    let within = file.strip_prefix(crate_root).unwrap().to_str().unwrap().strip_suffix(".rs")?;
    if ["lib", "main"].contains(&within) || within.starts_with("bin/") || within.ends_with("/tests") {
        return None;
    }
    Some(within.strip_suffix("/mod").unwrap_or(within).replace('/', "::"))
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

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
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
