//! Everything that the fake remembers, behind one lock.

use super::limits::Buckets;
use super::record::{Event, Fail, Ping, Seen};
use super::state_rights as rights;
use super::state_world::{
    ANA, ANNOUNCEMENT, APP, Application, BEN, BOT_ROLE, ById, CARE, Channel, Command, ELSEWHERE, FORUM, FORUM_KIND,
    GUILD, GUS, LEAD, Member, Message, NEWS, OTHER_GUILD, Overwrite, PRAISE, RANDOM, Role, SAM, SUPPORT, TAG_COMPLAINT,
    TAG_DONE, TAG_OPEN, TEXT, Tag, User, XENA,
};
use super::{ApiError, Now};
use jiff::Timestamp;
use std::collections::{BTreeMap, VecDeque};

/// Milliseconds since 1970 at which Discord's ids begin (docs.discord.com/developers, "Snowflakes").
const DISCORD_EPOCH: i64 = 1_420_070_400_000;

pub struct State {
    pub now: Now,
    pub application: Application,
    pub users: ById<User>,
    pub guild_name: String,
    pub owner: String,
    pub members: ById<Member>,
    pub roles: ById<Role>,
    pub channels: ById<Channel>,
    pub commands: Vec<Command>,
    /// Where and when commands were made, of the last day.
    pub created: Vec<(Option<String>, Timestamp)>,
    pub requests: Vec<Seen>,
    pub violations: Vec<String>,
    pub pings: Vec<Ping>,
    pub unfurls: Vec<String>,
    pub events: Vec<Event>,
    pub scripts: BTreeMap<String, VecDeque<Fail>>,
    pub buckets: Buckets,
    /// What each of our messages can be found by if it is sent again: author's nonce, channel, message, when.
    pub nonces: Vec<(String, String, String, Timestamp)>,
    /// The newest interaction that was sent by HTTP: where to, its body, its signature, its time.
    pub delivered: Option<[String; 4]>,
    pub in_flight: usize,
    pub hangs: usize,
    /// What comes and goes is held against Discord's schema, where that is there. Not where time is measured.
    pub by_schema: bool,
    last_id: i64,
}

