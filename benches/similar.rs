//! Past answers: one look-up among 1,000 to 20,000 answered mentions. It is made while a person waits, within the three
//! seconds of their chat: a few milliseconds are the most. `cargo bench --bench similar`.

use hearback::domain::{Kind, MentionNo};
use hearback::triage::similar::{Asked, Entry, Gist, Similar};
use jiff::Timestamp;

fn main() {
    divan::main();
}

const KEPT: [u64; 3] = [1_000, 5_000, 20_000];

/// Words as unevenly common as in speech: the n-th is about n times rarer than the first.
fn text(rng: &mut fastrand::Rng, words: usize) -> String {
    let word = |rng: &mut fastrand::Rng| {
        let rank = 20_000_f64.powf(rng.f64()).floor();
        let letter = |c: char| c.to_digit(10).and_then(|d| ('a'..='j').nth(usize::try_from(d).ok()?)).unwrap_or('x');
        format!("{:05}", (rank * 7919.0) % 100_003.0).chars().map(letter).collect::<String>()
    };
    let said: Vec<String> = (0..words).map(|_| word(rng)).collect();
    format!("{} parcel refund", said.join(" "))
}

fn known(count: u64) -> Similar {
    let mut rng = fastrand::Rng::with_seed(5);
    let mut similar = Similar::default();
    for no in 1..=count {
        let words = rng.usize(6..40);
        let gist = Gist::of(&text(&mut rng, words), &[]).answered(&text(&mut rng, 25), &[]);
        let entry = Entry { no: MentionNo(no), at: Timestamp::UNIX_EPOCH, kind: Kind::Question, language: None };
        similar.add(entry, gist);
    }
    similar
}

#[divan::bench(args = KEPT)]
fn look_up(bencher: divan::Bencher<'_, '_>, count: u64) {
    let similar = known(count);
    let mut rng = fastrand::Rng::with_seed(6);
    let asked: Vec<String> = (0..32).map(|_| text(&mut rng, 25)).collect();
    let mut turn = asked.iter().cycle();
    bencher.bench_local(|| {
        let gist = Gist::of(turn.next().map_or("", String::as_str), &[]);
        let asked = Asked { no: MentionNo(0), gist: &gist, kind: Kind::Question, language: None };
        similar.nearest(&asked, 12)
    });
}
