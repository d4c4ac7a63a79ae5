//! Running a manifest's requests (chiefonboarding.md §4): every expected value is that document's.

use std::sync::atomic::{AtomicUsize, Ordering};

use connspec_exchange::{Request, Response};
use connspec_runner::{ErrorType, Inputs, ManifestPart, ManifestRun, Outcome, Report, Reveal, Runner};
use connspec_spec::{Compat, Definition};
use serde_json::{Map, Value, json};

use crate::support::{World, browser, definition, message, target};

fn values(values: Value) -> Map<String, Value> {
    values.as_object().cloned().unwrap()
}

fn asked(part: ManifestPart, given: Value) -> ManifestRun {
    ManifestRun { part, values: values(given), ..ManifestRun::default() }
}

async fn execute(world: &World, definition: &Definition, given: Value) -> Report {
    world.runner.run_manifest(definition, &asked(ManifestPart::Execute, given)).await
}

fn sent(world: &World) -> Vec<Request> {
    std::mem::take(&mut *world.sent.lock().unwrap())
}

fn switched(runner: &Runner, switch: &str) -> Runner {
    let mut compat = Compat::default();
    compat.set(switch).unwrap();
    runner.clone().with_compat(compat)
}

fn notes(report: &Report) -> String {
    report.steps.iter().flat_map(|step| &step.decisions).map(|decision| format!("{decision}\n")).collect()
}

#[tokio::test]
async fn answers_are_kept_for_later_requests_and_for_the_person() {
    let definition = definition(json!({
        "headers": {"Authorization": "Basic {{ADMIN}}:{{KEY|safe}}", "X-{{ADMIN}}": "a"},
        "initial_data_form": [
            {"id": "ADMIN", "name": "Admin", "description": "a", "secret": false},
            {"id": "KEY", "name": "Key", "description": "k"},
            {"id": "PASSWORD", "name": "generate", "description": "g"}
        ],
        "form": [{"id": "TEAM", "name": "Team", "type": "input"}],
        "execute": [
            {"url": "https://a.test/users?t={{TEAM}}", "method": "POST", "data": {"mail": "{{email}}", "p": "{{PASSWORD}}"},
             "store_data": {"USER": "users.1.id", "ALL": ""}},
            {"url": "https://a.test/{{USER}}/{{responses.0.users.0.id}}", "headers": {"X": "own"},
             "data": {"raw": true}, "cast_data_to_json": false},
            {"url": "https://a.test/text", "method": "PUT"},
            {"url": "https://a.test/{{responses.2}}{{responses.1.users|length}}", "method": "DELETE"}
        ],
        "post_execute_notification": [
            {"type": "text", "to": "{{TEAM}}", "subject": "s", "message": "{{PASSWORD}}"},
            {"type": "email", "to": "{{email}}", "subject": "Hi {{first_name}}", "message": "m"},
            {"type": "email", "to": "never", "subject": "s", "message": "m"}
        ]
    }));
    let world = World::new(|request| {
        Ok(if request.url.ends_with("/text") {
            Response::new(200).with_body("text/plain", "hello")
        } else {
            Response::json(200, &json!({"users": [{"id": 1}, {"id": "u2"}]}))
        })
    });
    let given = json!({"ADMIN": "me", "KEY": "k:&1-secret", "TEAM": "t", "email": "j@x.test", "first_name": "Jane"});
    let report = execute(&world, &definition, given).await;
    assert_eq!(report.outcome, Outcome::Ran, "{report:?}");
    let sent = sent(&world);
    assert_eq!(
        sent.iter().map(|request| request.method.as_str()).collect::<Vec<_>>(),
        ["POST", "POST", "PUT", "DELETE"]
    );
    assert_eq!(sent[0].url, "https://a.test/users?t=t");
    // `me:k:&1-secret`; a header's name is a template too.
    assert_eq!(sent[0].headers.get("authorization"), Some("Basic bWU6azomMS1zZWNyZXQ="));
    assert_eq!(sent[0].headers.get("x-me"), Some("a"));
    let form: Vec<(String, String)> =
        url::form_urlencoded::parse(sent[0].body.as_ref().unwrap()).into_owned().collect();
    let password = form[1].1.clone();
    assert_eq!((form[0].1.as_str(), password.len()), ("j@x.test", 10));
    assert!(password.chars().all(|letter| letter.is_ascii_alphanumeric()), "{password}");
    // Headers of its own replace all of the manifest's; what is not cast is JSON text.
    assert_eq!(sent[1].url, "https://a.test/u2/1");
    assert_eq!((sent[1].headers.get("x"), sent[1].headers.get("authorization")), (Some("own"), None));
    assert_eq!((sent[1].text(), sent[1].headers.get("content-type")), (Some("{\"raw\": true}"), None));
    // An answer that is no JSON counts as an empty object.
    assert_eq!(sent[3].url, "https://a.test/%7B%7D2");
    let run = report.run.as_ref().unwrap();
    assert_eq!(run.stored["USER"], "u2");
    assert_eq!(run.stored["ALL"], json!({"users": [{"id": 1}, {"id": "u2"}]}));
    assert_eq!(run.messages.len(), 2);
    assert_eq!(run.messages[1], json!({"type": "email", "to": "j@x.test", "subject": "Hi Jane", "message": "m"}));
    let shown = report.to_json(Reveal::Nothing).to_string();
    assert!(!shown.contains(&password) && !shown.contains("1-secret"), "{shown}");
    assert_eq!(report.to_json(Reveal::Nothing)["run"]["messages"][0]["message"], "«password»");
}

