//! What a client says on the gateway: heartbeats, Identify, Resume (Discord's documentation, "Gateway Events", "Send Events").

use super::gateway::{Event, Habit, Moment, Out, Session, Step, Wires};
use super::{Inner, payload};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

/// The code to close with, and what was wrong.
type Wrong = (u16, String);

/// Every intent that the documentation knows ("List of Intents").
const INTENTS: u64 = 0x1_ffff | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25;
/// Of these the application needs to have been given leave: members, presences, message content.
pub(super) const PRIVILEGED: u64 = 1 << 1 | 1 << 8 | 1 << 15;
/// The intent for servers, channels, roles and threads.
pub(super) const GUILDS: u64 = 1;

fn wrong<T>(code: u16, why: impl Into<String>) -> Result<T, Wrong> {
    Err((code, why.into()))
}

pub fn take(inner: &Arc<Inner>, id: u64, op: u64, data: &Value) -> Result<(), Wrong> {
    match op {
        1 => beat(&mut inner.gateway.wires(), id, data),
        2 => identify(inner, id, data),
        6 => resume(inner, id, data),
        3 | 4 | 8 | 31 => {
            let wires = inner.gateway.wires();
            let known = wires.connections.get(&id).is_some_and(|c| c.session.is_some());
            if known { Ok(()) } else { wrong(4003, format!("op {op} before Identify")) }
        }
        _ => wrong(4001, format!("a client sends no op {op}")),
    }
}

fn beat(wires: &mut Wires, id: u64, data: &Value) -> Result<(), Wrong> {
    let no_acks = wires.has(Habit::NoAcks);
    let interval = wires.interval;
    let Some(connection) = wires.connections.get_mut(&id) else { return Ok(()) };
    if !data.is_null() && !data.is_u64() {
        return wrong(4002, format!("a heartbeat with {data}; a sequence number or null is wanted"));
    }
    let told = connection.session.is_some() && connection.beats.last().is_some_and(|b| b.elapsed() > interval / 2);
    connection.beats.push(Instant::now());
    let session = connection.session.clone();
    let seq = session.as_ref().and_then(|s| wires.sessions.get(s)).map_or(0, |s| s.seq);
    match data.as_u64() {
        Some(sent) if sent > seq => {
            wires.violations.push(format!("gateway: a heartbeat with seq {sent}, but the newest event is {seq}"));
        }
        None if told && seq > 0 => {
            wires.violations.push("gateway: a heartbeat without the last sequence number".into());
        }
        _ => {}
    }
    if !no_acks {
        wires.tell(id, Out::Frame(json!({"op": 11, "d": null, "s": null, "t": null})));
    }
    Ok(())
}

/// Does the token belong to the application? A leading `Bot ` is tolerated.
fn token(data: &Value, good: Option<&str>) -> Result<(), Wrong> {
    match data["token"].as_str() {
        None => wrong(4002, "no token"),
        Some(token) if good.is_some_and(|good| token.strip_prefix("Bot ").unwrap_or(token) == good) => Ok(()),
        Some(_) => wrong(4004, "a wrong token"),
    }
}

