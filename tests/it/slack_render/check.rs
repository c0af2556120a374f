//! The rules: Slack's own schema of blocks where it lies beside the clone, and in any case every documented limit, that
//! nothing is empty, and that nothing pings, links or steers.

use hearback::chat::sanitise::is_forbidden;
use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

struct Schemas {
    blocks: Validator,
    modal: Validator,
    home: Validator,
}

static SCHEMAS: LazyLock<Option<Schemas>> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/specs/slack-blocks.schema.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("{} is not there: only our own rules are checked", path.display());
        return None;
    };
    let schema: Value = serde_json::from_str(&text).unwrap();
    let of = |name: &str| {
        let definition = json!({ "$ref": format!("#/definitions/{name}"), "definitions": schema["definitions"] });
        jsonschema::validator_for(&definition).unwrap()
    };
    Some(Schemas { blocks: of("Blocks"), modal: of("ModalView"), home: of("HomeView") })
});

/// True if Slack's own schema is checked as well.
pub fn has_schema() -> bool {
    SCHEMAS.is_some()
}

/// What is wrong with the blocks and the notification of a message.
pub fn check_blocks(blocks: &Value, text: &str) -> Vec<String> {
    let mut wrong = Wrong::default();
    if let Some(schemas) = &*SCHEMAS {
        wrong.schema(&schemas.blocks, blocks);
    }
    let length = blocks.to_string().chars().count();
    wrong.unless(length <= 13_000, || format!("{length} characters of blocks"));
    wrong.blocks(blocks, 50);
    wrong.unless(!text.trim().is_empty(), || "no notification".to_owned());
    wrong.unless(text.lines().count() <= 2, || format!("a notification of many lines: {text}"));
    wrong.unless(text.chars().count() <= 4_000, || "a notification that is too long".to_owned());
    wrong.markup(text);
    wrong.sequences("text", text);
    wrong.0
}

/// What is wrong with a view.
pub fn check_view(view: &Value) -> Vec<String> {
    let mut wrong = Wrong::default();
    let modal = view["type"] == "modal";
    if let Some(schemas) = &*SCHEMAS {
        wrong.schema(if modal { &schemas.modal } else { &schemas.home }, view);
    }
    let length = view.to_string().len();
    wrong.unless(length <= 250_000, || format!("a view of {length} bytes"));
    wrong.blocks(&view["blocks"], 100);
    if modal {
        wrong.text(&view["title"], 24, "title");
        for name in ["submit", "close"].into_iter().filter(|name| !view[*name].is_null()) {
            wrong.text(&view[name], 24, name);
        }
        let inputs = view["blocks"].as_array().unwrap().iter().any(|block| block["type"] == "input");
        wrong.unless(inputs != view["submit"].is_null(), || "submit where there is no input, or none".to_owned());
    }
    wrong.at_most(&view["private_metadata"], 3_000, "private_metadata");
    wrong.at_most(&view["callback_id"], 255, "callback_id");
    wrong.0
}

#[derive(Default)]
struct Wrong(Vec<String>);

