//! What becomes of a request, by whom, and who may see it.

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::json;
use sqlx::query_scalar;

use super::{MOVE, OTHER, call, faults, offered, scene};

#[tokio::test]
async fn a_request_is_accepted_and_both_sides_see_it() {
    let s = scene().await;
    let form = s.ines.get("/musicians/maren-oakley/calls/new?instrument=fiddle&date=2026-12-08&from=10:00&to=12:00&zone=America/Chicago").await;
    let form = form.expect(StatusCode::OK);
    assert_eq!(
        form.attributes("#date, #from, #to, #fee", "value"),
        ["2026-12-08", "10:00", "12:00", "380.00"]
    );
    assert!(form.texts(".stack .meta")[0].contains("16:00–18:00 GMT, in Europe/London"));

    let booking = s.ask(&[]).await;
    let sheet = s.ines.get(&booking).await.expect(StatusCode::OK);
    assert_eq!(sheet.texts(".flash p"), ["Sent. Maren Oakley has been told."]);
    let waiting = ("Waiting for an answer".into(), vec!["Withdraw the request".into()]);
    assert_eq!(offered(&sheet), waiting);

    let sheet = s.maren.get(&booking).await.expect(StatusCode::OK);
    let buttons = vec!["Accept and confirm, $380.00".into(), "Decline".into(), OTHER.into()];
    assert_eq!(offered(&sheet), ("Yours to answer".into(), buttons));
    assert!(sheet.texts(".answer .notice")[0].contains("Answer by Wed 25 Nov 2026, 15:00 GMT"));

    let word = [("word", "Lovely tune.")];
    let accepted = s.maren.post(&format!("{booking}/accept"), word).await;
    assert_eq!(accepted.expect(StatusCode::SEE_OTHER).location(), booking);
    let sheet = s.maren.get(&booking).await;
    assert_eq!(
        sheet.texts(".flash p"),
        [
            "Confirmed: Dust on the Piano, Tue 8 Dec 2026, 10:00–13:00 CST. Ines Calloway has been told."
        ]
    );
    for side in [&s.ines, &s.maren] {
        let sheet = side.get(&booking).await;
        assert_eq!(
            offered(&sheet),
            ("Confirmed".into(), vec![MOVE.into(), "Cancel the booking".into()])
        );
        assert_eq!(
            sheet.texts(".history li > :first-child"),
            ["Requested, $380.00", "Accepted and confirmed, $380.00", "Session, then the credit"]
        );
        assert_eq!(sheet.texts(".history q"), ["Lovely tune."]);
    }
    assert_eq!(
        s.mails().await,
        [
            "maren: Ines Calloway asks for you: Dust on the Piano, Tue 8 Dec 2026, 10:00–13:00 CST",
            "ines: Maren Oakley accepted: Dust on the Piano, Tue 8 Dec 2026, 10:00–13:00 CST",
        ]
    );
    let notices = "select url from notices order by id";
    let notices: Vec<String> = query_scalar(notices).fetch_all(s.app.db()).await.unwrap();
    assert_eq!(notices, [booking.clone(), booking]);
}

#[tokio::test]
async fn each_other_step_is_told_to_the_other_side_and_settles_the_booking() {
    let s = scene().await;
    let reason = [("word", "The singer is ill.")];
    for (is_confirmed, by, verb, badge, mail) in [
        (false, &s.maren, "decline", "Declined", "ines: Maren Oakley declined"),
        (false, &s.ines, "withdraw", "Withdrawn", "maren: Ines Calloway withdrew a request"),
        (true, &s.ines, "cancel", "Cancelled", "maren: Ines Calloway cancelled"),
        (true, &s.maren, "cancel", "Cancelled", "ines: Maren Oakley cancelled"),
    ] {
        let booking = if is_confirmed { s.confirmed(&[]).await } else { s.ask(&[]).await };
        by.post(&format!("{booking}/{verb}"), reason).await.expect(StatusCode::SEE_OTHER);
        for side in [&s.ines, &s.maren] {
            let sheet = side.get(&booking).await;
            assert_eq!(offered(&sheet), (badge.into(), vec![]), "{verb}");
            assert_eq!(sheet.texts(".history q"), ["The singer is ill."], "{verb}");
        }
        let told = format!("{mail}: Dust on the Piano, Tue 8 Dec 2026, 10:00–13:00 CST");
        assert_eq!(s.mails().await.pop(), Some(told));
        // The time is open again: the next one is asked for the same hours.
    }
}

