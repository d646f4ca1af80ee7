use axum::extract::{Multipart, multipart::MultipartRejection};

use super::{
    super::{
        actions::{self, FOLDER, Posted},
        model::{Draft, Refusal, may_write},
    },
    Conversation,
    forms::FilesForm,
};
use crate::{
    accounts::Actor,
    files::{self, Received, Unusable, receive, unreadable},
    values::{BookingId, FieldErrors},
    web::{App, Db, Error, Now},
};

/// A form whose files were not taken, and why.
pub(super) struct Untaken {
    pub(super) form: FilesForm,
    pub(super) errors: FieldErrors,
    pub(super) too_large: bool,
}

/// Takes files in as they come, then makes a message of them. No connection to the database is held
/// meanwhile. A program may name the form's key in a header.
pub(super) async fn take(
    app: &App,
    actor: &Actor,
    id: BookingId,
    mut db: Db,
    body: Result<Multipart, MultipartRejection>,
    key: Option<String>,
    Now(now): Now,
) -> Result<(Db, Result<Posted, Untaken>), Error> {
    let seen = Conversation::find(&mut db, actor, id, now).await?;
    may_write(&seen.booking, actor.id, now)?;
    let _place = files::enter(app, actor.id).ok_or(Refusal::TwoAtOnce)?;
    let body = body.map_err(|_| unreadable())?;
    let files = files::of(app);
    let (mut db, received) = db.rest(receive(&files, FOLDER, body)).await?;
    let sent = received?;
    let mut form = FilesForm::default();
    for (name, value) in &sent.fields {
        form.set(name, value.clone());
    }
    if let Some(key) = key {
        form.form_key = key;
    }
    let posted = match draft(&form, &sent) {
        Ok(draft) => {
            actions::post(&mut db, actor, id, &draft, now).await.map(Ok).map_err(Error::from)
        }
        Err(errors) => Ok(Err(Untaken { errors, too_large: sent.is_too_large(), form })),
    };
    if !matches!(posted, Ok(Ok(Posted::Now(_)))) {
        sent.let_go(&files).await;
    }
    Ok((db, posted?))
}

fn draft(form: &FilesForm, sent: &Received) -> Result<Draft, FieldErrors> {
    let missing = sent.files.is_empty() && sent.faults.is_empty();
    let missing = missing.then_some(Unusable::Missing);
    let faults: Vec<Unusable> = sent.faults.iter().cloned().chain(missing).collect();
    form.read(&sent.files, &faults)
}
