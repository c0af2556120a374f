//! What each fuzz target does with its bytes: one function per parser of outside bytes. None may panic, and each checks
//! what must hold of whatever the parser made of them. The fuzz targets and `tests/it/fuzz.rs` both include this file.

mod disk;

use hearback::chat::console::{address, block, is_forbidden, line, name};
use hearback::commands::ALL;
use hearback::config::Config;
use hearback::domain::{
    Author, BrandId, Card, Change, Commit, Effect, Event, Mention, Native, Place, Post, SourceName,
};
use hearback::networks::webhook::{Headers, Inbox, Rejected, Secret};
use hearback::networks::{bluesky, feed, hackernews, mastodon, reddit, x};
use hearback::slash::{Hints, LINE_LIMIT, Value, complete, parse_line, render};
use hearback::store::record;
use hearback::triage::{BrandTerms, Judged, Matcher, ModelClassifier, Triage, fold};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::path::Path;
use std::sync::{Arc, LazyLock};

/// One body of a target.
pub type Body = fn(&[u8]);

/// Every target by its name, which is also the name of its seeds' folder.
pub const TARGETS: &[(&str, Body)] = &[
    ("bluesky", bluesky_answer),
    ("bot_toml", bot_toml),
    ("command_line", command_line),
    ("console_text", console_text),
    ("feed", feed_document),
    ("hackernews", hackernews_page),
    ("journal", disk::journal),
    ("mastodon", mastodon_page),
    ("matcher", matcher),
    ("records", records),
    ("reddit", reddit_listing),
    ("webhook", webhook),
    ("x", x_page),
];

/// Runs the target of that name.
pub fn run(target: &str, data: &[u8]) {
    let (_, body) = TARGETS.iter().find(|(name, _)| *name == target).expect("a target of that name");
    body(data);
}

/// The moment at which everything here happens.
fn now() -> Timestamp {
    Timestamp::constant(1_790_000_000, 0)
}

/// A choice that the bytes make, so that a seed is nothing but a document.
fn pick(data: &[u8], of: usize) -> usize {
    data.iter().fold(data.len(), |sum, b| sum.wrapping_mul(31).wrapping_add(usize::from(*b))) % of
}

/// What may be kept of a text from outside: no control characters but line feeds, nothing that turns its direction.
fn kept(text: &str) -> bool {
    text.chars().all(|c| c == '\n' || !c.is_control()) && !text.contains(['\u{202e}', '\u{2066}', '\u{feff}'])
}

fn web(url: &str) -> bool {
    (url.starts_with("http://") || url.starts_with("https://")) && url.chars().all(|c| c.is_ascii_graphic())
}

/// What must hold of every post, wherever it came from.
fn check_post(post: &Post) {
    assert!(!post.external_id.is_empty() && kept(&post.external_id), "{post:?}");
    assert!(kept(&post.text) && post.text.chars().count() <= 20_000, "{post:?}");
    assert!(post.posted_at <= now(), "nobody waits since a moment that has not come: {post:?}");
    assert!([&post.author.name, &post.author.handle].iter().all(|n| kept(n) && !n.contains('\n')), "{post:?}");
    assert!([&post.url, &post.author.url].into_iter().flatten().all(|u| web(u)), "{post:?}");
}

/// A typed line: what was read is read again from how it is rendered, and every refusal says something.
pub fn command_line(data: &[u8]) {
    let typed = String::from_utf8_lossy(data);
    match parse_line(ALL, &typed) {
        Ok((spec, args)) => {
            if typed.chars().count() + 16 < LINE_LIMIT {
                let rendered = render(spec, &args);
                let again = parse_line(ALL, &rendered).unwrap_or_else(|e| panic!("{typed:?} -> {rendered:?}: {e}"));
                assert!(again.0.name == spec.name && again.1 == args, "{typed:?} -> {rendered:?}: {args:?}");
            }
            let zone = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
            for (_, value) in args.iter() {
                match value {
                    Value::When(when) => assert!(when.resolve(now(), &zone).map_or(true, |at| at > now()), "{when:?}"),
                    Value::Range(range) => {
                        assert!(range.resolve(now(), &zone).map_or(true, |(from, to)| from <= to), "{range:?}");
                    }
                    _ => {}
                }
            }
        }
        Err(refusal) => {
            let say = &refusal.say;
            assert!(say.chars().count() > 10 && !say.contains(char::is_control), "{typed:?}: {refusal:?}");
            for offer in refusal.offers {
                assert!(parse_line(ALL, &offer.command).is_ok() || !offer.command.contains(' '), "{offer:?}");
            }
        }
    }
    let hints = Hints::default();
    for cursor in [0, typed.len() / 3, typed.len() / 2, typed.len(), typed.len() + 1] {
        let found = complete(ALL, &typed, cursor, &hints);
        assert!(typed.is_char_boundary(found.start) && found.words.len() <= 25, "{typed:?} at {cursor}: {found:?}");
    }
}

