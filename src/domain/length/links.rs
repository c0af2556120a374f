//! Links as X finds them in a text, or may find them.

/// Endings of countries that X knows.
const COUNTRIES: &str = "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc \
    cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga \
    gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp \
    ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms \
    mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro \
    rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv \
    tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw";
/// Other endings that are common and that X knows; links with endings that are not here count as they are written, if that
/// is more.
const GENERIC: &str = "com net org edu gov int info biz name pro app dev shop store online site blog cloud page link tech \
    news live agency media email support social community help club life world today art design studio business company \
    careers academy school systems solutions services center photo photos video guru expert finance";
/// Longest link that is taken for one, in bytes.
const LONGEST: usize = 1_000;

/// A link, or what may be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// Where it begins, in bytes.
    pub start: usize,
    /// Its length in bytes.
    pub length: usize,
    /// X certainly takes exactly this for a link.
    pub sure: bool,
    /// Letters in it that X may leave outside.
    pub foreign: usize,
}

/// The first link of `text`; `before` is the character in front of it.
pub(super) fn next(text: &str, before: Option<char>) -> Option<Link> {
    let mut before = before;
    for (start, c) in text.char_indices() {
        if begins(before, c) {
            let found = text.get(start..).and_then(|tail| link(tail, before));
            if let Some((length, sure, foreign)) = found {
                return Some(Link { start, length, sure, foreign });
            }
        }
        before = Some(c);
    }
    None
}

/// Whether a link may begin with `c` after `before`: not in the middle of a word, a handle, a tag or an address.
fn begins(before: Option<char>, c: char) -> bool {
    let within = |b: char| in_host(b) || matches!(b, '@' | '＠' | '$' | '#' | '＃' | '.');
    in_host(c) && before.is_none_or(|b| !within(b))
}

/// A character of a name of a host: ASCII, or a letter of a Latin alphabet with something to it.
fn in_host(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_') || is_accented(c)
}

fn is_accented(c: char) -> bool {
    matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}') && c.is_alphabetic()
}

/// The link at the beginning of `text`: its length in bytes, whether it is certain, and foreign letters in it.
fn link(text: &str, before: Option<char>) -> Option<(usize, bool, usize)> {
    let scheme =
        ["https://", "http://"].into_iter().find(|s| text.get(..s.len()).is_some_and(|t| t.eq_ignore_ascii_case(s)));
    let after = text.get(scheme.map_or(0, str::len)..)?;
    let host_end = |c: char| !(in_host(c) || c == '.' || (scheme.is_some() && c.is_alphanumeric()));
    let host = after.split(host_end).next()?.trim_end_matches('.');
    let (name, ending) = host.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    let letters = ending.chars().filter(|c| c.is_alphabetic()).count();
    if name.is_empty() || letters < 2 {
        return None;
    }
    let country = among(COUNTRIES, &ending);
    let generic = among(GENERIC, &ending);
    let tail = after.get(host.len()..).unwrap_or_default();
    let path = path(tail);
    let length = text.len() - tail.len() + path;
    let well_formed = |label: &str| {
        let inside = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        label.len() <= 63 && label.chars().all(inside) && edge(label.chars().next()) && edge(label.chars().last())
    };
    let follows = tail.chars().next();
    let sure = (generic || (country && scheme.is_some()))
        && host.split('.').all(well_formed)
        && !name.eq_ignore_ascii_case("t")
        && length <= LONGEST
        && !follows.is_some_and(|c| c.is_alphanumeric() || matches!(c, '@' | '+' | '-' | '_'))
        && !before.is_some_and(|b| ('\u{202a}'..='\u{202e}').contains(&b) || (scheme.is_none() && b == '/'));
    let foreign = host.chars().filter(|c| !c.is_ascii()).count() * 2;
    Some((length, sure, foreign))
}

fn among(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|w| w == word)
}

/// The length in bytes of the port, path and query at the beginning of `text` that certainly belong to a link.
fn path(text: &str) -> usize {
    let port = text.strip_prefix(':').map_or(0, |t| t.chars().take_while(char::is_ascii_digit).count());
    let port = if port > 0 { port + 1 } else { 0 };
    let rest = text.get(port..).unwrap_or_default();
    if !rest.starts_with(['/', '?']) {
        return port;
    }
    let (way, query) = match rest.split_once('?') {
        Some((way, query)) if way.chars().all(in_path) => (way, Some(query)),
        _ => (rest, None),
    };
    let way = trimmed(taken(way, in_path), |c| matches!(c, '=' | '_' | '#' | '/' | '+' | '-'));
    // A path that ends with punctuation is cut there, and then the query is not the link's.
    let whole = query.is_some() && rest.get(way..).is_some_and(|r| r.starts_with('?'));
    let query = query.filter(|_| whole).map_or(0, |query| {
        trimmed(taken(query, |c| in_path(c) || c == '?'), |c| matches!(c, '=' | '_' | '#' | '/' | '&' | '-'))
    });
    port + way + if query > 0 { query + 1 } else { 0 }
}

/// A character that a path may have wherever it is.
fn in_path(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!*';:=+,.$/%#[]-_~@|&".contains(c)
}

/// The beginning of `text` of such characters.
fn taken(text: &str, fits: impl Fn(char) -> bool) -> &str {
    text.split(|c| !fits(c)).next().unwrap_or_default()
}

/// Its length without what a link does not end with.
fn trimmed(text: &str, ends: impl Fn(char) -> bool) -> usize {
    text.trim_end_matches(|c: char| !(c.is_ascii_alphanumeric() || ends(c))).len()
}