impl State {
    /// A small server: three colleagues, a member without a role, a stranger, and five channels, the bot in four of them.
    pub fn new(now: Now) -> Self {
        let mut bot = User::new(APP, "hearback", "hearback");
        bot.bot = true;
        bot.global_name = None;
        let mut gus = User::new(GUS, "gus", "Gus Guest");
        gus.dms_closed = true;
        let users = [
            bot,
            User::new(ANA, "ana", "Ana Diaz"),
            User::new(BEN, "ben", "Ben Cole"),
            User::new(SAM, "sam", "Sam Lee"),
            gus,
            User::new(XENA, "xena", "Xena of Elsewhere"),
        ];
        let mut care = Role::new(CARE, "care", 0);
        care.mentionable = true;
        let mut own = Role::new(BOT_ROLE, "hearback", rights::EVERYBODY | rights::MANAGE_THREADS);
        own.managed = true;
        let roles = [Role::new(GUILD, "@everyone", rights::EVERYBODY), care, Role::new(LEAD, "lead", 0), own];
        let joined: Timestamp = "2024-02-01T00:00:00Z".parse().expect("a time");
        let member = |user: &str, roles: &[&str]| Member {
            user: user.into(),
            nick: None,
            roles: roles.iter().map(|r| (*r).to_owned()).collect(),
            joined,
        };
        let members = [
            member(APP, &[BOT_ROLE]),
            member(ANA, &[CARE, LEAD]),
            member(BEN, &[CARE]),
            member(SAM, &[]),
            member(GUS, &[]),
        ];
        let mut random = Channel::new(RANDOM, TEXT, "random");
        random.overwrites.push(Overwrite { id: APP.into(), kind: 1, allow: 0, deny: rights::VIEW_CHANNEL });
        let mut forum = Channel::new(FORUM, FORUM_KIND, "mentions");
        let tags = [(TAG_COMPLAINT, "complaint"), (TAG_OPEN, "open"), (TAG_DONE, "done")];
        forum.tags = tags.map(|(id, name)| Tag { id: id.into(), name: name.into(), moderated: false }).to_vec();
        let mut elsewhere = Channel::new(ELSEWHERE, TEXT, "elsewhere");
        elsewhere.guild = Some(OTHER_GUILD.into());
        let channels = [
            Channel::new(SUPPORT, TEXT, "support"),
            Channel::new(PRAISE, TEXT, "praise"),
            random,
            Channel::new(NEWS, ANNOUNCEMENT, "news"),
            forum,
            elsewhere,
        ];
        Self {
            now,
            application: Application {
                name: "hearback".into(),
                description: String::new(),
                flags: 0,
                endpoint: None,
                verify_key: super::story::hex(super::story::signing_key().verifying_key().as_bytes()),
                token: format!("{}.GfAke0.not-a-real-token-of-anybody", super::story::token_head(APP)),
                token_good: true,
            },
            users: users.into_iter().map(|u| (u.id.clone(), u)).collect(),
            guild_name: "Acme".into(),
            owner: SAM.into(),
            members: members.into_iter().map(|m| (m.user.clone(), m)).collect(),
            roles: roles.into_iter().map(|r| (r.id.clone(), r)).collect(),
            channels: channels.into_iter().map(|c| (c.id.clone(), c)).collect(),
            commands: Vec::new(),
            created: Vec::new(),
            requests: Vec::new(),
            violations: Vec::new(),
            pings: Vec::new(),
            unfurls: Vec::new(),
            events: Vec::new(),
            scripts: BTreeMap::new(),
            buckets: Buckets::default(),
            nonces: Vec::new(),
            delivered: None,
            in_flight: 0,
            hangs: 0,
            by_schema: true,
            last_id: 0,
        }
    }

    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// A new id: milliseconds, then a count; always rising.
    pub fn next_id(&mut self) -> String {
        let base = (self.now().as_millisecond() - DISCORD_EPOCH) << 22;
        self.last_id = base.max(self.last_id + 1);
        self.last_id.to_string()
    }

    /// The app broke a rule.
    pub fn violation(&mut self, text: impl Into<String>) {
        self.violations.push(text.into());
    }

    /// A channel of a story; panics if the story is wrong.
    pub fn channel(&self, id: &str) -> &Channel {
        self.channels.get(id).unwrap_or_else(|| panic!("there is no channel {id}"))
    }

    pub fn channel_mut(&mut self, id: &str) -> &mut Channel {
        self.channels.get_mut(id).unwrap_or_else(|| panic!("there is no channel {id}"))
    }

    /// A channel that the bot asks for: 404 where it is not there, 403 where the bot cannot see it.
    pub fn seen_channel(&self, id: &str) -> Result<&Channel, ApiError> {
        let channel = self.channels.get(id).ok_or_else(|| ApiError::code(10003))?;
        self.need(channel, rights::VIEW_CHANNEL)?;
        Ok(channel)
    }

    /// Whether the bot may do this there.
    pub fn need(&self, channel: &Channel, wanted: u64) -> Result<(), ApiError> {
        let has = self.rights(APP, channel);
        if has & rights::VIEW_CHANNEL == 0 {
            return Err(ApiError::code(50001));
        }
        if has & wanted == wanted { Ok(()) } else { Err(ApiError::code(50013)) }
    }

    /// A message that the app may know of; those that one person sees are known to nobody.
    pub fn seen_message(&self, channel: &str, id: &str) -> Result<&Message, ApiError> {
        let place = self.channels.get(channel).ok_or_else(|| ApiError::code(10003))?;
        place.message(id).filter(|m| m.ephemeral_for.is_none()).ok_or_else(|| ApiError::code(10008))
    }

    /// How somebody is called in the server.
    pub fn display_name(&self, user: &str) -> String {
        let nick = self.members.get(user).and_then(|m| m.nick.clone());
        let own = self.users.get(user).map(|u| u.global_name.clone().unwrap_or_else(|| u.name.clone()));
        nick.or(own).unwrap_or_else(|| "unknown-user".to_owned())
    }
}
