//! Labelled texts, in whatever form they come: JSON lines, one JSON array, or a table with a header.

use crate::domain::Kind;
use serde_json::{Map, Value};

/// A labelled text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Its line in the file, or, in an array, its place, from 1.
    pub line: usize,
    /// What somebody wrote.
    pub text: String,
    /// What it is.
    pub label: Option<Label>,
    /// It asks something.
    pub question: Option<bool>,
    /// Somebody waits for an answer.
    pub needs_reply: Option<bool>,
    /// ISO 639-1 code.
    pub language: Option<String>,
    /// The personal data in it, if that was labelled: what sort, and the words.
    pub spans: Option<Vec<(String, String)>>,
    /// When it was written, as the file says: equal forms compare like moments.
    pub at: Option<String>,
    /// Who wrote it.
    pub author: String,
}

/// What a text was labelled as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// 0 negative, 1 neutral, 2 positive.
    Feeling(usize),
    /// A kind.
    Kind(Kind),
}

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// The rows that can be used.
    pub rows: Vec<Row>,
    /// The lines that cannot, and why.
    pub bad: Vec<(usize, &'static str)>,
}

const TEXT: [&str; 6] = ["text", "full_text", "tweet", "content", "body", "message"];
const LABEL: [&str; 5] = ["label", "kind", "sentiment", "y", "class"];
const LANGUAGE: [&str; 2] = ["lang", "language"];
const AT: [&str; 4] = ["at", "created_at", "date", "timestamp"];
const AUTHOR: [&str; 3] = ["author", "author_id", "user"];

/// A line and what stands there, or why it cannot be used.
type Object = (usize, Result<Map<String, Value>, &'static str>);

/// Reads a file.
pub fn parse(file: &str) -> File {
    let file = file.trim_start_matches('\u{feff}');
    let rows: Vec<Object> = match file.trim_start().chars().next() {
        Some('[') => array(file),
        Some('{') => lines(file),
        _ => table(file),
    };
    let mut out = File::default();
    let mut numbers: Vec<Option<f64>> = Vec::new();
    for (line, object) in rows {
        match object.and_then(|o| row(line, &o).map(|r| (r, number(&o)))) {
            Ok((row, number)) => {
                out.rows.push(row);
                numbers.push(number);
            }
            Err(why) => out.bad.push((line, why)),
        }
    }
    // -1, 0 and 1 in one file, 0, 1 and 2 in another.
    let lowest = if numbers.iter().flatten().any(|n| *n < 0.0) { -1.0 } else { 0.0 };
    for (row, number) in out.rows.iter_mut().zip(numbers) {
        if let (None, Some(n)) = (row.label, number) {
            row.label = [0.0, 1.0, 2.0].iter().position(|step| (n - lowest - step).abs() < 0.01).map(Label::Feeling);
        }
    }
    out
}

fn array(file: &str) -> Vec<Object> {
    let Ok(Value::Array(all)) = serde_json::from_str(file) else {
        return vec![(1, Err("the file begins as a JSON array, but is none"))];
    };
    let object = |value| if let Value::Object(object) = value { Ok(object) } else { Err("no object") };
    all.into_iter().enumerate().map(|(i, value)| (i + 1, object(value))).collect()
}

fn lines(file: &str) -> Vec<Object> {
    let lines = file.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(i, line)| (i + 1, serde_json::from_str(line).map_err(|_| "no JSON object"))).collect()
}

fn table(file: &str) -> Vec<Object> {
    let tabs = file.lines().next().is_some_and(|first| first.contains('\t'));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(if tabs { b'\t' } else { b',' })
        .flexible(true)
        .from_reader(file.as_bytes());
    let Ok(header) = reader.headers().cloned() else { return vec![(1, Err("no header"))] };
    let mut out = Vec::new();
    for record in reader.records() {
        let line = |at: Option<&csv::Position>| at.map_or(0, |p| usize::try_from(p.line()).unwrap_or_default());
        match record {
            Ok(record) => {
                let cells = header.iter().zip(&record).map(|(name, cell)| (name.to_lowercase(), cell.into()));
                out.push((line(record.position()), Ok(cells.collect())));
            }
            Err(why) => out.push((line(why.position()), Err("no row of the table"))),
        }
    }
    out
}

