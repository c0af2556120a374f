//! Who works with the program while it dies: senders of hooks, and Ana at the prompt.

use super::child::{Child, HANG};
use super::house::{House, IN_KEY, seconds, signature, word};
use super::ledger::{Hook, Ledger};
use hearback::desk::{Clock as _, SystemClock};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;

/// The world outside, which lives on when the program dies.
#[derive(Clone)]
pub struct People {
    pub ledger: Arc<Mutex<Ledger>>,
    /// Counts acknowledged hooks.
    pub accepted: watch::Sender<u64>,
    /// Counts answers at the prompt.
    pub answered: watch::Sender<u64>,
    client: reqwest::Client,
    inbox: String,
}

impl People {
    pub fn of(house: &House) -> People {
        People {
            ledger: Arc::default(),
            accepted: watch::Sender::new(0),
            answered: watch::Sender::new(0),
            client: reqwest::Client::builder().timeout(HANG).build().unwrap(),
            inbox: house.inbox(),
        }
    }

    /// Makes a hook with so many new mentions of so many characters each.
    pub fn new_hook(&self, mentions: usize, length: usize) -> String {
        let mut ledger = self.ledger.lock().unwrap();
        let serial = ledger.hooks.len();
        let id = format!("hook-{serial}");
        let posts: Vec<String> = (0..mentions).map(|i| format!("post-{serial}-{i}")).collect();
        let now = SystemClock.now().to_string();
        let entries: Vec<Value> = posts
            .iter()
            .enumerate()
            .map(|(i, post)| {
                let brand = if (serial + i).is_multiple_of(2) { "acme" } else { "zeta" };
                let text = format!("When will {brand} answer me? {}", "please ".repeat(length / 7));
                json!({ "id": post, "text": text.trim_end(), "author": { "id": format!("author-{post}") }, "posted_at": now })
            })
            .collect();
        let body = json!({ "mentions": entries }).to_string().into_bytes();
        ledger.hooks.insert(id.clone(), Hook { posts, body, acknowledged: false });
        id
    }

    /// Posts the body of a hook under that id; the status, if there was an answer. A success is written down.
    pub async fn post(&self, hook: &str, under: &str) -> Option<u16> {
        let body = self.ledger.lock().unwrap().hooks.get(hook).unwrap().body.clone();
        let now = seconds();
        let sent = self
            .client
            .post(&self.inbox)
            .header("webhook-id", under)
            .header("webhook-timestamp", &now)
            .header("webhook-signature", signature(IN_KEY, under, &now, &body))
            .body(body)
            .send()
            .await;
        let status = sent.ok()?.status().as_u16();
        let mut ledger = self.ledger.lock().unwrap();
        if (200..300).contains(&status) {
            let posts = ledger.hooks.get_mut(hook).map(|h| {
                h.acknowledged = true;
                h.posts.clone()
            });
            ledger.mentions.extend(posts.unwrap_or_default());
            drop(ledger);
            self.accepted.send_modify(|n| *n += 1);
        } else if status != 503 {
            ledger.violations.push(format!("a sound hook was answered with {status}"));
        }
        Some(status)
    }

    /// Posts until told to stop: new mentions, those that were not acknowledged, and those that were, once more.
    pub async fn send_hooks(self, seed: u64, mut new: usize, stop: watch::Receiver<bool>) {
        let mut chance = fastrand::Rng::with_seed(seed);
        while !*stop.borrow() {
            let hooks: Vec<(String, bool)> = {
                let ledger = self.ledger.lock().unwrap();
                ledger.hooks.iter().map(|(id, h)| (id.clone(), h.acknowledged)).collect()
            };
            let some = |of: bool, chance: &mut fastrand::Rng| {
                let those: Vec<&String> = hooks.iter().filter(|(_, ack)| *ack == of).map(|(id, _)| id).collect();
                chance.choice(those).cloned()
            };
            let roll = chance.u8(..10);
            let (hook, under) = match roll {
                0..2 => (some(false, &mut chance), None),
                2 => (some(true, &mut chance), None),
                // The same posts from a sender that has forgotten about its first delivery.
                3 => {
                    let hook = some(chance.bool(), &mut chance);
                    let under = hook.as_ref().map(|h| format!("{h}-again-{}", chance.u32(..)));
                    (hook, under)
                }
                _ if new > 0 => {
                    new -= 1;
                    (Some(self.new_hook(chance.usize(1..4), 20)), None)
                }
                _ => (None, None),
            };
            if let Some(hook) = hook {
                self.post(&hook, under.as_deref().unwrap_or(&hook)).await;
            }
            // The pace of senders, not a wait for anything.
            tokio::time::sleep(Duration::from_millis(chance.u64(..8))).await;
        }
    }