#[tokio::test]
async fn values_of_the_run_win_over_answers_and_those_over_the_person() {
    let definition = definition(json!({
        "initial_data_form": [{"id": "email", "name": "e", "description": "e", "secret": false}],
        "execute": [{"url": "https://a.test/{{email}}/{{first_name}}/{{redirect_url}}/{{responses}}", "method": "GET"}]
    }));
    let world = World::new(|_| Ok(Response::json(200, &json!({}))));
    let given = json!({"email": "answer", "first_name": "Jane", "responses": ["given"]});
    execute(&world, &definition, given).await;
    // Django shows a list as Python does, and escapes its quotes; the `#` of an entity begins a fragment.
    assert_eq!(sent(&world)[0].url, "https://a.test/answer/Jane//%5B&#x27;given&%23x27;%5D");
}

#[tokio::test]
async fn a_run_goes_on_only_where_the_answer_holds_the_very_text() {
    for (wanted, answer, goes_on) in [
        (json!("done"), json!({"a": {"b": ["done"]}}), true),
        (json!("done"), json!({"a": {"b": ["Done"]}}), false),
        // Numbers and booleans never equal a text.
        (json!(1), json!({"a": {"b": [1]}}), false),
        (json!(1), json!({"a": {"b": ["1"]}}), true),
        (json!(true), json!({"a": {"b": [true]}}), false),
        (json!("{{ WORD }}"), json!({"a": {"b": ["w"]}}), true),
        // What is not there counts as empty.
        (json!(""), json!({"a": {}}), true),
        (json!("x"), json!({"a": {}}), false),
    ] {
        let definition = definition(json!({"execute": [
            {"url": "https://a.test/1", "method": "GET", "continue_if": {"response_notation": "a.b.0", "value": wanted}},
            {"url": "https://a.test/2", "method": "GET"}
        ]}));
        let body = answer.clone();
        let world = World::new(move |_| Ok(Response::json(200, &body)));
        let report = execute(&world, &definition, json!({"WORD": "w"})).await;
        assert_eq!(sent(&world).len(), if goes_on { 2 } else { 1 }, "{wanted} {answer}");
        if !goes_on {
            let error = report.error.unwrap();
            assert_eq!((error.kind, error.block.as_deref()), (ErrorType::IncompleteDataError, Some("execute")));
            assert!(error.location.is_some() && error.message.contains("`a.b.0`"), "{error:?}");
        }
    }
    // A path that leads nowhere is what is not there yet; an answer that is no JSON never becomes it.
    for (body, kind) in [
        ("no JSON", ErrorType::DataError),
        ("{\"a\": 7}", ErrorType::IncompleteDataError),
        ("{\"a\": null}", ErrorType::IncompleteDataError),
        ("[1]", ErrorType::IncompleteDataError),
    ] {
        let definition = definition(json!({"execute": [
            {"url": "https://a.test/1", "method": "GET", "continue_if": {"response_notation": "a.b", "value": "x"}}
        ]}));
        let world = World::new(move |_| Ok(Response::new(200).with_body("text/plain", body)));
        let report = execute(&world, &definition, json!({})).await;
        assert_eq!(report.error.unwrap().kind, kind, "{body}");
    }
}

