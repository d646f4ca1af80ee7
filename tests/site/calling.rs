//! The call sheet: what a call says before it can be sent, and a call that several players are asked for.

use axum::http::StatusCode;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, query, query_scalar};

use crate::{
    bookings::{Scene, scene},
    calls,
    support::{Client, email_of},
};

const ASK: &str = "/musicians/maren-oakley/calls";

fn several(otherwise: Value) -> Value {
    let mut call = calls::call(otherwise);
    call["asks"] = json!("several");
    call
}

/// Sends it; the booking's address.
async fn sent(producer: &Client, player: &str, call: Value) -> String {
    let sent = producer.post(&format!("/musicians/{player}/calls"), call).await;
    sent.expect(StatusCode::SEE_OTHER).location().to_owned()
}

async fn count(s: &Scene, table: &str) -> i64 {
    query_scalar(AssertSqlSafe(format!("select count(*) from {table}")))
        .fetch_one(s.app.db())
        .await
        .unwrap()
}

/// What the latest mail to somebody says.
async fn mailed(s: &Scene, to: &str) -> String {
    let sql = "select array_to_string(paragraphs, ' ') from mails where recipient = $1::citext
               order by id desc limit 1";
    query_scalar(sql).bind(email_of(to)).fetch_one(s.app.db()).await.unwrap()
}

async fn faults(s: &Scene, otherwise: Value) -> Vec<String> {
    let page = s.ines.post(ASK, calls::call(otherwise)).await;
    page.expect(StatusCode::UNPROCESSABLE_ENTITY).texts("#faults li")
}

#[tokio::test]
async fn a_call_is_not_sent_without_what_players_ask_for_first() {
    let s = scene().await;
    let nothing = json!({ "songs": "", "charts": "", "covers": " ", "asks": "many" });
    assert_eq!(
        faults(&s, nothing).await,
        [
            "Songs is not a number of songs from 1 to 60",
            "Charts has to be chosen from the list",
            "What it covers cannot be empty.",
            "Who is asked has to be chosen from the list",
        ]
        .map(|fault| fault.trim_end_matches('.'))
    );
    assert_eq!(
        faults(&s, json!({ "charts": "number_chart" })).await,
        ["Reading has to be chosen from the list"]
    );
    let unsaid = json!({
        "kind": "remote", "due_date": "2026-12-08", "due_time": "18:00", "tempo": "", "key": "",
        "time_signature": "", "sample_rate": "44000", "bit_depth": "", "channels": "5.1", "sound": "",
        "passes": "0", "count_in": "a few", "naming": "",
    });
    assert_eq!(
        faults(&s, unsaid).await,
        [
            "Tempo cannot be empty",
            "Key cannot be empty",
            "Time signature cannot be empty",
            "Sample rate has to be chosen from the list",
            "Bit depth has to be chosen from the list",
            "Channels has to be chosen from the list",
            "Sound has to be chosen from the list",
            "Whole takes is not a number of whole takes from 1 to 20",
            "Count-in is not a number of bars from 0 to 16",
            "File names cannot be empty",
        ]
    );
    assert_eq!(count(&s, "calls").await, 0);
}

#[tokio::test]
async fn a_remote_call_carries_its_brief_to_page_mail_and_json() {
    let s = scene().await;
    let call = calls::call(json!({
        "kind": "remote", "due_date": "2026-12-08", "due_time": "18:00", "songs": "2", "fee": "300",
        "charts": "number_chart", "reading": "prepared",
        "with": ["punch_ins", "bar_one", "mixes", "click", "uncompressed"],
    }));
    let booking = s.ines.post_json(&format!("/api/v1{ASK}"), call).await;
    let booking = booking.expect(StatusCode::CREATED).json();
    let remote = &booking["music"]["remote"];
    assert_eq!((&remote["sample_rate"], &remote["mixes"]), (&json!(48_000), &json!(true)));
    let facts = [
        "Songs 2",
        "Charts Number chart, sent ahead, to be prepared",
        "Tempo 92 bpm",
        "Key D major",
        "Time 4/4",
        "Files 48 kHz, 24 bit, mono, uncompressed only",
        "Takes 2 whole takes, punch-ins included",
        "Start Files start at bar 1, 2 bars of count-in",
        "Sound Dry",
        "Sent to the player A mix without the instrument, one with a guide to it, and the click",
        "Named Title_Instrument_Pass",
    ];
    for reader in [&s.ines, &s.maren] {
        let sheet = reader.get("/bookings/1").await.expect(StatusCode::OK);
        assert_eq!(sheet.texts("section[aria-labelledby=c-brief] dl > div"), facts);
    }
    let letter = mailed(&s, "Maren Oakley").await;
    for said in ["2 songs.", "Tempo: 92 bpm. Key: D major.", "The fee covers: The session."] {
        assert!(letter.contains(said), "{said}: {letter}");
    }
}

