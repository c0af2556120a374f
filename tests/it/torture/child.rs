//! The real program as a child process: what it says is read, lines are typed, and it is killed.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::mpsc;

/// Nothing here takes that long; it only keeps a hanging program from hanging the tests.
pub const HANG: Duration = Duration::from_mins(2);

/// A running program. Dropped, it is killed.
pub struct Child {
    process: Option<std::process::Child>,
    stdin: Option<ChildStdin>,
    lines: mpsc::UnboundedReceiver<String>,
    errors: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
}

/// How a program ended.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to stderr.
    pub errors: String,
}

impl Child {
    pub fn start(command: &mut Command) -> Child {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let (tell, lines) = mpsc::unbounded_channel();
        let errors = Arc::new(Mutex::new(String::new()));
        let stdout = process.stdout.take().unwrap();
        let mut stderr = process.stderr.take().unwrap();
        let heard = Arc::clone(&errors);
        let readers = vec![
            std::thread::spawn(move || {
                for line in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
                    if tell.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                        return;
                    }
                }
            }),
            std::thread::spawn(move || {
                let mut piece = [0; 4096];
                while let Ok(n @ 1..) = stderr.read(&mut piece) {
                    heard.lock().unwrap().push_str(&String::from_utf8_lossy(&piece[..n]));
                }
            }),
        ];
        let stdin = process.stdin.take();
        Child { process: Some(process), stdin, lines, errors, readers }
    }

    /// The next line of stdout; `None` if there will be no more.
    async fn line(&mut self) -> Option<String> {
        let Ok(line) = tokio::time::timeout(HANG, self.lines.recv()).await else {
            panic!("the program hangs; its log:\n{}", self.errors());
        };
        line
    }

    /// Waits until it greets. False if it ended before.
    pub async fn welcomed(&mut self) -> bool {
        while let Some(line) = self.line().await {
            if line.contains(": watching 1 source") {
                return true;
            }
        }
        false
    }

    /// Types a line and reads everything until it was answered. `None` if the program ended first.
    ///
    /// Each line is answered before the next one is read, so the answer to `as ana` shows that this one was answered.
    pub async fn ask(&mut self, line: &str) -> Option<Vec<String>> {
        let stdin = self.stdin.as_mut()?;
        if stdin.write_all(format!("{line}\nas ana\n").as_bytes()).is_err() {
            return None;
        }
        let mut said = Vec::new();
        loop {
            let line = self.line().await?;
            if line.starts_with("  You are Ana Lima now") {
                return Some(said);
            }
            said.push(line);
        }
    }

    /// What was written to stderr so far.
    pub fn errors(&self) -> String {
        self.errors.lock().unwrap().clone()
    }

    /// SIGKILL, at once. Returns when the process is gone.
    pub fn kill(mut self) {
        self.end();
    }

    /// SIGTERM, and then its end.
    pub async fn terminate(self) -> Ended {
        let pid = self.process.as_ref().map(std::process::Child::id).unwrap_or_default();
        let sent = Command::new("kill").args(["-TERM", &pid.to_string()]).status().unwrap();
        assert!(sent.success(), "SIGTERM");
        self.ended().await
    }

    /// Waits until it ends by itself.
    pub async fn ended(mut self) -> Ended {
        let stdin = self.stdin.take();
        let mut process = self.process.take().unwrap();
        let pid = process.id();
        let waiting = tokio::task::spawn_blocking(move || process.wait());
        let Ok(status) = tokio::time::timeout(HANG, waiting).await else {
            // The waiting thread holds the process: only by its number can it still be ended.
            drop(Command::new("kill").args(["-KILL", &pid.to_string()]).status());
            panic!("the program does not end; its log:\n{}", self.errors());
        };
        drop(stdin);
        self.join();
        Ended { code: status.unwrap().unwrap().code(), errors: self.errors() }
    }

    fn join(&mut self) {
        for reader in self.readers.drain(..) {
            reader.join().unwrap();
        }
    }

    fn end(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
            self.join();
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.end();
    }
}
