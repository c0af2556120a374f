//! Slack's rate limits (docs.slack.dev, "Rate limits"), on the clock of the story.

use jiff::Timestamp;
use std::collections::BTreeMap;

/// A method's class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// 1 a minute, with a burst of 10: `apps.connections.open`.
    One,
    /// 20 a minute.
    Two,
    /// 50 a minute.
    Three,
    /// 100 a minute.
    Four,
    /// "Special" in the documentation, without a figure: several hundred a minute.
    Special,
    /// `chat.postMessage`: one a second and channel, and several hundred a minute in all.
    Posting,
}

/// What is allowed; a story may change it.
#[derive(Clone, Debug)]
pub struct Limits {
    pub on: bool,
    /// How many messages a channel takes at once before one a second holds strictly.
    pub burst: u32,
    /// Messages a minute in the whole workspace.
    pub workspace: u32,
    buckets: BTreeMap<String, Bucket>,
    windows: BTreeMap<String, Vec<Timestamp>>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { on: true, burst: 3, workspace: 300, buckets: BTreeMap::new(), windows: BTreeMap::new() }
    }
}

#[derive(Clone, Debug)]
struct Bucket {
    left: f64,
    at: Timestamp,
}

impl Limits {
    /// Takes one call; `Err` with the seconds to wait if it is one too many. A refused call uses nothing up.
    pub fn take(&mut self, tier: Tier, method: &str, channel: Option<&str>, now: Timestamp) -> Result<(), u64> {
        if !self.on {
            return Ok(());
        }
        match tier {
            Tier::One => self.bucket(method, 10.0, 1.0 / 60.0, now),
            Tier::Two => self.window(method, 20, now),
            Tier::Three => self.window(method, 50, now),
            Tier::Four => self.window(method, 100, now),
            Tier::Special => self.window(method, 300, now),
            Tier::Posting => {
                let (burst, workspace) = (f64::from(self.burst), self.workspace as usize);
                self.bucket(&format!("{method} {}", channel.unwrap_or_default()), burst, 1.0, now)?;
                self.window(method, workspace, now)
            }
        }
    }

    /// One a second after a short burst, as for incoming webhooks: each `response_url`.
    pub fn hook(&mut self, id: &str, now: Timestamp) -> Result<(), u64> {
        if self.on { self.bucket(&format!("hook {id}"), f64::from(self.burst), 1.0, now) } else { Ok(()) }
    }

    fn bucket(&mut self, key: &str, size: f64, per_second: f64, now: Timestamp) -> Result<(), u64> {
        let bucket = self.buckets.entry(key.to_owned()).or_insert(Bucket { left: size, at: now });
        let passed = now.duration_since(bucket.at).as_secs_f64().max(0.0);
        bucket.left = (bucket.left + passed * per_second).min(size);
        bucket.at = now;
        // A hair of tolerance: the sum of many small steps is not exact.
        if bucket.left + 1e-6 >= 1.0 {
            bucket.left -= 1.0;
            return Ok(());
        }
        Err(seconds((1.0 - bucket.left) / per_second))
    }

    fn window(&mut self, key: &str, most: usize, now: Timestamp) -> Result<(), u64> {
        let calls = self.windows.entry(key.to_owned()).or_default();
        calls.retain(|at| now.duration_since(*at).as_secs_f64() < 60.0);
        if calls.len() < most {
            calls.push(now);
            return Ok(());
        }
        let oldest = calls.first().copied().unwrap_or(now);
        Err(seconds(60.0 - now.duration_since(oldest).as_secs_f64()))
    }
}

/// Whole seconds, rounded up, at least one.
fn seconds(exact: f64) -> u64 {
    let mut whole = 1;
    while f64::from(u32::try_from(whole).unwrap_or(u32::MAX)) + 1e-6 < exact {
        whole += 1;
    }
    whole
}
