use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Serialize;

use super::{
    super::{
        actions::{Finder, Free},
        model::{Kind, Standing, Year},
    },
    profile::{self, About},
};
use crate::{
    availability::{Calendar, SESSION},
    catalog::{self, Catalog},
    changes::{Subject, web::ready_json},
    musicians::{self, Plays, Profile},
    values::{Money, MusicianId, Slot},
    web::{App, Error, Path, Visit},
};

/// A player, as everybody sees them.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct MusicianJson {
    pub(super) id: MusicianId,
    pub(super) slug: String,
    pub(super) url: String,
    pub(super) name: String,
    pub(super) headline: String,
    pub(super) place: String,
    pub(super) zone: &'static str,
    pub(super) works_in_room: bool,
    pub(super) works_remotely: bool,
    /// For a session of three hours.
    pub(super) session_rate: Option<Money>,
    /// For a remote song.
    pub(super) song_rate: Option<Money>,
    /// Slugs, the primary first.
    pub(super) instruments: Vec<String>,
    pub(super) genres: Vec<String>,
    /// Where their portrait is, in its biggest square.
    pub(super) portrait: Option<String>,
    /// The first stretch of at least three hours in the next sixty days.
    pub(super) next_free: Option<FreeJson>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct FreeJson {
    pub(super) starts_at: DateTime<Utc>,
    pub(super) ends_at: DateTime<Utc>,
}

impl FreeJson {
    pub(super) fn of(slot: Slot) -> FreeJson {
        FreeJson { starts_at: slot.starts_at(), ends_at: slot.ends_at() }
    }
}

impl MusicianJson {
    fn of(
        profile: &Profile,
        catalog: &Catalog,
        calendar: Option<&Calendar>,
        now: DateTime<Utc>,
    ) -> MusicianJson {
        let next = calendar.and_then(|calendar| calendar.next_free(now, SESSION, None));
        let genres = profile.genres.iter().filter_map(|id| catalog.genre_by_id(*id));
        MusicianJson {
            id: profile.id,
            slug: profile.slug.clone(),
            url: format!("/musicians/{}", profile.slug),
            name: profile.name.clone(),
            headline: profile.headline.clone(),
            place: profile.place.clone(),
            zone: profile.zone.name(),
            works_in_room: profile.works_in_room,
            works_remotely: profile.works_remotely,
            session_rate: profile.session_rate,
            song_rate: profile.song_rate,
            instruments: profile.instruments.iter().map(|plays| plays.slug.clone()).collect(),
            genres: genres.map(|genre| genre.slug.clone()).collect(),
            portrait: profile.face().portrait(800),
            next_free: next.map(FreeJson::of),
        }
    }
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct KindJson {
    genre: String,
    confirmed_credits: i64,
    /// Only the player says so: counted nowhere.
    claimed_credits: i64,
    last_played_on: Option<NaiveDate>,
    /// The oldest first; without the years of which there is nothing.
    years: Vec<YearJson>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct YearJson {
    year: i32,
    confirmed_credits: i64,
    claimed_credits: i64,
}

/// What they play, and on what.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct GearJson {
    instrument: String,
    gear: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ProfileJson {
    #[serde(flatten)]
    musician: MusicianJson,
    about: String,
    /// The primary first.
    gear: Vec<GearJson>,
    reads_notation: bool,
    reads_numbers: bool,
    plays_by_ear: bool,
    /// By genre, the one with most confirmed credits first.
    track_record: Vec<KindJson>,
    /// ISO 639-1 codes, the best first.
    languages: Vec<&'static str>,
    unions: Vec<&'static str>,
    /// What the rates cover, in their words.
    rate_includes: String,
    room_setup: String,
    remote_setup: String,
    /// What may be booked, day by day of the coming fortnight.
    free: Vec<FreeJson>,
    /// Nothing where fewer than three have asked.
    response: Option<ResponseJson>,
    reviews: ReviewsJson,
    /// Others who play the same and are free this week, the best match first.
    similar: Vec<String>,
}

/// How they answered the requests of the last 180 days.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ResponseJson {
    asked: i64,
    answered: i64,
    /// Half of the answers came within so many minutes.
    median_minutes: Option<i64>,
    /// Confirmed dates that are over or that the player broke, and how many they broke.
    dates: i64,
    broken: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ReviewsJson {
    count: i64,
    /// Of 1 to 5.
    average: Option<f64>,
    url: String,
}

/// A player's public profile.
#[utoipa::path(get, path = "/musicians/{slug}", tag = "musicians", params(("slug" = String, Path)),
    responses((status = 200, body = ProfileJson), (status = 404, description = "Nobody public goes by that.")))]
