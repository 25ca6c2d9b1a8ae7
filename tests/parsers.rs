//! What the fuzzer runs for long, for a moment: its seeds, and thousands of inputs that damage makes of them.

use std::{fs, path::Path, time::Duration};

use rand::{RngExt as _, SeedableRng as _, rngs::ChaCha20Rng};

#[path = "../fuzz/targets/mod.rs"]
mod targets;

/// Inputs for each parser; `make soak` asks for more.
const INPUTS: usize = 20_000;

/// What an input may take of the processor here, where nothing is optimised: 250 ms in place of ten.
const MOST: Duration = targets::timed::MOST.saturating_mul(25);

/// Places that are damaged in one input, at most.
const WOUNDS: u32 = 8;

/// Takes a part away, doubles one, changes a byte, puts in one that means something to some parser, or takes a part of another
/// seed.
fn damage(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut ChaCha20Rng) {
    const MEANT: &[u8] = b"+-;,=&%\0\n\r \"[]{}:.<>\\/9\xe2\x80\x8e\xd9\xa0\xff";
    let place = random.random_range(0..=bytes.len());
    let end = random.random_range(place..=bytes.len());
    match random.random_range(0..6) {
        0 => drop(bytes.drain(place..end.min(place + 8))),
        1 => bytes.extend_from_within(place..end),
        2 if place < bytes.len() => bytes[place] = random.random_range(0..=255),
        3 => {
            let other = &seeds[random.random_range(0..seeds.len())];
            bytes.truncate(place);
            bytes.extend_from_slice(&other[random.random_range(0..=other.len())..]);
        }
        4 => {
            let byte = MEANT[random.random_range(0..MEANT.len())];
            let many = random.random_range(1..64);
            bytes.splice(place..place, std::iter::repeat_n(byte, many));
        }
        _ => bytes.insert(place, MEANT[random.random_range(0..MEANT.len())]),
    }
    bytes.truncate(4096);
}

fn seeds_of(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name);
    let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|seed| seed.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 3, "{name} has too few seeds");
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// Every parser on its seeds and on what damage makes of them, always the same.
fn feed(target: targets::Target, inputs: usize) {
    let seeds = seeds_of(target.0);
    let mut random = ChaCha20Rng::seed_from_u64(20_260_101);
    for seed in &seeds {
        targets::timed::feed(target, seed, MOST);
    }
    for _ in 0..inputs {
        let mut bytes = seeds[random.random_range(0..seeds.len())].clone();
        for _ in 0..random.random_range(1..=WOUNDS) {
            damage(&mut bytes, &seeds, &mut random);
        }
        targets::timed::feed(target, &bytes, MOST);
    }
}

#[test]
fn no_parser_breaks_on_its_seeds_or_on_what_damage_makes_of_them() {
    let inputs = std::env::var("FUZZ_INPUTS").map_or(INPUTS, |inputs| inputs.parse().unwrap());
    std::thread::scope(|scope| {
        for &target in targets::ALL {
            scope.spawn(move || feed(target, inputs));
        }
    });
    println!("{} parsers, {inputs} inputs each", targets::ALL.len());
}

/// A parser without a program of its own is never fuzzed for long.
#[test]
fn every_parser_has_its_program_for_the_fuzzer_and_no_program_is_left_over() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
    let name = |entry: fs::DirEntry| entry.path().file_stem().unwrap().to_str().unwrap().to_owned();
    let mut programs: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| name(entry.unwrap())).collect();
    programs.sort();
    let mut names: Vec<_> = targets::ALL.iter().map(|(name, _)| (*name).to_owned()).collect();
    names.sort();
    assert_eq!(programs, names);
    let manifest = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/Cargo.toml")).unwrap();
    for name in names {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} is not in fuzz/Cargo.toml");
    }
}
