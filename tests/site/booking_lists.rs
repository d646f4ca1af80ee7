//! The inbox of bookings: calls with everybody who was asked, what waits and until when, filters and
//! counts, held against a reading of every row.

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use fastrand::Rng;
use serde_json::Value;
use sqlx::{query, query_as, query_scalar};

use crate::{
    bookings::{Scene, scene},
    support::{Client, TestApp},
};

/// Asks more players for the call of a booking, as it was asked for.
async fn also_asked(s: &Scene, booking: &str, slugs: &[&str]) {
    let id: i64 = booking.rsplit('/').next().unwrap().parse().unwrap();
    query(
        "insert into bookings (call_id, musician_id, instrument_id, fee, currency, reply_by, created_at)
         select b.call_id, m.id, b.instrument_id, b.fee, b.currency, b.reply_by, b.created_at
         from bookings b, musicians m where b.id = $1 and m.slug = any($2) order by m.id",
    )
    .bind(id)
    .bind(slugs)
    .execute(s.app.db())
    .await
    .unwrap();
}

#[tokio::test]
async fn a_call_stands_once_with_everybody_who_was_asked_and_what_they_said() {
    let s = scene().await;
    let jo = s.app.musician("Jo Lindqvist").await;
    s.app.musician("Theo Brandt").await;
    let booking = s.ask(&[]).await;
    also_asked(&s, &booking, &["jo-lindqvist", "theo-brandt"]).await;
    s.ask(&[("title", "Borrowed Suit"), ("date", "2026-12-09")]).await;
    jo.post("/bookings/2/decline", ()).await.expect(StatusCode::SEE_OTHER);

    let page = s.ines.get("/bookings").await.expect(StatusCode::OK);
    assert_eq!(page.texts(".calls .work"), ["Dust on the Piano", "Borrowed Suit"]);
    let summary = page.texts(".calls td[colspan]");
    assert_eq!(summary, ["3 asked: 2 to answer, 1 said no"]);
    assert_eq!(page.texts(".asked th a"), ["Maren Oakley", "Jo Lindqvist", "Theo Brandt"]);
    assert_eq!(
        page.attributes(".asked th a", "href"),
        ["/bookings/1", "/bookings/2", "/bookings/3"]
    );
    assert_eq!(
        page.texts(".asked .badge"),
        ["Waiting for an answer", "Declined", "Waiting for an answer"]
    );
    assert_eq!(
        page.texts(".asked .hint time"),
        ["Wed 25 Nov 2026, 15:00 GMT", "Wed 25 Nov 2026, 15:00 GMT"]
    );
    assert_eq!(page.texts(".tabs a"), ["Waiting for an answer 3", "Ahead 0", "Past 1", "All 4"]);
    // Nobody who was asked sees the others.
    let hers = jo.get("/bookings?tab=all").await.expect(StatusCode::OK);
    assert_eq!(hers.texts(".calls .work"), ["Dust on the Piano"]);
    assert!(!hers.body.contains("Theo Brandt") && hers.texts(".calls td[colspan]").is_empty());
    let json = s.ines.get("/api/v1/bookings?tab=waiting").await.expect(StatusCode::OK).json();
    let ids = json["items"].as_array().unwrap().iter().map(|it| (&it["id"], &it["call_id"]));
    let ids: Vec<_> =
        ids.map(|(id, call)| (id.as_i64().unwrap(), call.as_i64().unwrap())).collect();
    assert_eq!(ids, [(1, 1), (3, 1), (4, 2)]);
}

