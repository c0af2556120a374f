//! The gateway: interactions over a web socket that we open (docs "Gateway"). No intent is asked for, since interactions
//! come without any.
//!
//! The client library has a loop of its own for this; why ours: docs/decisions/0008-discord-gateway.md. What was missed
//! while a connection was away is sent again after it is resumed, so a session is kept as long as Discord may know it.

mod talk;

use super::client::{Api, Failed};
use super::{Desk, Discord};
use crate::chat::troubles::About;
use futures_util::StreamExt;
use serde_json::{Value, json};
use serenity::http::Route;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use talk::{End, Frame, Talk, open, read};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::tungstenite::Message;
use tracing::{debug, error, info, warn};

/// For opening a connection, each step, and for the greeting after it.
const OPENING: Duration = Duration::from_secs(10);
/// Between two pings of ours: a dead connection shows long before a heartbeat is missing.
const PING: Duration = Duration::from_secs(10);
/// A connection on which nothing was heard for so long is dead.
const SILENCE: Duration = Duration::from_secs(25);
/// The first new try after a failure comes after this long, then twice as long, and so on.
const FIRST_RETRY: Duration = Duration::from_millis(500);
/// But never later than this.
const LAST_RETRY: Duration = Duration::from_secs(30);
/// Where no new try helps before a person has done something; each counts among the thousand a day (docs "Session Start
/// Limit").
const HOPELESS: Duration = Duration::from_mins(10);
/// Between two new sessions (docs "Rate Limiting", one in five seconds).
const APART: Duration = Duration::from_millis(5_200);
/// A connection that lived for less was short, and so many of these in a row are mended at once.
const STEADY: Duration = Duration::from_secs(10);
const SHORT: u32 = 8;
/// A session's own address is tried so often before another one is.
const OWN_ADDRESS: u32 = 6;
/// A session that could not be resumed for so long is not known any more.
const FORGOTTEN: Duration = Duration::from_mins(10);
/// A close with 1000 or 1001 ends the session; with this it can be resumed (docs "Initiating a Disconnect").
const COMING_BACK: u16 = 4_000;

/// What a session is resumed by.
#[derive(Debug)]
struct Session {
    id: String,
    url: String,
    /// The number of the last event that was taken.
    seq: u64,
    /// When it was last connected.
    seen: Instant,
}

