//! The rules: Discord's own specification where it lies beside the clone, and in any case every documented limit, that nothing
//! is empty, and that nothing pings, links or steers.

use super::markdown;
use hearback::chat::discord::render::{decode, parse_form_id};
use hearback::chat::sanitise::is_forbidden;
use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

struct Schemas {
    create: Validator,
    edit: Validator,
    callback: Validator,
    update: Validator,
    modal: Validator,
    post: Validator,
}

static SCHEMAS: LazyLock<Option<Schemas>> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/specs/discord-openapi.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("{} is not there: only our own rules are checked", path.display());
        return None;
    };
    let spec: Value = serde_json::from_str(&text).unwrap();
    let of = |name: &str| {
        let schemas = json!({ "schemas": spec["components"]["schemas"] });
        let schema = json!({ "$ref": format!("#/components/schemas/{name}"), "components": schemas });
        jsonschema::validator_for(&schema).unwrap()
    };
    Some(Schemas {
        create: of("MessageCreateRequest"),
        edit: of("MessageEditRequestPartial"),
        callback: of("CreateMessageInteractionCallbackRequest"),
        update: of("IncomingWebhookUpdateForInteractionCallbackRequestPartial"),
        modal: of("ModalInteractionCallbackRequest"),
        post: of("CreateForumThreadRequest"),
    })
});

/// True if Discord's own specification is checked as well.
pub fn has_schema() -> bool {
    SCHEMAS.is_some()
}

/// What is wrong with a message in a channel: as a new one, as an edit and as the first of a forum's post.
pub fn check_message(body: &Value) -> Vec<String> {
    let mut wrong = Wrong::default();
    if let Some(schemas) = &*SCHEMAS {
        wrong.schema(&schemas.create, body);
        wrong.schema(&schemas.edit, body);
        wrong.schema(&schemas.post, &json!({ "name": "x", "message": body }));
    }
    wrong.body(body);
    let flags = &body["flags"];
    wrong.unless(flags.is_null() || flags == 0 || flags == 4, || format!("the flags {flags}"));
    wrong.0
}

/// What is wrong with what one person reads.
pub fn check_answer(body: &Value) -> Vec<String> {
    let mut wrong = Wrong::default();
    if let Some(schemas) = &*SCHEMAS {
        wrong.schema(&schemas.callback, &json!({ "type": 4, "data": body }));
        wrong.schema(&schemas.update, body);
    }
    wrong.body(body);
    wrong.unless(body["flags"].as_u64().is_some_and(|flags| flags & 64 != 0), || "everybody reads it".to_owned());
    wrong.0
}