impl Wrong {
    fn unless(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.0.push(what());
        }
    }

    fn schema(&mut self, schema: &Validator, value: &Value) {
        // A union of twenty blocks says little: which one it was is said by its path.
        self.0.extend(
            schema.iter_errors(value).map(|e| format!("schema at {}: {}", e.instance_path(), e.kind().keyword())),
        );
    }

    fn at_most(&mut self, value: &Value, limit: usize, what: &str) {
        if let Some(text) = value.as_str() {
            let length = text.encode_utf16().count();
            self.unless(length <= limit, || format!("{what} of {length}, at most {limit}"));
            self.unless(length > 0, || format!("{what} is empty"));
        }
    }

    /// A text object.
    fn text(&mut self, object: &Value, limit: usize, what: &str) {
        self.at_most(&object["text"], limit, what);
        let text = object["text"].as_str().unwrap_or_default();
        self.unless(!text.is_empty(), || format!("{what} has no text"));
        match object["type"].as_str() {
            Some("plain_text") => {
                self.unless(object["emoji"] == false, || format!("{what} turns :names: into emoji"));
                self.sequences(what, text);
            }
            Some("mrkdwn") => self.markup(&without_dates(text)),
            other => self.0.push(format!("{what} is of the type {other:?}")),
        }
    }

    fn blocks(&mut self, blocks: &Value, most: usize) {
        let blocks = blocks.as_array().unwrap();
        self.unless(!blocks.is_empty() && blocks.len() <= most, || format!("{} blocks", blocks.len()));
        let mut ids = BTreeSet::new();
        for block in blocks {
            self.at_most(&block["block_id"], 255, "block_id");
            let unique = block["block_id"].as_str().is_none_or(|id| ids.insert(id.to_owned()));
            self.unless(unique, || "a block_id twice".to_owned());
            match block["type"].as_str() {
                Some("rich_text") => self.rich(block),
                Some("context") => {
                    let elements = block["elements"].as_array().unwrap();
                    self.unless((1..=10).contains(&elements.len()), || "context elements".to_owned());
                    for element in elements {
                        self.text(element, 3_000, "context");
                    }
                }
                Some("actions") => self.actions(block),
                Some("input") => self.input(block),
                other => self.0.push(format!("a block of the type {other:?}")),
            }
        }
    }

    fn rich(&mut self, block: &Value) {
        let parts = block["elements"].as_array().unwrap();
        self.unless(!parts.is_empty(), || "rich text without a part".to_owned());
        let mut people = 0;
        for part in parts {
            let elements = part["elements"].as_array().unwrap();
            self.unless(!elements.is_empty(), || "a part of rich text without an element".to_owned());
            for element in elements {
                match element["type"].as_str() {
                    Some("text") => {
                        self.at_most(&element["text"], 3_000, "rich text");
                        self.sequences("rich text", element["text"].as_str().unwrap());
                    }
                    Some("link") => {
                        self.address(&element["url"]);
                        self.at_most(&element["text"], 3_000, "link");
                        self.sequences("link", element["text"].as_str().unwrap());
                    }
                    Some("date") => self.unless(element["timestamp"].is_i64(), || "a date without a moment".to_owned()),
                    Some("user") => people += 1,
                    other => self.0.push(format!("rich text of the type {other:?}")),
                }
            }
        }
        self.unless(people <= 1, || format!("{people} pings"));
    }

    fn actions(&mut self, block: &Value) {
        let elements = block["elements"].as_array().unwrap();
        self.unless((1..=25).contains(&elements.len()), || format!("{} actions", elements.len()));
        let ids: BTreeSet<_> = elements.iter().map(|e| e["action_id"].as_str().unwrap()).collect();
        self.unless(ids.len() == elements.len(), || "an action_id twice".to_owned());
        let primary = elements.iter().filter(|e| e["style"] == "primary").count();
        self.unless(primary <= 1, || format!("{primary} primary buttons"));
        for element in elements {
            self.at_most(&element["action_id"], 255, "action_id");
            if element["type"] == "overflow" {
                let options = element["options"].as_array().unwrap();
                self.unless((1..=5).contains(&options.len()), || format!("{} options", options.len()));
                for option in options {
                    self.text(&option["text"], 75, "option");
                    self.at_most(&option["value"], 75, "option value");
                    self.address(&option["url"]);
                }
            } else {
                self.text(&element["text"], 75, "button");
                self.at_most(&element["value"], 2_000, "value");
                self.address(&element["url"]);
            }
        }
    }

    fn input(&mut self, block: &Value) {
        self.text(&block["label"], 2_000, "label");
        if !block["hint"].is_null() {
            self.text(&block["hint"], 2_000, "hint");
        }
        let element = &block["element"];
        self.at_most(&element["action_id"], 255, "action_id");
        if element["type"] == "static_select" {
            let options = element["options"].as_array().unwrap();
            self.unless((1..=100).contains(&options.len()), || format!("{} options", options.len()));
            for option in options {
                self.text(&option["text"], 75, "option");
                self.at_most(&option["value"], 75, "option value");
            }
            let first = &element["initial_option"];
            self.unless(first.is_null() || options.contains(first), || "an initial option that is none".to_owned());
        } else {
            let most = element["max_length"].as_u64().unwrap();
            self.unless(most <= 3_000, || format!("max_length {most}"));
            self.at_most(&element["initial_value"], usize::try_from(most).unwrap(), "initial_value");
        }
    }

    fn address(&mut self, url: &Value) {
        if let Some(url) = url.as_str() {
            self.at_most(&json!(url), 3_000, "url");
            let web = url.starts_with("https://") || url.starts_with("http://");
            self.unless(web && url.is_ascii(), || format!("the address {url}"));
        }
    }

    /// Nothing that Slack, or whoever repeats what is shown, could read as more than words.
    fn sequences(&mut self, what: &str, text: &str) {
        let lower = text.to_lowercase();
        for sequence in ["<!", "<@", "<#", "<http", "<mailto:", "@channel", "@here", "@everyone", "@group", ":siren:"] {
            self.unless(!lower.contains(sequence), || format!("{sequence} in {what}: {text:?}"));
        }
        let bad = text.chars().find(|c| *c != '\n' && *c != '\u{2060}' && is_forbidden(*c));
        self.unless(bad.is_none(), || format!("{bad:?} in {what}"));
    }

    /// Text that Slack parses: everything that could be markup is escaped.
    fn markup(&mut self, text: &str) {
        self.unless(!text.contains(['<', '>', '*', '~', '`']), || format!("markup in {text:?}"));
        self.unless(!text.contains("://"), || format!("an address in {text:?}"));
        let entities = ["&amp;", "&lt;", "&gt;"].iter().fold(text.to_owned(), |left, known| left.replace(known, ""));
        self.unless(!entities.contains('&'), || format!("an ampersand in {text:?}"));
        let quoted = text.lines().any(|line| line.starts_with("&gt;"));
        self.unless(!quoted, || format!("a forged quote in {text:?}"));
        let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let chars: Vec<char> = text.chars().collect();
        let slanted = (0..chars.len())
            .any(|i| chars[i] == '_' && !(i > 0 && word(chars.get(i - 1).copied()) && word(chars.get(i + 1).copied())));
        self.unless(!slanted, || format!("an underscore in {text:?}"));
    }
}

/// Markup without our own dates, of which only figures and our own words may differ.
fn without_dates(text: &str) -> String {
    let mut left = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<!date^") {
        left.push_str(before);
        let (date, tail) = after.split_once('>').unwrap();
        let (moment, shown) = date.split_once("^{date_short_pretty} at {time}|").unwrap();
        assert!(moment.parse::<i64>().is_ok() && shown.ends_with(" UTC"), "{date}");
        rest = tail;
    }
    left + rest
}
