//! Where lines come from: a terminal with line editing, or a script. Reading blocks, so it has a thread of its own, which
//! reads a line only when it is asked for one.

use super::{Console, End};
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Context, Editor, ExternalPrinter, Helper, Prompt};
use std::io::{BufRead, IsTerminal, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc as blocking;
use std::time::Duration;
use tokio::sync::mpsc;

/// Completes a line: from the line and the cursor (a byte offset) to where the completed word begins (a byte offset) and
/// what it may become.
pub type Complete = Arc<dyn Fn(&str, usize) -> (usize, Vec<String>) + Send + Sync>;

/// Longest line of a script, in bytes; the longest command is far shorter.
const LONGEST: u64 = 128 * 1024;

/// Where lines come from.
pub enum Input {
    /// A file or a pipe: each line is shown, runs to its end, and then comes the next one.
    Script(Box<dyn BufRead + Send>),
    /// A person at a terminal.
    Terminal {
        /// The file that keeps what was typed; in memory only without one.
        history: Option<PathBuf>,
        /// Completes commands and references.
        complete: Complete,
    },
}

impl Input {
    /// Standard input: a terminal if it is one and the answers are read there as well, a script otherwise.
    pub fn standard(history: Option<PathBuf>, complete: Complete) -> Input {
        if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
            Input::Terminal { history, complete }
        } else {
            Input::Script(Box::new(std::io::BufReader::new(std::io::stdin())))
        }
    }
}

/// What the thread brought.
pub(super) enum Heard {
    /// A line, without its line feed.
    Line(String),
    /// A line that is no command, and why.
    Unusable(String),
    /// There are no more.
    End(End),
    /// Reading failed.
    Failed(std::io::Error),
}

/// The lines, as they are asked for.
pub(super) struct Lines {
    prompts: blocking::Sender<String>,
    heard: mpsc::Receiver<Heard>,
    closing: Option<Closing>,
    /// A script: lines are shown as they are run.
    pub(super) scripted: bool,
}

impl Lines {
    /// Starts the thread. Nothing is read yet.
    pub(super) fn start(console: &Arc<Console>, input: Input) -> std::io::Result<Lines> {
        let (prompts, asked) = blocking::channel::<String>();
        let (hand_in, heard) = mpsc::channel(1);
        let thread = std::thread::Builder::new().name("console input".to_owned());
        Ok(match input {
            Input::Script(script) => {
                thread.spawn(move || read_script(script, &asked, &hand_in))?;
                Lines { prompts, heard, closing: None, scripted: true }
            }
            Input::Terminal { history, complete } => {
                let console = Arc::clone(console);
                let gone = Arc::new(AtomicBool::new(false));
                let (left, done) = blocking::channel::<()>();
                let closing = Closing { gone: Arc::clone(&gone), done, console: Arc::clone(&console) };
                thread.spawn(move || {
                    read_terminal(&console, history, complete, &asked, &hand_in, &gone);
                    drop(left);
                })?;
                Lines { prompts, heard, closing: Some(closing), scripted: false }
            }
        })
    }

    /// The next line.
    pub(super) async fn next(&mut self, prompt: &str) -> Heard {
        if self.prompts.send(prompt.to_owned()).is_err() {
            return Heard::End(End::Eof);
        }
        let heard = self.heard.recv().await.unwrap_or(Heard::End(End::Eof));
        if let (Heard::End(_) | Heard::Failed(_), Some(closing)) = (&heard, &self.closing) {
            closing.gone.store(true, Ordering::SeqCst);
        }
        heard
    }
}

/// Leaves the prompt when nobody wants its line any more, so that the terminal is not left in raw mode.
struct Closing {
    gone: Arc<AtomicBool>,
    done: blocking::Receiver<()>,
    console: Arc<Console>,
}

impl Drop for Closing {
    fn drop(&mut self) {
        if self.gone.swap(true, Ordering::SeqCst) {
            return;
        }
        // Printing above the prompt draws it again, and a prompt that nobody waits for ends its thread. Should that
        // fail, the program ends all the same.
        if self.console.output.nudge() {
            let _ended: Result<(), blocking::RecvTimeoutError> = self.done.recv_timeout(Duration::from_millis(500));
            self.console.output.close();
        }
    }
}

fn read_script(mut script: Box<dyn BufRead + Send>, asked: &blocking::Receiver<String>, hand_in: &mpsc::Sender<Heard>) {
    while asked.recv().is_ok() {
        if hand_in.blocking_send(script_line(&mut *script)).is_err() {
            return;
        }
    }
}

fn script_line(mut script: &mut dyn BufRead) -> Heard {
    let mut bytes = Vec::new();
    match Read::take(&mut script, LONGEST).read_until(b'\n', &mut bytes) {
        Err(why) => return Heard::Failed(why),
        Ok(0) => return Heard::End(End::Eof),
        Ok(_) => {}
    }
    if bytes.last() != Some(&b'\n') && bytes.len() as u64 == LONGEST {
        return match skip_line(script) {
            Ok(()) => Heard::Unusable(format!("A line may have {LONGEST} bytes; this one has more and was left out.")),
            Err(why) => Heard::Failed(why),
        };
    }
    let line = String::from_utf8_lossy(&bytes);
    Heard::Line(line.trim_end_matches(['\n', '\r']).to_owned())
}

