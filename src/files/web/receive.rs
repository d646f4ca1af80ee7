//! A form with files, read as it comes.

use axum::extract::{Multipart, multipart::Field};

use super::{
    super::{
        model::{FileKey, Kind, MOST_BYTES, MOST_FILES, Taken, Unusable, safe_name},
        store::{Files, FilesError, Upload},
    },
    Stopped,
};
use crate::web::Error;

/// More than all the text that comes beside files.
const MOST_TEXT: usize = 64 * 1024;
/// More fields than any form here has beside its files: what comes after is not ours.
const MOST_FIELDS: usize = 128;

/// A form that came with files: those that will do, and what is wrong with the others.
#[derive(Debug, Default)]
pub(crate) struct Received {
    /// What came beside files, by the names of its fields.
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) files: Vec<Taken>,
    pub(crate) faults: Vec<Unusable>,
}

impl Received {
    /// Removes the files of what comes to nothing.
    pub(crate) async fn let_go(&self, files: &Files) {
        let keys: Vec<FileKey> = self.files.iter().map(|file| file.key.clone()).collect();
        files.remove(&keys).await;
    }

    pub(crate) fn is_too_large(&self) -> bool {
        self.faults.iter().any(|why| matches!(why, Unusable::TooLarge(_)))
    }
}

pub(crate) fn unreadable() -> Error {
    let said =
        "This form did not arrive as we send it: it is multipart/form-data with fields `file`.";
    Error::Unreadable(said.into())
}

/// Reads a form with its files, which are kept in a room's folder, to the end even where it is clear
/// that one will be refused: a browser that is not heard out does not listen.
pub(crate) async fn receive(
    files: &Files,
    folder: &'static str,
    mut body: Multipart,
) -> Result<Received, Error> {
    let mut sent = Received::default();
    loop {
        let read = match body.next_field().await {
            Ok(Some(field)) => read_field((files, folder), field, &mut sent).await,
            Ok(None) => return Ok(sent),
            Err(error) => Err(error.into()),
        };
        let Err(stopped) = read else { continue };
        match stopped {
            stopped if stopped.is_too_large() => {
                sent.faults.push(Unusable::TooLarge("All of it together".into()));
                return Ok(sent);
            }
            stopped => {
                sent.let_go(files).await;
                return Err(stopped.into());
            }
        }
    }
}

/// A store, and the folder in it.
type Shelf<'a> = (&'a Files, &'static str);

async fn read_field(
    shelf: Shelf<'_>,
    mut field: Field<'_>,
    sent: &mut Received,
) -> Result<(), Stopped> {
    let name = field.name().unwrap_or_default().to_owned();
    if name == "file" {
        let is_one_too_many = sent.files.len() + sent.faults.len() >= MOST_FILES;
        match read_file(shelf, field, is_one_too_many).await? {
            Ok(Some(taken)) => sent.files.push(taken),
            Ok(None) => {}
            Err(why) if sent.faults.contains(&why) => {}
            Err(why) => sent.faults.push(why),
        }
        return Ok(());
    }
    let so_far: usize = sent.fields.iter().map(|(name, text)| name.len() + text.len()).sum();
    let mut text = Vec::new();
    while let Some(piece) = field.chunk().await? {
        if so_far + text.len() + piece.len() > MOST_TEXT {
            return Err(Stopped::Error(Error::TooLarge("send less text.".into())));
        }
        text.extend_from_slice(&piece);
    }
    if sent.fields.len() < MOST_FIELDS {
        sent.fields.push((name, String::from_utf8_lossy(&text).into_owned()));
    }
    Ok(())
}

/// Writes a file to the store as it comes. One that will not do is read on, and let go; none is
/// there where none was chosen.
async fn read_file(
    (files, folder): Shelf<'_>,
    mut field: Field<'_>,
    is_one_too_many: bool,
) -> Result<Result<Option<Taken>, Unusable>, Stopped> {
    let sent_as = field.file_name().unwrap_or_default().to_owned();
    let name = safe_name(&sent_as);
    let mut upload = if is_one_too_many {
        Err(Unusable::TooMany)
    } else {
        Ok(files.begin(folder, MOST_BYTES).await?)
    };
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
    let kind = match Kind::told(&name, &head) {
        Ok(kind) => kind,
        Err(why) => {
            upload.abort().await;
            // Nothing was chosen: that is how a browser sends it.
            return Ok(if sent_as.is_empty() && head.is_empty() { Ok(None) } else { Err(why) });
        }
    };
    let stored = upload.finish().await?;
    let (key, bytes, sha256) = (stored.key, stored.bytes, stored.sha256);
    Ok(Ok(Some(Taken { key, name, kind, bytes, sha256 })))
}

/// Adds a piece, unless the file is too large by now or not what it is called.
async fn write(
    mut upload: Upload,
    piece: &[u8],
    name: &str,
    head: &[u8],
) -> Result<Result<Upload, Unusable>, Stopped> {
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
            Ok(Err(Unusable::TooLarge(name.to_owned())))
        }
        Err(error) => {
            upload.abort().await;
            Err(error.into())
        }
    }
}
