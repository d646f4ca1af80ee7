use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::{super::model::Kind, profile};
use crate::{
    availability::Calendar,
    catalog::{self, Catalog},
    musicians::{self, Profile},
    values::{Money, MusicianId},
    web::{Db, Error, Json, Now, Path},
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
            portrait: profile.face().portrait(800),
            next_free: next
                .map(|slot| FreeJson { starts_at: slot.starts_at(), ends_at: slot.ends_at() }),
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
        claimed_credits: kind.claimed,
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
