//! What could be meant by what somebody has typed of an option: from the store alone, and never more than a few bounded
//! reads of it.

use super::{Desk, lock};
use crate::chat::{Asked, Suggestion};
use crate::commands;
use crate::domain::{Canned, Mention, MentionNo, OpenQuery, OpenRow, Person, Pick};
use crate::slash::{self, MentionRef, OFFERS, Offer, OptKind, Spec};
use crate::store::StoreError;
use tracing::error;

/// So many open mentions are looked at.
const LOOKED_AT: usize = 1_000;
/// So many of the newest mentions are searched.
const DEPTH: usize = 300;

impl Desk {
    /// What could be meant, the likeliest first; nothing for those who may not use the command.
    pub(super) async fn offers(&self, who: &Person, asked: &Asked) -> Vec<Suggestion> {
        let name = asked.command.split_whitespace().next_back().unwrap_or_default();
        let spec = slash::find_spec(commands::ALL, &name.trim_start_matches('/').to_lowercase());
        let Some(spec) = spec.filter(|spec| slash::authorise(spec, who).is_ok()) else { return Vec::new() };
        let offers = match self.offers_of(spec, who, asked).await {
            Ok(offers) => offers,
            Err(error) => {
                error!(who = %who.id, %error, "nothing can be suggested");
                Vec::new()
            }
        };
        let suggestion = |offer: Offer| Suggestion { label: offer.label, value: offer.value };
        slash::fits(offers).into_iter().map(suggestion).collect()
    }

    async fn offers_of(&self, spec: &'static Spec, who: &Person, asked: &Asked) -> Result<Vec<Offer>, StoreError> {
        let Some(option) = spec.options.iter().find(|option| option.name == asked.option) else {
            return Ok(Vec::new());
        };
        let chosen = |kind: OptKind| {
            let of_kind = spec.options.iter().find(|option| option.kind == kind)?;
            asked.given.iter().find(|given| given.name == of_kind.name).map(|given| given.value.as_str())
        };
        let mut words = spec.options.iter().filter(|option| matches!(option.kind, OptKind::Choice(_)));
        let action = words.find_map(|option| chosen(option.kind));
        if action.is_some_and(|action| !option.only_after.is_empty() && !option.only_after.contains(&action)) {
            return Ok(Vec::new());
        }
        let (typed, now) = (asked.typed.as_str(), self.clock.now());
        Ok(match option.kind {
            OptKind::Mention => self.mentions_meant(spec, who, typed).await?,
            OptKind::Person => slash::people(self.rules().await?.people.values(), typed),
            OptKind::When if option.name == "time" => slash::times(typed),
            OptKind::When => slash::moments(typed, who, now),
            OptKind::Range => slash::ranges(typed, who, now),
            // A new one has a new name.
            OptKind::Word if option.name == "name" && action == Some("add") => Vec::new(),
            OptKind::Word if option.name == "name" => self.saved_replies(typed).await?,
            OptKind::Word if option.name == "command" => slash::verbs(commands::ALL, who, typed),
            OptKind::Word if option.name == "source" => {
                let rules = self.rules().await?;
                let names: Vec<(&str, String)> =
                    rules.accounts.keys().map(|name| (name.as_str(), rules.account_name(name))).collect();
                slash::texts(names.iter().map(|(name, account)| (*name, account.as_str())), typed)
            }
            OptKind::Word if option.name == "reply" => Vec::new(),
            OptKind::Word => slash::weekdays(typed),
            OptKind::Tags => {
                let mention = self.mention_given(spec, who, chosen(OptKind::Mention)).await?;
                let used = mention.iter().flat_map(|m| m.tags.iter().map(String::as_str));
                slash::labels(used, typed)
            }
            // A chat lists choices and takes numbers by itself.
            OptKind::Choice(_) | OptKind::Count | OptKind::Text => Vec::new(),
        })
    }

