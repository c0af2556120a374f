//! How the instance gives tokens away (<https://docs.joinmastodon.org/methods/oauth/>).

use super::server::{Flavour, Instance, TOKEN, refuse};
use crate::networks::fake::{Reply, Seen};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What the page shows to a person who agrees.
pub const CODE: &str = "qDFUEaYrRK5c-HNmTCJbAzazwLRInJ7VHFat0wcMgCU";
const SHOWN: &str = "urn:ietf:wg:oauth:2.0:oob";

fn text(body: &Value, key: &str) -> String {
    body[key].as_str().unwrap_or_default().to_owned()
}

impl Instance {
    pub fn oauth_server(&self) -> Reply {
        match self.flavour {
            Flavour::Mastodon => self.json(&json!({
                "issuer": self.base(), "code_challenge_methods_supported": ["S256"],
                "grant_types_supported": ["authorization_code", "client_credentials"],
            })),
            _ => refuse(404, "Not Found"),
        }
    }

    pub fn app(&self, request: &Seen) -> Reply {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let fields: BTreeSet<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
        if fields != BTreeSet::from(["client_name", "redirect_uris", "scopes"]) {
            return self.complain(format!("an application has {fields:?}"));
        }
        if text(&body, "redirect_uris") != SHOWN || text(&body, "client_name").is_empty() {
            return refuse(422, "Validation failed: Redirect URI must be an absolute URI.");
        }
        // An older one knows coarse scopes alone.
        if self.flavour == Flavour::GoToSocial && text(&body, "scopes").contains(':') {
            return refuse(422, "Validation failed: Scopes doesn't match configured on the server.");
        }
        self.json(&json!({
            "id": "1", "name": "hearback", "client_id": "TWhM-tNSuncnqN7DBJmoyeLnk6K3iJJ71KKXxgL1hPM",
            "client_secret": "ZEaFUFmF0umgBX1qKJDjaU99Q31lDkOU8NutzTOoliw", "redirect_uri": SHOWN,
        }))
    }

    pub fn token(&self, request: &Seen) -> Reply {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let right = text(&body, "client_id") == "TWhM-tNSuncnqN7DBJmoyeLnk6K3iJJ71KKXxgL1hPM"
            && text(&body, "client_secret") == "ZEaFUFmF0umgBX1qKJDjaU99Q31lDkOU8NutzTOoliw"
            && text(&body, "grant_type") == "authorization_code"
            && text(&body, "redirect_uri") == SHOWN;
        if !right {
            return self.complain("the application does not say who it is".to_owned());
        }
        let proof = text(&body, "code_verifier");
        let proves = (43..=128).contains(&proof.len()) && proof.chars().all(|c| c.is_ascii_alphanumeric());
        if (self.flavour == Flavour::Mastodon) != proves {
            return self.complain(format!("a verifier of {} characters", proof.len()));
        }
        if text(&body, "code") != CODE {
            let why =
                "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI.";
            let said = json!({ "error": "invalid_grant", "error_description": why }).to_string();
            return Reply::Http(400, Vec::new(), said.into_bytes());
        }
        let mut answer = json!({ "access_token": TOKEN, "token_type": "Bearer", "created_at": 1_790_000_000 });
        if self.flavour == Flavour::Mitra {
            answer["expires_in"] = json!(2_592_000);
        } else {
            answer["scope"] = body["scope"].clone();
        }
        self.json(&answer)
    }
}
