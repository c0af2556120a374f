//! A person's own page: what they hold, what waits for them, what is late, and today in figures.

use super::lines::{duration, one_line};
use super::stats::headline;
use super::ttfr::figures;
use crate::domain::{Button, HomeInput, Message, OpenPage, OpenRow, Person, Text};
use jiff::Timestamp;

/// Longest name of an author, in graphemes.
const NAME: usize = 40;
/// Longest excerpt, in graphemes.
const EXCERPT: usize = 80;

/// The page of a person. Each line has its own buttons.
pub fn home_message(input: &HomeInput, who: &Person) -> Message {
    let mut head = Text::new().bold(one_line(&who.name, NAME)).say(format!(
        ": you hold {}, {} overdue, {} open in all. ",
        input.claims.total, input.overdue.total, input.open
    ));
    head = head.say("As of ").time(input.now).say(".");
    if let Some(by) = &input.paused {
        head = head.line().bold("Paused").say(format!(" by {by}: nothing goes out until `resume`."));
    }
    let today = figures(&input.today.rows, input.now, None);
    let said = if today.n == 0 { "nothing came in yet".to_owned() } else { headline(&today) };
    head = head.line().bold("Today: ").say(said);
    let mut message = Message::say(head);
    message = section(message, "Your claims", &input.claims, input.now, |row| {
        let no = row.no.0;
        let mut buttons = Vec::new();
        if row.can_reply {
            buttons.push(Button::new("Reply…", format!("reply {no}")));
        }
        buttons.push(Button::new("Show", format!("show {no}")));
        buttons.push(Button::new("Release", format!("release {no}")));
        buttons
    });
    if input.claims.total == 0 {
        let next = vec![Button::new("Take what is due first", "claim")];
        message = message.and("You hold nothing.", next);
    }
    if let Some(approval) = &input.approval {
        let rows: Vec<OpenRow> =
            approval.rows.iter().filter(|row| row.holder.as_ref() != Some(&who.id)).cloned().collect();
        let own = approval.rows.len() - rows.len();
        let others = OpenPage { rows, total: approval.total.saturating_sub(own) };
        message = section(message, "Waiting for your approval", &others, input.now, |row| {
            let no = row.no.0;
            vec![
                Button::new("Show", format!("show {no}")),
                Button::new("Approve…", format!("approve {no}")),
                Button::new("Reject…", format!("reject {no}")),
            ]
        });
    }
    section(message, "Overdue", &input.overdue, input.now, |row| {
        let no = row.no.0;
        let mut buttons = vec![Button::new("Show", format!("show {no}"))];
        if row.holder.is_none() {
            buttons.insert(0, Button::new("Claim", format!("claim {no}")));
        }
        buttons
    })
}

fn section(
    message: Message,
    title: &str,
    page: &OpenPage,
    now: Timestamp,
    buttons: impl Fn(&OpenRow) -> Vec<Button>,
) -> Message {
    if page.rows.is_empty() {
        return message;
    }
    let mut message = message.and(Text::new().bold(format!("{title}: {}", page.total)), Vec::new());
    for row in &page.rows {
        message = message.and(line(row, now), buttons(row));
    }
    match page.total.saturating_sub(page.rows.len()) {
        0 => message,
        n => message.and(format!("+{n} more: `queue`"), Vec::new()),
    }
}

fn line(row: &OpenRow, now: Timestamp) -> Text {
    let author = match one_line(&row.author, NAME) {
        name if name.is_empty() => "somebody".to_owned(),
        name => name,
    };
    let network = one_line(&row.network, NAME);
    let mut text = Text::new().bold(row.no.to_string()).say(format!(" {} by {author} on {network}", row.kind.word()));
    text = match row.due_at {
        Some(due) if due <= now => text.say(format!(", overdue by {}", since(due, now))),
        Some(due) => text.say(", due ").time(due),
        None => text.say(format!(", {} ago", since(row.started_at, now))),
    };
    if let Some(holder) = &row.holder {
        text = text.say(", held by ").person(holder);
    }
    match one_line(&row.excerpt, EXCERPT) {
        excerpt if excerpt.is_empty() => text,
        excerpt => text.line().quote(excerpt),
    }
}

fn since(then: Timestamp, now: Timestamp) -> String {
    duration(u64::try_from(now.as_second() - then.as_second()).unwrap_or(0))
}