    /// One's own claims, then the open ones by due time; what waits for approval before them where that is asked for.
    async fn mentions_meant(&self, spec: &Spec, who: &Person, typed: &str) -> Result<Vec<Offer>, StoreError> {
        let typed = typed.trim();
        let page = |pick: Pick, limit: usize| OpenQuery { pick, limit, ..OpenQuery::default() };
        let mine = self.store.open(&page(Pick::HeldBy(who.id.clone()), LOOKED_AT)).await?;
        let (name, now) = (|id: &_| self.name_of(id), self.clock.now());
        let mut rows: Vec<OpenRow> = Vec::new();
        if let Some((no, by_link)) = self.typed_in_full(typed).await? {
            rows.extend(self.store.mention(no).await?.as_ref().map(OpenRow::of));
            if by_link {
                return Ok(slash::mentions(&rows, "", who, now, name));
            }
        }
        if spec.name == "reopen" {
            let newest = self.store.find(typed.trim_start_matches('#'), DEPTH, DEPTH).await?;
            rows.extend(newest.iter().filter(|m| m.state.is_closed()).map(OpenRow::of));
        } else {
            if matches!(spec.name, "approve" | "reject") {
                rows.extend(self.store.open(&page(Pick::Approval, LOOKED_AT)).await?.rows);
            }
            rows.extend(mine.rows.iter().cloned());
            rows.extend(self.store.open(&page(Pick::All, LOOKED_AT)).await?.rows);
        }
        let mut offers = slash::mentions(&rows, typed, who, now, name);
        let found = slash::fits(offers.clone()).len();
        if found < OFFERS && typed.chars().count() >= 2 && spec.name != "reopen" {
            // Words that stand further down in a text, and what is closed.
            let more: Vec<OpenRow> = self.store.find(typed, OFFERS, DEPTH).await?.iter().map(OpenRow::of).collect();
            offers.extend(slash::mentions(&more, "", who, now, name));
        }
        let word = |word: &str| !typed.is_empty() && word.starts_with(&typed.to_lowercase());
        if word("mine")
            && let [only] = mine.rows.as_slice()
        {
            let label = format!("mine — your only claim, {}", only.no);
            offers.insert(0, Offer { label, value: "mine".to_owned() });
        }
        let last = lock(&self.last).get(&who.id).copied();
        if let Some(no) = last.filter(|_| word("last")) {
            let label = format!("last — what you touched last, {no}");
            offers.insert(0, Offer { label, value: "last".to_owned() });
        }
        Ok(offers)
    }

    /// The mention whose number or address is typed in full, and whether it is the address.
    async fn typed_in_full(&self, typed: &str) -> Result<Option<(MentionNo, bool)>, StoreError> {
        let line = format!("show {typed}");
        let read = slash::parse_line(commands::ALL, &line).ok();
        Ok(match read.as_ref().and_then(|(_, args)| args.mention()) {
            Some(MentionRef::No(no)) => Some((*no, false)),
            Some(MentionRef::Url(url)) => self.by_link(url).await?.map(|no| (no, true)),
            _ => None,
        })
    }

    /// The mention that was given for the other option; without it, one's only claim.
    async fn mention_given(
        &self,
        spec: &'static Spec,
        who: &Person,
        given: Option<&str>,
    ) -> Result<Option<Mention>, StoreError> {
        let line = format!("{} {}", spec.name, given.unwrap_or("mine"));
        let read = slash::parse_partly(commands::ALL, &line).ok();
        let meant = read.and_then(|(_, args)| args.mention().cloned());
        let Some(mention) = meant else { return Ok(None) };
        match self.referred(who, &mention).await? {
            Some(no) => self.store.mention(no).await,
            None => Ok(None),
        }
    }

    async fn saved_replies(&self, typed: &str) -> Result<Vec<Offer>, StoreError> {
        let rows = self.store.settings("canned:").await?;
        let saved: Vec<(String, String)> = rows
            .into_iter()
            .filter_map(|(key, value)| {
                let text = serde_json::from_str::<Canned>(&value).map_or(value, |canned| canned.text);
                Some((key.strip_prefix("canned:")?.to_owned(), text))
            })
            .collect();
        Ok(slash::texts(saved.iter().map(|(name, text)| (name.as_str(), text.as_str())), typed))
    }
}
