//! Answers that were given before, to begin a new one with: without anything that says whom they were given to.

use super::{
    BrandRules, DoneReason, Draft, Lesson, Mention, MentionNo, PersonId, PiiHit, PiiKind, Response, ResponseSource,
    Rules, Said, State, Visibility, fold, guard, pii, pii::Patterns, shorten,
};
use jiff::Timestamp;

/// How much of the mention is shown, in graphemes.
const EXCERPT: usize = 90;
/// From so many digits on, a number or a link is somebody's.
const DIGITS: usize = 5;

/// An answer that was given before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// To which mention.
    pub no: MentionNo,
    /// When it went out.
    pub at: Timestamp,
    /// Who wrote it.
    pub by: PersonId,
    /// How the mention began, on one line, personal data masked.
    pub asked: String,
    /// The answer, with `{author}` where its reader was named, and other holes where it said what was meant for them alone:
    /// until somebody fills them, it is not sent.
    pub answer: String,
}

impl Past {
    /// What can be shown of a mention's answer; `None` if it has none, or none that others may see.
    pub fn of(m: &Mention, rules: &Rules) -> Option<Past> {
        let (draft, response) = answer_of(m)?;
        let brand = rules.brands.get(&m.brand);
        let way = brand.and_then(|b| b.private_way.as_deref());
        let own = &rules.privacy.patterns;
        let asked = one_line(&masked(&m.post.text, way, own)?);
        let who = Reader::of(m, rules, brand);
        let answer = masked(&who.hidden(&draft.text), way, own)?;
        (!answer.trim().is_empty()).then(|| Past { no: m.no, at: response.at, by: draft.by.clone(), asked, answer })
    }
}

/// The first answer of ours that is still there, and how it went out. Nothing of what was private, erased, deleted, spam or
/// not about the brand.
pub fn answer_of(m: &Mention) -> Option<(&Draft, &Response)> {
    let none = |lesson: &Lesson| matches!(lesson.said, Said::Spam | Said::NotUs);
    let nobodys =
        matches!(m.state, State::Done(DoneReason::Spam | DoneReason::NotUs)) || m.lesson.as_ref().is_some_and(none);
    let public = matches!(m.post.native.visibility, None | Some(Visibility::Public | Visibility::Unlisted));
    if m.erased || m.gone.is_some() || nobodys || !public {
        return None;
    }
    let sent: Vec<&Draft> = m.drafts.iter().filter(|d| d.sent && d.purpose.is_reply()).collect();
    let responses = m.cycles.iter().flat_map(super::Cycle::responses);
    let ours: Vec<&Response> = responses.filter(|r| r.source == ResponseSource::Sent).collect();
    // One was deleted again, and the record does not say which: then none is taken.
    if sent.len() != ours.len() {
        return None;
    }
    Some((sent.first()?, ours.into_iter().min_by_key(|r| r.at)?))
}

/// What the author had said up to that moment; all of it, without one.
pub fn said_until(m: &Mention, until: Option<Timestamp>) -> String {
    let later = m.follow_ups.iter().filter(|f| until.is_none_or(|until| f.posted_at <= until));
    std::iter::once(m.post.text.as_str()).chain(later.map(|f| f.text.as_str())).collect::<Vec<_>>().join("\n")
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(EXCERPT).collect();
    let (mut head, cut) = shorten(&words.join(" "), EXCERPT);
    if cut {
        head.push('…');
    }
    head
}

/// The text with holes where personal data stood, but for what the brand says itself; `None` if some cannot be taken out.
fn masked(text: &str, way: Option<&str>, own: &Patterns) -> Option<String> {
    let theirs = |hit: &PiiHit| !way.is_some_and(|way| guard::part_of(hit, way, own));
    let mut out = text.to_owned();
    for hit in pii::find_with(text, own).iter().filter(|hit| theirs(hit)) {
        out = out.replace(&hit.text, &hole(&hit.kind));
    }
    (!pii::find_with(&out, own).iter().any(theirs)).then_some(out)
}

fn hole(kind: &PiiKind) -> String {
    match kind {
        PiiKind::Card => "{card number}".to_owned(),
        PiiKind::Phone => "{phone number}".to_owned(),
        // Its name may have signs that no placeholder has.
        PiiKind::Own(_) => "{number}".to_owned(),
        other => format!("{{{}}}", other.mark()),
    }
}

/// Words after which somebody's name stands.
const GREETINGS: [&str; 33] = [
    "hi",
    "hello",
    "hey",
    "hiya",
    "dear",
    "thanks",
    "sorry",
    "morning",
    "afternoon",
    "evening",
    "mr",
    "mrs",
    "ms",
    "hallo",
    "liebe",
    "lieber",
    "herr",
    "frau",
    "servus",
    "moin",
    "bonjour",
    "salut",
    "cher",
    "chère",
    "madame",
    "monsieur",
    "hola",
    "querido",
    "querida",
    "olá",
    "ciao",
    "beste",
    "dag",
];
/// Words with a capital that are no names, wherever they stand.
const NO_NAMES: [&str; 44] = [
    "a", "all", "and", "any", "are", "as", "at", "can", "could", "do", "everyone", "folks", "for", "from", "good",
    "have", "how", "i", "if", "in", "is", "it", "no", "of", "on", "our", "please", "so", "team", "thank", "thanks",
    "that", "the", "there", "this", "to", "we", "we're", "what", "will", "would", "yes", "you", "your",
];

