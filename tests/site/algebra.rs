//! The algebra of filters: over the sample world, whatever is asked for in whatever combination, a
//! slow reading of the tables finds the same players and the same counts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use first_call::{
    availability::{Busy, Calendar, Hours, Opening, Shape, Travel, What, extend_open_times},
    values::{DaySpan, Slot, Zone},
};
use serde_json::Value;
use sqlx::{PgPool, Row, query};

use crate::support::{Client, TestApp};

/// One player, read from the tables that rooms keep.
struct Player {
    id: i64,
    instruments: BTreeSet<i64>,
    genres: BTreeSet<i64>,
    room: bool,
    remote: bool,
    charts: BTreeSet<&'static str>,
    languages: BTreeSet<String>,
    unions: BTreeSet<String>,
    has_audio: bool,
    at: Option<(f64, f64)>,
    money: String,
    /// Minor units.
    session: Option<i64>,
    song: Option<i64>,
    words: BTreeSet<String>,
    calendar: Calendar,
}

struct World {
    players: Vec<Player>,
    instruments: BTreeMap<String, i64>,
    kin: BTreeMap<i64, BTreeSet<i64>>,
    genres: BTreeMap<String, i64>,
    per_euro: HashMap<String, f64>,
}

/// What is asked, in a form of the test's own.
#[derive(Clone, Debug, Default)]
struct Asked {
    instruments: Vec<String>,
    all: bool,
    genre: Option<String>,
    place: Option<(&'static str, f64, f64, f64)>,
    way: &'static str,
    time: Option<When>,
    max: Option<(i64, &'static str)>,
    charts: Vec<&'static str>,
    languages: Vec<String>,
    union: Option<String>,
    audio: bool,
    word: Option<String>,
    sort: &'static str,
}

#[derive(Clone, Debug)]
enum When {
    Slot(NaiveDate, NaiveTime, NaiveTime),
    Within(NaiveDate, NaiveDate, f64),
}

const CITIES: [(&str, f64, f64); 4] = [
    ("Nashville, TN, US", 36.16589, -86.78444),
    ("London, GB", 51.50853, -0.12574),
    ("Los Angeles, CA, US", 34.05223, -118.24368),
    ("Berlin, DE", 52.52437, 13.41053),
];
const ZONE: &str = "America/Chicago";

/// Kilometres, by the spherical law of cosines: another way to the same than the house's.
fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (la, lb) = (a.0.to_radians(), b.0.to_radians());
    let cos = la.sin() * lb.sin() + la.cos() * lb.cos() * (b.1 - a.1).to_radians().cos();
    6371.0088 * cos.clamp(-1.0, 1.0).acos()
}

impl World {
    async fn read(db: &PgPool, now: DateTime<Utc>) -> World {
        let pairs = async |sql: &'static str| -> Vec<(String, i64)> {
            sqlx::query_as(sql).fetch_all(db).await.unwrap()
        };
        let numbers = async |sql: &'static str| -> Vec<(i64, i64)> {
            sqlx::query_as(sql).fetch_all(db).await.unwrap()
        };
        let parents: HashMap<i64, i64> =
            numbers("select id, parent_id from genres where parent_id is not null")
                .await
                .into_iter()
                .collect();
        let of_musician =
            numbers("select musician_id, instrument_id from musician_instruments").await;
        let mut of_genre = numbers("select musician_id, genre_id from musician_genres").await;
        of_genre.extend(
            numbers("select musician_id, genre_id from credits where status = 'confirmed' and musician_id is not null").await,
        );
        let mut kin: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
        for (id, other) in numbers("select instrument_id, kin_id from instrument_kin").await {
            kin.entry(id).or_default().insert(other);
        }
        let per_euro: Vec<(String, f64)> = sqlx::query_as(
            "select currency::text, per_euro / 10 ^ (2 - exponent) from exchange_rates",
        )
        .fetch_all(db)
        .await
        .unwrap();
        let per_euro: HashMap<String, f64> = per_euro.into_iter().collect();
        let rows = query(
            "select m.*, m.currency::text as money, p.latitude, p.longitude,
                    exists (select 1 from demos d where d.musician_id = m.id) as audio,
                    lower(unaccent(concat_ws(' ', m.name, m.headline, m.about, m.place,
                        (select string_agg(concat_ws(' ', i.gear, n.name,
                            (select string_agg(alias, ' ') from instrument_aliases a where a.instrument_id = n.id)), ' ')
                         from musician_instruments i join instruments n on n.id = i.instrument_id where i.musician_id = m.id),
                        (select string_agg(concat_ws(' ', n.name,
                            (select string_agg(alias, ' ') from genre_aliases a where a.genre_id = n.id)), ' ')
                         from musician_genres i join genres n on n.id = i.genre_id where i.musician_id = m.id),
                        (select string_agg(r.title || ' ' || r.artist, ' ') from credits c join recordings r on r.id = c.recording_id
                         where c.musician_id = m.id and c.status = 'confirmed')))) as words
             from musicians m left join places p on p.id = m.place_id
             where m.status = 'published' order by m.id",
        )
        .fetch_all(db)
        .await
        .unwrap();
        let mut players = Vec::new();
        for row in rows {
            let id: i64 = row.get("id");
            let mine = |all: &[(i64, i64)]| -> BTreeSet<i64> {
                all.iter().filter(|(of, _)| *of == id).map(|(_, one)| *one).collect()
            };
            let mut genres = mine(&of_genre);
            for genre in genres.clone() {
                genres.extend(std::iter::successors(Some(genre), |one| parents.get(one).copied()));
            }
            let charts = [
                ("reads_notation", "notation"),
                ("reads_numbers", "numbers"),
                ("plays_by_ear", "ear"),
            ];
            let words: String = row.get("words");
            players.push(Player {
                id,
                instruments: mine(&of_musician),
                genres,
                room: row.get("works_in_room"),
                remote: row.get("works_remotely"),
                charts: charts
                    .into_iter()
                    .filter(|(column, _)| row.get(*column))
                    .map(|(_, word)| word)
                    .collect(),
                languages: row.get::<Vec<String>, _>("languages").into_iter().collect(),
                unions: row.get::<Vec<String>, _>("unions").into_iter().collect(),
                has_audio: row.get("audio"),
                at: row.get::<Option<f64>, _>("latitude").zip(row.get("longitude")),
                session: row.get("session_rate"),
                song: row.get("song_rate"),
                money: row.get("money"),
                words: words
                    .split(|c: char| !c.is_alphanumeric())
                    .filter(|word| !word.is_empty())
                    .map(str::to_owned)
                    .collect(),
                calendar: calendar(db, id, &row, now).await,
            });
        }
        World {
            players,
            kin,
            per_euro,
            instruments: pairs("select slug, id from instruments").await.into_iter().collect(),
            genres: pairs("select slug, id from genres").await.into_iter().collect(),
        }
    }

    fn plays(&self, player: &Player, slug: &str, with_kin: bool) -> bool {
        let id = self.instruments[slug];
        let kin = self.kin.get(&id).filter(|_| with_kin);
        player.instruments.contains(&id)
            || kin.is_some_and(|kin| !kin.is_disjoint(&player.instruments))
    }

    fn fits(&self, player: &Player, asked: &Asked) -> bool {
        let instruments = match asked.all && asked.instruments.len() > 1 {
            true => asked.instruments.iter().all(|slug| self.plays(player, slug, false)),
            false => {
                asked.instruments.is_empty()
                    || asked.instruments.iter().any(|slug| self.plays(player, slug, true))
            }
        };
        let genre =
            asked.genre.as_ref().is_none_or(|slug| player.genres.contains(&self.genres[slug]));
        let is_near = |(_, latitude, longitude, km): (&str, f64, f64, f64)| {
            player.at.is_some_and(|at| distance(at, (latitude, longitude)) <= km)
        };
        let near = asked
            .place
            .is_none_or(|place| is_near(place) || (asked.way == "either" && player.remote));
        // Of either, whoever does not come into a room there plays remotely, for a song.
        let for_a_song = match asked.way {
            "remote" => true,
            "either" => !(player.room && asked.place.is_some_and(is_near)),
            _ => false,
        };
        let way = match asked.way {
            "room" => player.room,
            "remote" => player.remote,
            _ => true,
        };
        let rate = asked.max.is_none_or(|(units, currency)| {
            let rate = if for_a_song { player.song } else { player.session.or(player.song) };
            let top = units * if currency == "JPY" { 1 } else { 100 };
            // Minor units for a euro, the same way for every currency of two decimals or none.
            let euros = |minor: i64, of: &str| Some(minor as f64 / 100.0 / self.per_euro.get(of)?);
            rate.is_some_and(|rate| match player.money == currency {
                true => rate <= top,
                false => euros(rate, &player.money)
                    .zip(euros(top, currency))
                    .is_some_and(|(rate, top)| rate <= top + 1e-6),
            })
        });
        let word = asked.word.as_ref().is_none_or(|word| {
            let plural =
                |one: &str, many: &str| many == format!("{one}s") || many == format!("{one}es");
            player.words.iter().any(|own| own == word || plural(own, word) || plural(word, own))
        });
        instruments
            && genre
            && near
            && way
            && rate
            && word
            && asked.time.as_ref().is_none_or(|when| free(&player.calendar, when))
            && asked.charts.iter().all(|chart| player.charts.contains(chart))
            && asked.languages.iter().all(|code| player.languages.contains(code))
            && asked.union.as_ref().is_none_or(|code| player.unions.contains(code))
            && (!asked.audio || player.has_audio)
    }

    fn found(&self, asked: &Asked) -> BTreeSet<i64> {
        self.players
            .iter()
            .filter(|player| self.fits(player, asked))
            .map(|player| player.id)
            .collect()
    }

    fn count(&self, asked: &Asked, change: impl FnOnce(&mut Asked)) -> u64 {
        let mut other = asked.clone();
        change(&mut other);
        self.found(&other).len() as u64
    }
}

