use std::time::{Duration, Instant};

use calcard::{Entry as Read, Parser, icalendar::ICalendarComponentType};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use first_call::values::Clock;
use mail_parser::{MessageParser, MimeHeaders};
use reqwest::StatusCode;
use serde_json::json;
use sqlx::{Connection, PgConnection, query, query_scalar};

use crate::{
    calls,
    support::{
        Catcher, Data, Person, Program, a_weekday, command, database, http, musician, producer,
        until,
    },
};

/// Asks for a session with Maren Oakley; she hears of it by mail.
async fn ask(program: &Program, ines: &Person, date: NaiveDate) {
    let call = calls::call(json!({
        "artist": "June Harrow & the Lamplighters", "date": date.to_string(),
        "place": "Cedar Street Sound, Nashville", "brief": "Dry, close.",
    }));
    let asked = ines.post(program.url("/api/v1/musicians/maren-oakley/calls"), call).await.unwrap();
    assert_eq!(asked.status(), StatusCode::CREATED, "{}", asked.text().await.unwrap());
}

/// A day on which Maren Oakley, who in the sample world has other sessions, is free from ten to one.
async fn a_free_day(program: &Program) -> NaiveDate {
    let profile = program.url("/api/v1/musicians/maren-oakley");
    let profile = http().build().unwrap().get(profile).send().await.unwrap();
    let profile: serde_json::Value = profile.json().await.unwrap();
    let at = |free: &serde_json::Value, end: &str| -> DateTime<Utc> {
        serde_json::from_value(free[end].clone()).unwrap()
    };
    let free = profile["free"].as_array().unwrap().iter();
    let free: Vec<_> = free.map(|free| (at(free, "starts_at"), at(free, "ends_at"))).collect();
    let in_nashville = |day: NaiveDate, hour| {
        day.and_hms_opt(hour, 0, 0)
            .unwrap()
            .and_local_timezone(chrono_tz::America::Chicago)
            .unwrap()
    };
    let is_free = |day: &NaiveDate| {
        let (from, to) = (in_nashville(*day, 10), in_nashville(*day, 13));
        free.iter().any(|(starts, ends)| *starts <= from && to <= *ends)
    };
    let tomorrow = Clock::System.now().date_naive() + TimeDelta::days(1);
    tomorrow.iter_days().take(14).find(is_free).unwrap_or_else(|| panic!("{profile}"))
}

fn header<'a>(mail: &'a str, name: &str) -> &'a str {
    let line = mail.lines().find(|line| line.to_lowercase().starts_with(&format!("{name}:")));
    line.unwrap_or_else(|| panic!("no {name} in {mail}")).split_once(": ").unwrap().1
}

#[tokio::test]
async fn without_a_server_mails_are_written_and_what_they_said_is_forgotten() {
    let (data, url) = (Data::new(), database("written").await);
    let program = Program::start(
        command(&["serve"], &data)
            .env("DATABASE_URL", &url)
            .env("FIRST_CALL_PUBLIC_URL", "https://firstcall.example"),
    );
    let mut db = PgConnection::connect(&url).await.unwrap();
    let ines = producer(&mut db, "Ines Calloway").await;
    musician(&mut db, "Maren Oakley").await;
    ask(&program, &ines, a_weekday()).await;

    let mails =
        until("the mail is written", || Some(data.mails()).filter(|mails| !mails.is_empty()));
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!(header(mail, "to"), "\"Maren Oakley\" <maren.oakley@example.test>");
    assert!(header(mail, "message-id").ends_with("@firstcall.example>"), "{mail}");
    assert!(mail.contains("https://firstcall.example/bookings/1"), "{mail}");
    let message = MessageParser::default().parse(mail).unwrap();
    let file = message.attachment(0).unwrap();
    assert_eq!(file.attachment_name(), Some("call.ics"));
    let text = file.text_contents().unwrap();
    let Read::ICalendar(calendar) = Parser::new(text).entry() else { panic!("{text}") };
    let events =
        calendar.components.iter().filter(|it| it.component_type == ICalendarComponentType::VEvent);
    let uids: Vec<_> = events.map(|event| event.uid().unwrap()).collect();
    assert_eq!(uids, ["booking-1@firstcall.example"]);
    assert!(text.contains("\r\nSTATUS:TENTATIVE\r\n"), "{text}");
    let kept =
        "select paragraphs is not null or link_path is not null or entry is not null from mails";
    let deadline = Instant::now() + Duration::from_secs(10);
    while query_scalar(kept).fetch_one(&mut db).await.unwrap() {
        assert!(Instant::now() < deadline, "what it said is kept");
    }

    let log = program.log();
    assert!(!log.contains("example.test") && !log.contains(ines.secret()), "{log}");
}

