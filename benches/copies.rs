//! Copies: one post, looked for among 20,000 and 80,000 that were heard before, and remembered; and its likeness alone.
//! `cargo bench --bench copies`.

use divan::counter::ItemsCount;
use hearback::domain::{BrandId, Likeness, MentionNo};
use hearback::store::window::Window;
use jiff::Timestamp;

fn main() {
    divan::main();
}

const POSTS: usize = 2_000;

/// Posts of 8 to 24 words, one in ten with letters outside ASCII.
fn posts(seed: u64, count: usize) -> Vec<String> {
    const SYLLABLES: [&str; 20] = [
        "ac", "me", "ne", "to", "ri", "za", "lo", "vi", "ta", "co", "re", "mi", "so", "la", "no", "fi", "ba", "du",
        "ka", "ter",
    ];
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut word =
        move || -> String { (0..rng.usize(1..5)).map(|_| SYLLABLES[rng.usize(..SYLLABLES.len())]).collect() };
    (0..count)
        .map(|i| {
            let mut words: Vec<String> = (0..8 + i % 17).map(|_| word()).collect();
            if i % 10 == 0 {
                words.push("déjà vu 😀".to_owned());
            }
            words.join(" ")
        })
        .collect()
}

#[divan::bench]
fn likeness(bencher: divan::Bencher<'_, '_>) {
    let posts = posts(3, POSTS);
    bencher.counter(ItemsCount::new(POSTS)).bench_local(|| posts.iter().filter_map(|p| Likeness::of(p)).count());
}

#[divan::bench(args = [20_000, 80_000])]
fn window(bencher: divan::Bencher<'_, '_>, size: usize) {
    let (brand, at) = (BrandId::new("acme"), Timestamp::UNIX_EPOCH);
    let mut window = Window::new(size);
    let mut no = 0;
    for likeness in posts(1, size).iter().filter_map(|p| Likeness::of(p)) {
        no += 1;
        window.add(MentionNo(no), &brand, at, likeness);
    }
    let posts = posts(2, POSTS);
    bencher.counter(ItemsCount::new(POSTS)).bench_local(|| {
        let mut found = 0;
        for likeness in posts.iter().filter_map(|p| Likeness::of(p)) {
            no += 1;
            found += window.find(&brand, at, &likeness).len();
            window.add(MentionNo(no), &brand, at, likeness);
        }
        found
    });
}
