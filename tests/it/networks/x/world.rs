//! What there is at the fake X: people, posts and their versions, what the account did.

use crate::networks::contract::Clock;
use hearback::domain::Act;
use jiff::Timestamp;
use std::collections::{BTreeSet, VecDeque};
use unicode_segmentation::UnicodeSegmentation;

/// The account that watches.
pub const ME: &str = "1000000001";
pub const HANDLE: &str = "acmehelp";
const EPOCH: i64 = 1_288_834_974_657;

/// One post with its versions.
#[derive(Clone, Debug)]
pub struct Tweet {
    /// Each with its id and text, the first one first.
    pub versions: Vec<(u64, String)>,
    pub author: String,
    pub at: Timestamp,
    pub parent: Option<u64>,
    pub quoted: Option<(u64, String)>,
    pub conversation: u64,
    /// Characters of the handles that X put in front.
    pub automatic: usize,
    pub deleted: bool,
}

impl Tweet {
    pub fn first(&self) -> u64 {
        self.versions[0].0
    }
    pub fn newest(&self) -> u64 {
        self.versions.last().unwrap().0
    }
    pub fn text(&self) -> &str {
        &self.versions.last().unwrap().1
    }
    pub fn has(&self, id: u64) -> bool {
        self.versions.iter().any(|(version, _)| *version == id)
    }
    /// Handles that the text names, with where they begin in characters.
    pub fn named(text: &str) -> Vec<(usize, String)> {
        let chars: Vec<char> = text.chars().collect();
        let word = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
        let begins = |i: usize| chars[i] == '@' && (i == 0 || !word(&chars[i - 1]));
        let name = |i: usize| chars[i + 1..].iter().take_while(|c| word(c)).collect::<String>();
        (0..chars.len()).filter(|i| begins(*i)).map(|i| (i, name(i))).filter(|(_, n)| !n.is_empty()).collect()
    }
    pub fn names_me(&self) -> bool {
        Self::named(self.text()).iter().any(|(_, name)| name.eq_ignore_ascii_case(HANDLE))
    }
    /// Its author called the account, by X's rule.
    pub fn summons(&self) -> bool {
        let explicit = |(at, name): &(usize, String)| *at >= self.automatic && name.eq_ignore_ascii_case(HANDLE);
        Self::named(self.text()).iter().any(explicit) || self.quoted.as_ref().is_some_and(|(_, by)| by == HANDLE)
    }
}

/// All of it.
pub struct World {
    pub clock: Clock,
    pub tweets: Vec<Tweet>,
    pub deeds: Vec<(Act, String)>,
    pub blocked: BTreeSet<String>,
    pub summoned_only: bool,
    /// Ids are compared as texts, as the public playground does.
    pub ids_are_texts: bool,
    pub nonces: BTreeSet<String>,
    /// Rules of the stream: id, value, tag.
    pub rules: Vec<(u64, String, String)>,
    /// What the next connections of the stream bring before they are cut.
    pub streams: VecDeque<Vec<u64>>,
    last: u64,
}

impl World {
    pub fn new(clock: Clock, summoned_only: bool) -> Self {
        let (tweets, deeds, blocked, nonces) = (Vec::new(), Vec::new(), BTreeSet::new(), BTreeSet::new());
        let (rules, streams) = (Vec::new(), VecDeque::new());
        let ids_are_texts = false;
        Self { clock, tweets, deeds, blocked, summoned_only, ids_are_texts, nonces, rules, streams, last: 0 }
    }

    pub fn id(&mut self) -> u64 {
        let ms = self.clock.now().as_millisecond() - EPOCH;
        self.last = (u64::try_from(ms).unwrap() << 22).max(self.last + 1);
        self.last
    }

    pub fn find(&self, id: u64) -> Option<&Tweet> {
        self.tweets.iter().find(|t| t.has(id) && !t.deleted)
    }

    /// The id of somebody by their handle.
    pub fn user(handle: &str) -> String {
        match handle {
            HANDLE => ME.to_owned(),
            other => (2_000_000_000 + other.bytes().map(u64::from).sum::<u64>()).to_string(),
        }
    }

    pub fn post(&mut self, author: &str, text: &str, parent: Option<u64>, quoted: Option<u64>) -> u64 {
        let id = self.id();
        let above = parent.map(|p| self.find(p).expect("what is answered is there").clone());
        let mut front = Vec::new();
        if let Some(above) = &above {
            front.push(above.author.clone());
            front.extend(Tweet::named(above.text()).into_iter().map(|(_, name)| name));
            front.retain(|name| name != author);
            let mut seen = BTreeSet::new();
            front.retain(|name| seen.insert(name.clone()));
        }
        let front = front.iter().map(|name| format!("@{name} ")).collect::<Vec<_>>().concat();
        let quoted = quoted.map(|q| (q, self.find(q).unwrap().author.clone()));
        self.tweets.push(Tweet {
            versions: vec![(id, format!("{front}{text}"))],
            author: author.to_owned(),
            at: self.clock.now(),
            parent,
            quoted,
            conversation: above.map_or(id, |a| a.conversation),
            automatic: front.chars().count(),
            deleted: false,
        });
        id
    }

    pub fn edit(&mut self, id: u64, text: &str) -> u64 {
        let new = self.id();
        let tweet = self.tweets.iter_mut().find(|t| t.has(id)).unwrap();
        let front: String = tweet.text().chars().take(tweet.automatic).collect();
        tweet.versions.push((new, format!("{front}{text}")));
        new
    }

    pub fn delete(&mut self, id: u64) {
        self.tweets.iter_mut().filter(|t| t.has(id)).for_each(|t| t.deleted = true);
    }
}

/// The weighted length, told apart from the adapter's own.
pub fn weighted(text: &str) -> usize {
    let link =
        |w: &str| w.starts_with("https://") && w.split('/').nth(2).is_some_and(|h| h.rsplit('.').next() == Some("com"));
    let narrow = |c: char| matches!(u32::from(c), 0..=4351 | 8192..=8205 | 8208..=8223 | 8242..=8247);
    let picture = |g: &str| g.chars().any(|c| u32::from(c) >= 0x1_F000);
    let plain = |w: &str| {
        let composed = icu_normalizer::ComposingNormalizerBorrowed::new_nfc().normalize(w).into_owned();
        let sum = |g: &str| g.chars().map(|c| if narrow(c) { 1 } else { 2 }).sum::<usize>();
        composed.graphemes(true).map(|g| if picture(g) { 2 } else { sum(g) }).sum::<usize>()
    };
    text.split_inclusive(' ').map(|w| if link(w) { 23 + usize::from(w.ends_with(' ')) } else { plain(w) }).sum()
}
