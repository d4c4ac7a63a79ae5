//! What a definition makes of secrets is in no recording, and the recording replays.

use connspec_exchange::{Fixture, Response};
use connspec_runner::record::{Recorded, replay};
use connspec_runner::{ApiRequest, FlowStep, Inputs};
use connspec_spec::{Compat, Definition};
use serde_json::{Value, json};

use crate::support::{World, agreeing, oauth2};

const SECRET: &str = "Client-Secret-Of-Mine-7";

async fn recorded(definition: &Definition) -> Recorded {
    let parameters = json!({"clientId": "client-1", "clientSecret": SECRET});
    let inputs = Inputs { parameters: parameters.as_object().cloned().unwrap(), ..Inputs::default() };
    let steps = [FlowStep::Connect, FlowStep::ForcedRefresh];
    let recorded = World::usual().runner.record(definition, "app.json", &inputs, &steps, &agreeing()).await;
    assert!(recorded.report.succeeded(), "{:?}", recorded.report);
    recorded
}

/// Every text the flow really sent or stored at `pointers` of the first exchanges.
async fn sent(definition: &Definition) -> Vec<String> {
    let world = World::usual();
    let parameters = json!({"clientId": "client-1", "clientSecret": SECRET});
    let inputs = Inputs { parameters: parameters.as_object().cloned().unwrap(), ..Inputs::default() };
    world.runner.connect(definition, &crate::support::target(), &inputs, &agreeing()).await;
    let requests = world.sent.lock().unwrap();
    let mut texts = Vec::new();
    for request in requests.iter() {
        let url = url::Url::parse(&request.url).unwrap();
        texts.extend(url.path_segments().unwrap().map(str::to_owned));
        texts.extend(url.query_pairs().map(|(_, value)| value.into_owned()));
        texts.extend(request.headers.iter().map(|(_, value)| value.to_owned()));
        texts.extend(
            url::form_urlencoded::parse(request.body.as_deref().unwrap_or_default())
                .map(|(_, value)| value.into_owned()),
        );
    }
    texts
}

#[tokio::test]
async fn digests_signatures_and_other_spellings_are_placeholders() {
    let definition = oauth2(|communication| {
        communication["token"]["body"]["proof"] = "{{md5(parameters.clientSecret)}}".into();
        communication["token"]["body"]["loud"] = "{{upper(parameters.clientSecret)}}".into();
        communication["token"]["body"]["pair"] =
            "{{base64(parameters.clientSecret + ':' + parameters.clientId)}}".into();
        communication["info"]["url"] = "https://api.example.com/users/{{sha1(connection.accessToken)}}/me".into();
        communication["info"]["qs"] = json!({"digest": "{{sha256(upper(parameters.clientSecret), 'base64')}}"});
        communication["info"]["headers"]["x-signature"] =
            "keyId=\"client\",signature=\"{{sha256('GET /me', 'hex', parameters.clientSecret)}}\"".into();
        communication["info"]["response"]["data"] = json!({"fingerprint": "{{sha512(data.accessToken)}}"});
        communication["refresh"]["type"] = "text".into();
        communication["refresh"]["headers"] = json!({"content-type": "text/xml"});
        communication["refresh"]["body"] =
            "<refresh><mac>{{upper(sha1(data.refreshToken, 'hex', parameters.clientSecret))}}</mac></refresh>".into();
    });
    let really = sent(&definition).await;
    let made = |text: &str| {
        // What was not made of a secret is no longer than this, or is one itself.
        text.len() >= 20
            && !text.starts_with("http")
            && !text.starts_with("application")
            && !text.starts_with("connspec/")
    };
    let recorded = recorded(&definition).await;
    assert_eq!(recorded.unsettled, []);
    let text = recorded.fixture.unwrap().to_text();
    let secrets: Vec<&String> = really.iter().filter(|text| made(text)).collect();
    assert!(secrets.len() >= 5, "{secrets:?}");
    for secret in secrets {
        let value = secret.split("signature=").last().unwrap().trim_matches('"');
        assert!(!text.contains(value), "`{value}` is left in\n{text}");
    }
    assert!(!text.contains(SECRET) && !text.contains(&SECRET.to_uppercase()), "{text}");
    for words in [
        "proof=«clientSecretMd5#1»",
        "loud=«clientSecretUpper#1»",
        "pair=«base64:«clientSecret#1»:client-1»",
        "/users/«accessTokenSha1#1»/me",
        "digest=«digest#1»",
        "keyId=\\\"client\\\",signature=\\\"«",
        "\"fingerprint\": \"«accessTokenSha512#1»\"",
        "<mac>«",
    ] {
        assert!(text.contains(words), "`{words}` is not in\n{text}");
    }
    let again = Fixture::from_text(&text).unwrap();
    let replayed = replay(&again, &definition, &Compat::default()).await;
    assert!(replayed.passed(), "{:#?}", replayed.differences);

    // What is around it is compared as ever.
    let other = oauth2(|communication| {
        *communication =
            serde_json::from_str(&connspec_text(&definition).replace("keyId=\\\"client", "keyId=\\\"other")).unwrap();
    });
    let replayed = replay(&again, &other, &Compat::default()).await;
    let pointers: Vec<&str> = replayed.differences.iter().map(|difference| difference.pointer.as_str()).collect();
    assert_eq!(pointers, ["/error", "/exchanges/1/request/headers/x-signature"]);
}

