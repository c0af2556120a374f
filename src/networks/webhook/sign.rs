//! Signatures of Standard Webhooks 1.0.0: HMAC-SHA256 over `id.timestamp.body`, base64, prefixed with `v1,`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt;

/// Base64 with or without padding: senders differ.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A shared signing secret. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// Reads a secret as senders hand it out: `whsec_` and 24 to 64 bytes in base64 (Standard Webhooks, "Signature
    /// scheme"). The prefix may be missing.
    ///
    /// # Errors
    /// A sentence that says what to do, without the secret.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.starts_with("whsk_") || text.starts_with("whpk_") {
            return Err("this is an asymmetric key; hearback takes a shared secret that begins with whsec_".to_owned());
        }
        let bytes = LENIENT.decode(text.strip_prefix("whsec_").unwrap_or(text)).map_err(
            |_| "the secret must be whsec_ followed by base64; make one with: echo whsec_$(openssl rand -base64 32)",
        )?;
        if !(24..=64).contains(&bytes.len()) {
            return Err(format!(
                "the secret has {} bytes, but 24 to 64 are asked for; make one with: echo whsec_$(openssl rand -base64 32)",
                bytes.len()
            ));
        }
        Ok(Self(bytes))
    }

    fn mac(&self, id: &str, timestamp: i64, body: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        Some(mac)
    }

    /// The value of `webhook-signature` for a message. `timestamp` in seconds since 1970.
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let mac = self.mac(id, timestamp, body).map(|m| m.finalize().into_bytes()).unwrap_or_default();
        format!("v1,{}", STANDARD.encode(mac))
    }

    /// Whether one of the space-separated signatures is ours, compared in constant time. Other versions are skipped.
    pub fn verifies(&self, signatures: &str, id: &str, timestamp: i64, body: &[u8]) -> bool {
        signatures.split_ascii_whitespace().take(MOST_SIGNATURES).any(|signature| {
            let Some(("v1", encoded)) = signature.split_once(',') else { return false };
            let Ok(claimed) = LENIENT.decode(encoded) else { return false };
            self.mac(id, timestamp, body).is_some_and(|mac| mac.verify_slice(&claimed).is_ok())
        })
    }
}

/// Signatures of one message that are looked at; a sender has as many as it has secrets.
const MOST_SIGNATURES: usize = 16;

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn a_secret_is_never_printed() {
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert!(Secret::parse("whsec_c2hvcnQ=").unwrap_err().contains("5 bytes"));
        assert!(Secret::parse("whsec_!!").unwrap_err().contains("openssl rand"));
        assert!(Secret::parse("whpk_xx").unwrap_err().contains("asymmetric"));
    }

    /// The example secret of the specification; the signature was computed with
    /// `printf 'msg_1.1700000000.{"a":1}' | openssl dgst -sha256 -mac HMAC -macopt hexkey:31f290f6bf06298aab4f08d43c3f082cf648a362da2da4b0 -binary | base64`.
    #[test]
    fn signs_as_openssl_does() {
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = secret.sign("msg_1", 1_700_000_000, br#"{"a":1}"#);
        assert_eq!(signature, "v1,hVsFLpmw4Ib/Xm0eZLt3KqYBZdt0U8gdGeuz0EsGv78=");
        assert!(secret.verifies(&format!("v1a,xx v1,AAAA {signature}"), "msg_1", 1_700_000_000, br#"{"a":1}"#));
        assert!(!secret.verifies(&signature, "msg_1", 1_700_000_001, br#"{"a":1}"#));
    }
}