#[tokio::test]
async fn only_ones_own_side_of_a_booking_may_do_its_verbs() {
    let s = scene().await;
    let booking = s.ask(&[]).await;
    for (by, verb, sentence) in [
        (&s.ines, "accept", "Only the musician answers this. You may withdraw it."),
        (&s.ines, "decline", "Only the musician answers this. You may withdraw it."),
        (&s.maren, "withdraw", "Only the producer takes this back. You may decline it."),
        (
            &s.maren,
            "cancel",
            "This booking is not confirmed yet: withdraw the request, or decline it.",
        ),
    ] {
        for word in ["Why not.", ""] {
            let refused = by.post(&format!("{booking}/{verb}"), [("word", word)]).await;
            let refused = refused.expect(StatusCode::CONFLICT);
            assert_eq!(refused.texts("#refusal p"), [sentence], "{verb} {word:?}");
        }
    }
    for verb in ["lapse", "requested", "ACCEPT", "accept%00"] {
        let nothing = s.maren.post(&format!("{booking}/{verb}"), ()).await;
        assert_eq!(nothing.status, StatusCode::NOT_FOUND, "{verb}");
    }
    assert_eq!(offered(&s.maren.get(&booking).await).0, "Yours to answer");
}

#[tokio::test]
async fn a_request_that_nobody_answers_lapses() {
    let s = scene().await;
    let booking = s.ask(&[]).await;
    s.app.wait(TimeDelta::hours(48) - TimeDelta::seconds(1));
    assert_eq!(offered(&s.maren.get(&booking).await).0, "Yours to answer");
    s.app.wait(TimeDelta::seconds(1));

    // Before the clock's job has come round, it has lapsed for everyone already.
    for side in [&s.ines, &s.maren] {
        assert_eq!(offered(&side.get(&booking).await), ("Lapsed".into(), vec![]));
    }
    let late = s.maren.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::CONFLICT);
    let sentence = "This request has lapsed: the time to answer it is over.";
    assert_eq!(late.texts("#refusal p"), [sentence]);
    let late = s.ines.post_json(&format!("/api/v1{booking}/withdraw"), json!({})).await;
    assert_eq!(late.expect(StatusCode::CONFLICT).json()["detail"], sentence);
    assert_eq!(s.ines.get(&format!("/api/v1{booking}")).await.json()["status"], "lapsed");
    assert!(s.ines.get("/bookings?tab=past").await.texts(".badge").contains(&"Lapsed".into()));

    let mut db = s.app.db().acquire().await.unwrap();
    let lapsed = first_call::bookings::lapse_due(&mut db, s.app.now()).await.unwrap();
    let again = first_call::bookings::lapse_due(&mut db, s.app.now()).await.unwrap();
    assert_eq!((lapsed, again), (1, 0));
    let sheet = s.ines.get(&booking).await;
    assert_eq!(
        sheet.texts(".history li"),
        [
            "Requested, $380.00 Mon 23 Nov 2026, 15:00 GMT · Ines Calloway",
            "Lapsed, unanswered Wed 25 Nov 2026, 15:00 GMT · the clock",
        ]
    );
    assert_eq!(
        s.mails().await[1..],
        [
            "ines: Maren Oakley did not answer: Dust on the Piano, Tue 8 Dec 2026, 10:00–13:00 CST",
            "maren: A request lapsed: Dust on the Piano, Tue 8 Dec 2026, 10:00–13:00 CST",
        ]
    );
}

#[tokio::test]
async fn many_overdue_requests_lapse_once_each_however_many_servers_do_it() {
    let s = scene().await;
    for hour in 0..60 {
        let from = format!("{:02}:{:02}", 9 + hour / 12, 5 * (hour % 12));
        s.ask(&[("from", &from), ("to", "17:00")]).await;
    }
    s.app.wait(TimeDelta::days(3));
    let lapse = async || {
        let mut db = s.app.db().acquire().await.unwrap();
        first_call::bookings::lapse_due(&mut db, s.app.now()).await.unwrap()
    };
    let (one, other, third) = tokio::join!(lapse(), lapse(), lapse());
    assert_eq!(one + other + third, 60);
    let lapses =
        "select count(*) from booking_events where status = 'lapsed' and by_account is null";
    let lapses: i64 = query_scalar(lapses).fetch_one(s.app.db()).await.unwrap();
    assert_eq!(lapses, 60);
    assert_eq!(s.mails().await.len(), 60 + 2 * 60);
}