#[tokio::test]
async fn a_mail_refused_at_first_is_tried_again_under_the_same_name() {
    let (data, url) = (Data::new(), database("refused").await);
    let (catcher, server) = Catcher::start(1);
    let program = Program::start(
        command(&["serve"], &data)
            .env("DATABASE_URL", &url)
            .env("FIRST_CALL_SMTP_URL", server)
            .env("FIRST_CALL_MAIL_FROM", "First Call <calls@firstcall.example>")
            .env("FIRST_CALL_LOG_FORMAT", "json"),
    );
    let mut db = PgConnection::connect(&url).await.unwrap();
    let ines = producer(&mut db, "Ines Calloway").await;
    musician(&mut db, "Maren Oakley").await;
    ask(&program, &ines, a_weekday()).await;

    let taken = until("the mail is taken", || Some(catcher.taken()).filter(|it| !it.is_empty()));
    let refused = catcher.refused();
    assert_eq!((refused.len(), taken.len()), (1, 1));
    assert_eq!(header(&refused[0], "message-id"), header(&taken[0], "message-id"));
    assert_eq!(header(&taken[0], "from"), "\"First Call\" <calls@firstcall.example>");
    assert!(data.mails().is_empty());

    let log = program.log();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{log}")))
        .collect();
    let asked = lines.iter().find(|line| line["span"]["route"] == "/api/v1/musicians/{slug}/calls");
    assert_eq!(asked.unwrap_or_else(|| panic!("{log}"))["status"], 201);
    assert!(lines.iter().any(|line| line["error"] == "the mail server said 421"), "{log}");
    assert!(!log.contains("example.test"), "{log}");
    assert!(!log.contains(ines.secret()) && !log.contains(&ines.email), "{log}");
}

#[tokio::test]
async fn the_mail_of_a_kept_search_can_be_stopped_from_the_mail_program() {
    let (data, url) = (Data::new(), database("stopped").await);
    let program = Program::start(
        command(&["serve"], &data)
            .env("DATABASE_URL", &url)
            .env("FIRST_CALL_PUBLIC_URL", "https://firstcall.example"),
    );
    let mut db = PgConnection::connect(&url).await.unwrap();
    let ines = producer(&mut db, "Ines Calloway").await;
    let search = json!({ "query": "instrument=fiddle" });
    let kept = ines.post(program.url("/api/v1/watches"), search).await.unwrap();
    assert_eq!(kept.status(), StatusCode::CREATED, "{}", kept.text().await.unwrap());
    musician(&mut db, "Maren Oakley").await;
    // A job does that each minute; here it need not be waited for.
    query("update watches set due_at = created_at").execute(&mut db).await.unwrap();
    query("select graphile_worker.add_job('look_through_watches', payload => 'null'::json)")
        .execute(&mut db)
        .await
        .unwrap();

    let mails =
        until("the mail is written", || Some(data.mails()).filter(|mails| !mails.is_empty()));
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!(header(mail, "to"), "\"Ines Calloway\" <ines.calloway@example.test>");
    assert_eq!(header(mail, "list-unsubscribe-post"), "List-Unsubscribe=One-Click");
    let stop = header(mail, "list-unsubscribe");
    let stop = stop.strip_prefix("<https://firstcall.example/watches/stop/").unwrap();
    let secret = stop.strip_suffix('>').unwrap();

    let mails_are_on = "select mails from watches";
    assert!(query_scalar::<_, bool>(mails_are_on).fetch_one(&mut db).await.unwrap());
    let pressed = http()
        .build()
        .unwrap()
        .post(program.url(&format!("/watches/stop/{secret}")))
        .header("origin", "https://mail.example")
        .header("sec-fetch-site", "cross-site")
        .form(&[("List-Unsubscribe", "One-Click")])
        .send()
        .await
        .unwrap();
    assert!(pressed.status().is_success(), "{}", pressed.status());
    assert!(!query_scalar::<_, bool>(mails_are_on).fetch_one(&mut db).await.unwrap());
}

