//! A webhook's peer: a sender of signed mentions, and a receiver of replies that honours the id, as docs/webhook.md asks.

use super::troubles::On;
use super::{Clock, PATIENCE, Peer, Shape, Troubles};
use crate::networks::fake::{Fake, Reply, Seen};
use hearback::domain::{Post, SourceName};
use hearback::networks::Network;
use hearback::networks::webhook::{CallbackConfig, Headers, Secret, Webhook, WebhookConfig};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

const IN: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OUT: &str = "whsec_Y2FsbGJhY2sgc2VjcmV0IG9mIHRoZSBmYWtl";

/// Replies by the id of their hook: what was answered, and the text.
type Taken = Arc<Mutex<BTreeMap<String, (String, String)>>>;

pub struct Hook {
    fake: Fake,
    clock: Clock,
    troubles: Arc<Troubles>,
    taken: Taken,
    posts: Mutex<Vec<Post>>,
}

/// Takes a reply whose signature holds; the same id again changes nothing.
fn take(request: &Seen, taken: &Taken, clock: &Clock) -> Reply {
    let get = |name: &str| request.header(name).unwrap_or_else(|| panic!("{name} is missing")).to_owned();
    let (id, seconds) = (get("webhook-id"), get("webhook-timestamp").parse::<i64>().unwrap());
    assert!((seconds - clock.now().as_second()).abs() <= 300, "signed anew for each attempt");
    let secret = Secret::parse(OUT).unwrap();
    assert!(secret.verifies(&get("webhook-signature"), &id, seconds, &request.body), "the signature holds");
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let text = |key: &str| body[key].as_str().unwrap().to_owned();
    let mut taken = taken.lock().unwrap();
    let known = taken.contains_key(&id);
    if !known {
        taken.insert(id.clone(), (text("in_reply_to"), text("text")));
    }
    let answer =
        json!({ "id": id, "status": if known { "duplicate" } else { "ok" }, "posted_at": clock.now().to_string() });
    Reply::Http(if known { 409 } else { 200 }, Vec::new(), answer.to_string().into_bytes())
}

#[async_trait::async_trait]
impl Peer for Hook {
    const SHAPE: Shape = Shape { polls: false, history: false, ..Shape::READ_ONLY };

    async fn start(clock: Clock) -> Self {
        let troubles = Arc::new(Troubles::new(|status, rest| {
            let reply = Reply::status(status);
            rest.map_or(Reply::status(status), |rest| reply.with("retry-after", rest.as_secs().to_string()))
        }));
        let taken = Taken::default();
        let (waiting, kept, time) = (Arc::clone(&troubles), Arc::clone(&taken), clock.clone());
        let fake = Fake::start(move |request| waiting.serve(On::Writes, || take(request, &kept, &time))).await;
        Self { fake, clock, troubles, taken, posts: Mutex::default() }
    }

    fn network(&self) -> Arc<dyn Network> {
        Arc::new(self.webhook())
    }

    fn troubles(&self) -> &Troubles {
        &self.troubles
    }

    fn says(&self, author: &str, text: &str) -> String {
        let mut posts = self.posts.lock().unwrap();
        let (id, now) = (format!("r-{}", posts.len()), self.clock.now());
        let body = json!({
            "id": id, "text": text, "author": { "name": author }, "posted_at": now.to_string(),
            "url": format!("https://r.example/{id}"),
        })
        .to_string()
        .into_bytes();
        let signature = Secret::parse(IN).unwrap().sign("m1", now.as_second(), &body);
        let mut headers = Headers::new();
        headers.insert("webhook-id", "m1".parse().unwrap());
        headers.insert("webhook-timestamp", now.as_second().to_string().parse().unwrap());
        headers.insert("webhook-signature", signature.parse().unwrap());
        posts.extend(self.webhook().inbox().receive(&headers, &body, now).unwrap().posts);
        id
    }

    fn replies(&self) -> Vec<(String, String)> {
        self.taken.lock().unwrap().values().cloned().collect()
    }

    fn delete(&self, _id: &str) {}

    fn pushed(&self) -> Vec<Post> {
        self.posts.lock().unwrap().clone()
    }

    fn secrets(&self) -> Vec<String> {
        [IN, OUT].map(|s| s.trim_start_matches("whsec_").to_owned()).into()
    }
}

impl Hook {
    fn webhook(&self) -> Webhook {
        let secret = |text| Secret::parse(text).unwrap();
        let mut callback = CallbackConfig::new(format!("{}/replies", self.fake.url), secret(OUT));
        callback.timeout = PATIENCE;
        Webhook::new(WebhookConfig {
            name: SourceName::new("reviews"),
            network: None,
            secrets: vec![secret(IN)],
            callback: Some(callback),
            longest_reply: Some(500),
        })
        .unwrap()
    }
}
