//! Reddit's JSON: things (`t1` comments, `t3` posts) in listings, and what becomes of them here.
//! <https://www.reddit.com/dev/api/#fullnames>

use super::NETWORK;
use crate::domain::{Author, Extra, ExtraKind, Native, Post, SourceName};
use crate::networks::plain;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

/// Characters of a text that are kept.
const TEXT: usize = 20_000;
/// Where people read it.
const SITE: &str = "https://www.reddit.com";
/// What stands where a text was: deleted by its author, removed by a moderator, hidden by a block.
const GONE: &[&str] = &["[deleted]", "[removed]", "[unavailable]"];

/// One page of a list.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub things: Vec<Thing>,
    /// The fullname after which the next page begins.
    pub after: Option<String>,
}

/// A comment or a post.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Thing {
    /// Its fullname: `t1_…` or `t3_…`.
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub author: Option<String>,
    #[serde(default)]
    pub author_fullname: Option<String>,
    #[serde(default)]
    pub body: Option<String>,
    #[serde(default)]
    body_html: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    selftext: Option<String>,
    #[serde(default)]
    selftext_html: Option<String>,
    #[serde(default)]
    is_self: Option<bool>,
    #[serde(default)]
    url: Option<String>,
    /// The label that it has in its subreddit.
    #[serde(default)]
    link_flair_text: Option<String>,
    #[serde(default)]
    permalink: Option<String>,
    /// In the inbox instead of `permalink` and `link_id`.
    #[serde(default)]
    context: Option<String>,
    #[serde(default)]
    link_id: Option<String>,
    #[serde(default)]
    pub parent_id: Option<String>,
    /// Seconds since 1970.
    #[serde(default)]
    pub created_utc: f64,
    #[serde(default)]
    pub locked: Option<bool>,
    #[serde(default)]
    pub archived: Option<bool>,
    /// The answers below a comment: a listing, or an empty text.
    #[serde(default)]
    pub replies: Value,
}

/// One listing. Things that are no comments or posts, or that cannot be read, are left out.
pub(super) fn listing(value: &Value) -> Option<Listing> {
    if value.get("kind")?.as_str()? != "Listing" {
        return None;
    }
    let data = value.get("data")?;
    let things = data.get("children")?.as_array()?.iter().filter_map(thing).collect();
    let after = data.get("after").and_then(Value::as_str).filter(|a| fullname(a)).map(str::to_owned);
    Some(Listing { things, after })
}

/// `{"kind": …, "data": …}`, if it is a comment or a post.
pub(super) fn thing(value: &Value) -> Option<Thing> {
    let kind = value.get("kind")?.as_str().filter(|kind| matches!(*kind, "t1" | "t3"))?;
    let thing = Thing::deserialize(value.get("data")?).ok()?;
    (fullname(&thing.name) && thing.name.split_once('_')?.0 == kind && thing.at().is_some()).then_some(thing)
}

/// `t1_abc`: a type and a number in base 36.
pub(super) fn fullname(text: &str) -> bool {
    text.split_once('_').is_some_and(|(kind, id)| {
        matches!(kind, "t1" | "t2" | "t3" | "t4")
            && (1..=20).contains(&id.len())
            && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    })
}

impl Thing {
    /// When it was posted, by Reddit's clock.
    pub fn at(&self) -> Option<Timestamp> {
        // Whole seconds, written as a fraction; what no calendar has is no moment.
        let seconds = (self.created_utc > 0.0 && self.created_utc < 2.5e11).then_some(self.created_utc)?;
        Timestamp::from_second(format!("{seconds:.0}").parse().ok()?).ok()
    }

    /// Seconds since 1970.
    pub fn second(&self) -> i64 {
        self.at().map_or(0, Timestamp::as_second)
    }

    /// The post that the conversation hangs on.
    pub fn link(&self) -> Option<String> {
        if self.name.starts_with("t3_") {
            return Some(self.name.clone());
        }
        if let Some(link) = self.link_id.as_ref().filter(|l| l.starts_with("t3_") && fullname(l)) {
            return Some(link.clone());
        }
        // /r/sub/comments/LINK/title/COMMENT/?context=3
        let mut parts = self.context.as_ref()?.split('/').skip_while(|part| *part != "comments");
        let link = format!("t3_{}", parts.nth(1)?);
        fullname(&link).then_some(link)
    }