#[tokio::test]
async fn polling_asks_again_until_the_answer_is_there() {
    for (after, amount, requests, fine) in [(1, 4, 1, true), (3, 4, 3, true), (4, 4, 4, true), (9, 4, 4, false)] {
        let definition = definition(json!({"execute": [{
            "url": "https://a.test/job", "method": "GET", "polling": {"interval": 5, "amount": amount},
            "continue_if": {"response_notation": "job.state", "value": "done"}
        }]}));
        let count = AtomicUsize::new(0);
        let world = World::new(move |_| {
            let at = count.fetch_add(1, Ordering::SeqCst) + 1;
            // What is asked for may not be there at all at first.
            let job = [json!(null), json!({}), json!({"state": "busy"})][at % 3].clone();
            Ok(Response::json(200, &json!({"job": if at >= after { json!({"state": "done"}) } else { job }})))
        });
        let report = execute(&world, &definition, json!({})).await;
        assert_eq!(report.outcome == Outcome::Ran, fine, "{report:?}");
        assert_eq!(sent(&world).len(), requests);
        let sleeps = world.events.lock().unwrap().iter().filter(|event| *event == "sleep 5000").count();
        assert_eq!(sleeps, requests - 1);
        assert_eq!(report.steps.len(), requests);
        if !fine {
            assert!(message(&report).contains("in any of the answers"), "{}", message(&report));
        }
    }
}

/// What is not there yet may be answered with an error: the condition decides, and the last status about success.
#[tokio::test]
async fn polling_outlasts_errors_unless_a_list_says_which_statuses_count() {
    let refuse = "manifestStatus=refuse";
    for (codes, switch, after, requests, words) in [
        (json!([]), refuse, 3, 3, None),
        (json!([]), refuse, 9, 4, Some("status 404")),
        // Errors count as answers: what they hold is compared.
        (json!([]), "manifestStatus=accept", 9, 4, Some("in any of the answers")),
        (json!(["200", "404"]), refuse, 3, 3, None),
        (json!(["200"]), refuse, 3, 1, Some("which is not in `status_code`")),
    ] {
        let definition = definition(json!({"execute": [{
            "url": "https://a.test/job", "method": "GET", "polling": {"interval": 5, "amount": 4}, "status_code": codes,
            "continue_if": {"response_notation": "state", "value": "done"}
        }]}));
        let count = AtomicUsize::new(0);
        let world = World::new(move |_| {
            Ok(if count.fetch_add(1, Ordering::SeqCst) + 1 >= after {
                Response::json(200, &json!({"state": "done"}))
            } else {
                Response::json(404, &json!({"state": "nowhere"}))
            })
        });
        let run = asked(ManifestPart::Execute, json!({}));
        let report = switched(&world.runner, switch).run_manifest(&definition, &run).await;
        assert_eq!(sent(&world).len(), requests, "{codes} {switch}");
        match words {
            None => assert_eq!(report.outcome, Outcome::Ran, "{report:?}"),
            Some(words) => {
                let error = report.error.unwrap();
                assert!(error.message.contains(words) && error.location.is_some(), "{error:?}");
            }
        }
    }
}

#[tokio::test]
async fn polling_takes_what_it_waits_for_from_an_error_that_a_list_allows() {
    let definition = definition(json!({"execute": [{
        "url": "https://a.test/job", "method": "GET", "polling": {"interval": 5, "amount": 4}, "status_code": ["404"],
        "continue_if": {"response_notation": "state", "value": "gone"}
    }]}));
    let world = World::new(|_| Ok(Response::json(404, &json!({"state": "gone"}))));
    let report = execute(&world, &definition, json!({})).await;
    assert_eq!((report.outcome, sent(&world).len()), (Outcome::Ran, 1));
}

