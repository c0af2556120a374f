//! What a story can do to the server: add, take away, delete, fail.

use super::FakeDiscord;
use super::record::Fail;
use ed25519_dalek::SigningKey;
use std::fmt::Write;

/// The key by which interactions are signed; always the same.
pub fn signing_key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes all");
        text
    })
}

/// A bot's token begins with its id.
pub fn token_head(id: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD_NO_PAD.encode(id)
}

impl FakeDiscord {
    pub fn token(&self) -> String {
        self.inner.state().application.token.clone()
    }

    /// What goes wrong with the next requests to a route, such as `POST /channels/{channel}/messages`.
    pub fn will(&self, route: &str, fails: impl IntoIterator<Item = Fail>) {
        self.inner.state().scripts.entry(route.into()).or_default().extend(fails);
    }
}
