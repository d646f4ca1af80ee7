use std::{sync::Arc, time::Duration};

use askama::Template;
use axum::{
    extract::{
        Multipart, State,
        multipart::{MultipartError, MultipartRejection},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use tokio::{sync::Semaphore, time::timeout};

use super::{
    actions::{self, PortraitError},
    model::{MOST_BYTES, NotPortrait, Refusal, SIDES, Squares},
    store::{self, Player},
};
use crate::{
    accounts::{Actor, Verified},
    files::{self, Served, Stopped},
    values::FieldErrors,
    web::{
        App, Db, Error, Frame, Go, Json, Monogram, Now, Page, Path, Problem, Section, portrait_at,
    },
};

/// How long somebody waits for their turn to have a picture decoded.
const PATIENCE: Duration = Duration::from_secs(20);

/// One picture is decoded at a time: it takes a core, and hundreds of megabytes.
#[derive(Debug)]
struct Darkroom(Arc<Semaphore>);

impl From<PortraitError> for Error {
    fn from(error: PortraitError) -> Error {
        match error {
            PortraitError::NotFound => Error::NotFound,
            PortraitError::Refused(refusal) => Error::Refused(refusal.to_string()),
            PortraitError::Files(error) => error.into(),
            PortraitError::Database(error) => error.into(),
        }
    }
}

impl From<NotPortrait> for Error {
    fn from(why: NotPortrait) -> Error {
        let mut errors = FieldErrors::default();
        errors.add("portrait", why);
        Error::Invalid(errors)
    }
}

#[derive(Template)]
#[template(path = "portraits/show.html")]
struct PortraitPage {
    frame: Frame,
    mono: Monogram,
    has_one: bool,
    errors: FieldErrors,
}

impl PortraitPage {
    fn of(frame: Frame, player: &Player, errors: FieldErrors) -> PortraitPage {
        PortraitPage {
            frame: frame.at(Section::Profile),
            mono: Monogram::of(&player.name).pictured(player.portrait.as_deref()),
            has_one: player.portrait.is_some(),
            errors,
        }
    }

    fn labels(&self) -> [(&'static str, &'static str); 1] {
        [("portrait", "Portrait")]
    }
}

pub(crate) async fn show(actor: Actor, frame: Frame, mut db: Db) -> Result<Response, Error> {
    let player = store::find_player(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    Ok(Page::ok(PortraitPage::of(frame, &player, FieldErrors::default())).into_response())
}

pub(crate) async fn set(
    State(app): State<App>,
    actor: Verified,
    now: Now,
    frame: Frame,
    mut db: Db,
    body: Result<Multipart, MultipartRejection>,
) -> Result<Response, Error> {
    let player = store::find_player(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    match take(&app, &actor, db, body, now).await {
        Ok(_) => Ok(Go::to("/profile/portrait").saying("Kept.").into_response()),
        Err(Error::Invalid(errors)) => {
            Ok(Page::again(PortraitPage::of(frame, &player, errors)).into_response())
        }
        Err(error) => Err(error),
    }
}

pub(crate) async fn remove(
    State(app): State<App>,
    actor: Verified,
    Now(now): Now,
    mut db: Db,
) -> Result<Go, Error> {
    actions::remove(&mut db, &files::of(&app), &actor, now).await?;
    Ok(Go::to("/profile/portrait").saying("Removed. Your monogram stands for it again."))
}

/// Reads a picture, decodes it and keeps it. No connection to the database is held meanwhile.
async fn take(
    app: &App,
    actor: &Actor,
    db: Db,
    body: Result<Multipart, MultipartRejection>,
    Now(now): Now,
) -> Result<Db, Error> {
    let _place = files::enter(app, actor.id).ok_or(PortraitError::from(Refusal::TwoAtOnce))?;
    let body = body.map_err(|_| unreadable())?;
    let read = async { develop(app, receive(body).await?).await };
    let (mut db, squares) = db.rest(read).await?;
    actions::set(&mut db, &files::of(app), actor, squares?, now).await?;
    Ok(db)
}

fn unreadable() -> Error {
    let said = "This form did not arrive as we send it: it is multipart/form-data with a field `portrait`.";
    Error::Unreadable(said.into())
}

/// The file of a form. One that is too heavy is read to its end and let go: a browser that is not
/// heard out does not listen.
async fn receive(mut body: Multipart) -> Result<Vec<u8>, Error> {
    let broken = |error: MultipartError| -> Error {
        match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => NotPortrait::TooHeavy.into(),
            _ => Stopped::from(error).into(),
        }
    };
    let (mut file, mut is_too_heavy) = (Vec::new(), false);
    while let Some(mut field) = body.next_field().await.map_err(broken)? {
        let is_wanted = field.name() == Some("portrait") && file.is_empty();
        while let Some(piece) = field.chunk().await.map_err(broken)? {
            if !is_wanted || is_too_heavy {
                continue;
            }
            is_too_heavy = file.len() + piece.len() > MOST_BYTES;
            if is_too_heavy {
                file = Vec::new();
            } else {
                file.extend_from_slice(&piece);
            }
        }
    }
    match (is_too_heavy, file.is_empty()) {
        (true, _) => Err(NotPortrait::TooHeavy.into()),
        (_, true) => Err(NotPortrait::Missing.into()),
        _ => Ok(file),
    }
}

/// Cuts the squares in a thread of its own, when it is its turn.
async fn develop(app: &App, file: Vec<u8>) -> Result<Squares, Error> {
    let room = app.kept.get_or(|| Darkroom(Arc::new(Semaphore::new(1))));
    let turn = timeout(PATIENCE, Arc::clone(&room.0).acquire_owned()).await;
    let turn = turn.map_err(|_| Error::Busy)?.map_err(anyhow::Error::from)?;
    let cut = tokio::task::spawn_blocking(move || {
        // Kept until it is done, whether or not somebody still waits for it.
        let _turn = turn;
        Squares::cut(&file)
    });
    match cut.await {
        Ok(squares) => Ok(squares?),
        // A decoder that gives up on a file that was made to break it.
        Err(stopped) if stopped.is_panic() => Err(NotPortrait::Broken.into()),
        Err(stopped) => Err(anyhow::Error::from(stopped).into()),
    }
}

/// A portrait: its squares, by the length of their sides in pixels.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct PortraitJson {
    /// The addresses of the squares, the biggest first.
    squares: Vec<SquareJson>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct SquareJson {
    #[schema(example = 320)]
    side: u16,
    url: String,
}

/// A picture: JPEG, PNG or WebP of at most 10 MiB and 40 million pixels.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "it only describes what is read field by field")]
pub(crate) struct PortraitUpload {
    #[schema(value_type = String, format = Binary)]
    portrait: Vec<u8>,
}

/// Gives the caller's profile a portrait, in the place of the one it had.
#[utoipa::path(put, path = "/profile/portrait", tag = "profile",
    request_body(content = PortraitUpload, content_type = "multipart/form-data"),
    responses((status = 200, body = PortraitJson), (status = 404, description = "The caller has no profile.", body = Problem),
    (status = 409, description = "The profile is being reviewed.", body = Problem),
    (status = 422, description = "The file is no picture we take.", body = Problem)))]
pub(crate) async fn set_json(
    State(app): State<App>,
    actor: Verified,
    now: Now,
    mut db: Db,
    body: Result<Multipart, MultipartRejection>,
) -> Result<Json<PortraitJson>, Error> {
    store::find_player(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let mut db = take(&app, &actor, db, body, now).await?;
    let player = store::find_player(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let hash = player.portrait.ok_or(Error::NotFound)?;
    let squares = SIDES.map(|side| SquareJson { side, url: portrait_at(&hash, side) });
    Ok(Json(PortraitJson { squares: squares.into() }))
}

/// Takes the portrait of the caller's profile away.
#[utoipa::path(delete, path = "/profile/portrait", tag = "profile",
    responses((status = 204, description = "There is none any more."),
    (status = 404, description = "The caller has no profile.", body = Problem),
    (status = 409, description = "The profile is being reviewed.", body = Problem)))]
pub(crate) async fn remove_json(
    State(app): State<App>,
    actor: Verified,
    Now(now): Now,
    mut db: Db,
) -> Result<StatusCode, Error> {
    actions::remove(&mut db, &files::of(&app), &actor, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A square, under its own hash: what lies there never changes.
pub(crate) async fn serve(
    State(app): State<App>,
    actor: Option<Actor>,
    headers: HeaderMap,
    mut db: Db,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let (hash, side) = read_name(&name).ok_or(Error::NotFound)?;
    let found = store::find(&mut db, hash, side.cast_signed(), actor.as_ref()).await?;
    let found = found.ok_or(Error::NotFound)?;
    drop(db);
    let served = Served {
        key: found.key,
        content_type: "image/jpeg",
        bytes: found.bytes.unsigned_abs(),
        etag: name.trim_end_matches(".jpg").to_owned(),
        cache: if found.is_public {
            // The address is of its content; but what was removed is gone within a day.
            "public, max-age=86400"
        } else {
            "private, no-cache"
        },
        saved_as: None,
    };
    files::serve(&files::of(&app), &served, &headers).await
}

/// `3f…e1-320.jpg`
fn read_name(name: &str) -> Option<(&str, u16)> {
    let (hash, side) = name.strip_suffix(".jpg")?.split_once('-')?;
    let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    let side = SIDES.into_iter().find(|known| known.to_string() == side)?;
    (hash.len() == 64 && hash.bytes().all(is_hex)).then_some((hash, side))
}
