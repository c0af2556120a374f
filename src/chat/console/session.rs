//! A session: lines in, commands to the desk, answers out.

use super::input::{Heard, Lines};
use super::layout::{Line, Style};
use super::{Console, Input};
use crate::chat::sanitise;
use crate::chat::{Commands, Incoming, Outcome};
use crate::domain::{Answer, Person, Refusal, Text};
use async_trait::async_trait;
use jiff::{SignedDuration, Span, SpanRelativeTo};
use std::io;
use std::sync::Arc;
use tokio::sync::oneshot;

/// What can be typed here besides the commands that every chat knows.
pub const HELP: &str = "\
On this console also:
as NAME    changes who is typing; as alone lists who there is
wait 5m    lets time pass in the demo; wait alone: a moment
quit       ends, as does Ctrl-D
\\n in a text starts a new line (\\\\n is a backslash and an n). In a script, lines
that begin with # are left out, and the end of the file ends the session.";

/// Longest wait, in hours.
const LONGEST_WAIT: i64 = 24 * 400;

/// How a session came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// There are no more lines: the end of a script, Ctrl-D.
    Eof,
    /// `quit` or `exit`.
    Quit,
    /// Ctrl-C at the prompt.
    Interrupted,
    /// The desk takes no more commands.
    DeskGone,
}

/// Who makes time pass, for demos and tests.
#[async_trait]
pub trait Pace: Send + Sync {
    /// `wait 5m`: lets so much time pass; `wait` alone: a moment. What comes back is shown.
    async fn wait(&self, how_long: Option<SignedDuration>) -> Outcome;
    /// Called after each command of a script: returns when what the command caused is done, so that scripts always
    /// show the same.
    async fn settle(&self) {}
}

/// Time passes by itself.
#[async_trait]
impl Pace for () {
    async fn wait(&self, _: Option<SignedDuration>) -> Outcome {
        Err(Refusal::new("Time passes by itself here; `wait` works in `hearback demo` only."))
    }
}

impl Console {
    /// Runs lines until there are no more. Each is answered before the next one is read.
    ///
    /// # Errors
    /// The input cannot be read, or the output is closed.
    pub async fn serve(
        self: Arc<Self>,
        input: Input,
        commands: Commands,
        who: Person,
        pace: Arc<dyn Pace>,
    ) -> io::Result<End> {
        let lines = Lines::start(&self, input)?;
        Session { console: self, lines, commands, first: who.clone(), who, pace }.run().await
    }
}

/// What a line asks for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Nothing,
    Quit,
    As(String),
    Wait(Result<Option<SignedDuration>, String>),
    Command(String),
}

impl Asked {
    fn of(line: &str, scripted: bool) -> Asked {
        let line = line.trim();
        if line.is_empty() || (scripted && line.starts_with('#')) {
            return Asked::Nothing;
        }
        let bare = line.strip_prefix('/').unwrap_or(line).trim_start();
        let (verb, rest) = bare.split_once(char::is_whitespace).unwrap_or((bare, ""));
        let rest = rest.trim();
        match verb.to_ascii_lowercase().as_str() {
            "quit" | "exit" if rest.is_empty() => Asked::Quit,
            "as" => Asked::As(rest.strip_prefix('@').unwrap_or(rest).to_owned()),
            "wait" if rest.is_empty() => Asked::Wait(Ok(None)),
            "wait" => Asked::Wait(how_long(rest).map(Some).ok_or_else(|| rest.to_owned())),
            _ => Asked::Command(line_feeds(bare)),
        }
    }
}

fn how_long(typed: &str) -> Option<SignedDuration> {
    let span: Span = typed.parse().ok()?;
    let long = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    (long > SignedDuration::ZERO && long <= SignedDuration::from_hours(LONGEST_WAIT)).then_some(long)
}

/// `\n` becomes a line feed; `\\n` stays what it is, with one backslash.
fn line_feeds(typed: &str) -> String {
    const KEPT: &str = "\u{0}";
    typed.replace('\u{0}', "").replace("\\\\n", KEPT).replace("\\n", "\n").replace(KEPT, "\\n")
}

