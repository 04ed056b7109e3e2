//! Operations on several interfaces at once, journals of several files, and all that is shown of a namespace.

use std::fs;

use crate::error::Result;
use crate::interface::{InterfaceConfig, Link};
use crate::journal::seal;
use crate::testing::fuzz::operations::{World, check, enlist, restore_in};
use crate::testing::fuzz::scene::Scene;
use crate::testing::fuzz::script::{script, split};
use crate::testing::fuzz::values::is_presentable;

/// How many interfaces, or files, there are at most.
const MOST: u8 = 4;

/// A list of adds, all or nothing. Behind the scene's byte comes how many there are, and a scene for each.
pub(crate) fn adds(input: &[u8]) {
    let (scene, scenes, rest) = scenes(input);
    let world = World::new(script(rest), scene.has_settings());
    if scene.has_journal() {
        world.web.keep_journal(world.folder.journal()).expect("a journal is kept");
    }
    let Ok(list) = described(&world, scenes) else { return };
    let entries = |expected: usize| assert!(!scene.has_journal() || world.entries() == expected);
    match world.web.add_interfaces(list) {
        Ok(added) => {
            assert_eq!(added.len(), scenes.len());
            entries(scenes.len());
            check(world.web.remove_all());
        }
        Err(error) => {
            is_presentable(&error);
            if error.left().is_none() {
                entries(0);
            }
            assert!(world.web.interfaces().is_ok_and(|left| left.is_empty()));
        }
    }
}

/// A restore by descriptions, given like [`adds`].
pub(crate) fn restore_from(input: &[u8]) {
    let (scene, scenes, rest) = scenes(input);
    let world = World::new(script(rest), scene.has_settings());
    if scene.has_journal() {
        world.web.keep_journal(world.folder.journal()).expect("a journal is kept");
    }
    let Ok(list) = described(&world, scenes) else { return };
    match world.web.restore_from(list) {
        Ok(restored) => {
            let told = restored.interfaces.len() + restored.unmatched.len() + restored.failed.len();
            assert_eq!(told, scenes.len(), "{restored:?}");
            restored.failed.iter().chain(restored.unmatched.iter().map(|(_, error)| error)).for_each(is_presentable);
        }
        Err(error) => is_presentable(&error),
    }
}

fn scenes(input: &[u8]) -> (Scene, &[u8], &[u8]) {
    let (byte, rest) = split(input);
    let (count, rest) = split(rest);
    let (scenes, rest) = rest.split_at_checked((count % MOST + 1).into()).unwrap_or((rest, &[]));
    (Scene::new(byte), scenes, rest)
}

fn described(world: &World, scenes: &[u8]) -> Result<Vec<(Link, InterfaceConfig)>> {
    let describe = |(number, byte): (usize, &u8)| Scene::new(*byte).described(number, &world.host, &world.web);
    scenes.iter().enumerate().map(describe).collect()
}

/// A restore from a journal of several files. Behind the scene's byte comes how many there are, and of each its length, in
/// two bytes, and what it says: entries, but for the last one, which is the file of their batch. What is text has its last line
/// put right.
pub(crate) fn entries(input: &[u8]) {
    let (byte, rest) = split(input);
    let (count, mut rest) = split(rest);
    let mut texts = Vec::new();
    for _ in 0..count % MOST + 1 {
        let Some((length, behind)) = rest.split_first_chunk() else { break };
        let length = u16::from_ne_bytes(*length).into();
        let (text, behind) = behind.split_at_checked(length).unwrap_or((behind, &[]));
        texts.push(text);
        rest = behind;
    }
    let world = World::new(script(rest), Scene::new(byte).has_settings());
    let folder = world.folder.journal().join("cookie-1");
    fs::create_dir_all(&folder).expect("a folder can be made");
    let batch = if texts.len() > 1 { texts.pop() } else { None };
    batch
        .into_iter()
        .for_each(|text| fs::write(folder.join(format!("{:016x}.batch", 1)), text).expect("it can be made"));
    let names: Vec<_> = (0..texts.len()).map(|number| folder.join(format!("v{number}.entry"))).collect();
    for (file, text) in names.iter().zip(&texts) {
        let sealed = std::str::from_utf8(text).map(|text| seal(text).into_bytes());
        fs::write(file, sealed.unwrap_or_else(|_| text.to_vec())).expect("a file can be made");
    }
    let Some(restored) = restore_in(&world.web, &world.folder.journal()) else { return };
    let stays = restored.interfaces.len() + restored.failed.len() + restored.left_alone.len();
    let goes = restored.undone.len() + restored.finished.len() + restored.gone.len() + restored.dropped.len();
    assert!(stays + goes >= texts.len() && restored.busy == 0, "{restored:?}");
    assert!(names.iter().filter(|file| file.exists()).count() <= stays, "{restored:?}");
}

/// All that `show` reads in a namespace.
pub(crate) fn show(input: &[u8]) {
    let (byte, rest) = split(input);
    let world = World::new(script(rest), true);
    if byte & 1 == 0 {
        enlist(&world.web);
    }
    for interface in world.web.interfaces().inspect_err(is_presentable).unwrap_or_default() {
        check(interface.state());
    }
    check(world.web.links());
    check(world.web.gateways());
    check(world.web.routes().map(|routes| routes.iter().for_each(|route| assert!(!route.to_string().is_empty()))));
    check(world.web.rules());
}
