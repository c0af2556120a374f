//! Which posts matter, what they are and where they go.
mod classify;
mod eval;
mod fold;
mod hostile;
mod judge;
mod language;
mod learn;
mod likeness;
mod matcher;
mod model;
mod model_file;
mod naive;
mod near;
mod plain_fold;
mod posts;
mod search;
mod similar;
