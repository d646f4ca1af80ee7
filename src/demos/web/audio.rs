use axum::{extract::State, http::HeaderMap, response::Response};

use super::super::{
    model::{Bytes, Kind},
    store,
};
use crate::{
    accounts::Actor,
    files::{self, Served},
    values::DemoId,
    web::{App, Db, Error, Path},
};

/// A demo's sound, as every browser plays it, for whoever may see the profile.
pub(crate) async fn audio(
    State(app): State<App>,
    viewer: Option<Actor>,
    mut db: Db,
    Path(id): Path<DemoId>,
    asked: HeaderMap,
) -> Result<Response, Error> {
    let bytes = store::find_bytes(&mut db, id, viewer.as_ref()).await?.ok_or(Error::NotFound)?;
    drop(db);
    files::serve(&files::of(&app), &served(bytes), &asked).await
}

fn served(bytes: Bytes) -> Served {
    let original =
        Kind::named(&bytes.format).map_or("application/octet-stream", Kind::content_type);
    let (key, content_type, length) = match (bytes.playable, bytes.playable_bytes) {
        (Some(key), Some(length)) => (key, Kind::Wav.content_type(), length),
        _ => (bytes.original, original, bytes.original_bytes),
    };
    Served {
        etag: key.as_str().rsplit('/').next().unwrap_or_default().to_owned(),
        key,
        content_type,
        bytes: u64::try_from(length).unwrap_or(0),
        // The file never changes; whether one may hear it can.
        cache: "private, no-cache",
        saved_as: None,
    }
}
