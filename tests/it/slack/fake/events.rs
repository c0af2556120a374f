//! What the app hears of: it is mentioned, somebody reacts, somebody opens its home tab.

use super::FakeSlack;
use super::payload;
use super::record::Event;
use super::said::Said;
use super::world::{BOT_USER, Message, TEAM};
use serde_json::{Value, json};
use std::sync::Arc;

impl FakeSlack {
    /// A person writes something; the app hears nothing of it.
    pub fn writes(&self, user: &str, channel: &str, thread: Option<&str>, text: &str) -> String {
        let mut state = self.core.state();
        let now = (self.core.now)();
        self.core.check_sees(&state, user, channel);
        let ts = state.next_ts(now);
        state.post(channel, Message::by_person(ts.clone(), user, text, thread.map(str::to_owned)));
        ts
    }

    /// A person writes `@hearback` and this.
    pub async fn mention(&self, user: &str, channel: &str, thread: Option<&str>, text: &str) -> Said {
        let text = format!("<@{BOT_USER}> {}", super::escape::typed(&self.core.state(), text));
        let ts = self.writes(user, channel, thread, &text);
        let (payload, said) = {
            let mut state = self.core.state();
            let now = (self.core.now)();
            let shared = state.channel(channel).is_ext_shared;
            let mut event = json!({"type": "app_mention", "user": user, "text": text, "ts": ts, "event_ts": ts,
                "team": state.user(user).team(), "channel": channel, "client_msg_id": format!("m{}", state.next())});
            if let Some(thread) = thread {
                event["thread_ts"] = json!(thread);
            }
            let payload = payload::event(&mut state, &event, shared, now);
            (payload, self.core.said(&state, user, None))
        };
        self.tell(payload).await;
        said
    }

    /// A person puts an emoji on a message.
    pub async fn react(&self, user: &str, channel: &str, ts: &str, name: &str) -> Said {
        let (payload, said) = {
            let mut state = self.core.state();
            let now = (self.core.now)();
            self.core.check_sees(&state, user, channel);
            let place = state.channel_mut(channel);
            let shared = place.is_ext_shared;
            let message = place.message_mut(ts).unwrap_or_else(|| panic!("there is no message {ts} in {channel}"));
            message.reactions.push((name.into(), user.into()));
            let author = message.user.clone();
            state.events.push(Event::Reacted { channel: channel.into(), ts: ts.into(), name: name.into() });
            let at = state.next_ts(now);
            let item = json!({"type": "message", "channel": channel, "ts": ts});
            let event = json!({"type": "reaction_added", "user": user, "reaction": name, "item": item,
                "item_user": author, "event_ts": at});
            let payload = payload::event(&mut state, &event, shared, now);
            (payload, self.core.said(&state, user, None))
        };
        self.tell(payload).await;
        said
    }

    /// A person opens the app's home tab.
    pub async fn opens_home(&self, user: &str) -> Said {
        let (payload, said) = {
            let mut state = self.core.state();
            let now = (self.core.now)();
            let (channel, at) = (state.direct(user), state.next_ts(now));
            let mut event =
                json!({"type": "app_home_opened", "user": user, "channel": channel, "tab": "home", "event_ts": at});
            if let Some(view) = state.homes.get(user).and_then(|id| state.views.get(id)) {
                event["view"] = view.json();
            }
            let payload = payload::event(&mut state, &event, false, now);
            (payload, self.core.said(&state, user, None))
        };
        self.tell(payload).await;
        said
    }

    /// An event of any kind, by its inner part.
    pub async fn event(&self, event: Value) {
        let payload = payload::event(&mut self.core.state(), &event, false, (self.core.now)());
        self.tell(payload).await;
    }

    /// Delivers the last event once more: the same `event_id` in a new envelope.
    pub async fn event_again(&self) {
        let last = self.last_event.lock().expect("no test panics while it holds this").clone();
        self.tell(last.expect("there was an event")).await;
    }

    async fn tell(&self, payload: Value) {
        debug_assert_eq!(payload["team_id"], TEAM);
        *self.last_event.lock().expect("no test panics while it holds this") = Some(payload.clone());
        Arc::clone(&self.core).deliver_event(payload).await;
    }
}
