//! A stream of Bluesky, from the bytes of its messages to the posts that matter: messages per second, beside reading every
//! message and beside a plain overlapping Aho-Corasick automaton. Everything is invented here, in the sizes and shares of
//! the real stream (548 bytes a message on average). `cargo bench --bench ingest`.
//!
//! `cargo bench --bench ingest -- write FOLDER` writes the same messages and terms for other programs
//! (scripts/compare-ingest.sh).

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use hearback::domain::BrandId;
use hearback::networks::bluesky::{sift, sift_plainly};
use hearback::triage::{BrandTerms, Edge, Matcher, Search, fold};
use std::hint::black_box;
use std::time::Instant;

const MESSAGES: usize = 20_000;
const ROUNDS: usize = 7;
/// Seconds of one round, at least.
const ENOUGH: f64 = 0.15;

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let folder = arguments.iter().position(|a| a == "write").and_then(|at| arguments.get(at + 1));
    if let Some(folder) = folder {
        return write(folder);
    }
    ingest();
    matching();
    Ok(())
}

fn write(folder: &str) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let folder = std::path::Path::new(folder);
    std::fs::write(folder.join("messages.jsonl"), messages(&terms(10_000)).join("\n"))?;
    for count in [100, 10_000] {
        std::fs::write(folder.join(format!("terms-{count}.txt")), terms(count).join("\n"))?;
    }
    Ok(())
}

/// Seconds that this thread has had a processor, where the system tells (Linux, `schedstat`): what else the machine does
/// counts less then. Otherwise the seconds that passed since `start`.
fn seconds(start: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|told| told.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| start.elapsed().as_secs_f64(), |on_processor| on_processor / 1e9)
}

/// The median of interleaved rounds, each as what a second does.
fn rates(count: usize, ways: &mut [(&str, &mut dyn FnMut() -> usize)]) -> Vec<f64> {
    let mut taken: Vec<Vec<f64>> = vec![Vec::new(); ways.len()];
    let began = Instant::now();
    for _ in 0..ROUNDS {
        for ((_, way), taken) in ways.iter_mut().zip(&mut taken) {
            // The system tells it every few milliseconds only.
            let (before, mut times) = (seconds(began), 0.0);
            while times < 1.0 || seconds(began) - before < ENOUGH {
                black_box(way());
                times += 1.0;
            }
            taken.push((seconds(began) - before) / times);
        }
    }
    let median = |mut taken: Vec<f64>| {
        taken.sort_by(f64::total_cmp);
        taken[taken.len() / 2]
    };
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let count = count as f64;
    taken.into_iter().map(|taken| count / median(taken)).collect()
}

fn ingest() {
    let messages = messages(&terms(10_000));
    let posts: Vec<&String> = messages.iter().filter(|m| m.contains("feed.post\"")).collect();
    let bytes = |of: usize, all: usize| of / all;
    println!(
        "{MESSAGES} messages of {} bytes, {} posts of {} bytes among them",
        bytes(messages.iter().map(String::len).sum(), MESSAGES),
        posts.len(),
        bytes(posts.iter().map(|m| m.len()).sum(), posts.len())
    );
    println!("{:>8}  {:>16}  {:>16}  {:>16}  {:>8}", "terms", "sifted/s", "posts alone/s", "all read/s", "matter");
    for count in [5, 100, 10_000, 100_000] {
        let matcher = Matcher::new(&brands(&terms(count))).expect("the terms compile");
        let wanted = |text: &str| matcher.may_name(text);
        let mut sifted = || messages.iter().filter(|m| sift(m, None, &wanted).post.is_some()).count();
        let matter = sifted();
        assert!(matter > 0 || count < 1_000, "nothing matters");
        let mut alone = || posts.iter().filter(|m| sift(m, None, &wanted).post.is_some()).count();
        let mut read = || messages.iter().filter(|m| sift_plainly(m, None, &wanted).post.is_some()).count();
        assert_eq!(read(), matter, "reading everything finds the same");
        let all = rates(MESSAGES, &mut [("sifted", &mut sifted), ("read", &mut read)]);
        let alone = rates(posts.len(), &mut [("alone", &mut alone)]);
        println!("{count:>8}  {:>16.0}  {:>16.0}  {:>16.0}  {matter:>8}", all[0], alone[0], all[1]);
    }
}

