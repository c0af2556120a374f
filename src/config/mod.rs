//! bot.toml -> [`Config`]: every problem at once, each with its line, its key, what was expected and the nearest valid
//! name. Secrets are named in the file and kept elsewhere.

mod brand;
mod desk;
mod digest;
mod discord;
mod discord_ids;
mod discord_words;
mod hours;
mod known;
mod names;
mod noted;
mod person;
mod problem;
mod reader;
mod route;
mod schema;
mod secret;
mod slack;
mod source;
mod triage;
mod values;

pub use brand::Brand;
pub use desk::{Desk, Log, LogFormat, LogLevel, StoreSettings, TargetTimes, Web};
pub use discord::{Discord, DiscordApi, DiscordTransport};
pub use discord_ids::{
    application as discord_application, application_of, channel as discord_channel, guild as discord_guild,
    user as discord_user,
};
pub use hours::Hours;
pub use names::{SlackNames, slack_names};
pub use noted::Env;
pub use person::Staff;
pub use problem::{Problem, Problems};
pub use route::Route;
pub use schema::{Key, TABLES, Table};
pub use secret::Secret;
pub use slack::{REACTION_COMMANDS, Slack, SlackTransport, channel as slack_channel, prefix as slack_prefix};
pub use source::{
    BlueskySource, Callback, FeedSource, HackerNewsSource, MastodonSource, RedditLogin, RedditSource, Source, Watch,
    WebhookSource, XKeys, XSource,
};
pub use triage::TriageSettings;
pub use values::{duration, local_time, url, zone};

use crate::domain::{BrandId, DigestPlan, Person, PersonId, Place, Role, Rules};
use noted::Ctx;
use reader::Section;
use std::collections::BTreeMap;
use std::path::Path;
use toml::de::DeTable;

/// The largest bot.toml that is read, in bytes; a larger file is something else by mistake.
const LARGEST: u64 = 4 << 20;

/// Everything that bot.toml says, with the defaults for what it does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The desk.
    pub desk: Desk,
    /// What is watched for; at least one.
    pub brands: Vec<Brand>,
    /// Where it is watched; at least one.
    pub sources: Vec<Source>,
    /// What goes where; what no route matches goes to the desk's channel.
    pub routes: Vec<Route>,
    /// The staff.
    pub staff: Vec<Staff>,
    /// What those may do who are not named; `None`: nothing.
    pub others: Option<Role>,
    /// The same in Discord, where anybody may be a member of the server: nothing but what the file says.
    pub others_in_discord: Option<Role>,
    /// When the staff is there; `None`: always.
    pub hours: Option<Hours>,
    /// When it is there for a brand with hours of its own.
    pub brand_hours: BTreeMap<BrandId, Hours>,
    /// When a response is due.
    pub targets: TargetTimes,
    /// What is made of posts that matter.
    pub triage: TriageSettings,
    /// Which channels get a digest, and when.
    pub digests: Vec<(Place, DigestPlan)>,
    /// Slack, if it is used.
    pub slack: Option<Slack>,
    /// Discord, if it is used.
    pub discord: Option<Discord>,
    /// The HTTP listener.
    pub web: Web,
    /// Where everything is kept.
    pub store: StoreSettings,
    /// The log.
    pub log: Log,
    /// What is worth knowing, but no reason to stop.
    pub warnings: Problems,
}

impl Config {
    /// Reads a file and checks that its secrets are where it says.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the file.
    pub fn load(path: &Path, env: Env<'_>) -> Result<Config, Problems> {
        Self::read(path, Some(env))
    }

    /// Reads a file without looking at secrets: enough for whoever only needs the store and the names.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the file.
    pub fn load_without_secrets(path: &Path) -> Result<Config, Problems> {
        Self::read(path, None)
    }