#[tokio::test]
async fn a_fee_is_counted_by_the_terms_and_both_sides_see_the_same_lines() {
    let s = scene().await;
    let terms = [("version", "0"), ("second", "15"), ("leader", "50")];
    s.maren.post("/profile/terms", terms).await.expect(StatusCode::SEE_OTHER);
    query(
        "insert into musician_instruments (musician_id, instrument_id, is_primary, position)
         select 1, id, false, 2 from instruments where slug = 'mandolin'",
    )
    .execute(s.app.db())
    .await
    .unwrap();
    let double = json!({ "doubles": "mandolin", "role": "leader", "fee": "" });
    let mut counted = calls::call(double.clone());
    counted["count"] = json!("1");
    let form = s.ines.post(ASK, counted).await.expect(StatusCode::OK);
    assert_eq!(form.attributes("#fee", "value"), ["627.00"]);
    assert_eq!(count(&s, "bookings").await, 0, "counting sends nothing");

    let mut call = calls::call(double);
    call["fee"] = json!("600");
    let booking = sent(&s.ines, "maren-oakley", call).await;
    let lines = [
        "Session, up to 3 h. $380.00",
        "Doubling, 1 more instrument: 15 % of $380.00. $57.00",
        "Leader: 50 % of $380.00. $190.00",
        "Off the terms: as agreed. −$27.00",
    ];
    for reader in [&s.ines, &s.maren] {
        let sheet = reader.get(&booking).await;
        assert_eq!(sheet.texts("section[aria-labelledby=c-fee] tbody tr"), lines);
        assert_eq!(sheet.texts("section[aria-labelledby=c-fee] tfoot td"), ["$600.00"]);
        let json = reader.get(&format!("/api/v1{booking}")).await.json();
        assert_eq!(json["quote"]["total"], json!({ "minor": 60_000, "currency": "USD" }));
        assert_eq!(json["part"]["doubles"], json!(["Mandolin"]));
    }
    // What was pinned stays, whatever the player changes.
    let later = [("version", "1"), ("second", "90"), ("leader", "50")];
    s.maren.post("/profile/terms", later).await.expect(StatusCode::SEE_OTHER);
    let sheet = s.ines.get(&booking).await;
    assert_eq!(sheet.texts("section[aria-labelledby=c-fee] tbody tr"), lines);
}

#[tokio::test]
async fn nobody_is_asked_to_play_for_less_than_an_agreement_says() {
    let s = scene().await;
    let terms = [("version", "0"), ("pack", "afm-sound-recording")];
    s.maren.post("/profile/terms", terms).await.expect(StatusCode::SEE_OTHER);
    let form = s.ines.get("/musicians/maren-oakley/calls/new").await;
    let packs = form.attributes("#pack option", "value");
    let under = json!({ "pack": packs[1], "fee": "447.23" });
    assert_eq!(
        faults(&s, under).await,
        ["Fee is less than AFM sound recording says: nobody plays this for less than $447.24"]
    );
    let heavy = json!({ "pack": packs[1], "fee": "500", "class": "Z" });
    assert_eq!(
        faults(&s, heavy).await,
        ["Counted by will not do: There is no porterage of class Z."]
    );
    sent(&s.ines, "maren-oakley", calls::call(json!({ "pack": packs[1], "fee": "447.24" }))).await;
}

#[tokio::test]
async fn how_the_credit_will_read_is_on_the_sheet_and_in_the_credit() {
    let s = scene().await;
    let call = calls::call(json!({ "date": "2026-11-24", "credited_as": "M. Oakley" }));
    let booking = sent(&s.ines, "maren-oakley", call).await;
    let sheet = s.maren.get(&booking).await;
    assert_eq!(sheet.texts(".credit-line"), ["M. Oakley fiddle"]);
    s.maren.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    s.app.wait(chrono::TimeDelta::days(2));
    let form = s.ines.get(&format!("{booking}/done")).await.expect(StatusCode::OK);
    assert_eq!(form.attributes("#credited_as", "value"), ["M. Oakley"]);
}