/// What is wrong with a form.
pub fn check_form(form: &Value) -> Vec<String> {
    let mut wrong = Wrong::default();
    if let Some(schemas) = &*SCHEMAS {
        wrong.schema(&schemas.modal, &json!({ "type": 9, "data": form }));
    }
    wrong.keys(form, &["custom_id", "title", "components"]);
    wrong.plain(&form["title"], 45, "title");
    wrong.at_most(&form["custom_id"], 100, "custom_id");
    wrong.unless(form["custom_id"].as_str().is_some_and(|id| parse_form_id(id).is_some()), || {
        format!("the form {}", form["custom_id"])
    });
    let components = list(&form["components"]);
    wrong.unless((1..=5).contains(&components.len()), || format!("{} components", components.len()));
    let mut ids = BTreeSet::new();
    for (i, component) in components.iter().enumerate() {
        if component["type"] == 10 {
            wrong.unless(i == 0, || "words below a field".to_owned());
            let pings = wrong.markdown(&component["content"], 4_000, "words");
            wrong.unless(pings.is_empty(), || format!("a mention in a form: {pings:?}"));
            continue;
        }
        wrong.unless(component["type"] == 18, || format!("a component of the type {}", component["type"]));
        wrong.plain(&component["label"], 45, "label");
        if !component["description"].is_null() {
            wrong.plain(&component["description"], 100, "description");
        }
        wrong.field(&component["component"], &mut ids);
    }
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
        self.0.extend(
            schema.iter_errors(value).map(|e| format!("schema at {}: {}", e.instance_path(), e.kind().keyword())),
        );
    }

    /// The specification takes any key: here only those that are meant.
    fn keys(&mut self, value: &Value, known: &[&str]) {
        for key in value.as_object().into_iter().flat_map(|object| object.keys()) {
            self.unless(known.contains(&key.as_str()), || format!("the key {key}"));
        }
    }

    fn at_most(&mut self, value: &Value, limit: usize, what: &str) {
        let length = value.as_str().map_or(0, units);
        self.unless(length <= limit, || format!("{what} of {length}, at most {limit}"));
        self.unless(value.as_str().is_some_and(|text| !text.trim().is_empty()), || format!("{what} is empty"));
    }

    /// Where Discord reads no markdown.
    fn plain(&mut self, value: &Value, limit: usize, what: &str) {
        self.at_most(value, limit, what);
        self.sequences(what, value.as_str().unwrap_or_default());
        self.unless(!value.to_string().contains("\\n"), || format!("two lines in {what}"));
    }

    /// Where it does. Gives who is mentioned.
    fn markdown(&mut self, value: &Value, limit: usize, what: &str) -> Vec<String> {
        self.at_most(value, limit, what);
        let text = value.as_str().unwrap_or_default();
        self.unless(text == text.trim(), || format!("blanks around {what}"));
        let read = markdown::read(text);
        self.0.extend(read.wrong.into_iter().map(|wrong| format!("{wrong} of {what}")));
        self.sequences(what, &read.words);
        read.pings
    }

    fn body(&mut self, body: &Value) {
        self.keys(body, &["content", "embeds", "components", "allowed_mentions", "flags"]);
        let content = body["content"].as_str().unwrap();
        let embeds = list(&body["embeds"]);
        self.unless(!content.is_empty() || !embeds.is_empty(), || "a message of nothing".to_owned());
        let pings = if content.is_empty() { Vec::new() } else { self.markdown(&body["content"], 2_000, "content") };
        let allowed = &body["allowed_mentions"];
        self.unless(allowed["parse"] == json!([]), || format!("it may ping {}", allowed["parse"]));
        self.keys(allowed, &["parse", "users"]);
        let users: Vec<&str> = list(&allowed["users"]).iter().filter_map(Value::as_str).collect();
        self.unless(users.len() <= 1, || format!("it may ping {users:?}"));
        self.unless(pings.iter().eq(users.iter()), || format!("it pings {pings:?} and may {users:?}"));
        self.unless(embeds.len() <= 10, || format!("{} embeds", embeds.len()));
        let whole: usize = embeds.iter().map(|embed| self.embed(embed)).sum();
        self.unless(whole <= 6_000, || format!("{whole} in all embeds"));
        let suppressed = body["flags"].as_u64().is_some_and(|flags| flags & 4 != 0);
        self.unless(!suppressed || embeds.is_empty(), || "an embed that is not shown".to_owned());
        let carded = embeds.first().is_some_and(|embed| !embed["url"].is_null());
        self.unless(content.is_empty() || suppressed || !embeds.is_empty(), || "what is said may unfurl".to_owned());
        let ping = users.first().map(|user| format!("<@{user}>")).unwrap_or_default();
        self.unless(!carded || *content == *ping, || "a frame with more above it than a ping".to_owned());
        self.rows(&body["components"]);
    }

    /// Gives its length.
    fn embed(&mut self, embed: &Value) -> usize {
        self.keys(embed, &["url", "author", "description", "color", "fields", "type"]);
        let said = embed["description"].as_str().unwrap_or_default();
        if let Some(wrote) = said.strip_prefix("You wrote:\n```\n") {
            // Verbatim, in a block of which it cannot break out.
            let wrote = wrote.strip_suffix("\n(the rest does not fit here)").unwrap_or(wrote);
            let inside = wrote.strip_suffix("\n```");
            self.unless(inside.is_some_and(|text| !text.contains("```")), || format!("an open block: {said}"));
            self.at_most(&embed["description"], 4_096, "what was written");
            return units(said);
        }
        let pings = self.markdown(&embed["description"], 4_096, "description");
        self.unless(pings.is_empty(), || format!("a mention in an embed: {pings:?}"));
        if let Some(url) = embed["url"].as_str() {
            let plain = url.starts_with("https://hearback.invalid/#") && url.len() <= 2_048;
            self.unless(plain && url.chars().all(|c| c.is_ascii_graphic()), || format!("the mark {url}"));
        }
        let author = &embed["author"]["name"];
        if !author.is_null() {
            self.plain(author, 256, "author");
        }
        self.unless(list(&embed["fields"]).is_empty(), || "fields".to_owned());
        units(said) + author.as_str().map_or(0, units)
    }

    fn rows(&mut self, rows: &Value) {
        let rows = list(rows);
        self.unless(rows.len() <= 5, || format!("{} rows", rows.len()));
        let mut ids = BTreeSet::new();
        for row in rows {
            let elements = list(&row["components"]);
            self.unless(row["type"] == 1, || format!("a row of the type {}", row["type"]));
            self.unless((1..=5).contains(&elements.len()), || format!("{} in a row", elements.len()));
            for element in elements {
                self.element(element, &mut ids, elements.len());
            }
        }
    }

    fn element(&mut self, element: &Value, ids: &mut BTreeSet<String>, of: usize) {
        if let Some(url) = element["url"].as_str() {
            self.at_most(&json!(url), 512, "url");
            let web = url.starts_with("https://") || url.starts_with("http://");
            self.unless(web && url.is_ascii(), || format!("the address {url}"));
            self.unless(element["style"] == 5 && element["custom_id"].is_null(), || "a link that is none".to_owned());
            return self.plain(&element["label"], 80, "button");
        }
        self.at_most(&element["custom_id"], 100, "custom_id");
        let id = element["custom_id"].as_str().unwrap_or_default().to_owned();
        self.unless(ids.insert(id.clone()), || format!("{id} twice"));
        if element["type"] == 2 {
            self.plain(&element["label"], 80, "button");
            self.unless(decode(&id).is_some(), || format!("nobody knows what {id} means"));
            return self.unless(element["style"] == 1 || element["style"] == 2, || "a style".to_owned());
        }
        self.unless(element["type"] == 3 && of == 1, || format!("a component of the type {}", element["type"]));
        self.plain(&element["placeholder"], 150, "placeholder");
        self.options(element, |value| decode(value).is_some());
    }

    fn options(&mut self, menu: &Value, known: impl Fn(&str) -> bool) {
        let options = list(&menu["options"]);
        self.unless((1..=25).contains(&options.len()), || format!("{} options", options.len()));
        let mut values = BTreeSet::new();
        for option in options {
            self.plain(&option["label"], 100, "option");
            self.at_most(&option["value"], 100, "value");
            let value = option["value"].as_str().unwrap_or_default();
            self.unless(values.insert(value.to_owned()), || format!("the value {value} twice"));
            self.unless(known(value), || format!("nobody knows what {value} means"));
        }
        let chosen = options.iter().filter(|option| option["default"] == true).count();
        self.unless(chosen <= 1, || format!("{chosen} chosen"));
    }

    fn field(&mut self, field: &Value, ids: &mut BTreeSet<String>) {
        self.at_most(&field["custom_id"], 100, "custom_id");
        let id = field["custom_id"].as_str().unwrap_or_default().to_owned();
        self.unless(ids.insert(id.clone()), || format!("{id} twice"));
        self.unless(field["required"].is_boolean(), || format!("{id} may or may not be empty"));
        self.unless(field["label"].is_null(), || "two labels".to_owned());
        if field["type"] == 3 {
            self.unless(field["disabled"].is_null(), || "disabled in a form".to_owned());
            self.unless(field["required"] == false || field["min_values"] != 0, || "required and none".to_owned());
            return self.options(field, |_| true);
        }
        self.unless(field["type"] == 4, || format!("a field of the type {}", field["type"]));
        let most = field["max_length"].as_u64().unwrap_or_default();
        self.unless(most <= 4_000, || format!("max_length {most}"));
        let length = field["value"].as_str().map_or(0, units);
        self.unless(u64::try_from(length).unwrap() <= most, || format!("{length} where {most} fit"));
        let one = field["style"] == 1;
        self.unless(one || field["style"] == 2, || format!("the style {}", field["style"]));
        self.unless(!(one && field["value"].as_str().is_some_and(|v| v.contains('\n'))), || {
            "lines on a line".to_owned()
        });
    }

    /// Nothing that Discord, or whoever repeats what is shown, could read as more than words.
    fn sequences(&mut self, what: &str, text: &str) {
        let lower = text.to_lowercase();
        let sequences = [
            "<@",
            "<#",
            "<:",
            "</",
            "<t:",
            "<a:",
            "<id:",
            "<http",
            "@everyone",
            "@here",
            "://",
            "discord.gg",
            ":siren:",
            "discord.com",
        ];
        for sequence in sequences {
            self.unless(!lower.contains(sequence), || format!("{sequence} in {what}: {text:?}"));
        }
        let bad = text.chars().find(|c| *c != '\n' && *c != '\u{2060}' && is_forbidden(*c));
        self.unless(bad.is_none(), || format!("{bad:?} in {what}"));
    }
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
