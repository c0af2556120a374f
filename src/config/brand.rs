//! `[[brand]]`: what is watched for.

use super::known::Known;
use super::reader::Section;
use super::schema::{self, Key, Table};
use super::values;
use crate::domain::{BrandId, BrandRules, Mode};

const NAME: Key = Key::required("name", "a short name such as \"acme\"");
const TITLE: Key = Key::optional("title", "the name that people read, such as \"Acme Ltd\"");
const MODE: Key = Key::with_default("mode", "\"confirm\", \"approve\" or \"direct\"", "confirm");
const TERMS: Key = Key::optional("terms", "words in quotes, such as [\"acme\"]");
const PHRASES: Key = Key::optional("phrases", "phrases in quotes, such as [\"acme phone\"]");
const EXCLUDE: Key = Key::optional("exclude", "words or phrases in quotes, such as [\"acme, ohio\"]");
const HASHTAGS: Key = Key::optional("hashtags", "hashtags in quotes, such as [\"#acme\"]");
const HANDLES: Key = Key::optional("handles", "handles in quotes, such as [\"@acme\"]");
const DOMAINS: Key = Key::optional("domains", "domains in quotes, such as [\"acme.example\"]");
const ACCOUNTS: Key = Key::optional("accounts", "own accounts in quotes, such as [\"hackernews:acme\"]");
const CASE_SENSITIVE: Key = Key::optional("case_sensitive", "some of the terms and phrases, such as [\"ACME\"]");
const NEAR: Key = Key::optional("near", "words or phrases in quotes, such as [\"phone\", \"store\"]");
const NEAR_WITHIN: Key = Key::optional("near_within", "a whole number of words, such as 10");
const WORDS: Key = Key::optional("words", "tables [[brand.words]]");
const LANGUAGE: Key = Key::required("language", "a language such as \"de\"");
const THANKS: Key = Key::optional("thanks", "short thank-yous in quotes, such as [\"Thank you, {author}!\"]");
const LANGUAGES: Key = Key::optional("languages", "languages such as [\"en\", \"de\"]");
const PRIVATE_WAY: Key = Key::optional("private_way", "a web or e-mail address in quotes");
const HANDOFF: Key = Key::optional("handoff", "a text in quotes, such as \"{author}, please write to us: {link}\"");

const TONE: Key = Key::optional("tone", "how the brand speaks, in quotes, such as \"warm and short\"");

/// One brand.
pub const TABLE: Table = Table {
    title: "[[brand]]",
    keys: &[
        &NAME,
        &TITLE,
        &MODE,
        &TERMS,
        &PHRASES,
        &EXCLUDE,
        &HASHTAGS,
        &HANDLES,
        &DOMAINS,
        &ACCOUNTS,
        &CASE_SENSITIVE,
        &LANGUAGES,
        &NEAR,
        &NEAR_WITHIN,
        &WORDS,
        &THANKS,
        &PRIVATE_WAY,
        &HANDOFF,
        &TONE,
    ],
};

/// What a brand is called in one language.
pub const IN_LANGUAGE: Table = Table { title: "[[brand.words]]", keys: &[&LANGUAGE, &TERMS, &EXCLUDE] };

/// What counts in posts of one language alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// ISO 639-1 code.
    pub language: String,
    /// Whole words or phrases.
    pub terms: Vec<String>,
    /// Where one of these is found, the brand is not meant.
    pub exclude: Vec<String>,
}

/// A brand, and what is said when it is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brand {
    /// Its name, unique.
    pub id: String,
    /// The name that people read; the name if none is given.
    pub title: String,
    /// How its replies go out.
    pub mode: Mode,
    /// Whole words.
    pub terms: Vec<String>,
    /// Several words in a row.
    pub phrases: Vec<String>,
    /// Where one of these is found, the brand is not meant.
    pub exclude: Vec<String>,
    /// Without `#`.
    pub hashtags: Vec<String>,
    /// Without a leading `@`.
    pub handles: Vec<String>,
    /// Such as `acme.example`, lower case.
    pub domains: Vec<String>,
    /// Own accounts, each a handle or id, possibly after `NETWORK:`; their posts are no mentions but answers.
    pub accounts: Vec<String>,
    /// Those of the terms and phrases that count only in exactly this case.
    pub case_sensitive: Vec<String>,
    /// The languages in which it is watched, ISO 639-1; empty: all.
    pub languages: Vec<String>,
    /// One of these must be near a term or phrase for it to count; none: each counts by itself.
    pub near: Vec<String>,
    /// How many words away is near; `None`: as many as the matcher has by itself.
    pub near_within: Option<usize>,
    /// What counts in posts of one language alone.
    pub words: Vec<Words>,
    /// Short thank-yous with `{author}`-style variables.
    pub thanks: Vec<String>,
    /// Where personal data goes instead of into a public reply.
    pub private_way: Option<String>,
    /// How authors are asked to go on in private, with `{author}`-style variables and `{link}` for the private way.
    pub handoff: Option<String>,
    /// How it speaks: what an assistant is told that suggests texts.
    pub tone: Option<String>,
}