impl When {
    fn window(&self) -> Slot {
        let zone: Zone = ZONE.parse().unwrap();
        let (from, to) = match self {
            When::Slot(day, from, to) => (day.and_time(*from), day.and_time(*to)),
            When::Within(from, until, _) => {
                let end = until.succ_opt().unwrap();
                (from.and_time(NaiveTime::MIN), end.and_time(NaiveTime::MIN))
            }
        };
        Slot::new(zone.start(from), zone.end(to)).unwrap()
    }

    /// Whether search keeps no open time so far ahead: it asks calendars, and counts nobody.
    fn is_far(&self, now: DateTime<Utc>) -> bool {
        self.window().ends_at() > now + TimeDelta::days(93)
    }
}

fn free(calendar: &Calendar, when: &When) -> bool {
    match when {
        When::Slot(..) => calendar.may_take(when.window(), None).is_ok(),
        When::Within(_, _, hours) => {
            let length = TimeDelta::minutes((hours * 60.0) as i64);
            // Every quarter of an hour at which a session could begin, and what was cut off.
            let free = calendar.free(when.window(), None);
            free.iter().any(|slot| calendar.begun(*slot, length).is_some())
        }
    }
}

/// A session with the minutes kept clear before and after it.
type Session = (i64, DateTime<Utc>, DateTime<Utc>, i32, i32);

