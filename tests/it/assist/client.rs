//! The client: what it makes of an endpoint that answers, refuses, breaks off or goes on for ever.

use super::fake::{Does, Endpoint, KEY};
use crate::networks::fake::closed_port;
use hearback::assist::{AssistError, Assistant, Mask, OpenAi, OpenAiConfig, Prompt, check, prompt};
use jiff::Timestamp;
use std::time::Duration;

fn now() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

fn question() -> Prompt {
    let about = prompt::About { brand: "Acme", network: "mastodon", language: Some("de"), text: "Wann öffnet ihr?" };
    prompt::kind(&about, &Mask::default())
}

async fn fails(does: Does) -> AssistError {
    let endpoint = Endpoint::start().await;
    endpoint.does(does);
    endpoint.hasty(Duration::from_secs(2)).ask(&question(), now()).await.unwrap_err()
}

#[tokio::test]
async fn an_answer_comes_with_what_it_took() {
    let endpoint = Endpoint::start().await;
    let said = endpoint.assistant().ask(&question(), now()).await.unwrap();
    assert_eq!((said.text.as_str(), said.tokens), (r#"{"kind":"complaint"}"#, Some(100)));
    let body = &endpoint.bodies()[0];
    assert_eq!(body["temperature"], 0);
    assert_eq!(body["response_format"]["type"], "json_object");
}

#[tokio::test]
async fn a_model_that_knows_fewer_fields_is_asked_without_them_from_then_on() {
    let endpoint = Endpoint::start().await;
    endpoint.does(Does::Thinks);
    let assistant = endpoint.assistant();
    assistant.ask(&question(), now()).await.unwrap();
    assistant.ask(&question(), now()).await.unwrap();
    let bodies = endpoint.bodies();
    assert_eq!(bodies.len(), 2, "only those that were answered are counted");
    for body in bodies {
        assert!(body.get("max_tokens").is_none() && body.get("temperature").is_none(), "{body}");
        assert!(body["max_completion_tokens"].as_u64().unwrap() > 1_000, "room to think: {body}");
    }
}

#[tokio::test]
async fn what_somebody_has_to_repair_says_what_to_do_and_never_the_key() {
    for (status, word) in
        [(401, "key in [assist]"), (403, "check both"), (404, "ollama pull small-1"), (405, "url in [assist]")]
    {
        let error = fails(Does::Status(status)).await;
        let why = error.to_string();
        assert!(matches!(error, AssistError::Broken { .. }) && why.contains(word), "{status}: {error:?}");
        assert!(!why.contains(KEY), "{why}");
    }
    let error = fails(Does::Elsewhere).await;
    assert!(matches!(error, AssistError::Broken { .. }), "no redirect is followed: {error:?}");
}

#[tokio::test]
async fn what_may_pass_is_for_later() {
    for does in [Does::Status(500), Does::Status(503), Does::Drop, Does::Half] {
        let error = fails(does.clone()).await;
        assert!(matches!(error, AssistError::Later { after: None, .. }), "{does:?}: {error:?}");
    }
    let error = fails(Does::Busy("90")).await;
    assert!(matches!(error, AssistError::Later { after: Some(after), .. } if after.as_secs() == 90), "{error:?}");
    let error = fails(Does::Busy("999999")).await;
    assert!(matches!(error, AssistError::Later { after: Some(after), .. } if after.as_secs() == 3600), "{error:?}");

    let endpoint = Endpoint::start().await;
    endpoint.does(Does::Hang);
    let error = endpoint.hasty(Duration::from_millis(100)).ask(&question(), now()).await.unwrap_err();
    assert!(matches!(&error, AssistError::Later { why, .. } if why.contains("in time")), "{error:?}");

    let url = format!("http://127.0.0.1:{}/v1", closed_port().await).parse().unwrap();
    let nobody = OpenAi::new(OpenAiConfig { url, ..endpoint.config() }).unwrap();
    let error = nobody.ask(&question(), now()).await.unwrap_err();
    assert!(matches!(error, AssistError::Later { .. }), "{error:?}");
}

#[tokio::test]
async fn an_answer_that_is_none_is_not_asked_for_again() {
    for does in [Does::Garbage, Does::Huge, Does::CutOff, Does::Says(String::new()), Does::Status(413)] {
        let error = fails(does.clone()).await;
        assert!(matches!(error, AssistError::Never { .. }), "{does:?}: {error:?}");
    }
}

#[tokio::test]
async fn check_asks_once_about_a_sentence_of_ours() {
    let endpoint = Endpoint::start().await;
    endpoint.calls_it("question");
    let said = check(&*endpoint.assistant(), now()).await.unwrap();
    assert_eq!(said, "answers; it calls \"When do you open?\" a question, 100 tokens");
    endpoint.does(Does::Says("Hello! How can I help?".to_owned()));
    let error = check(&*endpoint.assistant(), now()).await.unwrap_err();
    assert!(error.to_string().contains("another model"), "{error}");
    assert_eq!(endpoint.bodies().len(), 2);
}

#[test]
fn a_key_is_never_printed() {
    let config = OpenAiConfig {
        url: "https://api.example/v1".parse().unwrap(),
        model: "m".to_owned(),
        key: Some(hearback::assist::Key::new(KEY)),
        timeout: Duration::from_secs(1),
    };
    assert!(!format!("{config:?}").contains(KEY));
}
