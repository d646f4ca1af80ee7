use axum::http::StatusCode;
use serde::Serialize;

use super::{
    super::{
        actions,
        model::{Completeness, Party, Profile, Status, Verb},
        store::{self, Remark},
    },
    forms::ProfileForm,
};
use crate::{
    accounts::{Actor, Verified},
    catalog::{self, Catalog},
    values::{Money, MusicianId},
    web::{Db, Error, Json, Now, Path},
};

/// A profile, as its owner and the admins see it.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct OwnProfileJson {
    id: MusicianId,
    slug: String,
    status: Status,
    /// Send it back with a change: a profile changed meanwhile is not overwritten.
    version: i32,
    name: String,
    headline: String,
    about: String,
    /// As it was typed: sent back, it means the same city.
    place: String,
    zone: &'static str,
    works_in_room: bool,
    works_remotely: bool,
    session_rate: Option<Money>,
    song_rate: Option<Money>,
    /// What the rates cover.
    rate_includes: String,
    /// Where they record remotely, and with what.
    remote_setup: String,
    /// What they bring to a session.
    room_setup: String,
    /// ISO 639-1 codes, the best first.
    languages: Vec<&'static str>,
    /// Codes, such as `afm`.
    unions: Vec<&'static str>,
    reads_notation: bool,
    reads_numbers: bool,
    plays_by_ear: bool,
    instruments: Vec<PlaysJson>,
    genres: Vec<String>,
    /// Where their portrait is, in its biggest square.
    portrait: Option<String>,
    /// What an admin asked to have changed.
    remarks: Vec<RemarkJson>,
    /// What is still wanting before it can be sent in.
    missing: Vec<&'static str>,
    /// What is there of what brings calls, and what to add next. For the owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    completeness: Option<Completeness>,
    /// What the caller may do to it now.
    verbs: Vec<Verb>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct PlaysJson {
    slug: String,
    gear: String,
    primary: bool,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct RemarkJson {
    field: String,
    remark: String,
}

impl OwnProfileJson {
    pub(crate) fn of(
        profile: Profile,
        catalog: &Catalog,
        remarks: Vec<Remark>,
        by: Party,
    ) -> OwnProfileJson {
        let genres = profile.genres.iter().filter_map(|id| catalog.genre_by_id(*id));
        let plays = profile.instruments.iter().map(|plays| PlaysJson {
            slug: plays.slug.clone(),
            gear: plays.gear.clone(),
            primary: plays.is_primary,
        });
        OwnProfileJson {
            instruments: plays.collect(),
            genres: genres.map(|genre| genre.slug.clone()).collect(),
            remarks: remarks
                .into_iter()
                .map(|remark| RemarkJson { field: remark.field, remark: remark.remark })
                .collect(),
            portrait: profile.face().portrait(800),
            missing: profile.missing(),
            completeness: None,
            verbs: profile.status.open_to(by),
            id: profile.id,
            status: profile.status,
            version: profile.version,
            zone: profile.zone.name(),
            works_in_room: profile.works_in_room,
            works_remotely: profile.works_remotely,
            session_rate: profile.session_rate,
            song_rate: profile.song_rate,
            rate_includes: profile.rate_includes,
            remote_setup: profile.remote_setup,
            room_setup: profile.room_setup,
            languages: profile.languages.iter().map(|one| one.code()).collect(),
            unions: profile.unions.iter().map(|one| one.code()).collect(),
            reads_notation: profile.reads_notation,
            reads_numbers: profile.reads_numbers,
            plays_by_ear: profile.plays_by_ear,
            slug: profile.slug,
            name: profile.name,
            headline: profile.headline,
            about: profile.about,
            place: profile.place_typed,
        }
    }
}

async fn own(db: &mut sqlx::PgConnection, actor: &Actor) -> Result<Json<OwnProfileJson>, Error> {
    let profile = store::find_owned(db, actor).await?.ok_or(Error::NotFound)?;
    let catalog = catalog::load(db).await?;
    let remarks = store::remarks(db, profile.id).await?;
    let completeness = Some(profile.completeness(store::extras(db, profile.id).await?));
    let own = OwnProfileJson::of(profile, &catalog, remarks, Party::Owner);
    Ok(Json(OwnProfileJson { completeness, ..own }))
}

/// The caller's own profile.
#[utoipa::path(get, path = "/profile", tag = "profile", responses((status = 200, body = OwnProfileJson),
    (status = 404, description = "The caller has none.")))]
pub(crate) async fn show_own_json(actor: Actor, mut db: Db) -> Result<Json<OwnProfileJson>, Error> {
    own(&mut db, &actor).await
}

/// Starts a draft, or finds the one there is.
#[utoipa::path(post, path = "/profile", tag = "profile", responses((status = 201, body = OwnProfileJson)))]
pub(crate) async fn start_json(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
) -> Result<(StatusCode, Json<OwnProfileJson>), Error> {
    actions::start(&mut db, &actor, now).await?;
    Ok((StatusCode::CREATED, own(&mut db, &actor).await?))
}

/// Writes the profile anew.
#[utoipa::path(put, path = "/profile", tag = "profile", request_body = ProfileForm,
    responses((status = 200, body = OwnProfileJson), (status = 409, description = "It is being reviewed."),
    (status = 422, description = "Some fields are wrong, or the version is stale.")))]
pub(crate) async fn save_json(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Json(form): Json<ProfileForm>,
) -> Result<Json<OwnProfileJson>, Error> {
    let catalog = catalog::load(&mut db).await?;
    let detail = form.read(&catalog).map_err(Error::Invalid)?;
    actions::save(&mut db, &actor, form.version(), &detail, now).await?;
    own(&mut db, &actor).await
}

/// Sends the profile in (`submit`) or takes it back (`withdraw`).
#[utoipa::path(post, path = "/profile/{verb}", tag = "profile", params(("verb" = Verb, Path)),
    responses((status = 200, body = OwnProfileJson), (status = 409, description = "Not as the profile stands.")))]
pub(crate) async fn take_own_step_json(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Path(verb): Path<Verb>,
) -> Result<Json<OwnProfileJson>, Error> {
    actions::take_own_step(&mut db, &actor, verb, now).await?;
    own(&mut db, &actor).await
}
