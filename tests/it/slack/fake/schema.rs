//! Slack's own types as a JSON schema, where that file lies beside the clone.

use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// One validator a definition: `SectionBlock`, `ModalView`, …
static VALIDATORS: OnceLock<BTreeMap<String, Validator>> = OnceLock::new();

/// Block type -> definition.
const BLOCKS: &[(&str, &str)] = &[
    ("actions", "ActionsBlock"),
    ("context", "ContextBlock"),
    ("divider", "DividerBlock"),
    ("header", "HeaderBlock"),
    ("image", "ImageBlock"),
    ("input", "InputBlock"),
    ("markdown", "MarkdownBlock"),
    ("rich_text", "RichTextBlock"),
    ("section", "SectionBlock"),
    ("table", "TableBlock"),
    ("video", "VideoBlock"),
];

fn validators() -> &'static BTreeMap<String, Validator> {
    VALIDATORS.get_or_init(|| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/specs/slack-blocks.schema.json");
        let Ok(text) = std::fs::read_to_string(path) else { return BTreeMap::new() };
        let whole: Value = serde_json::from_str(&text).expect("the schema is JSON");
        let names = BLOCKS.iter().map(|(_, name)| *name).chain(["ModalView", "HomeView"]);
        names
            .map(|name| {
                let schema = json!({"$ref": format!("#/definitions/{name}"), "definitions": whole["definitions"]});
                (name.to_owned(), jsonschema::validator_for(&schema).expect("the schema is sound"))
            })
            .collect()
    })
}

/// Is the schema there? Without it the fake's own rules hold alone.
pub fn is_there() -> bool {
    !validators().is_empty()
}

/// What the schema has against a block; nothing where it is not there or the type has no definition.
pub fn block(block: &Value, at: &str) -> Vec<String> {
    let kind = block["type"].as_str().unwrap_or_default();
    BLOCKS.iter().find(|(name, _)| *name == kind).map_or_else(Vec::new, |(_, name)| against(name, block, at))
}

/// What the schema has against a view, its blocks aside.
pub fn view(view: &Value, at: &str) -> Vec<String> {
    let mut frame = view.clone();
    frame["blocks"] = json!([]);
    against(if view["type"] == "home" { "HomeView" } else { "ModalView" }, &frame, at)
}

fn against(name: &str, value: &Value, at: &str) -> Vec<String> {
    let Some(validator) = validators().get(name) else { return Vec::new() };
    validator.iter_errors(value).map(|e| format!("schema: {e} [json-pointer:{at}{}]", e.instance_path())).collect()
}
