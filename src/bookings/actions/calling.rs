//! A call that several players are asked for.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    super::{
        model::{Ask, Booking, Status, Verb},
        store,
    },
    BookingError, write,
};
use crate::{
    accounts::Actor,
    musicians::Profile,
    values::{BookingId, CallId},
};

/// What a request is for.
pub(super) enum Calling {
    For(CallId),
    /// The same form was sent before, and this is what it made.
    Sent(BookingId),
}

/// A new call, or the one that is out already, locked.
pub(super) async fn call_for(
    db: &mut PgConnection,
    producer: &Actor,
    player: &Profile,
    ask: &Ask,
    now: DateTime<Utc>,
) -> Result<Calling, BookingError> {
    let key = ask.form_key.as_ref().map(|key| key.as_str());
    let Some(call) = ask.call else {
        if let Some(call) = store::insert_call(&mut *db, producer.id, ask, now).await? {
            if let Some(key) = key {
                store::send_files(db, producer.id, key, call).await?;
            }
            return Ok(Calling::For(call));
        }
        let before = store::find_sent(db, producer.id, key.unwrap_or_default()).await?;
        return before.map(|sent| Calling::Sent(sent.id)).ok_or(BookingError::NotFound);
    };
    store::lock_call(&mut *db, call).await?;
    let open = store::find_call(&mut *db, call, producer.id).await?;
    let open = open.ok_or(BookingError::NotFound)?;
    let asked = store::asked(db, call).await?;
    let sent = asked.iter().find(|one| key.is_some() && one.form_key.as_deref() == key);
    if let Some(sent) = sent {
        return Ok(Calling::Sent(sent.booking));
    }
    open.may_ask(player, &asked, now)?;
    Ok(Calling::For(call))
}

/// Takes back what others are asked for the same call, whose lock is held: this player said yes first.
pub(super) async fn take_back_others(
    db: &mut PgConnection,
    accepted: &Booking,
    now: DateTime<Utc>,
) -> Result<(), BookingError> {
    for other in store::lock_others(&mut *db, accepted.call_id, accepted.id).await? {
        let other = store::find_any(&mut *db, other).await?.ok_or(BookingError::NotFound)?;
        // One whose time to answer is over lapses by the clock.
        if other.stands(now) == Status::Requested {
            let step = other.step(Verb::Fill, None, now)?;
            write(db, &other, &step, FIRST_YES).await?;
        }
    }
    Ok(())
}

/// What the history of a request says that another player's yes took back.
const FIRST_YES: &str = "Another player said yes first.";
