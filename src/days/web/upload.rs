use axum::extract::{Multipart, multipart::MultipartRejection};

use super::{
    super::{
        actions::{self, DayError, FOLDER},
        model::{Outcome, Refusal, Verb},
    },
    Day,
    forms::{WordsForm, too_large},
};
use crate::{
    accounts::Actor,
    files::{self, receive, unreadable},
    values::{BookingId, FieldErrors},
    web::{App, Db, Error, Now},
};

/// What an account with files is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Saying {
    /// That the other side did not come.
    Claim,
    /// That it was otherwise.
    Contest,
}

/// Why nothing came of a form, with what was typed.
pub(super) enum Untaken {
    Invalid { form: WordsForm, errors: FieldErrors, too_large: Option<String> },
    Refused { form: WordsForm, why: Error },
}

/// Takes an account in with its files as they come. No connection to the database is held meanwhile.
/// What comes to nothing leaves no file.
pub(super) async fn take(
    app: &App,
    (actor, id): (&Actor, BookingId),
    saying: Saying,
    mut db: Db,
    body: Result<Multipart, MultipartRejection>,
    Now(now): Now,
) -> Result<(Db, Result<Outcome, Untaken>), Error> {
    let day = Day::find(&mut db, actor, id, now).await?;
    day.reader.ok_or(Refusal::NotASide)?;
    let _place = files::enter(app, actor.id).ok_or(Refusal::TwoAtOnce)?;
    let body = body.map_err(|_| unreadable())?;
    let files = files::of(app);
    let (mut db, received) = db.rest(receive(&files, FOLDER, body)).await?;
    let received = received?;
    let form = WordsForm::of(&received);
    let said = match form.account(&received) {
        Ok(draft) => match saying {
            Saying::Claim => actions::claim(&mut db, actor, id, &draft, now).await,
            Saying::Contest => {
                actions::take_step(&mut db, actor, id, Verb::Contest, &draft, now).await
            }
        },
        Err(errors) => {
            received.let_go(&files).await;
            let too_large = received.is_too_large().then(|| too_large(&received.faults));
            return Ok((db, Err(Untaken::Invalid { form, errors, too_large })));
        }
    };
    if !matches!(said, Ok(Outcome::New(_))) {
        received.let_go(&files).await;
    }
    match said {
        Ok(outcome) => Ok((db, Ok(outcome))),
        Err(why @ DayError::Refused(_)) => {
            Ok((db, Err(Untaken::Refused { form, why: why.into() })))
        }
        Err(why) => Err(why.into()),
    }
}
