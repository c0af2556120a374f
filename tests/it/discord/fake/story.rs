//! What a story can do to the server, and what it can ask: add, take away, delete, fail; requests, pings, violations.

use super::record::{Event, Fail, Ping, Seen};
use super::state_world::{APP, BOT_ROLE, Channel, Command, GUILD, Member, Message, Overwrite, REQUIRE_TAG, Role, User};
use super::{DEADLINE, FakeDiscord, Limits};
use ed25519_dalek::SigningKey;
use std::fmt::Write;
use std::time::{Duration, Instant};

/// The key by which interactions are signed; always the same.
pub fn signing_key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes all");
        text
    })
}

/// A bot's token begins with its id.
pub fn token_head(id: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD_NO_PAD.encode(id)
}

/// The people and the server.
impl FakeDiscord {
    pub fn token(&self) -> String {
        self.inner.state().application.token.clone()
    }

    /// The public key by which interactions are signed.
    pub fn verify_key() -> [u8; 32] {
        signing_key().verifying_key().to_bytes()
    }

    /// Somebody presses "Reset Token", or takes that back.
    pub fn token_is_good(&self, good: bool) {
        self.inner.state().application.token_good = good;
    }

    /// Switches privileged intents on in the developer portal.
    pub fn application_flags(&self, flags: u64) {
        self.inner.state().application.flags = flags;
    }

    pub fn add_user(&self, user: User) {
        self.inner.state().users.insert(user.id.clone(), user);
    }

    /// Lets a user into the server, with these roles.
    pub fn add_member(&self, user: &str, roles: &[&str]) {
        let mut state = self.inner.state();
        let joined = state.now();
        let roles = roles.iter().map(|r| (*r).to_owned()).collect();
        state.members.insert(user.into(), Member { user: user.into(), nick: None, roles, joined });
    }

    pub fn change_member(&self, user: &str, change: impl FnOnce(&mut Member)) {
        let mut state = self.inner.state();
        change(state.members.get_mut(user).unwrap_or_else(|| panic!("{user} is no member")));
    }

    /// Takes somebody out of the server; also the bot.
    pub fn kick(&self, user: &str) {
        assert!(self.inner.state().members.remove(user).is_some(), "{user} is no member");
    }

    /// Adds the bot again.
    pub fn invite_back(&self) {
        self.add_member(APP, &[BOT_ROLE]);
    }

    pub fn close_dms(&self, user: &str, closed: bool) {
        let mut state = self.inner.state();
        state.users.get_mut(user).unwrap_or_else(|| panic!("there is no user {user}")).dms_closed = closed;
    }

    pub fn add_role(&self, role: Role) {
        self.inner.state().roles.insert(role.id.clone(), role);
    }

    pub fn change_role(&self, role: &str, change: impl FnOnce(&mut Role)) {
        let mut state = self.inner.state();
        change(state.roles.get_mut(role).unwrap_or_else(|| panic!("there is no role {role}")));
    }

    /// Takes rights from the bot in the whole server: from its own role and from everybody.
    pub fn without_rights(&self, rights: u64) {
        for role in [BOT_ROLE, GUILD] {
            self.change_role(role, |r| r.permissions &= !rights);
        }
    }

    pub fn with_rights(&self, rights: u64) {
        self.change_role(BOT_ROLE, |r| r.permissions |= rights);
    }

    /// Denies these rights to a role or a member in one channel, and gives those.
    pub fn overwrite(&self, channel: &str, id: &str, allow: u64, deny: u64) {
        let mut state = self.inner.state();
        let kind = u8::from(!state.roles.contains_key(id));
        let overwrites = &mut state.channel_mut(channel).overwrites;
        overwrites.retain(|o| o.id != id);
        overwrites.push(Overwrite { id: id.into(), kind, allow, deny });
    }

    /// Takes rights from the bot in one channel; nothing gives all back.
    pub fn deny(&self, channel: &str, rights: u64) {
        self.overwrite(channel, APP, 0, rights);
    }

    pub fn add_channel(&self, channel: Channel) {
        self.inner.state().channels.insert(channel.id.clone(), channel);
    }

    pub fn change_channel(&self, id: &str, change: impl FnOnce(&mut Channel)) {
        change(self.inner.state().channel_mut(id));
    }

    /// A forum asks for a tag on every post.
    pub fn require_tag(&self, forum: &str) {
        self.change_channel(forum, |c| c.flags |= REQUIRE_TAG);
    }

    /// Somebody deletes a channel or a thread.
    pub fn delete_channel(&self, id: &str) {
        let mut state = self.inner.state();
        assert!(state.channels.contains_key(id), "there is no channel {id}");
        state.drop_channel(id);
    }

    /// Somebody deletes a message.
    pub fn delete_message(&self, channel: &str, id: &str) {
        assert!(self.inner.state().remove_message(channel, id), "there is no message {id} in {channel}");
    }

