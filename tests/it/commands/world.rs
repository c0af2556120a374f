//! One mention, a few people, and a desk without I/O: what a command decides is applied at once.

use hearback::commands::ALL;
use hearback::domain::{
    Account, Actor, Answer, Assisted, Author, BrandId, BrandRules, Capabilities, ChatName, Commit, Copies, DigestPlan,
    Effect, EffectChange, Event, EventKind, Facts, Form, Found, Kind, LengthRule, Mention, MentionNo, Mode, Native,
    OpenPage, OpenRow, Past, Person, PersonId, Place, Post, Query, Refusal, Role, Rules, SourceName, SourceRules,
    Targets, Verdict,
};
use hearback::slash::{Args, Call, Filled, Reads, Run, Spec, authorise, parse_line, parse_wanted};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// Due an hour after the post; praise after a day.
pub struct Hour;

impl Targets for Hour {
    fn due(&self, _: &BrandId, kind: Kind, from: Timestamp) -> Option<Timestamp> {
        let hours = if kind == Kind::Praise { 24 } else { 1 };
        from.checked_add(SignedDuration::from_hours(hours)).ok()
    }
}

pub struct World {
    pub rules: Rules,
    pub mention: Mention,
    pub events: Vec<Event>,
    pub effects: Vec<Effect>,
    pub settings: BTreeMap<String, String>,
    pub past: Vec<Past>,
    pub now: Timestamp,
    pub seed: u64,
}

pub type Outcome = Result<Answer, Refusal>;

pub fn person(id: &str) -> Person {
    let role = match id {
        "vic" => Role::Viewer,
        "sam" => Role::Approver,
        "lea" => Role::Lead,
        "adm" => Role::Admin,
        _ => Role::Responder,
    };
    let mut name: Vec<char> = id.chars().collect();
    if let Some(first) = name.first_mut() {
        *first = first.to_ascii_uppercase();
    }
    Person { id: PersonId::new(id), name: name.into_iter().collect(), role, zone: "Europe/London".to_owned() }
}

pub fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

impl World {
    pub fn new(mode: Mode) -> World {
        let people = ["ana", "ben", "sam", "lea", "adm", "vic"].map(person);
        let can = Capabilities {
            reply: true,
            like: true,
            repost: true,
            follow: true,
            undo: true,
            retract: true,
            direct_message: true,
            ..Capabilities::READ_ONLY
        };
        let brand = BrandRules {
            title: "Acme".to_owned(),
            mode,
            thanks: Vec::new(),
            private_way: Some("https://acme.example/help or help@acme.example".to_owned()),
            handoff: None,
        };
        let rules = Rules {
            brands: [(BrandId::new("acme"), brand)].into(),
            sources: [(SourceName::new("hook"), SourceRules { can, length: LengthRule::Chars(300) })].into(),
            accounts: [(
                SourceName::new("hook"),
                Account { network: "mastodon".to_owned(), handle: Some("acme".to_owned()) },
            )]
            .into(),
            people: people.into_iter().map(|p| (p.id.clone(), p)).collect(),
            idle_claim_s: 4 * 3600,
            ..Rules::default()
        };
        let post = Post {
            network: "mastodon".to_owned(),
            source: SourceName::new("hook"),
            external_id: "p1".to_owned(),
            conversation: None,
            parent: None,
            author: Author { id: "a1".into(), name: "Jo Bloggs".into(), handle: "jo".into(), ..Author::default() },
            text: "acme is down again?".to_owned(),
            url: Some("https://social.example/p1".to_owned()),
            language: None,
            posted_at: at("2026-09-07T12:00:00Z"),
            addressed: true,
            native: Native::default(),
        };
        let verdict = Verdict {
            brand: BrandId::new("acme"),
            kind: Kind::Question,
            confidence: 0.8,
            direct: true,
            language: Some("en".to_owned()),
            matched: vec!["acme".to_owned()],
            signals: hearback::domain::Signals::default(),
        };
        let now = at("2026-09-07T12:01:00Z");
        let what = EventKind::Seen {
            post: Box::new(post),
            verdict,
            places: vec![Place::new("console", "support")],
            due_at: Some(at("2026-09-07T13:00:00Z")),
            can,
            nth: 1,
            like: None,
        };
        let seen = Event { at: now, by: Actor::Desk, via: None, what };
        let mention = Mention::open(MentionNo(142), &seen).expect("opened");
        let settings = BTreeMap::new();
        World { rules, mention, events: vec![seen], effects: Vec::new(), settings, past: Vec::new(), now, seed: 7 }
    }