struct Session {
    console: Arc<Console>,
    lines: Lines,
    commands: Commands,
    first: Person,
    who: Person,
    pace: Arc<dyn Pace>,
}

impl Session {
    async fn run(mut self) -> io::Result<End> {
        loop {
            let prompt = format!("{}> ", sanitise::name(&self.who.id.0, 40));
            let line = match self.lines.next(&prompt).await {
                Heard::Line(line) => line,
                Heard::Unusable(why) => {
                    self.show(&Err(Refusal::new(why)))?;
                    continue;
                }
                Heard::End(end) => return Ok(end),
                Heard::Failed(why) => return Err(why),
            };
            let scripted = self.lines.scripted;
            let asked = Asked::of(&line, scripted);
            if scripted && asked != Asked::Nothing {
                let echo = Line::of(Style::Dim, prompt).add(Style::Plain, sanitise::line(line.trim()));
                self.console.print(&[Line { verbatim: true, ..echo }], "", false)?;
            }
            match asked {
                Asked::Nothing => continue,
                Asked::Quit => return Ok(End::Quit),
                Asked::As(name) => {
                    let outcome = self.change(&name);
                    self.show(&outcome)?;
                }
                Asked::Wait(Ok(how_long)) => {
                    let outcome = self.pace.wait(how_long).await;
                    self.show(&outcome)?;
                }
                Asked::Wait(Err(typed)) => self.show(&Err(Refusal::new(format!(
                    "“{typed}” is not a time to wait: write it like `wait 5m`, `wait 2h` or `wait 1d`, at most 400 days."
                ))))?,
                Asked::Command(line) => {
                    let help = line.trim_end() == "help";
                    let Some(outcome) = self.command(line).await else { return Ok(End::DeskGone) };
                    self.show(&outcome)?;
                    if help {
                        self.show(&Ok(Answer::new(HELP)))?;
                    }
                }
            }
            if scripted {
                self.pace.settle().await;
            }
            if let Some(kind) = self.console.output.failed() {
                return Err(io::Error::from(kind));
            }
        }
    }

    fn show(&self, outcome: &Outcome) -> io::Result<()> {
        self.console.answer(outcome, &self.who)
    }

    /// `None` if the desk is gone.
    async fn command(&mut self, line: String) -> Option<Outcome> {
        let (answer, answered) = oneshot::channel();
        let incoming = Incoming {
            forms: crate::chat::Forms::None,
            who: self.who.clone(),
            chat: self.console.name.clone(),
            channel: self.console.channel.clone(),
            card: None,
            line,
            delivery: None,
        };
        self.commands.send((incoming, answer)).await.ok()?;
        Some(answered.await.unwrap_or_else(|_| {
            Err(Refusal::new(
                "There was no answer to this. Look with `queue mine` whether it was done before you type it again.",
            ))
        }))
    }

    /// `as NAME`: by what is typed after `@` or by the name that colleagues read.
    fn change(&mut self, name: &str) -> Outcome {
        let people = || self.console.people.values().chain(Some(&self.first));
        let folded = name.to_lowercase();
        let meant = |p: &&Person| p.id.0.to_lowercase() == folded || p.name.to_lowercase() == folded;
        if let Some(person) = people().find(meant) {
            self.who = person.clone();
            return Ok(Answer::new(format!("You are {} now ({}).", self.who.name, self.who.role.word())));
        }
        let known = self.console.people.keys().map(|id| id.0.as_str()).collect::<Vec<_>>().join(", ");
        if name.is_empty() {
            let text = format!("You are {} ({}). ", self.who.name, self.who.role.word());
            return Ok(Answer::new(Text::plain(text).say(format!("Change with `as NAME`: {known}."))));
        }
        let nearest = people().min_by_key(|p| strsim::damerau_levenshtein(&p.id.0.to_lowercase(), &folded));
        let refusal = Refusal::new(format!("Nobody here is called “{name}”. There are: {known}."));
        Err(match nearest {
            Some(p) => refusal.offering(p.name.clone(), format!("as {}", p.id)),
            None => refusal,
        })
    }
}
