//! `/canned [action] [name] …` keeps saved replies and fills drafts with them. It never sends.

use crate::domain::{
    Answer, Canned, Decision, EventKind, Field, FieldKind, Form, Found, LengthRule, Mention, Query, Refusal, Role,
    Ruling, State, Text, fill, guard,
};
use crate::slash::{
    Args, Asked, Call, MentionRef, NoRef, Opt, Optional, Prompt, Run, Spec, Visibility, Word, choice, choices, filled,
    foresee, internal, nearest, preview, require, said, take_up, typed, typed_words, version_of,
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
/// So many are offered in a form (Discord: 25; Slack: 100).
const CHOICES: usize = 25;
/// The longest line of a choice, in characters (Slack, "Option object": 75; Discord: 100).
const LABEL: usize = 75;
/// The longest excerpt in the list, in characters.
const EXCERPT: usize = 70;

const NONE_YET: &str =
    "No saved replies yet. A lead adds one: `canned add delay Sorry, {author}, your parcel is late.`";

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
    prompt: Some(Prompt { missing, query: saved, asks_mention: true, form }),
    samples: &[
        "canned use delay 142",
        "canned use #142",
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

fn missing(args: &Args) -> bool {
    let (name, text) = (args.get(&NAME).is_some(), args.get(&TEXT).is_some());
    match args.get(&ACTION) {
        None | Some(Action::Use) => !name,
        Some(Action::Add | Action::Edit) => name && !text,
        Some(Action::List | Action::Show | Action::Remove) => false,
    }
}

fn form(call: &Call<'_>, m: Option<&Mention>, found: &Found) -> Asked {
    match call.args.get(&ACTION) {
        None | Some(Action::Use) => choose(call, m, found).map(Some),
        Some(action @ (Action::Add | Action::Edit)) => write_form(call, found, action).map(Some),
        Some(Action::List | Action::Show | Action::Remove) => Ok(None),
    }
}

/// Which saved reply, and for which mention, if none is meant yet.
fn choose(call: &Call<'_>, m: Option<&Mention>, found: &Found) -> Result<Form, Refusal> {
    // What could not be read as a mention is asked for again.
    let m = m.filter(|_| call.args.unread().is_empty());
    if let Some(m) = m {
        may_fill(call, m)?;
    }
    let mut all = all(found);
    if all.is_empty() {
        return Err(Refusal::new(NONE_YET));
    }
    let asked = call.args.get(&NAME).map(|name| name.0.to_lowercase()).unwrap_or_default();
    // The one that was named is offered, however many there are.
    all.sort_by_key(|saved| saved.name != asked);
    let initial = all.first().map(|saved| saved.name.as_str()).filter(|name| *name == asked).unwrap_or_default();
    let label =
        |saved: &Canned| (head(&format!("{}: {}", saved.name, one_line(&saved.text)), LABEL), saved.name.clone());
    let field = choice("name", "Which one", initial, all.iter().take(CHOICES).map(label).collect());
    let hint = if all.len() > CHOICES { "More are in `canned list`: `canned use NAME 142`." } else { "" };
    let which = Field { hint: hint.to_owned(), ..field };
    let (title, line, about) = match m {
        Some(m) => (format!("Saved reply for {}", m.no), format!("canned use {{name}} {}", m.no.0), said(m)),
        None => ("Saved reply".to_owned(), "canned use {name} {mention}".to_owned(), Text::new()),
    };
    let mut form = Form::text(title, line, which);
    if m.is_none() {
        form.fields.push(Field {
            name: "mention",
            kind: FieldKind::Text { lines: false, length: LengthRule::Unlimited },
            initial: typed_words(&SPEC, call.args, &[MENTION.name()]),
            ..internal("For which mention", "The number on its card, such as 142.", false)
        });
    }
    let about = if about.is_empty() { about } else { about.line() };
    let about = about.say("It fills a draft and shows a preview; nothing is sent.");
    Ok(Form { about, submit: "Fill the draft".to_owned(), ..form })
}

fn write_form(call: &Call<'_>, found: &Found, action: Action) -> Result<Form, Refusal> {
    let (name, before) = may_write(call, found, action)?;
    let (title, verb) = if before.is_some() { ("Edit saved reply", "edit") } else { ("New saved reply", "add") };
    let text = Field {
        initial: typed(call, &TEXT).or(before).unwrap_or_default(),
        ..internal("Text", "{author}, {handle}, {brand} and {staff} are filled in when it is used.", false)
    };
    let form = Form::text(title, format!("canned {verb} {name} -- {{text}}"), text);
    Ok(Form { about: Text::new().bold(name), ..form })
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
        .offering("List", "canned list"));
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
        Refusal::new(format!("There is no saved reply `{name}`. {hint}")).offering("List", "canned list")
    })
}

/// What must hold whatever the saved reply is.
fn may_fill(call: &Call<'_>, m: &Mention) -> Result<Vec<EventKind>, Refusal> {
    let no = m.no.0;
    let events = take_up(call, m)?;
    if m.state == State::Waiting {
        return Err(Refusal::new(format!("A draft of #{no} waits for approval. `draft {no} …` replaces it."))
            .offering("Show it", format!("show {no}")));
    }
    Ok(events)
}

fn fill_draft(call: &Call<'_>, m: &Mention, found: &Found) -> Result<Decision, Refusal> {
    let no = m.no.0;
    let saved = pick(found, &named(call)?)?;
    let mut events = may_fill(call, m)?;
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
        return Ruling::say(NONE_YET);
    }
    let mut words = Text::new().bold("Saved replies");
    for saved in &all {
        words = words.line().bold(&saved.name).say(format!("  {}", head(&one_line(&saved.text), EXCERPT)));
    }
    Ruling::say(words.line().say("Use one: ").code("canned use NAME 142"))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most so many characters, the last one `…` where something is left off.
fn head(text: &str, limit: usize) -> String {
    if text.chars().nth(limit).is_none() {
        return text.to_owned();
    }
    text.chars().take(limit.saturating_sub(1)).chain(['…']).collect()
}

/// The name to write under, and the text that it has now, if it is there: for `edit`, it must be; for `add`, it must not.
fn may_write(call: &Call<'_>, found: &Found, action: Action) -> Result<(String, Option<String>), Refusal> {
    require(Role::Lead, call.who, "Changing saved replies")?;
    let name = named(call)?;
    if action == Action::Edit {
        let before = pick(found, &name)?;
        return Ok((name, Some(before.text)));
    }
    if all(found).into_iter().any(|c| c.name == name) {
        return Err(Refusal::new(format!("`{name}` exists already. `canned edit {name} …` replaces its text."))
            .offering("Show it", format!("canned show {name}"))
            .offering("Edit…", format!("canned edit {name}")));
    }
    Ok((name, None))
}

fn write(call: &Call<'_>, found: &Found, action: Action) -> Result<Ruling, Refusal> {
    let (name, _) = may_write(call, found, action)?;
    let Some(text) = typed(call, &TEXT) else {
        return Err(Refusal::new(format!(
            "`text` is missing. For example: `canned add {name} Thank you, {{author}}!`"
        )));
    };
    let long = text.chars().count();
    if long > LONGEST {
        return Err(Refusal::new(format!(
            "Too long for a saved reply: {long} of {LONGEST} characters, {} too many. Shorten it and try again.",
            long - LONGEST
        )));
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