#[tokio::test]
async fn what_waits_for_me_comes_first_and_its_clock_runs() {
    let s = scene().await;
    s.ask(&[("title", "Theirs"), ("answer_date", "2026-11-24"), ("answer_time", "09:00")]).await;
    let mine = s.ask(&[("title", "Mine")]).await;
    let terms = serde_json::json!({ "date": "2026-12-09", "from": "10:00", "to": "13:00", "fee": "420.00" });
    let offer = s.maren.post(&format!("{mine}/offers"), terms).await;
    offer.expect(StatusCode::SEE_OTHER);

    let page = s.ines.get("/bookings").await.expect(StatusCode::OK);
    assert_eq!(page.texts("h2.turn"), ["Yours to answer 1", "Theirs to answer 1"]);
    assert_eq!(page.texts("tbody th a"), ["Mine", "Theirs"]);
    assert_eq!(page.texts(".urgent"), [""; 0]);
    let hers = s.maren.get("/bookings").await.expect(StatusCode::OK);
    assert_eq!(hers.texts("tbody th a"), ["Theirs", "Mine"]);
    let only = s.ines.get("/bookings?turn=theirs").await.expect(StatusCode::OK);
    assert_eq!(only.texts("tbody th a"), ["Theirs"]);
    assert_eq!(only.texts("h2.turn"), ["Theirs to answer 1"]);
    assert_eq!(
        only.texts("#turn option"),
        ["either’s", "Yours to answer (1)", "Theirs to answer (1)"]
    );

    s.app.wait(TimeDelta::minutes(20 * 60 + 10));
    let later = s.maren.get("/bookings").await.expect(StatusCode::OK);
    assert_eq!(later.texts(".urgent"), ["3 h 50 min left"]);
    // Once it is over it has lapsed, whether or not that was written down.
    s.app.wait(TimeDelta::hours(4));
    let over = s.maren.get("/bookings?tab=waiting").await.expect(StatusCode::OK);
    assert_eq!(over.texts("tbody th a"), ["Mine"]);
    let past = s.maren.get("/bookings?tab=past&status=lapsed").await.expect(StatusCode::OK);
    assert_eq!(past.texts("tbody th a"), ["Theirs"]);

    s.ines.post(&format!("{mine}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    let ahead = s.maren.get("/bookings?tab=ahead").await.expect(StatusCode::OK);
    assert_eq!(ahead.texts("tbody td:nth-child(2)")[0].split(',').next(), Some("Wed 9 Dec 2026"));
    assert_eq!(s.maren.get("/bookings?tab=waiting").await.texts("tbody th a"), [""; 0]);
    holds_what_it_says(&s.app).await;
}

#[tokio::test]
async fn a_player_sees_the_days_ahead_and_the_fees_of_the_month() {
    let s = scene().await;
    let empty = s.maren.get("/bookings").await.expect(StatusCode::OK);
    assert_eq!(
        empty.texts(".ahead dd:nth-of-type(1)"),
        ["Nothing booked, nothing asked.", "Nothing confirmed or done this month."]
    );
    s.confirmed(&[("title", "Low Water"), ("date", "2026-11-26")]).await;
    s.ask(&[("title", "Lantern Weather"), ("date", "2026-11-27")]).await;
    s.confirmed(&[("title", "Every Porch Light"), ("date", "2026-12-10")]).await;
    let page = s.maren.get("/bookings").await.expect(StatusCode::OK);
    assert_eq!(page.texts(".ahead dt"), ["The next seven days", "Fees of November 2026"]);
    assert_eq!(
        page.texts(".ahead > div:first-child dd"),
        [
            "Thu 26 Nov, 16:00–19:00 GMT Low Water",
            "Fri 27 Nov, 16:00–19:00 GMT Lantern Weather , asked",
            "Calendar"
        ]
    );
    assert_eq!(page.texts(".ahead > div:last-child dd"), ["$0.00 done, $380.00 confirmed"]);
    // Whoever looks for something is shown just that, and who only books has no such days.
    assert_eq!(s.maren.get("/bookings?q=low").await.texts(".ahead"), [""; 0]);
    assert_eq!(s.ines.get("/bookings").await.texts(".ahead"), [""; 0]);

    s.app.wait(TimeDelta::days(4));
    s.maren.sign_in("Maren Oakley").await;
    let page = s.maren.get("/bookings").await.expect(StatusCode::OK);
    assert_eq!(page.texts("p.notice"), ["1 confirmed session is over and not marked done."]);
    let over = s.maren.get(&page.attributes("p.notice a", "href")[0]).await;
    assert_eq!(over.texts("tbody th a"), ["Low Water"]);
}

#[tokio::test]
async fn what_makes_no_sense_is_said_and_the_rest_is_shown() {
    let s = scene().await;
    s.ask(&[]).await;
    for (wrong, says) in [
        ("tab=none", "The list is none of waiting, ahead, past, all."),
        ("role=drummer", "The side is none of producer, musician."),
        ("turn=hers", "Whose answer is none of mine, theirs."),
        (
            "status=lost",
            "The status is none of requested, confirmed, declined, withdrawn, lapsed, cancelled, done.",
        ),
        ("kind=both", "Where is none of room, remote."),
        ("instrument=air-guitar", "The instrument is not one of ours."),
        ("from=soon", "The first day is not a date: write it like 2026-12-08."),
        ("until=2026-02-30", "The last day is not a date: write it like 2026-12-08."),
        ("after=0.x.1.1", "The place in the list is not where a page of this list ended."),
        ("after=0.-5.1.1", "The place in the list is not where a page of this list ended."),
        ("after=2.5.1.1", "The place in the list is not where a page of this list ended."),
        (
            "after=0.9000000000000000000.1.1",
            "The place in the list is not where a page of this list ended.",
        ),
    ] {
        let page = s.ines.get(&format!("/bookings?{wrong}")).await.expect(StatusCode::OK);
        assert_eq!(page.texts(".notice.now li"), [says], "{wrong}");
        assert_eq!(page.texts("tbody th a"), ["Dust on the Piano"], "{wrong}");
        let json = s.ines.get(&format!("/api/v1/bookings?{wrong}")).await;
        let json = json.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
        let field = wrong.split('=').next().unwrap();
        assert!(says.contains(json["errors"][field][0].as_str().unwrap()), "{json}");
    }
    for odd in [
        "q=%00",
        "with=%00",
        "q=%25",
        "with=_",
        "q=%5C",
        "q='",
        "from=0001-01-01",
        "until=9999-12-31",
        "from=2026-12-09&until=2026-12-01",
        "instrument=%00",
        "kind=%F0%9F%8E%BB",
        "after=1.1.1.1",
        "after=1.8000000000000000.9223372036854775807.-9223372036854775808",
    ] {
        for tab in ["waiting", "ahead", "past", "all"] {
            let page = s.ines.get(&format!("/bookings?tab={tab}&{odd}")).await;
            assert_eq!(page.status, StatusCode::OK, "{odd}");
            let json = s.ines.get(&format!("/api/v1/bookings?tab={tab}&{odd}")).await;
            assert!(
                matches!(json.status, StatusCode::OK | StatusCode::UNPROCESSABLE_ENTITY),
                "{odd}: {}",
                json.status
            );
        }
    }
}

/// What lists go by is what the call, the booking and its open offer say.
async fn holds_what_it_says(app: &TestApp) {
    let wrong = "
        select b.id from bookings b
        join calls c on c.id = b.call_id
        left join offers o on o.booking_id = b.id and o.status = 'open'
             and b.status in ('requested', 'confirmed')
        where b.producer_id <> c.producer_id
           or b.happens_at <> coalesce(c.starts_at, c.due_at)
           or b.ends_at is distinct from c.ends_at
           or b.is_remote <> (c.kind = 'remote')
           or b.answer_by is distinct from
              case b.status when 'requested' then b.reply_by else o.expires_at end
           or b.awaits::text is distinct from
              case when o.side = 'musician' then 'producer'
                   when o.side = 'producer' or b.status = 'requested' then 'musician' end";
    let wrong: Vec<i64> = query_scalar(wrong).fetch_all(app.db()).await.unwrap();
    assert_eq!(wrong, [0; 0]);
}

/// A booking as its own row, its call and its offer have it.
#[derive(Clone, Debug, sqlx::FromRow)]
struct Fact {
    id: i64,
    call: i64,
    producer: i64,
    player: i64,
    said: String,
    producer_name: String,
    player_name: String,
    instrument: String,
    status: String,
    reply_by: DateTime<Utc>,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    due_at: Option<DateTime<Utc>>,
    offer_by: Option<String>,
    expires_at: Option<DateTime<Utc>>,
}

/// What is asked of a list.
#[derive(Clone, Debug, Default)]
struct Asking {
    tab: &'static str,
    role: &'static str,
    turn: &'static str,
    status: &'static str,
    kind: &'static str,
    instrument: &'static str,
    from: &'static str,
    until: &'static str,
    with: &'static str,
    q: &'static str,
}

impl Asking {
    fn query(&self) -> String {
        let Asking { tab, role, turn, status, kind, instrument, from, until, with, q } = self;
        format!(
            "tab={tab}&role={role}&turn={turn}&status={status}&kind={kind}&instrument={instrument}\
             &from={from}&until={until}&with={with}&q={q}"
        )
    }
}

/// Where a booking stands for one of its sides, by the rules and not by the indexes.
struct Standing<'a> {
    fact: &'a Fact,
    role: &'static str,
    stands: &'a str,
    awaits: Option<&'static str>,
    answer_by: DateTime<Utc>,
    at: DateTime<Utc>,
    is_over: bool,
}

impl<'a> Standing<'a> {
    fn of(fact: &'a Fact, viewer: i64, now: DateTime<Utc>) -> Option<Standing<'a>> {
        let role = match viewer {
            it if it == fact.producer => "producer",
            it if it == fact.player => "musician",
            _ => return None,
        };
        let lapsed = fact.status == "requested" && fact.reply_by <= now;
        let stands = if lapsed { "lapsed" } else { fact.status.as_str() };
        let offer = fact.expires_at.filter(|at| *at > now);
        let answers = match fact.offer_by.as_deref() {
            Some("musician") => "producer",
            _ => "musician",
        };
        let awaits = match stands {
            "requested" => Some(if offer.is_some() { answers } else { "musician" }),
            "confirmed" if offer.is_some() => Some(answers),
            _ => None,
        };
        Some(Standing {
            fact,
            role,
            stands,
            awaits,
            answer_by: offer.unwrap_or(fact.reply_by),
            at: fact.starts_at.or(fact.due_at).unwrap(),
            is_over: stands == "confirmed" && fact.ends_at.is_some_and(|at| at <= now),
        })
    }

    fn is_on(&self, tab: &str) -> bool {
        match tab {
            "waiting" => self.awaits.is_some(),
            "ahead" => self.stands == "confirmed" && !self.is_over,
            "past" => match self.stands {
                "requested" => false,
                "confirmed" => self.is_over,
                _ => true,
            },
            _ => true,
        }
    }

    fn fits(&self, asking: &Asking) -> bool {
        let is = |said: &str, value: &str| said.is_empty() || said == value;
        let turn = self.awaits.map_or("", |it| if it == self.role { "mine" } else { "theirs" });
        let kind = if self.fact.due_at.is_some() { "remote" } else { "room" };
        let other = match self.role {
            "producer" => &self.fact.player_name,
            _ => &self.fact.producer_name,
        };
        let other = other.to_lowercase();
        let day = self.at.format("%Y-%m-%d").to_string();
        let said = self.fact.said.to_lowercase();
        self.is_on(asking.tab)
            && is(asking.role, self.role)
            && is(asking.turn, turn)
            && is(asking.status, self.stands)
            && is(asking.kind, kind)
            && is(asking.instrument, &self.fact.instrument)
            && (asking.from.is_empty() || *asking.from <= *day)
            && (asking.until.is_empty() || *day <= *asking.until)
            && other.contains(asking.with)
            && (said.contains(asking.q) || other.contains(asking.q))
    }
}

/// All that a list has, in its order.
fn expected<'a>(
    facts: &'a [Fact],
    viewer: i64,
    asking: &Asking,
    now: DateTime<Utc>,
) -> Vec<Standing<'a>> {
    let all = facts.iter().filter_map(|fact| Standing::of(fact, viewer, now));
    let mut all: Vec<_> = all.filter(|it| it.fits(asking)).collect();
    match asking.tab {
        "waiting" => all
            .sort_by_key(|it| (it.awaits != Some(it.role), it.answer_by, it.fact.call, it.fact.id)),
        "ahead" => all.sort_by_key(|it| (it.at, it.fact.call, it.fact.id)),
        _ => all.sort_by_key(|it| std::cmp::Reverse((it.at, it.fact.call, it.fact.id))),
    }
    all
}

