use axum::{
    extract::{Multipart, State, multipart::MultipartRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{
    super::{
        actions::{self, Posted},
        model::{Attachment, Mark, Message, PAGE, Refusal, ThreadLine},
        store,
    },
    Conversation,
    forms::{MessageForm, ReadForm},
    pages::{Stretch, cut},
    upload::{self, Untaken},
    views::file_url,
};
use crate::{
    accounts::Actor,
    bookings::Party,
    values::{AttachmentId, BookingId, MessageId},
    web::{App, Db, Error, Json, Now, Path, Problem, Query},
};

/// Something that one side of a booking wrote to the other, as the caller may read it.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessageJson {
    id: MessageId,
    /// Which side wrote it.
    by: Option<Party>,
    name: String,
    /// May be empty where files came. Until the booking was confirmed, contact details of the other
    /// side are replaced.
    text: String,
    sent_at: DateTime<Utc>,
    files: Vec<AttachmentJson>,
    /// Whether contact details in it are hidden from the side that did not write it.
    is_partly_hidden: bool,
}

/// A file that came with a message.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttachmentJson {
    id: AttachmentId,
    name: String,
    #[schema(example = "PDF")]
    kind: String,
    bytes: i64,
    /// Where it is read, by its two sides.
    #[schema(example = "/bookings/17/messages/files/3")]
    url: String,
}

/// How far the other side has read.
#[derive(Serialize, ToSchema)]
pub(crate) struct MarkJson {
    /// The last of the caller's messages that was read.
    message: MessageId,
    at: DateTime<Utc>,
}

/// A page of a conversation, the latest message first.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessagesJson {
    items: Vec<MessageJson>,
    /// What `after` is for those before; null on the last page.
    next: Option<String>,
    /// Messages of the other side that the caller has not read.
    unread: i32,
    /// Null where nothing of the caller's was read.
    read: Option<MarkJson>,
    /// Whether contact details are shown: once the booking was confirmed.
    shows_contact_details: bool,
}

/// A conversation of the caller's.
#[derive(Serialize, ToSchema)]
pub(crate) struct ThreadJson {
    booking: BookingId,
    title: String,
    artist: String,
    /// The name of the other side.
    other: String,
    unread: i32,
    last_message: MessageId,
    last_at: DateTime<Utc>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ThreadsJson {
    items: Vec<ThreadJson>,
    next: Option<String>,
}

/// Files for the other side, and words with them.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is read field by field")]
pub(crate) struct FilesUpload {
    words: Option<String>,
    form_key: Option<String>,
    /// The last message the caller has read.
    seen: Option<i64>,
    /// One to four: PDF, PNG, JPEG, WebP or audio, of at most 200 MiB each.
    #[schema(value_type = Vec<String>, format = Binary)]
    file: Vec<Vec<u8>>,
}

impl MessageJson {
    pub(super) fn of(message: &Message, seen: &Conversation) -> MessageJson {
        let by = seen.booking.party(message.by);
        let file = |file: &Attachment| AttachmentJson {
            id: file.id,
            name: message.name_for(file, seen.reader),
            kind: file.kind.clone(),
            bytes: file.bytes,
            url: file_url(seen, file.id),
        };
        MessageJson {
            id: message.id,
            by,
            name: by.map_or("", |party| seen.booking.name_of(party)).to_owned(),
            text: message.text_for(seen.reader).into_owned(),
            sent_at: message.sent_at,
            files: message.files.iter().map(file).collect(),
            is_partly_hidden: message.is_partly_hidden(seen.shows_contact_details),
        }
    }
}

impl From<Mark> for MarkJson {
    fn from(mark: Mark) -> MarkJson {
        MarkJson { message: mark.message, at: mark.at }
    }
}

impl From<ThreadLine> for ThreadJson {
    fn from(line: ThreadLine) -> ThreadJson {
        let ThreadLine { booking, title, artist, other, unread, last_message, last_at } = line;
        ThreadJson { booking, title, artist, other, unread, last_message, last_at }
    }
}

/// The caller's conversations, the one written in last first.
#[utoipa::path(get, path = "/messages", tag = "messages", params(Stretch),
    responses((status = 200, description = "a page of them", body = ThreadsJson)))]
pub(crate) async fn list_json(
    actor: Actor,
    mut db: Db,
    Query(stretch): Query<Stretch>,
) -> Result<Json<ThreadsJson>, Error> {
    let found = store::list_threads(&mut db, actor.id, stretch.after).await?;
    let (found, next) = cut(found, |line: &ThreadLine| line.last_message);
    let items = found.into_iter().map(ThreadJson::from).collect();
    Ok(Json(ThreadsJson { items, next: next.map(|next| next.to_string()) }))
}

/// What was written under a booking, for its sides and for admins.
#[utoipa::path(get, path = "/bookings/{id}/messages", tag = "messages",
    params(("id" = BookingId, Path), Stretch),
    responses((status = 200, description = "a page of it", body = MessagesJson),
        (status = 404, description = "none that the caller may know of", body = Problem)))]
