//! X's JSON. Its API is moving from "tweets" to "posts": the guides and the stream say `referenced_tweets`, newer endpoint
//! descriptions `referenced_posts`; both are read.

use serde::Deserialize;

/// One post.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Tweet {
    pub id: String,
    #[serde(default)]
    pub text: String,
    #[serde(default)]
    pub author_id: Option<String>,
    #[serde(default)]
    pub created_at: Option<String>,
    #[serde(default)]
    pub conversation_id: Option<String>,
    #[serde(default)]
    pub in_reply_to_user_id: Option<String>,
    #[serde(default)]
    pub lang: Option<String>,
    #[serde(default)]
    pub display_text_range: Option<Vec<usize>>,
    #[serde(default)]
    entities: Option<Entities>,
    #[serde(default)]
    edit_history_tweet_ids: Option<Vec<String>>,
    #[serde(default)]
    edit_history_post_ids: Option<Vec<String>>,
    #[serde(default)]
    referenced_tweets: Option<Vec<Reference>>,
    #[serde(default)]
    referenced_posts: Option<Vec<Reference>>,
    #[serde(default, rename = "note_tweet")]
    note: Option<Note>,
    #[serde(default)]
    note_post: Option<Note>,
}

impl Tweet {
    /// The id as a number: newer posts have larger ones (docs.x.com/fundamentals/x-ids).
    pub fn number(&self) -> Option<u64> {
        self.id.parse().ok()
    }

    /// All versions of it, the first one first (docs.x.com/x-api/fundamentals/edit-posts).
    pub fn versions(&self) -> &[String] {
        self.edit_history_tweet_ids.as_deref().or(self.edit_history_post_ids.as_deref()).unwrap_or_default()
    }

    /// The id that it keeps whatever is edited.
    pub fn first_id(&self) -> &str {
        self.versions().first().map_or(self.id.as_str(), String::as_str)
    }

    /// The post that it refers to in that way: `replied_to`, `quoted`, `retweeted`.
    pub fn refers(&self, how: &str) -> Option<&str> {
        let all = self.referenced_tweets.as_ref().or(self.referenced_posts.as_ref())?;
        all.iter().find(|r| r.how == how).map(|r| r.id.as_str())
    }

    fn note(&self) -> Option<&Note> {
        self.note.as_ref().or(self.note_post.as_ref())
    }

    /// The whole text, also of a long post.
    pub fn whole(&self) -> &str {
        self.note().map_or(self.text.as_str(), |note| note.text.as_str())
    }

    /// Those whom the text names.
    pub fn mentions(&self) -> impl Iterator<Item = &Named> {
        self.entities.as_ref().and_then(|e| e.mentions.as_deref()).unwrap_or_default().iter()
    }

    /// Those whom only the long text names.
    pub fn more_mentions(&self) -> impl Iterator<Item = &Named> {
        let entities = self.note().and_then(|n| n.entities.as_ref());
        entities.and_then(|e| e.mentions.as_deref()).unwrap_or_default().iter()
    }

    /// The links in it.
    pub fn urls(&self) -> impl Iterator<Item = &Linked> {
        let more = self.note().and_then(|n| n.entities.as_ref());
        [self.entities.as_ref(), more].into_iter().flatten().flat_map(|e| e.urls.as_deref().unwrap_or_default())
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Note {
    text: String,
    #[serde(default)]
    entities: Option<Entities>,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Entities {
    #[serde(default)]
    mentions: Option<Vec<Named>>,
    #[serde(default)]
    urls: Option<Vec<Linked>>,
}

/// Somebody whom a text names.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Named {
    /// Where, in characters.
    #[serde(default)]
    pub start: usize,
    #[serde(default)]
    pub username: Option<String>,
    #[serde(default)]
    pub id: Option<String>,
}

/// A link in a text.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Linked {
    /// As it stands in the text.
    #[serde(default)]
    pub url: Option<String>,
    /// What its author wrote.
    #[serde(default)]
    pub expanded_url: Option<String>,
    /// Where it ends up, after every redirection.
    #[serde(default)]
    pub unwound_url: Option<String>,
    /// What that page is called.
    #[serde(default)]
    pub title: Option<String>,
    /// What it says of itself.
    #[serde(default)]
    pub description: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Reference {
    #[serde(rename = "type")]
    how: String,
    id: String,
}

/// One account.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct User {
    pub id: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub username: String,
    #[serde(default)]
    pub public_metrics: Option<Reach>,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub struct Reach {
    #[serde(default)]
    pub followers_count: Option<u64>,
}

/// What comes with an answer besides what was asked for.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Includes {
    #[serde(default)]
    pub users: Vec<User>,
    #[serde(default)]
    tweets: Vec<Tweet>,
    #[serde(default)]
    posts: Vec<Tweet>,
}

impl Includes {
    /// Every post among it: it is paid for too.
    pub fn tweets(&self) -> impl Iterator<Item = &Tweet> {
        self.tweets.iter().chain(&self.posts)
    }
}

/// Something that is wrong, in an answer of any status.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Problem {
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub detail: Option<String>,
    #[serde(default)]
    pub message: Option<String>,
    #[serde(default)]
    pub connection_issue: Option<String>,
    #[serde(default)]
    pub errors: Vec<Problem>,
}

impl Problem {
    /// What it says, the most telling first.
    pub fn said(&self) -> Option<&str> {
        let inner = self.errors.first().and_then(Problem::said);
        inner.or(self.detail.as_deref()).or(self.message.as_deref()).or(self.title.as_deref()).filter(|s| !s.is_empty())
    }

    /// Whether it is of that type, such as `resource-not-found`.
    pub fn is(&self, kind: &str) -> bool {
        self.kind.as_deref().is_some_and(|k| k.ends_with(kind)) || self.errors.iter().any(|e| e.is(kind))
    }
}

/// The page that a list is at.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Meta {
    #[serde(default)]
    pub next_token: Option<String>,
    #[serde(default)]
    pub total_tweet_count: Option<u64>,
}

/// An answer with status 200: there may be problems in it, and nothing else.
#[derive(Clone, Debug, Deserialize)]
pub struct Answer<T> {
    #[serde(default = "none")]
    pub data: Option<T>,
    #[serde(default)]
    pub includes: Includes,
    #[serde(default)]
    pub errors: Vec<Problem>,
    #[serde(default)]
    pub meta: Meta,
    #[serde(default)]
    pub matching_rules: Option<Vec<Rule>>,
}

fn none<T>() -> Option<T> {
    None
}

/// A rule of the filtered stream.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Rule {
    pub id: String,
    #[serde(default)]
    pub value: String,
    #[serde(default)]
    pub tag: Option<String>,
}

/// What was made.
#[derive(Clone, Debug, Deserialize)]
pub struct Made {
    #[serde(default)]
    pub id: Option<String>,
    #[serde(default)]
    pub dm_event_id: Option<String>,
}
