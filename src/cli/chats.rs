//! The chats beside the console: made, connected to the desk, and stopped.

use crate::chat::Chat;
#[cfg(feature = "slack")]
use crate::chat::slack::{Slack, SlackConfig};
use crate::config::Config;
use crate::desk::Desk;
use crate::web::Site;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The chats that people are in.
#[derive(Clone)]
pub(super) struct Chats {
    #[cfg(feature = "slack")]
    slack: Option<Arc<Slack>>,
}

impl Chats {
    /// Makes them. Nothing is asked of anybody yet.
    ///
    /// # Errors
    /// A sentence that says what this machine lacks.
    #[cfg(feature = "slack")]
    pub(super) fn new(slack: Option<SlackConfig>) -> Result<Self, String> {
        Ok(Self { slack: slack.map(Slack::new).transpose()? })
    }

    /// None: this build has the console alone.
    #[cfg(not(feature = "slack"))]
    pub(super) fn none() -> Self {
        Self {}
    }

    /// As the desk takes them.
    pub(super) fn all(&self) -> Vec<Arc<dyn Chat>> {
        #[cfg(feature = "slack")]
        return self.slack.iter().map(|slack| Arc::clone(slack) as Arc<dyn Chat>).collect();
        #[cfg(not(feature = "slack"))]
        return Vec::new();
    }

    /// The listener has something to serve for them: their requests, and whether they are connected.
    pub(super) fn want_listener(&self) -> bool {
        !self.all().is_empty()
    }

    /// Adds where their requests come in.
    pub(super) fn routes(&self, site: Site, desk: &Arc<Desk>, config: &Config) -> Site {
        #[cfg(feature = "slack")]
        if let (Some(slack), Some(configured)) = (&self.slack, &config.slack)
            && let Some(door) = slack.door(Arc::clone(desk) as _)
        {
            return site.route("POST", &configured.path, crate::desk::door(door));
        }
        #[cfg(not(feature = "slack"))]
        let (_desk, _config) = (desk, config);
        site
    }

    /// Takes commands until told to stop; what is in hand is finished in the returned tasks.
    pub(super) fn serve(&self, desk: &Arc<Desk>, stopped: &watch::Receiver<bool>) -> JoinSet<()> {
        let mut serving = JoinSet::new();
        #[cfg(feature = "slack")]
        if let Some(slack) = &self.slack {
            serving.spawn(Arc::clone(slack).serve(Arc::clone(desk) as _, stopped.clone()));
        }
        #[cfg(not(feature = "slack"))]
        {
            let (_desk, _stopped) = (desk, stopped);
            serving.spawn(std::future::ready(()));
        }
        serving
    }

    /// Lets answers get out to those whose requests the listener has just finished.
    pub(super) async fn finish(&self) {
        #[cfg(feature = "slack")]
        if let Some(slack) = &self.slack {
            slack.finish().await;
        }
        #[cfg(not(feature = "slack"))]
        std::future::ready(()).await;
    }

    /// Whether they take and give; if not, a sentence.
    pub(super) fn ready(&self) -> Result<(), String> {
        for chat in self.all() {
            let state = chat.state();
            if !state.ready {
                return Err(format!("{}: {}", chat.name(), state.say));
            }
        }
        Ok(())
    }
}
