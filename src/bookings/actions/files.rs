//! Charts and audio that go with a call: put beside the form while that is written.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{Connection, PgConnection};

use super::super::{
    model::{KEPT_UNSENT, Unkept, may_keep},
    store,
};
use crate::{
    files::{FileKey, Files, Kind, Stored, Taken},
    values::{AccountId, CallFileId, CallId},
};

/// Where they lie.
pub(in crate::bookings) const FOLDER: &str = "calls";

/// Puts files beside a form, as many as there is room for, and says why there is none for more. What
/// lies there already, or went with the form, is not kept twice.
pub(in crate::bookings) async fn put_beside(
    db: &mut PgConnection,
    store_of_files: &Files,
    (producer, form_key): (AccountId, &str),
    files: &[Taken],
    now: DateTime<Utc>,
) -> sqlx::Result<Result<(), Unkept>> {
    let (kept, why) = match keep(db, (producer, form_key), files, now).await {
        Ok(kept) => kept,
        Err(error) => {
            store_of_files.remove(&keys(files, &HashSet::new())).await;
            return Err(error);
        }
    };
    store_of_files.remove(&keys(files, &kept)).await;
    Ok(why)
}

/// Which were kept, and why others were not.
async fn keep(
    db: &mut PgConnection,
    (producer, form_key): (AccountId, &str),
    files: &[Taken],
    now: DateTime<Utc>,
) -> sqlx::Result<(HashSet<FileKey>, Result<(), Unkept>)> {
    let mut kept = HashSet::new();
    if files.is_empty() {
        return Ok((kept, Ok(())));
    }
    if form_key.is_empty() {
        return Ok((kept, Err(Unkept::NoKey)));
    }
    let mut tx = db.begin().await?;
    let (mut beside, mut unsent) = store::count_unsent(&mut tx, producer, form_key).await?;
    let mut why = Ok(());
    for file in files {
        if store::is_beside(&mut tx, producer, form_key, file).await? {
            continue;
        }
        why = may_keep(beside, unsent);
        if why.is_err() {
            break;
        }
        if store::insert_unsent(&mut tx, producer, form_key, file, now).await? {
            kept.insert(file.key.clone());
            (beside, unsent) = (beside + 1, unsent + 1);
        }
    }
    tx.commit().await?;
    Ok((kept, why))
}

fn keys(files: &[Taken], but: &HashSet<FileKey>) -> Vec<FileKey> {
    files.iter().map(|file| file.key.clone()).filter(|key| !but.contains(key)).collect()
}

/// Sends a chart along with a call that is there already, for the sample world.
pub(crate) async fn send_made(
    db: &mut PgConnection,
    store_of_files: &Files,
    (producer, call): (AccountId, CallId),
    name: &str,
    pdf: Vec<u8>,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let stored = store_of_files.put(FOLDER, pdf.into()).await?;
    let Stored { key, bytes, sha256 } = stored;
    let chart = Taken { key, name: name.to_owned(), kind: Kind::Pdf, bytes, sha256 };
    let form_key = format!("sample {call}");
    store::insert_unsent(db, producer, &form_key, &chart, now).await?;
    Ok(store::send_files(db, producer, &form_key, call).await?)
}

/// Takes files away again that lie beside a form which was not sent. Answers how many.
pub(in crate::bookings) async fn take_away(
    db: &mut PgConnection,
    store_of_files: &Files,
    producer: AccountId,
    files: &[CallFileId],
) -> sqlx::Result<usize> {
    let keys = store::delete_unsent(db, producer, files).await?;
    store_of_files.remove(&keys).await;
    Ok(keys.len())
}

/// Takes away what somebody sent along who leaves, within the transaction of that; the caller removes
/// the files once it is committed.
pub(crate) async fn remove_files(
    db: &mut PgConnection,
    account: AccountId,
) -> sqlx::Result<Vec<FileKey>> {
    store::delete_files_of(db, account).await
}

/// Forgets what lies beside forms that nobody sent, and removes files that nothing names and that are
/// a day old: what a crash left behind. Answers how many.
pub async fn sweep(
    db: &mut PgConnection,
    files: &Files,
    now: DateTime<Utc>,
) -> anyhow::Result<usize> {
    store::delete_left(db, now - TimeDelta::days(KEPT_UNSENT)).await?;
    let named: HashSet<FileKey> = store::list_keys(db).await?.into_iter().collect();
    Ok(files.sweep(FOLDER, &named, now).await?)
}
