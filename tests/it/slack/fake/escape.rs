//! What Slack makes of a typed line before it hands it to a command with `should_escape`
//! (docs.slack.dev, "Implementing slash commands", "Formatting message text").

use super::state::State;

/// Escapes the three characters, and turns names and addresses into references.
pub fn typed(state: &State, text: &str) -> String {
    let mut line = String::new();
    let mut word = String::new();
    for c in text.chars() {
        if c.is_whitespace() {
            line.push_str(&one(state, &word));
            word.clear();
            line.push(c);
        } else {
            word.push(c);
        }
    }
    line.push_str(&one(state, &word));
    line
}

fn one(state: &State, word: &str) -> String {
    let core = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
    let tail = escaped(word.strip_prefix(core).unwrap_or_default());
    reference(state, core).map_or_else(|| escaped(word), |found| format!("{found}{tail}"))
}

fn reference(state: &State, word: &str) -> Option<String> {
    if let Some(name) = word.strip_prefix('@') {
        if matches!(name, "here" | "channel" | "everyone") {
            return Some(format!("<!{name}>"));
        }
        if let Some(user) = state.users.values().find(|u| u.name == name) {
            return Some(format!("<@{}|{}>", user.id, user.name));
        }
        let group = state.groups.values().find(|g| g.handle == name)?;
        return Some(format!("<!subteam^{}|@{}>", group.id, group.handle));
    }
    if let Some(name) = word.strip_prefix('#') {
        let channel = state.channels.values().find(|c| c.im.is_none() && c.name == name)?;
        return Some(format!("<#{}|{}>", channel.id, channel.name));
    }
    if word.starts_with("http://") || word.starts_with("https://") {
        return Some(format!("<{}>", escaped(word)));
    }
    if let Some((left, right)) = word.split_once('@') {
        let mail = !left.is_empty() && right.contains('.') && !right.contains('@');
        return mail.then(|| format!("<mailto:{word}|{word}>"));
    }
    // A bare domain becomes a link too.
    let (host, ending) = word.rsplit_once('.')?;
    let known = matches!(ending, "com" | "org" | "net" | "io" | "de");
    let domain = host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'));
    (known && domain && !host.is_empty()).then(|| format!("<http://{word}|{word}>"))
}

pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
