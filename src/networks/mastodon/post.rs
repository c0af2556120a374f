//! A status as a post: its words with everything that a reader of the network sees, and what is needed to answer it.

use super::wire::Status;
use crate::domain::{Author, Native, Post, SourceName, Visibility};
use crate::networks::plain;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

/// The word on the card.
pub(super) const NETWORK: &str = "mastodon";
/// Characters of a text that are kept.
const TEXT: usize = 20_000;

/// What is needed to answer a post: it is only good at the instance where it was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reference {
    /// The instance.
    pub base: String,
    /// The post's id there.
    pub id: String,
    /// Its author's id there.
    pub account: String,
    /// Its author's name there.
    pub acct: String,
    /// Its content warning.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub spoiler: String,
}

/// Where posts are seen, and by whom.
#[derive(Clone, Copy)]
pub(super) struct Seer<'a> {
    pub source: &'a SourceName,
    pub base: &'a Url,
    /// The server's part of its accounts' names.
    pub domain: &'a str,
    /// The own account's id there.
    pub me: Option<&'a str>,
    pub now: Timestamp,
}

/// What a post goes on with, by the ids that hold on all servers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Thread {
    pub parent: Option<String>,
    pub conversation: Option<String>,
}

impl Seer<'_> {
    /// The post that a status is; `None` for what is none: a repost, or something without an id of its own.
    pub(super) fn post(&self, status: &Status, thread: Thread) -> Option<Post> {
        let id = external_id(status)?;
        if status.reblog.as_ref().is_some_and(|inner| !inner.is_null()) {
            return None;
        }
        let reference = reference(status, self.base);
        let named = self.me.is_some_and(|me| status.mentions.iter().any(|named| named.id == me));
        Some(Post {
            network: NETWORK.to_owned(),
            source: self.source.clone(),
            conversation: thread.conversation.or_else(|| status.in_reply_to_id.is_none().then(|| id.clone())),
            parent: thread.parent,
            author: author(status, self.domain),
            text: text(status),
            url: web(&status.url).or_else(|| web(&id)),
            language: status.language.as_deref().map(|l| plain::first_line(l, 20)).filter(|l| !l.is_empty()),
            posted_at: status.created_at.min(self.now),
            addressed: named,
            native: Native {
                visibility: Some(visibility(&status.visibility)),
                summons: named,
                reference: serde_json::to_string(&reference).ok(),
                ..Native::default()
            },
            external_id: id,
        })
    }
}

/// The id that is the same on every server: the post's `ActivityPub` address.
pub(super) fn external_id(status: &Status) -> Option<String> {
    let uri = if status.uri.is_empty() { status.url.as_str() } else { status.uri.as_str() };
    let sound = uri.chars().count() <= 2_000 && uri.chars().all(|c| !c.is_control() && !c.is_whitespace());
    (sound && !uri.is_empty() && plain::clean(uri) == uri).then(|| uri.to_owned())
}

pub(super) fn reference(status: &Status, base: &Url) -> Reference {
    Reference {
        base: base.as_str().to_owned(),
        id: status.id.clone(),
        account: status.account.id.clone(),
        acct: name(&status.account.acct),
        spoiler: plain::first_line(&status.spoiler_text, 500),
    }
}

/// A name that can stand after an `@`.
fn name(acct: &str) -> String {
    let fits = |c: &char| !c.is_whitespace() && !c.is_control();
    acct.trim_start_matches('@').chars().filter(fits).take(300).collect()
}

/// The whole name of an account, with its server.
pub(super) fn handle(acct: &str, domain: &str) -> String {
    let acct = plain::first_line(&name(acct), 200);
    if acct.contains('@') || acct.is_empty() { acct } else { format!("{acct}@{domain}") }
}

fn author(status: &Status, domain: &str) -> Author {
    let account = &status.account;
    let acct = if account.acct.is_empty() { &account.username } else { &account.acct };
    let handle = handle(acct, domain);
    Author {
        // Ids of accounts hold on one server only, and names with their server on all.
        id: handle.to_lowercase(),
        name: plain::first_line(&account.display_name, 200),
        handle,
        reach: account.followers_count.and_then(|n| u64::try_from(n).ok()),
        url: web(&account.url),
    }
}

/// An address of the web, in plain characters.
pub(super) fn web(address: &str) -> Option<String> {
    let url = Url::parse(address).ok().filter(|u| matches!(u.scheme(), "http" | "https") && u.has_host())?;
    let url = String::from(url);
    (url.len() <= 2_000 && url.chars().all(|c| c.is_ascii_graphic())).then_some(url)
}

/// Who sees it. What is not known is taken for the narrowest, so that no answer is ever more public than its post.
pub(super) fn visibility(word: &str) -> Visibility {
    match word {
        "public" => Visibility::Public,
        // `local` is Pleroma's word for public on its own server alone.
        "unlisted" | "local" => Visibility::Unlisted,
        // GoToSocial: `mutuals_only`; Mitra: `subscribers`.
        "private" | "mutuals_only" | "subscribers" => Visibility::Followers,
        _ => Visibility::Direct,
    }
}

/// What a reader sees: the content warning, the words with the addresses of their links, what pictures show, a poll.
pub(super) fn text(status: &Status) -> String {
    let mut parts = vec![plain::from_text(&status.spoiler_text), plain::from_html(&with_addresses(&status.content))];
    for media in &status.media_attachments {
        let kind = match media.kind.as_str() {
            "image" | "video" | "audio" => media.kind.as_str(),
            "gifv" => "video",
            _ => "attachment",
        };
        let about = plain::first_line(&media.description, 1_500);
        parts.push(if about.is_empty() { format!("[{kind}]") } else { format!("[{kind}: {about}]") });
    }
    if let Some(poll) = &status.poll {
        let options: Vec<String> = poll.options.iter().map(|o| plain::first_line(&o.title, 200)).collect();
        parts.push(format!("[poll: {}]", options.join(" / ")));
    }
    parts.retain(|part| !part.is_empty());
    plain::clip(&plain::clean(&parts.join("\n\n")), TEXT)
}

/// HTML in which every link that hides its address shows it: what staff read must not lead elsewhere than it says.
fn with_addresses(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tail)) = rest.split_once("<a ") {
        out.push_str(before);
        let whole = tail.split_once('>').and_then(|(tag, after)| {
            let (inner, after) = after.split_once("</a>")?;
            Some((tag, inner, after))
        });
        let Some((tag, inner, after)) = whole else {
            out.push_str("<a ");
            rest = tail;
            continue;
        };
        out.push_str(inner);
        if let Some(address) = hidden(tag, &plain::from_html(inner)) {
            out.push_str(" (");
            out.push_str(&escaped(&address));
            out.push(')');
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The address behind a link, if its words do not say it.
fn hidden(tag: &str, words: &str) -> Option<String> {
    let address = tag.split_once("href=")?.1;
    let quote = address.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let address = plain::from_text(address.split(quote).nth(1)?);
    let web = web(&address)?;
    let bare = |text: &str| text.trim_end_matches('/').to_owned();
    // Names of people and tags lead to pages of the network.
    let of_network = words.starts_with(['@', '#']);
    (!of_network && bare(words) != bare(&address) && bare(words) != bare(&web)).then_some(web)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
