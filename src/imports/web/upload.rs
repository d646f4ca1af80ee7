use axum::{
    extract::{
        Multipart,
        multipart::{MultipartError, MultipartRejection},
    },
    http::StatusCode,
};
use chrono::{DateTime, Utc};

use super::{
    super::{
        actions,
        model::{MOST_BYTES, Player, Refusal, Unreadable},
        store,
    },
    forms::FileForm,
};
use crate::{
    accounts::Actor,
    files,
    values::{FieldErrors, ImportId},
    web::{App, Db, Error, came_too_slowly},
};

/// A name is far shorter.
const MOST_TEXT: usize = 4 * 1024;

/// A form whose file was not taken, and why.
pub(super) struct Untaken {
    pub(super) form: FileForm,
    pub(super) errors: FieldErrors,
}

/// Takes a file in and reads it. No connection to the database is held meanwhile.
pub(super) async fn take(
    app: &App,
    actor: &Actor,
    player: Player,
    mut db: Db,
    body: Result<Multipart, MultipartRejection>,
    now: DateTime<Utc>,
) -> Result<(Db, Result<ImportId, Untaken>), Error> {
    actions::may_be_added(&store::list(&mut db, player.id, now).await?, None)?;
    let _place = files::enter(app, actor.id).ok_or(Refusal::TwoAtOnce)?;
    let body = body.map_err(|_| unreadable())?;
    let read = async {
        let (form, file) = receive(body).await?;
        let found = match file {
            Ok(file) => actions::look_into(app, file, player, now).await.map_err(|e| e.to_string()),
            Err(why) => Err(why.to_string()),
        };
        Ok::<_, Error>((form, found))
    };
    let (mut db, read) = db.rest(read).await?;
    let (form, found) = read?;
    match (form.read(), found) {
        (Ok(name), Ok(found)) => {
            let id = actions::add(&mut db, actor, name.as_ref(), None, &found, now).await?;
            Ok((db, Ok(id)))
        }
        (name, found) => {
            let mut errors = name.err().unwrap_or_default();
            errors.take("file", found.map(|_| ()));
            Ok((db, Err(Untaken { form, errors })))
        }
    }
}

fn unreadable() -> Error {
    let said =
        "This form did not arrive as we send it: it is multipart/form-data with a field `file`.";
    Error::Unreadable(said.into())
}

/// Reads a form with its file, to the end even where it is clear that it will be refused: a
/// browser that is not heard out does not listen.
async fn receive(mut body: Multipart) -> Result<(FileForm, Result<Vec<u8>, Unreadable>), Error> {
    let (mut form, mut file) = (FileForm::default(), Err(Unreadable::Missing));
    loop {
        let mut field = match body.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => return Ok((form, file)),
            Err(error) => return broken(&error, form),
        };
        let is_file = field.name() == Some("file");
        let is_name = field.name() == Some("file_name");
        let most = if is_file { MOST_BYTES } else { MOST_TEXT };
        let (mut taken, mut is_too_large) = (Vec::new(), false);
        loop {
            match field.chunk().await {
                Ok(Some(piece)) if !is_too_large && taken.len() + piece.len() <= most => {
                    taken.extend_from_slice(&piece);
                }
                Ok(Some(_)) => (taken, is_too_large) = (Vec::new(), true),
                Ok(None) => break,
                Err(error) => return broken(&error, form),
            }
        }
        match (is_file, is_name) {
            (true, _) if is_too_large => file = Err(Unreadable::TooLarge),
            // Nothing was chosen: that is how a browser sends it.
            (true, _) if taken.is_empty() => {}
            (true, _) => file = Ok(taken),
            (_, true) => form.file_name = String::from_utf8_lossy(&taken).into_owned(),
            _ => {}
        }
    }
}

/// What became of a body that does not come to its end.
fn broken(
    error: &MultipartError,
    form: FileForm,
) -> Result<(FileForm, Result<Vec<u8>, Unreadable>), Error> {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Ok((form, Err(Unreadable::TooLarge)));
    }
    if came_too_slowly(error) {
        return Err(Error::TooSlow);
    }
    Err(Error::Unreadable("What was sent did not arrive whole, so nothing of it was kept.".into()))
}
