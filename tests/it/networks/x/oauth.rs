//! Who a request speaks as, checked as the documentation of OAuth 1.0a has it.

use crate::networks::fake::Seen;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use std::collections::{BTreeMap, BTreeSet};

pub const API_KEY: &str = "app-key-3f6c";
pub const API_SECRET: &str = "app-secret-+9d/1";
pub const ACCESS_TOKEN: &str = "1000000001-token-77";
pub const ACCESS_SECRET: &str = "token-secret-%~55";
pub const BEARER: &str = "AAAAbearer%2Btoken";

/// As whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    User,
    App,
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(b).to_string(),
            b => format!("%{b:02X}"),
        })
        .collect::<Vec<_>>()
        .concat()
}

fn decoded(text: &str) -> String {
    url::form_urlencoded::parse(format!("x={}", text.replace('+', "%2B")).as_bytes()).next().unwrap().1.into_owned()
}

/// As whom a request speaks; why it does not, in words.
pub fn who(url: &str, seen: &Seen, seconds: i64, nonces: &mut BTreeSet<String>) -> Result<Who, String> {
    let header = seen.header("authorization").ok_or("nobody speaks")?;
    if let Some(token) = header.strip_prefix("Bearer ") {
        return if token == BEARER { Ok(Who::App) } else { Err("another bearer token".to_owned()) };
    }
    let fields = header.strip_prefix("OAuth ").ok_or("neither OAuth nor Bearer")?;
    let mut given = BTreeMap::new();
    for field in fields.split(", ") {
        let (name, value) = field.split_once('=').ok_or("a field without a value")?;
        let value = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).ok_or("a value without quotes")?;
        assert!(given.insert(name.to_owned(), decoded(value)).is_none(), "{name} twice");
    }
    let signature = given.remove("oauth_signature").ok_or("no signature")?;
    let names: Vec<&str> = given.keys().map(String::as_str).collect();
    let wanted = [
        "oauth_consumer_key",
        "oauth_nonce",
        "oauth_signature_method",
        "oauth_timestamp",
        "oauth_token",
        "oauth_version",
    ];
    assert_eq!(names, wanted);
    if given["oauth_consumer_key"] != API_KEY || given["oauth_token"] != ACCESS_TOKEN {
        return Err("other keys".to_owned());
    }
    assert_eq!((given["oauth_signature_method"].as_str(), given["oauth_version"].as_str()), ("HMAC-SHA1", "1.0"));
    let at: i64 = given["oauth_timestamp"].parse().unwrap();
    if (at - seconds).abs() > 300 {
        return Err("Timestamp out of bounds.".to_owned());
    }
    assert!(nonces.insert(given["oauth_nonce"].clone()), "a nonce is used once");
    let mut pairs: Vec<(String, String)> =
        given.iter().chain(&seen.query).map(|(k, v)| (encoded(k), encoded(v))).collect();
    pairs.sort();
    let joined = pairs.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join("&");
    let base = format!("{}&{}&{}", seen.method, encoded(&format!("{url}{}", seen.path)), encoded(&joined));
    let key = format!("{}&{}", encoded(API_SECRET), encoded(ACCESS_SECRET));
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(base.as_bytes());
    let right = STANDARD.encode(mac.finalize().into_bytes());
    if right == signature { Ok(Who::User) } else { Err("Could not authenticate you.".to_owned()) }
}
