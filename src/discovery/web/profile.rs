use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use sqlx::PgConnection;

use super::{
    super::{
        actions::{self, Finder, Free},
        model::{Kind, Search, Standing, Time, Wanted},
        store::{self, CreditRow},
    },
    cards,
    days::{self, Day},
    forms::SearchForm,
    record::{self, Row},
    search::{counted, matched},
};
use crate::{
    accounts::Actor,
    availability::{self, Calendar, SESSION},
    bookings,
    catalog::{self, Catalog},
    changes::{
        Subject,
        web::{Made, ready},
    },
    credits,
    demos::{self, Demo},
    favourites,
    musicians::{self, Profile},
    reviews::{self, Review, Summary},
    values::{FavouriteId, Slot, Zone, in_sentence},
    web::{App, Card, Error, Frame, Monogram, Moved, Path, Section, Visit, filters},
};

/// How far ahead the next free time is looked for.
const AHEAD: TimeDelta = TimeDelta::days(60);
/// How many genres are drawn.
const CHARTED: usize = 5;
/// How many recordings a profile lists before it leads to all of them.
const RECORDINGS: i64 = 5;
/// How many demos stand on the profile itself: a producer hears one or two, and a waveform is long.
const DEMOS: usize = 2;
/// How many others are named beside a player, and how soon they must be free.
const SIMILAR: usize = 3;
/// How many reviews stand on the profile itself.
const REVIEWS: i64 = 2;
const SOON: TimeDelta = TimeDelta::days(7);

#[derive(Template)]
#[template(path = "discovery/profile.html")]
struct ProfilePage {
    frame: Frame,
    card: Card,
    mono: Monogram,
    /// The first of them, as the player put them in order.
    demos: Vec<Demo>,
    all_demos: usize,
    /// The genres of the chart, and those that are only named below it.
    rows: Vec<Row>,
    others: Vec<Row>,
    years: Vec<i32>,
    recordings: Vec<CreditRow>,
    confirmed: i64,
    claimed: i64,
    genres: Vec<(String, String)>,
    next_free: Option<Slot>,
    days: Vec<Day>,
    /// The next days away, and the one they are back on.
    away: Option<(NaiveDate, NaiveDate)>,
    /// Others who play the same and are free soon.
    similar: Vec<Alike>,
    /// "country fiddle", what their credits are counted for.
    similar_by: String,
    reviews: Vec<Review>,
    review_summary: Summary,
    /// How they answer, where that can be told.
    answers: Option<String>,
    /// How many of their dates they kept.
    dates: Option<String>,
    ask_at: String,
    is_own: bool,
    /// Their line on the reader's own list.
    kept: Option<FavouriteId>,
    profile_at: String,
    profile: Profile,
}

/// Another player, beside this one.
struct Alike {
    standing: Standing,
    /// "country fiddle", of what their credits are counted.
    counted: String,
    mono: Monogram,
    next_free: Option<Slot>,
}

impl Alike {
    fn of((standing, free): (Standing, Free), catalog: &Catalog) -> Alike {
        let mono = Monogram::of(&standing.name).pictured(standing.portrait.as_deref());
        let (instrument, genre) = matched(&standing, catalog);
        Alike { mono, counted: counted(instrument, genre), next_free: free.next, standing }
    }
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

impl CreditRow {
    fn address(&self) -> String {
        credits::recording_address(self.recording, &self.title)
    }
}

/// What a profile page and its JSON tell beyond the profile itself.
pub(super) struct About {
    pub(super) kinds: Vec<Kind>,
    pub(super) confirmed: i64,
    pub(super) claimed: i64,
    pub(super) recordings: Vec<CreditRow>,
    pub(super) calendar: Calendar,
    pub(super) next_free: Option<Slot>,
    pub(super) reviews: Vec<Review>,
    pub(super) review_summary: Summary,
    pub(super) response: bookings::Response,
}

pub(super) async fn about(
    db: &mut PgConnection,
    profile: &Profile,
    now: DateTime<Utc>,
) -> Result<About, Error> {
    let window = Slot::new(now - TimeDelta::days(1), now + AHEAD).expect("sixty-one days");
    let calendar = availability::calendar(db, profile.id, window, now).await?;
    let kinds = record::kinds(store::track_record(db, profile.id).await?);
    Ok(About {
        confirmed: kinds.iter().map(|kind| kind.credits).sum(),
        claimed: kinds.iter().map(|kind| kind.claimed).sum(),
        kinds,
        recordings: store::newest_credits(db, Some(profile.id), RECORDINGS).await?,
        next_free: calendar.next_free(now, SESSION, None),
        calendar,
        reviews: reviews::shown(db, profile.id, REVIEWS).await?,
        review_summary: reviews::summary(db, profile.id).await?,
        response: bookings::response(db, profile.id, now).await?,
    })
}

/// Others who play what this player plays first, in the genre they are most credited in, and have
/// room for a session in the coming week; the best match first. And what their credits are counted
/// for.
pub(super) async fn similar(
    db: &mut PgConnection,
    (finder, catalog): (&Finder, &Catalog),
    profile: &Profile,
    kinds: &[Kind],
    now: DateTime<Utc>,
) -> Result<(Vec<(Standing, Free)>, String), Error> {
    let first = profile.instruments.first();
    let Some(plays) = first.and_then(|first| catalog.instrument(&first.slug)) else {
        return Ok((Vec::new(), String::new()));
    };
    let most = kinds.iter().find(|kind| kind.credits > 0);
    let own = || profile.genres.first().and_then(|id| catalog.genre_by_id(*id));
    let genre = most.and_then(|kind| catalog.genre(&kind.slug)).or_else(own);
    let window = Slot::new(now, now + SOON).expect("a week goes forwards");
    let search = Search {
        instruments: vec![Wanted::instrument(plays)],
        genre: genre.map(Wanted::genre),
        time: Some(Time::Within { window, length: SESSION, zone: profile.zone }),
        ..Search::default()
    };
    let mut found = actions::first_few(db, finder, &search, now).await?;
    found.retain(|(standing, _)| standing.id != profile.id);
    found.truncate(SIMILAR);
    Ok((found, counted(Some(plays), genre)))
}

pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    actor: Option<Actor>,
    OriginalUri(uri): OriginalUri,
    Path(slug): Path<String>,
    form: SearchForm,
) -> Result<Response, Error> {
    let make = async || {
        let mut db = visit.db().await?;
        let profile = musicians::find_published(&mut db, &slug).await?.ok_or(Error::NotFound)?;
        if profile.slug != slug {
            return Ok(Made::Elsewhere(Moved::from(&uri, &profile.slug)));
        }
        let page = page(&app, &visit, &mut db, profile, actor.as_ref(), &form).await?;
        let others = page.similar.iter().map(|one| one.standing.id);
        let subjects = others.chain([page.profile.id]).map(Subject::Musician).collect();
        Ok(Made::Page(page, subjects))
    };
    ready(&app, &visit, &uri, make).await
}