/// Whether a name follows: a greeting, with nothing but a space or the point of "Mr." after it.
fn greets(word: &str, after: &str) -> bool {
    let title = ["mr", "mrs", "ms", "dr"].contains(&word);
    (after.is_empty() && GREETINGS.contains(&word)) || (title && after == ".")
}

/// Whom an answer was written to, and what in it names them.
struct Reader<'a> {
    /// A name that is written without spaces around it.
    unspaced: Option<&'a str>,
    /// Folded words of their name and handle.
    names: Vec<String>,
    /// Their handle, folded.
    handle: String,
    /// What the brand says of itself: its words, accounts and private way, folded.
    brand: Vec<String>,
}

impl<'a> Reader<'a> {
    fn of(m: &'a Mention, rules: &Rules, brand: Option<&BrandRules>) -> Self {
        let author = &m.post.author;
        let words = |text: &str| -> Vec<String> {
            let parts = text.split(|c: char| !c.is_alphanumeric());
            parts.map(fold).filter(|w| w.chars().count() > 1).collect()
        };
        let accounts = rules.accounts.values().filter_map(|a| a.handle.as_deref());
        let title = brand.map_or("", |b| b.title.as_str());
        let way = brand.and_then(|b| b.private_way.as_deref()).unwrap_or_default();
        let own: Vec<String> = way.split_whitespace().chain(accounts).map(fold).collect();
        let brand: Vec<String> = own.into_iter().chain(words(title)).chain(words(&m.brand.0)).collect();
        let mut names = words(&author.name);
        names.extend(words(&author.handle));
        names.push(fold(&author.handle));
        names.retain(|n| !n.is_empty() && !NO_NAMES.contains(&n.as_str()) && !brand.contains(n));
        let unspaced = Some(author.name.trim());
        let cased = |c: char| c.is_lowercase() || c.is_uppercase();
        let unspaced =
            unspaced.filter(|n| n.chars().count() > 1 && n.contains(char::is_alphabetic) && !n.contains(cased));
        Self { unspaced, names, handle: fold(&author.handle), brand }
    }

    /// The text with holes where somebody is named, or a number or link is somebody's own.
    fn hidden(&self, text: &str) -> String {
        let text = self.unspaced.map_or_else(|| text.to_owned(), |name| text.replace(name, "{author}"));
        let mut out = String::with_capacity(text.len());
        // After a greeting, and after the first part of a name.
        let (mut greeted, mut named) = (false, false);
        for piece in text.split_inclusive(char::is_whitespace) {
            let chunk = piece.trim_end();
            let core = chunk.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '@' | '{' | '}'));
            let Some((before, after)) = chunk.split_once(core).filter(|_| !core.is_empty()) else {
                out.push_str(piece);
                continue;
            };
            let (name, ending) = core.find(['\'', '’']).and_then(|at| core.split_at_checked(at)).unwrap_or((core, ""));
            let hole = self.hole(core, name, greeted || named);
            if named && hole == Some("{author}") && before.is_empty() {
                // First name and surname are one.
                out.truncate(out.trim_end().len());
                out.push_str(ending);
            } else {
                out.push_str(before);
                out.push_str(hole.unwrap_or(name));
                out.push_str(ending);
            }
            out.push_str(after);
            out.push_str(piece.strip_prefix(chunk).unwrap_or_default());
            named = hole == Some("{author}") && after.is_empty() && ending.is_empty();
            greeted = hole.is_none() && greets(&fold(name), after);
        }
        out
    }

    /// What stands instead of a word.
    fn hole(&self, core: &str, name: &str, greeted: bool) -> Option<&'static str> {
        let folded = fold(core);
        let handle = folded.trim_start_matches('@');
        if core.starts_with('{') || self.brand.iter().any(|own| *own == folded || own == handle) {
            return None;
        }
        if core.starts_with('@') {
            let theirs = !self.handle.is_empty() && handle == self.handle;
            return Some(if theirs { "{handle}" } else { "{account}" });
        }
        let digits = core.chars().filter(|c| c.is_numeric()).count();
        if core.contains("://") || folded.starts_with("www.") {
            return (digits >= DIGITS).then_some("{link}");
        }
        if digits >= DIGITS && !core.contains('@') {
            // What is said of a number is still seen: "order {number}".
            return Some("{number}");
        }
        let word = fold(name);
        let capital = name.starts_with(|c: char| !c.is_lowercase() && c.is_alphabetic());
        let theirs = self.names.contains(&word) && (capital || word == self.handle);
        let other = NO_NAMES.contains(&folded.as_str()) || GREETINGS.contains(&word.as_str());
        let greeted = greeted && capital && !other && !self.brand.contains(&word);
        (theirs || greeted).then_some("{author}")
    }
}
