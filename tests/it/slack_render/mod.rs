//! What Slack shows: as people read it, within every limit, and what outside text cannot do to it.

mod cards;
mod check;
pub mod forms;
pub mod hostile;
pub mod longest;
mod messages;
mod rules;
pub mod safe;

use check::{check_blocks, check_view};
use hearback::chat::slack::render::{Names, Shown};
use hearback::domain::PersonId;
use serde_json::Value;
use slack_morphism::prelude::SlackView;

fn names() -> Names {
    Names::default()
        .with(&PersonId::new("ana"), "Ana", Some("U0ANA"))
        .with(&PersonId::new("ben"), "Ben", Some("U0BEN"))
        .with(&PersonId::new("sam"), "Sam", None)
}

/// The blocks as Slack gets them, after every rule was checked.
fn blocks(shown: &Shown) -> Value {
    let blocks = serde_json::to_value(&shown.blocks).unwrap();
    let wrong = check_blocks(&blocks, &shown.text);
    assert!(wrong.is_empty(), "{}\n{blocks:#}", wrong.join("\n"));
    blocks
}

fn view(view: &SlackView) -> Value {
    let view = serde_json::to_value(view).unwrap();
    let wrong = check_view(&view);
    assert!(wrong.is_empty(), "{}\n{view:#}", wrong.join("\n"));
    view
}

/// What a person reads: `*bold*`, `` `code` ``, moments in braces, links as `[label](address)`, a broken control sequence with
/// `¦` where it is broken.
fn read(shown: &Shown) -> String {
    format!("text: {}\n{}", shown.text.replace('\u{2060}', "¦"), read_blocks(&blocks(shown)))
}

fn read_view(shown: &SlackView) -> String {
    let view = view(shown);
    let word = |name: &str| view[name]["text"].as_str().map(|said| format!(" {name}={said}")).unwrap_or_default();
    let head = format!("{}{}{}{}", view["type"].as_str().unwrap(), word("title"), word("submit"), word("close"));
    format!("{head}\n{}", read_blocks(&view["blocks"]))
}

fn read_blocks(blocks: &Value) -> String {
    let all = blocks.as_array().unwrap().iter().map(read_block).collect::<Vec<_>>().join("\n");
    all.replace('\u{2060}', "¦")
}

fn read_block(block: &Value) -> String {
    let list = |name: &str| block[name].as_array().cloned().unwrap_or_default();
    match block["type"].as_str().unwrap() {
        "rich_text" => list("elements").iter().map(read_part).collect::<Vec<_>>().join("\n"),
        "context" => list("elements").iter().map(|e| format!("({})", said(&e["text"]))).collect::<Vec<_>>().join(" "),
        "actions" => list("elements").iter().map(read_action).collect::<Vec<_>>().join(" "),
        "input" => {
            let element = &block["element"];
            let options = element["options"].as_array().cloned().unwrap_or_default();
            let options = options.iter().map(|o| said(&o["text"]["text"])).collect::<Vec<_>>().join(" / ");
            let first = said(&element["initial_option"]["text"]["text"]);
            format!(
                "{}{}: {}{options}{}{}{}",
                said(&block["label"]["text"]),
                if block["optional"] == true { " (optional)" } else { "" },
                if element["multiline"] == true { "lines " } else { "" },
                if first.is_empty() { String::new() } else { format!(", first {first}") },
                said(&element["initial_value"]),
                if block["hint"].is_null() { String::new() } else { format!(" ({})", said(&block["hint"]["text"])) },
            )
        }
        other => panic!("a block of the type {other}"),
    }
}

fn read_part(part: &Value) -> String {
    let words: String = part["elements"].as_array().unwrap().iter().map(read_inline).collect();
    let mark = match part["type"].as_str().unwrap() {
        "rich_text_section" => return words,
        "rich_text_quote" => "> ",
        "rich_text_preformatted" => "| ",
        other => panic!("a part of the type {other}"),
    };
    words.split('\n').map(|line| format!("{mark}{line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

fn read_inline(inline: &Value) -> String {
    let words = said(&inline["text"]);
    match inline["type"].as_str().unwrap() {
        "text" if inline["style"]["bold"] == true => format!("*{words}*"),
        "text" if inline["style"]["code"] == true => format!("`{words}`"),
        "text" => words,
        "date" => format!("{{{}}}", said(&inline["fallback"])),
        "link" => format!("[{words}]({})", said(&inline["url"])),
        "user" => format!("@{}", said(&inline["user_id"])),
        other => panic!("an element of the type {other}"),
    }
}

fn read_action(action: &Value) -> String {
    let label = said(&action["text"]["text"]);
    match action["type"].as_str().unwrap() {
        "overflow" => {
            let all = action["options"].as_array().unwrap().iter();
            format!("[⋮ {}]", all.map(|o| said(&o["text"]["text"])).collect::<Vec<_>>().join(" | "))
        }
        _ if action["style"] == "primary" => format!("[[{label}]]"),
        _ if !action["url"].is_null() => format!("[{label} → {}]", said(&action["url"])),
        _ => format!("[{label}]"),
    }
}

fn said(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
