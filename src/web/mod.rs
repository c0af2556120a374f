//! The HTTP listener: a neutral table of routes, and a server that no slow, large or numerous client can take down. It
//! knows nothing of networks: the desk puts their handlers into the table.

mod listener;
mod site;

pub use listener::{BindError, Limits, Listener};
pub use site::{Handler, Headers, Readiness, Request, Response, Site};