/// Three people who all book and play, and what they asked each other, however it went.
async fn world(app: &TestApp, dice: &mut Rng) -> Vec<Fact> {
    let titles = ["Low Water", "Lantern Weather", "Borrowed Suit"];
    let artists = ["June Harrow", "The Lamplighters"];
    for call in 1..=130_i64 {
        let (producer, is_remote) = (dice.usize(..3), dice.u8(..3) == 0);
        // Often at the same moment.
        let at = app.now() + TimeDelta::hours(dice.i64(-40..40) * 6);
        query(
            "insert into calls (id, producer_id, title, artist, kind, starts_at, ends_at, due_at, zone,
                                place, brief, genre_id, created_at)
             overriding system value
             select $1, p.id, $3, $4, $5::call_kind, case when $5 = 'room' then $6 end,
                    case when $5 = 'room' then $6 + interval '3 hours' end,
                    case when $5 = 'remote' then $6 end, 'UTC', 'Room A', 'Dry.',
                    (select min(id) from genres), $6
             from (select a.id from accounts a order by a.id limit 1 offset $2) p",
        )
        .bind(call)
        .bind(producer as i64)
        .bind(titles[dice.usize(..3)])
        .bind(artists[dice.usize(..2)])
        .bind(if is_remote { "remote" } else { "room" })
        .bind(at)
        .execute(app.db())
        .await
        .unwrap();
        for (n, player) in (0..3).filter(|it| *it != producer).enumerate() {
            if n > 0 && dice.bool() {
                continue;
            }
            // One yes at most to a call.
            let statuses =
                ["requested", "declined", "withdrawn", "lapsed", "confirmed", "cancelled", "done"];
            let status = statuses[dice.usize(..if n > 0 { 4 } else { 7 })];
            let reply_by = app.now() + TimeDelta::hours(dice.i64(-20..60));
            let booking: i64 = query_scalar(
                "insert into bookings (call_id, musician_id, instrument_id, fee, currency, status, reply_by,
                                       created_at)
                 select $1, m.id, i.id, 38000, 'USD', $4::booking_status, $5, $5
                 from (select id from musicians order by account_id limit 1 offset $2) m,
                      instruments i where i.slug = $3 returning id",
            )
            .bind(call)
            .bind(player as i64)
            .bind(["fiddle", "mandolin"][dice.usize(..2)])
            .bind(status)
            .bind(reply_by)
            .fetch_one(app.db())
            .await
            .unwrap();
            if matches!(status, "requested" | "confirmed") && dice.bool() {
                let became = ["open", "declined"][dice.usize(..2)];
                query(
                    "insert into offers (booking_id, side, fee, currency, due_at, made_at, expires_at, status)
                     values ($1, $2::booking_side, 1, 'USD', $3, $3, $3, $4::offer_status)",
                )
                .bind(booking)
                .bind(["producer", "musician"][dice.usize(..2)])
                .bind(reply_by)
                .bind(became)
                .execute(app.db())
                .await
                .unwrap();
            }
        }
    }
    // Some are moved, some are answered after all.
    for sql in [
        "update calls set starts_at = starts_at + interval '1 day', ends_at = ends_at + interval '1 day'
         where kind = 'room' and id % 7 = 0",
        "update offers set status = 'withdrawn' where status = 'open' and id % 5 = 0",
        "update bookings set status = 'declined' where status = 'requested' and id % 11 = 0",
        "update bookings set reply_by = reply_by + interval '1 hour' where status = 'requested'
         and id % 13 = 0 and not exists (select from offers o where o.booking_id = bookings.id)",
    ] {
        query(sql).execute(app.db()).await.unwrap();
    }
    query_as(
        "select b.id, b.call_id as call, c.producer_id as producer, m.account_id as player,
                c.title || ' ' || c.artist as said, p.name as producer_name, m.name as player_name,
                i.slug as instrument, b.status::text, b.reply_by, c.starts_at, c.ends_at, c.due_at,
                o.side::text as offer_by, o.expires_at
         from bookings b
         join calls c on c.id = b.call_id
         join accounts p on p.id = c.producer_id
         join musicians m on m.id = b.musician_id
         join instruments i on i.id = b.instrument_id
         left join offers o on o.booking_id = b.id and o.status = 'open'",
    )
    .fetch_all(app.db())
    .await
    .unwrap()
}

