//! What the documents point to is there.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn links_lead_to_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Another package, which a published one comes without.
    let has_fuzz = root.join("fuzz").exists();
    let mut links = 0;
    for document in documents(root) {
        let text = fs::read_to_string(&document).unwrap();
        let inline = text.split("](").skip(1).filter_map(|behind| behind.split_once(')')).map(|(target, _)| target);
        let defined =
            text.lines().filter_map(|line| line.strip_prefix('[')?.split_once("]: ")).map(|(_, target)| target);
        for target in inline.chain(defined).filter(|target| !target.starts_with("https://")) {
            if target.starts_with("fuzz/") && !has_fuzz {
                continue;
            }
            let (path, heading) = target.split_once('#').unwrap_or((target, ""));
            let file = if path.is_empty() { document.clone() } else { document.parent().unwrap().join(path) };
            assert!(file.exists(), "{} has a link to {target}", document.display());
            if !heading.is_empty() {
                let text = fs::read_to_string(file).unwrap();
                let anchors = text.lines().filter(|line| line.starts_with('#')).map(anchor);
                assert!(anchors.into_iter().any(|anchor| anchor == heading), "{target} of {}", document.display());
            }
            links += 1;
        }
    }
    assert!(links > 20, "{links}");
}

/// What a heading is called in links.
fn anchor(heading: &str) -> String {
    heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-")
}

fn documents(root: &Path) -> Vec<PathBuf> {
    let folders =
        [root.to_owned(), root.join("docs"), root.join("docs/guide"), root.join("fuzz"), root.join("fuzz/corpus")];
    let files = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
    files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "md")).collect()
}