/// Matching alone, on texts that are folded already, and with folding; every overlapping place of every term.
fn matching() {
    println!(
        "\n{:>8}  {:>14}  {:>14}  {:>6}  {:>16}  {:>14}  {:>10}",
        "terms", "words/s", "automaton/s", "ratio", "with folding/s", "build ms", "automaton"
    );
    for count in [5, 100, 1_000, 10_000, 100_000] {
        let terms: Vec<String> = terms(count).iter().map(|t| fold(t)).collect();
        let texts = texts(&terms);
        let folded: Vec<String> = texts.iter().map(|t| fold(t)).collect();
        let build = || Search::new(terms.iter().map(|t| (t.as_str(), Edge::Word))).expect("the terms compile");
        let search = build();
        let plain = |terms: &[String]| match terms.len() {
            0..=500 => AhoCorasick::new(terms),
            _ => AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(terms),
        };
        let automaton = plain(&terms).expect("the terms compile");
        let by_words = |text: &String| {
            let mut found = 0;
            search.each(text, |_| found += 1);
            found
        };
        let by_automaton = |text: &String| {
            automaton.find_overlapping_iter(text).filter(|m| Edge::Word.fits(text, m.start(), m.end())).count()
        };
        for text in &folded {
            assert_eq!(by_words(text), by_automaton(text), "{text:?}");
        }
        let rates = rates(
            folded.len(),
            &mut [
                ("words", &mut || folded.iter().map(by_words).sum()),
                ("automaton", &mut || folded.iter().map(by_automaton).sum()),
                ("folding", &mut || texts.iter().map(|text| by_words(&fold(text))).sum()),
            ],
        );
        let brands = brands(&terms);
        let compiling = 1_000.0 / self::rates(1, &mut [("build", &mut || Matcher::new(&brands).map_or(0, |_| 1))])[0];
        let plainly =
            1_000.0 / self::rates(1, &mut [("build", &mut || plain(&terms).map_or(0, |a| a.patterns_len()))])[0];
        println!(
            "{count:>8}  {:>14.0}  {:>14.0}  {:>6.2}  {:>16.0}  {compiling:>14.2}  {plainly:>10.2}",
            rates[0],
            rates[1],
            rates[0] / rates[1],
            rates[2],
        );
    }
}

/// A word made of syllables.
fn word(rng: &mut fastrand::Rng) -> String {
    const SYLLABLES: [&str; 40] = [
        "ac", "me", "ne", "to", "ri", "za", "lo", "vi", "ta", "co", "re", "mi", "so", "la", "no", "fi", "ba", "du",
        "ka", "sto", "ter", "in", "on", "ex", "al", "ber", "chi", "den", "eu", "gra", "ho", "is", "jo", "ku", "lum",
        "mar", "nor", "op", "pe", "qua",
    ];
    (0..rng.usize(1..4)).map(|_| SYLLABLES[rng.usize(..SYLLABLES.len())]).collect()
}

/// Names as brands have them: most are words that nobody else uses, some have several words or signs in them.
fn terms(count: usize) -> Vec<String> {
    let mut rng = fastrand::Rng::with_seed(7);
    let mut seen = std::collections::HashSet::new();
    let term = |i: usize, rng: &mut fastrand::Rng| {
        let name = format!("{}{}x", word(rng), word(rng));
        match i % 20 {
            0 | 1 => format!("{name} {}", word(rng)),
            2 => format!("{} {name}", word(rng)),
            3 => format!("{name}&{}", rng.alphabetic()),
            4 => format!("#{name}"),
            5 => format!("{name}.example"),
            6 => format!("{name}é"),
            _ => name,
        }
    };
    (0..).map(|i| term(i, &mut rng)).filter(|term| seen.insert(term.clone())).take(count).collect()
}

fn brands(terms: &[String]) -> Vec<BrandTerms> {
    let each = terms.len().div_ceil(100);
    (0..)
        .zip(terms.chunks(each))
        .map(|(i, chunk)| BrandTerms { terms: chunk.to_vec(), ..BrandTerms::new(BrandId::new(format!("brand{i}"))) })
        .collect()
}

/// Words as often as languages have them: few make up most of a text.
fn sentence(rng: &mut fastrand::Rng, words: &[String], length: usize) -> String {
    let pick = |rng: &mut fastrand::Rng| {
        let share = rng.f64();
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an index"
        )]
        let at = (share * share * share * words.len() as f64) as usize;
        words[at.min(words.len() - 1)].clone()
    };
    (0..length).map(|_| pick(rng)).collect::<Vec<_>>().join(" ")
}

fn vocabulary() -> Vec<String> {
    let mut rng = fastrand::Rng::with_seed(3);
    (0..8_000).map(|_| word(&mut rng)).collect()
}

/// Texts of posts: one in three with something outside ASCII, one in ten in a script without spaces, one in a hundred with
/// a term.
fn texts(terms: &[String]) -> Vec<String> {
    let words = vocabulary();
    let mut rng = fastrand::Rng::with_seed(11);
    (0..4_000).map(|i| one_text(i, &mut rng, &words, terms)).collect()
}

fn one_text(i: usize, rng: &mut fastrand::Rng, words: &[String], terms: &[String]) -> String {
    let length = rng.usize(3..42);
    let mut text = sentence(rng, words, length);
    if i.is_multiple_of(10) {
        text = "今日はとても良い天気でした。新しい電話を買いに行きます"
            .chars()
            .cycle()
            .skip(rng.usize(..20))
            .take(60)
            .collect();
    } else if i.is_multiple_of(3) {
        text.push_str([" 😀", " it’s", " über", "…", " #tag 🎉🎉"][rng.usize(..5)]);
    }
    if i % 100 == 7 {
        text = format!("{text} {}!", terms[rng.usize(..terms.len())].to_uppercase());
    }
    if i.is_multiple_of(8) {
        text = text.replacen(' ', "\n", 2);
    }
    text
}

