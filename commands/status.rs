//! `/status` says how everything is.

use crate::domain::{DeskHealth, Found, Query, Refusal, Role, Ruling, Text};
use crate::slash::{Call, NoRef, Run, Spec, Visibility, ago};

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "status",
    aliases: &["health"],
    summary: "How the sources, the chats and the store are doing",
    options: &[],
    role: Role::Viewer,
    visibility: Visibility::OnlyYou,
    without_ref: NoRef::Unused,
    run: Run::Ask { query, decide },
    prompt: None,
    samples: &["status"],
};

fn query(_: &Call<'_>) -> Result<Query, Refusal> {
    Ok(Query::Health { checks: false })
}

fn decide(call: &Call<'_>, found: &Found) -> Result<Ruling, Refusal> {
    let Found::Health(health) = found else {
        return Err(Refusal::new("The state could not be read. Try `status` again in a moment."));
    };
    let mut words = Text::new().bold(format!("hearback {}", health.version));
    if let Some(since) = health.since {
        words = words.say(format!(", up for {}", ago(since, call.at)));
    }
    if let Some(paused) = &call.rules.paused {
        let who = call.rules.person_name(&paused.by);
        words =
            words.line().bold("Paused").say(format!(" by {who} for {}: nothing goes out.", ago(paused.at, call.at)));
        if !paused.reason.is_empty() {
            words = words.say(format!(" Reason: {}", paused.reason));
        }
    }
    let troubled = health.sources.iter().filter(|s| s.trouble.is_some()).count();
    words = words.then(store(health)).then(sources(call, health));
    for (chat, state) in &health.chats {
        words = words.line().say(format!("Chat {chat}: {state}"));
    }
    for line in &health.assist {
        words = words.line().say(format!("Assistant: {line}"));
    }
    for digest in &health.digests {
        words = words.line().say(format!("Digest: {digest}"));
    }
    let mut ruling = Ruling::say(words);
    if troubled > 0 || health.store.trouble.is_some() || health.store.low_disk {
        ruling.answer = ruling.answer.offering("Look closer", "doctor");
    }
    Ok(ruling)
}

fn store(health: &DeskHealth) -> Text {
    let s = &health.store;
    let mut words = Text::new().line().say(format!(
        "Store: {} mentions, {} open, {} to go out, {} MB, {} MB free",
        s.mentions,
        s.open,
        s.effects,
        s.disk_bytes.div_ceil(1_000_000),
        s.free_bytes / 1_000_000
    ));
    if s.low_disk {
        words = words
            .line()
            .bold("Low disk")
            .say(": the sources rest until there is more space. Free some, or move the store.");
    }
    match &s.trouble {
        Some(trouble) => words.line().bold("Store trouble").say(format!(": {trouble}")),
        None => words,
    }
}

fn sources(call: &Call<'_>, health: &DeskHealth) -> Text {
    let mut words = Text::new();
    for s in &health.sources {
        let good = s.last_good.map_or_else(
            || "not heard from since the start".to_owned(),
            |at| format!("last good {} ago", ago(at, call.at)),
        );
        words = words
            .line()
            .say(format!("Source {} ({}): {good}, {} posts, {} mentions", s.source, s.network, s.posts, s.mentions));
        if let Some(trouble) = &s.trouble {
            words = words.line().say("  ").bold("Failing").say(format!(": {trouble}"));
        }
        for note in &s.notes {
            words = words.line().say(format!("  {note}"));
        }
    }
    words
}
