//! The language of a post: guessed where there is enough to go by, or else as the network states it.
//!
//! Networks mostly state the language of the author's app, so that posts in all languages are stated to be English. What
//! they state counts where the text does not clearly say otherwise.

mod hints;

use hints::{CODES as LATIN, OWN_WORD, points};
use whichlang::{Lang, detect_language};

/// The ISO 639-1 code of a post's language, `None` if undetermined.
///
/// The text is judged without its links, handles and hashtags: by its script; in Latin script by whichlang and by its small
/// words and letters, from 8 letters on, or with fewer if it has words that are one language's alone. What the network
/// states (BCP 47, RFC 5646) wins, if it names a language, over a guess that is not sure; never over the script.
pub fn language(text: &str, stated: Option<&str>) -> Option<String> {
    let guess = guess(text);
    let stated = stated.and_then(stated_code).filter(|code| guess.fits(code));
    // A relative of one of the languages that are known here may look like it: stated, it is believed.
    let foreign = guess.script == Some(Script::Latin) && stated.is_some_and(|code| !LATIN.contains(&code));
    let told = if guess.sure && !foreign { guess.code } else { stated.or(guess.code) };
    told.map(str::to_owned)
}

/// Fewer letters than this say too little, unless they are words of one language alone.
const FEWEST_LETTERS: usize = 8;
/// The same for scripts that few languages share.
const FEWEST_OTHERS: usize = 4;

/// The two-letter codes of ISO 639-1.
const CODES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Three-letter codes (ISO 639-2) that systems state for languages that have two letters.
const LONG: [(&str, &str); 24] = [
    ("ara", "ar"),
    ("chi", "zh"),
    ("zho", "zh"),
    ("cmn", "zh"),
    ("deu", "de"),
    ("ger", "de"),
    ("eng", "en"),
    ("fra", "fr"),
    ("fre", "fr"),
    ("hin", "hi"),
    ("ita", "it"),
    ("jpn", "ja"),
    ("kor", "ko"),
    ("nld", "nl"),
    ("dut", "nl"),
    ("pol", "pl"),
    ("por", "pt"),
    ("rus", "ru"),
    ("spa", "es"),
    ("swe", "sv"),
    ("tur", "tr"),
    ("ukr", "uk"),
    ("vie", "vi"),
    ("dan", "da"),
];

fn stated_code(tag: &str) -> Option<&'static str> {
    let primary = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
    CODES
        .split(' ')
        .find(|code| *code == primary)
        .or_else(|| LONG.iter().find(|(long, _)| *long == primary).map(|(_, code)| *code))
}

/// What a text looks like.
#[derive(Clone, Copy, Default)]
struct Guess {
    code: Option<&'static str>,
    /// No statement changes it.
    sure: bool,
    script: Option<Script>,
}

impl Guess {
    /// Whether the text can be in that language. Serbian and a few more are written in several scripts.
    fn fits(self, code: &str) -> bool {
        let several = matches!(code, "sr" | "bs" | "uz" | "az" | "tk" | "ku" | "pa" | "ms" | "ha");
        several || self.script.is_none_or(|script| script == script_of(code))
    }
}

