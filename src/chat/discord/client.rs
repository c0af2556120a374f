//! Calls to Discord's REST API: one place for the token, time limits, rate limits and what an error means.
//!
//! The client library keeps Discord's rate limits, by sleeping. Whoever waits for us must not wait that long, so that a
//! call which would sleep for more than a moment is given up before it was made, and its caller told when to come again.

use super::{DiscordConfig, Reach};
use crate::chat::inflight::Shut;
use crate::chat::pace::{LONGEST, Limit, Pace};
use crate::chat::troubles::{About, Troubles, chain};
use crate::chat::{ChatError, Sending};
use serde_json::Value;
use serenity::all::{ChannelId, Error, HttpError, LightMethod, MessageId};
use serenity::http::{Http, HttpBuilder, Ratelimiter, Request, Route};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// The client library waits for ever; nobody else does.
const LIMIT: Duration = Duration::from_secs(15);
/// For reaching Discord at all.
const CONNECTING: Duration = Duration::from_secs(10);
/// A rest of this length is slept through; a longer one is told.
const NAP: Duration = Duration::from_secs(2);
/// Where Discord asks to wait and does not say how long.
const UNSAID: Duration = Duration::from_secs(5);
/// All requests together may be fifty in a second (docs "Rate Limits", "Global Rate Limit"); a little below that.
const ALL: usize = 45;
const SECOND: Duration = Duration::from_secs(1);
/// What Discord allows in one channel, as its headers say: five new messages in five seconds, and as many edits. Its
/// documentation ("Rate Limits") names no figures, so the headers decide in the end.
const MESSAGES: Limit = Limit { count: 5, per: Duration::from_millis(5_050), by_channel: true };

tokio::task_local! {
    /// The rest, in milliseconds, that the library is about to sleep through for the call that this task makes.
    static RESTING: AtomicU64;
}

/// Why a call did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failed {
    /// A rate limit: nothing was done; wait that long.
    Limited(Duration),
    /// No answer, or none that says: it may have been done.
    Unsure(String),
    /// Discord says no.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The code of its own (docs "Opcodes and Status Codes", "JSON Error Codes"); 0 or below if there is none.
        code: i64,
        /// In its words, with what is wrong where.
        message: String,
    },
}

/// Codes of Discord's (docs "JSON Error Codes").
pub(super) mod code {
    /// Unknown Channel.
    pub const NO_CHANNEL: i64 = 10_003;
    /// Unknown Message.
    pub const NO_MESSAGE: i64 = 10_008;
    /// Unknown Webhook: the first answer to an interaction was never given.
    pub const NO_WEBHOOK: i64 = 10_015;
    /// Interaction has already been acknowledged.
    pub const ANSWERED: i64 = 40_060;
    /// A tag is required to create a forum post in this channel.
    pub const TAG_NEEDED: i64 = 40_067;
    /// Missing Access.
    pub const NO_ACCESS: i64 = 50_001;
    /// Cannot edit a message authored by another user.
    pub const NOT_OURS: i64 = 50_005;
    /// Cannot send an empty message.
    pub const EMPTY: i64 = 50_006;
    /// Missing Permissions.
    pub const NO_PERMISSION: i64 = 50_013;
    /// Invalid form body.
    pub const INVALID: i64 = 50_035;
    /// Tried to perform an operation on an archived thread.
    pub const ARCHIVED: i64 = 50_083;
    /// A thread has already been created for this message.
    pub const THREAD_THERE: i64 = 160_004;
    /// Maximum number of active threads reached.
    pub const THREADS: i64 = 160_006;
    /// Thread is locked.
    pub const LOCKED: i64 = 160_005;
}

impl Failed {
    /// Discord said no with this code.
    pub(super) fn is(&self, wanted: i64) -> bool {
        matches!(self, Failed::Refused { code, .. } if *code == wanted)
    }

    /// Why we are not let in, and how long to wait.
    pub(super) fn shut(&self) -> Shut {
        let wait = if let Failed::Limited(wait) = self { *wait } else { Duration::ZERO };
        (self.say(), wait)
    }

    /// What went wrong and what to do about it, for the people who run hearback.
    pub(super) fn say(&self) -> String {
        match self {
            Failed::Limited(wait) => format!("Discord asks to wait {} s", wait.as_secs_f32().ceil()),
            Failed::Unsure(why) => format!("Discord did not answer clearly: {why}"),
            Failed::Refused { status, code, message } => {
                let number = if *code > 0 { *code } else { i64::from(*status) };
                match remedy(*status, *code) {
                    "" => format!("Discord says {number} {message}"),
                    todo => format!("Discord says {number} {message}: {todo}"),
                }
            }
        }
    }
}