pub(crate) async fn show_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<BookingId>,
    Query(stretch): Query<Stretch>,
) -> Result<Json<MessagesJson>, Error> {
    let seen = Conversation::find(&mut db, &actor, id, now).await?;
    let found = store::list(&mut db, id, stretch.after, PAGE as i64 + 1).await?;
    let (found, next) = cut(found, |message: &Message| message.id);
    let read = match seen.party {
        Some(_) => store::mark(&mut db, id, actor.id).await?,
        None => None,
    };
    Ok(Json(MessagesJson {
        items: found.iter().map(|message| MessageJson::of(message, &seen)).collect(),
        next: next.map(|next| next.to_string()),
        unread: store::standing(&mut db, id, actor.id).await?.unread,
        read: read.map(MarkJson::from),
        shows_contact_details: seen.shows_contact_details,
    }))
}

/// Writes to the other side of a booking.
#[utoipa::path(post, path = "/bookings/{id}/messages", tag = "messages", request_body = MessageForm,
    params(("id" = BookingId, Path)),
    responses((status = 201, description = "written", body = MessageJson),
        (status = 200, description = "the same form was sent before, and made this", body = MessageJson),
        (status = 409, description = "the conversation is closed", body = Problem),
        (status = 422, description = "the text is missing or too long", body = Problem),
        (status = 429, description = "twenty in a minute are enough", body = Problem)))]
pub(crate) async fn post_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<BookingId>,
    Json(form): Json<MessageForm>,
) -> Result<Response, Error> {
    let draft = match form.read() {
        Ok(draft) => draft,
        Err(errors) => {
            // What is wrong with the words is nobody else's affair.
            let seen = Conversation::find(&mut db, &actor, id, now).await?;
            seen.party.ok_or(Refusal::NotASide)?;
            return Err(Error::Invalid(errors));
        }
    };
    let posted = actions::post(&mut db, &actor, id, &draft, now).await?;
    answer(&mut db, &actor, id, posted, now).await
}

/// Sends files to the other side of a booking. An `Idempotency-Key` sent again makes no second
/// message.
#[utoipa::path(post, path = "/bookings/{id}/messages/files", tag = "messages",
    params(("id" = BookingId, Path)),
    request_body(content = FilesUpload, content_type = "multipart/form-data"),
    responses((status = 201, description = "sent", body = MessageJson),
        (status = 200, description = "the same form was sent before, and made this", body = MessageJson),
        (status = 409, description = "the conversation is closed, or full, or two files are on their way", body = Problem),
        (status = 413, description = "a file is more than 200 MiB", body = Problem),
        (status = 422, description = "a file is not what it says, or nothing we take", body = Problem)))]
pub(crate) async fn post_files_json(
    State(app): State<App>,
    actor: Actor,
    now: Now,
    db: Db,
    Path(id): Path<BookingId>,
    headers: HeaderMap,
    body: Result<Multipart, MultipartRejection>,
) -> Result<Response, Error> {
    let at = now.0;
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).map(str::to_owned);
    let (mut db, posted) = upload::take(&app, &actor, id, db, body, key, now).await?;
    match posted {
        Ok(posted) => answer(&mut db, &actor, id, posted, at).await,
        Err(Untaken { errors, too_large: true, .. }) => {
            let said = errors.on("file").join("; ");
            Err(Error::TooLarge(format!("file {said}.")))
        }
        Err(Untaken { errors, .. }) => Err(Error::Invalid(errors)),
    }
}

async fn answer(
    db: &mut PgConnection,
    actor: &Actor,
    id: BookingId,
    posted: Posted,
    now: DateTime<Utc>,
) -> Result<Response, Error> {
    let (status, message) = match posted {
        Posted::Now(message) => (StatusCode::CREATED, message),
        Posted::Before(message) => (StatusCode::OK, message),
    };
    let seen = Conversation::find(db, actor, id, now).await?;
    let message = store::find(db, id, message).await?.ok_or(Error::NotFound)?;
    let location = format!("/api/v1/bookings/{id}/messages");
    let json = Json(MessageJson::of(&message, &seen));
    Ok((status, [(header::LOCATION, location)], json).into_response())
}

/// Notes that the caller has read up to a message; the other side sees it.
#[utoipa::path(post, path = "/bookings/{id}/messages/read", tag = "messages",
    params(("id" = BookingId, Path)), request_body = ReadForm,
    responses((status = 204, description = "noted"),
        (status = 403, description = "an admin has no mark", body = Problem),
        (status = 404, description = "none that the caller may know of", body = Problem)))]
pub(crate) async fn mark_read_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<BookingId>,
    Json(form): Json<ReadForm>,
) -> Result<StatusCode, Error> {
    actions::mark_read(&mut db, &actor, id, form.up_to, now).await?;
    Ok(StatusCode::NO_CONTENT)
}
