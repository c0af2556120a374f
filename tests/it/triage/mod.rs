//! Which posts matter, what they are and where they go.
mod classify;
mod fold;
mod hostile;
mod judge;
mod language;
mod matcher;
mod naive;
mod similar;