fn identify(inner: &Arc<Inner>, id: u64, data: &Value) -> Result<(), Wrong> {
    let me = payload::identity(inner);
    let guilds = {
        let mut wires = inner.gateway.wires();
        let every = wires.identify_every;
        let Some(connection) = wires.connections.get(&id) else { return Ok(()) };
        if connection.session.is_some() {
            return wrong(4005, "a second Identify");
        }
        token(data, me.token.as_deref())?;
        for name in ["os", "browser", "device"] {
            if data["properties"][name].as_str().is_none_or(str::is_empty) {
                return wrong(4002, format!("Identify without properties.{name}"));
            }
        }
        let Some(intents) = data["intents"].as_u64() else { return wrong(4013, "Identify without intents") };
        if intents & !INTENTS != 0 {
            return wrong(4013, format!("intents {intents}"));
        }
        if intents & PRIVILEGED & !me.privileged != 0 {
            return wrong(4014, format!("intents {intents}, of which the application may not have all"));
        }
        let shard = &data["shard"];
        if !shard.is_null() && *shard != json!([0, 1]) {
            return wrong(4010, format!("shard {shard}"));
        }
        if connection.resume_url {
            wires.violations.push("gateway: Identify at resume_gateway_url; that is for Resume".into());
        }
        let soon = wires.identified.last().is_some_and(|last| last.elapsed() < every);
        wires.identified.push(Instant::now());
        if soon {
            wires.violations.push(format!("gateway: two Identify within {} s", every.as_secs_f32()));
            wires.steps.push(Step::Invalid);
            wires.tell(id, Out::Frame(json!({"op": 9, "d": false, "s": null, "t": null})));
            return Ok(());
        }
        if let Some(trouble) = wires.trouble(Moment::Identify) {
            wires.tell(id, Out::Trouble(trouble));
            return Ok(());
        }
        wires.made += 1;
        wires.steps.push(Step::Identified);
        let name = format!("{:032x}", 0x5e55_1000_u64 + wires.made);
        let session = Session {
            intents,
            compress: data["compress"] == true,
            seq: 0,
            events: VecDeque::new(),
            forgotten: 0,
            connection: Some(id),
            left: Instant::now(),
        };
        wires.sessions.insert(name.clone(), session);
        if let Some(connection) = wires.connections.get_mut(&id) {
            connection.session = Some(name.clone());
        }
        let guilds: Vec<Value> = me.guilds.iter().map(|g| json!({"id": g, "unavailable": true})).collect();
        let mut ready = json!({"v": 10, "user_settings": {}, "user": me.user, "session_type": "normal", "session_id": name,
            "resume_gateway_url": inner.gateway.resume_url(), "relationships": [], "private_channels": [], "presences": [],
            "guilds": guilds, "guild_join_requests": [], "geo_ordered_rtc_regions": ["rotterdam"],
            "application": {"id": me.application, "flags": me.flags}, "_trace": ["[\"gateway-prd-1\",{\"micros\":0}]"]});
        if !shard.is_null() {
            ready["shard"] = shard.clone();
        }
        // Ready is not one of the dispatches that a story's trouble waits for.
        let waiting = std::mem::take(&mut wires.troubles);
        wires.push(&name, "READY", &ready);
        wires.troubles = waiting;
        if intents & GUILDS == 0 { Vec::new() } else { me.guilds }
    };
    for guild in guilds {
        let created = payload::guild_create(inner, &guild);
        inner.gateway.dispatch("GUILD_CREATE", &created, GUILDS);
    }
    Ok(())
}

fn resume(inner: &Arc<Inner>, id: u64, data: &Value) -> Result<(), Wrong> {
    let me = payload::identity(inner);
    let mut wires = inner.gateway.wires();
    wires.expire();
    let Some(connection) = wires.connections.get(&id) else { return Ok(()) };
    if connection.session.is_some() {
        return wrong(4005, "Resume in a session");
    }
    token(data, me.token.as_deref())?;
    let (Some(name), Some(seq)) = (data["session_id"].as_str(), data["seq"].as_u64()) else {
        return wrong(4002, "Resume without session_id or seq");
    };
    if !connection.resume_url {
        wires.violations.push("gateway: Resume at the first address instead of at resume_gateway_url".into());
    }
    if let Some(trouble) = wires.trouble(Moment::Resume) {
        wires.tell(id, Out::Trouble(trouble));
        return Ok(());
    }
    let more = u64::try_from(std::mem::take(&mut wires.replay_more)).expect("it is small");
    let Some(session) = wires.sessions.get_mut(name).filter(|s| s.forgotten <= seq) else {
        wires.steps.push(Step::Invalid);
        wires.tell(id, Out::Frame(json!({"op": 9, "d": false, "s": null, "t": null})));
        return Ok(());
    };
    if seq > session.seq {
        return wrong(4007, format!("Resume with seq {seq}, but the newest event is {}", session.seq));
    }
    let old = session.connection.replace(id);
    let missed: Vec<Event> = session.events.iter().filter(|e| e.seq + more > seq).cloned().collect();
    if let Some(connection) = wires.connections.get_mut(&id) {
        connection.session = Some(name.to_owned());
    }
    if let Some(old) = old {
        wires.tell(old, Out::Trouble(super::gateway::Trouble::Close(4000)));
    }
    replay(&mut wires, id, name, &missed);
    Ok(())
}

fn replay(wires: &mut Wires, id: u64, name: &str, missed: &[Event]) {
    for (i, event) in missed.iter().enumerate() {
        if let Some(trouble) = wires.trouble(Moment::Replay(i)) {
            wires.tell(id, Out::Trouble(trouble));
            return;
        }
        wires.tell(id, Out::Frame(event.frame.clone()));
    }
    if let Some(trouble) = wires.trouble(Moment::Replay(missed.len())).or_else(|| wires.trouble(Moment::Resumed)) {
        wires.tell(id, Out::Trouble(trouble));
        return;
    }
    wires.steps.push(Step::Resumed(missed.len()));
    let waiting = std::mem::take(&mut wires.troubles);
    wires.push(name, "RESUMED", &json!({"_trace": ["[\"gateway-prd-1\",{\"micros\":0}]"]}));
    wires.troubles = waiting;
}