/// The brands that posts are held against.
fn brands() -> Vec<BrandTerms> {
    let words = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
    vec![
        BrandTerms {
            terms: words(&["acme", "C++", "AT&T", "アクメ", "a"]),
            phrases: words(&["acme cloud"]),
            hashtags: words(&["acme"]),
            handles: words(&["acme", "acme@social.example"]),
            domains: words(&["acme.example", "münchen.example"]),
            accounts: words(&["acme", "forum:acme_help"]),
            case_sensitive: words(&["GAP"]),
            ..BrandTerms::new(BrandId::from("acme"))
        },
        BrandTerms {
            terms: words(&["orbit", "Ørbit", "straße"]),
            exclude: words(&["orbit of the moon"]),
            ..BrandTerms::new(BrandId::from("orbit"))
        },
    ]
}

static MATCHER: LazyLock<Option<Matcher>> = LazyLock::new(|| Matcher::new(&brands()).ok());
static TRIAGE: LazyLock<Option<Triage>> = LazyLock::new(|| {
    let classifier = Arc::new(ModelClassifier::new(&[]).ok()?);
    Triage::new(brands(), classifier, Vec::new(), Place::new("console", "support")).ok()
});

/// A post's text; its first line is also a term of a third brand.
pub fn matcher(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (Some(matcher), Some(triage)) = (&*MATCHER, &*TRIAGE) else { panic!("a few terms compile") };
    let hits = matcher.hits(&text);
    assert!(hits.len() <= 2 && hits.first().map(|h| &h.brand) != hits.get(1).map(|h| &h.brand) || hits.is_empty());
    for hit in &hits {
        let of = brands().into_iter().find(|b| b.brand == hit.brand).expect("a configured brand");
        let known = [&of.terms, &of.phrases, &of.hashtags, &of.handles, &of.domains, &of.case_sensitive];
        let known = |shown: &String| known.iter().any(|list| list.iter().any(|t| shown.contains(t.as_str())));
        assert!(!hit.matched.is_empty() && hit.matched.iter().all(known), "{text:?}: {hit:?}");
    }
    // Whatever stands around it, a name between blanks is found.
    let around = matcher.hits(&format!("{text} acme {text}"));
    assert!(around.iter().any(|h| h.brand.as_str() == "acme" && h.matched.iter().any(|m| m == "acme")), "{text:?}");
    assert_eq!(fold(&fold(&text)), fold(&text), "folding twice is folding once");
    own_term(text.lines().next().unwrap_or_default());
    let post = Post {
        network: "forum".to_owned(),
        source: SourceName::new("forum"),
        external_id: "1".to_owned(),
        conversation: None,
        parent: None,
        author: hearback::domain::Author {
            id: "7".to_owned(),
            handle: text.chars().take(20).collect(),
            ..hearback::domain::Author::default()
        },
        text: text.clone().into_owned(),
        url: None,
        language: text.split_whitespace().next().map(str::to_owned),
        posted_at: now(),
        addressed: data.len().is_multiple_of(2),
        native: Native::default(),
    };
    match triage.judge(&post, None) {
        Judged::Mention(found) => {
            assert!(found.len() >= hits.len() && !found.is_empty());
            for (verdict, places) in found {
                assert!((0.0..=1.0).contains(&verdict.confidence) && !places.is_empty(), "{verdict:?}");
                assert!(verdict.direct || !post.addressed);
            }
        }
        Judged::Own { account, .. } => assert!(account.contains("acme")),
        Judged::Nothing => assert!(hits.is_empty() && !post.addressed, "{text:?}"),
    }
}