#[tokio::test]
async fn a_stale_page_sent_again_changes_nothing_and_says_how_it_stands() {
    let s = scene().await;
    let booking = s.ask(&[]).await;
    s.maren.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    for (by, verb, sentence) in [
        (&s.maren, "accept", "This booking is confirmed already."),
        (
            &s.maren,
            "decline",
            "This booking is confirmed already: it can only be cancelled, with a reason.",
        ),
        (
            &s.ines,
            "withdraw",
            "This booking is confirmed already: it can only be cancelled, with a reason.",
        ),
    ] {
        let again = by.post(&format!("{booking}/{verb}"), ()).await.expect(StatusCode::CONFLICT);
        assert_eq!(again.texts("#refusal p"), [sentence]);
        assert_eq!(offered(&again).0, "Confirmed", "the page is the sheet as it stands");
    }
    let events = "select count(*) from booking_events";
    let events: i64 = query_scalar(events).fetch_one(s.app.db()).await.unwrap();
    assert_eq!((events, s.mails().await.len()), (2, 2));
}

#[tokio::test]
async fn a_form_sent_twice_asks_once() {
    let s = scene().await;
    let form = s.ines.get("/musicians/maren-oakley/calls/new").await;
    let key = form.attributes("input[name=form_key]", "value").remove(0);
    let other = s.ines.get("/musicians/maren-oakley/calls/new").await;
    assert_ne!(other.attributes("input[name=form_key]", "value"), [key.as_str()]);

    let sent = call(&[("form_key", &key)]);
    let path = "/musicians/maren-oakley/calls";
    let (one, two, three) =
        tokio::join!(s.ines.post(path, &sent), s.ines.post(path, &sent), s.ines.post(path, &sent));
    for sent in [one, two, three] {
        assert_eq!(sent.expect(StatusCode::SEE_OTHER).location(), "/bookings/1");
    }
    let later = s.ines.post(path, &sent).await;
    assert_eq!(later.location(), "/bookings/1");
    let page = s.ines.get("/bookings/1").await;
    assert_eq!(page.texts(".flash p"), ["This form was sent before, and made this booking."]);
    let later = s.ines.post_json("/api/v1/musicians/maren-oakley/calls", sent).await;
    assert_eq!(later.expect(StatusCode::OK).json()["id"], 1);
    assert_eq!(s.mails().await.len(), 1);

    // Another producer's key is their own.
    let theo = s.app.producer("Theo Brandt").await;
    let sent = theo.post(path, call(&[("form_key", &key)])).await;
    assert_ne!(sent.expect(StatusCode::SEE_OTHER).location(), "/bookings/1");
}

