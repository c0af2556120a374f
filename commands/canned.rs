//! `/canned [action] [name] …` keeps saved replies and fills drafts with them. It never sends.

use crate::domain::{Answer, Canned, Decision, Found, Mention, Query, Refusal, Role, Ruling, State, Text, fill, guard};
use crate::slash::{
    Args, Call, MentionRef, NoRef, Opt, Optional, Run, Spec, Visibility, Word, choices, filled, foresee, nearest,
    preview, require, take_up, version_of,
};

choices! {
    Action { List = "list", Show = "show", Use = "use", Add = "add", Edit = "edit", Remove = "remove" }
}

const ACTION: Opt<Optional<Action>> = Opt::new("action", "What to do; without it, the list or the one that you name");
const NAME: Opt<Optional<Word>> = Opt::new("name", "The short name of the saved reply");
const MENTION: Opt<Optional<MentionRef>> =
    Opt::new("mention", "For use: which mention; without it, your only claimed one").only_after(&["use"]);
const TEXT: Opt<Optional<String>> =
    Opt::new("text", "For add and edit: the text, with {author}, {handle}, {brand}, {staff}")
        .only_after(&["add", "edit"]);

/// The longest text of a saved reply, in characters.
const LONGEST: usize = 5_000;

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "canned",
    aliases: &["saved"],
    summary: "List, show, use, add, edit and remove saved replies; using one only fills a draft",
    options: &[ACTION.spec(), NAME.spec(), MENTION.spec(), TEXT.spec()],
    role: Role::Responder,
    visibility: Visibility::OnlyYou,
    without_ref: NoRef::MyOnly,
    run: Run::Depends(run),
    prompt: None,
    samples: &[
        "canned use delay 142",
        "canned",
        "canned show delay",
        "canned add delay Sorry, {author}, your parcel is late.",
        "canned edit delay Sorry, {author}! It is on its way.",
        "canned remove delay",
    ],
};

fn run(args: &Args) -> Run {
    match args.get(&ACTION) {
        Some(Action::Use) => Run::ActWith { query: saved, decide: fill_draft },
        _ => Run::Ask { query: saved, decide: manage },
    }
}

fn saved(_: &Call<'_>) -> Result<Query, Refusal> {
    Ok(Query::Settings("canned:".to_owned()))
}

fn all(found: &Found) -> Vec<Canned> {
    let Found::Settings(rows) = found else { return Vec::new() };
    rows.iter()
        .filter_map(|(key, value)| {
            let name = key.strip_prefix("canned:")?;
            // A value that is not ours to read is shown as it is rather than lost.
            let text = serde_json::from_str::<Canned>(value).map_or_else(|_| value.clone(), |c| c.text);
            Some(Canned { name: name.to_owned(), text })
        })
        .collect()
}

fn named(call: &Call<'_>) -> Result<String, Refusal> {
    let typed = call.args.get(&NAME).map(|w| w.0.to_lowercase());
    let Some(name) = typed else {
        return Err(Refusal::new(
            "`name` is missing: which saved reply? `canned` lists them; for example `canned show delay`.",
        )
        .offering("List", "canned"));
    };
    let plain = name.chars().count() <= 32 && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    let taken = <Action as crate::slash::Choice>::WORDS.contains(&name.as_str());
    if !plain || taken {
        return Err(Refusal::new(
            "A saved reply has a `name` of letters, digits, - and _, at most 32, that is no action: `canned add late-parcel …`.",
        ));
    }
    Ok(name)
}

fn pick(found: &Found, name: &str) -> Result<Canned, Refusal> {
    let all = all(found);
    all.iter().find(|c| c.name == name).cloned().ok_or_else(|| {
        let hint = nearest(name, all.iter().map(|c| c.name.as_str()))
            .map_or_else(|| "`canned` lists them.".to_owned(), |near| format!("Did you mean `{near}`?"));
        Refusal::new(format!("There is no saved reply `{name}`. {hint}")).offering("List", "canned")
    })
}