/// A configured term, of whatever characters, compiles or says why not; one word of letters is found between blanks.
fn own_term(term: &str) {
    let brand = BrandTerms { terms: vec![term.to_owned()], ..BrandTerms::new(BrandId::from("third")) };
    let Ok(matcher) = Matcher::new(&[brand]) else { return };
    let plain = !term.is_empty() && term.chars().all(char::is_alphanumeric);
    if plain && !fold(term).trim().is_empty() {
        assert_eq!(matcher.hits(&format!("is {term} down?")).len(), 1, "{term:?}");
    }
}

/// Text from outside on its way to a terminal.
pub fn console_text(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for (safe, again) in [(block(&text), block as fn(&str) -> String), (line(&text), line)] {
        assert!(!safe.chars().any(|c| c != '\n' && is_forbidden(c)), "{text:?} -> {safe:?}");
        assert_eq!(again(&safe), safe, "what is safe stays as it is");
    }
    assert!(!line(&text).contains('\n') && !block(&text).contains("\n\n\n"), "{text:?}");
    let short = name(&text, 20);
    assert!(!short.contains('\n') && !short.chars().any(is_forbidden) && short.chars().count() <= 120, "{short:?}");
    if let Some(shown) = address(&text) {
        assert!(web(&shown), "{text:?} -> {shown:?}");
    }
}

/// A feed document, with each kind of Content-Type.
pub fn feed_document(data: &[u8]) {
    let types = [
        None,
        Some("application/rss+xml"),
        Some("text/xml; charset=windows-1252"),
        Some("application/json; charset=utf-8"),
        Some("text/xml; charset=utf-16"),
        Some("application/atom+xml; charset=\"shift_jis\""),
        Some("nonsense; charset="),
    ];
    let content_type = types.get(pick(data, types.len())).copied().flatten();
    let read = || feed::parse(data, content_type, "https://news.example/a/feed.xml", now());
    match read() {
        Ok(document) => {
            assert!(kept(&document.title) && !document.title.contains('\n'), "{document:?}");
            for item in &document.items {
                assert!(!item.id.is_empty() && item.keys.iter().all(|k| !k.is_empty()), "{item:?}");
                assert!(kept(&item.text) && item.text.chars().count() <= 20_000, "{item:?}");
                assert!(kept(&item.author) && !item.author.contains('\n'), "{item:?}");
                assert!([&item.url, &item.author_url].into_iter().flatten().all(|u| web(u)), "{item:?}");
                assert!(item.posted_at.is_none_or(|at| at <= now()), "{item:?}");
            }
            let mut order = document.items.iter().map(|i| i.posted_at.unwrap_or(now()));
            assert!(order.by_ref().is_sorted(), "oldest first");
            assert_eq!(read().as_ref(), Ok(&document), "the same bytes are the same items");
        }
        Err(say) => {
            assert!(!say.is_empty() && kept(&say) && !say.contains('\n'), "{say:?}");
            assert!(!say.contains("gave up"), "a text on which the feed parser panics: mend it in feed/mend.rs");
        }
    }
}

/// An answer of Bluesky's, or a message of its stream.
pub fn bluesky_answer(data: &[u8]) {
    let me = Some("did:plc:brand").filter(|_| pick(data, 2) == 0);
    let source = SourceName::new("bluesky");
    let Ok(posts) = bluesky::read(data, &source, me, now()) else { return };
    for post in posts {
        check_post(&post);
        assert!(post.external_id.starts_with("at://did:") && post.conversation.is_some(), "{post:?}");
        assert!(post.native.reference.is_some(), "what is needed to answer is kept: {post:?}");
    }
}