    fn change_thread(&self, id: &str, change: impl FnOnce(&mut super::Thread)) {
        let mut state = self.inner.state();
        let now = state.now();
        let channel = state.channel_mut(id);
        let parent = channel.parent.clone().unwrap_or_default();
        let thread = channel.thread.as_mut().unwrap_or_else(|| panic!("{id} is no thread"));
        change(thread);
        thread.archived_at = now;
        state.events.push(Event::ThreadChanged { parent, thread: id.into() });
    }

    pub fn archive(&self, thread: &str, archived: bool) {
        self.change_thread(thread, |t| t.archived = archived);
    }

    pub fn lock(&self, thread: &str, locked: bool) {
        self.change_thread(thread, |t| t.locked = locked);
    }

    /// A person writes in a channel or thread; the message's id.
    pub fn writes(&self, user: &str, channel: &str, text: &str) -> String {
        let mut state = self.inner.state();
        state.settle();
        let id = state.next_id();
        let asleep = state.channel(channel).thread.as_ref().is_some_and(|t| t.archived);
        if asleep {
            state.wake_thread(channel);
        }
        let mut message = Message::by(&id, user, text);
        message.mentions = state.users.keys().filter(|u| text.contains(&format!("<@{u}>"))).cloned().collect();
        state.put(channel, message);
        id
    }
}

/// Trouble, and questions.
impl FakeDiscord {
    pub fn limits(&self, limits: Limits) {
        self.inner.state().buckets.limits = limits;
    }

    /// How many answers with 401, 403 or 429 there were in the last ten minutes.
    pub fn invalid_requests(&self) -> usize {
        self.inner.state().buckets.invalid_requests()
    }

    /// What goes wrong with the next requests to a route, such as `POST /channels/{channel}/messages`.
    pub fn will(&self, route: &str, fails: impl IntoIterator<Item = Fail>) {
        let known = super::rest::ROUTES.iter().any(|(method, path, _)| format!("{method} {path}") == route);
        assert!(known, "there is no route {route}");
        self.inner.state().scripts.entry(route.into()).or_default().extend(fails);
    }

    /// The messages that everybody sees in a channel or thread, in order.
    pub fn messages(&self, channel: &str) -> Vec<Message> {
        let state = self.inner.state();
        state.channel(channel).messages.iter().filter(|m| m.ephemeral_for.is_none()).cloned().collect()
    }

    /// A channel or thread as it is now.
    pub fn channel(&self, id: &str) -> Option<Channel> {
        let mut state = self.inner.state();
        state.settle();
        state.channels.get(id).cloned()
    }

    /// The threads of a channel, or the posts of a forum, oldest first.
    pub fn threads(&self, parent: &str) -> Vec<Channel> {
        let mut state = self.inner.state();
        state.settle();
        state.channels.values().filter(|c| c.is_thread() && c.parent.as_deref() == Some(parent)).cloned().collect()
    }

    /// The commands that are registered.
    pub fn commands(&self) -> Vec<Command> {
        self.inner.state().commands.clone()
    }

    /// Every request of the app, in order.
    pub fn requests(&self) -> Vec<Seen> {
        self.inner.state().requests.clone()
    }

    /// The requests to one route.
    pub fn requests_to(&self, route: &str) -> Vec<Seen> {
        self.requests().into_iter().filter(|r| r.route == route).collect()
    }

    /// The rules that the app broke.
    pub fn violations(&self) -> Vec<String> {
        let gateway = self.inner.gateway.violations();
        self.inner.state().violations.iter().cloned().chain(gateway).collect()
    }

    /// Takes the violations away: for a story that breaks rules on purpose.
    pub fn forgive(&self) -> Vec<String> {
        let gateway = self.inner.gateway.forgive();
        std::mem::take(&mut self.inner.state().violations).into_iter().chain(gateway).collect()
    }

    /// Who would have been notified by what was posted. Edits and private messages notify nobody.
    pub fn pings(&self) -> Vec<Ping> {
        self.inner.state().pings.clone()
    }

    /// The addresses that Discord would have unfolded under a message.
    pub fn unfurls(&self) -> Vec<String> {
        self.inner.state().unfurls.clone()
    }

    /// Waits until the app has been still for a moment.
    pub async fn quiet(&self) {
        self.inner.quiet().await;
    }

    /// Waits until this holds: for work that goes on after an answer.
    pub async fn until(&self, what: &str, mut holds: impl FnMut() -> bool) {
        let began = Instant::now();
        while !holds() {
            assert!(began.elapsed() < DEADLINE, "{what} did not happen");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// What is held against the app: rules that it broke, interactions that it did not answer in time, requests that still
    /// wait for an answer that never comes.
    pub fn complaints(&self) -> Vec<String> {
        let late = self.inner.book.complaints();
        let hangs = self.inner.state().hangs;
        let hangs = (0..hangs).map(|_| "a request still waits for an answer that never comes".to_owned());
        self.violations().into_iter().chain(late).chain(hangs).collect()
    }

    /// The end of a story: fails if there is anything to complain about.
    pub fn ends(&self) {
        let complaints = self.complaints();
        assert!(complaints.is_empty(), "Discord would complain:\n{}", complaints.join("\n"));
    }
}
