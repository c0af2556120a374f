//! What a mention is and how it changes. No I/O, no async, no clock, no other people's formats.
//!
//! Every change is an [`Event`]; a [`Mention`] is the fold of its events ([`Mention::apply`]). Commands only decide
//! which events happen ([`Decision`]), and everything that must go out follows from the change itself
//! ([`consequences`]), so no command can forget the card.

mod ask;
mod assist;
mod buttons;
mod capability;
mod card;
mod commit;
mod consequence;
mod copies;
mod cycle;
mod decision;
pub mod deed;
mod diff;
mod effect;
mod erase;
mod event;
mod fact;
pub mod fill;
mod fold;
mod fold_events;
mod form;
pub mod guard;
mod hours;
mod ids;
mod kept;
mod kind;
mod lane;
mod learned;
mod length;
mod lesson;
mod likeness;
mod mention;
mod message;
mod mute;
mod news;
mod parts;
mod past;
pub mod pii;
mod post;
mod privacy;
mod refusal;
mod role;
mod rules;
mod split;
mod text;
mod wall;

pub use ask::{
    DeskHealth, DigestInput, DigestPlan, Facts, Found, Health, HomeInput, OpenPage, OpenQuery, OpenRow, Pick, Query,
    SourceHealth, digest_from,
};
pub use assist::{AssistRules, Assistance, Assisted, SuggestedDraft, Translation, Want, language_name};
pub use capability::{Act, Capabilities, Idempotency};
pub use card::{Button, Card, CardAct, CardCopies, CardState, Colour, shorten};
pub use commit::{Change, Commit, Cursor, EffectChange, IdemKey, Ingested, Intake, Seen};
pub use consequence::consequences;
pub use copies::{Copies, CopiesQuery, Like, Repeats};
pub use cycle::{Cycle, Response};
pub use decision::{Answer, Decision, Ruling};
pub use deed::{Besides, DeedRecord, HandedOff, Purpose, Stage};
pub use diff::changes;
pub use effect::{Effect, EffectId, EffectKind, Lane};
pub use event::{Actor, Event, EventKind, Line, ReopenCause, ResponseSource};
pub use fact::{Ending, Fact};
pub use fold::{fold, fold_keeping_case};
pub use form::{Field, FieldKind, Form};
pub use hours::{Calendar, Hours, HoursError, OpenSpan};
pub use ids::{BrandId, ChannelId, ChatName, MentionNo, MessageId, PersonId, SourceName};
pub use kept::{KEPT, Kept};
pub use kind::{DoneReason, Kind, Odds};
pub use lane::{LaneState, May, NextEffect, Unshown};
pub use learned::{KeptBack, MODEL_RESET, MODEL_RESET_BEFORE, MODEL_STATE, ModelReset, ModelState};
pub use length::LengthRule;
pub use lesson::{Handled, Lesson, Said};
pub use likeness::{ALIKE, BANDS, Likeness};
pub use mention::{Claim, Draft, FollowUp, Mention, Note, Sending, State};
pub use message::{Message, Part};
pub use mute::{MUTED, Muted};
pub use news::Edit;
pub use parts::{PartOut, ThreadPart};
pub use past::{Past, answer_of, said_until};
pub use pii::{PiiHit, PiiKind};
pub use post::{Aside, Author, CardPlace, Extra, ExtraKind, Native, Place, Post, Signals, Verdict, Visibility, capped};
pub use privacy::{Masked, Privacy};
pub use refusal::Refusal;
pub use role::{Person, Role};
pub use rules::{Account, BrandRules, Canned, Mode, Paused, Rules, SourceRules, Targets};
pub use split::{MOST_PARTS, split};
pub use text::{Span, Text};
pub use wall::first_at;
