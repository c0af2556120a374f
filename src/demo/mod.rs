//! What `hearback demo` shows: an invented brand and what people say about it. Content only.

mod hostile;
mod network;
mod posts;
mod run;

pub use posts::{DemoPost, posts};
pub use run::{Demo, run};

/// The brand's name in the tables.
pub const BRAND: &str = "northwind";
/// The brand's name as people read it.
pub const BRAND_TITLE: &str = "Northwind Coffee";
/// What is watched for.
pub const TERMS: &[&str] = &["Northwind Coffee", "northwindcoffee", "Northwind"];
/// What is not meant: the wind itself.
pub const EXCLUDE: &[&str] = &["north wind", "northwind sailing"];
/// Handles whose mention makes a post direct.
pub const HANDLES: &[&str] = &["northwindcoffee"];
/// Own accounts, by network: what they say is an answer, not a mention.
pub const ACCOUNTS: &[(&str, &str)] = &[("mastodon", "northwindcoffee"), ("reviews", "northwind-team")];
/// Thank-yous for `thanks`.
pub const THANKS: &[&str] = &[
    "Thank you, {author}! That made our morning.",
    "You just made the roastery smile, {author}. Thank you!",
    "Thanks for telling the world, {author}. Next cup tastes even better.",
];

/// A pretend source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoSource {
    /// Its name.
    pub source: &'static str,
    /// Its network, as on the card.
    pub network: &'static str,
    /// Replies can be sent; otherwise it is read-only.
    pub reply: bool,
    /// Longest reply, in characters; `None` without a limit.
    pub longest: Option<usize>,
}

/// The pretend sources.
pub const SOURCES: &[DemoSource] = &[
    DemoSource { source: "demo-mastodon", network: "mastodon", reply: true, longest: Some(500) },
    DemoSource { source: "demo-reviews", network: "reviews", reply: true, longest: Some(4096) },
    DemoSource { source: "demo-feed", network: "feed", reply: false, longest: None },
    DemoSource { source: "demo-hackernews", network: "hackernews", reply: false, longest: None },
];

/// The first screen: what to type, in five lines.
pub const FIRST_SCREEN: &str = "\
claim                    take what is due first; claim 3 takes #3
reply 3 We are on it!    preview the answer; send 3 then sends it
thanks 4                 thank a fan; note, snooze and done do the rest
queue, stats             what waits, how long customers waited; digest preview
as ben, wait 10m         type as Ben, let time pass; help lists everything; quit";

/// A script that shows the main job: `hearback demo < script.txt`.
pub const SCRIPT: &str = include_str!("script.txt");
