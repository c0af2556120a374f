//! What a story can do to the workspace and to the connection: take rights away, delete, fail, cut, forge.

use super::FakeSlack;
use super::deliver::{Got, Kind, Post, send};
use super::line::{self, Out};
use super::payload;
use super::record::Fail;
use super::sign;
use super::state::TokenState;
use super::world::{BOT_USER, Channel, User};
use serde_json::{Value, json};
use std::time::Duration;

/// How a request that is not Slack's differs from one that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgery {
    /// Signed with another secret.
    WrongSecret,
    /// Signed rightly, six minutes ago.
    Old,
    /// Another body than the one that was signed.
    BodyChanged,
    /// Without the two headers.
    NoHeaders,
    /// None: it is Slack's.
    Genuine,
}

impl FakeSlack {
    pub fn add_user(&self, user: User) {
        self.core.state().users.insert(user.id.clone(), user);
    }

    pub fn add_channel(&self, channel: Channel) {
        self.core.state().channels.insert(channel.id.clone(), channel);
    }

    /// Changes a channel: archives it, makes it private, lets somebody in.
    pub fn change_channel(&self, id: &str, change: impl FnOnce(&mut Channel)) {
        change(self.core.state().channel_mut(id));
    }

    /// Who is in a user group.
    pub fn set_group(&self, id: &str, users: &[&str]) {
        let mut state = self.core.state();
        let group = state.groups.get_mut(id).unwrap_or_else(|| panic!("there is no group {id}"));
        group.users = users.iter().map(|u| (*u).to_owned()).collect();
    }

    /// Takes a scope from the bot token, or `connections:write` from the app token.
    pub fn without_scope(&self, scope: &str) {
        let tokens = &mut self.core.state().tokens;
        let had = tokens.bot_scopes.remove(scope) | tokens.app_scopes.remove(scope);
        assert!(had, "neither token has the scope {scope}");
    }

    pub fn with_scope(&self, scope: &str) {
        self.core.state().tokens.bot_scopes.insert(scope.into());
    }

    pub fn set_bot_token(&self, state: TokenState) {
        self.core.state().tokens.bot_state = state;
    }

    pub fn set_app_token(&self, state: TokenState) {
        self.core.state().tokens.app_state = state;
    }

    /// Removes the app from a channel.
    pub fn kick(&self, channel: &str) {
        self.core.state().channel_mut(channel).members.remove(BOT_USER);
    }

    /// Somebody deletes a message.
    pub fn delete(&self, channel: &str, ts: &str) {
        assert!(self.core.state().remove(channel, ts), "there is no message {ts} in {channel}");
    }

    /// Messages can no longer be edited after so many seconds.
    pub fn edit_window(&self, seconds: i64) {
        self.core.state().edit_window = Some(seconds);
    }

    /// Rate limits off or on.
    pub fn limits(&self, on: bool) {
        self.core.state().limits.on = on;
    }

    /// How many messages a channel takes at once before one a second holds.
    pub fn burst(&self, messages: u32) {
        self.core.state().limits.burst = messages;
    }

    /// What goes wrong with the next requests to a method (`response_url` for those).
    pub fn will(&self, method: &str, fails: impl IntoIterator<Item = Fail>) {
        self.core.state().scripts.entry(method.into()).or_default().extend(fails);
    }

    /// Sockets that are open.
    pub fn sockets(&self) -> usize {
        self.core.line.open().len()
    }

    /// How many connections were ever made.
    pub fn connections(&self) -> u64 {
        self.core.line.opened()
    }

    /// Asks for a new connection on the oldest socket (`warning`, `refresh_requested`), which stays in use until it is
    /// closed after this time.
    pub fn disconnect(&self, reason: &str, closes_after: Duration) {
        let Some(socket) = self.oldest() else { return };
        self.core.line.tell(socket, Out::Text(line::disconnect(reason).to_string()));
        let core = std::sync::Arc::clone(&self.core);
        tokio::spawn(async move {
            tokio::time::sleep(closes_after).await;
            core.line.tell(socket, Out::Close);
        });
    }

    fn oldest(&self) -> Option<u64> {
        self.core.line.open().first().copied()
    }