/// A page of Hacker News' search.
pub fn hackernews_page(data: &[u8]) {
    let source = SourceName::new("hn");
    match hackernews::read(data, &source, now()) {
        Ok(posts) => {
            for post in &posts {
                check_post(post);
                assert!(post.external_id.parse::<u64>().is_ok() && post.source == source, "{post:?}");
            }
        }
        Err(say) => assert!(!say.is_empty()),
    }
}

/// A page of a timeline of Mastodon's API.
pub fn mastodon_page(data: &[u8]) {
    let source = SourceName::new("fediverse");
    match mastodon::read(data, &source, now()) {
        Ok(posts) => {
            for post in &posts {
                check_post(post);
                assert!(post.native.visibility.is_some() && post.native.reference.is_some(), "{post:?}");
                assert!(post.source == source && !post.external_id.contains(char::is_whitespace), "{post:?}");
            }
        }
        Err(say) => assert!(!say.is_empty()),
    }
}

/// A page of posts from X.
pub fn x_page(data: &[u8]) {
    let source = SourceName::new("x");
    let me = Author { id: "2244994945".to_owned(), handle: "acmehelp".to_owned(), ..Author::default() };
    match x::read(data, &source, &me, now()) {
        Ok(posts) => {
            for post in &posts {
                check_post(post);
                assert!(post.external_id.bytes().all(|b| b.is_ascii_digit()) && post.source == source, "{post:?}");
                assert!(post.addressed || !post.native.summons, "who calls us addresses us: {post:?}");
            }
        }
        Err(say) => assert!(!say.is_empty()),
    }
}

/// A page of a list of Reddit.
pub fn reddit_listing(data: &[u8]) {
    let source = SourceName::new("reddit");
    match reddit::read(data, &source, now()) {
        Ok(posts) => {
            for post in &posts {
                check_post(post);
                let fullname = |id: &String| id.starts_with("t1_") || id.starts_with("t3_");
                assert!(fullname(&post.external_id) && post.conversation.iter().all(fullname), "{post:?}");
                assert!(post.source == source && post.author.handle != "[deleted]", "{post:?}");
            }
        }
        Err(say) => assert!(!say.is_empty()),
    }
}

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const SECONDS: i64 = 1_790_000_000;

fn headers(id: &[u8], timestamp: &[u8], signature: &[u8]) -> Option<Headers> {
    let mut headers = Headers::new();
    headers.append("webhook-id", id.try_into().ok()?);
    headers.append("webhook-timestamp", timestamp.try_into().ok()?);
    headers.append("webhook-signature", signature.try_into().ok()?);
    Some(headers)
}

fn check_rejected(rejected: &Rejected) {
    assert!((400..500).contains(&rejected.status) && rejected.say.len() > 10, "{rejected:?}");
    let body: serde_json::Value = serde_json::from_str(&rejected.body()).expect("an answer is JSON");
    assert_eq!(body["code"], rejected.code);
}

/// A hook: the bytes as a body behind a signature that holds; as body and headers behind one that may hold; and with
/// headers of their own.
pub fn webhook(data: &[u8]) {
    let secret = Secret::parse(SECRET).expect("a secret");
    let inbox = Inbox::new(SourceName::new("shop"), "shop", vec![secret.clone()]);
    let signature = secret.sign("msg_1", SECONDS, data);
    let fine = headers(b"msg_1", SECONDS.to_string().as_bytes(), signature.as_bytes()).expect("plain headers");
    match inbox.receive(&fine, data, now()) {
        Ok(received) => {
            assert!(!received.posts.is_empty() && received.posts.is_sorted_by_key(|p| p.posted_at));
            received.posts.iter().for_each(check_post);
            assert_eq!(received.idem.0, "webhook:shop:msg_1");
            let mut other = data.to_vec();
            other.push(b' ');
            let forged = inbox.receive(&fine, &other, now()).expect_err("signed other bytes");
            assert_eq!(forged.status, 401);
        }
        Err(rejected) => {
            check_rejected(&rejected);
            assert!([400, 413, 422].contains(&rejected.status), "the signature holds: {rejected:?}");
        }
    }
    let mut parts = data.splitn(4, |b| *b == b'\n');
    let (id, timestamp) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let (signed, body) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    if let Some(headers) = headers(id, timestamp, signed)
        && let Err(rejected) = inbox.receive(&headers, body, now())
    {
        check_rejected(&rejected);
    }
    let (id_text, stated) = (String::from_utf8_lossy(id), String::from_utf8_lossy(timestamp).trim().parse::<i64>());
    let Ok(stated) = stated else { return };
    let signature = secret.sign(id_text.trim(), stated, body);
    if let Some(headers) = headers(id, timestamp, signature.as_bytes()) {
        match inbox.receive(&headers, body, now()) {
            Ok(_) => assert!(stated.abs_diff(SECONDS) <= 300 && !id_text.contains('.'), "{id_text:?} {stated}"),
            Err(rejected) => check_rejected(&rejected),
        }
    }
}

