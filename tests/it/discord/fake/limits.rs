//! Discord's rate limits (docs.discord.com/developers, "Rate Limits"). The figures of routes are not documented; these are
//! those that Discord was seen to use for messages, and rather less than more for the rest.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

/// What is held to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Limits {
    /// Nothing; the headers say that there is room.
    #[default]
    Off,
    /// What the documentation says, by the clock of the story.
    Documented,
    /// The same by the machine's clock, which is the one that clients wait by.
    Real,
}

const GLOBAL_PER_SECOND: usize = 50;
/// Requests that were answered with 401, 403 or 429 in ten minutes before Discord stops to talk.
const INVALID_IN_TEN_MINUTES: usize = 10_000;
const TEN_MINUTES: f64 = 600.0;
/// A channel's name and topic can be changed twice in ten minutes, whatever the bucket says.
const RENAMES: usize = 2;

/// Its headers say that there is room until there is none (discord-api-docs, issue 8161).
const HISTORY: &str = "GET /channels/{channel}/messages";

/// What has been used up.
#[derive(Debug, Default)]
pub struct Buckets {
    pub limits: Limits,
    windows: BTreeMap<String, Window>,
    global: Vec<f64>,
    renames: BTreeMap<String, Vec<f64>>,
    invalid: Vec<f64>,
}

#[derive(Debug)]
struct Window {
    began: f64,
    used: u32,
}

/// A request that was let in or not, and what the answer's headers say.
#[derive(Debug)]
pub struct Taken {
    pub headers: Vec<(&'static str, String)>,
    pub refused: Option<Refused>,
}

#[derive(Clone, Copy, Debug)]
pub struct Refused {
    /// Seconds.
    pub after: f64,
    pub scope: &'static str,
}

/// How many requests in how many seconds; `None`: no bucket.
fn size(route: &str) -> Option<(u32, f64)> {
    let (method, path) = route.split_once(' ')?;
    match (method, path) {
        (_, "/gateway" | "/interactions/{interaction}/{token}/callback") => None,
        ("POST" | "PATCH" | "DELETE", _) if path.starts_with("/webhooks/") => Some((5, 2.0)),
        _ if route == HISTORY => Some((5, 5.0)),
        ("GET", _) => Some((50, 1.0)),
        _ => Some((5, 5.0)),
    }
}

/// What a bucket is about: a channel, a server, an interaction.
fn major(route: &str, parts: &[&str]) -> String {
    let top = parts.first().copied().unwrap_or_default();
    match top {
        "channels" | "guilds" => parts.get(1).copied().unwrap_or_default().to_owned(),
        "webhooks" => parts.get(2).copied().unwrap_or_default().to_owned(),
        "applications" if route.contains("/guilds/") => parts.get(3).copied().unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}

fn name(route: &str) -> String {
    let mut hasher = DefaultHasher::new();
    route.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

impl Buckets {
    /// Takes one request at a time in seconds since 1970. A refused one uses nothing up.
    pub fn take(&mut self, route: &str, parts: &[&str], renames: bool, now: f64) -> Taken {
        let Some((most, seconds)) = size(route) else { return Taken { headers: Vec::new(), refused: None } };
        if self.limits == Limits::Off {
            return Taken { headers: headers(route, 1_000, 999, now + 1.0, 1.0), refused: None };
        }
        // Nothing below /webhooks or /interactions counts here ("Global Rate Limit").
        if !route.contains(" /webhooks/") {
            self.global.retain(|at| now - at < 1.0);
            if self.global.len() >= GLOBAL_PER_SECOND {
                let after = self.global.first().map_or(1.0, |at| 1.0 - (now - at));
                return Taken { headers: Vec::new(), refused: Some(Refused { after, scope: "global" }) };
            }
        }
        let key = format!("{route} {}", major(route, parts));
        let window = self.windows.entry(key).or_insert(Window { began: now, used: 0 });
        if now - window.began >= seconds {
            *window = Window { began: now, used: 0 };
        }
        let reset = window.began + seconds;
        if window.used >= most {
            let refused = Some(Refused { after: reset - now, scope: "user" });
            return Taken { headers: headers(route, most, 0, reset, reset - now), refused };
        }
        if renames {
            let done = self.renames.entry(major(route, parts)).or_default();
            done.retain(|at| now - at < TEN_MINUTES);
            if done.len() >= RENAMES {
                let after = done.first().map_or(TEN_MINUTES, |at| TEN_MINUTES - (now - at));
                let headers = headers(route, most, most - window.used, reset, reset - now);
                return Taken { headers, refused: Some(Refused { after, scope: "shared" }) };
            }
            done.push(now);
        }
        window.used += 1;
        self.global.push(now);
        if route == HISTORY {
            return Taken { headers: headers(route, 1_000, 999, now + 1.0, 1.0), refused: None };
        }
        Taken { headers: headers(route, most, most - window.used, reset, reset - now), refused: None }
    }

    /// Notes an answer that Discord holds against the client; true once it would be locked out.
    pub fn invalid(&mut self, status: u16, now: f64) -> bool {
        if !matches!(status, 401 | 403 | 429) {
            return false;
        }
        self.invalid.retain(|at| now - at < TEN_MINUTES);
        self.invalid.push(now);
        self.invalid.len() == INVALID_IN_TEN_MINUTES
    }

    /// How many such answers there were in the last ten minutes.
    pub fn invalid_requests(&self) -> usize {
        self.invalid.len()
    }
}

fn headers(route: &str, limit: u32, left: u32, reset: f64, after: f64) -> Vec<(&'static str, String)> {
    vec![
        ("x-ratelimit-limit", limit.to_string()),
        ("x-ratelimit-remaining", left.to_string()),
        ("x-ratelimit-reset", format!("{reset:.3}")),
        ("x-ratelimit-reset-after", format!("{after:.3}")),
        ("x-ratelimit-bucket", name(route)),
    ]
}