    /// Posts everything that was not acknowledged yet, until it is.
    pub async fn send_the_rest(&self) {
        let open = || -> Option<String> {
            let ledger = self.ledger.lock().unwrap();
            ledger.hooks.iter().find(|(_, h)| !h.acknowledged).map(|(id, _)| id.clone())
        };
        while let Some(hook) = open() {
            let status = self.post(&hook, &hook).await;
            assert!(status.is_some(), "nobody takes hooks in any more");
        }
    }

    /// Ana works at the prompt until the program is gone.
    pub async fn work(&self, child: &mut Child, seed: u64) {
        let mut chance = fastrand::Rng::with_seed(seed);
        loop {
            let known = self.ledger.lock().unwrap().mentions.len() as u64;
            if known == 0 {
                let mut accepted = self.accepted.subscribe();
                accepted.mark_unchanged();
                if self.ledger.lock().unwrap().mentions.is_empty() && accepted.changed().await.is_err() {
                    return;
                }
                continue;
            }
            // The newest most of all; what is older now and then.
            let no =
                if chance.u8(..4) > 0 { chance.u64(known.saturating_sub(20)..known) } else { chance.u64(..known) } + 1;
            let done = match chance.u8(..12) {
                0..3 => self.claim(child, no).await,
                3..5 => self.note(child, no, chance.usize(..)).await,
                5 => self.draft(child, no, chance.usize(..)).await,
                6..11 => self.reply(child, no).await,
                _ => child.ask(if chance.bool() { "queue" } else { "stats" }).await.map(|_| ()),
            };
            if done.is_none() {
                return;
            }
            self.answered.send_modify(|n| *n += 1);
        }
    }

    async fn claim(&self, child: &mut Child, no: u64) -> Option<()> {
        let said = child.ask(&format!("claim {no}")).await?;
        if says(&said, &format!("#{no} is yours")) {
            self.ledger.lock().unwrap().claims.insert(no);
        }
        Some(())
    }

    async fn note(&self, child: &mut Child, no: u64, serial: usize) -> Option<()> {
        let text = format!("note {}", word(serial));
        let said = child.ask(&format!("note {no} {text}")).await?;
        assert!(says(&said, &format!("Noted on #{no}")), "a note is always taken: {said:?}");
        self.ledger.lock().unwrap().notes.insert((no, text));
        Some(())
    }

    async fn draft(&self, child: &mut Child, no: u64, serial: usize) -> Option<()> {
        if self.ledger.lock().unwrap().typed.contains_key(&no) {
            return Some(());
        }
        let text = format!("draft {}", word(serial));
        let said = child.ask(&format!("draft {no} {text}")).await?;
        if says(&said, "Kept as v") && says(&said, &format!(" of #{no}, not sent")) {
            self.ledger.lock().unwrap().drafts.insert((no, text));
        }
        Some(())
    }

    /// Replies as a person does who does not know whether the last try was taken: the same again.
    async fn reply(&self, child: &mut Child, no: u64) -> Option<()> {
        let text = format!("Thank you, we look into it: {}", word(usize::try_from(no).unwrap()));
        self.ledger.lock().unwrap().typed.insert(no, text.clone());
        let mut said = child.ask(&format!("reply {no} {text}")).await?;
        if let Some(version) = version_to_send(&said, no) {
            said = child.ask(&format!("send {no} {version}")).await?;
        }
        let taken = says(&said, "On its way to shop") || says(&said, "is on its way to shop");
        // A refusal because it is on its way confirms the earlier try.
        if taken || says(&said, &format!("reply to #{no} is on its way")) || says(&said, &format!("#{no} is answered"))
        {
            self.ledger.lock().unwrap().queued.insert(no);
        }
        Some(())
    }

    /// Waits until no reply is on its way any more.
    pub async fn settled(&self, child: &mut Child) {
        let mut waiting: Vec<u64> = self.ledger.lock().unwrap().typed.keys().copied().collect();
        let settling = async {
            while let Some(no) = waiting.first().copied() {
                let said = child.ask(&format!("show {no}")).await.expect("it runs until it is told to stop");
                if said.iter().any(|line| line.contains(&format!("#{no} ")) && line.contains(", sending")) {
                    // Retries come after seconds; there is no other way to see them from outside than to look again.
                    tokio::time::sleep(Duration::from_millis(200)).await;
                } else {
                    waiting.remove(0);
                }
            }
        };
        // The longest wait between two tries of one reply that was unlucky several times is two minutes.
        tokio::time::timeout(HANG * 4, settling).await.expect("replies are still on their way");
    }
}

fn says(said: &[String], words: &str) -> bool {
    said.iter().any(|line| line.contains(words))
}

/// The version that the preview's button names.
fn version_to_send(said: &[String], no: u64) -> Option<u32> {
    let button = format!("send {no} ");
    said.iter().filter(|line| !line.starts_with("ana>")).find_map(|line| {
        let (_, rest) = line.split_once(&button)?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    })
}
