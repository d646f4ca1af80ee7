//! The form of a request: what is wrong is said, and what was typed stays.

use axum::http::StatusCode;
use sqlx::query_scalar;

use super::{REMOTE, call, faults, in_london, scene};

#[tokio::test]
async fn every_field_of_a_call_says_what_is_wrong_and_keeps_what_was_typed() {
    let s = scene().await;
    let (long, longest) = ("a".repeat(161), "a".repeat(4001));
    let cases: &[(&str, &str, &str)] = &[
        ("title", "", "Title cannot be empty."),
        ("title", &long, "Title is too long: 161 characters, and 160 fit."),
        ("title", "a\0b", "Title has a character that cannot be printed: write it again by hand."),
        ("artist", " ", "Artist cannot be empty."),
        (
            "artist",
            "a\u{7}",
            "Artist has a character that cannot be printed: write it again by hand.",
        ),
        ("brief", "", "Brief cannot be empty."),
        ("brief", &longest, "Brief is too long: 4001 characters, and 4000 fit."),
        ("kind", "", "Kind of work has to be in a room, or remote."),
        ("kind", "<b>", "Kind of work has to be in a room, or remote."),
        ("date", "", "Date is not a date: write it like 2026-12-08."),
        ("date", "8 December", "Date is not a date: write it like 2026-12-08."),
        ("date", "2026-02-30", "Date is not a date: write it like 2026-12-08."),
        ("date", "9999-12-31", "Date is not a date we can book."),
        ("date", "0001-01-01", "Date is not a date we can book."),
        ("date", "2026-11-20", "Date is in the past: ask for a time still to come."),
        (
            "date",
            "2028-05-24",
            "Date is more than 18 months ahead: nobody’s calendar is open that far.",
        ),
        ("from", "", "From is not a time of day: write it like 09:30."),
        ("from", "25:00", "From is not a time of day: write it like 09:30."),
        ("to", "ten", "To is not a time of day: write it like 09:30."),
        ("to", "10:00", "To must be after the start, on the same day; midnight is 24:00."),
        ("to", "09:00", "To must be after the start, on the same day; midnight is 24:00."),
        ("to", "10:29", "To must be at least half an hour after the start."),
        (
            "zone",
            "",
            "Zone is not a time zone we know: choose one from the list, such as America/Chicago.",
        ),
        (
            "zone",
            "Mars/Olympus",
            "Zone is not a time zone we know: choose one from the list, such as America/Chicago.",
        ),
        ("place", "", "Place cannot be empty."),
        ("instrument", "", "Instrument is not one that Maren Oakley plays: choose from the list."),
        (
            "instrument",
            "tuba",
            "Instrument is not one that Maren Oakley plays: choose from the list.",
        ),
        ("genre", "", "Genre is not one of ours: choose from the list."),
        ("genre", "skiffle-core\0", "Genre is not one of ours: choose from the list."),
        ("fee", "", "Fee is not an amount: write it with figures, like 380.00."),
        ("fee", "three eighty", "Fee is not an amount: write it with figures, like 380.00."),
        ("fee", "-380", "Fee cannot be less than nothing."),
        ("fee", "0", "Fee must be more than nothing."),
        (
            "fee",
            "99999999999999999999",
            "Fee is more than we can book: write an amount below a thousand million.",
        ),
        ("answer_date", "soon", "Answer date is not a date: write it like 2026-12-08."),
        ("answer_date", "9999-01-01", "Answer date is not a date we can book."),
    ];
    for (field, typed, fault) in cases {
        let sent = call(&[(field, typed)]);
        let page = s.ines.post("/musicians/maren-oakley/calls", &sent).await;
        let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(faults(&page, field), *fault, "{field} {typed:?}");
        let listed = page.texts("#faults li").join(" ");
        assert!(listed.contains(fault.trim_end_matches('.')), "{listed} has not {fault}");
        let is_input = !matches!(*field, "kind" | "brief" | "zone" | "instrument" | "genre");
        // A browser shows a NUL as a mark of its own.
        if is_input && !typed.contains('\0') {
            assert_eq!(page.attributes(&format!("#{field}"), "value"), [*typed], "{field}");
        }
        assert_eq!(page.attributes("#place", "value")[0], sent["place"].as_str().unwrap());

        let problem = s.ines.post_json("/api/v1/musicians/maren-oakley/calls", sent).await;
        let problem = problem.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
        assert!(problem["errors"][field].is_array(), "{field} {typed:?}: {problem}");
    }
    let nothing: i64 =
        query_scalar("select count(*) from calls").fetch_one(s.app.db()).await.unwrap();
    assert_eq!(nothing, 0);
}

