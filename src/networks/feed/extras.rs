//! What an item of a feed shows besides its words.

use super::parse::resolve;
use crate::domain::{Extra, ExtraKind};
use crate::networks::plain;
use feed_rs::model::Entry;
use url::Url;

/// So many of them are kept, each at most so long in characters.
const MOST: usize = 50;
const LONGEST: usize = 2_000;

/// Where an item leads if that is another site than the feed's own, where the links in its words lead, what is attached to
/// it, its subjects.
pub(super) fn of(entry: &Entry, own: Option<&Url>, base: Option<&Url>) -> Vec<Extra> {
    let mut all: Vec<Extra> = Vec::new();
    let mut add = |what, text: &str| {
        let extra = Extra { what, text: plain::first_line(text, LONGEST) };
        if !extra.text.is_empty() && all.len() < MOST && !all.contains(&extra) {
            all.push(extra);
        }
    };
    // The feed's own address says where somebody wrote, not what about.
    if let Some(own) = own.filter(|own| own.host_str() != base.and_then(Url::host_str)) {
        add(ExtraKind::Link, own.as_str());
    }
    let bodies =
        [entry.content.as_ref().and_then(|c| c.body.as_deref()), entry.summary.as_ref().map(|s| s.content.as_str())];
    for address in bodies.into_iter().flatten().flat_map(addresses) {
        if let Some(url) = resolve(&plain::from_text(address), base).filter(|url| Some(url) != own) {
            add(ExtraKind::Link, url.as_str());
        }
    }
    for link in entry.links.iter().filter(|link| link.rel.as_deref() == Some("enclosure")) {
        if let Some(url) = resolve(&link.href, base) {
            add(ExtraKind::Link, url.as_str());
        }
    }
    for media in &entry.media {
        for url in media.content.iter().filter_map(|content| content.url.as_ref()) {
            add(ExtraKind::Link, url.as_str());
        }
        add(ExtraKind::Title, &media.title.as_ref().map(|t| plain::from_html(&t.content)).unwrap_or_default());
        add(
            ExtraKind::Description,
            &media.description.as_ref().map(|t| plain::from_html(&t.content)).unwrap_or_default(),
        );
    }
    for category in &entry.categories {
        add(ExtraKind::Tag, &plain::from_text(category.label.as_deref().unwrap_or(&category.term)));
    }
    all
}

/// The addresses behind the links of some HTML.
fn addresses(html: &str) -> impl Iterator<Item = &str> {
    html.split("<a ").skip(1).filter_map(|link| {
        let tag = link.split('>').next()?;
        let value = tag.split_once("href=")?.1;
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        value.split(quote).nth(1)
    })
}