async fn calendar(
    db: &PgPool,
    id: i64,
    row: &sqlx::postgres::PgRow,
    now: DateTime<Utc>,
) -> Calendar {
    let hours: Vec<(i16, i16, i16)> =
        sqlx::query_as("select weekday, from_minute, to_minute from weekly_hours where musician_id = $1 order by 1, 2")
            .bind(id)
            .fetch_all(db)
            .await
            .unwrap();
    let days: Vec<(NaiveDate, Option<i16>, Option<i16>)> = sqlx::query_as(
        "select e.day, s.from_minute, s.to_minute from day_exceptions e
         left join day_exception_spans s on s.musician_id = e.musician_id and s.day = e.day where e.musician_id = $1",
    )
    .bind(id)
    .fetch_all(db)
    .await
    .unwrap();
    let busy: Vec<Session> = sqlx::query_as(
        "select b.id, c.starts_at, c.ends_at,
                extract(epoch from c.starts_at - lower(b.blocks))::int / 60 - b.travel_before,
                extract(epoch from upper(b.blocks) - c.ends_at)::int / 60
         from bookings b join calls c on c.id = b.call_id
         where b.musician_id = $1 and b.status in ('confirmed', 'done') and b.blocks is not null",
    )
    .bind(id)
    .fetch_all(db)
    .await
    .unwrap();
    let shape = sqlx::query("select * from day_shapes where musician_id = $1")
        .bind(id)
        .fetch_optional(db)
        .await
        .unwrap();
    let span = |from, to| DaySpan::from_minutes(from, to).unwrap();
    let hours = hours.into_iter().map(|(day, from, to)| (day, span(from, to))).collect();
    let mut opening = Opening { hours: Hours(hours), ..Opening::default() };
    for (day, from, to) in days {
        let plan = opening.days.entry(day).or_default();
        plan.spans.extend(from.zip(to).map(|(from, to)| span(from, to)));
    }
    let busy = busy.into_iter().map(|(booking, from, to, before, after)| Busy {
        what: What::Booking(booking.into()),
        slot: Slot::new(from, to).unwrap(),
        before: TimeDelta::minutes(before.into()),
        after: TimeDelta::minutes(after.into()),
        // Nobody who searches names a room.
        room: None,
    });
    Calendar {
        zone: row.get::<String, _>("zone").parse().unwrap(),
        window: Slot::new(now, now + TimeDelta::days(500)).unwrap(),
        now,
        opening,
        shape: shape.map(shape_of).unwrap_or_default(),
        busy: busy.collect(),
    }
}