    /// What it says, as plain text.
    pub fn text(&self) -> String {
        let rendered = |html: &Option<String>, source: &Option<String>| {
            let html = html.as_deref().map(|html| plain::from_html(&linked(html)));
            html.or_else(|| source.as_deref().map(plain::clean)).unwrap_or_default()
        };
        let text = if self.name.starts_with("t3_") {
            let title = self.title.as_deref().map(plain::from_text).unwrap_or_default();
            let parts = [title, rendered(&self.selftext_html, &self.selftext)];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
        } else {
            rendered(&self.body_html, &self.body)
        };
        plain::clip(text.trim(), TEXT)
    }

    /// What it shows besides: the address that it shares, its label.
    fn extras(&self) -> Vec<Extra> {
        let address = self.url.as_deref().filter(|_| self.is_self == Some(false)).map(plain::from_text);
        let parts =
            [(ExtraKind::Link, address), (ExtraKind::Tag, self.link_flair_text.as_deref().map(plain::from_text))];
        let extra = |(what, text): (ExtraKind, Option<String>)| {
            let text = plain::first_line(&text?, 2_000);
            (!text.is_empty()).then_some(Extra { what, text })
        };
        parts.into_iter().filter(|_| self.name.starts_with("t3_")).filter_map(extra).collect()
    }

    /// Its author or a moderator took it away; the reason in words.
    pub fn gone(&self) -> Option<&'static str> {
        let source = self.body.as_deref().or(self.selftext.as_deref()).unwrap_or_default().trim();
        let nobody = self.author.as_deref().is_none_or(|author| author == "[deleted]");
        match (source, nobody) {
            ("[removed]", _) => Some("a moderator removed it"),
            ("[unavailable]", _) => Some("Reddit does not show it to this account"),
            // An account that is gone leaves its words behind: then only its author is missing.
            ("[deleted]", true) => Some("its author deleted it"),
            ("", true) if self.name.starts_with("t3_") => Some("its author deleted it"),
            _ => None,
        }
    }

    fn author(&self) -> Author {
        let handle = plain::first_line(self.author.as_deref().unwrap_or_default(), 100);
        let handle = if GONE.contains(&handle.as_str()) { String::new() } else { handle };
        let id = self.author_fullname.clone().filter(|id| id.starts_with("t2_") && fullname(id));
        let named = !handle.is_empty() && handle.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        Author {
            id: id.unwrap_or_else(|| handle.clone()),
            name: String::new(),
            url: named.then(|| format!("{SITE}/user/{handle}")),
            handle,
            reach: None,
        }
    }

    /// As the desk knows it; `None` if there is nothing left of it. `addressed`: the account was named or answered.
    pub fn post(&self, source: &SourceName, addressed: bool, now: Timestamp) -> Option<Post> {
        if self.gone().is_some() {
            return None;
        }
        Some(Post {
            network: NETWORK.to_owned(),
            source: source.clone(),
            external_id: self.name.clone(),
            conversation: self.link(),
            parent: self.parent_id.clone().filter(|parent| self.name.starts_with("t1_") && fullname(parent)),
            author: self.author(),
            text: self.text(),
            url: self.page(),
            language: None,
            posted_at: self.at()?.min(now),
            addressed,
            native: Native { extras: self.extras(), ..Native::default() },
        })
    }

    /// Where a person can open it.
    pub fn page(&self) -> Option<String> {
        let path = self.permalink.as_deref().or(self.context.as_deref())?;
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let good = path.starts_with("/r/") || path.starts_with("/user/") || path.starts_with("/u/");
        let url = url::Url::parse(SITE).ok()?.join(path).ok()?;
        (good && url.host_str() == Some("www.reddit.com")).then(|| url.into())
    }
}

/// HTML with the address of every link behind its words, where they do not say it themselves: a brand's domain counts
/// also where a reader sees only words.
fn linked(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tail)) = rest.split_once("<a href=\"") {
        out.push_str(before);
        let Some(((address, inner), (words, after))) =
            tail.split_once('"').and_then(|(address, inner)| Some(((address, inner), inner.split_once("</a>")?)))
        else {
            out.push_str("<a href=\"");
            out.push_str(tail);
            return out;
        };
        let words = words.split_once('>').map_or(words, |(_, words)| words);
        out.push_str(words);
        if address.starts_with("http") && !words.contains(address) && !inner.is_empty() {
            out.push_str(" (");
            out.push_str(&address.replace('<', "&lt;"));
            out.push(')');
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The posts of one page of a list, as it came over the wire. Never panics, whatever the bytes.
///
/// # Errors
/// Why the page cannot be read.
pub fn read(body: &[u8], source: &SourceName, now: Timestamp) -> Result<Vec<Post>, String> {
    let value: Value = serde_json::from_slice(body).map_err(|e| e.to_string())?;
    let listing = listing(&value).ok_or("it is no list")?;
    Ok(listing.things.iter().filter_map(|thing| thing.post(source, false, now)).collect())
}