    fn read(path: &Path, env: Option<Env<'_>>) -> Result<Config, Problems> {
        let file = path.display().to_string();
        let whole = |say: String| {
            Problems(vec![Problem { file: file.clone(), at: None, key: String::new(), say, warning: false }])
        };
        let size = std::fs::metadata(path).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => whole(
                "there is no such file; write one with `hearback init`, or name yours with --config PATH".to_owned(),
            ),
            _ => whole(format!("cannot be read: {e}")),
        })?;
        if size.is_dir() || size.len() > LARGEST {
            return Err(whole("is a folder or far too large; name a bot.toml with --config PATH".to_owned()));
        }
        let bytes = std::fs::read(path).map_err(|e| whole(format!("cannot be read: {e}")))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::parse(&file, &bytes, folder, env)
    }

    /// Reads the content of a file. `file` is how messages name it; relative paths in it start at `folder`; without
    /// `env` its secrets are not looked at.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the file.
    pub fn parse(file: &str, bytes: &[u8], folder: &Path, env: Option<Env<'_>>) -> Result<Config, Problems> {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(e) => {
                let good = bytes.get(..e.valid_up_to()).unwrap_or_default();
                let good = String::from_utf8_lossy(good);
                let at = problem::Lines::new(&good).locate(good.len());
                let say = "not UTF-8 from here on; save the file as UTF-8".to_owned();
                return Err(Problems(vec![Problem {
                    file: file.to_owned(),
                    at: Some(at),
                    key: String::new(),
                    say,
                    warning: false,
                }]));
            }
        };
        let (table, syntax) = DeTable::parse_recoverable(text);
        let ctx = Ctx::new(file, text, folder, env);
        let config = assemble(&Section::open(&ctx, String::new(), 0..0, table.get_ref(), &schema::ROOT));
        let problems = ctx.finish(&syntax);
        if problems.is_fatal() {
            return Err(problems);
        }
        Ok(Config { warnings: problems, ..config })
    }

    /// What decisions depend on; whoever makes the adapters adds what the sources can do.
    pub fn rules_base(&self) -> Rules {
        Rules {
            brands: self.brands.iter().map(Brand::rules).collect(),
            people: self.people().into_iter().map(|person| (person.id.clone(), person)).collect(),
            idle_claim_s: i64::try_from(self.desk.idle_claim.as_secs()).unwrap_or(i64::MAX),
            ..Rules::default()
        }
    }

    /// The staff, including who types at the console.
    pub fn people(&self) -> Vec<Person> {
        let mut people: Vec<Person> = self.staff.iter().map(|staff| staff.person.clone()).collect();
        if people.is_empty() {
            people.push(self.console_person());
        }
        people
    }

    /// Who types at the console: as configured, or the first of the staff, or somebody who may do everything.
    pub fn console_person(&self) -> Person {
        let named = self.desk.person.as_ref().and_then(|name| self.staff.iter().find(|s| s.person.id.0 == *name));
        named.or(self.staff.first()).map_or_else(
            || Person {
                id: PersonId::new("me"),
                name: "Me".to_owned(),
                role: Role::Admin,
                zone: self.desk.zone.clone(),
            },
            |staff| staff.person.clone(),
        )
    }

    /// Every channel to which cards can go, the desk's own first.
    pub fn places(&self) -> Vec<Place> {
        let mut places = vec![self.desk.channel.clone()];
        for place in self.routes.iter().flat_map(|route| &route.to) {
            if !places.contains(place) {
                places.push(place.clone());
            }
        }
        places
    }

    /// The hours of a brand; `None`: always open.
    pub fn hours_of(&self, brand: &BrandId) -> Option<&Hours> {
        self.brand_hours.get(brand).or(self.hours.as_ref())
    }
}

/// Reads the tables in an order in which each knows the names that it may refer to.
fn assemble(root: &Section<'_>) -> Config {
    let mut known = known::Known {
        slack: root.has(&schema::SLACK),
        discord: root.has(&schema::DISCORD),
        ..known::Known::default()
    };
    let desk = desk::desk(root, &mut known);
    let brands = brand::read_all(root, &mut known);
    let sources = source::read_all(root, &brands, &mut known);
    let routes = route::read_all(root, &mut known);
    let staff = person::read_all(root, &desk.zone, &mut known);
    let others = person::others(root);
    let others_in_discord = person::others_in_discord(root, others);
    person::check_approval(root, &brands, &staff, others);
    desk::check_person(root, &desk, &known);
    let slack = slack::read(root, &mut known);
    slack::check_staff(root, slack.as_ref(), &staff, others);
    let discord = discord::read(root, &mut known);
    discord::check_staff(root, discord.as_ref(), &staff, others_in_discord);
    let (hours, brand_hours) = hours::read(root, &desk.zone, &known);
    Config {
        others,
        others_in_discord,
        targets: desk::targets(root),
        triage: triage::read(root),
        digests: digest::read_all(root, &desk.zone, &known),
        slack,
        discord,
        web: desk::web(root),
        store: desk::store(root),
        log: desk::log(root),
        warnings: Problems::default(),
        desk,
        brands,
        sources,
        routes,
        staff,
        hours,
        brand_hours,
    }
}
