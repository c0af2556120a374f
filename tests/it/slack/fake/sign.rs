//! Slack's signature over a request (docs.slack.dev, "Verifying requests from Slack").

use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt::Write;

/// `v0=` and the HMAC over `v0:time:body`, in hex.
pub fn signature(secret: &str, at: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key may have any length");
    mac.update(format!("v0:{at}:{body}").as_bytes());
    let mut text = String::from("v0=");
    for byte in mac.finalize().into_bytes() {
        write!(text, "{byte:02x}").expect("a string takes all");
    }
    text
}
