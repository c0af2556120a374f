//! What Discord shows: as people read it, within every limit, and what outside text cannot do to it.

mod cards;
mod check;
mod clicks;
mod forms;
mod hostile;
mod longest;
mod markdown;
mod messages;
mod rules;
mod safe;

use check::{check_answer, check_form, check_message};
use hearback::chat::discord::render::Names;
use hearback::domain::PersonId;
use serde_json::Value;

const ANA: &str = "80351110224678912";

fn names() -> Names {
    Names::default()
        .with(&PersonId::new("ana"), "Ana", Some(ANA))
        .with(&PersonId::new("ben"), "Ben", Some("80351110224678913"))
        .with(&PersonId::new("sam"), "Sam", None)
}

/// What a person reads of a message in a channel, after every rule was checked.
fn read(body: &Value) -> String {
    let wrong = check_message(body);
    assert!(wrong.is_empty(), "{}\n{body:#}", wrong.join("\n"));
    read_body(body)
}

/// What a person reads of an answer.
fn read_answer(body: &Value) -> String {
    let wrong = check_answer(body);
    assert!(wrong.is_empty(), "{}\n{body:#}", wrong.join("\n"));
    read_body(body)
}

fn read_body(body: &Value) -> String {
    let mut all = Vec::new();
    let content = said(&body["content"]);
    if !content.is_empty() {
        all.push(markdown::read(&content).said);
    }
    for embed in body["embeds"].as_array().into_iter().flatten() {
        let head = said(&embed["author"]["name"]);
        let text = format!("{head}\n{}", markdown::read(&said(&embed["description"])).said);
        let colour = embed["color"].as_u64().map(|colour| format!(" #{colour:06x}")).unwrap_or_default();
        all.push(format!(
            "┌{colour}\n{}",
            text.trim().lines().map(|l| format!("│ {l}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
        ));
    }
    all.extend(body["components"].as_array().into_iter().flatten().map(read_row));
    all.join("\n").replace('\u{2060}', "¦")
}

fn read_row(row: &Value) -> String {
    row["components"].as_array().unwrap().iter().map(read_element).collect::<Vec<_>>().join(" ")
}

fn read_element(element: &Value) -> String {
    let label = said(&element["label"]);
    if element["type"] == 3 {
        let options: Vec<_> = element["options"].as_array().unwrap().iter().map(|o| said(&o["label"])).collect();
        return format!("[▾ {}: {}]", said(&element["placeholder"]), options.join(" | "));
    }
    match element["style"].as_u64().unwrap() {
        1 => format!("[[{label}]]"),
        5 => format!("[{label} → {}]", said(&element["url"])),
        _ => format!("[{label}]"),
    }
}

/// What a person reads of a form.
fn read_form(form: &Value) -> String {
    let wrong = check_form(form);
    assert!(wrong.is_empty(), "{}\n{form:#}", wrong.join("\n"));
    let mut all = vec![format!("form {} ({})", said(&form["title"]), said(&form["custom_id"]))];
    for component in form["components"].as_array().unwrap() {
        if component["type"] == 10 {
            all.push(markdown::read(&said(&component["content"])).said);
            continue;
        }
        let field = &component["component"];
        let options = field["options"].as_array().into_iter().flatten();
        let options = options.map(|o| format!("{}{}", said(&o["label"]), if o["default"] == true { "*" } else { "" }));
        let hint = &component["description"];
        all.push(format!(
            "{}{}: {}{}{}{}",
            said(&component["label"]),
            if field["required"] == true { "" } else { " (optional)" },
            if field["style"] == 2 { "lines " } else { "" },
            options.collect::<Vec<_>>().join(" / "),
            said(&field["value"]),
            if hint.is_null() { String::new() } else { format!(" ({})", said(hint)) },
        ));
    }
    all.join("\n").replace('\u{2060}', "¦")
}

fn said(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
