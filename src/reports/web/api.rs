use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;

use super::{
    super::{
        actions,
        model::{Mark, Papers, Report},
    },
    forms::{ReportForm, SignForm},
    read, read_own,
};
use crate::{
    accounts::Actor,
    bookings::Party,
    values::BookingId,
    web::{Db, Error, Json, Now, Path, Problem},
};

/// A booking's report, with who signed it.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ReportJson {
    /// Which side the caller is; null for an admin, who only reads.
    role: Option<Party>,
    /// Whether the caller may write anything down now.
    may_write: bool,
    /// Whether the report is fit to be signed as it stands.
    may_be_signed: bool,
    report: Report,
    /// The canonical text, byte for byte.
    text: String,
    /// Of the text, in hex: what is signed.
    sha256: String,
    /// When the producer signed just this.
    producer_signed_at: Option<DateTime<Utc>>,
    /// When the musician signed just this.
    musician_signed_at: Option<DateTime<Utc>>,
    /// When both had: nobody changes it any more.
    sealed_at: Option<DateTime<Utc>>,
}

impl ReportJson {
    fn of(papers: &Papers, role: Option<Party>, now: DateTime<Utc>) -> ReportJson {
        let signed = |party| papers.signed(party).map(|signature| signature.signed_at);
        ReportJson {
            role,
            may_write: papers.may_write(role, now).is_ok(),
            may_be_signed: papers.may_be_signed(now).is_ok(),
            report: papers.report(),
            text: papers.text(),
            sha256: papers.sha256(),
            producer_signed_at: signed(Party::Producer),
            musician_signed_at: signed(Party::Musician),
            sealed_at: papers.seal.as_ref().map(|seal| seal.sealed_at),
        }
    }
}

async fn answer(
    db: &mut PgConnection,
    actor: &Actor,
    id: BookingId,
    now: DateTime<Utc>,
) -> Result<Json<ReportJson>, Error> {
    let (papers, role) = read(db, actor, id, now).await?;
    Ok(Json(ReportJson::of(&papers, role, now)))
}

/// What was played for a booking that is confirmed or done, and what it comes to.
#[utoipa::path(get, path = "/bookings/{id}/report", tag = "reports", params(("id" = BookingId, Path)),
    responses((status = 200, body = ReportJson),
        (status = 404, description = "none that the caller may know of", body = Problem),
        (status = 409, description = "the booking is not confirmed", body = Problem)))]
pub(crate) async fn show_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<BookingId>,
) -> Result<Json<ReportJson>, Error> {
    answer(&mut db, &actor, id, now).await
}

/// Writes down what was played, all of it: what is left out is taken away. It takes signatures back,
/// and tells whoever gave one.
#[utoipa::path(put, path = "/bookings/{id}/report", tag = "reports", params(("id" = BookingId, Path)),
    request_body = ReportForm,
    responses((status = 200, description = "written down, now or before", body = ReportJson),
        (status = 403, description = "the caller is no side of it", body = Problem),
        (status = 409, description = "too early, sealed, or changed meanwhile", body = Problem),
        (status = 422, description = "some fields are wrong", body = Problem)))]
pub(crate) async fn write_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<BookingId>,
    Json(form): Json<ReportForm>,
) -> Result<Json<ReportJson>, Error> {
    let (papers, _) = read_own(&mut db, &actor, id, now).await?;
    let (number, marks) = form.read(&papers).map_err(Error::Invalid)?;
    actions::write(&mut db, &actor, id, (number, &marks), now).await?;
    answer(&mut db, &actor, id, now).await
}

/// Marks that the session starts or ends now. A mark that stands there stays as it is.
#[utoipa::path(post, path = "/bookings/{id}/report/{mark}", tag = "reports",
    params(("id" = BookingId, Path), ("mark" = Mark, Path)),
    responses((status = 200, description = "marked, now or before", body = ReportJson),
        (status = 403, description = "the caller is no side of it", body = Problem),
        (status = 409, description = "too early, too late, or sealed", body = Problem)))]
pub(crate) async fn mark_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path((id, mark)): Path<(BookingId, Mark)>,
) -> Result<Json<ReportJson>, Error> {
    actions::mark(&mut db, &actor, id, mark, now).await?;
    answer(&mut db, &actor, id, now).await
}

/// Signs the report for the caller's side, provided its text is still the one with this hash. The
/// second of the two seals it.
#[utoipa::path(post, path = "/bookings/{id}/report/sign", tag = "reports", params(("id" = BookingId, Path)),
    request_body = SignForm,
    responses((status = 200, description = "signed, now or before", body = ReportJson),
        (status = 403, description = "the caller is no side of it", body = Problem),
        (status = 409, description = "not over, not complete, changed meanwhile, or sealed", body = Problem)))]
pub(crate) async fn sign_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<BookingId>,
    Json(form): Json<SignForm>,
) -> Result<Json<ReportJson>, Error> {
    actions::sign(&mut db, &actor, id, &form.sha256, now).await?;
    answer(&mut db, &actor, id, now).await
}