fn shape_of(row: sqlx::postgres::PgRow) -> Shape {
    let minutes = |name: &str| TimeDelta::minutes(row.get::<i16, _>(name).into());
    let starts = row.get::<Vec<i16>, _>("starts").into_iter();
    Shape {
        before: minutes("buffer_before"),
        after: minutes("buffer_after"),
        rest: minutes("rest"),
        travel: Travel::Distance { in_town: minutes("travel_minutes") },
        most_a_day: row.get("most_a_day"),
        most_a_week: row.get("most_a_week"),
        notice: TimeDelta::minutes(row.get::<i32, _>("notice").into()),
        ahead: row.get::<Option<i16>, _>("ahead").map(|days| TimeDelta::days(days.into())),
        starts: starts.map(|from| DaySpan::from_minutes(from, 1440).unwrap().from()).collect(),
    }
}

impl Asked {
    fn address(&self) -> String {
        let mut pairs: Vec<(&str, String)> = Vec::new();
        pairs.extend(self.instruments.iter().map(|slug| ("instrument", slug.clone())));
        if self.all {
            pairs.push(("match", "all".into()));
        }
        pairs.extend(self.genre.iter().map(|slug| ("genre", slug.clone())));
        if let Some((city, _, _, km)) = self.place {
            pairs.extend([("place", city.to_owned()), ("km", km.to_string())]);
        }
        pairs.push(("way", self.way.to_owned()));
        match &self.time {
            Some(When::Slot(day, from, to)) => pairs.extend([
                ("date", day.to_string()),
                ("from", from.format("%H:%M").to_string()),
                ("to", to.format("%H:%M").to_string()),
                ("zone", ZONE.to_owned()),
            ]),
            Some(When::Within(from, until, hours)) => pairs.extend([
                ("date", from.to_string()),
                ("until", until.to_string()),
                ("hours", hours.to_string()),
                ("zone", ZONE.to_owned()),
            ]),
            None => {}
        }
        if let Some((units, currency)) = self.max {
            pairs.extend([("max", units.to_string()), ("currency", currency.to_owned())]);
        }
        pairs.extend(self.charts.iter().map(|chart| ("charts", (*chart).to_owned())));
        pairs.extend(self.languages.iter().map(|code| ("language", code.clone())));
        pairs.extend(self.union.iter().map(|code| ("union", code.clone())));
        if self.audio {
            pairs.push(("audio", "1".into()));
        }
        pairs.extend(self.word.iter().map(|word| ("q", word.clone())));
        pairs.push(("sort", self.sort.to_owned()));
        serde_urlencoded::to_string(pairs).unwrap()
    }