impl Brand {
    /// What the domain needs to know of it.
    pub fn rules(&self) -> (BrandId, BrandRules) {
        let rules = BrandRules {
            title: self.title.clone(),
            mode: self.mode,
            thanks: self.thanks.clone(),
            private_way: self.private_way.clone(),
            handoff: self.handoff.clone(),
        };
        (BrandId::new(&self.id), rules)
    }

    /// What a network's own search is asked for: the terms, phrases and domains.
    pub fn search_terms(&self) -> Vec<String> {
        let in_languages = self.words.iter().flat_map(|words| &words.terms);
        [&self.terms, &self.phrases, &self.domains].into_iter().flatten().chain(in_languages).cloned().collect()
    }
}

pub(super) fn read_all(root: &Section<'_>, known: &mut Known) -> Vec<Brand> {
    root.tables(&schema::BRAND).into_iter().map(|section| read(section, known)).collect()
}

fn read(section: Section<'_>, known: &mut Known) -> Brand {
    let id = section.parsed(&NAME, values::name);
    let section = if id.is_empty() { section } else { section.renamed(format!("brand.{id}")) };
    section.refuse_unknown(&TABLE);
    if let Some(say) = known.add_brand(&id) {
        section.problem(&NAME, say);
    }
    let brand = Brand {
        title: section.optional(&TITLE, values::text).unwrap_or_else(|| id.clone()),
        mode: section.parsed(&MODE, mode),
        terms: section.list(&TERMS, values::text),
        phrases: section.list(&PHRASES, values::text),
        exclude: section.list(&EXCLUDE, values::text),
        hashtags: section.list(&HASHTAGS, |typed| one_word(typed, '#')),
        handles: section.list(&HANDLES, |typed| one_word(typed, '@')),
        domains: section.list(&DOMAINS, domain),
        accounts: section.list(&ACCOUNTS, values::text),
        case_sensitive: section.list(&CASE_SENSITIVE, values::text),
        languages: section.list(&LANGUAGES, values::language),
        near: section.list(&NEAR, values::text),
        near_within: section.count(&NEAR_WITHIN),
        words: section.tables(&WORDS).iter().map(words).collect(),
        thanks: section.list(&THANKS, values::text),
        private_way: section.optional(&PRIVATE_WAY, values::text),
        handoff: section.optional(&HANDOFF, values::text),
        tone: section.optional(&TONE, values::text),
        id,
    };
    let watched = [&TERMS, &PHRASES, &HASHTAGS, &HANDLES, &DOMAINS, &WORDS];
    let unreadable = watched.iter().any(|key| section.has(key));
    let lists = [&brand.terms, &brand.phrases, &brand.hashtags, &brand.handles, &brand.domains];
    if lists.into_iter().chain(brand.words.iter().map(|words| &words.terms)).all(Vec::is_empty) {
        let say = "nothing to watch for; give it terms, phrases, hashtags, handles or domains";
        if unreadable {
            section.problem(&TERMS, say);
        } else {
            section.absence(say);
        }
    }
    if brand.near_within.is_some() && brand.near.is_empty() {
        section.problem(
            &NEAR_WITHIN,
            "says how near the words of `near` must be, which is missing; write it, or take this out",
        );
    }
    if section.is_empty_list(&NEAR) {
        section.problem(&NEAR, "an empty list makes nothing near; name some words, or leave the key out");
    }
    if brand.private_way.is_none() && brand.handoff.as_ref().is_some_and(|text| text.contains("{link}")) {
        section.problem(&HANDOFF, "{link} stands for private_way, which is missing; write it, or take {link} out");
    }
    for term in &brand.case_sensitive {
        if !brand.terms.contains(term) && !brand.phrases.contains(term) {
            let say = format!("{term:?} is none of this brand's terms or phrases; add it there too, spelled the same");
            section.problem(&CASE_SENSITIVE, say);
        }
    }
    brand
}

fn words(section: &Section<'_>) -> Words {
    section.refuse_unknown(&IN_LANGUAGE);
    let words = Words {
        language: section.parsed(&LANGUAGE, values::language),
        terms: section.list(&TERMS, values::text),
        exclude: section.list(&EXCLUDE, values::text),
    };
    if !section.has(&TERMS) && !section.has(&EXCLUDE) {
        section.absence("says nothing; give it terms or exclude");
    }
    words
}

fn mode(typed: &str) -> Result<Mode, String> {
    values::word(typed, &[("confirm", Mode::Confirm), ("approve", Mode::Approve), ("direct", Mode::Direct)])
}

fn one_word(typed: &str, sign: char) -> Result<String, String> {
    let word = values::text(typed)?;
    let word = word.strip_prefix(sign).unwrap_or(&word);
    if word.is_empty() || word.contains(char::is_whitespace) || word.starts_with(sign) {
        return Err(format!("{typed:?} is not one word after \"{sign}\"; write it such as \"{sign}acme\""));
    }
    Ok(word.to_owned())
}

fn domain(typed: &str) -> Result<String, String> {
    let domain = values::text(typed)?;
    match url::Host::parse(&domain) {
        Ok(url::Host::Domain(host)) if host.contains('.') => Ok(host),
        _ => Err(format!("{typed:?} is not a domain; write it such as \"acme.example\", without https:// and path")),
    }
}