/// Refused once by the mail server, it is tried again, and is the same mail.
#[tokio::test]
async fn the_mail_of_the_day_goes_through_the_mail_server_and_can_be_stopped() {
    let (data, url) = (Data::new(), database("daily").await);
    let (catcher, server) = Catcher::start(1);
    let program = Program::start(
        command(&["serve"], &data)
            .env("DATABASE_URL", &url)
            .env("FIRST_CALL_SMTP_URL", server)
            .env("FIRST_CALL_MAIL_FROM", "First Call <calls@firstcall.example>")
            .env("FIRST_CALL_PUBLIC_URL", "https://firstcall.example"),
    );
    let mut db = PgConnection::connect(&url).await.unwrap();
    let ines = producer(&mut db, "Ines Calloway").await;
    musician(&mut db, "Maren Oakley").await;
    query(
        "insert into wishes (account_id, topic, mail, in_app)
         select id, topic::topic, 'digest', true from accounts, unnest('{request,answer}'::text[]) topic
         where name = 'Maren Oakley'",
    )
    .execute(&mut db)
    .await
    .unwrap();
    // Due in six or seven hours, whatever time it is here: nothing is urgent by then.
    query(
        "update accounts set digest_hour = extract(hour from now() at time zone zone + interval '7 hours')",
    )
    .execute(&mut db)
    .await
    .unwrap();
    let day = a_weekday() + TimeDelta::days(7);
    ask(&program, &ines, day).await;
    ask(&program, &ines, day + TimeDelta::days(7)).await;
    let taken_back =
        ines.post(program.url("/api/v1/bookings/2/withdraw"), json!({})).await.unwrap();
    assert_eq!(taken_back.status(), StatusCode::OK);
    assert!(catcher.taken().is_empty() && catcher.refused().is_empty(), "nothing goes at once");
    query("update digest_lines set due_at = created_at").execute(&mut db).await.unwrap();
    query("select graphile_worker.add_job('send_digests', payload => 'null'::json)")
        .execute(&mut db)
        .await
        .unwrap();

    let taken = until("the mail is taken", || Some(catcher.taken()).filter(|it| !it.is_empty()));
    let refused = catcher.refused();
    assert_eq!((refused.len(), taken.len()), (1, 1));
    assert_eq!(header(&refused[0], "message-id"), header(&taken[0], "message-id"));
    let message = MessageParser::default().parse(&taken[0]).unwrap();
    assert_eq!(message.subject(), Some("2 requests and an answer"));
    let (text, html) = (message.body_text(0).unwrap(), message.body_html(0).unwrap());
    for path in ["/bookings/1", "/bookings/2", "/inbox?unread=yes", "/account/notifications"] {
        let link = format!("https://firstcall.example{path}");
        assert!(
            text.contains(&link) && html.contains(&format!("href=\"{link}\"")),
            "{link}: {text}"
        );
    }

    assert_eq!(header(&taken[0], "list-unsubscribe-post"), "List-Unsubscribe=One-Click");
    let stop = header(&taken[0], "list-unsubscribe");
    let stop = stop.strip_prefix("<https://firstcall.example").unwrap().strip_suffix('>').unwrap();
    let pressed = http()
        .build()
        .unwrap()
        .post(program.url(stop))
        .header("origin", "https://mail.example")
        .header("sec-fetch-site", "cross-site")
        .form(&[("List-Unsubscribe", "One-Click")])
        .send()
        .await
        .unwrap();
    assert_eq!(pressed.status(), StatusCode::OK);
    let chosen = "select string_agg(topic || ' ' || mail, ', ' order by topic) from wishes";
    let chosen: String = query_scalar(chosen).fetch_one(&mut db).await.unwrap();
    assert_eq!(chosen, "request digest, answer off");
}

/// The link of a mail, in the hands of who would have got it.
#[tokio::test]
async fn a_demo_shows_the_mail_it_would_have_sent() {
    let data = Data::new();
    let program = Program::start(&mut command(&["demo"], &data));
    let http = http().build().unwrap();
    let known = json!({
        "email": "producer@example.test", "password": first_call::accounts::DEMO_PASSWORD,
    });
    let signed_in = http.post(program.url("/api/v1/sign-ins")).json(&known).send().await.unwrap();
    let signed_in: serde_json::Value = signed_in.json().await.unwrap();
    let producer = Person::with(signed_in["secret"].as_str().unwrap());
    ask(&program, &producer, a_free_day(&program).await).await;

    until("the mail is written", || Some(()).filter(|()| !data.mails().is_empty()));
    let list = program.get("/dev/mail");
    let at = list.find("/dev/mail/2").unwrap_or_else(|| panic!("{list}"));
    let mail = program.get(list[at..].split('"').next().unwrap());
    assert!(mail.starts_with("HTTP/1.1 200"), "{mail}");
    assert!(mail.contains("To Maren Oakley &#60;musician@example.test&#62;"), "{mail}");
    assert!(mail.contains("href=\"/bookings/"), "{mail}");
    for wrong in ["/dev/mail/nothing.eml", "/dev/mail/..%2F..%2Fclock", "/dev/mail/1.eml"] {
        assert!(program.get(wrong).starts_with("HTTP/1.1 404"), "{wrong}");
    }
}
