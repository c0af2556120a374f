//! What people can type: one file per command, and this table.
#![expect(clippy::unnecessary_wraps, reason = "all commands have the same shape, and most may refuse")]

use crate::slash::{Spec, check, check_named};

mod account;
mod apart;
mod approve;
mod canned;
mod claim;
mod copies;
mod digest;
mod doctor;
mod done;
mod draft;
mod find;
mod follow;
mod handoff;
mod help;
mod kind;
mod like;
mod model;
mod mute;
mod muted;
mod note;
mod past;
mod pause;
mod queue;
mod reject;
mod release;
mod reopen;
mod reply;
mod repost;
mod resume;
mod retract;
mod send;
mod show;
mod snooze;
mod split;
mod stats;
mod status;
mod suggest;
mod tag;
mod thanks;
mod version;

/// All commands, in the order of the help.
pub const ALL: &[&Spec] = &[
    &claim::SPEC,
    &release::SPEC,
    &draft::SPEC,
    &suggest::SPEC,
    &reply::SPEC,
    &send::SPEC,
    &split::SPEC,
    &approve::SPEC,
    &reject::SPEC,
    &thanks::SPEC,
    &like::SPEC,
    &repost::SPEC,
    &follow::SPEC,
    &retract::SPEC,
    &handoff::SPEC,
    &account::SPEC,
    &canned::SPEC,
    &past::SPEC,
    &note::SPEC,
    &snooze::SPEC,
    &done::SPEC,
    &reopen::SPEC,
    &kind::SPEC,
    &tag::SPEC,
    &mute::SPEC,
    &muted::SPEC,
    &queue::SPEC,
    &copies::SPEC,
    &apart::SPEC,
    &show::SPEC,
    &find::SPEC,
    &stats::SPEC,
    &digest::SPEC,
    &model::SPEC,
    &status::SPEC,
    &doctor::SPEC,
    &pause::SPEC,
    &resume::SPEC,
    &help::SPEC,
    &version::SPEC,
];

const _: () = check(ALL);

/// Those that are about hearback itself, not about mentions: where a chat sorts commands, they are one group.
pub const CONTROL: &[&str] = &["model", "status", "doctor", "pause", "resume", "help", "version"];

const _: () = check_named(ALL, CONTROL);
