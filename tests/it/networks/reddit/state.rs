//! What the fake Reddit knows: things, the account's inbox, tokens, votes.

use crate::networks::contract::Clock;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

pub const ACCOUNT: &str = "acme_help";
/// The post under which everybody comments.
pub const LINK: &str = "t3_link1";
const ALL: &str = "identity read privatemessages history submit vote edit";

#[derive(Clone)]
pub struct Thing {
    pub name: String,
    pub parent: Option<String>,
    pub author: String,
    pub title: String,
    /// Markdown, as it was sent.
    pub body: String,
    /// Seconds since 1970.
    pub at: i64,
    pub edited: Option<i64>,
    pub locked: bool,
}

pub struct State {
    pub clock: Clock,
    /// The newest last.
    things: Vec<Thing>,
    /// What the account is told of: why, and the comment or the private message.
    inbox: Vec<(&'static str, String)>,
    tokens: BTreeMap<String, Vec<String>>,
    /// Every token that was ever given out.
    pub issued: Vec<String>,
    /// What tokens may do from now on.
    pub scopes: String,
    pub likes: BTreeSet<String>,
    pub messages: Vec<(String, String)>,
    /// Those who have blocked the account.
    pub blocks: BTreeSet<String>,
    /// What is said to the next comments instead of taking them.
    pub refusals: VecDeque<Value>,
    /// Comments are taken and not shown in the answer.
    pub quarantined: bool,
    number: usize,
}

fn html(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let paragraphs: Vec<String> =
        text.split("\n\n").map(|p| format!("<p>{}</p>", p.replace('\n', "<br/>\n"))).collect();
    format!("<!-- SC_OFF --><div class=\"md\">{}\n</div><!-- SC_ON -->", paragraphs.join("\n\n"))
}

/// What a reader sees of Markdown: a backslash shows what follows, markup goes, lines flow together.
pub fn shown(markdown: &str) -> String {
    let mut out = String::new();
    for (i, line) in markdown.split('\n').enumerate() {
        let next = markdown.split('\n').nth(i + 1);
        let mut chars = line.trim_end().chars().peekable();
        let mut begins = true;
        while let Some(c) = chars.next() {
            let after = chars.peek().copied();
            match c {
                '\\' if after.is_some_and(|n| n.is_ascii_punctuation()) => out.extend(chars.next()),
                '*' | '`' | '^' | '~' => {}
                '_' if !line.contains("://") && !line.contains("u/") => {}
                '#' | '>' | '-' | '+' if begins => {}
                c => out.push(c),
            }
            begins = begins && c.is_whitespace();
        }
        match next {
            None => {}
            Some(next) if line.is_empty() || next.is_empty() || line.ends_with("  ") => out.push('\n'),
            Some(_) => out.push(' '),
        }
    }
    out
}

impl Thing {
    pub fn is_link(&self) -> bool {
        self.name.starts_with("t3_")
    }

    fn id(&self) -> &str {
        self.name.split_once('_').unwrap().1
    }

    /// As in most lists.
    pub fn json(&self) -> Value {
        let at = float(self.at);
        let author_id = author_id(&self.author);
        let edited = self.edited.map_or(json!(false), |at| json!(float(at)));
        if self.is_link() {
            let path = format!("/r/acme/comments/{}/a_title/", self.id());
            return json!({ "kind": "t3", "data": {
                "name": self.name, "id": self.id(), "subreddit": "acme", "author": self.author,
                "author_fullname": author_id, "title": self.title, "selftext": self.body,
                "selftext_html": html(&shown(&self.body)), "is_self": true, "permalink": path,
                "url": format!("https://www.reddit.com{path}"), "created": at, "created_utc": at, "edited": edited,
                "archived": false, "locked": self.locked, "num_comments": 3, "score": 1, "over_18": false,
            }});
        }
        let path = format!("/r/acme/comments/{}/a_title/{}/", LINK.trim_start_matches("t3_"), self.id());
        json!({ "kind": "t1", "data": {
            "name": self.name, "id": self.id(), "subreddit": "acme", "author": self.author,
            "author_fullname": author_id, "body": self.body, "body_html": html(&shown(&self.body)), "permalink": path,
            "link_id": LINK, "parent_id": self.parent, "created": at, "created_utc": at, "edited": edited, "replies": "",
            "score": 1, "archived": false, "locked": self.locked, "likes": null, "distinguished": null,
        }})
    }