#[tokio::test]
async fn a_file_goes_from_one_request_into_another() {
    let definition = definition(json!({"execute": [
        {"url": "https://a.test/photo", "method": "GET", "save_as_file": "a \"b\".png"},
        {"url": "https://a.test/up", "method": "POST", "data": {"n": 1, "l": ["x", null, "y"], "o": {"k": 1}, "z": null},
         "files": {"file": "a \"b\".png"}}
    ]}));
    let world = World::new(|request| {
        Ok(if request.url.ends_with("photo") {
            Response::new(200).with_body("image/png", b"\x89PNG\r\n".to_vec())
        } else {
            Response::json(200, &json!({}))
        })
    });
    let report = execute(&world, &definition, json!({})).await;
    assert_eq!(report.outcome, Outcome::Ran, "{report:?}");
    let sent = sent(&world);
    let label = sent[1].headers.get("content-type").unwrap();
    let boundary = label.strip_prefix("multipart/form-data; boundary=").unwrap();
    let part = |head: &str, content: &[u8]| {
        [format!("--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes(), content, b"\r\n"]
            .concat()
    };
    let expected = [
        part("name=\"n\"", b"1"),
        part("name=\"l\"", b"x"),
        part("name=\"l\"", b"y"),
        part("name=\"o\"", b"k"),
        part("name=\"file\"; filename=\"a %22b%22.png\"", b"\x89PNG\r\n"),
        format!("--{boundary}--\r\n").into_bytes(),
    ]
    .concat();
    assert_eq!(sent[1].body.as_deref(), Some(expected.as_slice()));
    assert!(notes(&report).contains("6 bytes were kept"), "{}", notes(&report));
}

#[tokio::test]
async fn a_file_that_is_not_there_and_a_text_beside_files_end_the_run_before_anything_is_sent() {
    for item in [
        json!({"url": "https://a.test/up", "files": {"file": "none.png"}}),
        json!({"url": "https://a.test/up", "files": {"file": "none.png"}, "data": {"a": 1}, "cast_data_to_json": false}),
    ] {
        let definition = definition(json!({"execute": [item]}));
        let world = World::new(|_| Ok(Response::json(200, &json!({}))));
        let report = execute(&world, &definition, json!({})).await;
        let error = report.error.unwrap();
        assert_eq!((error.kind, error.location.is_some()), (ErrorType::RuntimeError, true), "{}", error.message);
        assert_eq!(sent(&world).len(), 0);
    }
}

#[tokio::test]
async fn an_error_status_ends_the_run_unless_a_switch_says_so() {
    let definition = definition(json!({"execute": [
        {"url": "https://a.test/1", "method": "POST"}, {"url": "https://a.test/2", "method": "POST"}
    ]}));
    let world = World::new(|_| Ok(Response::json(422, &json!({"error": "taken"}))));
    let report = execute(&world, &definition, json!({})).await;
    assert!(message(&report).contains("422") && message(&report).contains("taken"), "{}", message(&report));
    assert_eq!(sent(&world).len(), 1);
    let run = asked(ManifestPart::Execute, json!({}));
    let report = switched(&world.runner, "manifestStatus=accept").run_manifest(&definition, &run).await;
    assert_eq!((report.outcome, sent(&world).len()), (Outcome::Ran, 2));
}

/// The last line of a failed run holds the provider's reason, whatever it is called; no secret, and not all of a novel.
#[tokio::test]
async fn the_reason_of_a_refusal_is_told() {
    const KEY: &str = "k3y-of-mine-that-is-long-enough-to-be-cut-in-two";
    let novel = format!("{}{KEY} and so on", "x".repeat(280));
    for (body, words) in [
        (json!({"error": "invalid_grant", "error_description": "used up"}), "invalid_grant: used up"),
        (json!({"error_description": "used up"}), ": used up"),
        (json!({"error": {"message": "used up", "code": 7}}), ": used up"),
        (json!({"error": "taken"}), ": taken"),
        (json!({"message": "used up"}), ": used up"),
        (json!({"detail": "used up"}), ": used up"),
        (json!({"message": format!("{KEY} is used up")}), ": «key» is used up"),
        (json!({"message": novel}), "xx«key» and so on"),
        (json!({"message": "y".repeat(400)}), "y…"),
        (json!({"error": {"code": 7}, "message": {"text": "no"}, "detail": [1]}), "`status_code`"),
    ] {
        for codes in [json!(["200"]), json!([])] {
            let definition = definition(json!({
                "initial_data_form": [{"id": "KEY", "name": "Key", "description": "k", "secret": true}],
                "execute": [{"url": "https://a.test/{{KEY}}", "method": "POST", "status_code": codes}]
            }));
            let answer = body.clone();
            let world = World::new(move |_| Ok(Response::json(400, &answer)));
            let report = execute(&world, &definition, json!({"KEY": KEY})).await;
            // As the command prints it.
            let error = report.to_json(Reveal::Nothing)["error"]["message"].as_str().unwrap().to_owned();
            let listed = codes != json!([]);
            assert!(error.contains("status 400") && error.chars().count() < 400, "{body}: {error}");
            assert!(error.contains(words) || (words == "`status_code`" && !listed), "{body}: {error}");
            assert!(!error.contains("k3y-of"), "{body}: {error}");
        }
    }
}

#[tokio::test]
async fn what_store_data_does_not_find_ends_the_run() {
    for (path, words) in [("nobody", "is not in the answer"), ("id.x", "is not in the answer")] {
        let definition = definition(json!({"execute": [{"url": "https://a.test/1", "store_data": {"X": path}}]}));
        let world = World::new(|_| Ok(Response::json(200, &json!({"id": 1}))));
        let report = execute(&world, &definition, json!({})).await;
        let error = report.error.unwrap();
        assert!(
            error.message.contains(words) && error.directive.as_deref() == Some("execute[1].store_data.X"),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn exists_looks_for_a_text_whatever_the_status() {
    let manifest = |codes: Value| {
        definition(json!({"execute": [], "exists": {
            "url": "https://a.test/{{email}}", "method": "GET", "expected": "{{email|safe}}", "status_code": codes
        }}))
    };
    for (codes, status, body, found) in [
        (json!([]), 200, "x o'b@x.test y", Some(true)),
        (json!([]), 200, "nobody", Some(false)),
        (json!([]), 404, "nobody", Some(false)),
        (json!(["200", "404"]), 404, "nobody", Some(false)),
        (json!(["200"]), 404, "nobody", None),
    ] {
        let world = World::new(move |_| Ok(Response::new(status).with_body("text/plain", body)));
        let run = asked(ManifestPart::Exists, json!({"email": "o'b@x.test"}));
        let report = world.runner.run_manifest(&manifest(codes.clone()), &run).await;
        assert_eq!(report.run.as_ref().unwrap().found, found, "{codes} {status}");
        assert_eq!(report.outcome == Outcome::Ran, found.is_some(), "{codes} {status}");
        assert_eq!(notes(&report).contains("the text alone decides"), codes == json!([]) && status == 404);
    }
}

#[tokio::test]
async fn revoke_stops_at_the_first_failure_and_one_step_can_be_run_alone() {
    let definition = definition(json!({"execute": [], "revoke": [
        {"url": "https://a.test/1", "method": "DELETE"},
        {"url": "https://a.test/2", "method": "DELETE", "expected": "gone"},
        {"url": "https://a.test/3", "method": "DELETE"}
    ]}));
    let world = World::new(|_| Ok(Response::new(200).with_body("text/plain", "still there")));
    let run = asked(ManifestPart::Revoke, json!({}));
    let report = world.runner.run_manifest(&definition, &run).await;
    let error = report.error.unwrap();
    assert_eq!((error.block.as_deref(), error.location.is_some()), (Some("revoke"), true));
    assert_eq!(sent(&world).len(), 2);
    let run = ManifestRun { step: Some(2), ..asked(ManifestPart::Revoke, json!({})) };
    let report = world.runner.run_manifest(&definition, &run).await;
    assert_eq!((report.outcome, report.steps[0].index), (Outcome::Ran, 2));
    assert_eq!(sent(&world)[0].url, "https://a.test/3");
    for (part, step) in
        [(ManifestPart::Revoke, Some(3)), (ManifestPart::Exists, None), (ManifestPart::Execute, Some(0))]
    {
        let run = ManifestRun { step, ..asked(part, json!({})) };
        let report = world.runner.run_manifest(&definition, &run).await;
        assert!(!report.examined && report.error.is_some(), "{part:?} {step:?}");
    }
}

fn import(paging: Value) -> Definition {
    let mut manifest = json!({
        "headers": {"X-Key": "k"},
        "execute": [{"url": "https://a.test/people", "method": "GET"}],
        "action": "create",
        "data_from": "list",
        "data_structure": {"email": "mail", "name": "names.0"}
    });
    manifest.as_object_mut().unwrap().extend(paging.as_object().cloned().unwrap());
    definition(manifest)
}

#[tokio::test]
async fn an_import_follows_its_pages() {
    // Five pages unless the manifest says otherwise; the token is put into the address, escaped as any value.
    for (amount, pages) in [(json!(null), 5), (json!(2), 2), (json!(1), 1), (json!(7), 6)] {
        let definition = import(json!({
            "next_page_token_from": "next", "next_page": "https://a.test/people?t={{ NEXT_PAGE_TOKEN|urlencode }}",
            "amount_pages_to_fetch": amount
        }));
        let count = AtomicUsize::new(0);
        let world = World::new(move |_| {
            let at = count.fetch_add(1, Ordering::SeqCst) + 1;
            let mut body = json!({"list": [{"mail": format!("{at}@x.test"), "names": ["n"], "more": 1}, {"mail": null, "names": ["m"]}], "next": format!("p&{at}")});
            if at == 6 {
                body.as_object_mut().unwrap().remove("next");
            }
            Ok(Response::json(200, &body))
        });
        let report = execute(&world, &definition, json!({})).await;
        assert_eq!(report.outcome, Outcome::Ran, "{report:?}");
        let run = report.run.unwrap();
        let people = run.people.unwrap();
        assert_eq!((run.pages, people.len()), (pages, pages * 2));
        assert_eq!(Value::Object(people[0].clone()), json!({"email": "1@x.test", "name": "n"}));
        assert_eq!(Value::Object(people[1].clone()), json!({"email": null, "name": "m"}));
        let sent = sent(&world);
        if pages > 1 {
            assert_eq!(sent[1].url, "https://a.test/people?t=p%261");
            assert_eq!((sent[1].method.as_str(), sent[1].headers.get("x-key")), ("GET", Some("k")));
        }
    }
}

#[tokio::test]
async fn the_next_page_s_address_is_not_trusted_unless_a_switch_says_so() {
    let definition = import(json!({"next_page_from": "links.next"}));
    let world = |next: &'static str| {
        World::new(move |request| {
            let next = if request.url.ends_with("people") { json!(next) } else { json!(null) };
            Ok(Response::json(200, &json!({"list": [{"mail": "a", "names": ["n"]}], "links": {"next": next}})))
        })
    };
    let same = world("https://a.test/people?p={{ SECRET }}");
    let report = execute(&same, &definition, json!({"SECRET": "s3cret"})).await;
    assert_eq!(report.outcome, Outcome::Ran, "{report:?}");
    // Sent as it is: what an answer says is no template.
    assert_eq!(sent(&same)[1].url, "https://a.test/people?p=%7B%7B%20SECRET%20%7D%7D");
    let other = world("https://evil.test/{{ SECRET }}");
    let report = execute(&other, &definition, json!({"SECRET": "s3cret"})).await;
    assert_eq!(report.error.unwrap().kind, ErrorType::BlockedAddress);
    assert_eq!(sent(&other).len(), 1);
    let run = asked(ManifestPart::Execute, json!({"SECRET": "s3cret"}));
    let report = switched(&other.runner, "nextPageUrl=followed").run_manifest(&definition, &run).await;
    assert_eq!(report.outcome, Outcome::Ran, "{report:?}");
    assert_eq!(sent(&other)[1].url, "https://evil.test/s3cret");
    assert!(notes(&report).contains("(switch nextPageUrl)"), "{}", notes(&report));
}

/// A member that `data_structure` names and an entry lacks ends the import, on any page.
#[tokio::test]
async fn a_person_without_a_member_ends_the_import() {
    let definition = import(json!({"next_page_from": "next"}));
    for page in [1, 2] {
        let count = AtomicUsize::new(0);
        let world = World::new(move |_| {
            let at = count.fetch_add(1, Ordering::SeqCst) + 1;
            let names = if at == page { json!([]) } else { json!(["n"]) };
            let list = json!([{"mail": "a", "names": ["n"]}, {"mail": "b", "names": names}]);
            Ok(Response::json(200, &json!({"list": list, "next": "https://a.test/people?p=2"})))
        });
        let error = execute(&world, &definition, json!({})).await.error.unwrap();
        assert_eq!((error.kind, error.directive.as_deref()), (ErrorType::DataError, Some("data_structure.name")));
        assert!(error.message.contains("`names.0` is not in entry 2"), "{}", error.message);
        assert!(error.location.is_some());
        assert_eq!(sent(&world).len(), page);
    }
}

#[tokio::test]
async fn a_next_page_that_cannot_be_had_ends_the_import() {
    let definition = import(json!({"next_page_from": "next"}));
    let world = |next: &'static str| {
        World::new(move |request| {
            let status = if request.url.ends_with("people") { 200 } else { 403 };
            Ok(Response::json(status, &json!({"list": [{"mail": "a", "names": ["n"]}], "next": next})))
        })
    };
    let relative = world("/people?p=2");
    let error = execute(&relative, &definition, json!({})).await.error.unwrap();
    assert_eq!((error.kind, error.location.is_some()), (ErrorType::DataError, true));
    assert!(error.message.contains("no whole address"), "{}", error.message);
    let refused = world("https://a.test/people?p=2");
    let error = execute(&refused, &definition, json!({})).await.error.unwrap();
    assert_eq!(error.block.as_deref(), Some("nextPage"));
    assert!(error.message.contains("status 403"), "{}", error.message);
    let run = asked(ManifestPart::Execute, json!({}));
    let report = switched(&refused.runner, "manifestStatus=accept").run_manifest(&definition, &run).await;
    assert_eq!((report.outcome, report.run.unwrap().pages), (Outcome::Ran, 5));
}

#[tokio::test]
async fn an_import_without_its_list_fails_and_an_empty_page_ends_it() {
    let definition = import(json!({"next_page_from": "next"}));
    for body in [json!({"other": []}), json!({"list": {}}), json!("text")] {
        let answer = body.clone();
        let world = World::new(move |_| Ok(Response::json(200, &answer)));
        let report = execute(&world, &definition, json!({})).await;
        assert_eq!(report.error.unwrap().kind, ErrorType::DataError, "{body}");
    }
    let world = World::new(|request| {
        let first = request.url.ends_with("people");
        let list = if first { json!([{"mail": "a", "names": ["n"]}]) } else { json!([]) };
        Ok(Response::json(200, &json!({"list": list, "next": "https://a.test/people?p=2"})))
    });
    let report = execute(&world, &definition, json!({})).await;
    assert_eq!((report.run.unwrap().pages, sent(&world).len()), (1, 2));
}

#[tokio::test]
async fn a_saved_connection_is_renewed_before_it_runs_and_info_claims_nothing() {
    let definition = definition(json!({
        "headers": {"Authorization": "Bearer {{ oauth.access_token }}"},
        "initial_data_form": [{"id": "KEY", "name": "k", "description": "k"}],
        "oauth": {
            "authenticate_url": "https://auth.test/a?response_type=code&redirect_uri={{redirect_url}}",
            "access_token": {"url": "https://auth.test/t", "headers": {"Accept": "*/*"}},
            "refresh": {"url": "https://auth.test/r", "headers": {"Accept": "*/*"}}
        },
        "execute": [{"url": "https://a.test/{{KEY}}?back={{redirect_url}}", "method": "POST"}]
    }));
    let world = World::new(|request| {
        let token = if request.url.ends_with("/r") { "a-2" } else { "a-1" };
        Ok(Response::json(200, &json!({"access_token": token, "expires_in": 60})))
    });
    let inputs = Inputs { parameters: values(json!({"KEY": "kept"})), ..Inputs::default() };
    let report = world.runner.connect(&definition, &target(), &inputs, &browser(&["code=c&state=STATE"])).await;
    assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
    sent(&world);
    let report = world.runner.info(&definition, "mine").await;
    assert_eq!(report.outcome, Outcome::Unchanged);
    assert!(notes(&report).contains("nothing was asked") && sent(&world).is_empty(), "{}", notes(&report));
    world.clock.advance(60_001);
    let run = ManifestRun { connection: Some("mine".to_owned()), ..ManifestRun::default() };
    let report = world.runner.run_manifest(&definition, &run).await;
    assert_eq!(report.outcome, Outcome::Ran, "{report:?}");
    let sent = sent(&world);
    assert_eq!((sent.len(), sent[0].url.as_str()), (2, "https://auth.test/r"));
    assert_eq!(sent[1].headers.get("authorization"), Some("Bearer a-2"));
    assert!(sent[1].url.starts_with("https://a.test/kept?back=http://127.0.0.1"), "{}", sent[1].url);
    world.clock.advance(60_001);
    let report = world.runner.info(&definition, "mine").await;
    assert_eq!(report.outcome, Outcome::Refreshed);
    let nobody = ManifestRun { connection: Some("nobody".to_owned()), ..ManifestRun::default() };
    assert!(!world.runner.run_manifest(&definition, &nobody).await.examined);
    let make = crate::support::oauth2(|_| ());
    assert!(!world.runner.run_manifest(&make, &ManifestRun::default()).await.examined);
}

/// chiefonboarding.md §1: `items`, else what `url` answers, at `data_from`; `id` and `name` unless it says otherwise.
#[tokio::test]
async fn choices_of_a_form_are_its_items_or_what_its_address_answers() {
    let definition = definition(json!({
        "headers": {"X-Key": "{{ KEY|safe }}"},
        "initial_data_form": [
            {"id": "KEY", "name": "k", "description": "k"}, {"id": "ORG", "name": "o", "description": "o", "secret": false}
        ],
        "form": [
            {"id": "FIXED", "name": "f", "type": "choice", "items": [{"id": "a", "name": "A"}, {"id": 2, "name": 3}]},
            {"id": "TEAM", "name": "t", "type": "choice", "url": "https://a.test/{{ORG}}/teams{{email}}", "method": "GET",
             "data_from": "data.teams", "choice_value": "gid", "choice_name": "names.0"},
            {"id": "POSTED", "name": "p", "type": "multiple_choice", "url": "https://a.test/list", "headers": {"X": "own"}},
            {"id": "NONE", "name": "n", "type": "choice", "url": "https://a.test/none", "data_from": "data"}
        ],
        "execute": []
    }));
    let form = &definition.manifest().unwrap().form;
    let world = World::new(|request| {
        Ok(match request.url.as_str() {
            "https://a.test/acme/teams" => Response::json(
                200,
                &json!({"data": {"teams": [{"gid": 7, "names": ["Seven"]}, {"gid": "x", "names": ["X"]}]}}),
            ),
            "https://a.test/list" => Response::json(200, &json!([{"id": true, "name": null}])),
            _ => Response::json(403, &json!({"error": "not yours"})),
        })
    });
    let given = values(json!({"KEY": "k-secret-1", "ORG": "acme", "email": "nobody@x.test"}));
    let choices = async |index: usize| world.runner.choices(&definition, &form[index], &given).await;
    let (report, fixed) = choices(0).await;
    assert_eq!(fixed, [(json!("a"), "A".to_owned()), (json!(2), "3".to_owned())]);
    assert_eq!((report.outcome, report.steps.len()), (Outcome::Ran, 0));
    let (report, teams) = choices(1).await;
    assert_eq!(teams, [(json!(7), "Seven".to_owned()), (json!("x"), "X".to_owned())]);
    assert_eq!((report.steps[0].block.as_str(), report.steps[0].index), ("form", 1));
    assert!(!report.to_json(Reveal::Nothing).to_string().contains("k-secret-1"));
    let (_, posted) = choices(2).await;
    assert_eq!(posted, [(json!(true), "None".to_owned())]);
    let sent = sent(&world);
    // The manifest's headers unless it has its own; POST unless it says otherwise.
    assert_eq!((sent[0].method.as_str(), sent[0].headers.get("x-key")), ("GET", Some("k-secret-1")));
    assert_eq!((sent[1].method.as_str(), sent[1].headers.get("x")), ("POST", Some("own")));
    let (report, none) = choices(3).await;
    let error = report.error.unwrap();
    assert!(none.is_empty() && error.message.contains("status 403") && error.location.is_some(), "{error:?}");
    let wrong = crate::support::definition(json!({"execute": [], "form": [
        {"id": "A", "name": "a", "type": "choice", "items": [{"id": 1}]}, {"id": "B", "name": "b", "type": "choice"}
    ]}));
    for (entry, words) in wrong.manifest().unwrap().form.iter().zip(["entry 1", "no list"]) {
        let (report, _) = world.runner.choices(&wrong, entry, &given).await;
        let error = report.error.unwrap();
        assert!(error.message.contains(words) && error.location.is_some(), "{error:?}");
    }
}

#[tokio::test]
async fn a_signature_that_cannot_be_made_says_where() {
    for (signature, words) in [("aws", "only be `pritunl`"), ("pritunl", "`API_TOKEN` and `API_SECRET`")] {
        let definition = definition(json!({"execute": [
            {"url": "https://a.test/user", "method": "GET", "extra_headers": signature}
        ]}));
        let world = World::new(|_| Ok(Response::json(200, &json!({}))));
        let error = execute(&world, &definition, json!({})).await.error.unwrap();
        assert!(error.message.contains(words), "{}", error.message);
        assert_eq!((error.directive.as_deref(), error.location.is_some()), (Some("execute[1].extra_headers"), true));
        assert_eq!(sent(&world).len(), 0);
    }
}

#[tokio::test]
async fn basic_without_credentials_ends_the_run() {
    for (value, sent_value) in [("Basic", None), ("Basic ", Some("Basic ")), ("Bearer", Some("Bearer"))] {
        let definition =
            definition(json!({"headers": {"Authorization": value}, "execute": [{"url": "https://a.test"}]}));
        let world = World::new(|_| Ok(Response::json(200, &json!({}))));
        let report = execute(&world, &definition, json!({})).await;
        let sent = sent(&world);
        assert_eq!(sent.first().and_then(|request| request.headers.get("authorization")), sent_value, "{value}");
        assert_eq!(report.error.is_some_and(|error| error.location.is_some()), sent_value.is_none(), "{value}");
    }
}