/// What to do about the errors that a person can mend.
fn remedy(status: u16, number: i64) -> &'static str {
    match (status, number) {
        (401, _) => {
            "the bot token is not valid any more; make a new one in the Developer Portal under Bot, and put it where \
             bot.toml says"
        }
        (_, code::NO_CHANNEL) => "mend the channel's id in bot.toml, or let the bot see that channel",
        (_, code::NO_ACCESS) => {
            "let the bot see that channel (permission View Channel), or invite it with the link that `hearback manifest \
             discord` prints"
        }
        (_, code::NO_PERMISSION) => "the bot lacks a permission in that channel; `hearback check` says which",
        (_, code::TAG_NEEDED) => {
            "the forum wants a tag on every post, and has none that fits; `hearback check` says which to add"
        }
        (_, code::THREADS) => {
            "the server has as many active threads as it may have; archive some, or let the cards go to a text channel"
        }
        (_, code::LOCKED) => "somebody locked the thread; unlock it, or delete the card for a new one",
        _ => "",
    }
}

/// What the desk does about a failed message.
impl From<Failed> for ChatError {
    fn from(failed: Failed) -> Self {
        match &failed {
            Failed::Limited(wait) => ChatError::Later { why: failed.say(), after: Some(*wait) },
            // A message that is another bot's, as after a new application was made, is as good as gone.
            Failed::Refused { code: code::NO_MESSAGE | code::NOT_OURS, .. } => ChatError::Gone,
            // Everything else may be mended, by Discord or by a person; a card must not be lost meanwhile.
            Failed::Unsure(_) | Failed::Refused { .. } => ChatError::Later { why: failed.say(), after: None },
        }
    }
}

/// The API under one token.
pub(super) struct Api {
    http: Http,
    /// For first answers to people, which have no rate limit of their own and do not count for the one on all (docs
    /// "Receiving and Responding"). The library's limits would remember every one of them for ever.
    answers: Http,
    /// When the last requests were made, the oldest first.
    made: Mutex<VecDeque<Instant>>,
    pub(super) pace: Pace,
    pub(super) troubles: Troubles,
}

/// An id of Discord's ("snowflake"), as a number that is none of its own kinds yet.
pub(super) fn number(id: &str) -> Option<NonZeroU64> {
    id.parse().ok()
}

impl Api {
    /// A client of the API.
    ///
    /// # Errors
    /// A sentence: what of the configuration cannot be used on this machine.
    pub(super) fn new(config: &DiscordConfig) -> Result<Self, String> {
        let mut client = reqwest::Client::builder().use_rustls_tls().connect_timeout(CONNECTING);
        if let Reach::Relay(address, authority) = &config.reach {
            let authority = reqwest::Certificate::from_pem(authority.as_bytes())
                .map_err(|e| format!("the certificate authority of Discord's relay cannot be read: {e}"))?;
            client = client.resolve("discord.com", *address).add_root_certificate(authority);
        }
        let client = client.build().map_err(|e| format!("this machine cannot make safe connections: {e}"))?;
        let mut http = HttpBuilder::new(config.token.reveal()).client(client.clone());
        let mut answers = HttpBuilder::new(config.token.reveal()).client(client.clone()).ratelimiter_disabled(true);
        if let Reach::Proxy(address) = &config.reach {
            answers = answers.proxy(address);
        }
        http = if let Reach::Proxy(address) = &config.reach {
            http.proxy(address).ratelimiter_disabled(true)
        } else {
            let mut limiter = Ratelimiter::new(client, format!("Bot {}", config.token.reveal()));
            limiter.set_ratelimit_callback(Box::new(|info| {
                let wait = u64::try_from(info.timeout.as_millis()).unwrap_or(u64::MAX);
                if RESTING.try_with(|resting| resting.store(wait.max(1), Ordering::Relaxed)).is_err() {
                    tracing::debug!("a rest that nobody waits for");
                }
            }));
            http.ratelimiter(limiter)
        };
        let pace = Pace::new(std::sync::Arc::clone(&config.now), MESSAGES, MESSAGES);
        Ok(Self {
            http: http.build(),
            answers: answers.build(),
            made: Mutex::default(),
            pace,
            troubles: Troubles::default(),
        })
    }

