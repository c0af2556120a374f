//! What `watch test` found, for a person. Everything from outside is made safe for the terminal.

use super::tally::{Example, KeptOut, OfBrand, Span, Tally};
use crate::chat::sanitise;
use crate::domain::Kind;
use jiff::SignedDuration;
use std::io::Write;

/// Columns of an example's text.
const TEXT: usize = 160;
/// Columns of a name or a term.
const NAME: usize = 60;
/// Terms of a brand that are listed one by one.
const TERMS: usize = 30;
/// A shorter time says little about a day.
const SHORT: SignedDuration = SignedDuration::from_hours(24);

pub(super) fn all(out: &mut dyn Write, tally: &Tally, span: &Span) -> anyhow::Result<()> {
    let posts = counted(tally.posts, "post", "posts");
    let own = if tally.own > 0 { format!(", {} by the brands' own accounts", tally.own) } else { String::new() };
    let skipped = match tally.skipped {
        0 => String::new(),
        1 => ", and 1 line that is no post".to_owned(),
        many => format!(", and {many} lines that are no posts"),
    };
    writeln!(out, "{posts}{own}{skipped}.")?;
    for of in &tally.brands {
        brand(out, of)?;
    }
    writeln!(out, "\n{}", estimate(tally.mentions(), span))?;
    Ok(())
}

fn brand(out: &mut dyn Write, of: &OfBrand) -> anyhow::Result<()> {
    let kinds: Vec<String> = Kind::ALL
        .iter()
        .filter_map(|kind| of.kinds.get(kind).map(|count| format!("{count} {}", kind.word())))
        .collect();
    let kinds = if kinds.is_empty() { String::new() } else { format!(": {}", kinds.join(", ")) };
    let direct = if of.direct > 0 { format!("; {} of them direct", of.direct) } else { String::new() };
    writeln!(out, "\n{}: {}{kinds}{direct}", of.brand, counted(of.mentions, "mention", "mentions"))?;
    let mut found: Vec<&(String, usize)> = of.terms.iter().filter(|(_, count)| *count > 0).collect();
    found.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (term, count) in found.iter().take(TERMS) {
        writeln!(out, "  {count:>6}  {}", sanitise::name(term, NAME))?;
    }
    if found.len() > TERMS {
        writeln!(out, "          and {} more terms", found.len() - TERMS)?;
    }
    let never: Vec<String> =
        of.terms.iter().filter(|(_, count)| *count == 0).map(|(term, _)| sanitise::name(term, NAME)).collect();
    if !never.is_empty() {
        let more = never.len().saturating_sub(TERMS);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        writeln!(out, "  never matched: {}{more}", never.iter().take(TERMS).cloned().collect::<Vec<_>>().join(", "))?;
    }
    for example in &of.examples {
        shown(out, "  e.g. ", example)?;
    }
    for (why, (count, examples)) in &of.kept_out {
        let posts = counted(*count, "post", "posts");
        let because = match why {
            KeptOut::Excluded(term) => format!("kept out by the exclusion {:?}", sanitise::name(term, NAME)),
            KeptOut::Alone(term) => {
                format!("with {:?}, but none of the words of `near` near it", sanitise::name(term, NAME))
            }
            KeptOut::Foreign(term) => {
                format!("with {:?}, which counts in another language", sanitise::name(term, NAME))
            }
        };
        writeln!(out, "  {posts} {because}")?;
        for example in examples {
            shown(out, "    e.g. ", example)?;
        }
    }
    Ok(())
}

fn shown(out: &mut dyn Write, before: &str, example: &Example) -> anyhow::Result<()> {
    let author = sanitise::name(&example.author, NAME);
    let by = if author.is_empty() { String::new() } else { format!("@{author} on ") };
    let matched: Vec<String> = example.matched.iter().take(5).map(|term| sanitise::name(term, NAME)).collect();
    let matched = if matched.is_empty() { String::new() } else { format!("  [{}]", matched.join(", ")) };
    let text = sanitise::name(&example.text, TEXT);
    writeln!(out, "{before}{by}{}: {text}{matched}", sanitise::name(&example.network, NAME))?;
    Ok(())
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn estimate(mentions: usize, span: &Span) -> String {
    let cards = counted(mentions, "card", "cards");
    let Span::Of(span) = span else {
        return format!(
            "{cards} in all. How many a day cannot be told: the posts do not say when they were posted (\"posted_at\")."
        );
    };
    let hours = span.as_secs_f64() / 3600.0;
    let a_day = f64::from(u32::try_from(mentions).unwrap_or(u32::MAX)) / (hours / 24.0).max(1.0 / 1440.0);
    let a_day = if a_day < 10.0 { format!("{a_day:.1}") } else { format!("{a_day:.0}") };
    if *span < SHORT {
        return format!(
            "{cards} in {hours:.1} hours. At that rate about {a_day} a day, but so short a time says little: days and nights \
             differ. Try at least a day, better a week."
        );
    }
    format!(
        "About {a_day} cards a day, from {cards} in {:.1} days. One bad day can bring many times as many.",
        hours / 24.0
    )
}
