//! The inputs that are kept, run as tests.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::testing::fuzz::{TARGETS, run};

fn fuzz(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(folder)
}

/// Whether the inputs are here, and if not, why: they are another package's.
fn are_inputs_here() -> bool {
    if Path::new(env!("CARGO_MANIFEST_DIR")).join(".cargo_vcs_info.json").exists() {
        println!("not run: a published package comes without the inputs in fuzz/");
        return false;
    }
    true
}

fn names(folder: &Path) -> BTreeSet<String> {
    let name = |path: PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    fs::read_dir(folder).unwrap().map(|entry| name(entry.unwrap().path())).collect()
}

#[test]
fn every_target_has_its_program_and_its_inputs() {
    if !are_inputs_here() {
        return;
    }
    let targets: BTreeSet<String> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    // The grammar is the command's, which runs its inputs itself.
    let mut others = BTreeSet::from(["batch".to_owned()]);
    if !cfg!(feature = "capi") {
        others.insert("capi".to_owned());
    }
    assert_eq!(&names(&fuzz("fuzz_targets")) - &others, targets);
    assert_eq!(&names(&fuzz("corpus")) - &(&others | &BTreeSet::from(["README".to_owned()])), targets);
}

#[test]
fn what_was_kept_holds() {
    if !are_inputs_here() {
        return;
    }
    for target in TARGETS {
        let mut inputs: Vec<_> =
            fs::read_dir(fuzz("corpus").join(target.name)).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(!inputs.is_empty(), "{}", target.name);
        inputs.sort();
        for path in inputs {
            let input = fs::read(&path).unwrap();
            eprintln!("{}", path.display());
            run(target.name, &input, |call| allocation_counter::measure(call).bytes_max);
        }
    }
}
