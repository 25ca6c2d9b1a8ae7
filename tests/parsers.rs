//! What the fuzzer runs for long, for a moment: its seeds, and what a little damage makes of them.

use std::{fs, path::Path};

use rand::{RngExt as _, SeedableRng as _, rngs::ChaCha20Rng};

#[path = "../fuzz/targets.rs"]
mod targets;

/// Of each seed.
const DAMAGED: usize = 500;

/// Takes a byte away, doubles a part, changes a byte, or puts in one that means something to some parser.
fn damage(bytes: &mut Vec<u8>, random: &mut ChaCha20Rng) {
    const MEANT: &[u8] = b"+-;,=&%\0\n\r \"[]:.\xe2\x80\x8e\xd9\xa0\xff";
    let place = random.random_range(0..=bytes.len());
    match random.random_range(0..4) {
        0 if place < bytes.len() => drop(bytes.remove(place)),
        1 => bytes.extend_from_within(place..),
        2 if place < bytes.len() => bytes[place] = random.random_range(0..=255),
        _ => bytes.insert(place, MEANT[random.random_range(0..MEANT.len())]),
    }
    bytes.truncate(4096);
}

#[test]
fn no_parser_breaks_on_its_seeds_or_on_what_damage_makes_of_them() {
    let mut random = ChaCha20Rng::seed_from_u64(20_260_101);
    for (name, target) in targets::ALL {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name);
        let mut seeds: Vec<_> = fs::read_dir(&folder).unwrap().map(|seed| seed.unwrap().path()).collect();
        seeds.sort();
        assert!(seeds.len() > 3, "{name} has too few seeds");
        for seed in seeds {
            let mut bytes = fs::read(seed).unwrap();
            target(&bytes);
            for _ in 0..DAMAGED {
                damage(&mut bytes, &mut random);
                target(&bytes);
            }
        }
    }
}
