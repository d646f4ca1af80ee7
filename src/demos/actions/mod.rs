mod ffmpeg;
mod studio;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};

pub use studio::Studio;
pub(super) use studio::{Recorded, record};

use super::{
    model::{Detail, Kind, MOST_DEMOS, Refusal, Way, moved, rendition::Rendition},
    store::{self, Player},
};
use crate::{
    files::{FileKey, Files},
    values::{AccountId, CreditId, DemoId, GenreId, InstrumentId, Line, MusicianId},
};

/// Where this room's files lie.
pub(super) const FOLDER: &str = "demos";

#[derive(Debug, thiserror::Error)]
pub(super) enum DemoError {
    #[error("There is no such demo.")]
    NotFound,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("came with another file before: take a fresh one for each demo")]
    KeyMisused,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Puts what was recorded on the profile. The same form sent twice makes one demo: the second file
/// is let go. So is one that cannot be added.
pub(super) async fn add(
    db: &mut PgConnection,
    files: &Files,
    player: &Player,
    detail: &Detail,
    recorded: &Recorded,
    form_key: Option<&str>,
    now: DateTime<Utc>,
) -> Result<DemoId, DemoError> {
    let added = insert(db, player.id, detail, recorded, form_key, now).await;
    if !matches!(added, Ok((_, true))) {
        let_go(files, recorded).await;
    }
    added.map(|(id, _)| id)
}

/// Removes the files of what will be no demo.
pub(super) async fn let_go(files: &Files, recorded: &Recorded) {
    let keys = [Some(&recorded.original), recorded.rendition.as_ref()];
    let keys: Vec<FileKey> = keys.into_iter().flatten().map(|file| file.key.clone()).collect();
    files.remove(&keys).await;
}

/// The demo, and whether it is new.
async fn insert(
    db: &mut PgConnection,
    musician: MusicianId,
    detail: &Detail,
    recorded: &Recorded,
    form_key: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(DemoId, bool), DemoError> {
    let bytes = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
    let file = store::File {
        key: &recorded.original.key,
        format: recorded.kind.name(),
        bytes: bytes(recorded.original.bytes),
        sha256: &recorded.original.sha256,
        playable: recorded.rendition.as_ref().map(|file| (&file.key, bytes(file.bytes))),
        duration_ms: recorded.heard.duration_ms(),
        lufs: recorded.heard.lufs,
        peaks: &recorded.heard.peaks,
    };
    let mut tx = db.begin().await?;
    if !store::lock(&mut tx, musician).await? {
        return Err(DemoError::NotFound);
    }
    if let Some(key) = form_key
        && let Some((id, sha256)) = store::find_sent(&mut tx, musician, key).await?
    {
        return if sha256 == file.sha256 { Ok((id, false)) } else { Err(DemoError::KeyMisused) };
    }
    if store::count(&mut tx, musician).await? >= MOST_DEMOS {
        return Err(Refusal::Full.into());
    }
    let id = store::insert(&mut tx, musician, detail, &file, form_key, now).await?;
    let id = id.ok_or(DemoError::KeyMisused)?;
    tx.commit().await?;
    Ok((id, true))
}

/// A demo of the sample world.
pub(crate) struct Made {
    pub(crate) musician: MusicianId,
    pub(crate) instrument: InstrumentId,
    pub(crate) genre: GenreId,
    pub(crate) credit: CreditId,
    pub(crate) title: String,
    pub(crate) rate: u32,
    /// Of one channel.
    pub(crate) samples: Vec<f32>,
}

/// Takes one in as if it had been sent.
pub(crate) async fn add_made(
    db: &mut PgConnection,
    files: &Files,
    made: Made,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let mut rendition = Rendition::new(made.samples.len() as u64, made.rate, 1);
    let wav = [rendition.head(), rendition.press(&made.samples), rendition.end()].concat();
    let stored = files.put(FOLDER, wav.into()).await?;
    let recorded = record(files, &Studio::default(), Kind::Wav, stored).await?;
    let detail = Detail {
        title: Line::parse(&made.title)?,
        instrument: made.instrument,
        genre: made.genre,
        credit: Some(made.credit),
        part: None,
    };
    insert(db, made.musician, &detail, &recorded.map_err(anyhow::Error::from)?, None, now).await?;
    Ok(())
}

/// Writes what the player says of a demo; its file stays.
pub(super) async fn change(
    db: &mut PgConnection,
    player: &Player,
    id: DemoId,
    detail: &Detail,
) -> Result<(), DemoError> {
    let mut tx = db.begin().await?;
    if !store::lock(&mut tx, player.id).await? {
        return Err(DemoError::NotFound);
    }
    if !store::update(&mut tx, player.id, id, detail).await? {
        return Err(DemoError::NotFound);
    }
    Ok(tx.commit().await?)
}

/// Moves a demo by one place; the first cannot go up, and then nothing changes.
pub(super) async fn shift(
    db: &mut PgConnection,
    player: &Player,
    id: DemoId,
    way: Way,
) -> Result<(), DemoError> {
    let mut tx = db.begin().await?;
    if !store::lock(&mut tx, player.id).await? {
        return Err(DemoError::NotFound);
    }
    let order = store::list(&mut tx, player.id).await?;
    let order: Vec<DemoId> = order.into_iter().map(|demo| demo.id).collect();
    if !order.contains(&id) {
        return Err(DemoError::NotFound);
    }
    store::arrange(&mut tx, player.id, &moved(order, id, way)).await?;
    Ok(tx.commit().await?)
}

/// Takes a demo off the profile, and its files out of the store.
pub(super) async fn remove(
    db: &mut PgConnection,
    files: &Files,
    player: &Player,
    id: DemoId,
) -> Result<(), DemoError> {
    let mut tx = db.begin().await?;
    if !store::lock(&mut tx, player.id).await? {
        return Err(DemoError::NotFound);
    }
    let keys = store::delete(&mut tx, player.id, id).await?.ok_or(DemoError::NotFound)?;
    tx.commit().await?;
    files.remove(&keys).await;
    Ok(())
}

/// Takes everything of somebody who leaves out of the tables, within the transaction of that; the
/// caller removes the files once it is committed.
pub(crate) async fn remove_all(
    db: &mut PgConnection,
    account: AccountId,
) -> sqlx::Result<Vec<FileKey>> {
    store::delete_all(db, account).await
}

/// Removes files that no row names and that are a day old: what a crash left behind. Answers how
/// many.
pub async fn sweep(
    db: &mut PgConnection,
    files: &Files,
    now: DateTime<Utc>,
) -> anyhow::Result<usize> {
    let named: HashSet<FileKey> = store::named(db).await?.into_iter().collect();
    Ok(files.sweep(FOLDER, &named, now).await?)
}
