//! What the classifier has learned, in words.

use crate::domain::{KeptBack, Kind, ModelState, PersonId, Text};

/// How it learned, and what comes of it. `name` says how a person is called.
pub fn model_status(state: &ModelState, name: impl Fn(&PersonId) -> String) -> Text {
    if !state.learns {
        return Text::plain("The kinds are told by rules here, which do not learn.");
    }
    let mut words = Text::new().bold("What hearback has learned here");
    if let Some(at) = state.at {
        words = words.say(", as of ").time(at);
    }
    let total = state.corrections + state.silent;
    if total + state.doubts == 0 && state.left_out.is_empty() {
        words = words.line().say("Nothing yet. Correct what is wrong with ").code("kind 142 praise");
        words = words.say(", or click Not praise in the digest: it learns from the first one.");
    } else {
        words = words.line().say(format!(
            "{} and {} handled without one are used.",
            count(state.corrections, "correction"),
            count(state.silent, "mention")
        ));
        let by: Vec<String> = state.by.iter().map(|(who, n)| format!("{} {n}", name(who))).collect();
        if !by.is_empty() {
            words = words.line().say(format!("Corrections by person: {}.", by.join(", ")));
        }
        for who in &state.left_out {
            words = words.line().bold("Left out").say(format!(
                ": the corrections of {}. They agree neither with the others' nor with one another. Talk it over; they count \
                 again as soon as they do.",
                name(who)
            ));
        }
        words = words.then(kept_back("Feelings", &state.feeling)).then(kept_back("Questions", &state.question));
        if state.doubts > 0 {
            let what = if state.marks {
                "cards of mentions that look like them say so; nothing is hidden"
            } else {
                "too few, or too little alike, to mark others"
            };
            words = words.line().say(format!("{} called spam or not us: {what}.", count(state.doubts, "mention")));
        }
    }
    if let Some(reset) = &state.reset {
        words = words.line().say(format!("Reset by {} ", name(&reset.by))).time(reset.at);
        words = words.say(": only what was said since then counts. ").code("model reset undo").say(" takes that back.");
    }
    words
}

fn kept_back(what: &str, kept: &KeptBack) -> Text {
    if kept.examples == 0 {
        return Text::new();
    }
    let (before, after, n) = (points(kept.before), points(kept.after), kept.examples);
    let told = format!("{what}, on what was kept back ({n}): {before} % told rightly as shipped, {after} % as learned");
    let words = Text::new().line().say(told);
    if kept.strength == 0.0 {
        return words.say(". ").bold("Not used").say(": it would be worse than the shipped model.");
    }
    if kept.strength < 1.0 {
        return words.say(format!(", at {:.0} % of its strength: more would be worse.", kept.strength * 100.0));
    }
    words.say(".")
}

fn points(share: f32) -> String {
    format!("{:.1}", share * 100.0)
}

/// What is judged otherwise than by the shipped model.
pub fn model_diff(state: &ModelState) -> Text {
    let moved = state.words.iter().any(|(_, up, down)| !up.is_empty() || !down.is_empty());
    if !moved && state.different.is_empty() {
        return Text::plain("Nothing is judged otherwise than by the shipped model. ")
            .code("model status")
            .say(" says why.");
    }
    let mut words = Text::new().bold("What is judged otherwise by now");
    for (kind, up, down) in &state.words {
        if !up.is_empty() {
            words = words.line().say(format!("{}, more than before: {}", title(*kind), up.join(", ")));
        }
        if !down.is_empty() {
            words = words.line().say(format!("{}, less than before: {}", title(*kind), down.join(", ")));
        }
    }
    for (no, text, from, to) in &state.different {
        let change = format!("{no} was {}, would be {} now: ", from.word(), to.word());
        words = words.line().say(change).quote(text.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    words
}

fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Question => "Question",
        Kind::Complaint => "Complaint",
        Kind::Praise => "Praise",
        Kind::Other => "Other",
    }
}

fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
