use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::{
    super::model::{Found, Kind, Rank},
    find,
    forms::SearchForm,
    profile,
};
use crate::{
    availability::Calendar,
    catalog::{self, Catalog},
    musicians::{self, Profile},
    values::{Money, MusicianId, Zone},
    web::{Db, Error, Json, Now, Path, Query},
};

/// A player, as everybody sees them.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct MusicianJson {
    id: MusicianId,
    slug: String,
    url: String,
    name: String,
    headline: String,
    place: String,
    zone: &'static str,
    works_in_room: bool,
    works_remotely: bool,
    /// For a session of three hours.
    session_rate: Option<Money>,
    /// For a remote song.
    song_rate: Option<Money>,
    /// Slugs, the primary first.
    instruments: Vec<String>,
    genres: Vec<String>,
    /// The first stretch of at least three hours in the next sixty days.
    next_free: Option<FreeJson>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct FreeJson {
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
}

impl MusicianJson {
    fn of(
        profile: &Profile,
        catalog: &Catalog,
        calendar: Option<&Calendar>,
        now: DateTime<Utc>,
    ) -> MusicianJson {
        let next =
            calendar.and_then(|calendar| calendar.next_free(now, chrono::TimeDelta::hours(3)));
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
            next_free: next
                .map(|slot| FreeJson { starts_at: slot.starts_at(), ends_at: slot.ends_at() }),
        }
    }
}

/// A player who was found, with what they have done of exactly that.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct FoundJson {
    #[serde(flatten)]
    musician: MusicianJson,
    /// Confirmed credits that match the instrument and the genre searched.
    matching_credits: i64,
    last_matching_on: Option<NaiveDate>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct FoundList {
    items: Vec<FoundJson>,
    next: Option<String>,
}

/// Finds players: the most matching confirmed credits first.
#[utoipa::path(get, path = "/musicians", tag = "musicians", params(SearchForm),
    responses((status = 200, body = FoundList), (status = 422, description = "Something asked for makes no sense.")))]
pub(crate) async fn search_json(
    Now(now): Now,
    mut db: Db,
    Query(form): Query<SearchForm>,
) -> Result<Json<FoundList>, Error> {
    let catalog = catalog::load(&mut db).await?;
    let mut read = form.read(&catalog, Zone::UTC, now);
    let after = match form.after.as_str() {
        "" => Ok(Rank::first()),
        after => after.parse::<Rank>(),
    };
    let after = read.ignored.take("after", after.map_err(|_| "is not the `next` of a page before"));
    let Some(after) = after.filter(|_| read.ignored.is_empty()) else {
        return Err(Error::Invalid(read.ignored));
    };
    let hits = find::find(&mut db, &read.search, after, now).await?;
    let each = |found: &Found| FoundJson {
        musician: MusicianJson::of(
            &found.profile,
            &catalog,
            hits.calendars.get(&found.profile.id),
            now,
        ),
        matching_credits: found.credits,
        last_matching_on: found.last_played_on,
    };
    let items = hits.found.iter().map(each).collect();
    Ok(Json(FoundList { items, next: hits.next.map(|next| next.to_string()) }))
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct KindJson {
    genre: String,
    confirmed_credits: i64,
    last_played_on: NaiveDate,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ProfileJson {
    #[serde(flatten)]
    musician: MusicianJson,
    about: String,
    reads_notation: bool,
    reads_numbers: bool,
    plays_by_ear: bool,
    /// Only what both sides confirmed.
    track_record: Vec<KindJson>,
}

/// A player's public profile.
#[utoipa::path(get, path = "/musicians/{slug}", tag = "musicians", params(("slug" = String, Path)),
    responses((status = 200, body = ProfileJson), (status = 404, description = "Nobody public goes by that.")))]
pub(crate) async fn show_musician_json(
    Now(now): Now,
    mut db: Db,
    Path(slug): Path<String>,
) -> Result<Json<ProfileJson>, Error> {
    let found = musicians::find_published(&mut db, &slug).await?.ok_or(Error::NotFound)?;
    let catalog = catalog::load(&mut db).await?;
    let about = profile::about(&mut db, &found, now).await?;
    let kind = |kind: Kind| KindJson {
        genre: kind.genre,
        confirmed_credits: kind.credits,
        last_played_on: kind.last_played_on,
    };
    Ok(Json(ProfileJson {
        musician: MusicianJson::of(&found, &catalog, Some(&about.calendar), now),
        track_record: about.kinds.into_iter().map(kind).collect(),
        about: found.about,
        reads_notation: found.reads_notation,
        reads_numbers: found.reads_numbers,
        plays_by_ear: found.plays_by_ear,
    }))
}
