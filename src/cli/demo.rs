//! `hearback demo`.

use super::{Cli, DemoArgs, Exit, World, start_log};
use crate::chat::console::End;
use crate::config::{Log, LogLevel};
use crate::demo::{Demo, run as run_demo};
use std::io::IsTerminal;

pub(super) async fn run(cli: &Cli, args: &DemoArgs, _: &mut World<'_>) -> anyhow::Result<Exit> {
    // The screen is for the demo; only what goes wrong is logged beside it.
    start_log(cli, Log { level: LogLevel::Warn, ..Log::default() });
    let terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let end = run_demo(Demo {
        out: Box::new(std::io::stdout()),
        terminal,
        script: (!terminal).then(|| Box::new(std::io::BufReader::new(std::io::stdin())) as _),
        colour: terminal && std::env::var_os("NO_COLOR").is_none(),
        width: 100,
        seed: args.seed,
        speed: args.speed,
    });
    tokio::select! {
        end = end => {
            let end = end?;
            tracing::debug!(?end, "the demo is over");
            Ok(if end == End::DeskGone { Exit::Failed } else { Exit::Ok })
        }
        signal = tokio::signal::ctrl_c() => {
            signal?;
            Ok(Exit::Ok)
        }
    }
}
