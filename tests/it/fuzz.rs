//! The bodies of the fuzz targets over a few thousand inputs each: their seeds, and seeded changes of them. Longer runs
//! with coverage as the guide: docs/testing.md.

#[path = "../../fuzz/bodies.rs"]
mod bodies;

use fastrand::Rng;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Bytes of an input; what is longer is cut.
const LONGEST: usize = 4_096;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder().join("seeds").join(target))
        .unwrap_or_else(|e| panic!("fuzz/seeds/{target}: {e}"))
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files.into_iter().map(|file| fs::read(file).unwrap()).collect()
}

/// What parsers trip over, of any format.
const SNIPPETS: &[&[u8]] = &[
    b"\0",
    b"\n",
    b" ",
    b"\"",
    b"'",
    b"--",
    b"{",
    b"}",
    b"[",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"&#x1F600;",
    b"&#0;",
    b"@",
    b"/",
    b":",
    b"..",
    b"null",
    b"-1",
    b"0",
    b"1e999",
    b"9223372036854775807",
    b"18446744073709551616",
    b"2026-02-30T25:61:61Z",
    b"-009999-01-02T01:59:59Z",
    b"9999-12-30T22:00:00Z",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    "\u{202e}".as_bytes(),
    "\u{200d}".as_bytes(),
    "\u{301}".as_bytes(),
    "\u{9b}2J".as_bytes(),
    b"\x1b[31m",
    "👩🏽‍🍳".as_bytes(),
    "ﬁİßΣς".as_bytes(),
];

/// One to six changes of a seed.
fn changed(random: &mut Rng, seeds: &[Vec<u8>]) -> Vec<u8> {
    let any = |random: &mut Rng| random.choice(seeds).cloned().unwrap_or_default();
    let mut bytes = any(random);
    for _ in 0..random.usize(1..=6) {
        let at = random.usize(0..=bytes.len());
        let to = at + random.usize(0..=(bytes.len() - at).min(64));
        let new: Vec<u8> = match random.u8(0..8) {
            0 => Vec::new(),
            1 => (at..to).map(|_| random.u8(..)).collect(),
            2 => bytes[at..to].repeat(random.usize(2..5)),
            3 => {
                let other = any(random);
                let from = random.usize(0..=other.len());
                other[from..other.len().min(from + 200)].to_vec()
            }
            4 => std::iter::repeat_with(|| random.char(..)).take(4).collect::<String>().into_bytes(),
            5 => bytes[at..to].iter().map(|b| b ^ (1 << random.u8(0..8))).collect(),
            _ => [random.choice(SNIPPETS).copied().unwrap_or_default(), &bytes[at..to]].concat(),
        };
        bytes.splice(at..to, new);
        bytes.truncate(LONGEST);
    }
    bytes
}

fn fuzz(target: &str, inputs: usize) {
    let seeds = seeds(target);
    assert!(seeds.len() >= 3, "fuzz/seeds/{target} has {} seeds", seeds.len());
    let body = |input: &[u8]| {
        let shown = Shown(input);
        bodies::run(target, input);
        std::mem::forget(shown);
    };
    for seed in &seeds {
        body(seed);
    }
    let mut random = Rng::with_seed(7);
    for _ in 0..inputs {
        body(&changed(&mut random, &seeds));
    }
}

/// Shows the input if the body panics.
struct Shown<'a>(&'a [u8]);

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        eprintln!("with these bytes (keep them in fuzz/seeds): b\"{}\"", self.0.escape_ascii());
    }
}

macro_rules! targets {
    ($($name:ident: $inputs:literal),+ $(,)?) => {
        $(#[test]
        fn $name() {
            fuzz(stringify!($name), $inputs);
        })+

        #[test]
        fn every_target_is_listed_everywhere() {
            let here = BTreeSet::from([$(stringify!($name).to_owned()),+]);
            let bodies: BTreeSet<String> = bodies::TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
            assert_eq!(bodies, here, "fuzz/bodies.rs");
            let names = |sub: &str| {
                let entries = fs::read_dir(folder().join(sub)).unwrap();
                let stem = |e: fs::DirEntry| e.path().file_stem().unwrap().to_string_lossy().into_owned();
                entries.map(|e| stem(e.unwrap())).collect::<BTreeSet<String>>()
            };
            assert_eq!(names("fuzz_targets"), here, "fuzz/fuzz_targets");
            assert_eq!(names("seeds"), here, "fuzz/seeds");
            let manifest = fs::read_to_string(folder().join("Cargo.toml")).unwrap();
            for name in &here {
                assert!(manifest.contains(&format!("\nname = \"{name}\"\n")), "fuzz/Cargo.toml: {name}");
            }
        }
    };
}

// So many inputs besides the seeds, by what one costs.
targets! {
    bluesky: 2_000,
    bot_toml: 600,
    command_line: 1_500,
    console_text: 3_000,
    feed: 1_500,
    hackernews: 3_000,
    journal: 500,
    mastodon: 2_000,
    matcher: 300,
    records: 1_500,
    reddit: 2_000,
    webhook: 2_000,
    x: 3_000,
}
