//! An instance on 127.0.0.1 in three flavours, as strict as Mastodon's documents, and with what was seen of the others:
//! keys that are ignored, boosts that double, links that count in full, kinds that are not filtered, no stream.

use super::stream::Streams;
use crate::networks::contract::{Clock, On, Troubles};
use crate::networks::fake::{Fake, Reply, Seen};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

/// Whose behaviour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    Mastodon,
    GoToSocial,
    Mitra,
}

/// The token of the account; whoever shows it in a message has told a secret.
pub const TOKEN: &str = "ZA-Yj3aBD8U8Cm7lKUp-lm9O9BmDgdhHzDeqsY8tlL0";
/// The account.
pub const ME: &str = "acme";

#[derive(Clone, Debug)]
pub struct Toot {
    pub n: u64,
    pub author: String,
    pub text: String,
    pub at: Timestamp,
    pub edited: Option<Timestamp>,
    pub to: Option<u64>,
    pub visibility: String,
    pub spoiler: String,
    pub deleted: bool,
}

#[derive(Default)]
pub struct World {
    pub toots: Vec<Toot>,
    /// Number, kind, and the number of the toot.
    pub notes: Vec<(u64, &'static str, u64)>,
    pub likes: BTreeSet<u64>,
    pub boosts: Vec<u64>,
    pub follows: BTreeSet<String>,
    pub blocks: BTreeSet<String>,
    pub keys: BTreeMap<String, u64>,
    pub scopes: BTreeSet<String>,
    pub revoked: bool,
    /// What no real client would be forgiven for.
    pub complaints: Vec<String>,
    pub posts_asked: usize,
}

/// The instance.
pub struct Instance {
    pub flavour: Flavour,
    pub clock: Clock,
    pub world: Mutex<World>,
    pub streams: Streams,
    pub base: Mutex<String>,
}

/// The instance, running.
pub struct Running {
    pub fake: Fake,
    pub instance: Arc<Instance>,
    pub troubles: Arc<Troubles>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let complaints = self.instance.world.lock().map(|w| w.complaints.clone()).unwrap_or_default();
        assert!(std::thread::panicking() || complaints.is_empty(), "{complaints:?}");
    }
}

pub const ALL_SCOPES: &[&str] = &[
    "read:accounts",
    "read:follows",
    "read:notifications",
    "read:search",
    "read:statuses",
    "write:favourites",
    "write:follows",
    "write:statuses",
];

/// Starts one.
pub async fn start(flavour: Flavour, clock: Clock) -> Running {
    let limited = flavour != Flavour::Mitra;
    let time = clock.clone();
    let troubles = Arc::new(Troubles::new(move |status, rest| {
        let reply = Reply::Http(status, Vec::new(), json!({ "error": "trouble" }).to_string().into_bytes());
        match rest {
            // An ISO 8601 moment, not seconds, and no Retry-After; Mitra has its own way.
            Some(rest) if limited => {
                let until = time.now() + jiff::SignedDuration::try_from(rest).unwrap();
                reply.with("x-ratelimit-remaining", "0").with("x-ratelimit-reset", until.to_string())
            }
            Some(rest) => reply.with("retry-after", rest.as_secs().to_string()),
            None => reply,
        }
    }));
    let world = World { scopes: ALL_SCOPES.iter().map(|s| (*s).to_owned()).collect(), ..World::default() };
    let streams = Streams::start().await;
    let instance = Instance { flavour, clock, world: Mutex::new(world), streams, base: Mutex::default() };
    let instance = Arc::new(instance);
    let (serving, waiting) = (Arc::clone(&instance), Arc::clone(&troubles));
    let fake = Fake::start(move |request| {
        let on = if request.method == "GET" { On::Reads } else { On::Writes };
        waiting.serve(on, || serving.answer(request))
    })
    .await;
    instance.base.lock().unwrap().clone_from(&fake.url);
    Running { fake, instance, troubles }
}

pub fn refuse(status: u16, why: &str) -> Reply {
    Reply::Http(status, Vec::new(), json!({ "error": why }).to_string().into_bytes())
}

impl Instance {
    pub fn base(&self) -> String {
        self.base.lock().unwrap().clone()
    }

    /// The numbers of things as this kind of server writes them.
    pub fn id(&self, n: u64) -> String {
        match self.flavour {
            Flavour::Mastodon => format!("{}", 117_020_583_245_000_000 + n),
            Flavour::GoToSocial => format!("01M81KQC951YP6T2{n:010}"),
            Flavour::Mitra => format!("019a0c1e-7b3a-7c4d-8e5f-{n:012}"),
        }
    }

    /// Notifications of Mitra have small numbers.
    fn note_id(&self, n: u64) -> String {
        if self.flavour == Flavour::Mitra { n.to_string() } else { self.id(n) }
    }