fn fill_draft(call: &Call<'_>, m: &Mention, found: &Found) -> Result<Decision, Refusal> {
    let no = m.no.0;
    let saved = pick(found, &named(call)?)?;
    let mut events = take_up(call, m)?;
    if m.state == State::Waiting {
        return Err(Refusal::new(format!("A draft of #{no} waits for approval. `draft {no} …` replaces it."))
            .offering("Show it", format!("show {no}")));
    }
    let text = filled(call, m, &saved.text);
    let (version, drafted) = version_of(m, &text);
    events.extend(drafted);
    let after = foresee(call, m, &events);
    let answer = match guard::text(call.rules, &after, &text) {
        Ok(()) if call.rules.source(m).can.reply => preview(call, &after, version, &text),
        Ok(()) => Answer::new(Text::plain(format!("Kept as v{version} of #{no}:")).line().quote(text)),
        Err(trouble) => {
            let words =
                Text::plain(format!("Kept as v{version} of #{no}, but it cannot be sent like this. {}", trouble.say));
            Answer::new(words.line().quote(text)).offering("Edit…", format!("draft {no}"))
        }
    };
    Ok(Decision::new(events, answer))
}

fn manage(call: &Call<'_>, found: &Found) -> Result<Ruling, Refusal> {
    let has_name = call.args.get(&NAME).is_some();
    let action = call.args.get(&ACTION).unwrap_or(if has_name { Action::Show } else { Action::List });
    match action {
        Action::List | Action::Use => Ok(list(found)),
        Action::Show => {
            let saved = pick(found, &named(call)?)?;
            let words = Text::new().bold(&saved.name).line().quote(&saved.text).line().say("Use it: ");
            Ok(Ruling::say(words.code(format!("canned use {} 142", saved.name))))
        }
        Action::Add | Action::Edit => write(call, found, action),
        Action::Remove => {
            require(Role::Lead, call.who, "Removing saved replies")?;
            let saved = pick(found, &named(call)?)?;
            let again = format!("canned add {} {}", saved.name, saved.text);
            let words = Text::plain(format!("`{}` is removed. To have it back: ", saved.name)).code(again);
            Ok(Ruling { settings: vec![(format!("canned:{}", saved.name), None)], ..Ruling::say(words) })
        }
    }
}

fn list(found: &Found) -> Ruling {
    let all = all(found);
    if all.is_empty() {
        return Ruling::say(
            "No saved replies yet. A lead adds one: `canned add delay Sorry, {author}, your parcel is late.`",
        );
    }
    let mut words = Text::new().bold("Saved replies");
    for saved in &all {
        let one_line = saved.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let head: String = one_line.chars().take(70).collect();
        let more = if head.len() < one_line.len() { "…" } else { "" };
        words = words.line().bold(&saved.name).say(format!("  {head}{more}"));
    }
    Ruling::say(words.line().say("Use one: ").code("canned use NAME 142"))
}

fn write(call: &Call<'_>, found: &Found, action: Action) -> Result<Ruling, Refusal> {
    require(Role::Lead, call.who, "Changing saved replies")?;
    let name = named(call)?;
    let text = call.args.get(&TEXT).map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    let Some(text) = text else {
        return Err(Refusal::new(format!(
            "`text` is missing. For example: `canned add {name} Thank you, {{author}}!`"
        )));
    };
    if text.chars().nth(LONGEST).is_some() {
        return Err(Refusal::new(format!("A saved reply has at most {LONGEST} characters. Shorten it and try again.")));
    }
    let known = all(found).into_iter().any(|c| c.name == name);
    match action {
        Action::Add if known => {
            return Err(Refusal::new(format!("`{name}` exists already. `canned edit {name} …` replaces its text."))
                .offering("Show it", format!("canned show {name}")));
        }
        Action::Edit => {
            pick(found, &name)?;
        }
        _ => {}
    }
    let unknown = fill::fill(&text, |variable| fill::VARIABLES.contains(&variable).then(String::new));
    let warning = fill::unfilled(&unknown).map_or_else(String::new, |hole| {
        format!(" {hole} is not filled in by hearback; whoever uses it must do that before sending.")
    });
    let say = format!("`{name}` is saved. Use it: `canned use {name} 142`.{warning}");
    let value = serde_json::to_string(&Canned { name: name.clone(), text })
        .map_err(|_| Refusal::new("This text cannot be saved. Type it again without unusual characters."))?;
    Ok(Ruling { settings: vec![(format!("canned:{name}"), Some(value))], ..Ruling::say(say) })
}