    /// Anything, in whatever combination; mostly few conditions, so that mostly somebody fits.
    fn at_random(dice: &mut fastrand::Rng, world: &World) -> Asked {
        let some = |dice: &mut fastrand::Rng, one_in: u32| dice.u32(0..one_in) == 0;
        let player = &world.players[dice.usize(0..world.players.len())];
        let slug_of = |all: &BTreeMap<String, i64>, id: &i64| {
            all.iter().find(|(_, other)| *other == id).unwrap().0.clone()
        };
        let mut asked = Asked { sort: "best", ..Asked::default() };
        // What somebody there has, so that combinations find them.
        if some(dice, 2) {
            let ids: Vec<_> = player.instruments.iter().collect();
            for _ in 0..dice.usize(1..3) {
                let slug = slug_of(&world.instruments, ids[dice.usize(0..ids.len())]);
                if !asked.instruments.contains(&slug) {
                    asked.instruments.push(slug);
                }
            }
            asked.all = dice.bool();
        }
        if some(dice, 3) {
            let ids: Vec<_> = player.genres.iter().collect();
            asked.genre = Some(slug_of(&world.genres, ids[dice.usize(0..ids.len())]));
        }
        if some(dice, 4) {
            let (city, latitude, longitude) = CITIES[dice.usize(0..CITIES.len())];
            asked.place =
                Some((city, latitude, longitude, [10.0, 50.0, 250.0, 1000.0][dice.usize(0..4)]));
        }
        asked.way = ["", "room", "remote", "either"]
            [dice.usize(0..if asked.place.is_some() { 4 } else { 3 })];
        let day = |dice: &mut fastrand::Rng| {
            // Now and then further ahead than open time is kept.
            let ahead = if some(dice, 6) { 60..420 } else { 0..60 };
            NaiveDate::from_ymd_opt(2026, 11, 25).unwrap() + TimeDelta::days(dice.i64(ahead))
        };
        if some(dice, 3) {
            let (hour, length) = (dice.u32(7..18), dice.u32(1..5));
            let minute = [0, 15, 20, 30, 45][dice.usize(0..5)];
            let time = |hour| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
            asked.time = Some(When::Slot(day(dice), time(hour), time(hour + length)));
        } else if some(dice, 4) {
            let from = day(dice);
            let until = from + TimeDelta::days(dice.i64(0..8));
            asked.time = Some(When::Within(from, until, [0.5, 3.0, 4.5, 8.0][dice.usize(0..4)]));
        }
        if some(dice, 4) {
            let (units, currency) =
                [(100, "USD"), (250, "GBP"), (400, "EUR"), (40_000, "JPY"), (5, "USD")]
                    [dice.usize(0..5)];
            asked.max = Some((units, currency));
        }
        if some(dice, 5) {
            asked.charts.extend(player.charts.first());
        }
        if some(dice, 5) {
            asked.languages.extend(player.languages.first().cloned());
        }
        if some(dice, 6) {
            asked.union = player.unions.first().cloned();
        }
        asked.audio = some(dice, 8);
        if some(dice, 5) {
            let plain: Vec<_> =
                player.words.iter().filter(|word| word.is_ascii() && word.len() > 2).collect();
            asked.word = Some(plain[dice.usize(0..plain.len())].clone());
        }
        asked
    }
}