    fn number(&self, id: &str) -> Option<u64> {
        let digits: String = id.chars().rev().take_while(char::is_ascii_digit).collect();
        let n: u64 = digits.chars().rev().collect::<String>().parse().ok()?;
        let n = if self.flavour == Flavour::Mastodon {
            n.checked_sub(117_020_583_245_000_000)?
        } else {
            n % 10_000_000_000
        };
        (self.id(n) == id || self.note_id(n) == id).then_some(n)
    }

    pub fn uri(&self, toot: &Toot) -> String {
        format!("{}/users/{}/statuses/{}", self.base(), toot.author, self.id(toot.n))
    }

    /// The number of a toot by its address.
    pub fn by_uri(&self, uri: &str) -> Option<u64> {
        let world = self.world.lock().unwrap();
        world.toots.iter().find(|t| self.uri(t) == uri).map(|t| t.n)
    }

    /// Somebody posts.
    pub fn toot(&self, author: &str, text: &str, to: Option<u64>, visibility: &str) -> Toot {
        let mut world = self.world.lock().unwrap();
        let n = 1 + world.toots.len() as u64;
        let toot = Toot {
            n,
            author: author.to_owned(),
            text: text.to_owned(),
            at: self.clock.now(),
            edited: None,
            to,
            visibility: visibility.to_owned(),
            spoiler: String::new(),
            deleted: false,
        };
        world.toots.push(toot.clone());
        let named = author != ME && names(text).contains(&ME.to_owned());
        if named && !world.blocks.contains(author) {
            let note = 1 + world.notes.len() as u64;
            world.notes.push((note, "mention", n));
        }
        drop(world);
        if self.flavour != Flavour::Mitra {
            let status = self.status(&toot).to_string();
            if named {
                let note = json!({ "id": "1", "type": "mention", "status": status }).to_string();
                self.streams.say(&json!({ "stream": ["user"], "event": "notification", "payload": note }));
            } else if author == ME {
                self.streams.say(&json!({ "stream": ["user"], "event": "update", "payload": status }));
            }
        }
        toot
    }

    pub fn status(&self, toot: &Toot) -> Value {
        let world = self.world.lock().unwrap();
        self.shown(&world, toot)
    }

    fn shown(&self, world: &World, toot: &Toot) -> Value {
        let stamp = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
        let gone = |n: &u64| world.toots.iter().any(|t| t.n == *n && t.deleted);
        let forgets = self.flavour == Flavour::Mastodon;
        json!({
            "id": self.id(toot.n), "created_at": stamp(toot.at), "edited_at": toot.edited.map(stamp),
            "in_reply_to_id": toot.to.filter(|n| !(forgets && gone(n))).map(|n| self.id(n)),
            "in_reply_to_account_id": null, "sensitive": false, "spoiler_text": toot.spoiler,
            "visibility": toot.visibility, "language": if self.flavour == Flavour::Mitra { None } else { Some("en") },
            "uri": self.uri(toot), "url": format!("{}/@{}/{}", self.base(), toot.author, self.id(toot.n)),
            "replies_count": 0, "reblogs_count": 0, "favourites_count": 0,
            "favourited": world.likes.contains(&toot.n), "reblogged": world.boosts.contains(&toot.n),
            "content": html(&toot.text, &self.base()), "reblog": null, "account": self.account(&toot.author),
            "media_attachments": [], "tags": [], "emojis": [], "card": null, "poll": null,
            "mentions": names(&toot.text).into_iter().map(|name| json!({
                "id": account_id(&name), "username": name, "acct": name, "url": format!("{}/@{name}", self.base()),
            })).collect::<Vec<_>>(),
        })
    }

    pub fn account(&self, name: &str) -> Value {
        json!({
            "id": account_id(name), "username": name, "acct": name, "display_name": format!("{name} of the lab"),
            "url": format!("{}/@{name}", self.base()), "followers_count": 3, "locked": false, "bot": false,
        })
    }

    pub fn complain(&self, what: String) -> Reply {
        let refused = refuse(400, &what);
        self.world.lock().unwrap().complaints.push(what);
        refused
    }

    /// One page, as this kind of server cuts it.
    pub fn page(&self, request: &Seen, all: Vec<(u64, Value)>, id: impl Fn(u64) -> String, known: &[&str]) -> Reply {
        let all_known = ["limit", "max_id"].iter().chain(known);
        if let Some(odd) = request.query.keys().find(|key| !all_known.clone().any(|k| k == key)) {
            return self.complain(format!("{} has no parameter {odd} here", request.path));
        }
        let limit: usize = request.query.get("limit").map_or(20, |l| l.parse().unwrap());
        if limit > 80 {
            return self.complain(format!("{limit} is more than a page has"));
        }
        let below = request.query.get("max_id").map(|id| self.number(id).unwrap_or_else(|| panic!("{id} is no id")));
        let mut page: Vec<(u64, Value)> = all.into_iter().rev().filter(|(n, _)| below.is_none_or(|b| *n < b)).collect();
        page.truncate(limit);
        let last = page.last().map(|(n, _)| id(*n));
        let first = page.first().map(|(n, _)| id(*n));
        let body = Value::Array(page.into_iter().map(|(_, item)| item).collect()).to_string();
        let reply = self.counted(Reply::ok(body));
        match (last, first) {
            (Some(last), Some(first)) => {
                let at = format!("{}{}?limit={limit}", self.base(), request.path);
                reply.with("link", format!("<{at}&max_id={last}>; rel=\"next\", <{at}&min_id={first}>; rel=\"prev\""))
            }
            _ => reply,
        }
    }

