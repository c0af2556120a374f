//! The program: reads the command line and hands the outside in.

use clap::Parser;
use hearback::cli::{Cli, Exit, World, dispatch};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    // Not locked for good: `run` and `demo` read on a thread of their own.
    let mut input = std::io::BufReader::new(std::io::stdin());
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    let env = |name: &str| std::env::var(name).ok();
    #[expect(clippy::disallowed_methods, reason = "the one reading of the clock at the start, handed in from here")]
    let now = jiff::Timestamp::now();
    let mut world = World { now, env: &env, input: &mut input, out: &mut out, err: &mut err };
    let done = dispatch(&cli, &mut world).await.and_then(|exit| {
        world.out.flush()?;
        Ok(exit)
    });
    let exit = match done {
        Ok(exit) => exit,
        // Whoever reads our output has seen enough, as in `hearback export csv | head`.
        Err(e) if is_broken_pipe(&e) => Exit::Ok,
        Err(e) => {
            eprintln!("hearback: {e:#}");
            Exit::Failed
        }
    };
    ExitCode::from(exit.code())
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
}