/// The communication section of a definition of these tests.
fn connspec_text(definition: &Definition) -> String {
    let text = definition.sources.get(definition.parts.communication.source).text();
    let whole: Value = serde_json::from_str(text).unwrap();
    whole["communication"].to_string()
}

/// A value too short to be looked for stays; then the recording says that its replay differs, and where.
#[tokio::test]
async fn what_cannot_be_told_from_a_word_is_said() {
    let definition = oauth2(|communication| {
        communication["token"]["body"]["pin"] = "{{substring(sha256(parameters.clientSecret), 0, 6)}}".into();
    });
    let recorded = recorded(&definition).await;
    let pointers: Vec<&str> = recorded.unsettled.iter().map(|difference| difference.pointer.as_str()).collect();
    assert_eq!(pointers, ["/error", "/exchanges/0/request/body/pin"]);
    assert!(recorded.fixture.is_ok());
}

/// What is no text cannot have a placeholder in it: the place is said, and there is no fixture.
#[tokio::test]
async fn a_recording_in_which_a_secret_would_remain_is_refused_with_its_place() {
    let world = World::new(|request| {
        Ok(match request.label.block.as_str() {
            "info" => Response::json(200, &json!({"id": "u-1"})),
            "request" => Response::new(200)
                .with_body("application/octet-stream", [&[0xff, 0xfe][..], SECRET.as_bytes(), &[0xff]].concat()),
            _ => crate::support::usual(request),
        })
    });
    let parameters = json!({"clientId": "client-1", "clientSecret": SECRET});
    let inputs = Inputs { parameters: parameters.as_object().cloned().unwrap(), ..Inputs::default() };
    let call = ApiRequest { url: "https://api.example.com/backup".into(), ..ApiRequest::default() };
    let steps = [FlowStep::Connect, FlowStep::Request(call)];
    let recorded = world.runner.record(&oauth2(|_| ()), "app.json", &inputs, &steps, &agreeing()).await;
    let error = recorded.fixture.unwrap_err().to_string();
    assert!(error.contains("/exchanges/2/response/body") && !error.contains(SECRET), "{error}");
}

/// The challenge goes with its verifier: what is sent later has to fit what went with the browser.
#[tokio::test]
async fn a_challenge_is_written_as_that_of_its_verifier() {
    let definition = oauth2(|communication| {
        communication["authorize"]["temp"] = json!({"codeVerifier": "{{uuid}}{{uuid}}"});
        communication["authorize"]["qs"]["code_challenge"] =
            "{{replace(replace(replace(sha256(temp.codeVerifier, 'base64'), '+', '-'), '/', '_'), '=', '')}}".into();
        communication["authorize"]["qs"]["code_challenge_method"] = "S256".into();
        communication["token"]["body"]["code_verifier"] = "{{temp.codeVerifier}}".into();
    });
    let recorded = recorded(&definition).await;
    assert_eq!(recorded.unsettled, []);
    let fixture = recorded.fixture.unwrap();
    assert!(
        fixture.authorize.as_ref().unwrap().contains("code_challenge=«s256:«codeVerifier#1»»"),
        "{}",
        fixture.to_text()
    );
    assert!(replay(&fixture, &definition, &Compat::default()).await.passed());
}
