use axum::extract::{
    Multipart,
    multipart::{Field, MultipartRejection},
};

use super::{
    super::{
        actions::{self, DemoError, FOLDER, Recorded, Studio},
        model::{Detail, Kind, MOST_BYTES, MOST_DEMOS, Refusal, Unusable},
        store::{self, Player},
    },
    forms::DemoForm,
};
use crate::{
    accounts::Actor,
    catalog,
    files::{self, Files, FilesError, Stopped, Stored},
    values::{DemoId, FieldErrors},
    web::{App, Db, Error, Now},
};

/// A title, a part, a key: none is longer than this by far.
const MOST_TEXT: usize = 4 * 1024;

/// A form that came with a file.
struct Sent {
    form: DemoForm,
    file: Result<(Kind, Stored), Unusable>,
}

/// A form whose demo was not taken, and why.
pub(super) struct Untaken {
    pub(super) form: DemoForm,
    pub(super) errors: FieldErrors,
    pub(super) too_large: bool,
}

impl From<DemoError> for Error {
    fn from(error: DemoError) -> Error {
        match error {
            DemoError::NotFound => Error::NotFound,
            DemoError::Refused(refusal) => refusal.into(),
            DemoError::KeyMisused => {
                let mut errors = FieldErrors::default();
                errors.add("form_key", error);
                Error::Invalid(errors)
            }
            DemoError::Database(error) => error.into(),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        Error::Refused(refusal.to_string())
    }
}

/// Takes a demo in: the file into the store as it comes, then decoded, then onto the profile. No
/// connection to the database is held meanwhile. A program may name the form's key in a header.
pub(super) async fn take(
    app: &App,
    actor: &Actor,
    mut db: Db,
    body: Result<Multipart, MultipartRejection>,
    key: Option<String>,
    Now(now): Now,
) -> Result<(Db, Result<DemoId, Untaken>), Error> {
    let player = own(&mut db, actor).await?;
    if store::count(&mut db, player.id).await? >= MOST_DEMOS {
        return Err(Refusal::Full.into());
    }
    let catalog = catalog::load(&mut db).await?;
    let (files, studio) = (files::of(app), app.kept.get_or(Studio::default));
    let _place = files::enter(app, actor.id).ok_or(Refusal::TwoAtOnce)?;
    let body = body.map_err(|_| unreadable())?;
    let received = async {
        let mut sent = receive(&files, body).await?;
        if let Some(key) = key {
            sent.form.form_key = key;
        }
        let recorded = match sent.file {
            Ok((kind, stored)) => actions::record(&files, &studio, kind, stored).await?,
            Err(why) => Err(why),
        };
        Ok::<_, Error>((sent.form, recorded))
    };
    let (mut db, received) = db.rest(received).await?;
    let (form, recorded) = received?;
    match settle(&files, &form, form.read(&player, &catalog), recorded).await {
        Ok((detail, recorded)) => {
            let key = form.key().ok().flatten();
            let key = key.as_ref().map(|key| key.as_str());
            let id = actions::add(&mut db, &files, &player, &detail, &recorded, key, now).await?;
            Ok((db, Ok(id)))
        }
        Err(untaken) => Ok((db, Err(untaken))),
    }
}

/// The player whose demos the actor keeps.
pub(super) async fn own(db: &mut sqlx::PgConnection, actor: &Actor) -> Result<Player, Error> {
    store::find_player(db, actor).await?.ok_or(Error::NotFound)
}

/// Both, or every fault at once; then a file that was fine is let go as well.
async fn settle(
    files: &Files,
    form: &DemoForm,
    detail: Result<Detail, FieldErrors>,
    recorded: Result<Recorded, Unusable>,
) -> Result<(Detail, Recorded), Untaken> {
    let untaken = |errors, too_large| Untaken { form: form.clone(), errors, too_large };
    match (detail, recorded) {
        (Ok(detail), Ok(recorded)) => Ok((detail, recorded)),
        (Err(errors), Ok(recorded)) => {
            actions::let_go(files, &recorded).await;
            Err(untaken(errors, false))
        }
        (detail, Err(why)) => {
            let mut errors = detail.err().unwrap_or_default();
            errors.add("file", &why);
            Err(untaken(errors, why == Unusable::TooLarge))
        }
    }
}

fn unreadable() -> Error {
    Error::Unreadable(
        "This form did not arrive as we send it: it is multipart/form-data with a field `file`."
            .into(),
    )
}

/// Reads a form with its file, to the end even where it is clear that it will be refused: a
/// browser that is not heard out does not listen.
async fn receive(files: &Files, mut body: Multipart) -> Result<Sent, Error> {
    let mut sent = Sent { form: DemoForm::default(), file: Err(Unusable::Missing) };
    loop {
        let read = match body.next_field().await {
            Ok(Some(field)) => read_field(files, field, &mut sent).await,
            Ok(None) => return Ok(sent),
            Err(error) => Err(error.into()),
        };
        let Err(stopped) = read else { continue };
        if let Ok((_, stored)) = &sent.file {
            files.remove(std::slice::from_ref(&stored.key)).await;
        }
        match stopped {
            stopped if stopped.is_too_large() => {
                sent.file = Err(Unusable::TooLarge);
                return Ok(sent);
            }
            stopped => return Err(stopped.into()),
        }
    }
}

async fn read_field(files: &Files, mut field: Field<'_>, sent: &mut Sent) -> Result<(), Stopped> {
    let name = field.name().unwrap_or_default().to_owned();
    if name == "file" && matches!(sent.file, Err(Unusable::Missing)) {
        sent.file = read_file(files, field).await?;
        return Ok(());
    }
    let mut text = Vec::new();
    while let Some(piece) = field.chunk().await? {
        if text.len() + piece.len() > MOST_TEXT {
            return Err(Stopped::Error(Error::TooLarge("send less text.".into())));
        }
        text.extend_from_slice(&piece);
    }
    sent.form.set(&name, String::from_utf8_lossy(&text).into_owned());
    Ok(())
}

/// Writes a file to the store as it comes. One that will not do is read on, and let go.
async fn read_file(
    files: &Files,
    mut field: Field<'_>,
) -> Result<Result<(Kind, Stored), Unusable>, Stopped> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let mut upload = Ok(files.begin(FOLDER, MOST_BYTES).await?);
    let mut head = Vec::new();
    loop {
        let piece = match field.chunk().await {
            Ok(Some(piece)) => piece,
            Ok(None) => break,
            Err(error) => {
                if let Ok(upload) = upload {
                    upload.abort().await;
                }
                return Err(error.into());
            }
        };
        let wanting = Kind::HEAD.saturating_sub(head.len()).min(piece.len());
        head.extend_from_slice(&piece[..wanting]);
        upload = match upload {
            Ok(upload) => write(upload, &piece, &name, &head).await?,
            refused => refused,
        };
    }
    let upload = match upload {
        Ok(upload) => upload,
        Err(why) => return Ok(Err(why)),
    };
    match Kind::told(&name, &head) {
        Ok(kind) => Ok(Ok((kind, upload.finish().await?))),
        Err(why) => {
            upload.abort().await;
            // Nothing was chosen: that is how a browser sends it.
            Ok(Err(if name.is_empty() && head.is_empty() { Unusable::Missing } else { why }))
        }
    }
}

/// Adds a piece, unless the file is too large by now or not what it is called.
async fn write(
    mut upload: files::Upload,
    piece: &[u8],
    name: &str,
    head: &[u8],
) -> Result<Result<files::Upload, Unusable>, Stopped> {
    if head.len() >= Kind::HEAD
        && let Err(why) = Kind::told(name, head)
    {
        upload.abort().await;
        return Ok(Err(why));
    }
    match upload.write(piece).await {
        Ok(()) => Ok(Ok(upload)),
        Err(FilesError::TooLarge(_)) => {
            upload.abort().await;
            Ok(Err(Unusable::TooLarge))
        }
        Err(error) => {
            upload.abort().await;
            Err(error.into())
        }
    }
}
