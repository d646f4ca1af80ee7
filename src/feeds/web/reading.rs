//! Where calendar programs read, without a sign-in: the address is the key.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};

use super::super::{actions, model::Edition};
use crate::{
    entries,
    values::Secret,
    web::{App, Db, Error, Now, Path},
};

/// What is no address of ours, and what was one, get the same answer.
pub(crate) async fn read(
    State(app): State<App>,
    Now(now): Now,
    mut db: Db,
    Path(name): Path<String>,
    asked: HeaderMap,
) -> Result<Response, Error> {
    let secret = name.strip_suffix(".ics").and_then(|secret| secret.parse::<Secret>().ok());
    let secret = secret.ok_or(Error::NotFound)?;
    let edition = actions::read(&mut db, &secret, &app.site.public_url, now).await?;
    let said = headers(&edition);
    if is_known(&edition, &said, &asked) {
        return Ok((StatusCode::NOT_MODIFIED, said).into_response());
    }
    Ok((said, edition.text).into_response())
}

fn headers(edition: &Edition) -> HeaderMap {
    let value = |text: String| HeaderValue::from_str(&text).expect("hex, digits and letters");
    let changed_at = edition.changed_at.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static(entries::FILE_TYPE)),
        (header::ETAG, value(format!("\"{}\"", hex::encode(&edition.content[..16])))),
        (header::LAST_MODIFIED, value(changed_at)),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
        // Not in robots.txt: Google's calendar keeps to that, and would read no feed.
        (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex")),
    ])
}

/// Whether who asks has this edition already. RFC 9110: a tag says more than a time, so where there
/// is one the time is not looked at.
fn is_known(edition: &Edition, said: &HeaderMap, asked: &HeaderMap) -> bool {
    let text = |name: HeaderName| asked.get(name).and_then(|value| value.to_str().ok());
    if let Some(tags) = text(header::IF_NONE_MATCH) {
        let ours = said.get(header::ETAG).and_then(|tag| tag.to_str().ok());
        let mut tags = tags.split(',').map(|tag| tag.trim().trim_start_matches("W/"));
        return tags.any(|tag| tag == "*" || Some(tag) == ours);
    }
    let since =
        text(header::IF_MODIFIED_SINCE).and_then(|at| DateTime::parse_from_rfc2822(at).ok());
    since.is_some_and(|since| edition.changed_at <= since.with_timezone(&Utc))
}