    pub fn waits(&mut self, minutes: i64) {
        self.now = self.now.checked_add(SignedDuration::from_mins(minutes)).expect("in range");
    }

    /// Applies events as the desk would.
    pub fn happens(&mut self, by: &Actor, kinds: Vec<EventKind>) {
        if kinds.is_empty() {
            return;
        }
        let via = matches!(by, Actor::Person(_)).then(|| ChatName::new("console"));
        let events: Vec<Event> =
            kinds.into_iter().map(|what| Event { at: self.now, by: by.clone(), via: via.clone(), what }).collect();
        let mut commit = Commit::at(self.now);
        self.mention = commit.happen(&self.mention, events.clone());
        self.events.extend(events);
        self.effects.extend(commit.effects.into_iter().filter_map(|c| match c {
            EffectChange::Put(effect) => Some(effect),
            EffectChange::Done(_) => None,
        }));
    }

    /// The assistant suggests a text, for which Ana asked.
    pub fn suggests(&mut self, text: &str) {
        let (text, model) = (text.to_owned(), "small-1".to_owned());
        let what = Assisted::Draft { text, strange: Vec::new(), model, asked: person("ana").id };
        self.happens(&Actor::Desk, vec![EventKind::Assisted { what }]);
    }

    /// The network confirms the reply that is on its way.
    pub fn confirms(&mut self) {
        let sending = self.mention.sending.clone().expect("something is on its way");
        let text = self.mention.draft_version(sending.version).expect("a draft").text.clone();
        self.happens(
            &Actor::Desk,
            vec![EventKind::Replied {
                version: sending.version,
                text,
                external_id: format!("r{}", sending.send),
                url: None,
                posted_at: self.now,
                by: sending.by,
            }],
        );
    }

    /// Nobody knows what became of the reply that is on its way.
    pub fn loses_track(&mut self) {
        self.happens(&Actor::Desk, vec![EventKind::SendUnknown { why: "timed out".to_owned() }]);
    }

    pub fn run(&mut self, who: &str, line: &str) -> Outcome {
        self.run_watched(who, line, &Reads::default())
    }

    /// What the person reads.
    pub fn says(&mut self, who: &str, line: &str) -> String {
        match self.run(who, line) {
            Ok(answer) => words(&answer),
            Err(refusal) => panic!("{who} was refused {line:?}: {refusal}"),
        }
    }

    /// Why the person is refused.
    pub fn refuses(&mut self, who: &str, line: &str) -> String {
        let before = (self.mention.clone(), self.settings.clone());
        match self.run(who, line) {
            Ok(answer) => panic!("{who} was not refused {line:?}: {}", words(&answer)),
            Err(refusal) => {
                assert_eq!(before, (self.mention.clone(), self.settings.clone()), "a refusal changes nothing");
                refusal.say
            }
        }
    }

    pub fn run_watched(&mut self, who: &str, line: &str, reads: &Reads) -> Outcome {
        let (spec, args) = parse_line(ALL, line)?;
        let who = person(who);
        authorise(spec, &who)?;
        self.run_args(spec, &args.watched(reads), &who)
    }

    pub fn run_args(&mut self, spec: &Spec, args: &Args, who: &Person) -> Outcome {
        self.run_typed(spec, args, who, Filled::No)
    }

    /// A form is handed in: the line that it makes, while the form is still open.
    pub fn hands_in(&mut self, who: &str, line: &str) -> Outcome {
        let (spec, args) = parse_line(ALL, line)?;
        let who = person(who);
        authorise(spec, &who)?;
        self.run_typed(spec, &args, &who, Filled::Open)
    }

    /// The same, when the form is closed by then.
    pub fn hands_in_closed(&mut self, who: &str, line: &str) -> Outcome {
        let (spec, args) = parse_line(ALL, line)?;
        let who = person(who);
        authorise(spec, &who)?;
        self.run_typed(spec, &args, &who, Filled::Closed)
    }

