use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::OriginalUri,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use sqlx::PgConnection;

use super::{
    super::{
        model::Kind,
        store::{self, CreditRow},
    },
    cards,
    forms::SearchForm,
};
use crate::{
    availability::{self, Calendar},
    bookings::DayView,
    catalog,
    demos::{self, Demo},
    favourites,
    musicians::{self, Profile},
    values::{FavouriteId, Slot, Zone, in_sentence},
    web::{Card, Db, Error, Frame, Monogram, Moved, Now, Page, Path, Section, filters},
};

/// How far ahead the next free time is looked for.
const AHEAD: TimeDelta = TimeDelta::days(60);
/// The years the track record shows, newest last.
const YEARS: i32 = 10;

/// A genre's row in the track record.
struct Row {
    kind: Kind,
    bars: Vec<Bar>,
    /// The same in words.
    said: String,
}

struct Bar {
    x: i32,
    y: i64,
    height: i64,
}

#[derive(Template)]
#[template(path = "discovery/profile.html")]
struct ProfilePage {
    frame: Frame,
    card: Card,
    mono: Monogram,
    demos: Vec<Demo>,
    rows: Vec<Row>,
    years: Vec<i32>,
    recordings: Vec<CreditRow>,
    confirmed: i64,
    genres: Vec<(String, String)>,
    next_free: Option<Slot>,
    week: Vec<(DayView, String)>,
    ask_at: String,
    is_own: bool,
    /// Their line on the reader's own list.
    kept: Option<FavouriteId>,
    profile_at: String,
    profile: Profile,
}

impl ProfilePage {
    /// The instruments after a name: `fiddle, octave fiddle`.
    fn plays(&self) -> String {
        in_sentence(&self.profile.instruments_line())
    }

    /// Whose clock the reader lives by, where it shows another time.
    fn other_zone(&self) -> Option<Zone> {
        let slot = self.next_free?;
        self.frame.zone().filter(|zone| !zone.agrees_with(self.profile.zone, slot.starts_at()))
    }
}

/// What a profile page and its JSON tell beyond the profile itself.
pub(super) struct About {
    pub(super) kinds: Vec<Kind>,
    pub(super) confirmed: i64,
    pub(super) recordings: Vec<CreditRow>,
    pub(super) calendar: Calendar,
    pub(super) next_free: Option<Slot>,
}

pub(super) async fn about(
    db: &mut PgConnection,
    profile: &Profile,
    now: DateTime<Utc>,
) -> Result<About, Error> {
    let window = Slot::new(now - TimeDelta::days(1), now + AHEAD).expect("sixty-one days");
    let calendar = availability::calendar(db, profile.id, window).await?;
    let kinds = kinds(store::track_record(db, profile.id).await?);
    Ok(About {
        confirmed: kinds.iter().map(|kind| kind.credits).sum(),
        kinds,
        recordings: store::newest_credits(db, Some(profile.id), 12).await?,
        next_free: calendar.next_free(now, TimeDelta::hours(3)),
        calendar,
    })
}

fn kinds(rows: Vec<store::YearRow>) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    for row in rows {
        match kinds.iter_mut().find(|kind| kind.genre == row.genre) {
            Some(kind) => {
                kind.credits += row.n;
                kind.years.push((row.year, row.n));
                kind.last_played_on = kind.last_played_on.max(row.last_played_on);
            }
            None => kinds.push(Kind {
                genre: row.genre,
                credits: row.n,
                years: vec![(row.year, row.n)],
                last_played_on: row.last_played_on,
            }),
        }
    }
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.credits));
    kinds
}

pub(crate) async fn show(
    Now(now): Now,
    frame: Frame,
    actor: Option<crate::accounts::Actor>,
    mut db: Db,
    OriginalUri(uri): OriginalUri,
    Path(slug): Path<String>,
    form: SearchForm,
) -> Result<Response, Error> {
    let profile = musicians::find_published(&mut db, &slug).await?.ok_or(Error::NotFound)?;
    if profile.slug != slug {
        return Ok(Moved::from(&uri, &profile.slug).into_response());
    }
    let catalog = catalog::load(&mut db).await?;
    let about = about(&mut db, &profile, now).await?;
    let last = now.year();
    let genres = profile.genres.iter().filter_map(|id| catalog.genre_by_id(*id));
    let genres: Vec<_> = genres.map(|genre| (genre.slug.clone(), genre.name.clone())).collect();
    let kept = match &actor {
        Some(actor) => favourites::kept_among(&mut db, actor.id, &[profile.id]).await?,
        None => HashMap::new(),
    };
    let page = ProfilePage {
        kept: kept.get(&profile.id).copied(),
        profile_at: format!("/musicians/{}", profile.slug),
        card: cards::of_profile(&frame, &profile, &genres, about.confirmed, &about.recordings),
        mono: profile.face(),
        demos: demos::shown(&mut db, profile.id).await?,
        rows: rows(about.kinds, last),
        years: (last - YEARS + 1..=last).collect(),
        recordings: about.recordings,
        confirmed: about.confirmed,
        genres,
        next_free: about.next_free,
        week: week(&profile, &about.calendar, now),
        ask_at: form.asking(
            &format!("/musicians/{}", profile.slug),
            form.instrument.first().map(String::as_str),
            false,
        ),
        is_own: actor.is_some_and(|actor| actor.id == profile.account_id),
        frame: frame.at(Section::Musicians),
        profile,
    };
    Ok(Page::ok(page).into_response())
}

/// Each of the coming seven days by the player's clock: its line, and what is free in words.
fn week(profile: &Profile, calendar: &Calendar, now: DateTime<Utc>) -> Vec<(DayView, String)> {
    let zone = calendar.zone;
    let free = Slot::new(now, now + AHEAD).map(|window| calendar.free(window)).unwrap_or_default();
    let day = |day| {
        let hours = free.iter().filter(|slot| zone.date(slot.starts_at()) == day);
        let hours: Vec<String> = hours.map(|slot| zone.hours(slot)).collect();
        let said = if hours.is_empty() { "no time".into() } else { hours.join(", ") };
        (DayView::of(&profile.name, calendar, day, None), said)
    };
    zone.date(now).iter_days().take(7).map(day).collect()
}

/// All rows on one scale.
fn rows(kinds: Vec<Kind>, last: i32) -> Vec<Row> {
    let most = kinds.iter().flat_map(|kind| kind.years.iter().map(|(_, n)| *n)).max().unwrap_or(1);
    let row = |kind: Kind| {
        let shown = kind.years.iter().filter(|(year, _)| *year > last - YEARS);
        let bars = shown.map(|(year, n)| {
            let height = (n * 28 / most).max(3);
            Bar { x: (year - (last - YEARS + 1)) * 100 + 14, y: 32 - height, height }
        });
        let years: Vec<String> = kind.years.iter().map(|(year, n)| format!("{year} {n}")).collect();
        Row {
            bars: bars.collect(),
            said: format!("{}, confirmed credits by year: {}", kind.genre, years.join(", ")),
            kind,
        }
    };
    kinds.into_iter().map(row).collect()
}