/// Keeps the connection until `stop` turns true.
pub(super) async fn serve(discord: Arc<Discord>, desk: Desk, mut stop: watch::Receiver<bool>) {
    let mut line = Line { discord, desk, session: None, identified: None };
    let (mut failures, mut short) = (0_u32, 0_u32);
    loop {
        let began = Instant::now();
        let end = line.connect(failures, &mut stop).await;
        // Once it was greeted, the next failure is a first one again; but not for ever, if it ends each time at once.
        if line.discord.greeted.swap(false, Ordering::Relaxed) {
            // Until now Discord knew the session, also if nothing came in it for hours.
            if let Some(session) = &mut line.session {
                session.seen = Instant::now();
            }
            short = if began.elapsed() < STEADY { short + 1 } else { 0 };
            failures = short.saturating_sub(SHORT);
        }
        let wait = match end {
            End::Stopped => return,
            End::Lost(why) => {
                failures += 1;
                line.trouble(failures, &why);
                pause(failures)
            }
            End::Forgotten(why) => {
                failures += 1;
                line.session = None;
                line.trouble(failures, &why);
                // Not at once (docs "Resuming": after one to five seconds).
                pause(failures).max(Duration::from_millis(1_500))
            }
            End::Hopeless(why) => {
                line.session = None;
                error!(why, "Discord does not let us in");
                line.discord.api.troubles.add(About::Sockets, why);
                HOPELESS
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stopped(&mut stop) => return,
        }
    }
}

/// Between the end of a connection and the next one: a single end is mended at once.
fn pause(failures: u32) -> Duration {
    match failures {
        0 | 1 => Duration::from_millis(20),
        _ => FIRST_RETRY.saturating_mul(1 << (failures - 2).min(7)).min(LAST_RETRY),
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a stop as well.
    if stop.wait_for(|stop| *stop).await.is_err() {
        debug!("nobody is left to say stop");
    }
}

/// The connections, one after the other.
struct Line {
    discord: Arc<Discord>,
    desk: Desk,
    session: Option<Session>,
    /// When a session was last begun.
    identified: Option<Instant>,
}

impl Line {
    fn trouble(&self, failures: u32, why: &str) {
        if failures > 1 {
            warn!(why, failures, "no connection to Discord's gateway; trying again");
            self.discord.api.troubles.add(About::Sockets, format!("no connection to the gateway: {why}"));
        } else {
            info!(why, "the connection to Discord's gateway ended; resuming it");
        }
    }

    /// One connection, from its opening to its end.
    async fn connect(&mut self, failures: u32, stop: &mut watch::Receiver<bool>) -> End {
        if self.session.as_ref().is_some_and(|session| session.seen.elapsed() > FORGOTTEN) {
            self.session = None;
        }
        let opened = tokio::select! {
            opened = self.open(failures) => opened,
            () = stopped(stop) => return End::Stopped,
        };
        let mut talk = match opened {
            Ok(talk) => talk,
            Err(why) => return End::Lost(why),
        };
        let end = self.talk(&mut talk, stop).await;
        talk.close(if matches!(end, End::Stopped) { 1_000 } else { COMING_BACK }).await;
        end
    }

    /// A session is resumed at its own address; if that cannot be opened for long, at the general one, in turns.
    async fn open(&self, failures: u32) -> Result<Talk, String> {
        let elsewhere = failures > OWN_ADDRESS && failures.is_multiple_of(2);
        match &self.session {
            Some(session) if !elsewhere => open(&session.url).await,
            _ => open(&address(&self.discord.api).await.map_err(|failed| failed.say())?).await,
        }
    }

    /// Greets and then listens.
    async fn talk(&mut self, talk: &mut Talk, stop: &mut watch::Receiver<bool>) -> End {
        let introduced = tokio::select! {
            introduced = self.introduce(talk) => introduced,
            () = stopped(stop) => return End::Stopped,
        };
        let interval = match introduced {
            Ok(interval) => interval,
            Err(end) => return end,
        };
        let known = Instant::now() + OPENING;
        // The first heartbeat comes after a part of the interval, so that not everybody's comes at once (docs "Sending
        // Heartbeats").
        let part = u32::try_from((self.discord.config.now)().subsec_microsecond() % 1_000).unwrap_or_default();
        let mut beat = Instant::now() + interval.mul_f64(f64::from(part.max(50)) / 1_000.0);
        let mut ping = tokio::time::interval(PING);
        let mut heard = Instant::now();
        let mut acknowledged = true;
        // Whoever never answers a ping is not dead for being silent; a heartbeat will tell.
        let mut answers = false;
        loop {
            let greeted = self.discord.greeted.load(Ordering::Relaxed);
            tokio::select! {
                () = stopped(stop) => return End::Stopped,
                frame = talk.reader.next() => {
                    heard = Instant::now();
                    answers |= matches!(frame, Some(Ok(Message::Pong(_))));
                    match read(frame) {
                        Ok(Some(Frame { op: 11, .. })) => acknowledged = true,
                        Ok(Some(Frame { op: 1, .. })) => {
                            if let Err(end) = talk.heartbeat(self.seq()).await {
                                return end;
                            }
                        }
                        Ok(Some(frame)) => {
                            if let Some(end) = self.take(frame) {
                                return end;
                            }
                        }
                        Ok(None) => {}
                        Err(end) => return end,
                    }
                }
                () = sleep_until(beat) => {
                    if !acknowledged {
                        return End::Lost("a heartbeat was not acknowledged".to_owned());
                    }
                    acknowledged = false;
                    beat += interval;
                    if let Err(end) = talk.heartbeat(self.seq()).await {
                        return end;
                    }
                }
                () = sleep_until(known), if !greeted => {
                    return End::Lost("it does not say whether it knows us".to_owned());
                }
                _ = ping.tick() => {
                    if answers && heard.elapsed() > SILENCE {
                        return End::Lost("nothing is heard from it".to_owned());
                    }
                    if let Err(end) = talk.send(Message::Ping(b"hearback".as_slice().into())).await {
                        return end;
                    }
                }
            }
        }
    }

    fn seq(&self) -> Option<u64> {
        self.session.as_ref().map(|session| session.seq)
    }

    /// Resumes the session (docs "Resuming"), or begins one ("Identifying"). Says how often a heartbeat is wanted.
    async fn introduce(&mut self, talk: &mut Talk) -> Result<Duration, End> {
        let hello = timeout(OPENING, talk.hello()).await;
        let interval = hello.map_err(|_| End::Lost("it does not greet".to_owned()))??;
        let token = self.discord.config.token.reveal();
        if let Some(session) = &self.session {
            let resume = json!({ "token": token, "session_id": session.id, "seq": session.seq });
            talk.say(6, &resume).await?;
            return Ok(interval);
        }
        if let Some(rest) = self.identified.and_then(|at| APART.checked_sub(at.elapsed())) {
            tokio::time::sleep(rest).await;
        }
        self.identified = Some(Instant::now());
        let about = json!({ "os": std::env::consts::OS, "browser": "hearback", "device": "hearback" });
        talk.say(2, &json!({ "token": token, "intents": 0, "properties": about, "large_threshold": 50 })).await?;
        Ok(interval)
    }

    /// What a frame says.
    fn take(&mut self, frame: Frame) -> Option<End> {
        match frame.op {
            0 => {
                self.dispatch(frame);
                None
            }
            7 => Some(End::Lost("Discord asks for another connection".to_owned())),
            9 if frame.d == Value::Bool(true) => Some(End::Lost("Discord asks to resume".to_owned())),
            9 => Some(End::Forgotten("Discord does not know the session any more".to_owned())),
            op => {
                debug!(op, "Discord sent something that needs no answer");
                None
            }
        }
    }

    fn dispatch(&mut self, frame: Frame) {
        let text = |at: &str| frame.d.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
        match frame.t.as_deref() {
            Some("READY") => {
                let (id, url) = (text("/session_id"), text("/resume_gateway_url"));
                self.session = Some(Session { id, url, seq: frame.s.unwrap_or_default(), seen: Instant::now() });
                self.greeted("a session with Discord's gateway has begun");
                return;
            }
            Some("RESUMED") => self.greeted("the session with Discord's gateway goes on"),
            Some("INTERACTION_CREATE") => {
                let (discord, desk) = (Arc::clone(&self.discord), Arc::clone(&self.desk));
                let interaction = frame.d;
                self.discord.working.go_on(async move { discord.over_gateway(&desk, interaction).await });
            }
            _ => {}
        }
        // Only what was taken in hand is not sent again.
        if let Some(session) = &mut self.session {
            session.seq = frame.s.unwrap_or_default().max(session.seq);
        }
    }

    fn greeted(&self, said: &str) {
        info!("{said}");
        self.discord.greeted.store(true, Ordering::Relaxed);
        self.discord.api.troubles.mended(&About::Sockets);
    }
}

/// Where the gateway is (docs "Get Gateway").
async fn address(api: &Api) -> Result<String, Failed> {
    let answer = api.get(Route::Gateway, &[]).await?;
    let url = answer.get("url").and_then(Value::as_str);
    url.map(str::to_owned).ok_or_else(|| Failed::Unsure("it does not say where its gateway is".to_owned()))
}
