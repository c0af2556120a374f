//! The fake Discord's own rules, each tried with a client that obeys or breaks them.

#[expect(dead_code, reason = "interactions are tried as soon as the API is there")]
mod client;
mod gateway;