#[tokio::test]
async fn nobody_learns_how_to_reach_the_other_before_it_is_confirmed() {
    let s = scene().await;
    let call = calls::call(json!({
        "brief": "Write to ines@example.com first.", "covers": "All of it; ring 615-555-0143.",
    }));
    let booking = sent(&s.ines, "maren-oakley", call).await;
    let brief = "section[aria-labelledby=c-brief] .flow .flow";
    let hidden = ["Write to [e-mail hidden] first."];
    assert_eq!(s.maren.get(&booking).await.texts(brief), hidden);
    assert_eq!(s.ines.get(&booking).await.texts(brief), ["Write to ines@example.com first."]);
    let json = s.maren.get(&format!("/api/v1{booking}")).await.json();
    assert_eq!(json["brief"], hidden[0]);
    assert_eq!(json["part"]["covers"], "All of it; ring [number hidden].");
    let letter = mailed(&s, "Maren Oakley").await;
    assert!(letter.contains(hidden[0]) && !letter.contains("0143"), "{letter}");
    let day = s.maren.get("/calendar/day?day=2026-12-08").await;
    assert!(!day.body.contains("ines@example.com"), "nor on the sheet of the day");

    let other = [
        ("fee", "450"),
        ("date", "2026-12-08"),
        ("from", "10:00"),
        ("to", "13:00"),
        ("terms", "Call me: maren@example.com"),
    ];
    s.maren.post(&format!("{booking}/offers"), other).await.expect(StatusCode::SEE_OTHER);
    let page = s.ines.get(&booking).await;
    assert!(page.body.contains("Call me: [e-mail hidden]"));
    assert!(!page.body.contains("maren@example.com"));
    let letter = mailed(&s, "Ines Calloway").await;
    assert!(letter.contains("[e-mail hidden]") && !letter.contains("maren@example"), "{letter}");

    s.ines.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.maren.get(&booking).await.texts(brief), ["Write to ines@example.com first."]);
    assert!(s.ines.get(&booking).await.body.contains("maren@example.com"));
}

#[tokio::test]
async fn of_several_who_are_asked_the_first_yes_takes_it() {
    let s = scene().await;
    let (josiah, theo) = (s.app.musician("Josiah Pell").await, s.app.musician("Theo Brandt").await);
    let first = sent(&s.ines, "maren-oakley", several(json!({}))).await;
    let form = s.ines.get("/musicians/josiah-pell/calls/new").await;
    let offered = form.attributes(".openings a[href*='call=']", "href");
    assert_eq!(offered, ["/musicians/josiah-pell/calls/new?call=1"]);
    let form = s.ines.get(&offered[0]).await.expect(StatusCode::OK);
    assert!(form.body.contains("Dust on the Piano, Tue 8 Dec 2026, 10:00–13:00 CST"));
    let more = json!({
        "call": "1", "instrument": "fiddle", "fee": "400", "covers": "The session.",
        "form_key": "1f6d1a34b7",
    });
    let second = sent(&s.ines, "josiah-pell", more.clone()).await;
    assert_eq!(sent(&s.ines, "josiah-pell", more.clone()).await, second, "sent twice, asked once");
    let third = sent(
        &s.ines,
        "theo-brandt",
        json!({
            "call": "1", "instrument": "fiddle", "fee": "390", "covers": "The session.",
        }),
    )
    .await;
    assert_eq!(count(&s, "calls").await, 1);

    // The player is told that there are others, and not who.
    let sheet = josiah.get(&second).await;
    assert_eq!(
        sheet.texts("section[aria-labelledby=c-also] p"),
        ["The first yes takes it.", "Several players are asked for this call."]
    );
    assert!(!sheet.body.contains("Maren Oakley"));
    let asked = s.ines.get(&second).await.texts("section[aria-labelledby=c-also] li");
    assert_eq!(asked, ["Maren Oakley requested", "Theo Brandt requested"]);

    josiah.post(&format!("{second}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    for (player, booking) in [(&s.maren, &first), (&theo, &third)] {
        let late = player.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::CONFLICT);
        assert_eq!(late.texts("#refusal p"), ["This request was withdrawn."]);
        assert_eq!(late.texts(".history li:last-child q"), ["Another player said yes first."]);
    }
    let (subject, _) = s.app.take_letter("Theo Brandt").await;
    assert!(subject.starts_with("Another player said yes first: Dust on the Piano"), "{subject}");

    // Filled, it is offered no more; free again, it is.
    let again = json!({ "call": "1", "instrument": "fiddle", "fee": "1", "covers": "All." });
    let refused = s.ines.post("/musicians/theo-brandt/calls", again.clone()).await;
    assert!(refused.expect(StatusCode::CONFLICT).body.contains("Josiah Pell said yes."));
    let form = s.ines.get("/musicians/theo-brandt/calls/new").await;
    assert_eq!(form.attributes(".openings a[href*='call=']", "href"), [""; 0]);
    josiah
        .post(&format!("{second}/cancel"), [("word", "Flu.")])
        .await
        .expect(StatusCode::SEE_OTHER);
    let fourth = sent(&s.ines, "theo-brandt", again.clone()).await;
    let twice = s.ines.post("/musicians/theo-brandt/calls", again).await;
    let twice = twice.expect(StatusCode::CONFLICT);
    assert!(twice.body.contains("Theo Brandt has been asked for this call already."));
    theo.post(&format!("{fourth}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_call_of_somebody_else_or_for_one_player_is_nobodys_to_add_to() {
    let s = scene().await;
    s.app.musician("Josiah Pell").await;
    let cora = s.app.producer("Cora Vance").await;
    sent(&s.ines, "maren-oakley", several(json!({}))).await;
    sent(&s.ines, "maren-oakley", calls::call(json!({ "date": "2026-12-09" }))).await;
    for (who, call) in [(&cora, "1"), (&s.ines, "2"), (&s.ines, "77"), (&s.ines, "one")] {
        let more = json!({ "call": call, "instrument": "fiddle", "fee": "400", "covers": "All." });
        let page = who.post("/musicians/josiah-pell/calls", more).await;
        assert_eq!(
            page.expect(StatusCode::UNPROCESSABLE_ENTITY).texts("#faults li"),
            ["The call is not one of yours that asks several players"],
            "{call}"
        );
    }
}

#[tokio::test]
async fn two_who_say_yes_at_once_are_never_both_booked() {
    let s = scene().await;
    let josiah = s.app.musician("Josiah Pell").await;
    let secret = josiah.cookie("sign_in").unwrap();
    let there = s.app.another();
    let elsewhere = there.stranger().with_cookie("sign_in", &secret);
    for day in 1..9 {
        let date = json!({ "date": format!("2026-12-{day:02}") });
        let (weekend, call) = ([5, 6].contains(&day), several(date));
        if weekend {
            continue;
        }
        let first = sent(&s.ines, "maren-oakley", call).await;
        let json = s.ines.get(&format!("/api/v1{first}")).await.json();
        let more = json!({
            "call": json["call_id"].to_string(), "instrument": "fiddle", "fee": "400", "covers": "All.",
        });
        let second = sent(&s.ines, "josiah-pell", more).await;
        let (accept, other) = (format!("{first}/accept"), format!("{second}/accept"));
        let (one, two) = tokio::join!(s.maren.post(&accept, ()), elsewhere.post(&other, ()));
        let mut statuses = [one.status, two.status];
        statuses.sort();
        assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::CONFLICT], "{date}", date = day);
    }
}