#[tokio::test]
async fn every_list_and_every_count_is_what_reading_all_of_them_would_tell() {
    let app = TestApp::new().await;
    let mut people = Vec::new();
    for name in ["Ines Calloway", "Maren Oakley", "Jo Lindqvist"] {
        let one = app.musician(name).await;
        let details = [("name", name), ("zone", "UTC"), ("purpose", "both")];
        one.post("/account", details).await.expect(StatusCode::SEE_OTHER);
        people.push((app.account_id(name).await, one));
    }
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut dice = Rng::with_seed(seed);
    let facts = world(&app, &mut dice).await;
    holds_what_it_says(&app).await;
    for round in 0..120 {
        let mut some =
            |all: &[&'static str]| if dice.u8(..4) > 0 { "" } else { all[dice.usize(..all.len())] };
        let asking = Asking {
            role: some(&["producer", "musician"]),
            turn: some(&["mine", "theirs"]),
            status: some(&[
                "requested",
                "confirmed",
                "declined",
                "withdrawn",
                "lapsed",
                "cancelled",
                "done",
            ]),
            kind: some(&["room", "remote"]),
            instrument: some(&["fiddle", "mandolin"]),
            from: some(&["2026-11-20", "2026-11-23"]),
            until: some(&["2026-11-24", "2026-11-28"]),
            with: some(&["maren", "lind", "a"]),
            q: some(&["low", "lamp", "o"]),
            tab: TABS[round % 4],
        };
        let (viewer, client) = &people[round / 4 % 3];
        lists_what_is(&app, client, *viewer, &asking, &facts).await;
    }
}

const TABS: [&str; 4] = ["waiting", "ahead", "past", "all"];

async fn lists_what_is(
    app: &TestApp,
    client: &Client,
    viewer: i64,
    asking: &Asking,
    facts: &[Fact],
) {
    let all = expected(facts, viewer, asking, app.now());
    let case = asking.query();
    // As a program reads it, a booking a line.
    let (mut ids, mut after) = (Vec::new(), String::new());
    let counts = loop {
        let json = client.get(&format!("/api/v1/bookings?{case}&after={after}")).await;
        let json = json.expect(StatusCode::OK).json();
        ids.extend(json["items"].as_array().unwrap().iter().map(|it| it["id"].as_i64().unwrap()));
        match json["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break json["counts"].clone(),
        }
    };
    let told: Vec<i64> = all.iter().map(|it| it.fact.id).collect();
    assert_eq!(ids, told, "{case}");
    counted_right(&counts, viewer, asking, facts, app.now());
    // As a page shows it, a call a line, at the place of the first of its bookings.
    let mut wanted: Vec<i64> = Vec::new();
    for one in &all {
        if !wanted.contains(&one.fact.call) {
            wanted.push(one.fact.call);
        }
    }
    let (mut lines, mut next) = (0, Some(format!("/bookings?{case}")));
    let mut links: Vec<i64> = Vec::new();
    while let Some(address) = next {
        let page = client.get(&address).await.expect(StatusCode::OK);
        lines += page.texts(".calls .work").len();
        let each = page.attributes(".calls tbody th a", "href");
        links.extend(each.iter().map(|it| it.rsplit('/').next().unwrap().parse::<i64>().unwrap()));
        next = page.attributes("a[rel=next]", "href").pop();
    }
    let mut shown: Vec<i64> = Vec::new();
    for id in links {
        let call = facts.iter().find(|fact| fact.id == id).unwrap().call;
        if !shown.contains(&call) {
            shown.push(call);
        }
    }
    assert_eq!((lines, shown), (wanted.len(), wanted), "{case}");
}

fn counted_right(counts: &Value, viewer: i64, asking: &Asking, facts: &[Fact], now: DateTime<Utc>) {
    let count = |asking: &Asking| expected(facts, viewer, asking, now).len() as i64;
    let told = |field: &str, choice: &str| counts[field][choice].as_i64().unwrap_or(0);
    for tab in TABS {
        assert_eq!(told("tab", tab), count(&Asking { tab, ..asking.clone() }), "{asking:?} {tab}");
    }
    for role in ["producer", "musician"] {
        assert_eq!(
            told("role", role),
            count(&Asking { role, ..asking.clone() }),
            "{asking:?} {role}"
        );
    }
    for turn in ["mine", "theirs"] {
        assert_eq!(
            told("turn", turn),
            count(&Asking { turn, ..asking.clone() }),
            "{asking:?} {turn}"
        );
    }
    for status in ["requested", "confirmed", "declined", "withdrawn", "lapsed", "cancelled", "done"]
    {
        let wanted = count(&Asking { status, ..asking.clone() });
        assert_eq!(told("status", status), wanted, "{asking:?} {status}");
    }
    for kind in ["room", "remote"] {
        assert_eq!(
            told("kind", kind),
            count(&Asking { kind, ..asking.clone() }),
            "{asking:?} {kind}"
        );
    }
    for instrument in ["fiddle", "mandolin"] {
        let wanted = count(&Asking { instrument, ..asking.clone() });
        assert_eq!(told("instrument", instrument), wanted, "{asking:?} {instrument}");
    }
}