    /// With what Mastodon and its like say of the calls that are left.
    pub fn counted(&self, reply: Reply) -> Reply {
        if self.flavour == Flavour::Mitra {
            return reply;
        }
        let reset = self.clock.now() + jiff::SignedDuration::from_secs(120);
        reply
            .with("x-ratelimit-limit", "300")
            .with("x-ratelimit-remaining", "250")
            .with("x-ratelimit-reset", reset.to_string())
    }

    pub fn json(&self, value: &Value) -> Reply {
        self.counted(Reply::ok(value.to_string()))
    }

    /// The toot of that id, if this account may see it.
    pub fn visible(&self, id: &str) -> Option<Toot> {
        let world = self.world.lock().unwrap();
        let n = self.number(id)?;
        let toot = world.toots.iter().find(|t| t.n == n && !t.deleted)?;
        let hidden = world.blocks.contains(&toot.author);
        let named = toot.author == ME || names(&toot.text).contains(&ME.to_owned());
        let open = matches!(toot.visibility.as_str(), "public" | "unlisted");
        (!hidden && (open || named)).then(|| toot.clone())
    }

    pub fn notes(&self, request: &Seen) -> Reply {
        let world = self.world.lock().unwrap();
        let there = |n: u64| world.toots.iter().find(|t| t.n == n && !t.deleted && !world.blocks.contains(&t.author));
        let wanted = request.query.get("types[]");
        let all =
            world.notes.iter().filter_map(|(n, kind, toot)| {
                let toot = there(*toot)?;
                // Mitra does not look at the kinds that are asked for.
                // Of several kinds that are asked for, the last one is seen here; quotes are asked for beside mentions.
                let fits = self.flavour == Flavour::Mitra
                    || wanted.is_none_or(|w| w == kind || (w == "quote" && *kind == "mention"));
                fits.then(|| {
                let at = toot.at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string();
                (*n, json!({
                    "id": self.note_id(*n), "type": kind, "created_at": at, "account": self.account(&toot.author),
                    "status": self.shown(&world, toot),
                }))
            })
            });
        let all: Vec<(u64, Value)> = all.collect();
        drop(world);
        self.page(request, all, |n| self.note_id(n), &["types[]", "exclude_types[]"])
    }

    pub fn own(&self, request: &Seen) -> Reply {
        let all = self.listed(|toot| toot.author == ME);
        self.page(request, all, |n| self.id(n), &["exclude_reblogs", "exclude_replies", "only_media", "pinned"])
    }

    pub fn listed(&self, wanted: impl Fn(&Toot) -> bool) -> Vec<(u64, Value)> {
        let world = self.world.lock().unwrap();
        let all = world.toots.iter().filter(|t| !t.deleted && wanted(t));
        all.map(|toot| (toot.n, self.shown(&world, toot))).collect()
    }
}

/// The id of an account: never its name, and a text.
pub fn account_id(name: &str) -> String {
    let digits: Vec<String> = name.bytes().map(|b| format!("{b:03}")).collect();
    format!("90{}", digits.concat())
}

/// Whom a text names.
pub fn names(text: &str) -> Vec<String> {
    let word = |w: &str| w.strip_prefix('@').map(|n| n.trim_end_matches(|c: char| !c.is_alphanumeric()).to_owned());
    text.split_whitespace().filter_map(word).filter(|name| !name.is_empty()).collect()
}

/// A text as Mastodon shows it: links with their ends hidden, names as cards.
fn html(text: &str, base: &str) -> String {
    let escaped = |t: &str| t.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let word = |word: &str| {
        if let Some(rest) = word.strip_prefix("https://") {
            let (seen, hidden) = (rest.chars().take(30).collect::<String>(), rest.chars().skip(30).collect::<String>());
            let href = escaped(word);
            return format!(
                "<a href=\"{href}\" rel=\"nofollow noopener\"><span class=\"invisible\">https://</span><span \
                 class=\"ellipsis\">{}</span><span class=\"invisible\">{}</span></a>",
                escaped(&seen),
                escaped(&hidden)
            );
        }
        match word.strip_prefix('@') {
            Some(name) if !name.is_empty() => format!(
                "<span class=\"h-card\"><a href=\"{base}/@{name}\" class=\"u-url mention\">@<span>{}</span></a></span>",
                escaped(name)
            ),
            _ => escaped(word),
        }
    };
    let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ");
    let paragraph = |p: &str| format!("<p>{}</p>", p.split('\n').map(line).collect::<Vec<_>>().join("<br />"));
    text.split("\n\n").map(paragraph).collect()
}