/// Maren may be booked at once: Mondays to Thursdays, nine to four, two days ahead.
async fn lets_be_booked(s: &Scene, version: &str, least: &str) {
    let rules = json!({
        "version": version, "on": "yes", "works": ["room", "remote"], "weekday": ["1", "2", "3", "4"],
        "from": "09:00", "to": "16:00", "notice": "48", "least": least,
    });
    let kept = s.maren.send_json("PUT", "/api/v1/calendar/instant", rules).await;
    kept.expect(StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn who_lets_it_is_booked_at_once_within_their_hours_and_rates() {
    let s = scene().await;
    let at_once = |otherwise: Value| {
        let mut call = calls::call(otherwise);
        call["at_once"] = json!("yes");
        call
    };
    let form = s.ines.get("/musicians/maren-oakley/calls/new").await;
    assert!(form.texts("#at_once").is_empty(), "nothing is offered that is off");
    let refused = s.ines.post(ASK, at_once(json!({}))).await;
    assert_eq!(
        refused.expect(StatusCode::UNPROCESSABLE_ENTITY).texts("#faults li"),
        ["Book at once is not offered by Maren Oakley: send a request"]
    );
    lets_be_booked(&s, "0", "400").await;
    let form = s.ines.get("/musicians/maren-oakley/calls/new").await;
    assert_eq!(
        form.texts("#at_once > .hint"),
        [
            "Maren Oakley takes at once: Sessions on Mon, Tue, Wed, Thu between 09:00 and 16:00, and remote work, 48 hours ahead, for what the terms come to, $400.00 at least."
        ]
    );
    for (otherwise, why) in [
        (json!({ "fee": "399" }), "is only for $400.00 or more: send a request, or pay that"),
        (
            json!({ "fee": "400", "from": "14:00", "to": "17:00" }),
            "is only for sessions on Mon, Tue, Wed, Thu between 09:00 and 16:00: send a request",
        ),
        (
            json!({ "fee": "400", "date": "2026-12-11" }),
            "is only for sessions on Mon, Tue, Wed, Thu between 09:00 and 16:00: send a request",
        ),
        (
            json!({ "fee": "400", "date": "2026-11-24", "from": "09:00", "to": "12:00" }),
            "is only for what is 48 hours ahead or more: send a request",
        ),
    ] {
        let page = s.ines.post(ASK, at_once(otherwise.clone())).await;
        let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(page.texts("#faults li"), [format!("Book at once {why}")], "{otherwise}");
    }
    assert_eq!(count(&s, "bookings").await, 0);

    let booking = sent(&s.ines, "maren-oakley", at_once(json!({ "fee": "400" }))).await;
    let sheet = s.ines.get(&booking).await;
    assert_eq!(sheet.texts(".strap .badge"), ["Confirmed"]);
    assert_eq!(
        sheet.texts(".history li > :first-child")[..2],
        ["Requested, $400.00", "Accepted and confirmed, $400.00"]
    );
    let letter = mailed(&s, "Maren Oakley").await;
    let subject = s.app.take_letter("Maren Oakley").await.0;
    assert!(
        subject.starts_with("Ines Calloway booked you at once: Dust on the Piano"),
        "{subject}"
    );
    assert!(letter.contains("From here on it is cancelled only with a reason."), "{letter}");

    // The time is taken, and nothing is booked over it by this way either.
    let over = at_once(json!({ "fee": "400", "from": "12:00", "to": "15:00" }));
    let page = s.ines.post(ASK, over).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.texts("#faults li")[0].starts_with("From overlaps"),
        "{:?}",
        page.texts("#faults")
    );
    // Whatever is not ticked is a request, as ever.
    let asked = sent(&s.ines, "maren-oakley", calls::call(json!({ "date": "2026-12-09" }))).await;
    assert_eq!(s.ines.get(&asked).await.texts(".strap .badge"), ["Waiting for an answer"]);
}

#[tokio::test]
async fn of_many_who_book_one_time_at_once_one_has_it() {
    let s = scene().await;
    lets_be_booked(&s, "0", "").await;
    let others = [s.app.producer("Cora Vance").await, s.app.producer("Theo Brandt").await];
    let call = |minute: &str| {
        calls::call(json!({ "at_once": "yes", "from": format!("10:{minute}"), "to": "13:00" }))
    };
    let (one, two, three) = tokio::join!(
        s.ines.post(ASK, call("00")),
        others[0].post(ASK, call("05")),
        others[1].post(ASK, call("10")),
    );
    let booked = [one, two, three].iter().filter(|reply| reply.status.is_redirection()).count();
    assert_eq!(booked, 1);
    let confirmed = "select count(*) from bookings where status = 'confirmed'";
    let confirmed: i64 = query_scalar(confirmed).fetch_one(s.app.db()).await.unwrap();
    assert_eq!((confirmed, count(&s, "bookings").await), (1, 1), "who was late left nothing");
}

#[tokio::test]
async fn what_is_booked_at_once_is_said_on_a_page_that_keeps_what_was_typed() {
    let s = scene().await;
    let page = s.maren.get("/calendar/instant").await.expect(StatusCode::OK);
    assert_eq!(page.attributes("#from, #to, #notice", "value"), ["09:00", "18:00", "48"]);
    let wrong = [
        ("version", "0"),
        ("on", "yes"),
        ("from", "18:00"),
        ("to", "09:00"),
        ("notice", "soon"),
        ("least", "a lot"),
    ];
    let page = s.maren.post("/calendar/instant", wrong).await;
    let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        page.texts("#faults li"),
        [
            "Kind of work has to be one of the two, or both",
            "To must end after it starts, on the same day: midnight is 24:00",
            "Notice is not a number of hours from 0 to 720",
            "Least fee is not an amount: write it with figures, like 380.00",
        ]
    );
    assert_eq!(page.attributes("#notice, #least", "value"), ["soon", "a lot"]);
    lets_be_booked(&s, "0", "").await;
    let page = s.maren.get("/calendar/instant").await;
    assert_eq!(page.attributes("input[name=version]", "value"), ["1"]);
    let stale = [("version", "0"), ("from", "09:00"), ("to", "12:00"), ("notice", "1")];
    let page = s.maren.post("/calendar/instant", stale).await;
    let told = page.expect(StatusCode::UNPROCESSABLE_ENTITY).texts("#faults li");
    assert!(told[0].starts_with("These rules changed meanwhile"), "{told:?}");
}