/// bot.toml. Secrets in files are not looked up: the bytes would choose which files of this machine are read.
pub fn bot_toml(data: &[u8]) {
    let env = |name: &str| name.starts_with("HEARBACK").then(|| SECRET.to_owned());
    let files = data.windows(4).any(|w| w.eq_ignore_ascii_case(b"file"));
    let read = || Config::parse("bot.toml", data, Path::new("nowhere"), if files { None } else { Some(&env) });
    let lines = data.split(|b| *b == b'\n').count();
    match read() {
        Ok(config) => {
            assert!(!config.brands.is_empty() && !config.sources.is_empty() && !config.places().is_empty());
            assert!(!config.warnings.is_fatal() && !config.people().is_empty());
            assert!(!format!("{config:?}").contains(SECRET), "a secret is never shown");
            assert_eq!(read().as_ref(), Ok(&config), "the same file is the same configuration");
        }
        Err(problems) => {
            assert!(problems.is_fatal());
            for problem in &problems.0 {
                assert!(!problem.say.is_empty() && !problem.say.contains(SECRET), "{problem}");
                assert!(problem.at.is_none_or(|(at, column)| (1..=lines).contains(&at) && column > 0), "{problem}");
            }
        }
    }
}

/// Records as they lie on the disk: arbitrary bytes, and JSON of any shape behind a sound checksum.
pub fn records(data: &[u8]) {
    assert!(record::decode_mention(data).is_err() && record::decode::<Effect>(data).is_err(), "no sound checksum");
    for schema in [0, 1, 2, u32::MAX] {
        if let Ok(commit) = record::decode_commit(schema, data) {
            assert_eq!(schema, u32::from(record::SCHEMA), "only what this version knows is read");
            check_commit(&commit);
        }
    }
    let Ok(value) = serde_json::from_slice::<serde_json::Value>(data) else { return };
    let Ok(bytes) = record::encode(&value) else { panic!("JSON is written") };
    if let Ok(stored) = record::decode_mention(&bytes) {
        check_mention(&stored.mention, &stored.events);
        let again = record::encode_mention(stored.clone()).and_then(|b| record::decode_mention(&b));
        assert_eq!(again, Ok(stored));
    }
    if let Ok(effect) = record::decode::<Effect>(&bytes) {
        let again = record::encode(&effect).and_then(|b| record::decode::<Effect>(&b));
        assert_eq!(again, Ok(effect));
    }
}

fn check_commit(commit: &Commit) {
    let bytes = record::encode_commit(commit).expect("what was read is written");
    let again = record::decode_commit(u32::from(record::SCHEMA), &bytes).expect("what was written is read");
    assert_eq!(&again, commit);
    for Change { after, events, .. } in &commit.changes {
        check_mention(after, events);
    }
}

/// Nothing that can be made of a mention panics, whatever happens to it next.
fn check_mention(mention: &Mention, events: &[Event]) {
    let mut mention = mention.clone();
    let mut commit = Commit::at(now());
    for event in events {
        mention.apply(event);
        let card = Card::of(&mention);
        assert_eq!(card.no, mention.no);
        assert_eq!(mention.facts().len(), mention.cycles.len());
    }
    Card::of(&mention);
    // A version that cannot be counted on is refused by the store before anything happens to it.
    if mention.version < u64::MAX {
        commit.happen(&mention, events.to_vec());
    }
    Mention::fold(mention.no, events);
}