    /// Asks for something.
    pub(super) async fn get(&self, route: Route<'_>, params: &[(&'static str, String)]) -> Result<Value, Failed> {
        let request = Request::new(route, LightMethod::Get);
        let params = Some(params.to_vec()).filter(|params| !params.is_empty());
        self.call(request.params(params)).await
    }

    /// Makes, changes or answers something.
    pub(super) async fn send(&self, method: LightMethod, route: Route<'_>, body: &Value) -> Result<Value, Failed> {
        self.call(Request::new(route, method).body(Some(body.to_string().into_bytes()))).await
    }

    /// Gives a first answer to an interaction (docs "Create Interaction Response").
    pub(super) async fn answer(&self, route: Route<'_>, body: &Value) -> Result<Value, Failed> {
        let request = Request::new(route, LightMethod::Post).body(Some(body.to_string().into_bytes()));
        let asked = timeout(LIMIT, self.answers.request(request)).await;
        let answer = asked.map_err(|_| Failed::Unsure(format!("no answer within {} s", LIMIT.as_secs())))?;
        read(answer.map_err(judge)?).await
    }

    /// Waits until one more request stays within what is allowed for all together.
    async fn together(&self) {
        loop {
            let wait = {
                let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
                while made.front().is_some_and(|at| at.elapsed() >= SECOND) {
                    made.pop_front();
                }
                if made.len() < ALL {
                    made.push_back(Instant::now());
                    return;
                }
                made.front().map_or(SECOND, |at| SECOND.saturating_sub(at.elapsed()))
            };
            tokio::time::sleep(wait).await;
        }
    }

    /// Posts or edits a message of a channel, and remembers for [`Pace`] that it did, and how long Discord asks to wait;
    /// and what is wrong with the channel. `place` is the channel that the desk speaks of: a post in a forum is a channel
    /// of its own.
    pub(super) async fn send_to(
        &self,
        what: Sending,
        place: &str,
        route: Route<'_>,
        body: &Value,
    ) -> Result<Value, Failed> {
        self.pace.took(what, place);
        let method = match what {
            Sending::Post => LightMethod::Post,
            Sending::Edit => LightMethod::Patch,
        };
        let answer = self.send(method, route, body).await;
        match &answer {
            Ok(_) => self.troubles.mended(&About::Channel(place.to_owned())),
            Err(Failed::Limited(wait)) => self.pace.rest(what, place, *wait),
            Err(failed) => {
                if let ChatError::Later { why, .. } = ChatError::from(failed.clone()) {
                    self.troubles.add(About::Channel(place.to_owned()), why);
                }
            }
        }
        answer
    }

    async fn call(&self, request: Request<'_>) -> Result<Value, Failed> {
        self.together().await;
        let call = RESTING.scope(AtomicU64::new(0), async {
            let mut asking = Box::pin(self.http.request(request));
            poll_fn(|cx| {
                if let Poll::Ready(answer) = asking.as_mut().poll(cx) {
                    return Poll::Ready(Ok(answer));
                }
                // While the library rests, nothing of this call is under way.
                match RESTING.with(|resting| Duration::from_millis(resting.swap(0, Ordering::Relaxed))) {
                    rest if rest > NAP => Poll::Ready(Err(rest)),
                    _ => Poll::Pending,
                }
            })
            .await
        });
        let answer = match timeout(LIMIT, call).await {
            Err(_) => return Err(Failed::Unsure(format!("no answer within {} s", LIMIT.as_secs()))),
            Ok(Err(rest)) => return Err(Failed::Limited(rest.min(LONGEST))),
            Ok(Ok(answer)) => answer.map_err(judge)?,
        };
        read(answer).await
    }
}

/// What an answer says. One without a body, as to an interaction, is fine.
async fn read(answer: reqwest::Response) -> Result<Value, Failed> {
    let body = match timeout(LIMIT, answer.bytes()).await {
        Err(_) => return Err(Failed::Unsure("its answer breaks off".to_owned())),
        Ok(body) => body.map_err(|error| Failed::Unsure(chain(&error.without_url())))?,
    };
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&body).map_err(|_| Failed::Unsure("its answer cannot be read".to_owned()))
}

fn judge(error: Error) -> Failed {
    match error {
        Error::Http(HttpError::UnsuccessfulRequest(answer)) => {
            let status = answer.status_code.as_u16();
            match status {
                429 => Failed::Limited(UNSAID),
                500.. => Failed::Unsure(format!("status {status}")),
                _ => {
                    let said = answer.error.errors.iter().take(3).map(|e| format!("{} ({})", e.message, e.path));
                    let said = std::iter::once(answer.error.message.clone()).chain(said).collect::<Vec<_>>().join("; ");
                    let code = i64::try_from(answer.error.code).unwrap_or_default();
                    Failed::Refused { status, code, message: said.chars().take(300).collect() }
                }
            }
        }
        // The address may hold the token of an interaction, so the error is told without it.
        Error::Http(HttpError::Request(error)) => Failed::Unsure(chain(&error.without_url())),
        Error::Http(_) => Failed::Unsure("its answer or our request cannot be read".to_owned()),
        _ => Failed::Unsure("its answer cannot be read".to_owned()),
    }
}

/// The route of the messages of a channel; refused as Discord would if that is no id.
pub(super) fn messages(channel: &str) -> Result<Route<'static>, Failed> {
    Ok(Route::ChannelMessages { channel_id: channel_id(channel)? })
}

/// The route of one message.
pub(super) fn message(channel: &str, message: &str) -> Result<Route<'static>, Failed> {
    let message_id = MessageId::from(number(message).ok_or_else(|| unknown(code::NO_MESSAGE, "Unknown Message"))?);
    Ok(Route::ChannelMessage { channel_id: channel_id(channel)?, message_id })
}

/// A channel's id.
pub(super) fn channel_id(channel: &str) -> Result<ChannelId, Failed> {
    number(channel).map(ChannelId::from).ok_or_else(|| unknown(code::NO_CHANNEL, "Unknown Channel"))
}

fn unknown(code: i64, message: &str) -> Failed {
    Failed::Refused { status: 404, code, message: message.to_owned() }
}
