//! Charts and audio that go with a call.

use axum::{
    extract::{Multipart, State, multipart::MultipartRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{
    super::{
        actions,
        model::{Booking, CallFile, Party},
        store,
    },
    new,
};
use crate::{
    accounts::{Actor, Verified},
    files::{self, Served},
    values::{BookingId, CallFileId},
    web::{App, Db, Error, Json, Now, Path, Problem},
};

/// A file of a call as a reader sees it.
pub(crate) struct FileView {
    pub(super) name: String,
    /// `PDF, 340 kB`.
    pub(super) told: String,
    pub(super) url: String,
}

/// What goes with the call of a booking, for those who are in it.
pub(super) async fn shown(
    db: &mut PgConnection,
    booking: &Booking,
    reader: Option<Party>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<CallFile>> {
    if !booking.shows_files_to(reader, now) {
        return Ok(Vec::new());
    }
    let files = store::files_of(db, booking.call_id).await?.into_iter();
    let producer = Some(Party::Producer);
    let as_read = |file: CallFile| CallFile {
        name: booking.shown(&file.name, producer, reader).into_owned(),
        ..file
    };
    Ok(files.map(as_read).collect())
}

fn url_of(booking: BookingId, file: CallFileId) -> String {
    format!("/bookings/{booking}/files/{file}")
}

impl FileView {
    pub(super) fn of(booking: BookingId, file: CallFile) -> FileView {
        FileView { told: file.told(), url: url_of(booking, file.id), name: file.name }
    }
}

/// A file that goes with a call.
#[derive(Serialize, ToSchema)]
pub(crate) struct CallFileJson {
    id: CallFileId,
    name: String,
    #[schema(example = "PDF")]
    kind: String,
    bytes: i64,
    /// Where it is read, by those who are in the call; null while the form is not sent.
    #[schema(example = "/bookings/17/files/3")]
    url: Option<String>,
}

/// What lies beside a form.
#[derive(Serialize, ToSchema)]
pub(crate) struct CallFilesJson {
    items: Vec<CallFileJson>,
}

/// Files beside a form that is being written.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is read field by field")]
pub(crate) struct CallFilesUpload {
    /// The key that the form is going to be sent with.
    form_key: String,
    /// One to four: PDF, PNG, JPEG, WebP or audio, of at most 200 MiB each.
    #[schema(value_type = Vec<String>, format = Binary)]
    file: Vec<Vec<u8>>,
}

impl CallFileJson {
    pub(super) fn of(file: CallFile, booking: Option<BookingId>) -> CallFileJson {
        let CallFile { id, name, kind, bytes } = file;
        CallFileJson { id, name, kind, bytes, url: booking.map(|booking| url_of(booking, id)) }
    }
}

/// Puts files beside a request that is being written, to go with the new call it makes once it is sent:
/// with the same `form_key`, within two days. The same file sent again is there once.
#[utoipa::path(post, path = "/calls/files", tag = "bookings",
    request_body(content = CallFilesUpload, content_type = "multipart/form-data"),
    responses((status = 201, description = "kept: all that lies beside the form", body = CallFilesJson),
        (status = 409, description = "two files are on their way", body = Problem),
        (status = 413, description = "a file is more than 200 MiB", body = Problem),
        (status = 422, description = "a file is not what it says, nothing we take, or one too many", body = Problem)))]
pub(crate) async fn put_files_json(
    State(app): State<App>,
    actor: Verified,
    Now(now): Now,
    db: Db,
    body: Result<Multipart, MultipartRejection>,
) -> Result<Response, Error> {
    let (mut db, received) = new::take(&app, &actor, db, body).await?;
    let key = received.fields.iter().rfind(|(name, _)| name == "form_key");
    let key = key.map_or("", |(_, key)| key);
    let (items, faults) = new::keep(&mut db, &app, (&actor, key), &received, now).await?;
    if received.is_too_large() {
        return Err(Error::TooLarge(format!("file {}.", faults.on("file").join("; "))));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let items = items.into_iter().map(|file| CallFileJson::of(file, None)).collect();
    Ok((StatusCode::CREATED, Json(CallFilesJson { items })).into_response())
}

/// Takes a file away that lies beside a request which was not sent.
#[utoipa::path(delete, path = "/calls/files/{file}", tag = "bookings",
    params(("file" = CallFileId, Path)),
    responses((status = 204, description = "taken away"),
        (status = 404, description = "none of the caller's, or it was sent", body = Problem)))]
pub(crate) async fn take_file_away_json(
    State(app): State<App>,
    actor: Verified,
    mut db: Db,
    Path(file): Path<CallFileId>,
) -> Result<StatusCode, Error> {
    match actions::take_away(&mut db, &files::of(&app), actor.id, &[file]).await? {
        0 => Err(Error::NotFound),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

/// A file of a call, for those who are in it, to be saved: a browser shows nothing of it here.
pub(crate) async fn file(
    State(app): State<App>,
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path((booking, id)): Path<(BookingId, CallFileId)>,
    asked: HeaderMap,
) -> Result<Response, Error> {
    let booking = store::find(&mut db, booking, &actor, now).await?.ok_or(Error::NotFound)?;
    let reader = booking.party(actor.id);
    if !booking.shows_files_to(reader, now) {
        return Err(Error::NotFound);
    }
    let found = store::find_file(&mut db, booking.call_id, id).await?;
    let (key, file) = found.ok_or(Error::NotFound)?;
    drop(db);
    let name = booking.shown(&file.name, Some(Party::Producer), reader).into_owned();
    let served = Served::attached(key, &file.kind, file.bytes, name);
    files::serve(&files::of(&app), &served, &asked).await
}
