//! Reddit: its peer in the contract, and what only Reddit does.

mod fake;
mod recorded;
mod state;
mod stories;

use super::contract::{Clock, PATIENCE, Peer, Shape, Troubles};
use super::fake::Fake;
use hearback::domain::Act;
use hearback::networks::reddit::{Hidden, Login, Reddit, RedditConfig};
use hearback::networks::{Network, Tools};
use state::{ACCOUNT, LINK, State, shown};
use std::sync::{Arc, Mutex, MutexGuard};

pub struct Forum {
    server: Fake,
    troubles: Arc<Troubles>,
    state: Arc<Mutex<State>>,
    tools: Tools,
}

impl Forum {
    fn config(&self, login: Login) -> RedditConfig {
        let app = (fake::CLIENT.to_owned(), Hidden::new(fake::SECRET));
        let mut config = RedditConfig::new("reddit", app, login, "acme_ops");
        (config.auth, config.api) = (self.server.url.clone(), format!("{}/", self.server.url));
        config.timeout = PATIENCE;
        config
    }

    fn made(&self, config: RedditConfig) -> Reddit {
        Reddit::new(config, self.tools.clone()).unwrap()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

fn refresh() -> Login {
    Login::Refresh(Hidden::new(fake::REFRESH))
}

#[async_trait::async_trait]
impl Peer for Forum {
    const SHAPE: Shape = Shape { page: 100, threads: true, native: true, edits: true, ..Shape::READ_ONLY };

    async fn start(clock: Clock) -> Self {
        let troubles = Arc::new(fake::troubles());
        let tools = clock.tools();
        let state = Arc::new(Mutex::new(State::new(clock)));
        let (waiting, known) = (Arc::clone(&troubles), Arc::clone(&state));
        let server = Fake::start(move |request| fake::serve(request, &known, &waiting)).await;
        Self { server, troubles, state, tools }
    }

    fn network(&self) -> Arc<dyn Network> {
        Arc::new(self.made(self.config(refresh())))
    }

    fn troubles(&self) -> &Troubles {
        &self.troubles
    }

    fn says(&self, author: &str, text: &str) -> String {
        self.state().comment(author, LINK, &format!("u/{ACCOUNT} {text}"))
    }

    fn answers(&self, author: &str, to: &str, text: &str) -> String {
        self.state().comment(author, to, text)
    }

    fn natively(&self, to: &str, text: &str) -> String {
        self.state().comment(ACCOUNT, to, text)
    }

    fn replies(&self) -> Vec<(String, String)> {
        let state = self.state();
        let ours = state.newest().filter(|t| t.author == ACCOUNT);
        ours.filter_map(|t| Some((t.parent.clone()?, shown(&t.body)))).collect()
    }

    fn deeds(&self) -> Vec<(Act, String)> {
        let state = self.state();
        let likes = state.likes.iter().map(|id| (Act::Like, id.clone()));
        likes.chain(state.messages.iter().map(|(to, _)| (Act::Message, to.clone()))).collect()
    }

    fn delete(&self, id: &str) {
        self.state().remove(id);
    }

    fn edit(&self, id: &str, text: &str) {
        let mut state = self.state();
        let now = state.clock.now().as_second();
        let thing = state.thing_mut(id);
        (thing.body, thing.edited) = (text.to_owned(), Some(now));
    }

    fn expire(&self) {
        self.state().expire();
    }

    fn secrets(&self) -> Vec<String> {
        let fixed = [fake::SECRET, fake::REFRESH, fake::PASSWORD].map(str::to_owned);
        fixed.into_iter().chain(self.state().issued.iter().cloned()).collect()
    }
}