pub(crate) async fn show_musician_json(
    State(app): State<App>,
    visit: Visit,
    OriginalUri(uri): OriginalUri,
    Path(slug): Path<String>,
) -> Result<Response, Error> {
    let make = async || {
        let (mut db, now) = (visit.db().await?, visit.now());
        let found = musicians::find_published(&mut db, &slug).await?.ok_or(Error::NotFound)?;
        let catalog = catalog::kept(&app, &mut db).await?;
        let about = profile::about(&mut db, &found, now).await?;
        let finder = app.kept.get_or(Finder::default);
        let (similar, _) =
            profile::similar(&mut db, (&finder, &catalog), &found, &about.kinds, now).await?;
        let others = similar.iter().map(|(one, _)| one.id);
        let subjects = others.chain([found.id]).map(Subject::Musician).collect();
        Ok((ProfileJson::of(found, about, similar, &catalog, now), subjects))
    };
    ready_json(&app, &visit, &uri, make).await
}

impl YearJson {
    fn of(year: Year) -> YearJson {
        YearJson { year: year.year, confirmed_credits: year.credits, claimed_credits: year.claimed }
    }
}

impl GearJson {
    fn of(plays: &Plays) -> GearJson {
        GearJson { instrument: plays.slug.clone(), gear: plays.gear.clone() }
    }
}

impl ProfileJson {
    fn of(
        found: Profile,
        about: About,
        similar: Vec<(Standing, Free)>,
        catalog: &Catalog,
        now: DateTime<Utc>,
    ) -> ProfileJson {
        let kind = |kind: Kind| KindJson {
            genre: kind.genre,
            confirmed_credits: kind.credits,
            claimed_credits: kind.claimed,
            last_played_on: kind.last_played_on,
            years: kind.years.into_iter().map(YearJson::of).collect(),
        };
        let fortnight = Slot::new(now, now + TimeDelta::days(14)).expect("days go forwards");
        let free = about.calendar.free(fortnight, None).into_iter();
        ProfileJson {
            musician: MusicianJson::of(&found, catalog, Some(&about.calendar), now),
            free: free.map(FreeJson::of).collect(),
            track_record: about.kinds.into_iter().map(kind).collect(),
            response: about.response.told().or(about.response.dates_told()).map(|_| ResponseJson {
                asked: about.response.asked,
                answered: about.response.answered,
                median_minutes: about.response.median.map(|median| median.num_minutes()),
                dates: about.response.dates,
                broken: about.response.broken,
            }),
            reviews: ReviewsJson {
                count: about.review_summary.count,
                average: about.review_summary.average,
                url: format!("/musicians/{}/reviews", found.slug),
            },
            similar: similar
                .into_iter()
                .map(|(one, _)| format!("/musicians/{}", one.slug))
                .collect(),
            languages: found.languages.iter().map(|language| language.code()).collect(),
            unions: found.unions.iter().map(|union| union.code()).collect(),
            gear: found.instruments.iter().map(GearJson::of).collect(),
            about: found.about,
            reads_notation: found.reads_notation,
            reads_numbers: found.reads_numbers,
            plays_by_ear: found.plays_by_ear,
            rate_includes: found.rate_includes,
            room_setup: found.room_setup,
            remote_setup: found.remote_setup,
        }
    }
}
