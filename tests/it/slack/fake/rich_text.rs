//! The shapes of a rich text block (docs.slack.dev, "Rich text block").

use super::blocks::Check;
use serde_json::Value;

pub fn check(check: &mut Check, block: &Value, at: &str) {
    check.fields(block, at, &["elements"], &["block_id"]);
    for (i, element) in check.list(&block["elements"], &format!("{at}/elements"), 1_000).iter().enumerate() {
        let at = format!("{at}/elements/{i}");
        match element["type"].as_str() {
            Some("rich_text_section") => {
                check.fields(element, &at, &["elements"], &[]);
                inline(check, element, &at);
            }
            Some("rich_text_list") => {
                check.fields(element, &at, &["elements", "style"], &["indent", "offset", "border"]);
                if !matches!(element["style"].as_str(), Some("bullet" | "ordered")) {
                    check.wrong(&format!("{at}/style"), "must be bullet or ordered");
                }
                for (j, item) in element["elements"].as_array().into_iter().flatten().enumerate() {
                    let at = format!("{at}/elements/{j}");
                    if item["type"] != "rich_text_section" {
                        check.wrong(&at, "must be a rich_text_section");
                    }
                    inline(check, item, &at);
                }
            }
            Some("rich_text_preformatted") => {
                check.fields(element, &at, &["elements"], &["border", "language"]);
                inline(check, element, &at);
            }
            Some("rich_text_quote") => {
                check.fields(element, &at, &["elements"], &["border"]);
                inline(check, element, &at);
            }
            _ => check.wrong(&format!("{at}/type"), "unsupported type of rich text"),
        }
    }
}

fn inline(check: &mut Check, parent: &Value, at: &str) {
    let Some(elements) = parent["elements"].as_array() else {
        return check.wrong(&format!("{at}/elements"), "must be an array");
    };
    for (i, element) in elements.iter().enumerate() {
        let at = format!("{at}/elements/{i}");
        let (needed, allowed): (&[&str], &[&str]) = match element["type"].as_str() {
            Some("text") => (&["text"], &["style"]),
            Some("link") => (&["url"], &["text", "style", "unsafe"]),
            Some("emoji") => (&["name"], &["unicode", "url", "style", "skin_tone"]),
            Some("user") => (&["user_id"], &["style"]),
            Some("usergroup") => (&["usergroup_id"], &["style"]),
            Some("channel") => (&["channel_id"], &["style"]),
            Some("team") => (&["team_id"], &["style"]),
            Some("broadcast") => (&["range"], &["style"]),
            Some("color") => (&["value"], &["style"]),
            Some("date") => (&["timestamp", "format"], &["url", "fallback", "style"]),
            _ => {
                check.wrong(&format!("{at}/type"), "unsupported type of rich text");
                continue;
            }
        };
        check.fields(element, &at, needed, allowed);
        if element["type"] == "text" {
            check.string(&element["text"], &format!("{at}/text"), usize::MAX - 1);
        }
        if element["type"] == "link" {
            check.url(&element["url"], &format!("{at}/url"));
        }
        if element["type"] == "broadcast" && !matches!(element["range"].as_str(), Some("here" | "channel" | "everyone"))
        {
            check.wrong(&format!("{at}/range"), "must be here, channel or everyone");
        }
        if !element["style"].is_null() {
            let at = format!("{at}/style");
            check.fields(
                &element["style"],
                &at,
                &[],
                &["bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"],
            );
        }
    }
}
