//! The chats beside the console: made, connected to the desk, and stopped.

use super::wire::Parts;
use crate::chat::{Chat, Front};
use crate::config::Config;
use crate::desk::Desk;
use crate::web::Site;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The chats that people are in.
#[derive(Clone, Default)]
pub(super) struct Chats {
    /// Each with the path of the listener where its requests come in, if they come by HTTP.
    fronts: Vec<(Arc<dyn Front>, String)>,
}

impl Chats {
    /// Makes them. Nothing is asked of anybody yet.
    ///
    /// # Errors
    /// A sentence that says what this machine lacks.
    #[cfg_attr(
        not(any(feature = "slack", feature = "discord")),
        expect(clippy::unnecessary_wraps, reason = "what fails is making a chat, and this build has none")
    )]
    pub(super) fn new(parts: &mut Parts, config: &Config) -> Result<Self, String> {
        let mut chats = Self::default();
        #[cfg(feature = "slack")]
        if let (Some(made), Some(slack)) = (parts.slack.take(), &config.slack) {
            chats.fronts.push((crate::chat::slack::Slack::new(made)?, slack.path.clone()));
        }
        #[cfg(feature = "discord")]
        if let (Some(made), Some(discord)) = (parts.discord.take(), &config.discord) {
            chats.fronts.push((crate::chat::discord::Discord::new(made)?, discord.path.clone()));
        }
        #[cfg(not(any(feature = "slack", feature = "discord")))]
        let (_parts, _config, _none) = (parts, config, &mut chats);
        Ok(chats)
    }

    fn each(&self) -> impl Iterator<Item = Arc<dyn Front>> {
        self.fronts.iter().map(|(front, _)| Arc::clone(front))
    }

    /// As the desk takes them.
    pub(super) fn all(&self) -> Vec<Arc<dyn Chat>> {
        self.each().map(|front| front as Arc<dyn Chat>).collect()
    }

    /// The listener has something to serve for them: their requests, and whether they are connected.
    pub(super) fn want_listener(&self) -> bool {
        !self.fronts.is_empty()
    }

    /// Adds where their requests come in.
    pub(super) fn routes(&self, site: Site, desk: &Arc<Desk>) -> Site {
        self.fronts.iter().fold(site, |site, (front, path)| match Arc::clone(front).door(Arc::clone(desk) as _) {
            Some(door) => site.route("POST", path, crate::desk::door(door)),
            None => site,
        })
    }

    /// Takes commands until told to stop; what is in hand is finished in the returned tasks.
    pub(super) fn serve(&self, desk: &Arc<Desk>, stopped: &watch::Receiver<bool>) -> JoinSet<()> {
        self.each().map(|front| front.serve(Arc::clone(desk) as _, stopped.clone())).collect()
    }

    /// Waits a little for the last answers to people, when nothing comes in any more.
    pub(super) async fn finish(&self) {
        for front in self.each() {
            front.finish().await;
        }
    }

    /// Whether they take and give; if not, a sentence.
    pub(super) fn ready(&self) -> Result<(), String> {
        for chat in self.each() {
            let state = chat.state();
            if !state.ready {
                return Err(format!("{}: {}", chat.name(), state.say));
            }
        }
        Ok(())
    }
}