/// Walks every page; answers who was found, in order, and the first page.
async fn walk(anyone: &Client, address: &str) -> (Vec<i64>, Value) {
    let (mut ids, mut first, mut path) = (Vec::new(), None, format!("/api/v1/musicians?{address}"));
    for _ in 0..20 {
        let page = anyone.get(&path).await.expect(StatusCode::OK).json();
        ids.extend(page["items"].as_array().unwrap().iter().map(|hit| hit["id"].as_i64().unwrap()));
        let next = page["next"].as_str().map(str::to_owned);
        first.get_or_insert(page);
        match next {
            Some(next) => path = format!("/api/v1/musicians?{address}&after={next}"),
            None => return (ids, first.unwrap()),
        }
    }
    panic!("pages without end: {address}");
}

/// Gives everybody languages, unions and demos by lot, so that these filters have something to do.
async fn enrich(db: &PgPool) {
    query(
        "update musicians set languages = case id % 4 when 0 then '{en}' when 1 then '{en,es}' when 2 then '{de,en}' else '{pt}' end::text[],
                              unions = case id % 3 when 0 then '{afm}' when 1 then '{mu}' else '{}' end::text[]",
    )
    .execute(db)
    .await
    .unwrap();
    query(
        "insert into demos (musician_id, instrument_id, genre_id, title, position, file_key, format, file_bytes,
                            sha256, duration_ms, lufs, peaks, created_at)
         select m.id, i.instrument_id, g.genre_id, 'A demo', 1, 'key ' || m.id, 'wav', 1, '', 1000, -18, '', m.created_at
         from musicians m
         join musician_instruments i on i.musician_id = m.id and i.is_primary
         join lateral (select genre_id from musician_genres g where g.musician_id = m.id limit 1) g on true
         where m.id % 5 = 0",
    )
    .execute(db)
    .await
    .unwrap();
}

#[tokio::test]
async fn whatever_is_asked_a_slow_reading_of_the_tables_finds_the_same() {
    let app = TestApp::new().await;
    assert!(first_call::sample::fill(app.db(), app.now()).await.unwrap());
    // Everybody keeps to something else.
    query(
        "update day_shapes set notice = (array[0, 0, 120, 1440, 2880])[1 + musician_id % 5],
                ahead = case when musician_id % 8 = 0 then 30 end,
                rest = 90 * (musician_id % 2), most_a_day = case when musician_id % 7 = 0 then 1 end,
                most_a_week = case when musician_id % 9 = 0 then 2 end,
                starts = case when musician_id % 6 = 0 then '{540, 600, 780, 960}'::smallint[]
                              else '{}' end",
    )
    .execute(app.db())
    .await
    .unwrap();
    query("update open_times set known_until = '-infinity'").execute(app.db()).await.unwrap();
    extend_open_times(&mut app.db().acquire().await.unwrap(), app.now()).await.unwrap();
    enrich(app.db()).await;
    // It is half past nine in Nashville: some of the first hour is over.
    app.wait(TimeDelta::minutes(30));
    let world = World::read(app.db(), app.now()).await;
    let anyone = app.stranger();
    let mut dice = fastrand::Rng::with_seed(1977);
    let (mut met, mut far) = (0, 0);
    for _ in 0..160 {
        let asked = Asked::at_random(&mut dice, &world);
        let is_far = asked.time.as_ref().is_some_and(|when| when.is_far(app.now()));
        let address = asked.address();
        let expected = world.found(&asked);
        for sort in ["best", "soonest", "rate", "credits", "newest"] {
            let address = address.replace("sort=best", &format!("sort={sort}"));
            let (ids, first) = walk(&anyone, &address).await;
            let players = if is_far { Value::Null } else { expected.len().into() };
            assert_eq!(first["players"], players, "{address}");
            assert_eq!(ids.iter().copied().collect::<BTreeSet<_>>(), expected, "{address}");
            assert_eq!(ids.len(), expected.len(), "nobody twice: {address}");
            if sort == "best" {
                let time = asked.time.clone().filter(|_| !is_far);
                let counted = Asked { time, ..asked.clone() };
                counts_agree(&world, &counted, &first["counts"], &address, app.now());
            }
        }
        met += usize::from(!expected.is_empty());
        far += usize::from(is_far && !expected.is_empty());
    }
    assert!(far > 5, "some of what is asked is far ahead: {far}");
    assert!(met > 60, "most of what is asked should find somebody: {met}");
}

