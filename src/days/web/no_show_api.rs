use axum::{
    extract::{Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{
    super::{
        actions,
        model::{NoShow, Outcome, Refusal, Standing, Statement, Verb, Who, claimed_from},
    },
    Day,
    forms::WordsForm,
    upload::{self, Saying, Untaken},
    views::evidence_url,
};
use crate::{
    accounts::Actor,
    bookings::{Booking, Party},
    values::{BookingId, EvidenceId, Money, NoShowId},
    web::{App, Db, Error, Json, Now, Path, Problem},
};

/// A file that goes with a statement.
#[derive(Serialize, ToSchema)]
pub(crate) struct EvidenceJson {
    id: EvidenceId,
    name: String,
    #[schema(example = "PDF")]
    kind: String,
    bytes: i64,
    /// Where it is read, by both sides and admins.
    #[schema(example = "/bookings/17/no-show/files/3")]
    url: String,
}

/// What somebody said of a no-show.
#[derive(Serialize, ToSchema)]
pub(crate) struct StatementJson {
    /// What it made of it.
    status: Standing,
    /// Null is the clock.
    by: Option<String>,
    at: DateTime<Utc>,
    /// May be empty.
    words: String,
    files: Vec<EvidenceJson>,
}

/// One side's word that the other did not come.
#[derive(Serialize, ToSchema)]
pub(crate) struct NoShowJson {
    id: NoShowId,
    /// Which side says it.
    by: Party,
    claimed_at: DateTime<Utc>,
    answer_by: DateTime<Utc>,
    status: Standing,
    /// Who did not come, as it was settled; null while it is not, and where nobody stayed away.
    absent: Option<Party>,
    /// The first first.
    statements: Vec<StatementJson>,
}

/// What was said of who did not come to a booking's session.
#[derive(Serialize, ToSchema)]
pub(crate) struct NoShowsJson {
    booking: BookingId,
    /// Which side the caller is; null for an admin.
    role: Option<Party>,
    /// The first first: each side says it once.
    items: Vec<NoShowJson>,
    /// From when on the caller may say so.
    claimed_from: Option<DateTime<Utc>>,
    may_claim: bool,
    may_agree: bool,
    may_contest: bool,
    may_take_back: bool,
    /// What is owed since it was settled.
    owed: Option<Money>,
}

/// An account of what happened, with what shows it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is read field by field")]
pub(crate) struct AccountUpload {
    /// At most 2,000 characters.
    words: String,
    /// Four at most: PDF, PNG, JPEG, WebP or audio, of at most 200 MiB each.
    #[schema(value_type = Vec<String>, format = Binary)]
    file: Option<Vec<Vec<u8>>>,
}

impl NoShowJson {
    fn of(no_show: &NoShow, booking: &Booking, now: DateTime<Utc>) -> NoShowJson {
        let statement = |it: &Statement| StatementJson {
            status: it.status,
            by: it.by.clone(),
            at: it.at,
            words: it.words.clone(),
            files: it
                .evidence
                .iter()
                .map(|file| EvidenceJson {
                    id: file.id,
                    name: file.name.clone(),
                    kind: file.kind.clone(),
                    bytes: file.bytes,
                    url: evidence_url(booking, file.id),
                })
                .collect(),
        };
        NoShowJson {
            id: no_show.id,
            by: no_show.by,
            claimed_at: no_show.claimed_at,
            answer_by: no_show.answer_by,
            status: no_show.stands(now),
            absent: no_show.absent,
            statements: no_show.statements.iter().map(statement).collect(),
        }
    }
}

async fn no_shows_of(
    db: &mut PgConnection,
    actor: &Actor,
    id: BookingId,
    now: DateTime<Utc>,
) -> Result<Json<NoShowsJson>, Error> {
    let day = Day::find(db, actor, id, now).await?;
    let may = |verb| {
        let step = day.reader.zip(day.no_shows.last());
        let step = step.map(|(reader, last)| last.step(verb, Who::Side(reader), now));
        matches!(step, Some(Ok(Outcome::New(_))))
    };
    let booking = &day.papers.booking;
    Ok(Json(NoShowsJson {
        booking: id,
        role: day.reader,
        items: day.no_shows.iter().map(|it| NoShowJson::of(it, booking, now)).collect(),
        claimed_from: day.reader.and_then(|by| claimed_from(&day.papers, by)),
        may_claim: day.closed(now).is_none(),
        may_agree: may(Verb::Agree),
        may_contest: may(Verb::Contest),
        may_take_back: may(Verb::TakeBack),
        owed: booking.owed,
    }))
}

/// What was said of who did not come to a booking's session, for its sides and admins.
#[utoipa::path(get, path = "/bookings/{id}/no-show", tag = "days", params(("id" = BookingId, Path)),
    responses((status = 200, body = NoShowsJson),
        (status = 404, description = "none that the caller may know of", body = Problem)))]
