//! The posts of the demo, all invented, in the order in which they are seen.

use super::SOURCES;
use super::hostile::HOSTILE;
use crate::domain::{Author, Native, Post, SourceName};
use jiff::{SignedDuration, Timestamp};

/// A post, and when it is posted and seen, in seconds after the demo's start. What was posted before the start has
/// waited already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoPost {
    /// When it is posted; may be negative.
    pub posted_s: i64,
    /// When its source hands it in; never before it is posted.
    pub seen_s: i64,
    /// The source that hands it in, as in [`SOURCES`].
    pub source: &'static str,
    /// The post, but for its time.
    post: Post,
}

impl DemoPost {
    /// The post, in a demo that starts at `start`.
    pub fn post(&self, start: Timestamp) -> Post {
        let posted_at = start.saturating_add(SignedDuration::from_secs(self.posted_s)).unwrap_or(start);
        Post { posted_at, ..self.post.clone() }
    }
}

/// A post as it is written down here.
pub(super) struct Said {
    /// Minutes after the start when it is posted, and how many minutes later it is seen.
    pub at: (i64, i64),
    /// Index in [`SOURCES`].
    pub source: usize,
    /// Its conversation, and whether it opens it.
    pub conversation: (&'static str, bool),
    /// Name, handle, reach.
    pub by: (&'static str, &'static str, Option<u64>),
    /// They tagged or answered the brand.
    pub direct: bool,
    /// The language that the network states.
    pub language: Option<&'static str>,
    /// The text, so many times over.
    pub text: (&'static str, usize),
}

/// Index of a source.
pub(super) const MASTODON: usize = 0;
/// Index of a source.
pub(super) const REVIEWS: usize = 1;
/// Index of a source.
pub(super) const FEED: usize = 2;
/// Index of a source.
pub(super) const HACKERNEWS: usize = 3;

const fn said(
    at: (i64, i64),
    source: usize,
    conversation: &'static str,
    by: (&'static str, &'static str, Option<u64>),
    direct: bool,
    language: Option<&'static str>,
    text: &'static str,
) -> Said {
    Said { at, source, conversation: (conversation, true), by, direct, language, text: (text, 1) }
}

const LONG: &str = "A long story about Northwind Coffee, because short ones never get read. On Tuesday I ordered two bags of the \
Harbour Blend and one of the decaf, express, since my in-laws were coming and my father-in-law drinks nothing else. The \
confirmation said Thursday. On Thursday the tracking page said “handed to carrier”, which it also said on Friday, on \
Saturday and on Sunday. I wrote to the shop and got an automatic answer that promised a human within a day. That was six \
days ago.\n\nThe parcel came this morning. One bag was open, and the decaf was a second Harbour Blend. I do not want a \
voucher and I do not want an apology with an exclamation mark. I would like the decaf, a word about what happens to the \
open bag, and somebody who tells me why nobody read my message. I have bought your coffee since the first shop in Pier \
Street opened and I would rather go on doing so.";

const SAID: &[Said] = &[
    said(
        (-31, 29),
        MASTODON,
        "m-100",
        ("Mia Torres", "miat", Some(412)),
        true,
        Some("en"),
        "@northwindcoffee my grinder shows E4 and stops after two seconds. Is that something I can fix myself?",
    ),
    said(
        (-24, 23),
        REVIEWS,
        "r-1",
        ("J. Whitfield", "", None),
        true,
        Some("en"),
        "Second time my Northwind Coffee delivery is late and nobody answers the phone. Really disappointed.",
    ),
    said(
        (-9, 10),
        MASTODON,
        "m-101",
        ("Priya", "priya_drinks", Some(1_890)),
        true,
        None,
        "@northwindcoffee do you have oat milk in the Pier Street shop, and does it cost extra?",
    ),
    said(
        (0, 2),
        MASTODON,
        "m-102",
        ("Tomás ☕️", "tomas", Some(12_400)),
        false,
        None,
        "Northwind's Harbour Blend this morning: wow. Best cup I have had in months, thank you whoever roasted this!",
    ),
    said(
        (3, 1),
        HACKERNEWS,
        "hn-1",
        ("kettle_head", "kettle_head", Some(2_307)),
        false,
        None,
        "Has anybody reverse-engineered the Bluetooth protocol of the Northwind Coffee scale? The app wants my location.",
    ),
    said(
        (4, 2),
        REVIEWS,
        "r-2",
        ("Sabine Krüger", "", None),
        true,
        Some("de"),
        "Die Maschine von Northwind Coffee leckt seit der Entkalkung. Auf meine E-Mail kam keine Antwort. Sehr ärgerlich!",
    ),
    said(
        (6, 4),
        FEED,
        "f-1",
        ("Harbour Courier", "", None),
        false,
        Some("en"),
        "Northwind Coffee opens a third shop at the old ferry terminal\nThe roaster will hire twelve people, the city says.",
    ),
    said(
        (9, 1),
        MASTODON,
        "m-103",
        ("Élodie", "elodie", Some(230)),
        true,
        Some("fr"),
        "@northwindcoffee Bonjour, livrez-vous en Belgique ? Je ne trouve pas les frais de port sur le site.",
    ),
    said(
        (12, 2),
        MASTODON,
        "m-104",
        ("Noor", "noor", Some(77)),
        false,
        Some("ar"),
        "قهوة Northwind Coffee رائعة جدا، شكرا لكم!",
    ),
    // The author writes again in the same conversation.
    Said {
        at: (14, 1),
        source: MASTODON,
        conversation: ("m-100", false),
        by: ("Mia Torres", "miat", Some(412)),
        direct: true,
        language: Some("en"),
        text: ("@northwindcoffee Update: now it says E7 and smells of burnt plastic. Should I unplug it?", 1),
    },
    said(
        (17, 3),
        REVIEWS,
        "r-3",
        ("さくら", "", None),
        true,
        Some("ja"),
        "Northwind Coffeeの深煎り、香りが最高です。毎朝の楽しみになりました。ありがとうございます！",
    ),
    said((19, 1), MASTODON, "m-105", ("x", "x", None), false, None, "northwind 👍"),
    said(
        (22, 2),
        MASTODON,
        "m-106",
        ("Diego Ríos", "diegor", Some(905)),
        true,
        Some("es"),
        "@northwindcoffee me cobraron dos veces el mismo pedido. ¿Quién me puede ayudar?",
    ),
    said((25, 6), REVIEWS, "r-4", ("Harold P.", "", None), true, Some("en"), LONG),
    said(
        (29, 1),
        HACKERNEWS,
        "hn-2",
        ("pedantic_barista", "pedantic_barista", Some(18)),
        false,
        None,
        "The Northwind subscription page sends the whole address in the query string. Somebody there should look at it.",
    ),
    said(
        (32, 2),
        MASTODON,
        "m-107",
        ("👩‍👩‍👧 the Lindqvists", "lindqvist", Some(64)),
        false,
        None,
        "Three generations, one table, Northwind Coffee. 🥰☕️👩🏽‍🍳 Tack så mycket!",
    ),
    said(
        (35, 1),
        MASTODON,
        "m-108",
        ("Ben W.", "benw", Some(301)),
        false,
        None,
        "is northwind coffee down? the shop just shows a spinning cup",
    ),
    said((36, 1), MASTODON, "m-109", ("Kim", "kim_l", Some(55)), true, None, "@northwindcoffee hello??"),
    // Spam.
    said(
        (38, 1),
        MASTODON,
        "m-110",
        ("BEST DEALS 24/7", "deals4you", Some(3)),
        false,
        None,
        "🔥🔥 Northwind Coffee COUPON 90% OFF 🔥🔥 click https://coffee-deals.example/win NOW!!! only today",
    ),
    // The brand's own account answers in the network's own app.
    Said {
        at: (41, 1),
        source: MASTODON,
        conversation: ("m-109", false),
        by: ("Northwind Coffee", "northwindcoffee", Some(21_000)),
        direct: false,
        language: Some("en"),
        text: ("@kim_l Hello Kim! Sorry, busy morning. How can we help?", 1),
    },
    said(
        (44, 2),
        FEED,
        "f-2",
        ("Beans & Bytes", "", None),
        false,
        Some("en"),
        "We compared nine subscription coffees\nNorthwind Coffee came second: superb beans, slow support.",
    ),
    said(
        (47, 2),
        REVIEWS,
        "r-5",
        ("Ola N.", "", None),
        true,
        Some("en"),
        "Ordered on Monday, drank it on Wednesday, wrote this on Thursday. Flawless. Thank you Northwind!",
    ),
    // Excluded: the wind, not the brand.
    said(
        (50, 1),
        MASTODON,
        "m-111",
        ("Skipper", "skipper", Some(140)),
        false,
        None,
        "A fresh north wind all day, northwind sailing at its best off the cape.",
    ),
];

/// Everything that is said in the demo, in the order in which it is seen.
pub fn posts() -> Vec<DemoPost> {
    let mut all: Vec<DemoPost> = SAID.iter().chain(HOSTILE).enumerate().map(|(i, said)| demo_post(i, said)).collect();
    all.sort_by_key(|p| p.seen_s);
    all
}

fn demo_post(i: usize, said: &Said) -> DemoPost {
    let source = SOURCES[said.source];
    let (conversation, opens) = said.conversation;
    let (name, handle, reach) = said.by;
    let external_id = if opens { conversation.to_owned() } else { format!("{conversation}-{i}") };
    let url = format!("https://{}.example/{external_id}", source.network);
    let (posted, later) = said.at;
    // A few odd seconds, so that the figures do not look made up.
    let odd = i64::try_from(i * 7 % 50).unwrap_or(0);
    DemoPost {
        posted_s: posted * 60 + odd,
        seen_s: (posted + later) * 60 + odd,
        source: source.source,
        post: Post {
            network: source.network.to_owned(),
            source: SourceName::new(source.source),
            external_id,
            conversation: Some(conversation.to_owned()),
            parent: (!opens).then(|| conversation.to_owned()),
            author: Author {
                id: if handle.is_empty() { name.to_owned() } else { handle.to_owned() },
                name: name.to_owned(),
                handle: handle.to_owned(),
                reach,
                url: (!handle.is_empty()).then(|| format!("https://{}.example/@{handle}", source.network)),
            },
            text: said.text.0.repeat(said.text.1),
            url: Some(url),
            language: said.language.map(str::to_owned),
            posted_at: Timestamp::UNIX_EPOCH,
            addressed: said.direct,
            native: Native::default(),
        },
    }
}
