//! What the workspace has decided about personal data: what else is such, and in which channels none is shown.

use super::pii::{Patterns, mask};
use super::{ExtraKind, Mention, Message, Part, Place, Span, Text};
use std::collections::BTreeSet;

/// The channels in which personal data is masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Masked {
    /// These, possibly none.
    In(BTreeSet<Place>),
    /// All.
    Everywhere,
}

impl Default for Masked {
    fn default() -> Masked {
        Masked::In(BTreeSet::new())
    }
}

/// What the workspace has decided about personal data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Privacy {
    /// Where it is masked.
    pub masked: Masked,
    /// What else is such: the workspace's order and tracking numbers.
    pub patterns: Patterns,
}

impl Privacy {
    /// Personal data is masked in a channel. Answers that one person alone sees are in no channel.
    pub fn masks(&self, place: &Place) -> bool {
        match &self.masked {
            Masked::In(places) => places.contains(place),
            Masked::Everywhere => true,
        }
    }

    /// The mention as a channel may show it, where that differs from what it is.
    pub fn shown(&self, place: &Place, mention: &Mention) -> Option<Mention> {
        if !self.masks(place) {
            return None;
        }
        let mut shown = mention.clone();
        let post = &mut shown.post;
        let extras =
            post.native.extras.iter_mut().filter(|extra| extra.what != ExtraKind::Link).map(|extra| &mut extra.text);
        let mut count = 0;
        let words: [&mut String; 2] = [&mut post.text, &mut post.author.name];
        let translated = shown.assist.translation.as_mut().map(|translation| &mut translation.text);
        for text in words.into_iter().chain(extras).chain(&mut shown.trouble).chain(translated) {
            let masked = mask(text, &self.patterns);
            count += masked.count;
            *text = masked.text;
        }
        (count > 0).then_some(shown)
    }

    /// Words as a channel may show them.
    pub fn words(&self, place: &Place, text: &Text) -> Text {
        if !self.masks(place) {
            return text.clone();
        }
        let said = |text: String| mask(&text, &self.patterns).text;
        Text(
            text.0
                .iter()
                .map(|span| match span.clone() {
                    Span::Plain(text) => Span::Plain(said(text)),
                    Span::Bold(text) => Span::Bold(said(text)),
                    Span::Quote(text) => Span::Quote(said(text)),
                    Span::Code(text) => Span::Code(said(text)),
                    Span::Link { label, url } => Span::Link { label: said(label), url },
                    whole @ (Span::Time(_) | Span::Person(_) | Span::Break) => whole,
                })
                .collect(),
        )
    }

    /// A message as a channel may show it.
    pub fn message(&self, place: &Place, message: Message) -> Message {
        if !self.masks(place) {
            return message;
        }
        let part = |part: Part| Part { text: self.words(place, &part.text), ..part };
        Message { parts: message.parts.into_iter().map(part).collect() }
    }
}
