use axum::http::StatusCode;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    super::{
        actions,
        model::{Credit, Recording, Side, Status, Verb},
        store,
    },
    forms::CreditForm,
    pages::{NEWEST, PAGE},
};
use crate::{
    accounts::Actor,
    catalog,
    values::{BookingId, CreditId, Isrc, RecordingId},
    web::{Db, Error, Json, Now, Path, Query},
};

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct RecordingJson {
    id: RecordingId,
    pub(super) title: String,
    pub(super) artist: String,
    /// With hyphens, or null while there is none.
    isrc: Option<String>,
    /// The page that says who played.
    url: String,
}

impl RecordingJson {
    pub(super) fn of(recording: &Recording) -> RecordingJson {
        RecordingJson {
            id: recording.id,
            title: recording.title.clone(),
            artist: recording.artist.clone(),
            isrc: recording.isrc.as_ref().map(Isrc::to_string),
            url: format!("/recordings/{}", recording.address()),
        }
    }
}

/// One performer, one instrument, one recording, one session.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct CreditJson {
    id: CreditId,
    recording: RecordingJson,
    credited_as: String,
    /// The player's public page, while there is one.
    musician: Option<String>,
    instrument: String,
    genre: String,
    played_on: NaiveDate,
    status: Status,
    /// Whose agreement is still wanting.
    awaits: Option<Side>,
    /// The booking it came from, for its two sides.
    #[serde(skip_serializing_if = "Option::is_none")]
    booking: Option<BookingId>,
    /// What the caller may do to it now.
    verbs: Vec<Verb>,
}

impl CreditJson {
    pub(super) fn of(credit: &Credit, actor: Option<&Actor>) -> CreditJson {
        let side = actor.and_then(|actor| credit.side(actor.id));
        CreditJson {
            id: credit.id,
            recording: RecordingJson::of(&credit.recording),
            credited_as: credit.credited_as.clone(),
            musician: credit.musician_slug.as_ref().map(|slug| format!("/musicians/{slug}")),
            instrument: credit.instrument.clone(),
            genre: credit.genre.clone(),
            played_on: credit.played_on,
            status: credit.status,
            awaits: credit.awaits,
            booking: side.and(credit.booking_id),
            verbs: side.map(|side| credit.open_to(side)).unwrap_or_default(),
        }
    }
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct CreditList {
    /// Waiting for somebody's agreement; only on the first page.
    open: Vec<CreditJson>,
    /// Confirmed, newest first.
    items: Vec<CreditJson>,
    next: Option<CreditId>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CreditsAfter {
    /// The `next` of the page before.
    after: Option<CreditId>,
}

/// The caller's credits, on either side.
#[utoipa::path(get, path = "/credits", tag = "credits", params(CreditsAfter),
    responses((status = 200, body = CreditList)))]
pub(crate) async fn index_json(
    actor: Actor,
    mut db: Db,
    Query(page): Query<CreditsAfter>,
) -> Result<Json<CreditList>, Error> {
    let json = |credits: &[Credit]| -> Vec<CreditJson> {
        credits.iter().map(|credit| CreditJson::of(credit, Some(&actor))).collect()
    };
    let open = match page.after {
        None => store::list_open(&mut db, actor.id).await?,
        Some(_) => Vec::new(),
    };
    let after = page.after.unwrap_or(NEWEST.into());
    let mut confirmed = store::list_confirmed(&mut db, actor.id, after, PAGE + 1).await?;
    let more = confirmed.len() > PAGE as usize;
    confirmed.truncate(PAGE as usize);
    let next = confirmed.last().filter(|_| more).map(|last| last.id);
    Ok(Json(CreditList { open: json(&open), items: json(&confirmed), next }))
}

/// Marks a booking done and drafts the credit it leaves.
#[utoipa::path(post, path = "/bookings/{id}/done", tag = "credits", params(("id" = i64, Path)),
    request_body = CreditForm, responses((status = 201, body = CreditJson),
    (status = 409, description = "Not at this point of the booking's life."), (status = 422, description = "Some fields are wrong.")))]
pub(crate) async fn finish_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<BookingId>,
    Json(form): Json<CreditForm>,
) -> Result<(StatusCode, Json<CreditJson>), Error> {
    let catalog = catalog::load(&mut db).await?;
    let detail = form.read(&catalog).map_err(Error::Invalid)?;
    actions::finish(&mut db, &actor, id, &detail, now).await?;
    let credit = store::find_of_booking(&mut db, id, actor.id).await?.ok_or(Error::NotFound)?;
    Ok((StatusCode::CREATED, Json(CreditJson::of(&credit, Some(&actor)))))
}

/// Agrees to a credit as it stands; it is final and public from here on.
#[utoipa::path(post, path = "/credits/{id}/confirm", tag = "credits", params(("id" = i64, Path)),
    responses((status = 200, body = CreditJson), (status = 409, description = "Not yours to confirm, or confirmed before.")))]
pub(crate) async fn confirm_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<CreditId>,
) -> Result<Json<CreditJson>, Error> {
    let credit = actions::confirm(&mut db, &actor, id, now).await?;
    Ok(Json(CreditJson::of(&credit, Some(&actor))))
}

/// Writes a credit down otherwise and hands it to the other side.
#[utoipa::path(post, path = "/credits/{id}/correct", tag = "credits", params(("id" = i64, Path)),
    request_body = CreditForm, responses((status = 200, body = CreditJson),
    (status = 409, description = "Confirmed before, or nothing changed."), (status = 422, description = "Some fields are wrong.")))]
pub(crate) async fn correct_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<CreditId>,
    Json(form): Json<CreditForm>,
) -> Result<Json<CreditJson>, Error> {
    let catalog = catalog::load(&mut db).await?;
    let detail = form.read(&catalog).map_err(Error::Invalid)?;
    let credit = actions::correct(&mut db, &actor, id, &detail, now).await?;
    Ok(Json(CreditJson::of(&credit, Some(&actor))))
}
