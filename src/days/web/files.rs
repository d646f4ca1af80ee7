use axum::{extract::State, http::HeaderMap, response::Response};

use super::{super::store, Day};
use crate::{
    accounts::Actor,
    files::{self, Served},
    threads,
    values::{BookingId, EvidenceId},
    web::{App, Db, Error, Now, Path},
};

/// A file that goes with what was said, for both sides and admins, to be saved: a browser shows
/// nothing of it here.
pub(crate) async fn file(
    State(app): State<App>,
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path((booking, id)): Path<(BookingId, EvidenceId)>,
    asked: HeaderMap,
) -> Result<Response, Error> {
    Day::find(&mut db, &actor, booking, now).await?;
    let found = store::find_file(&mut db, booking, id).await?.ok_or(Error::NotFound)?;
    drop(db);
    let served = Served {
        etag: found.key.as_str().rsplit('/').next().unwrap_or_default().to_owned(),
        key: found.key,
        content_type: threads::Kind::content_type(&found.kind),
        bytes: found.bytes.unsigned_abs(),
        // The file never changes; whether one may have it can.
        cache: "private, no-cache",
        saved_as: Some(found.name),
    };
    files::serve(&files::of(&app), &served, &asked).await
}
