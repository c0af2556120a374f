//! What people do in a story: somebody says something on a network, a member of staff types.

use super::World;
use super::slack::{CHANNEL, member};
use super::words::words;
use hearback::chat::{Forms, Incoming};
use hearback::domain::{Author, ChannelId, ChatName, Native, Person, Post, SourceName, Text, Visibility};
use std::future::{Future, IntoFuture};
use std::pin::Pin;

/// Something somebody says.
pub struct Said<'a> {
    pub(super) world: &'a World,
    text: String,
    author: String,
    network: String,
    id: String,
    conversation: Option<String>,
    parent: Option<String>,
    native: Native,
    reach: Option<u64>,
    addressed: bool,
}

impl<'a> Said<'a> {
    /// Somebody says that; the network knows it as the n-th post.
    pub(super) fn new(world: &'a World, text: &str, n: u64) -> Self {
        Said {
            world,
            text: text.to_owned(),
            author: "somebody".to_owned(),
            network: "mastodon".to_owned(),
            id: format!("post-{n}"),
            conversation: None,
            parent: None,
            native: Native::default(),
            reach: None,
            addressed: false,
        }
    }

    /// Only those see it whom it names.
    pub fn in_private(mut self) -> Self {
        self.native.visibility = Some(Visibility::Direct);
        self
    }
    /// So many hear them.
    pub fn heard_by(mut self, reach: u64) -> Self {
        self.reach = Some(reach);
        self
    }
    /// They say it to the brand's account.
    pub fn addressed(mut self) -> Self {
        self.addressed = true;
        self
    }
    /// Who says it.
    pub fn from(mut self, author: &str) -> Self {
        author.clone_into(&mut self.author);
        self
    }
    /// Where.
    pub fn on(mut self, network: &str) -> Self {
        network.clone_into(&mut self.network);
        self
    }
    /// Under which id of the network's.
    pub fn under_id(mut self, id: &str) -> Self {
        id.clone_into(&mut self.id);
        self
    }
    /// In which conversation.
    pub fn in_conversation(mut self, id: &str) -> Self {
        self.conversation = Some(id.to_owned());
        self
    }
    /// In answer to which post.
    pub fn answering(mut self, id: &str) -> Self {
        self.parent = Some(id.to_owned());
        self
    }
}

impl<'a> IntoFuture for Said<'a> {
    type Output = ();
    type IntoFuture = Pin<Box<dyn Future<Output = ()> + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let network = self.world.network(&self.network);
            network.says(Post {
                network: self.network.clone(),
                source: SourceName::new(&self.network),
                external_id: self.id.clone(),
                conversation: self.conversation,
                parent: self.parent,
                author: Author { id: self.author.clone(), handle: self.author, reach: self.reach, ..Author::default() },
                text: self.text,
                url: Some(format!("https://social.test/{}", self.id)),
                language: None,
                posted_at: self.world.now(),
                addressed: self.addressed,
                native: self.native,
            });
            self.world.polls(&self.network).await;
        })
    }
}

/// A member of staff in the team's chat.
pub struct Staff<'a> {
    pub(super) world: &'a World,
    pub(super) who: Person,
    at: Option<&'static str>,
}

impl<'a> Staff<'a> {
    pub(super) fn new(world: &'a World, who: Person) -> Self {
        Self { world, who, at: None }
    }

    /// In Slack, where the team is in both.
    pub fn in_slack(self) -> Self {
        Self { at: Some("slack"), ..self }
    }

    /// In Discord, where the team is in both.
    pub fn in_discord(self) -> Self {
        Self { at: Some("discord"), ..self }
    }

    /// Types a line, and reads the answer.
    pub async fn runs(self, line: &str) -> String {
        self.typed(line, None).await
    }

    /// The chat delivers a line under its own key.
    pub async fn delivers(self, key: &str, line: &str) -> String {
        self.typed(line, Some(key.to_owned())).await
    }

    async fn typed(self, line: &str, delivery: Option<String>) -> String {
        let who = self.who.id.as_str();
        if let Some(server) = self.world.server.as_ref().filter(|_| self.at != Some("slack")) {
            return server.types(who, line).await;
        }
        if let Some(workspace) = &self.world.workspace {
            return workspace.fake.slash(&member(who), CHANNEL, "/hearback", line).await.text().await;
        }
        let incoming = Incoming {
            forms: Forms::None,
            who: self.who.clone(),
            chat: ChatName::new("console"),
            channel: ChannelId::new("support"),
            card: None,
            line: line.to_owned(),
            delivery,
        };
        match self.world.desk().run(&incoming).await {
            Ok(answer) => words(&answer.text, &answer.buttons),
            Err(refusal) => words(&Text::plain(&refusal.say), &refusal.offers),
        }
    }
}