    /// Cuts the TCP connection of the oldest socket.
    pub fn cut(&self) {
        self.oldest().into_iter().for_each(|s| self.core.line.tell(s, Out::Cut));
    }

    pub fn cut_all(&self) {
        self.core.line.open().into_iter().for_each(|s| self.core.line.tell(s, Out::Cut));
    }

    /// Sends a close frame on the oldest socket.
    pub fn close(&self) {
        self.oldest().into_iter().for_each(|s| self.core.line.tell(s, Out::Close));
    }

    /// The oldest socket stays open, but nothing is read from it or sent on it any more: pings stay unanswered too.
    pub fn silence(&self) {
        self.oldest().into_iter().for_each(|s| self.core.line.tell(s, Out::Silence));
    }

    /// Sends this text on the oldest socket, whatever it is.
    pub fn send_text(&self, text: &str) {
        self.oldest().into_iter().for_each(|s| self.core.line.tell(s, Out::Text(text.into())));
    }

    pub fn send_binary(&self, bytes: &[u8]) {
        self.oldest().into_iter().for_each(|s| self.core.line.tell(s, Out::Binary(bytes.to_vec())));
    }

    /// Sends an envelope of a kind that nobody knows.
    pub fn send_unknown(&self) {
        let envelope = json!({"type": "brand_new", "envelope_id": "57d6a792-0000-4d0b-b6aa-000000000000", "payload": {},
            "accepts_response_payload": false});
        self.core.line.expect_ack("57d6a792-0000-4d0b-b6aa-000000000000", self.oldest().unwrap_or(0));
        self.send_text(&envelope.to_string());
    }

    /// New web sockets are refused with this HTTP status.
    pub fn refuse_sockets(&self, status: Option<u16>) {
        self.core.line.refuse(status);
    }

    /// New TCP connections of web sockets are taken, and never answered.
    pub fn mute_sockets(&self, mute: bool) {
        self.core.line.mute(mute);
    }

    /// Sends each envelope over every socket, as some stand-ins for Slack do.
    pub fn envelopes_everywhere(&self) {
        self.core.line.everywhere();
    }

    /// Asks the address of the HTTP target to prove itself, as Slack does when it is entered; does it?
    pub async fn verify_url(&self) -> bool {
        let target = self.core.target().expect("an http_target");
        let body = json!({"token": "verification-token", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7",
            "type": "url_verification"});
        let post = Post::new(Kind::Event, &body);
        let headers = self.core.signed(&post.body);
        let Ok(Got { status: 200, body: text, .. }) = send(&target, &post, &headers).await else { return false };
        let challenge = body["challenge"].as_str().expect("a string");
        text.trim() == challenge || serde_json::from_str::<Value>(&text).is_ok_and(|v| v["challenge"] == challenge)
    }

    /// Sends a slash command to the HTTP target that is not as Slack would send it; the status of the answer.
    pub async fn forge(&self, how: Forgery, user: &str, channel: &str, command: &str, text: &str) -> u16 {
        let target = self.core.target().expect("an http_target");
        let payload = {
            let mut state = self.core.state();
            let now = (self.core.now)();
            let (trigger, hook) = (state.trigger(user, now, None), state.hook(user, channel, now, None));
            payload::slash(&state, user, channel, command, text, &self.core.hook_url(&hook), &trigger)
        };
        let mut post = Post::new(Kind::Slash, &payload);
        let at = (self.core.now)().as_second();
        let secret = self.signing_secret();
        let stamped = |at: i64, secret: &str| {
            vec![
                ("x-slack-request-timestamp", at.to_string()),
                ("x-slack-signature", sign::signature(secret, at, &post.body)),
            ]
        };
        let headers = match how {
            Forgery::Genuine | Forgery::BodyChanged => stamped(at, &secret),
            Forgery::WrongSecret => stamped(at, "another secret"),
            Forgery::Old => stamped(at - 6 * 60, &secret),
            Forgery::NoHeaders => Vec::new(),
        };
        if how == Forgery::BodyChanged {
            post.body.push_str("&text=everything");
        }
        send(&target, &post, &headers).await.map_or(0, |got| got.status)
    }
}