#[tokio::test]
async fn a_booking_does_not_exist_for_others_and_an_admin_only_reads_it() {
    let s = scene().await;
    let booking = s.ask(&[]).await;
    let (theo, jo) = (s.app.producer("Theo Brandt").await, s.app.musician("Jo Lindqvist").await);
    for other in [&theo, &jo] {
        for address in [booking.clone(), format!("/api/v1{booking}")] {
            assert_eq!(other.get(&address).await.status, StatusCode::NOT_FOUND);
        }
        for verb in ["accept", "decline", "withdraw", "cancel"] {
            let tried = other.post(&format!("{booking}/{verb}"), [("word", "Mine.")]).await;
            assert_eq!(tried.status, StatusCode::NOT_FOUND);
            let tried = format!("/api/v1{booking}/{verb}");
            let tried = other.post_json(&tried, json!({"word": "Mine."})).await;
            assert_eq!(tried.status, StatusCode::NOT_FOUND);
        }
        assert_eq!(other.get("/api/v1/bookings").await.json()["items"], json!([]));
    }
    for nothing in ["/bookings/0", "/bookings/-1", "/bookings/99999999999999999999", "/bookings/x"]
    {
        assert_eq!(s.ines.get(nothing).await.status, StatusCode::NOT_FOUND, "{nothing}");
    }

    let ada = s.app.admin("Ada Moreno").await;
    let sheet = ada.get(&booking).await.expect(StatusCode::OK);
    assert_eq!(offered(&sheet), ("Waiting for an answer".into(), vec![]));
    let tried = ada.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::FORBIDDEN);
    assert_eq!(tried.texts("#refusal p"), ["Only the two sides of a booking may act on it."]);

    let stranger = s.app.stranger();
    let sent_away = stranger.get("/musicians/maren-oakley/calls/new?instrument=fiddle").await;
    assert_eq!(
        sent_away.expect(StatusCode::SEE_OTHER).location(),
        "/sign-in?next=/musicians/maren-oakley/calls/new%3Finstrument%3Dfiddle"
    );
    assert_eq!(stranger.get(&booking).await.location(), format!("/sign-in?next={booking}"));
    let problem = stranger.get(&format!("/api/v1{booking}")).await;
    assert_eq!(problem.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn one_asks_only_players_who_are_public_and_never_oneself() {
    let s = scene().await;
    let own = s.maren.get("/musicians/maren-oakley/calls/new").await.expect(StatusCode::CONFLICT);
    assert_eq!(own.texts(".lede"), ["This is your own profile: nobody books themselves."]);
    let own = s.maren.post("/musicians/maren-oakley/calls", call(&[])).await;
    assert_eq!(own.status, StatusCode::CONFLICT);
    s.run("update musicians set status = 'hidden'").await;
    for slug in ["maren-oakley", "nobody", "maren%00oakley", "Maren%20Oakley", "a%2Fb"] {
        let form = s.ines.get(&format!("/musicians/{slug}/calls/new")).await;
        assert_eq!(form.status, StatusCode::NOT_FOUND, "{slug}");
        let sent = s.ines.post(&format!("/musicians/{slug}/calls"), call(&[])).await;
        assert_eq!(sent.status, StatusCode::NOT_FOUND, "{slug}");
    }
    s.run("update musicians set status = 'published'").await;
    s.run("update accounts set verified_at = null").await;
    let unverified = s.ines.post("/musicians/maren-oakley/calls", call(&[])).await;
    assert_eq!(unverified.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_confirmed_session_is_cancelled_before_it_ends_with_a_reason_or_not_at_all() {
    let s = scene().await;
    let booking = s.confirmed(&[("date", "2026-11-24")]).await;
    for nothing in ["", "  ", "\n"] {
        let tried = s.ines.post(&format!("{booking}/cancel"), [("word", nothing)]).await;
        let tried = tried.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(faults(&tried, "word"), "Reason cannot be empty.");
        assert_eq!(tried.attributes("details", "open").len(), 1);
    }
    let long = "a".repeat(1001);
    let tried = s.ines.post(&format!("{booking}/cancel"), [("word", &long)]).await;
    let tried = tried.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(faults(&tried, "word"), "Reason is too long: 1001 characters, and 1000 fit.");
    assert_eq!(tried.texts("textarea"), [long]);

    s.app.wait(TimeDelta::hours(28));
    assert_eq!(s.app.now().to_rfc3339(), "2026-11-24T19:00:00+00:00");
    let reason = [("word", "The singer is ill.")];
    let late = s.ines.post(&format!("{booking}/cancel"), reason).await.expect(StatusCode::CONFLICT);
    let sentence = "The session is over, so it cannot be cancelled: mark it done.";
    assert_eq!(late.texts("#refusal p"), [sentence]);
    assert_eq!(offered(&late), ("Over: mark it done".into(), vec!["Mark it done".into()]));
    assert_eq!(late.attributes(".answer a.btn", "href"), [format!("{booking}/done")]);
}

#[tokio::test]
async fn a_history_is_never_rewritten() {
    let s = scene().await;
    s.confirmed(&[]).await;
    for sql in [
        "update booking_events set word = 'I never said that'",
        "delete from booking_events",
        "update booking_events set at = at",
    ] {
        let refused = sqlx::query(sql).execute(s.app.db()).await.unwrap_err();
        let cause = refused.as_database_error().unwrap();
        assert_eq!(cause.message(), "rows of booking_events are never changed or removed");
    }
}

#[tokio::test]
async fn only_a_date_that_the_player_broke_counts_against_them() {
    let s = scene().await;
    let dates = async || {
        let mut db = s.app.db().acquire().await.unwrap();
        let player: i64 =
            query_scalar("select id from musicians").fetch_one(&mut *db).await.unwrap();
        let of = first_call::bookings::response(&mut db, player.into(), s.app.now()).await.unwrap();
        (of.dates, of.broken)
    };
    let word = [("word", "The studio is flooded.")];
    let off = s.confirmed(&[("date", "2026-11-26")]).await;
    s.ines.post(&format!("{off}/cancel"), word).await.expect(StatusCode::SEE_OTHER);
    s.confirmed(&[("date", "2026-11-27")]).await;
    let declined = s.ask(&[("date", "2026-12-09")]).await;
    s.maren.post(&format!("{declined}/decline"), ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(dates().await, (0, 0), "what is still to come is neither kept nor broken");
    s.app.wait(TimeDelta::days(5));
    assert_eq!(dates().await, (1, 0));
    let broken = s.confirmed(&[("date", "2026-12-15")]).await;
    s.maren.post(&format!("{broken}/cancel"), word).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(dates().await, (2, 1));
}

#[tokio::test]
async fn how_a_player_answers_is_told_of_what_was_asked_of_late() {
    let s = scene().await;
    let response = async || {
        let mut db = s.app.db().acquire().await.unwrap();
        let player: i64 =
            query_scalar("select id from musicians").fetch_one(&mut *db).await.unwrap();
        let player = player.into();
        first_call::bookings::response(&mut db, player, s.app.now()).await.unwrap()
    };
    let figures = |asked, answered, median: Option<i64>| first_call::bookings::Response {
        asked,
        answered,
        median: median.map(TimeDelta::hours),
        ..Default::default()
    };
    assert_eq!(response().await, figures(0, 0, None));

    let accepted = s.ask(&[]).await;
    s.app.wait(TimeDelta::hours(1));
    s.maren.post(&format!("{accepted}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    let declined = s.ask(&[("date", "2026-12-09")]).await;
    s.app.wait(TimeDelta::hours(3));
    s.maren.post(&format!("{declined}/decline"), ()).await.expect(StatusCode::SEE_OTHER);
    let withdrawn = s.ask(&[("date", "2026-12-10")]).await;
    s.ines.post(&format!("{withdrawn}/withdraw"), ()).await.expect(StatusCode::SEE_OTHER);
    s.ask(&[("date", "2026-12-11")]).await;
    assert_eq!(response().await, figures(2, 2, Some(2)), "what waits is not counted");
    assert_eq!(response().await.told(), None, "too few to tell");

    // A no counts as much as a yes; what nobody answered counts from the moment it is too late.
    s.app.wait(TimeDelta::days(6));
    assert_eq!(response().await, figures(3, 2, Some(2)));
    assert_eq!(response().await.told().unwrap(), "Answers 2 of 3, usually within 2 hours");
    let mut db = s.app.db().acquire().await.unwrap();
    first_call::bookings::lapse_due(&mut db, s.app.now()).await.unwrap();
    let word = [("word", "The van broke down.")];
    s.maren.post(&format!("{accepted}/cancel"), word).await.expect(StatusCode::SEE_OTHER);
    s.ask(&[("date", "2026-12-14")]).await;
    let broken = first_call::bookings::Response { dates: 1, broken: 1, ..figures(3, 2, Some(2)) };
    assert_eq!(response().await, broken, "a booking called off was answered, and is a broken date");
    assert_eq!(response().await.dates_told().unwrap(), "Kept 0 of 1 date");

    s.app.wait(TimeDelta::days(175));
    assert_eq!(response().await, figures(1, 0, None), "half a year is enough");
}

#[tokio::test]
async fn what_is_owed_on_cancelling_is_told_before_anybody_commits_and_written_down() {
    let s = scene().await;
    let asked = "instrument=fiddle&date=2026-12-08&from=10:00&to=13:00&zone=America/Chicago";
    let form = s.ines.get(&format!("/musicians/maren-oakley/calls/new?{asked}")).await;
    let told = form.texts(".ask .meta").join(" ");
    let ladder = "Free until Tue 1 Dec 2026, 10:00 CST, then $190.00, from Sun 6 Dec 2026, 10:00 CST \
                  the whole fee, $380.00.";
    assert!(told.contains(&format!("On cancelling: {ladder}")), "{told}");
    assert_eq!(form.texts(".quote tfoot td"), ["$380.00"]);

    let early = s.confirmed(&[]).await;
    let sheet = s.maren.get(&early).await;
    assert!(sheet.texts(".part .meta").join(" ").contains(ladder));
    assert_eq!(sheet.texts(".answer details b"), ["The musician cancels, so nothing is owed."]);
    // What she says of her terms from now on is for others.
    let mut strict = s.maren.get("/api/v1/profile/terms").await.json();
    strict["cancellation"] = "strict".into();
    let put = s.maren.send_json("PUT", "/api/v1/profile/terms", strict).await;
    assert!(put.status.is_success(), "{}", put.body);
    s.app.wait(TimeDelta::days(9));
    let sheet = s.ines.get(&early).await;
    assert_eq!(sheet.texts(".answer details b"), ["50 % of $380.00 is owed, $190.00."]);
    let reason = [("word", "The singer is ill.")];
    s.ines.post(&format!("{early}/cancel"), reason).await.expect(StatusCode::SEE_OTHER);
    let sheet = s.maren.get(&early).await;
    assert!(
        sheet.texts(".answer .notice")[0]
            .contains("By the terms it was asked under, $190.00 is owed to Maren Oakley.")
    );
    let json = s.ines.get(&format!("/api/v1{early}")).await.json();
    assert_eq!(json["owed"], json!({ "minor": 19_000, "currency": "USD" }));
    assert_eq!(json["terms"]["is_own"], true);
}
