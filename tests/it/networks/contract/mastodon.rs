//! The peers that speak Mastodon's API: Mastodon itself, `GoToSocial`, Mitra.

use super::{Clock, PATIENCE, Peer, Shape, Troubles};
use crate::networks::mastodon::server::{Flavour, ME, Running, TOKEN, names, start};
use hearback::domain::Act;
use hearback::networks::mastodon::{Mastodon, MastodonConfig, Token};
use hearback::networks::{Network, Tools};
use std::marker::PhantomData;
use std::sync::Arc;

/// Which server a peer is.
pub trait Kind: Send + Sync + 'static {
    const FLAVOUR: Flavour;
}

pub struct OfMastodon;
pub struct OfGoToSocial;
pub struct OfMitra;

impl Kind for OfMastodon {
    const FLAVOUR: Flavour = Flavour::Mastodon;
}
impl Kind for OfGoToSocial {
    const FLAVOUR: Flavour = Flavour::GoToSocial;
}
impl Kind for OfMitra {
    const FLAVOUR: Flavour = Flavour::Mitra;
}

pub struct Fediverse<K> {
    running: Running,
    tools: Tools,
    kind: PhantomData<K>,
}

impl<K: Kind> Fediverse<K> {
    fn n(&self, uri: &str) -> u64 {
        self.running.instance.by_uri(uri).unwrap_or_else(|| panic!("there is no {uri}"))
    }
}

#[async_trait::async_trait]
impl<K: Kind> Peer for Fediverse<K> {
    const SHAPE: Shape = Shape {
        page: 40,
        threads: true,
        native: true,
        edits: true,
        blocks: !matches!(K::FLAVOUR, Flavour::Mitra),
        ..Shape::READ_ONLY
    };

    async fn start(clock: Clock) -> Self {
        let tools = clock.tools();
        Self { running: start(K::FLAVOUR, clock).await, tools, kind: PhantomData }
    }

    fn network(&self) -> Arc<dyn Network> {
        let mut config = MastodonConfig::new("fediverse", &self.running.fake.url, Some(Token::new(TOKEN)));
        config.hashtags = vec!["acme".to_owned()];
        config.search = vec!["acme".to_owned()];
        config.timeout = PATIENCE;
        Arc::new(Mastodon::new(config, self.tools.clone()).unwrap())
    }

    fn troubles(&self) -> &Troubles {
        &self.running.troubles
    }

    fn says(&self, author: &str, text: &str) -> String {
        let instance = &self.running.instance;
        instance.uri(&instance.toot(author, &format!("@{ME} {text}"), None, "public"))
    }

    fn answers(&self, author: &str, to: &str, text: &str) -> String {
        let instance = &self.running.instance;
        let n = self.n(to);
        let above = instance.world.lock().unwrap().toots.iter().find(|t| t.n == n).unwrap().author.clone();
        instance.uri(&instance.toot(author, &format!("@{above} {text}"), Some(n), "public"))
    }

    fn natively(&self, to: &str, text: &str) -> String {
        self.answers(ME, to, text)
    }

    fn replies(&self) -> Vec<(String, String)> {
        let instance = &self.running.instance;
        let toots = instance.world.lock().unwrap().toots.clone();
        let own = toots.iter().filter(|t| t.author == ME && !t.deleted);
        let reply = |toot: &crate::networks::mastodon::server::Toot| {
            let above = toots.iter().find(|t| Some(t.n) == toot.to)?;
            let text = toot.text.strip_prefix('@').and_then(|t| t.split_once(' ')).map_or("", |(_, text)| text);
            Some((instance.uri(above), text.to_owned()))
        };
        own.filter_map(reply).collect()
    }

    fn deeds(&self) -> Vec<(Act, String)> {
        let instance = &self.running.instance;
        let world = instance.world.lock().unwrap();
        let uri = |n: &u64| instance.uri(world.toots.iter().find(|t| t.n == *n).unwrap());
        let likes = world.likes.iter().map(|n| (Act::Like, uri(n)));
        let boosts = world.boosts.iter().map(|n| (Act::Repost, uri(n)));
        let follows = world.follows.iter().map(|name| (Act::Follow, format!("{name}@social.example")));
        let private =
            world.toots.iter().filter(|t| t.author == ME && t.visibility == "direct" && !names(&t.text).is_empty());
        let messages = private.filter_map(|t| Some((Act::Message, uri(&t.to?))));
        likes.chain(boosts).chain(follows).chain(messages).collect()
    }

    fn delete(&self, id: &str) {
        self.running.instance.delete(self.n(id));
    }

    fn edit(&self, id: &str, text: &str) {
        let (instance, n) = (&self.running.instance, self.n(id));
        let now = instance.clock.now();
        let mut world = instance.world.lock().unwrap();
        let toot = world.toots.iter_mut().find(|t| t.n == n).unwrap();
        toot.text = format!("@{ME} {text}");
        toot.edited = Some(now);
    }

    fn block(&self, author: &str) {
        self.running.instance.world.lock().unwrap().blocks.insert(author.to_owned());
    }

    fn secrets(&self) -> Vec<String> {
        vec![TOKEN.to_owned()]
    }
}
