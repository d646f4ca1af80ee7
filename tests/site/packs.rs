use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use chrono::{NaiveDate, TimeDelta};
use first_call::packs::{Job, Rates, Terms, find_terms, list_terms};
use insta::assert_json_snapshot;
use serde_json::{Value, json};
use sqlx::{query, query_as, query_scalar};

use crate::support::{Client, Reply, TestApp};

struct Scene {
    app: TestApp,
    ada: Client,
    maren: Client,
    reader: Client,
}

/// Ada Winterbourne is an admin, Maren Oakley plays.
async fn scene() -> Scene {
    let app = TestApp::new().await;
    let (ada, maren) = (app.admin("Ada Winterbourne").await, app.musician("Maren Oakley").await);
    let reader = app.stranger();
    Scene { app, ada, maren, reader }
}

impl Scene {
    async fn json(&self, path: &str) -> Value {
        self.reader.get(&format!("/api/v1{path}")).await.expect(StatusCode::OK).json()
    }

    async fn count(&self, sql: &'static str) -> i64 {
        query_scalar(sql).fetch_one(self.app.db()).await.unwrap()
    }

    /// What Maren says of her terms, the first time.
    async fn says(&self, more: &[(&'static str, &'static str)]) {
        let form: Vec<_> = [("version", "0")].into_iter().chain(more.iter().copied()).collect();
        let kept = self.maren.post("/profile/terms", form).await.expect(StatusCode::SEE_OTHER);
        assert_eq!(kept.location(), "/profile/terms");
    }

