//! What `check` asks the outside: can the store be written, do the sources answer, can the listener listen.

use crate::config::{Config, Watch};
use std::path::Path;
use std::time::Duration;

/// Longest wait for one answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What, in words.
    pub what: String,
    /// What is wrong with it and what to do; `None` if it is fine.
    pub trouble: Option<String>,
}

/// Looks at everything that can be looked at without changing anything outside.
///
/// # Errors
/// The HTTP client could not be made.
pub async fn probe(config: &Config) -> anyhow::Result<Vec<Finding>> {
    let agent = concat!("hearback/", env!("CARGO_PKG_VERSION"));
    let client = reqwest::Client::builder().user_agent(agent).timeout(PATIENCE).build()?;
    let mut findings = Vec::new();
    for source in &config.sources {
        let url = match &source.watch {
            Watch::Feed(feed) => feed.url.to_string(),
            Watch::HackerNews(hn) => format!("{}/search_by_date?query=hearback&hitsPerPage=1", hn.api),
            // They say themselves who they are, what they may do and whether they answer.
            Watch::Bluesky(_) | Watch::Mastodon(_) | Watch::Reddit(_) | Watch::Webhook(_) | Watch::X(_) => continue,
        };
        let trouble = ask(&client, &url).await;
        findings.push(Finding { what: format!("source {}", source.name), trouble });
    }
    let webhook = config.sources.iter().any(|source| matches!(source.watch, Watch::Webhook(_)));
    // With a chat it listens as well, if only to say whether it is connected.
    if webhook || config.slack.is_some() || config.discord.is_some() {
        let listen = config.web.listen;
        let trouble = tokio::net::TcpListener::bind(listen).await.err().map(|e| {
            format!("cannot listen there ({e}); is hearback running already? Otherwise change listen in [web]")
        });
        findings.push(Finding { what: format!("listening at {listen}"), trouble });
    }
    Ok(findings)
}

/// Whether a store can be kept in that folder, without making one: in the folder, or else in the nearest one above it
/// that is there, a file without a name is made, which is gone at once.
pub(super) fn folder(folder: &Path) -> Finding {
    let what = format!("store {}", folder.display());
    // The folder above a relative one is the current one.
    let named = |path: &Path| if path.as_os_str().is_empty() { Path::new(".").to_owned() } else { path.to_owned() };
    let there = folder.ancestors().map(named).find(|path| path.symlink_metadata().is_ok());
    let there = there.unwrap_or_else(|| Path::new(".").to_owned());
    let trouble = if there.is_dir() {
        tempfile::tempfile_in(&there).err().map(|e| {
            let there = there.display();
            format!("{there} cannot be written ({e}); give the user that runs hearback the right to, or change folder in [store]")
        })
    } else {
        Some(format!("{} is not a folder; name another folder in [store]", there.display()))
    };
    Finding { what, trouble }
}

async fn ask(client: &reqwest::Client, url: &str) -> Option<String> {
    match client.get(url).send().await {
        Ok(answer) if answer.status().is_success() => None,
        Ok(answer) => Some(format!("answers {}; open its address in a browser and correct it", answer.status())),
        Err(e) if e.is_timeout() => Some(format!("does not answer within {} s; try again later", PATIENCE.as_secs())),
        Err(e) => Some(format!("cannot be reached ({}); check its address and this machine's network", root_cause(&e))),
    }
}

/// The innermost error says what happened; the outer ones repeat the address.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