fn field<'o>(object: &'o Map<String, Value>, names: &[&str]) -> Option<&'o Value> {
    names.iter().find_map(|name| object.get(*name)).filter(|v| !v.is_null())
}

fn words(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |s| s.trim().to_owned())
}

fn row(line: usize, object: &Map<String, Value>) -> Result<Row, &'static str> {
    let text = field(object, &TEXT).and_then(Value::as_str).ok_or("no text")?;
    if text.trim().is_empty() {
        return Err("an empty text");
    }
    Ok(Row {
        line,
        text: text.to_owned(),
        label: field(object, &LABEL).and_then(|v| label(&words(v).to_lowercase())),
        question: object.get("question").and_then(truth),
        needs_reply: object.get("needs_reply").and_then(truth),
        language: field(object, &LANGUAGE).map(words).and_then(|code| language_code(&code)),
        spans: object
            .get("spans")
            .and_then(Value::as_array)
            .map(|all| all.iter().filter_map(|s| span(text, s)).collect()),
        at: field(object, &AT).map(words),
        author: field(object, &AUTHOR).map(words).unwrap_or_default(),
    })
}

fn label(word: &str) -> Option<Label> {
    Some(match word {
        "negative" | "neg" => Label::Feeling(0),
        "neutral" | "neu" => Label::Feeling(1),
        "positive" | "pos" => Label::Feeling(2),
        "question" => Label::Kind(Kind::Question),
        "complaint" => Label::Kind(Kind::Complaint),
        "praise" => Label::Kind(Kind::Praise),
        "other" => Label::Kind(Kind::Other),
        _ => return None,
    })
}

fn number(object: &Map<String, Value>) -> Option<f64> {
    let value = field(object, &LABEL)?;
    value.as_f64().or_else(|| words(value).parse().ok())
}

fn truth(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| match words(value).to_lowercase().as_str() {
        "1" | "true" | "yes" => Some(true),
        "0" | "false" | "no" => Some(false),
        _ => None,
    })
}

/// A span by its place, counted in characters, or by its words.
fn span(text: &str, span: &Value) -> Option<(String, String)> {
    let of = |names: &[&str]| names.iter().find_map(|name| span.get(name));
    let sort = of(&["type", "entity_type", "label"]).map(words)?;
    if let Some(words) = of(&["entity_value", "value"]).and_then(Value::as_str) {
        return Some((sort, words.to_owned()));
    }
    let place = |names: &[&str]| of(names).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
    let (start, end) = (place(&["start", "start_position"])?, place(&["end", "end_position"])?);
    Some((sort, text.chars().skip(start).take(end.saturating_sub(start)).collect()))
}

/// Codes of three letters and names, as some files have them.
const LANGUAGES: [(&str, &[&str]); 17] = [
    ("ar", &["ara", "arabic"]),
    ("de", &["deu", "ger", "german"]),
    ("en", &["eng", "english"]),
    ("es", &["spa", "spanish"]),
    ("fr", &["fra", "fre", "french"]),
    ("hi", &["hin", "hindi"]),
    ("it", &["ita", "italian"]),
    ("ja", &["jpn", "japanese"]),
    ("ko", &["kor", "korean"]),
    ("nl", &["nld", "dut", "dutch"]),
    ("pl", &["pol", "polish"]),
    ("pt", &["por", "portuguese"]),
    ("ru", &["rus", "russian"]),
    ("sv", &["swe", "swedish"]),
    ("tr", &["tur", "turkish"]),
    ("vi", &["vie", "vietnamese"]),
    ("zh", &["zho", "cmn", "chi", "chinese"]),
];

fn language_code(said: &str) -> Option<String> {
    let said = said.to_lowercase();
    let code: String = said.split(['-', '_']).next().unwrap_or_default().to_owned();
    let known = LANGUAGES.iter().find(|(_, names)| names.contains(&code.as_str()));
    match known {
        Some((code, _)) => Some((*code).to_owned()),
        None => (!code.is_empty()).then_some(code),
    }
}
