use axum::{extract::State, http::HeaderMap, response::Response};

use super::{
    super::{
        model::{Attachment, Kind},
        store,
    },
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
    let served = Served {
        etag: found.key.as_str().rsplit('/').next().unwrap_or_default().to_owned(),
        key: found.key,
        content_type: Kind::content_type(&file.kind),
        bytes: file.bytes.unsigned_abs(),
        // The file never changes; whether one may have it can.
        cache: "private, no-cache",
        saved_as: Some(file.name_for(found.by, seen.reader)),
    };
    files::serve(&files::of(&app), &served, &asked).await
}