fn guess(text: &str) -> Guess {
    let mut words = String::with_capacity(text.len().min(LONGEST_LOOK));
    for word in text.split_whitespace() {
        if words.len() + word.len() > LONGEST_LOOK {
            break;
        }
        if !word.contains("://") && !word.starts_with(['@', '#']) {
            words.push_str(word);
            words.push(' ');
        }
    }
    let seen = Scripts::count(&words);
    let Some(script) = seen.main() else { return Guess::default() };
    let enough = seen.total >= if script == Script::Latin { FEWEST_LETTERS } else { FEWEST_OTHERS };
    let (code, sure) = match script {
        Script::Latin => return latin(&words, enough),
        Script::Greek => (Some("el"), true),
        Script::Hebrew => (Some("he"), false),
        Script::Thai => (Some("th"), true),
        Script::Cyrillic if words.contains(['і', 'ї', 'є', 'ґ', 'І', 'Ї', 'Є', 'Ґ']) => (Some("uk"), false),
        Script::Arabic if words.contains(['پ', 'چ', 'ژ', 'گ']) => (Some("fa"), false),
        // Their own letters; characters alone may be either's.
        Script::EastAsian if words.contains(|c| matches!(c, '\u{AC00}'..='\u{D7A3}' | '\u{3131}'..='\u{318E}')) => {
            (Some("ko"), true)
        }
        Script::EastAsian if words.contains(|c| matches!(c, '\u{3041}'..='\u{30FA}' | '\u{FF66}'..='\u{FF9D}')) => {
            (Some("ja"), true)
        }
        Script::EastAsian if words.contains(is_han) => {
            (Some(if detect_language(&words) == Lang::Jpn { "ja" } else { "zh" }), false)
        }
        Script::EastAsian => (None, false),
        Script::Cyrillic => (Some("ru"), false),
        Script::Arabic => (Some("ar"), false),
        Script::Devanagari => (Some("hi"), false),
    };
    Guess { code: code.filter(|_| enough), sure: sure && enough, script: Some(script) }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// What whichlang's opinion is worth beside the words: a little less than a word of one language.
const OPINION: u32 = OWN_WORD - 1;
/// So many points beyond the next language, whichlang agreeing, leave no doubt.
const NO_DOUBT: u32 = 3 * OWN_WORD;

fn latin(words: &str, enough: bool) -> Guess {
    let mut points = points(words);
    let hinted = points.iter().any(|n| *n >= OWN_WORD);
    let (opinion, script) = code_of(detect_language(words));
    let named = |code: &str| LATIN.iter().position(|latin| *latin == code);
    if let Some(points) = named(opinion).and_then(|i| points.get_mut(i)) {
        *points += OPINION;
    }
    let best = LATIN.iter().zip(points).max_by_key(|(code, n)| (*n, **code == opinion));
    let Some((code, most)) = best.filter(|(_, n)| *n > 0) else {
        return Guess { script: Some(Script::Latin), ..Guess::default() };
    };
    let next = LATIN.iter().zip(points).filter(|(other, _)| *other != code).map(|(_, n)| n).max().unwrap_or(0);
    let clear = most > next && (enough || hinted);
    let sure = enough && script == Script::Latin && *code == opinion && most >= next + NO_DOUBT;
    Guess { code: clear.then_some(*code), sure, script: Some(Script::Latin) }
}

/// The script that a language is written in on public networks; Latin for most.
fn script_of(code: &str) -> Script {
    match code {
        "ru" | "uk" | "be" | "bg" | "mk" | "kk" | "ky" | "mn" | "tg" | "tt" | "ba" | "cv" | "ce" | "os" | "av"
        | "ab" => Script::Cyrillic,
        "el" => Script::Greek,
        "he" | "yi" => Script::Hebrew,
        "ar" | "fa" | "ur" | "ps" | "sd" | "ug" | "ks" => Script::Arabic,
        "hi" | "mr" | "ne" | "sa" => Script::Devanagari,
        "th" => Script::Thai,
        "zh" | "ja" | "ko" => Script::EastAsian,
        _ => Script::Latin,
    }
}

/// More text than this does not change the guess. Bytes.
const LONGEST_LOOK: usize = 4096;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Greek,
    Hebrew,
    Arabic,
    Devanagari,
    Thai,
    EastAsian,
}

struct Scripts {
    by_script: [(Script, usize); 8],
    total: usize,
}

impl Scripts {
    fn count(text: &str) -> Self {
        use Script::{Arabic, Cyrillic, Devanagari, EastAsian, Greek, Hebrew, Latin, Thai};
        let mut by_script =
            [Latin, Cyrillic, Greek, Hebrew, Arabic, Devanagari, Thai, EastAsian].map(|script| (script, 0usize));
        let mut total = 0;
        for c in text.chars().filter(|c| c.is_alphabetic()) {
            let (script, weight) = match c {
                'a'..='z' | 'A'..='Z' | '\u{AA}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => (Latin, 1),
                '\u{400}'..='\u{52F}' => (Cyrillic, 1),
                '\u{370}'..='\u{3FF}' => (Greek, 1),
                '\u{590}'..='\u{5FF}' => (Hebrew, 1),
                '\u{600}'..='\u{77F}' | '\u{FB50}'..='\u{FEFC}' => (Arabic, 1),
                '\u{900}'..='\u{97F}' => (Devanagari, 1),
                '\u{E00}'..='\u{E7F}' => (Thai, 1),
                c if super::boundary::is_unspaced(c) => (EastAsian, 3),
                _ => continue,
            };
            total += weight;
            if let Some(slot) = by_script.iter_mut().find(|(s, _)| *s == script) {
                slot.1 += weight;
            }
        }
        Self { by_script, total }
    }

    /// The script of more than half of the letters.
    fn main(&self) -> Option<Script> {
        self.by_script.iter().find(|(_, n)| n * 2 > self.total).map(|(script, _)| *script)
    }
}

fn code_of(lang: Lang) -> (&'static str, Script) {
    match lang {
        Lang::Ara => ("ar", Script::Arabic),
        Lang::Cmn => ("zh", Script::EastAsian),
        Lang::Deu => ("de", Script::Latin),
        Lang::Eng => ("en", Script::Latin),
        Lang::Fra => ("fr", Script::Latin),
        Lang::Hin => ("hi", Script::Devanagari),
        Lang::Ita => ("it", Script::Latin),
        Lang::Jpn => ("ja", Script::EastAsian),
        Lang::Kor => ("ko", Script::EastAsian),
        Lang::Nld => ("nl", Script::Latin),
        Lang::Por => ("pt", Script::Latin),
        Lang::Rus => ("ru", Script::Cyrillic),
        Lang::Spa => ("es", Script::Latin),
        Lang::Swe => ("sv", Script::Latin),
        Lang::Tur => ("tr", Script::Latin),
        Lang::Vie => ("vi", Script::Latin),
    }
}