fn counts_agree(world: &World, asked: &Asked, counts: &Value, address: &str, now: DateTime<Utc>) {
    let each = |facet: &str| -> Vec<(String, u64)> {
        let counts = counts[facet].as_array().unwrap().iter();
        counts
            .map(|one| {
                (one["value"].as_str().unwrap().to_owned(), one["players"].as_u64().unwrap())
            })
            .collect()
    };
    let agree = |facet: &str, slow: &dyn Fn(&str) -> u64| {
        for (value, players) in each(facet) {
            assert_eq!(players, slow(&value), "{facet} {value}: {address}");
        }
    };
    // Nobody who could be found is left out of a facet.
    let all =
        |facet: &str, values: &mut dyn Iterator<Item = String>, slow: &dyn Fn(&str) -> u64| {
            let told: BTreeMap<String, u64> = each(facet).into_iter().collect();
            for value in values {
                let players = told.get(&value).copied().unwrap_or_default();
                assert_eq!(players, slow(&value), "{facet} {value}: {address}");
            }
        };
    let of_players = |of: fn(&Player) -> &BTreeSet<String>| -> BTreeSet<String> {
        world.players.iter().flat_map(|player| of(player).iter().cloned()).collect()
    };
    all("instruments", &mut world.instruments.keys().cloned(), &|slug| {
        world.count(asked, |other| match asked.all && asked.instruments.len() > 1 {
            true => other.instruments.push(slug.to_owned()),
            false => (other.instruments, other.all) = (vec![slug.to_owned()], false),
        })
    });
    all("genres", &mut world.genres.keys().cloned(), &|slug| {
        world.count(asked, |other| other.genre = Some(slug.to_owned()))
    });
    agree("ways", &|way| {
        let way = ["room", "remote", "either"].into_iter().find(|known| *known == way).unwrap();
        world.count(asked, |other| other.way = way)
    });
    agree("distances", &|km| {
        world.count(asked, |other| {
            if let Some(place) = &mut other.place {
                place.3 = km.parse().unwrap();
            }
        })
    });
    all("languages", &mut of_players(|one| &one.languages).into_iter(), &|code| {
        world.count(asked, |other| {
            if !other.languages.iter().any(|known| known == code) {
                other.languages.push(code.to_owned());
            }
        })
    });
    all("unions", &mut of_players(|one| &one.unions).into_iter(), &|code| {
        world.count(asked, |other| other.union = Some(code.to_owned()))
    });
    agree("charts", &|chart| {
        let chart =
            ["notation", "numbers", "ear"].into_iter().find(|known| *known == chart).unwrap();
        world.count(asked, |other| {
            if !other.charts.contains(&chart) {
                other.charts.push(chart);
            }
        })
    });
    // Days are by the clock that the search names.
    let zone = if address.contains("zone=") { ZONE.parse().unwrap() } else { Zone::UTC };
    let whenever = Asked { time: None, ..asked.clone() };
    assert_eq!(each("any_time").len(), 2);
    agree("any_time", &|until| {
        let last: NaiveDate = until.parse().unwrap();
        let end = zone.end(last.succ_opt().unwrap().and_time(NaiveTime::MIN));
        let window = Slot::new(now, end).unwrap();
        let three = TimeDelta::hours(3);
        let all = world.players.iter().filter(|player| world.fits(player, &whenever));
        let free = |own: &Calendar| {
            own.free(window, None).iter().any(|slot| own.begun(*slot, three).is_some())
        };
        all.filter(|player| free(&player.calendar)).count() as u64
    });
    agree("audio", &|_| world.count(asked, |other| other.audio = true));
    let currency = asked.max.map_or("USD", |(_, currency)| currency);
    agree("top_rates", &|top| {
        let units: f64 = top.parse().unwrap();
        world.count(asked, |other| other.max = Some((units as i64, currency)))
    });
}
