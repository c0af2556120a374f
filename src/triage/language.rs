//! The language of a post: the network's own statement, or else a guess where there is enough to go by.

use whichlang::{Lang, detect_language};

/// The ISO 639-1 code of a post's language, `None` if undetermined.
///
/// What the network states (BCP 47, RFC 5646) wins if it names a language. Otherwise the text is judged without its
/// links, handles and hashtags, and only from 12 letters on; a character of Chinese, Japanese or Korean says as much
/// as three letters.
pub fn language(text: &str, stated: Option<&str>) -> Option<String> {
    stated.and_then(stated_code).or_else(|| guess(text)).map(str::to_owned)
}

/// Fewer letters than this say too little.
const FEWEST_LETTERS: usize = 12;

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

fn guess(text: &str) -> Option<&'static str> {
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
    if seen.total < FEWEST_LETTERS {
        return None;
    }
    match seen.main()? {
        Script::Greek => Some("el"),
        Script::Hebrew => Some("he"),
        Script::Thai => Some("th"),
        Script::Cyrillic if words.contains(['і', 'ї', 'є', 'ґ', 'І', 'Ї', 'Є', 'Ґ']) => Some("uk"),
        main => {
            let (code, script) = code_of(detect_language(&words));
            // A guess in another script than the text's is a shrug.
            (script == main).then_some(code)
        }
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
