use axum::{extract::State, http::HeaderMap, response::Response};

use super::{
    super::{model::Attachment, store},
    Conversation,
};
use crate::{
    accounts::Actor,
    files::{self, Served},
    values::{AttachmentId, BookingId},
    web::{App, Db, Error, Now, Path},
};

/// A file of a conversation, for its two sides, to be saved: a browser shows nothing of it here.
pub(crate) async fn file(
    State(app): State<App>,
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path((booking, id)): Path<(BookingId, AttachmentId)>,
    asked: HeaderMap,
) -> Result<Response, Error> {
    let seen = Conversation::find(&mut db, &actor, booking, now).await?;
    let found = store::find_file(&mut db, booking, id).await?.ok_or(Error::NotFound)?;
    drop(db);
    let file = Attachment::new(id, found.name, found.kind, found.bytes);
    let name = file.name_for(found.by, seen.reader);
    let served = Served::attached(found.key, &file.kind, file.bytes, name);
    files::serve(&files::of(&app), &served, &asked).await
}
