//! `/digest [action] …` is the daily digest of this channel: when it comes, and one now.

use crate::domain::{
    Answer, DigestInput, DigestPlan, Effect, EffectKind, Found, Query, Refusal, Role, Ruling, digest_from,
};
use crate::report::digest_message;
use crate::slash::{
    Call, NoRef, Opt, Optional, Run, Spec, Visibility, When, Word, choices, require, weekday, weekday_name,
};

choices! {
    Action { Now = "now", Preview = "preview", At = "at", Days = "days", On = "on", Off = "off" }
}

const ACTION: Opt<Optional<Action>> = Opt::new("action", "What to do; without it, when the digest comes");
const TIME: Opt<Optional<When>> = Opt::new("time", "For at: the local time, such as 09:00").only_after(&["at"]);
const DAYS: Opt<Optional<Word>> =
    Opt::new("weekdays", "For days: mon-fri, mon,wed,fri, weekdays or daily").only_after(&["days"]);

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "digest",
    aliases: &[],
    summary: "The daily digest of this channel: now, preview, at 09:00, days mon-fri, on, off",
    options: &[ACTION.spec(), TIME.spec(), DAYS.spec()],
    role: Role::Viewer,
    visibility: Visibility::OnlyYou,
    without_ref: NoRef::Unused,
    run: Run::Ask { query, decide },
    prompt: None,
    samples: &[
        "digest at 09:00",
        "digest",
        "digest preview",
        "digest now",
        "digest days mon-fri",
        "digest off",
        "digest on",
    ],
};

fn query(call: &Call<'_>) -> Result<Query, Refusal> {
    Ok(Query::Digest(call.place.clone()))
}

fn decide(call: &Call<'_>, found: &Found) -> Result<Ruling, Refusal> {
    let Found::Digest(input, plan) = found else {
        return Err(Refusal::new("The digest could not be put together. Try `digest preview` again in a moment."));
    };
    let (time, days) = (call.args.get(&TIME), call.args.get(&DAYS));
    let mut next = plan.clone();
    match call.args.get(&ACTION) {
        None => return Ok(describe("", plan)),
        Some(Action::Preview) => {
            let (text, buttons) = digest_message(input).flat();
            return Ok(Ruling { answer: Answer { text, buttons, form: None }, ..Ruling::default() });
        }
        Some(Action::Now) => return now(call, input),
        Some(Action::At) => {
            next.at = time_of(time.as_ref())?;
            next.off = false;
        }
        Some(Action::Days) => {
            next.days = days_of(days.as_ref().map(|d| d.0.as_str()))?;
            next.off = false;
        }
        Some(Action::On) => next.off = false,
        Some(Action::Off) => next.off = true,
    }
    require(Role::Lead, call.who, "Changing the digest")?;
    in_a_channel(call)?;
    if next == *plan {
        return Ok(describe("That is so already. ", plan));
    }
    let value = serde_json::to_string(&next)
        .map_err(|_| Refusal::new("This setting cannot be saved. Try again, such as `digest at 09:00`."))?;
    let mut ruling = describe("Done. ", &next);
    ruling.settings.push((format!("digest:{}", call.place), Some(value)));
    // What was to come earlier today is not made up for.
    ruling.settings.push((digest_from(call.place), Some(call.at.to_string())));
    Ok(ruling)
}

/// Posts one now. Its key names the moment, so it is never taken for the scheduled one.
fn now(call: &Call<'_>, input: &DigestInput) -> Result<Ruling, Refusal> {
    require(Role::Responder, call.who, "Posting the digest")?;
    in_a_channel(call)?;
    let kind = EffectKind::Digest { place: call.place.clone(), date: input.date };
    let id = format!("digest-now:{}:{}:{}", call.place, input.date, call.at.as_millisecond());
    let effects = vec![Effect::new(id, call.at, kind)];
    Ok(Ruling {
        effects,
        ..Ruling::say("The digest comes to this channel in a moment. The daily one comes as planned.")
    })
}

/// A chat may have places that are no channel, such as a person's own page.
fn in_a_channel(call: &Call<'_>) -> Result<(), Refusal> {
    if call.place.channel.as_str().is_empty() {
        return Err(Refusal::new("There is no channel here for a digest. Type it in the channel that is to have it."));
    }
    Ok(())
}

fn describe(lead: &str, plan: &DigestPlan) -> Ruling {
    if plan.off {
        return Ruling::say(format!("{lead}This channel gets no digest. `digest on` brings it back."));
    }
    let mut days: Vec<u8> = plan.days.clone();
    days.sort_unstable();
    days.dedup();
    let names = match days.as_slice() {
        [1, 2, 3, 4, 5, 6, 7] => "every day".to_owned(),
        [1, 2, 3, 4, 5] => "Monday to Friday".to_owned(),
        days => days.iter().map(|d| weekday_name(i8::try_from(*d).unwrap_or(1))).collect::<Vec<_>>().join(", "),
    };
    Ruling::say(format!(
        "{lead}The digest of this channel comes at {} {names} ({}). Change it with `digest at 09:00`, `digest days mon-fri` or \
         `digest off`.",
        plan.at, plan.zone
    ))
}

fn time_of(time: Option<&When>) -> Result<String, Refusal> {
    match time {
        Some(When::At { hour, minute, in_days: None, weekday: None }) => Ok(format!("{hour:02}:{minute:02}")),
        _ => Err(Refusal::new("`time` is the local time of this channel. For example: `digest at 09:00`.")),
    }
}

/// `mon-fri`, `fri-mon`, `mon,wed`, `weekdays`, `weekends`, `daily`.
fn days_of(typed: Option<&str>) -> Result<Vec<u8>, Refusal> {
    let wrong =
        || Refusal::new("`weekdays` is, for example, mon-fri, mon,wed,fri, weekdays or daily: `digest days mon-fri`.");
    let typed = typed.ok_or_else(wrong)?.to_lowercase();
    match typed.as_str() {
        "daily" | "all" | "every" => return Ok((1..=7).collect()),
        "weekdays" => return Ok((1..=5).collect()),
        "weekends" => return Ok(vec![6, 7]),
        _ => {}
    }
    let number = |name: &str| weekday(name).and_then(|n| u8::try_from(n).ok()).ok_or_else(wrong);
    let mut days = Vec::new();
    for part in typed.split(',') {
        match part.split_once('-') {
            Some((from, to)) => {
                let (from, to) = (number(from)?, number(to)?);
                let last = if to < from { to + 7 } else { to };
                days.extend((from..=last).map(|d| (d - 1) % 7 + 1));
            }
            None => days.push(number(part)?),
        }
    }
    days.sort_unstable();
    days.dedup();
    Ok(days)
}