    /// As in the inbox: no `permalink`, no `link_id`.
    fn told(&self, why: &str) -> Value {
        let path = format!("/r/acme/comments/{}/a_title/{}/?context=3", LINK.trim_start_matches("t3_"), self.id());
        json!({ "kind": "t1", "data": {
            "first_message": null, "first_message_name": null, "subreddit": "acme", "likes": null, "replies": "",
            "author_fullname": author_id(&self.author), "id": self.id(), "subject": why.replace('_', " "), "score": 1,
            "author": self.author, "num_comments": 9, "parent_id": self.parent, "subreddit_name_prefixed": "r/acme",
            "new": true, "type": why, "body": self.body, "link_title": "A title", "dest": ACCOUNT, "was_comment": true,
            "body_html": html(&shown(&self.body)), "name": self.name, "created": float(self.at),
            "created_utc": float(self.at), "context": path, "distinguished": null,
        }})
    }
}

/// Reddit writes whole seconds as a fraction.
fn float(seconds: i64) -> f64 {
    format!("{seconds}.0").parse().unwrap()
}

fn author_id(author: &str) -> String {
    format!("t2_{}", if author == ACCOUNT { "acme1" } else { author })
}

impl State {
    pub fn new(clock: Clock) -> Self {
        let at = clock.now().as_second() - 86_400;
        let link = Thing {
            name: LINK.to_owned(),
            parent: None,
            author: "ann".to_owned(),
            title: "A title".to_owned(),
            body: "What do you think?".to_owned(),
            at,
            edited: None,
            locked: false,
        };
        Self {
            clock,
            things: vec![link],
            inbox: Vec::new(),
            tokens: BTreeMap::new(),
            issued: Vec::new(),
            scopes: ALL.to_owned(),
            likes: BTreeSet::new(),
            messages: Vec::new(),
            blocks: BTreeSet::new(),
            refusals: VecDeque::new(),
            quarantined: false,
            number: 0,
        }
    }

    pub fn newest(&self) -> impl Iterator<Item = &Thing> {
        self.things.iter().rev()
    }

    pub fn thing(&self, name: &str) -> Option<&Thing> {
        self.things.iter().find(|t| t.name == name)
    }

    pub fn thing_mut(&mut self, name: &str) -> &mut Thing {
        self.things.iter_mut().find(|t| t.name == name).expect("it is there")
    }

    /// What is right below a thing, the newest first.
    pub fn below<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Thing> {
        self.newest().filter(move |t| t.parent.as_deref() == Some(name))
    }

    /// The account's inbox, the newest first.
    pub fn inbox(&self) -> Vec<Value> {
        let told = |(why, name): &(&'static str, String)| {
            if let Some(thing) = self.thing(name) {
                return Some(thing.told(why));
            }
            name.starts_with("t4_").then(|| {
                let at = float(self.clock.now().as_second());
                json!({ "kind": "t4", "data": {
                    "name": name, "id": name.trim_start_matches("t4_"), "author": "bob", "author_fullname": "t2_bob", "subject": "acme",
                    "body": "in private about acme", "body_html": "<p>in private</p>", "was_comment": false, "context": "",
                    "type": "unknown", "created_utc": at, "parent_id": null, "dest": ACCOUNT,
                }})
            })
        };
        self.inbox.iter().rev().filter_map(told).collect()
    }

    fn next(&mut self) -> usize {
        self.number += 1;
        self.number
    }

    /// Somebody comments; the account is told if it is about it.
    pub fn comment(&mut self, author: &str, to: &str, body: &str) -> String {
        let name = format!("t1_c{}", self.next());
        let at = self.clock.now().as_second();
        let parent = self.thing(to).map(|t| (t.author.clone(), t.is_link()));
        let told = match parent {
            _ if author == ACCOUNT => None,
            Some((whose, true)) if whose == ACCOUNT => Some("post_reply"),
            Some((whose, false)) if whose == ACCOUNT => Some("comment_reply"),
            _ => body.contains(&format!("u/{ACCOUNT}")).then_some("username_mention"),
        };
        self.inbox.extend(told.map(|why| (why, name.clone())));
        let parent = Some(to.to_owned());
        let (author, body, title) = (author.to_owned(), body.to_owned(), String::new());
        self.things.push(Thing { name: name.clone(), parent, author, title, body, at, edited: None, locked: false });
        name
    }

    pub fn post(&mut self, author: &str, title: &str, body: &str) -> String {
        let name = format!("t3_p{}", self.next());
        let (author, title, body) = (author.to_owned(), title.to_owned(), body.to_owned());
        let at = self.clock.now().as_second();
        self.things.push(Thing {
            name: name.clone(),
            parent: None,
            author,
            title,
            body,
            at,
            edited: None,
            locked: false,
        });
        name
    }

    pub fn private_message(&mut self) {
        let name = format!("t4_m{}", self.next());
        self.inbox.push(("unknown", name));
    }

    pub fn remove(&mut self, name: &str) {
        self.things.retain(|t| t.name != name);
    }

    /// The account deletes something of its own.
    pub fn retract(&mut self, name: &str) {
        self.things.retain(|t| t.name != name || t.author != ACCOUNT);
    }

    pub fn issue(&mut self) -> (String, String) {
        let token = format!("token-{}-of-an-hour", self.next());
        self.tokens.insert(token.clone(), self.scopes.split(' ').map(str::to_owned).collect());
        self.issued.push(token.clone());
        (token, self.scopes.clone())
    }

    pub fn scopes(&self, token: &str) -> Option<Vec<String>> {
        self.tokens.get(token).cloned()
    }

    pub fn expire(&mut self) {
        self.tokens.clear();
    }
}