pub(crate) async fn no_show_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<BookingId>,
) -> Result<Json<NoShowsJson>, Error> {
    no_shows_of(&mut db, &actor, id, now).await
}

/// Says that the other side did not come, from 30 minutes after the start while it is not marked. They
/// have 72 hours to answer.
#[utoipa::path(post, path = "/bookings/{id}/no-show", tag = "days", params(("id" = BookingId, Path)),
    request_body(content = AccountUpload, content_type = "multipart/form-data"),
    responses((status = 200, description = "said, now or before", body = NoShowsJson),
        (status = 403, description = "the caller is no side of it", body = Problem),
        (status = 409, description = "too early, too late, started, or said before", body = Problem),
        (status = 413, description = "a file is more than 200 MiB", body = Problem),
        (status = 422, description = "words are missing, or a file is nothing we take", body = Problem)))]
pub(crate) async fn claim_json(
    State(app): State<App>,
    actor: Actor,
    now: Now,
    db: Db,
    Path(id): Path<BookingId>,
    body: Result<Multipart, MultipartRejection>,
) -> Result<Response, Error> {
    say(&app, (&actor, id), Saying::Claim, db, body, now).await
}

/// Says how it was, where the other side says that the caller did not come. An admin decides.
#[utoipa::path(post, path = "/bookings/{id}/no-show/contest", tag = "days",
    params(("id" = BookingId, Path)),
    request_body(content = AccountUpload, content_type = "multipart/form-data"),
    responses((status = 200, description = "said, now or before", body = NoShowsJson),
        (status = 403, description = "the caller is no side of it", body = Problem),
        (status = 409, description = "nobody says so, or the time to answer is over", body = Problem),
        (status = 413, description = "a file is more than 200 MiB", body = Problem),
        (status = 422, description = "words are missing, or a file is nothing we take", body = Problem)))]
pub(crate) async fn contest_json(
    State(app): State<App>,
    actor: Actor,
    now: Now,
    db: Db,
    Path(id): Path<BookingId>,
    body: Result<Multipart, MultipartRejection>,
) -> Result<Response, Error> {
    say(&app, (&actor, id), Saying::Contest, db, body, now).await
}

async fn say(
    app: &App,
    (actor, id): (&Actor, BookingId),
    saying: Saying,
    db: Db,
    body: Result<Multipart, MultipartRejection>,
    now: Now,
) -> Result<Response, Error> {
    let at = now.0;
    let (mut db, said) = upload::take(app, (actor, id), saying, db, body, now).await?;
    match said {
        Ok(_) => Ok((StatusCode::OK, no_shows_of(&mut db, actor, id, at).await?).into_response()),
        Err(Untaken::Refused { why, .. }) => Err(why),
        Err(Untaken::Invalid { too_large: Some(said), .. }) => Err(Error::TooLarge(said)),
        Err(Untaken::Invalid { errors, .. }) => Err(Error::Invalid(errors)),
    }
}

/// Agrees that the caller did not come, or takes back that the other side did not. Agreed on, the
/// booking is cancelled as if by who did not come.
#[utoipa::path(post, path = "/bookings/{id}/no-show/{verb}", tag = "days",
    params(("id" = BookingId, Path), ("verb" = Verb, Path)), request_body = WordsForm,
    responses((status = 200, description = "done, now or before", body = NoShowsJson),
        (status = 403, description = "the caller is no side of it", body = Problem),
        (status = 409, description = "it is not the caller’s to do, or settled", body = Problem)))]
pub(crate) async fn step_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path((id, verb)): Path<(BookingId, Verb)>,
    Json(form): Json<WordsForm>,
) -> Result<Json<NoShowsJson>, Error> {
    let day = Day::find(&mut db, &actor, id, now).await?;
    day.reader.ok_or(Refusal::NotASide)?;
    let draft = form.read().map_err(Error::Invalid)?;
    actions::take_step(&mut db, &actor, id, verb, &draft, now).await?;
    no_shows_of(&mut db, &actor, id, now).await
}