    /// Maren's terms as a booking would keep them.
    async fn terms(&self, pack: Option<i64>, on: &str) -> Result<Terms, String> {
        let mut db = self.app.db().acquire().await.unwrap();
        let terms = find_terms(&mut db, 1.into(), pack.map(Into::into), day(on)).await;
        terms.map_err(|error| error.to_string())
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A new version of MU/BPI with a raise, as an admin fills it in.
fn raise(from: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        ("last", "1"),
        ("valid_from", from),
        ("source", "The letter of November 2026."),
        ("session_name", "Standard session"),
        ("session_minutes", "180"),
        ("session_music", "20"),
        ("session_fee", "150.00"),
        ("session_overtime", "37.50"),
        ("session_name", ""),
        ("session_minutes", ""),
        ("session_music", ""),
        ("session_fee", ""),
        ("session_overtime", ""),
        ("overtime_step", "15"),
        ("doubling_second", "25"),
        ("doubling_third", "40"),
        ("overdub", "110"),
        ("on_overtime", "yes"),
        ("porterage_class", "A"),
        ("porterage_fee", "20"),
        ("porterage_most", ""),
    ]
}

fn with(
    mut form: Vec<(&'static str, &'static str)>,
    field: &'static str,
    text: &'static str,
) -> Vec<(&'static str, &'static str)> {
    match form.iter_mut().find(|(known, _)| *known == field) {
        Some(known) => known.1 = text,
        None => form.push((field, text)),
    }
    form
}

#[tokio::test]
async fn anybody_reads_by_what_a_fee_is_counted() {
    let s = scene().await;
    let list = s.reader.get("/packs").await.expect(StatusCode::OK);
    assert_eq!(
        list.texts(".discog .work"),
        ["Open", "MU/BPI commercial audio", "AFM sound recording", "AFM single-song overdub"]
    );
    assert!(
        list.texts(".discog .meta")[1]
            .contains("From £97.20 for 2 h. Figures since 1 January 2023.")
    );

    let page = s.reader.get("/packs/mu-bpi").await.expect(StatusCode::OK);
    let rows = page.texts("[aria-labelledby=figures] tbody tr");
    assert_eq!(rows[1], "Standard session £130.00 3 h 20 min at most £32.50");
    assert_eq!(rows[4], "B £13.77 £27.54");
    assert_eq!(rows[6], "D By agreement");
    let facts = page.texts(".fields > div").join("\n");
    assert!(facts.contains(
        "One more instrument adds 25 %, two more 40 % in all, further ones by agreement."
    ));
    assert!(facts.contains("Overdubs Each adds 110 %."), "{facts}");
    assert!(facts.contains("the player’s own ladder holds"), "{facts}");
    assert!(page.texts("[aria-labelledby=source]")[0].contains("musiciansunion.org.uk"));
    assert!(page.texts("a.btn").is_empty(), "only admins make versions");
    assert_eq!(s.reader.get("/packs/nowhere").await.status, StatusCode::NOT_FOUND);
    assert_eq!(s.reader.get("/packs/mu-bpi?version=9").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_raise_of_a_scale_is_a_version_of_its_own() {
    let s = scene().await;
    let now = s.reader.get("/packs/afm-sound-recording").await.expect(StatusCode::OK);
    assert!(now.texts("[aria-labelledby=figures] tbody")[0].contains("$447.24"));
    let facts = now.texts(".fields > div").join("\n");
    for told in [
        "Leader 100 % more: double scale.",
        "From 12 players on there has to be one.",
        "2 of 10 min each.",
        "Less than 30 min between two sessions count as overtime.",
        "Free until 7 days before the start, then the whole fee. From then on it can neither be cancelled nor moved.",
        "14.09 % of the wages",
        "$30.00 for the first session of a day and $25.00 for each after it",
        "within 72 hours",
    ] {
        assert!(facts.contains(told), "{told}: {facts}");
    }
    let before = s.reader.get("/packs/afm-sound-recording?version=1").await.expect(StatusCode::OK);
    assert!(before.texts("[aria-labelledby=figures] tbody")[0].contains("$434.21"));
    assert_eq!(before.texts(".notice h2"), ["These figures are over"]);

    s.says(&[("pack", "afm-sound-recording")]).await;
    let fee = |terms: Terms| terms.quote(&Job::session(180)).unwrap().total.minor();
    let afm = s.count("select id from packs where slug = 'afm-sound-recording'").await;
    assert_eq!(s.terms(Some(afm), "2025-02-02").await.map(fee), Ok(43_421));
    assert_eq!(s.terms(Some(afm), "2025-02-03").await.map(fee), Ok(44_724));
    assert_eq!(
        s.terms(Some(afm), "2018-12-31").await.map(fee),
        Err("AFM sound recording has no figures for that day.".into())
    );
}

/// What the schema cannot say of the documents is true of each that is there.
#[tokio::test]
async fn every_version_that_is_there_makes_sense() {
    let s = scene().await;
    let all: Vec<(String, i32, String)> = query_as(
        "select p.slug, v.number, v.figures::text from pack_versions v
         join packs p on p.id = v.pack_id order by 1, 2",
    )
    .fetch_all(s.app.db())
    .await
    .unwrap();
    assert_eq!(all.len(), 5);
    for (slug, number, figures) in all {
        let read: Rates = serde_json::from_str(&figures).unwrap();
        assert!(read.faults().is_empty(), "{slug} {number}: {:?}", read.faults());
        // Nothing that is written there is passed over.
        let written: Value = serde_json::from_str(&figures).unwrap();
        let known = serde_json::to_value(&read).unwrap();
        for (field, value) in written.as_object().unwrap() {
            assert!(includes(&known[field], value), "{slug} {number}: {field}");
        }
    }
}

/// Whether `known` says all that `written` does.
fn includes(known: &Value, written: &Value) -> bool {
    match (known, written) {
        (Value::Object(known), Value::Object(written)) => written
            .iter()
            .all(|(field, value)| known.get(field).is_some_and(|known| includes(known, value))),
        (Value::Array(known), Value::Array(written)) => {
            known.len() == written.len()
                && known.iter().zip(written).all(|(known, written)| includes(known, written))
        }
        _ => known == written,
    }
}

#[tokio::test]
async fn an_admin_makes_a_version_that_holds_from_a_day_on() {
    let s = scene().await;
    let page = s.ada.get("/packs/mu-bpi").await;
    assert_eq!(page.attributes("main a.btn", "href"), ["/admin/packs/mu-bpi"]);
    let form = s.ada.get("/admin/packs/mu-bpi").await.expect(StatusCode::OK);
    assert_eq!(
        form.attributes("input[name=session_fee]", "value"),
        ["97.20", "130.00", "194.40", "", ""]
    );
    assert_eq!(form.attributes("#doubling_third", "value"), ["40"]);
    assert_eq!(form.attributes("#valid_from", "value"), ["2026-11-23"]);

    let made = s.ada.post("/admin/packs/mu-bpi", raise("2026-12-01")).await;
    assert_eq!(made.expect(StatusCode::SEE_OTHER).location(), "/packs/mu-bpi?version=2");
    let coming = s.ada.get("/packs/mu-bpi?version=2").await.expect(StatusCode::OK);
    assert_eq!(coming.texts(".notice h2"), ["These figures are still to come"]);
    assert!(coming.texts("[aria-labelledby=versions] tbody tr")[0].contains("To come"));
    assert!(coming.texts("[aria-labelledby=versions] tbody tr")[0].contains("Ada Winterbourne"));
    let today = s.json("/packs/mu-bpi").await;
    assert_eq!(today["in_force"]["number"], 1);
    assert_eq!(today["versions"][0]["standing"], "coming");
    s.app.wait(TimeDelta::days(8));
    let then = s.json("/packs/mu-bpi").await;
    assert_eq!(then["in_force"]["number"], 2);
    assert_eq!(then["versions"][1]["standing"], "over");
    assert_eq!(then["versions"][1]["figures"]["sessions"][1]["fee"], 13_000, "none is changed");

    let audit: Vec<(String, Value)> = query_as(
        "select action, detail from audit where subject = 'pack_versions' and actor_id is not null",
    )
    .fetch_all(s.app.db())
    .await
    .unwrap();
    let detail = json!({ "pack": "mu-bpi", "number": 2, "valid_from": "2026-12-01" });
    assert_eq!(audit, [("pack.version_made".to_owned(), detail)]);
    for sql in ["update pack_versions set valid_to = '2030-01-01'", "delete from pack_versions"] {
        assert!(query(sql).execute(s.app.db()).await.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn a_version_that_is_sent_twice_is_made_once_and_none_is_passed_over() {
    let s = scene().await;
    for _ in 0..2 {
        let made = s.ada.post("/admin/packs/mu-bpi", raise("2026-12-01")).await;
        assert_eq!(made.expect(StatusCode::SEE_OTHER).location(), "/packs/mu-bpi?version=2");
    }
    let other = with(raise("2026-12-01"), "source", "Another letter.");
    let late = s.ada.post("/admin/packs/mu-bpi", other).await;
    let late = late.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        late.texts("#faults li"),
        [
            "This pack changed meanwhile, in another window or by somebody else: look there, then write this again"
        ]
    );
    assert_eq!(late.texts("textarea[name=source]"), ["Another letter."]);
    // Two at once: one is first, and the other is told.
    let (one, two) = (
        s.ada.post("/admin/packs/open", open("One.")),
        s.ada.post("/admin/packs/open", open("Two.")),
    );
    let (one, two) = tokio::join!(one, two);
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
    assert_eq!(
        s.count("select count(*) from pack_versions where number = 2 and pack_id = 1").await,
        1
    );
}

/// A version of the open pack, which has no amounts.
fn open(source: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        ("last", "1"),
        ("valid_from", "2026-11-23"),
        ("source", source),
        ("overtime_step", "30"),
        ("cancel_hours", "24"),
        ("cancel_share", "50"),
    ]
}

#[tokio::test]
async fn all_that_is_wrong_with_a_version_is_said_at_once_and_kept_as_typed() {
    let s = scene().await;
    let form = vec![
        ("last", "1"),
        ("valid_from", "2026-11-22"),
        ("valid_to", "soon"),
        ("source", ""),
        ("session_name", "Long session"),
        ("session_minutes", "240"),
        ("session_fee", "a lot"),
        ("session_name", "Short session"),
        ("session_minutes", "120"),
        ("session_fee", "90"),
        ("overtime_step", "0"),
        ("song_step", "50"),
        ("doubling_third", "40"),
        ("overdub", "-1"),
        ("contractor_from", "12"),
        ("porterage_class", "A"),
        ("porterage_fee", "20"),
        ("porterage_most", "10"),
        ("rests", "2"),
        ("cancel_hours", "24"),
        ("cancel_share", "50"),
        ("cancel_hours", "48"),
        ("cancel_share", "100"),
        ("health_then", "25"),
    ];
    let again = s.ada.post("/admin/packs/mu-bpi", form).await;
    let again = again.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        again.texts("#faults li"),
        [
            "Valid from is in the past: figures hold from today on at the earliest",
            "Valid to is not a date: write it like 2026-12-08",
            "Source cannot be empty",
            "Sessions is not an amount: write it with figures, like 380.00",
            "A step of overtime is not a number of minutes from 1 to 240",
            "Songs have a step or a most, and no fee",
            "Doubling does not say what the second instrument adds",
            "Overdubs is not a percentage: write it with figures, like 25 or 14.09",
            "Contractor does not say what is added",
            "Porterage has a most that is less than one piece costs",
            "Rests need both how many and how long",
            "Cancelling has steps out of order: the earliest comes first",
            "Health does not say what the first session of a day adds",
        ]
    );
    assert_eq!(again.attributes("input[name=session_fee]", "value"), ["a lot", "90", "", ""]);
    assert_eq!(s.count("select count(*) from pack_versions").await, 5);
    let amounts = with(with(open("A letter."), "session_name", "Session"), "session_minutes", "60");
    let refused = s.ada.post("/admin/packs/open", with(amounts, "session_fee", "90")).await;
    let refused = refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        refused.texts("#faults li"),
        ["Sessions cannot be an amount: this pack has no currency"]
    );
}

#[tokio::test]
async fn a_program_of_an_admin_makes_versions_too() {
    let s = scene().await;
    let version = json!({
        "last": "1", "valid_from": "2027-01-01", "source": "A letter.",
        "song_fee": "120", "song_step": "60", "song_most": "12", "song": ["benefits", "paid_first"],
    });
    let path = "/api/v1/admin/packs/afm-single-song-overdub/versions";
    let made = s.ada.post_json(path, version).await.expect(StatusCode::CREATED).json();
    assert_eq!(made["number"], 2);
    assert_eq!(made["standing"], "coming");
    let songs = json!({
        "fee": 12_000, "step": 6_000, "most": 12, "has_benefits": true, "is_paid_first": true
    });
    assert_eq!(made["figures"]["songs"], songs);
    let wrong = s.ada.post_json(path, json!({ "last": "2" })).await;
    assert_eq!(
        wrong.expect(StatusCode::UNPROCESSABLE_ENTITY).json()["errors"],
        json!({ "source": ["cannot be empty"], "valid_from": ["is missing: say from which day on"] })
    );
}

#[tokio::test]
async fn a_player_says_their_own_terms_and_sees_what_they_come_to() {
    let s = scene().await;
    let page = s.maren.get("/profile").await;
    assert!(page.attributes("main a", "href").contains(&"/profile/terms".into()));
    let page = s.maren.get("/profile/terms").await.expect(StatusCode::OK);
    assert_eq!(
        page.texts(".notice p"),
        [
            "$380.00 for 3 h. Overtime: 1 × 15 min at $380.00 for 3 h. When a producer cancels: free until 7 days before the start, then half the fee, from 48 hours before the whole fee."
        ]
    );
    s.says(&[
        ("session_minutes", "240"),
        ("overtime_minutes", "30"),
        ("overtime_fee", "70"),
        ("second", "15"),
        ("leader", "50"),
        ("porterage", "40.00"),
        ("cancellation", "flexible"),
        ("pack", "afm-sound-recording"),
        ("pack", "mu-bpi"),
    ])
    .await;
    let page = s.maren.get("/profile/terms").await.expect(StatusCode::OK);
    assert_eq!(
        page.texts(".notice p"),
        [
            "$506.67 for 4 h. Overtime: 1 × 30 min at $70.00. When a producer cancels: free until 24 hours before the start, then half the fee."
        ]
    );
    assert_eq!(page.attributes("#overtime_fee", "value"), ["70.00"]);
    assert_eq!(
        page.attributes("input[name=pack][checked]", "value"),
        ["mu-bpi", "afm-sound-recording"]
    );
    assert_eq!(page.attributes("input[name=version]", "value"), ["1"]);
    assert_eq!(s.count("select count(*) from audit where action = 'terms.changed'").await, 1);
    // From a page that is stale nothing is written over.
    let stale = s.maren.post("/profile/terms", [("version", "0"), ("leader", "10")]).await;
    assert_eq!(
        stale.expect(StatusCode::UNPROCESSABLE_ENTITY).texts("#faults li"),
        [
            "These terms changed meanwhile, in another window or by somebody else: look there, then write this again"
        ]
    );
}

#[tokio::test]
async fn all_that_is_wrong_with_own_terms_is_said_at_once_and_kept_as_typed() {
    let s = scene().await;
    let form = [
        ("version", "0"),
        ("session_minutes", "20"),
        ("overtime_minutes", "x"),
        ("overtime_fee", "-5"),
        ("further", "10"),
        ("leader", "5000"),
        ("overdub", "half"),
        ("porterage", "1.234"),
        ("cancellation", "never"),
        ("pack", "open"),
    ];
    let again = s.maren.post("/profile/terms", form).await;
    let again = again.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        again.texts("#faults li"),
        [
            "Your session is not a number of minutes from 30 to 840",
            "A step of overtime is not a number of minutes from 5 to 120",
            "The fee for a step cannot be less than nothing",
            "A second instrument is missing, though a further one adds something",
            "Leading is more than 1000 %",
            "An overdub is not a percentage: write it with figures, like 25 or 14.09",
            "Porterage is not an amount: write it with figures, like 380.00",
            "Cancelling is by none of the three ladders there are",
            "Agreements have one that is not in our list",
        ]
    );
    assert_eq!(again.attributes("#overdub", "value"), ["half"]);
    assert_eq!(s.count("select count(*) from own_terms").await, 0);
}

#[tokio::test]
async fn a_program_reads_and_changes_a_players_own_terms() {
    let s = scene().await;
    let path = "/api/v1/profile/terms";
    let first = s.maren.get(path).await.expect(StatusCode::OK).json();
    assert_json_snapshot!(first, @r#"
    {
      "version": "0",
      "session_minutes": "180",
      "overtime_minutes": "",
      "overtime_fee": "",
      "porterage": "",
      "second": "",
      "further": "",
      "leader": "",
      "overdub": "",
      "cancellation": "standard",
      "pack": []
    }
    "#);
    let mut terms = first;
    terms["overtime_fee"] = "35".into();
    terms["pack"] = json!(["mu-bpi"]);
    let kept = s.maren.send_json("PUT", path, &terms).await.expect(StatusCode::OK).json();
    assert_eq!((&kept["overtime_fee"], &kept["version"]), (&"35.00".into(), &"1".into()));
    assert_eq!(kept["pack"], json!(["mu-bpi"]));
    let stale = s.maren.send_json("PUT", path, &terms).await;
    let stale = stale.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert!(stale["errors"]["version"].is_array());
}

#[tokio::test]
async fn a_quote_explains_itself_to_both_sides() {
    let s = scene().await;
    let profile = s.reader.get("/musicians/maren-oakley").await.expect(StatusCode::OK);
    let terms = "/musicians/maren-oakley/terms".to_owned();
    assert!(profile.attributes("main a", "href").contains(&terms));
    s.says(&[("overtime_fee", "35"), ("second", "15"), ("leader", "50"), ("porterage", "20")])
        .await;
    let asked =
        "minutes=200&instruments=2&role=leader&class=Porterage&pieces=1&date=2026-12-08&from=10:00";
    let page = s.reader.get(&format!("{terms}?{asked}")).await.expect(StatusCode::OK);
    assert_eq!(
        page.texts(".quote tr"),
        [
            "Item USD",
            "Session, up to 3 h. $380.00",
            "Overtime: 2 × 15 min at $35.00. $70.00",
            "Doubling, 1 more instrument: 15 % of $450.00, fee and overtime. $67.50",
            "Leader: 50 % of $450.00, fee and overtime. $225.00",
            "Porterage: $20.00 a session. $20.00",
            "Due to Maren Oakley $762.50",
        ]
    );
    assert!(page.texts("#comes-to")[0].contains(
        "When the producer cancels: free until Tue 1 Dec 2026, 10:00 CST, then $381.25, from Sun 6 Dec 2026, 10:00 CST the whole fee, $762.50."
    ));
    assert_eq!(page.attributes("#minutes option[selected]", "value"), ["200"], "as it was asked");

    let told = s.json(&format!("/musicians/maren-oakley/quote?{asked}")).await;
    assert_eq!(told["total"], json!({ "minor": 76_250, "currency": "USD" }));
    let sentences: Vec<String> = page.texts(".quote tbody th");
    let lines = told["lines"].as_array().unwrap();
    let told_lines = lines.iter().map(|it| it["sentence"].as_str().unwrap().replace('\u{a0}', " "));
    assert_eq!(told_lines.collect::<Vec<_>>(), sentences);
    assert_eq!(told["terms"]["is_own"], true);
    assert_json_snapshot!(told["ladder"], @r#"
    [
      {
        "owed": {
          "minor": 0,
          "currency": "USD"
        },
        "share": 0,
        "until": "2026-12-01T16:00:00Z"
      },
      {
        "owed": {
          "minor": 38125,
          "currency": "USD"
        },
        "share": 5000,
        "until": "2026-12-06T16:00:00Z"
      },
      {
        "owed": {
          "minor": 76250,
          "currency": "USD"
        },
        "share": 10000,
        "until": null
      }
    ]
    "#);
}

#[tokio::test]
async fn a_quote_under_an_agreement_tells_what_goes_to_the_funds() {
    let s = scene().await;
    s.says(&[("pack", "afm-sound-recording"), ("pack", "afm-single-song-overdub")]).await;
    let page = "/musicians/maren-oakley/terms?pack=afm-sound-recording&work=room&minutes=180&instruments=2";
    let page = s.reader.get(page).await.expect(StatusCode::OK);
    assert_eq!(
        page.texts(".quote tr"),
        [
            "Item USD",
            "Basic session, up to 3 h, for 15 min of finished music at most. $447.24",
            "Doubling, 1 more instrument: by agreement. to agree on",
            "Due to Maren Oakley $447.24",
            "Pension: 14.09 % of $447.24, to the fund. $63.02",
            "Health: for the session, to the fund. $30.00",
            "In all, with what goes to the funds $540.26",
        ]
    );
    let second =
        s.json("/musicians/maren-oakley/quote?pack=afm-sound-recording&session=later").await;
    assert_eq!(second["cost"]["minor"], 53_526);
    let songs =
        "/musicians/maren-oakley/quote?pack=afm-single-song-overdub&work=remote&songs=3&each=150";
    assert_eq!(s.json(songs).await["total"]["minor"], 45_000);
    let between = s.reader.get(&format!("/api/v1{}", songs.replace("150", "120"))).await;
    assert_eq!(
        between.expect(StatusCode::CONFLICT).json()["detail"],
        "A song under AFM single-song overdub is $100.00, or more in steps of $50.00."
    );
}

#[tokio::test]
async fn what_cannot_be_counted_is_told_and_nothing_is_lost() {
    let s = scene().await;
    let terms = "/musicians/maren-oakley/terms";
    let wrong = "minutes=9999&instruments=none&overdubs=-1&role=king&date=2026-11-20&from=late";
    let again = s.reader.get(&format!("{terms}?{wrong}")).await;
    let again = again.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        again.texts("#faults li"),
        [
            "Length is not a number of minutes from 1 to 840",
            "Instruments is not a number of instruments from 1 to 20",
            "Overdubs is not a number of overdubs from 0 to 20",
            "Role is none of the three there are",
            "Day is in the past: ask for a day still to come",
            "Time is not a time of day: write it like 09:30",
        ]
    );
    assert_eq!(again.attributes("#instruments", "value"), ["none"]);
    let theirs = s.reader.get(&format!("{terms}?pack=mu-bpi")).await;
    let theirs = theirs.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        theirs.texts("#faults li"),
        ["Terms are not theirs on that day: choose from the list"]
    );
    let refused = s.reader.get("/api/v1/musicians/maren-oakley/quote?pack=mu-bpi").await;
    assert_eq!(
        refused.expect(StatusCode::CONFLICT).json()["detail"],
        "There is no such agreement."
    );

    query("update musicians set session_rate = null").execute(s.app.db()).await.unwrap();
    let page = s.reader.get(terms).await.expect(StatusCode::OK);
    assert_eq!(
        page.texts("#comes-to p"),
        ["There is no rate for a session in a room: agree on a fee."]
    );
    query("update musicians set status = 'hidden'").execute(s.app.db()).await.unwrap();
    for path in
        [terms, "/api/v1/musicians/maren-oakley/terms", "/api/v1/musicians/maren-oakley/quote"]
    {
        assert_eq!(s.reader.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

/// What is kept with a booking is counted by as it was, whatever anybody changes after.
#[tokio::test]
async fn kept_terms_never_cost_something_else() {
    let s = scene().await;
    s.says(&[("overtime_fee", "35"), ("pack", "mu-bpi")]).await;
    let mu = s.count("select id from packs where slug = 'mu-bpi'").await;
    let job = Job { doubles: 1, ..Job::session(200) };
    let mut kept = Vec::new();
    for pack in [None, Some(mu)] {
        let terms = s.terms(pack, "2026-12-08").await.unwrap();
        kept.push((pack, serde_json::to_value(&terms).unwrap(), terms.quote(&job).unwrap()));
    }
    s.ada.post("/admin/packs/mu-bpi", raise("2026-11-23")).await.expect(StatusCode::SEE_OTHER);
    let later = [("version", "1"), ("overtime_fee", "50"), ("second", "20"), ("pack", "mu-bpi")];
    s.maren.post("/profile/terms", later).await.expect(StatusCode::SEE_OTHER);
    query("update musicians set session_rate = 99900").execute(s.app.db()).await.unwrap();
    for (pack, terms, quote) in kept {
        let pinned: Terms = serde_json::from_value(terms).unwrap();
        assert_eq!(pinned.quote(&job).unwrap(), quote);
        assert_ne!(s.terms(pack, "2026-12-08").await.unwrap().quote(&job).unwrap(), quote);
    }
}

#[tokio::test]
async fn a_producer_chooses_between_a_players_own_terms_and_their_agreements() {
    let s = scene().await;
    let mu = s.count("select id from packs where slug = 'mu-bpi'").await;
    assert_eq!(
        s.terms(Some(mu), "2026-12-08").await,
        Err("Maren Oakley does not work under MU/BPI commercial audio.".into())
    );
    s.says(&[("pack", "mu-bpi")]).await;
    let mut db = s.app.db().acquire().await.unwrap();
    let told = |terms: Vec<Terms>| terms.iter().map(Terms::told).collect::<Vec<_>>();
    let all = list_terms(&mut db, 1.into(), day("2026-12-08")).await.unwrap();
    assert_eq!(told(all), ["Own terms", "MU/BPI commercial audio, version 1"]);
    // Before there were figures, there is nothing to choose.
    let all = list_terms(&mut db, 1.into(), day("2022-12-31")).await.unwrap();
    assert_eq!(told(all), ["Own terms"]);
    let page = s.reader.get("/musicians/maren-oakley/terms").await.expect(StatusCode::OK);
    assert_eq!(page.attributes("select[name=pack] option", "value"), ["", "mu-bpi"]);
}

/// An amount said in one currency is never taken for the same number of another.
#[tokio::test]
async fn a_player_who_changes_their_currency_says_their_amounts_anew() {
    let s = scene().await;
    s.says(&[("overtime_fee", "35"), ("porterage", "20"), ("leader", "50")]).await;
    query("update musicians set currency = 'JPY'").execute(s.app.db()).await.unwrap();
    let page = s.maren.get("/profile/terms").await.expect(StatusCode::OK);
    assert_eq!(page.texts(".notice.now h2"), ["Your amounts are in another currency"]);
    assert_eq!(page.attributes("#overtime_fee", "value"), [""]);
    let told = s.json("/musicians/maren-oakley/quote?minutes=200&role=leader").await;
    let currencies = told.to_string();
    assert!(!currencies.contains("USD") && currencies.contains("JPY"), "{currencies}");
    assert_eq!(told["lines"][1]["amount"]["minor"], 6_333, "a part of the session by time");
    let anew = [("version", "1"), ("overtime_fee", "4000"), ("leader", "50")];
    s.maren.post("/profile/terms", anew).await.expect(StatusCode::SEE_OTHER);
    assert!(s.maren.get("/profile/terms").await.texts(".notice.now").is_empty());
    let told = s.json("/musicians/maren-oakley/quote?minutes=200").await;
    assert_eq!(told["lines"][1]["amount"], json!({ "minor": 8_000, "currency": "JPY" }));
}

#[tokio::test]
async fn a_key_makes_one_version_however_often_it_is_sent() {
    let s = scene().await;
    let version = json!({
        "last": "1", "valid_from": "2027-01-01", "source": "A letter.", "overtime_step": "30",
    });
    let send = || async {
        let request = Request::post("/api/v1/admin/packs/open/versions")
            .header("content-type", "application/json")
            .header("idempotency-key", "a-letter-of-november");
        let reply: Reply = s.ada.send(request, Body::from(version.to_string())).await;
        reply.expect(StatusCode::CREATED).body
    };
    assert_eq!(send().await, send().await);
    assert_eq!(s.count("select count(*) from pack_versions where pack_id = 1").await, 2);
}

#[tokio::test]
async fn the_terms_of_somebody_who_changed_their_name_are_found_where_they_were() {
    let s = scene().await;
    query("update musicians set slug = 'maren' where slug = 'maren-oakley'")
        .execute(s.app.db())
        .await
        .unwrap();
    let moved = s.reader.get("/musicians/maren-oakley/terms?minutes=60").await;
    let moved = moved.expect(StatusCode::PERMANENT_REDIRECT);
    assert_eq!(moved.location(), "/musicians/maren/terms?minutes=60");
    s.reader.get(moved.location()).await.expect(StatusCode::OK);
}