/// Messages of the stream: likes, reposts, follows, posts, deletions, in about the shares that they have (25 posts among 320
/// to 520 messages in a second, July 2026).
fn messages(terms: &[String]) -> Vec<String> {
    let words = vocabulary();
    let mut rng = fastrand::Rng::with_seed(5);
    (0..MESSAGES).map(|i| message(i, &mut rng, &words, terms)).collect()
}

fn token(rng: &mut fastrand::Rng, length: usize) -> String {
    (0..length).map(|_| char::from(b"abcdefghijklmnopqrstuvwxyz234567"[rng.usize(..32)])).collect()
}

fn message(i: usize, rng: &mut fastrand::Rng, words: &[String], terms: &[String]) -> String {
    let (did, cid, rev, key) = (token(rng, 24), token(rng, 52), token(rng, 13), token(rng, 13));
    let commit = |operation: &str, collection: &str, record: Option<serde_json::Value>| {
        let record = record.map(|record| {
            // As the stream's server writes it.
            let json = record.to_string().replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e");
            format!(",\"record\":{json},\"cid\":\"bafyrei{cid}\"")
        });
        let time = 1_760_000_000_000_000_u64 + 2_000 * i as u64;
        format!(
            "{{\"did\":\"did:plc:{did}\",\"time_us\":{time},\"kind\":\"commit\",\"commit\":{{\"rev\":\"{rev}\",\"operation\":\"\
             {operation}\",\"collection\":\"{collection}\",\"rkey\":\"{key}\"{}}}}}",
            record.unwrap_or_default()
        )
    };
    let subject = |rng: &mut fastrand::Rng, collection: &str| {
        let uri = format!("at://did:plc:{}/{collection}/{}", token(rng, 24), token(rng, 13));
        serde_json::json!({ "cid": format!("bafyrei{}", token(rng, 52)), "uri": uri })
    };
    let made = "2026-11-22T09:30:00.000Z";
    match rng.u8(..100) {
        0..66 => {
            let subject = subject(rng, "app.bsky.feed.post");
            let mut record =
                serde_json::json!({ "$type": "app.bsky.feed.like", "createdAt": made, "subject": subject });
            if rng.u8(..4) > 0 {
                record["via"] = self::message_via(rng);
            }
            commit("create", "app.bsky.feed.like", Some(record))
        }
        66..78 => {
            let subject = subject(rng, "app.bsky.feed.post");
            let record = serde_json::json!({ "$type": "app.bsky.feed.repost", "createdAt": made, "subject": subject });
            commit("create", "app.bsky.feed.repost", Some(record))
        }
        78..88 => {
            let subject = format!("did:plc:{}", token(rng, 24));
            let record = serde_json::json!({ "$type": "app.bsky.graph.follow", "createdAt": made, "subject": subject });
            commit("create", "app.bsky.graph.follow", Some(record))
        }
        88..92 => commit("delete", "app.bsky.feed.like", None),
        _ => {
            let record = post(i, rng, words, terms, made);
            commit("create", "app.bsky.feed.post", Some(record))
        }
    }
}

fn message_via(rng: &mut fastrand::Rng) -> serde_json::Value {
    let uri = format!("at://did:plc:{}/app.bsky.feed.repost/{}", token(rng, 24), token(rng, 13));
    serde_json::json!({ "cid": format!("bafyrei{}", token(rng, 52)), "uri": uri })
}

fn post(i: usize, rng: &mut fastrand::Rng, words: &[String], terms: &[String], made: &str) -> serde_json::Value {
    let mut record = serde_json::json!({
        "$type": "app.bsky.feed.post", "createdAt": made, "langs": ["en"], "text": one_text(i, rng, words, terms),
    });
    if rng.u8(..10) < 4 {
        let (root, parent) = (self::message_via(rng), self::message_via(rng));
        record["reply"] = serde_json::json!({ "parent": parent, "root": root });
    }
    let blob = |rng: &mut fastrand::Rng| serde_json::json!({ "$type": "blob", "mimeType": "image/jpeg", "size": 412_345, "ref": { "$link": format!("bafkrei{}", token(rng, 52)) } });
    match rng.u8(..10) {
        0 | 1 => {
            let (title, about) = (sentence(rng, words, 8), sentence(rng, words, 20));
            let uri = format!("https://www.{}.example/{}", word(rng), token(rng, 20));
            record["embed"] = serde_json::json!({
                "$type": "app.bsky.embed.external",
                "external": { "description": about, "thumb": blob(rng), "title": title, "uri": uri },
            });
        }
        2 | 3 => {
            let alt = if rng.bool() { sentence(rng, words, 12) } else { String::new() };
            record["embed"] = serde_json::json!({
                "$type": "app.bsky.embed.images",
                "images": [{ "alt": alt, "aspectRatio": { "height": 900, "width": 1600 }, "image": blob(rng) }],
            });
        }
        4 => {
            record["facets"] = serde_json::json!([{
                "features": [{ "$type": "app.bsky.richtext.facet#tag", "tag": word(rng) }],
                "index": { "byteEnd": 9, "byteStart": 4 },
            }]);
        }
        _ => {}
    }
    record
}
