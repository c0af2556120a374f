//! OAuth 1.0a with HMAC-SHA1: how X is told which account speaks
//! (docs.x.com/fundamentals/authentication/oauth-1-0a/creating-a-signature).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use std::fmt;
use std::fmt::Write as _;
use url::Url;

/// The four keys of a user: two of the app, two of the account that it speaks as. Printing them shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct UserKeys {
    /// The app's key (consumer key).
    pub api_key: String,
    /// The app's secret (consumer secret).
    pub api_secret: String,
    /// The account's access token.
    pub access_token: String,
    /// The account's access token secret.
    pub access_secret: String,
}

impl fmt::Debug for UserKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserKeys(..)")
    }
}

impl UserKeys {
    /// The `Authorization` header of a request with that query (not encoded) and a JSON body or none: such a body is not
    /// signed. `seconds` since 1970, by our clock; `nonce` is never used twice.
    pub fn header(&self, method: &str, url: &Url, query: &[(&str, String)], nonce: &str, seconds: i64) -> String {
        let seconds = seconds.to_string();
        let own = [
            ("oauth_consumer_key", self.api_key.as_str()),
            ("oauth_nonce", nonce),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", &seconds),
            ("oauth_token", &self.access_token),
            ("oauth_version", "1.0"),
        ];
        let signed = query.iter().map(|(name, value)| (*name, value.as_str())).chain(own);
        let signature = self.sign(method, url, signed);
        let all = own.into_iter().chain([("oauth_signature", signature.as_str())]);
        let all: Vec<String> = all.map(|(name, value)| format!("{name}=\"{}\"", encoded(value))).collect();
        format!("OAuth {}", all.join(", "))
    }

    /// The signature over everything that is sent, in base64.
    pub fn sign<'a>(&self, method: &str, url: &Url, parameters: impl Iterator<Item = (&'a str, &'a str)>) -> String {
        let mut pairs: Vec<(String, String)> = parameters.map(|(k, v)| (encoded(k), encoded(v))).collect();
        pairs.sort();
        let joined = pairs.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join("&");
        let mut bare = url.clone();
        bare.set_query(None);
        bare.set_fragment(None);
        let text = format!("{}&{}&{}", method.to_uppercase(), encoded(bare.as_str()), encoded(&joined));
        let key = format!("{}&{}", encoded(&self.api_secret), encoded(&self.access_secret));
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key.as_bytes()) else { return String::new() };
        mac.update(text.as_bytes());
        STANDARD.encode(mac.finalize().into_bytes())
    }
}

/// Percent-encoded by RFC 3986: everything but letters, digits, `-`, `.`, `_` and `~`.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else if write!(out, "%{byte:02X}").is_err() {
            // Writing to a string never fails.
            return out;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::UserKeys;
    use url::Url;

    #[test]
    fn the_example_of_the_documentation() {
        let keys = UserKeys {
            api_key: "xvz1evFS4wEEPTGEFPHBog".to_owned(),
            api_secret: "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw".to_owned(),
            access_token: "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb".to_owned(),
            access_secret: "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE".to_owned(),
        };
        let url = Url::parse("https://api.x.com/1.1/statuses/update.json").unwrap();
        let parameters = [
            ("status", "Hello Ladies + Gentlemen, a signed OAuth request!"),
            ("include_entities", "true"),
            ("oauth_consumer_key", "xvz1evFS4wEEPTGEFPHBog"),
            ("oauth_nonce", "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "1318622958"),
            ("oauth_token", "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb"),
            ("oauth_version", "1.0"),
        ];
        assert_eq!(keys.sign("post", &url, parameters.into_iter()), "Ls93hJiZbQ3akF3HF3x1Bz8/zU4=");
        assert_eq!(format!("{keys:?}"), "UserKeys(..)");
    }
}
