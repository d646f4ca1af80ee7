use axum::{extract::State, http::HeaderMap, response::Response};

use super::{super::store, Day};
use crate::{
    accounts::Actor,
    files::{self, Served},
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
    let served = Served::attached(found.key, &found.kind, found.bytes, found.name);
    files::serve(&files::of(&app), &served, &asked).await
}
