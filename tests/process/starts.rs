use std::{net::TcpListener, process::Command, time::Instant};

use crate::support::{Data, Program, command};

/// What a start says that must fail with exit code 2, in one line.
fn refusal(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    assert!(said.starts_with("first-call: "), "{said}");
    said
}

/// The same after a cluster of its own has told of itself.
fn refusal_at_last(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    said.lines().last().unwrap_or_default().to_owned()
}

#[test]
fn a_demo_fills_its_world_and_finds_it_again_in_two_seconds() {
    let data = Data::new();
    let first = Program::start(&mut command(&["demo"], &data));
    assert!(first.get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(first.get("/readyz").ends_with("ready\n"));
    let recordings = first.get("/recordings");
    assert!(recordings.contains("<h1"), "{recordings}");
    assert!(first.stop().success());

    let started = Instant::now();
    let second = Program::start(&mut command(&["demo"], &data));
    assert!(second.get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(started.elapsed().as_secs() < 2, "took {:?}", started.elapsed());
    let body = |page: &str| page.split_once("<main").unwrap().1.to_owned();
    assert_eq!(body(&second.get("/recordings")), body(&recordings));
}

#[test]
fn exchange_rates_are_brought_from_a_file_and_from_what_comes_in() {
    let data = Data::new();
    let file = data.path().join("eurofxref-daily.xml");
    std::fs::create_dir_all(data.path()).unwrap();
    std::fs::write(&file, "<a><b time='2026-11-20'><c currency='USD' rate='1.15'/></b></a>")
        .unwrap();
    let bring =
        |file: &std::path::Path| command(&["exchange-rates", file.to_str().unwrap()], &data);
    let output = bring(&file).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said, "The rates of 2026-11-20 for 2 currencies are in use.\n");
    let said = refusal_at_last(&mut bring(&data.path().join("nothing.xml")));
    assert!(said.contains("nothing.xml cannot be read"), "{said}");
    std::fs::write(&file, "Date, USD").unwrap();
    let said = refusal_at_last(&mut bring(&file));
    assert!(said.contains("is not the reference rates of the European Central Bank"), "{said}");
}

#[test]
fn a_taken_port_is_told_in_one_line_before_anything_is_made() {
    let data = Data::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = refusal(command(&["serve"], &data).env("FIRST_CALL_LISTEN", &address));
    assert!(said.contains(&address), "{said}");
    assert!(!data.path().join("postgres").exists());
}

#[test]
fn a_value_that_makes_no_sense_is_told_in_one_line() {
    let data = Data::new();
    for (name, value) in [
        ("FIRST_CALL_LISTEN", "somewhere"),
        ("FIRST_CALL_LISTEN", "127.0.0.1:99999"),
        ("FIRST_CALL_METRICS_LISTEN", "9"),
        ("FIRST_CALL_PUBLIC_URL", "firstcall.example"),
        ("FIRST_CALL_SMTP_URL", "mail.example"),
        ("FIRST_CALL_MAIL_FROM", "nobody"),
        ("FIRST_CALL_CLIENT_IP", "X-Forwarded-For"),
        ("FIRST_CALL_LOG", "first_call=loud"),
        ("FIRST_CALL_LOG_FORMAT", "xml"),
        ("FIRST_CALL_STOP_WITHIN", "-1"),
        ("FIRST_CALL_MAX_CONNECTIONS", "0"),
        ("FIRST_CALL_READERS", "many"),
        ("FIRST_CALL_WRITERS", "0"),
        ("DATABASE_URL", "mysql://app:hush@db.example/app"),
    ] {
        let said = refusal(command(&["serve"], &data).env(name, value));
        assert!(!said.contains("hush"), "{said}");
    }
    refusal(&mut command(&["serve", "--port", "3000"], &data));
    assert!(!data.path().join("postgres").exists());
}

#[test]
fn a_demo_listens_on_this_machine_only() {
    let data = Data::new();
    let said = refusal(command(&["demo"], &data).env("FIRST_CALL_LISTEN", "0.0.0.0:0"));
    assert!(said.contains("serve"), "{said}");
}

#[test]
fn a_database_that_is_named_is_used_and_no_cluster_made() {
    let data = Data::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let url = runtime.block_on(crate::support::database("named"));
    let migrated = command(&["migrate"], &data).env("DATABASE_URL", &url).status().unwrap();
    assert!(migrated.success());
    let program = Program::start(command(&["serve"], &data).env("DATABASE_URL", &url));
    assert!(program.get("/readyz").ends_with("ready\n"));
    assert!(program.get("/dev/mail").starts_with("HTTP/1.1 404"), "that is the demo's");
    assert!(program.get("/dev/clock").starts_with("HTTP/1.1 404"));
    assert!(!data.path().join("postgres").exists());
}

#[test]
fn an_admin_is_made_with_a_link_that_opens_once() {
    let data = Data::new();
    let make = |words: &[&str]| command(words, &data).output().unwrap();
    let made = make(&["admin", "create", "ada@example.test", "--name", "Ada Finch"]);
    let said = String::from_utf8(made.stdout).unwrap();
    assert!(made.status.success() && said.contains("/reset/"), "{said}");
    let wrong = make(&["admin", "create", "ada"]);
    assert_eq!(wrong.status.code(), Some(2));
    let said = String::from_utf8(wrong.stderr).unwrap();
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
}