#[tokio::test]
async fn faults_that_two_fields_make_together_are_told_at_one_of_them() {
    let s = scene().await;
    let late = [("date", "2026-11-24"), ("answer_date", "2026-11-25"), ("answer_time", "09:00")];
    let late = s.ines.post("/musicians/maren-oakley/calls", call(&late)).await;
    assert_eq!(
        faults(&late.expect(StatusCode::UNPROCESSABLE_ENTITY), "answer_date"),
        "Answer date is after the work begins or is due: it is no use by then."
    );
    in_london(&s).await;
    let london = [("zone", "Europe/London"), ("date", "2026-12-06")];
    let remote = |date, time| [("kind", "remote"), ("due_date", date), ("due_time", time)];
    let answer =
        |date, time| [("zone", "Europe/London"), ("answer_date", date), ("answer_time", time)];
    for (otherwise, field, fault) in [
        (
            [london[0], london[1], ("to", "24:01")],
            "to",
            "To is not a time of day: write it like 09:30.",
        ),
        (
            [("from", "00:00"), ("to", "14:01"), london[1]],
            "to",
            "To must be at most 14 hours after the start.",
        ),
        (
            [("zone", "Europe/London"), ("date", "2026-11-23"), ("from", "10:00")],
            "from",
            "From is in the past: ask for a time still to come.",
        ),
        (remote("", "18:00"), "due_date", "Due date is not a date: write it like 2026-12-08."),
        (
            remote("2026-12-10", ""),
            "due_time",
            "Due time is not a time of day: write it like 09:30.",
        ),
        (
            remote("2026-11-23", "14:00"),
            "due_date",
            "Due date is in the past: ask for a time still to come.",
        ),
        (
            remote("2030-01-01", "14:00"),
            "due_date",
            "Due date is more than 18 months ahead: nobody’s calendar is open that far.",
        ),
        (
            remote("2027-03-28", "01:30"),
            "due_time",
            "Due time does not exist that day in Europe/London: the clocks go forward to 02:00.",
        ),
        (
            answer("2026-11-25", ""),
            "answer_time",
            "Answer time is not a time of day: write it like 09:30.",
        ),
        (
            answer("2026-11-23", "14:00"),
            "answer_date",
            "Answer date is in the past: leave some time to answer.",
        ),
        (
            answer("2026-11-29", "15:01"),
            "answer_date",
            "Answer date is more than 6 days away: no request waits longer.",
        ),
    ] {
        let page = s.ines.post("/musicians/maren-oakley/calls", call(&otherwise)).await;
        let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(faults(&page, field), fault, "{otherwise:?}");
    }
    let all = s.ines.post("/musicians/maren-oakley/calls", ()).await;
    let all = all.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(all.texts("#faults li").len(), 10, "every fault at once, and no field of no kind");

    s.run("update musicians set works_remotely = false").await;
    let page = s.ines.post("/musicians/maren-oakley/calls", call(&REMOTE)).await;
    assert_eq!(
        faults(&page, "kind"),
        "Kind of work is not what Maren Oakley offers: they only work in a room."
    );
}

#[tokio::test]
async fn an_answer_may_be_wanted_sooner() {
    let s = scene().await;
    let booking = s.ask(&[("answer_date", "2026-11-24"), ("answer_time", "09:00")]).await;
    let json = s.ines.get(&format!("/api/v1{booking}")).await.json();
    assert_eq!(json["reply_by"], "2026-11-24T15:00:00Z");
    // A session tomorrow morning is answered before it starts.
    let booking = s.ask(&[("date", "2026-11-24")]).await;
    let json = s.ines.get(&format!("/api/v1{booking}")).await.json();
    assert_eq!(json["reply_by"], json["starts_at"]);
}

#[tokio::test]
async fn mark_up_is_shown_as_it_was_typed() {
    let s = scene().await;
    let hostile = "<script>alert(1)</script>";
    let booking = s
        .ask(&[("title", hostile), ("artist", hostile), ("place", hostile), ("brief", hostile)])
        .await;
    let word = [("word", hostile)];
    s.maren.post(&format!("{booking}/decline"), word).await.expect(StatusCode::SEE_OTHER);
    for page in [booking.as_str(), "/bookings?tab=all", "/bookings?tab=all&q=%3Cscript%3E"] {
        let page = s.ines.get(page).await.expect(StatusCode::OK);
        assert!(!page.body.contains("<script>alert"), "it is text");
        assert!(page.texts("h1, th a").contains(&hostile.to_owned()));
    }
}

#[tokio::test]
async fn a_fee_is_counted_only_by_what_the_player_works_by() {
    let s = scene().await;
    for (pack, status) in [
        ("1", StatusCode::SEE_OTHER),
        ("2", StatusCode::UNPROCESSABLE_ENTITY),
        ("x", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let sent = s.ines.post("/musicians/maren-oakley/calls", call(&[("pack", pack)])).await;
        assert_eq!(sent.status, status, "{pack}");
        if status != StatusCode::SEE_OTHER {
            let fault = "Counted by is not what Maren Oakley works by: choose from the list.";
            assert_eq!(faults(&sent, "pack"), fault);
        }
    }
}