fn skip_line(script: &mut dyn BufRead) -> std::io::Result<()> {
    loop {
        let buffer = script.fill_buf()?;
        let (read, ended) = match buffer.iter().position(|b| *b == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        script.consume(read);
        if ended {
            return Ok(());
        }
    }
}

fn read_terminal(
    console: &Console,
    history: Option<PathBuf>,
    complete: Complete,
    asked: &blocking::Receiver<String>,
    hand_in: &mpsc::Sender<Heard>,
    gone: &Arc<AtomicBool>,
) {
    let mut terminal = match Terminal::open(history, complete) {
        Ok(terminal) => terminal,
        Err(why) => {
            // The receiver may be gone already; then nobody wants to know.
            let _unheard = hand_in.blocking_send(Heard::Failed(io_error(why)));
            return;
        }
    };
    let above = terminal.print_above();
    while let Ok(prompt) = asked.recv() {
        if let Some((columns, _)) = terminal.editor.dimensions() {
            console.width.store(usize::from(columns), Ordering::Relaxed);
        }
        if let Some(above) = &above {
            console.output.open(above.clone());
        }
        let heard = terminal.line(&Wanted { prompt, gone: Arc::clone(gone) });
        console.output.close();
        if hand_in.blocking_send(heard).is_err() {
            return;
        }
    }
}

struct Terminal {
    editor: Editor<Typing, FileHistory>,
    history: Option<PathBuf>,
}

impl Terminal {
    fn open(history: Option<PathBuf>, complete: Complete) -> rustyline::Result<Terminal> {
        let config = Config::builder().completion_type(CompletionType::List).history_ignore_space(true).build();
        let mut editor = Editor::with_config(config)?;
        editor.set_helper(Some(Typing { complete }));
        if let Some(path) = &history {
            match editor.load_history(path) {
                Err(ReadlineError::Io(why)) if why.kind() == std::io::ErrorKind::NotFound => {}
                Err(why) => tracing::warn!(path = %path.display(), %why, "the console's history cannot be read"),
                Ok(()) => {}
            }
        }
        Ok(Terminal { editor, history })
    }

    /// A thread that prints above the prompt; `None` on a terminal that cannot. It is not the console itself, because the
    /// editor takes no more than one piece while it is busy with a line, and nobody else should wait for that.
    fn print_above(&mut self) -> Option<blocking::Sender<String>> {
        let mut printer = self.editor.create_external_printer().ok()?;
        let (above, pieces) = blocking::channel::<String>();
        let print = move || {
            while let Ok(piece) = pieces.recv() {
                if printer.print(piece).is_err() {
                    return; // the terminal is gone
                }
            }
        };
        std::thread::Builder::new().name("console output".to_owned()).spawn(print).ok()?;
        Some(above)
    }

    fn line(&mut self, prompt: &Wanted) -> Heard {
        match self.editor.readline(prompt) {
            Ok(line) => {
                self.remember(&line);
                Heard::Line(line)
            }
            Err(ReadlineError::Eof) => Heard::End(End::Eof),
            Err(ReadlineError::Interrupted) => Heard::End(End::Interrupted),
            Err(why) => Heard::Failed(io_error(why)),
        }
    }

    fn remember(&mut self, line: &str) {
        if line.trim().is_empty() {
            return;
        }
        let kept = self.editor.add_history_entry(line).and_then(|new| match &self.history {
            Some(path) if new => self.editor.append_history(path),
            _ => Ok(()),
        });
        if let Err(why) = kept {
            tracing::warn!(%why, "the console's history cannot be written");
            self.history = None;
        }
    }
}

fn io_error(why: ReadlineError) -> std::io::Error {
    match why {
        ReadlineError::Io(why) => why,
        other => std::io::Error::other(other.to_string()),
    }
}

/// The prompt, as long as somebody waits for its line.
struct Wanted {
    prompt: String,
    gone: Arc<AtomicBool>,
}

impl Prompt for Wanted {
    fn raw(&self) -> &str {
        if self.gone.load(Ordering::SeqCst) {
            // The editor cannot be told to stop. Unwinding its thread runs the destructor that takes the terminal out of
            // raw mode; no panic is reported, and nothing of ours is on this stack.
            std::panic::resume_unwind(Box::new("the console has ended"));
        }
        &self.prompt
    }
}

/// What helps while typing.
struct Typing {
    complete: Complete,
}

impl Completer for Typing {
    type Candidate = String;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let (start, candidates) = (self.complete)(line, at);
        // The editor replaces from `start` to the cursor: a wrong offset must not bring it down.
        if start > at || !line.is_char_boundary(start) {
            return Ok((at, Vec::new()));
        }
        Ok((start, candidates.iter().map(|c| crate::chat::sanitise::line(c)).collect()))
    }
}

impl Hinter for Typing {
    type Hint = String;
}
impl Highlighter for Typing {}
impl Validator for Typing {}
impl Helper for Typing {}
