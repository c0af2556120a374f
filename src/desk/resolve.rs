//! Which mention is meant.

use super::{Desk, lock};
use crate::chat::{Forms, Incoming};
use crate::domain::{MentionNo, OpenPage, OpenQuery, Person, Pick, Refusal};
use crate::slash::{Args, MentionRef, NoRef, Spec, render};
use crate::store::StoreError;

/// Either the mention, or why not.
type Resolved = Result<Option<MentionNo>, Refusal>;

impl Desk {
    /// The mention that a command is about: named, implied by the card it was typed under, or by the command's own rule.
    pub(super) async fn resolve(&self, spec: &Spec, args: &Args, incoming: &Incoming) -> Result<Resolved, StoreError> {
        if !spec.wants_mention(args) {
            return Ok(Ok(None));
        }
        match args.mention() {
            Some(MentionRef::No(no)) => Ok(self.known(*no).await?),
            Some(MentionRef::Url(url)) => Ok(match self.by_link(url).await? {
                Some(no) => Ok(Some(no)),
                None => Err(Refusal::new(format!(
                    "No mention is known for {url}. Type the number on its card, or look with `find`."
                ))),
            }),
            Some(MentionRef::Last) => Ok(match lock(&self.last).get(&incoming.who.id).copied() {
                Some(no) => Ok(Some(no)),
                None => {
                    Err(Refusal::new("You have not touched a mention since hearback started. Type its number instead."))
                }
            }),
            Some(MentionRef::Mine) => self.only_claim(spec, args, incoming).await,
            None if spec.without_ref == NoRef::Unused => Ok(Ok(None)),
            None => self.implied(spec, args, incoming).await,
        }
    }

    /// The mention that an address is about: the post's own, or its card's in one of the chats.
    pub(super) async fn by_link(&self, url: &str) -> Result<Option<MentionNo>, StoreError> {
        if let Some(no) = self.store.by_url(url).await? {
            return Ok(Some(no));
        }
        for (name, chat) in &self.chats {
            for message in chat.linked(url) {
                if let Some(no) = self.store.by_card(name, message.as_str()).await? {
                    return Ok(Some(no));
                }
            }
        }
        Ok(None)
    }

    /// The mention that such a reference means, if it means one; whether it is known is not looked up.
    pub(super) async fn referred(&self, who: &Person, mention: &MentionRef) -> Result<Option<MentionNo>, StoreError> {
        Ok(match mention {
            MentionRef::No(no) => Some(*no),
            MentionRef::Url(url) => self.by_link(url).await?,
            MentionRef::Last => lock(&self.last).get(&who.id).copied(),
            MentionRef::Mine => {
                let pick = Pick::HeldBy(who.id.clone());
                let page = self.store.open(&OpenQuery { pick, limit: 2, ..OpenQuery::default() }).await?;
                if let [only] = page.rows.as_slice() { Some(only.no) } else { None }
            }
        })
    }

    async fn implied(&self, spec: &Spec, args: &Args, incoming: &Incoming) -> Result<Resolved, StoreError> {
        if let Some(message) = &incoming.card
            && let Some(no) = self.store.by_card(&incoming.chat, message.as_str()).await?
        {
            return Ok(Ok(Some(no)));
        }
        match spec.without_ref {
            NoRef::Unused => Ok(Ok(None)),
            NoRef::DueFirst => {
                let query = OpenQuery { pick: Pick::Unclaimed, limit: 1, ..OpenQuery::default() };
                let page = self.store.open(&query).await?;
                Ok(match page.rows.first() {
                    Some(row) => Ok(Some(row.no)),
                    None => Err(Refusal::new("Nothing is waiting: every open mention has somebody.")
                        .offering("Show the queue", "queue")),
                })
            }
            NoRef::MyOnly => self.only_claim(spec, args, incoming).await,
            NoRef::Ask => {
                let query = OpenQuery { pick: Pick::HeldBy(incoming.who.id.clone()), limit: 5, ..OpenQuery::default() };
                Ok(Err(which(spec, args, incoming, &self.store.open(&query).await?)))
            }
        }
    }

    async fn known(&self, no: MentionNo) -> Result<Resolved, StoreError> {
        Ok(match self.store.mention(no).await? {
            Some(_) => Ok(Some(no)),
            None => Err(Refusal::new(format!("There is no mention {no}. The open ones are in the queue."))
                .offering("Show the queue", "queue")),
        })
    }

    async fn only_claim(&self, spec: &Spec, args: &Args, incoming: &Incoming) -> Result<Resolved, StoreError> {
        let query = OpenQuery { pick: Pick::HeldBy(incoming.who.id.clone()), limit: 5, ..OpenQuery::default() };
        let page = self.store.open(&query).await?;
        Ok(match page.rows.as_slice() {
            [one] => Ok(Some(one.no)),
            _ => Err(which(spec, args, incoming, &page)),
        })
    }
}

/// Asks which one, offering those that this person holds. Where there are buttons to click rather than lines to type, each
/// does what was asked for, with everything that was typed; or it opens the form for what is missing.
fn which(spec: &Spec, args: &Args, incoming: &Incoming, mine: &OpenPage) -> Refusal {
    let verb = spec.name;
    let refusal = if mine.total == 0 {
        Refusal::new(format!("Which mention? You hold none, so name one: `{verb} 142`, with the number on its card."))
            .offering("Show the queue", "queue")
    } else {
        Refusal::new(format!("Which mention? You hold {}: name one, as in `{verb} {}`.", mine.total, mine.rows[0].no.0))
    };
    let clicked = incoming.forms != Forms::None;
    let dots = if clicked && spec.prompt.is_some_and(|p| (p.missing)(args)) { "…" } else { "" };
    mine.rows.iter().fold(refusal, |refusal, row| {
        let line = if clicked { render(spec, &args.about(spec, row.no)) } else { format!("{verb} {}", row.no.0) };
        refusal.offering(format!("{} {}{dots}", row.no, row.author.trim_end_matches('…')), line)
    })
}
