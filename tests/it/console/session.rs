//! Scripted sessions against a pretend desk.

use super::{Screen, console, staff};
use async_trait::async_trait;
use hearback::chat::console::{End, Input, Pace};
use hearback::chat::{Commands, Incoming, Outcome};
use hearback::domain::{Answer, Refusal, Role, Text};
use jiff::SignedDuration;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::sync::{Arc, Mutex};
use tokio::sync::{mpsc, oneshot};

/// A desk that answers with what it heard, and remembers it.
fn desk() -> (Commands, tokio::task::JoinHandle<Vec<Incoming>>) {
    let (commands, mut heard) = mpsc::channel::<(Incoming, oneshot::Sender<Outcome>)>(4);
    let task = tokio::spawn(async move {
        let mut all = Vec::new();
        while let Some((incoming, answer)) = heard.recv().await {
            let outcome = match incoming.line.as_str() {
                "lost" => None,
                "no" => Some(Err(Refusal::new("Ben has it.").offering("Take over", "claim 1 @ana"))),
                line => Some(Ok(Answer::new(Text::plain("Heard ").code(line)).offering("Next", "queue"))),
            };
            all.push(incoming);
            if let Some(outcome) = outcome {
                answer.send(outcome).expect("the console waits for its answer");
            }
        }
        all
    });
    (commands, task)
}

async fn play(script: impl Read + Send + 'static, pace: Arc<dyn Pace>) -> (String, End, Vec<Incoming>) {
    let (console, screen): (_, Screen) = console(false, 100);
    let (commands, desk) = desk();
    let input = Input::Script(Box::new(BufReader::new(script)) as Box<dyn BufRead + Send>);
    let end = console.serve(input, commands, staff().remove(0), pace).await.expect("nothing fails");
    (screen.take(), end, desk.await.expect("the desk ends with its callers"))
}

#[tokio::test]
async fn each_line_is_shown_run_and_answered_before_the_next() {
    let script = "# a comment\n\nclaim 1\r\n/reply 1 Hello\\nyou \\\\n there\nas Ben\nno\nlost\nas bem\nas\nhelp";
    let (shown, end, heard) = play(Cursor::new(script), Arc::new(())).await;
    assert_eq!(end, End::Eof);
    let lines: Vec<_> = heard.iter().map(|i| (i.who.id.as_str(), i.line.as_str())).collect();
    let expected =
        [("ana", "claim 1"), ("ana", "reply 1 Hello\nyou \\n there"), ("ben", "no"), ("ben", "lost"), ("ben", "help")];
    assert_eq!(lines, expected);
    assert!(heard.iter().all(|i| i.chat.as_str() == "console" && i.channel.as_str() == "support"));
    assert_eq!(heard.iter().map(|i| i.who.role).max(), Some(Role::Lead));
    insta::assert_snapshot!(shown, @r#"
    ana> claim 1
      Heard `claim 1`
      [Next: /queue]
    ana> /reply 1 Hello\nyou \\n there
      Heard
      reply 1 Hello
      you \n there
      [Next: /queue]
    ana> as Ben
      You are Ben now (responder).
    ben> no
      ! Ben has it.
      [Take over: /claim 1 @ana]
    ben> lost
      ! There was no answer to this. Look with `queue mine` whether it was done before you type it
        again.
    ben> as bem
      ! Nobody here is called “bem”. There are: ana, ben.
      [Ben: /as ben]
    ben> as
      You are Ben (responder). Change with `as NAME`: ana, ben.
    ben> help
      Heard `help`
      [Next: /queue]
      On this console also:
      as NAME    changes who is typing; as alone lists who there is
      wait 5m    lets time pass in the demo; wait alone: a moment
      quit       ends, as does Ctrl-D
      \n in a text starts a new line (\\n is a backslash and an n). In a script, lines
      that begin with # are left out, and the end of the file ends the session.
    "#);
}

#[tokio::test]
async fn quit_ends_before_the_lines_after_it() {
    for word in ["quit", "exit", "/quit", "QUIT"] {
        let (_, end, heard) = play(Cursor::new(format!("a\n{word}\nb\n")), Arc::new(())).await;
        assert_eq!((end, heard.len()), (End::Quit, 1), "{word}");
    }
}

/// Notes how long it was told to wait, and how often things settled.
#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

#[async_trait]
impl Pace for Notes {
    async fn wait(&self, how_long: Option<SignedDuration>) -> Outcome {
        self.0.lock().expect("no panic").push(format!("{how_long:?}"));
        Ok(Answer::new("Waited."))
    }
    async fn settle(&self) {
        self.0.lock().expect("no panic").push("settle".to_owned());
    }
}

#[tokio::test]
async fn waiting_is_handed_on_and_wrong_waits_are_refused() {
    let pace = Arc::new(Notes::default());
    let script = "wait\nwait 5m\nwait 1h 30m\nwait 2d\nwait -5m\nwait soon\nwait 9999d\n";
    let (shown, ..) = play(Cursor::new(script), Arc::clone(&pace) as Arc<dyn Pace>).await;
    let notes = pace.0.lock().expect("no panic").clone();
    let waits: Vec<_> = notes.iter().filter(|n| *n != "settle").map(String::as_str).collect();
    assert_eq!(waits, ["None", "Some(5m)", "Some(1h 30m)", "Some(48h)"]);
    assert_eq!(notes.len() - waits.len(), 7, "settled after each line");
    assert_eq!(shown.matches("is not a time to wait").count(), 3, "{shown}");
    let (shown, ..) = play(Cursor::new("wait 5m"), Arc::new(())).await;
    assert!(shown.contains("works in `hearback demo` only"), "{shown}");
}

#[tokio::test]
async fn hostile_scripts_neither_fail_nor_fill_memory() {
    let mut bytes = b"\xff\xfe \x1b[31mred\n".to_vec();
    bytes.extend(std::iter::repeat_n(b'x', 400_000));
    bytes.extend(b"\nafter");
    let (shown, end, heard) = play(Cursor::new(bytes), Arc::new(())).await;
    assert_eq!(end, End::Eof);
    assert_eq!(heard.last().map(|i| i.line.as_str()), Some("after"));
    assert_eq!(heard.len(), 2);
    assert!(!shown.contains('\u{1b}'));
    assert!(shown.contains("this one has more and was left out"), "{shown}");
}

#[tokio::test]
async fn a_desk_that_is_gone_ends_the_session() {
    let (console, _screen) = console(false, 100);
    let (commands, gone) = mpsc::channel(1);
    drop(gone);
    let input = Input::Script(Box::new(Cursor::new("claim\nclaim\n")));
    let end = console.serve(input, commands, staff().remove(0), Arc::new(())).await.expect("no failure");
    assert_eq!(end, End::DeskGone);
}

#[tokio::test]
async fn input_that_fails_is_an_error_not_an_end() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is on fire"))
        }
    }
    let (console, _screen) = console(false, 100);
    let (commands, _desk) = desk();
    let input = Input::Script(Box::new(BufReader::new(Broken)));
    let got = console.serve(input, commands, staff().remove(0), Arc::new(())).await;
    assert_eq!(got.expect_err("it fails").to_string(), "the disk is on fire");
}