async fn page(
    app: &App,
    visit: &Visit,
    db: &mut PgConnection,
    profile: Profile,
    actor: Option<&Actor>,
    form: &SearchForm,
) -> Result<ProfilePage, Error> {
    let now = visit.now();
    let catalog = catalog::kept(app, db).await?;
    let about = about(db, &profile, now).await?;
    let finder = app.kept.get_or(Finder::default);
    let (similar, similar_by) =
        similar(db, (&finder, &catalog), &profile, &about.kinds, now).await?;
    let demos = demos::shown(db, profile.id).await?;
    let kept = match actor {
        Some(actor) => favourites::kept_among(db, actor.id, &[profile.id]).await?,
        None => HashMap::new(),
    };
    Ok(ProfilePage {
        kept: kept.get(&profile.id).copied(),
        all_demos: demos.len(),
        demos: demos.into_iter().take(DEMOS).collect(),
        similar: similar.into_iter().map(|one| Alike::of(one, &catalog)).collect(),
        similar_by,
        is_own: actor.is_some_and(|actor| actor.id == profile.account_id),
        ..ProfilePage::of(visit.frame(), profile, about, &catalog, form, now)
    })
}

/// The next time a player is away, as far as it is near enough to matter.
fn away(calendar: &Calendar, now: DateTime<Utc>) -> Option<(NaiveDate, NaiveDate)> {
    let today = calendar.zone.date(now);
    let mut absences = calendar.opening.absences.iter().filter(|one| one.back_on > today);
    absences.next().map(|one| (one.first_day, one.back_on))
}

impl ProfilePage {
    /// What the page shows to everybody.
    fn of(
        frame: Frame,
        profile: Profile,
        about: About,
        catalog: &Catalog,
        form: &SearchForm,
        now: DateTime<Utc>,
    ) -> ProfilePage {
        let last = now.year();
        let mut rows = record::rows(about.kinds, last);
        let others = rows.split_off(rows.len().min(CHARTED));
        let genres = profile.genres.iter().filter_map(|id| catalog.genre_by_id(*id));
        let genres: Vec<_> = genres.map(|genre| (genre.slug.clone(), genre.name.clone())).collect();
        let profile_at = format!("/musicians/{}", profile.slug);
        ProfilePage {
            card: cards::of_profile(&frame, &profile, &genres, about.confirmed, &about.recordings),
            mono: profile.face(),
            demos: Vec::new(),
            all_demos: 0,
            rows,
            others,
            years: (last - record::YEARS + 1..=last).collect(),
            recordings: about.recordings,
            confirmed: about.confirmed,
            claimed: about.claimed,
            genres,
            next_free: about.next_free,
            away: away(&about.calendar, now),
            days: days::days(&about.calendar, now),
            similar: Vec::new(),
            similar_by: String::new(),
            reviews: about.reviews,
            review_summary: about.review_summary,
            answers: about.response.told(),
            dates: about.response.dates_told(),
            ask_at: form.asking(&profile_at, form.instrument.first().map(String::as_str)),
            is_own: false,
            kept: None,
            profile_at,
            frame: frame.at(Section::Musicians),
            profile,
        }
    }
}
