//! The header, as compilers and people read it.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::build::{installed, pkg_config, root, run};

fn header() -> String {
    fs::read_to_string(root().join("include/netgraft.h")).unwrap()
}

/// Every function, with the comment before it.
fn functions(header: &str) -> Vec<(String, String)> {
    let mut functions = Vec::new();
    let mut comment = String::new();
    for line in header.lines() {
        if line.starts_with("/**") {
            comment.clear();
        }
        comment.push_str(line);
        comment.push('\n');
        let name = line.split('(').next().unwrap().rsplit([' ', '*']).next().unwrap();
        if line.contains('(') && name.starts_with("netgraft_") && !line.starts_with([' ', '#', '/']) {
            functions.push((name.to_owned(), comment.clone()));
        }
    }
    functions
}

#[test]
fn c_and_cpp_compilers_have_nothing_to_say() {
    let compilers =
        [("cc", "c", ["c89", "c99", "c11", "c17"].as_slice()), ("c++", "c++", ["c++11", "c++17", "c++20"].as_slice())];
    for (compiler, language, standards) in compilers {
        for standard in standards {
            let mut command = Command::new(compiler);
            command.args(["-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror", &format!("-std={standard}")]);
            command.args(["-x", language, "-include"]).arg(root().join("include/netgraft.h")).arg("/dev/null");
            run(&mut command).unwrap();
        }
    }
}

#[test]
fn the_version_is_the_packages() {
    let header = header();
    assert!(header.contains(&format!("#define NETGRAFT_VERSION \"{}\"\n", env!("CARGO_PKG_VERSION"))));
    for (part, number) in [
        ("MAJOR", env!("CARGO_PKG_VERSION_MAJOR")),
        ("MINOR", env!("CARGO_PKG_VERSION_MINOR")),
        ("PATCH", env!("CARGO_PKG_VERSION_PATCH")),
    ] {
        assert!(header.contains(&format!("#define NETGRAFT_VERSION_{part} {number}\n")), "{part}");
    }
    assert_eq!(pkg_config(&["--modversion"]), [env!("CARGO_PKG_VERSION")]);
}

#[test]
fn every_function_says_what_it_does_and_to_which_threads() {
    let header = header();
    let functions = functions(&header);
    assert!(functions.len() > 100, "{functions:?}");
    for (name, comment) in functions {
        assert!(comment.starts_with("/**\n * ") && comment.contains(" * Threads: MT-"), "{name}: {comment}");
    }
}

#[test]
fn nothing_else_is_exported() {
    let declared: BTreeSet<String> = functions(&header()).into_iter().map(|(name, _)| name).collect();
    let list = fs::read_to_string(root().join("include/netgraft.symbols")).unwrap();
    let listed: BTreeSet<String> = list.lines().map(str::to_owned).collect();
    assert_eq!(declared, listed, "header and list");
    let library = installed().join("lib/libnetgraft.so");
    let symbols = run(Command::new("nm").args(["--dynamic", "--defined-only", "--format=just-symbols"]).arg(library));
    let exported: BTreeSet<String> = symbols.unwrap().lines().map(str::to_owned).collect();
    assert_eq!(exported, listed, "library and list");
}

#[test]
fn it_is_installed_as_others_are() {
    let lib = installed().join("lib");
    let library = lib.join("libnetgraft.so");
    let dynamic = run(Command::new("readelf").arg("--dynamic").arg(&library)).unwrap();
    assert!(dynamic.contains("Library soname: [libnetgraft.so.0]"), "{dynamic}");
    assert_eq!(fs::read_link(&library).unwrap().to_str(), Some("libnetgraft.so.0"));
    let version = format!("libnetgraft.so.{}", env!("CARGO_PKG_VERSION"));
    assert_eq!(fs::read_link(lib.join("libnetgraft.so.0")).unwrap().to_str(), Some(&*version));
    assert!(lib.join("libnetgraft.a").exists());
}