    /// The form that a line is answered with, if a form is wanted.
    pub fn asks(&self, who: &str, line: &str) -> Result<Option<Form>, Refusal> {
        let (spec, args) = parse_wanted(ALL, line)?;
        let who = person(who);
        authorise(spec, &who)?;
        let Some(prompt) = spec.prompt else { return Ok(None) };
        let (chat, place) = (ChatName::new("console"), Place::new("console", "support"));
        let no = Some(self.mention.no).filter(|_| spec.wants_mention(&args));
        let call = Call {
            who: &who,
            at: self.now,
            chat: &chat,
            place: &place,
            no,
            args: &args,
            rules: &self.rules,
            targets: &Hour,
            seed: self.seed,
            filled: Filled::No,
        };
        let found = self.found((prompt.query)(&call)?);
        (prompt.form)(&call, no.map(|_| &self.mention), &found)
    }

    fn run_typed(&mut self, spec: &Spec, args: &Args, who: &Person, filled: Filled) -> Outcome {
        let (chat, place) = (ChatName::new("console"), Place::new("console", "support"));
        let rules = self.rules.clone();
        let call = Call {
            who,
            at: self.now,
            chat: &chat,
            place: &place,
            no: Some(self.mention.no).filter(|_| spec.wants_mention(args)),
            args,
            rules: &rules,
            targets: &Hour,
            seed: self.seed,
            filled,
        };
        let actor = Actor::Person(who.id.clone());
        match spec.run_for(args) {
            Run::Act(decide) => {
                let decision = decide(&call, &self.mention)?;
                self.happens(&actor, decision.events);
                Ok(decision.answer)
            }
            Run::ActWith { query, decide } => {
                let decision = decide(&call, &self.mention, &self.found(query(&call)?))?;
                self.happens(&actor, decision.events);
                Ok(decision.answer)
            }
            Run::Ask { query, decide } => {
                let ruling = decide(&call, &self.found(query(&call)?))?;
                self.effects.extend(ruling.effects);
                for (key, value) in ruling.settings {
                    match value {
                        Some(value) => drop(self.settings.insert(key, value)),
                        None => drop(self.settings.remove(&key)),
                    }
                }
                self.rules.paused = self.settings.get("paused").map(|p| serde_json::from_str(p).expect("readable"));
                Ok(ruling.answer)
            }
            Run::Depends(_) => panic!("run_for resolves it"),
        }
    }

    fn found(&self, query: Query) -> Found {
        match query {
            Query::Nothing => Found::Nothing,
            Query::Open(_) => Found::Open(OpenPage { rows: vec![self.row()], total: 1 }),
            Query::Mention(_) => Found::Mention(Box::new(self.mention.clone()), self.events.clone(), self.past.clone()),
            Query::Similar { .. } => Found::Similar(self.past.clone()),
            Query::Copies(query) => Found::Copies(Copies { of: Some(query.of), ..Copies::default() }),
            Query::Find { .. } => Found::Mentions(vec![self.mention.clone()]),
            Query::Facts { .. } => Found::Facts(Facts::default()),
            Query::Settings(prefix) => {
                let rows = self.settings.iter().filter(|(k, _)| k.starts_with(&prefix));
                Found::Settings(rows.map(|(k, v)| (k.clone(), v.clone())).collect())
            }
            Query::Digest(place) => {
                let plan = self.settings.get(&format!("digest:{place}"));
                let plan = plan.map_or_else(DigestPlan::default, |p| serde_json::from_str(p).expect("readable"));
                Found::Digest(Box::default(), plan)
            }
            Query::Model => Found::Model(Box::default(), None),
            Query::Health { .. } => Found::Health(Box::default()),
        }
    }

    fn row(&self) -> OpenRow {
        OpenRow::of(&self.mention)
    }

    /// Events of one kind so far.
    pub fn count(&self, is: fn(&EventKind) -> bool) -> usize {
        self.events.iter().filter(|e| is(&e.what)).count()
    }
}

/// Everything that an answer says, buttons in brackets.
pub fn words(answer: &Answer) -> String {
    use hearback::domain::Span;
    let mut out = String::new();
    for span in &answer.text.0 {
        match span {
            Span::Plain(t) | Span::Bold(t) | Span::Quote(t) | Span::Code(t) => out.push_str(t),
            Span::Time(t) => out.push_str(&t.to_string()),
            Span::Person(person) => out.push_str(person.as_str()),
            Span::Link { label, url } => out.extend([label.as_str(), " ", url.as_str()]),
            Span::Break => out.push('\n'),
        }
    }
    for button in &answer.buttons {
        out.extend([" [", button.label.as_str(), ": ", button.command.as_str(), "]"]);
    }
    out
}
