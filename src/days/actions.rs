use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{Connection, PgConnection};

use super::{
    model::{
        Draft, NoShow, Outcome, Refusal, Standing, Verb, Who, claim as claimed, letter_of_claim,
        letter_of_contest, letter_of_ruling, letter_of_settlement, letter_of_taking_back,
    },
    store,
};
use crate::{
    accounts::Actor,
    audit::{self, Deed},
    availability,
    bookings::{self, Booking, BookingError, Party},
    entries::Entry,
    files::{FileKey, Files},
    outbox::{self, Letter},
    reports,
    values::{AccountId, BookingId, NoShowId, Prose},
};

/// Where this room's files lie.
pub(super) const FOLDER: &str = "no-shows";

#[derive(Debug, thiserror::Error)]
pub(super) enum DayError {
    #[error("There is no such booking.")]
    NotFound,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Booking(#[from] BookingError),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Says that the other side of a booking did not come, and tells them. Files that come to nothing are
/// the caller's to remove.
pub(super) async fn claim(
    db: &mut PgConnection,
    actor: &Actor,
    id: BookingId,
    draft: &Draft,
    now: DateTime<Utc>,
) -> Result<Outcome, DayError> {
    let mut tx = db.begin().await?;
    bookings::lock_with_sides(&mut tx, id).await?;
    let papers = reports::find(&mut tx, id, actor, now).await?.ok_or(DayError::NotFound)?;
    let party = papers.booking.party(actor.id);
    let before = store::of_booking(&mut tx, id).await?;
    let outcome = claimed(&papers, &before, party, now)?;
    let (Outcome::New(to), Some(by)) = (outcome, party) else { return Ok(Outcome::Same) };
    let no_show = store::insert(&mut tx, id, by, now).await?;
    store::insert_statement(&mut tx, (no_show, to), Some(actor.id), draft, now).await?;
    bookings::put_disputed(&mut tx, id, true).await?;
    let said = store::find(&mut tx, no_show).await?.ok_or(DayError::NotFound)?;
    let letter = letter_of_claim(&papers.booking, &said, words(draft));
    outbox::tell(&mut tx, papers.booking.account_of(by.other()), &letter, now).await?;
    tx.commit().await?;
    Ok(outcome)
}

fn words(draft: &Draft) -> &str {
    draft.words.as_ref().map_or("", Prose::as_str)
}

/// What one side does with the last word said of a booking: agrees, contests, or takes it back.
pub(super) async fn take_step(
    db: &mut PgConnection,
    actor: &Actor,
    id: BookingId,
    verb: Verb,
    draft: &Draft,
    now: DateTime<Utc>,
) -> Result<Outcome, DayError> {
    let mut tx = db.begin().await?;
    let seen = bookings::find(&mut tx, id, actor, now).await?.ok_or(DayError::NotFound)?;
    let party = seen.party(actor.id).ok_or(Refusal::NotASide)?;
    let (booking, last) = lock(&mut tx, &seen).await?;
    let no_show = last.ok_or(Refusal::Nothing)?;
    let outcome = no_show.step(verb, Who::Side(party), now)?;
    let Outcome::New(to) = outcome else { return Ok(Outcome::Same) };
    let other = booking.account_of(party.other());
    let step = Step { no_show: &no_show, to, by: Some(actor.id), draft };
    match to {
        Standing::Contested => {
            step.write(&mut tx, None, now).await?;
            let letter = letter_of_contest(&booking, &no_show, words(draft));
            outbox::tell(&mut tx, other, &letter, now).await?;
        }
        Standing::TakenBack => {
            step.write(&mut tx, None, now).await?;
            bookings::put_disputed(&mut tx, id, false).await?;
            let letter = letter_of_taking_back(&booking, &no_show);
            outbox::tell(&mut tx, other, &letter, now).await?;
        }
        _ => {
            let absent = no_show.accused();
            let (booking, entry) = step.call_off(&mut tx, booking, absent, now).await?;
            let settled = NoShow { status: to, ..no_show };
            let letter = letter_of_settlement(&booking, &settled, party.other());
            outbox::tell(&mut tx, other, &letter.for_calendars(entry), now).await?;
        }
    }
    tx.commit().await?;
    Ok(outcome)
}

/// Locks the player, both sides and the booking, in the order of whatever takes a player's time or
/// gives it back; answers the booking as it stands then, and what was last said of who did not come.
async fn lock(
    tx: &mut PgConnection,
    seen: &Booking,
) -> Result<(Booking, Option<NoShow>), DayError> {
    availability::lock(tx, seen.musician_id).await?;
    bookings::lock_with_sides(tx, seen.id).await?;
    let booking = bookings::find_any(tx, seen.id).await?.ok_or(DayError::NotFound)?;
    Ok((booking, store::of_booking(tx, seen.id).await?.pop()))
}

/// A step of a no-show, about to be written.
struct Step<'a> {
    no_show: &'a NoShow,
    to: Standing,
    /// None is the clock.
    by: Option<AccountId>,
    draft: &'a Draft,
}

impl Step<'_> {
    async fn write(
        &self,
        tx: &mut PgConnection,
        absent: Option<Party>,
        now: DateTime<Utc>,
    ) -> sqlx::Result<()> {
        store::settle(tx, self.no_show, self.to, absent).await?;
        store::insert_statement(tx, (self.no_show.id, self.to), self.by, self.draft, now).await
    }

    /// Settles that `absent` did not come, and cancels the booking as if by them.
    async fn call_off(
        &self,
        tx: &mut PgConnection,
        booking: Booking,
        absent: Party,
        now: DateTime<Utc>,
    ) -> Result<(Booking, Entry), DayError> {
        self.write(tx, Some(absent), now).await?;
        let word = format!("{} did not come.", booking.name_of(absent));
        Ok(bookings::call_off(tx, booking, absent, (self.by, &word), now).await?)
    }
}

/// Decides who of the two did not come, or that nobody stayed away, and tells both. Deciding the same
/// twice does nothing.
pub(super) async fn rule(
    db: &mut PgConnection,
    admin: &Actor,
    id: NoShowId,
    absent: Option<Party>,
    reason: &Prose<2000>,
    now: DateTime<Utc>,
) -> Result<(), DayError> {
    let mut tx = db.begin().await?;
    let found = store::find(&mut tx, id).await?.ok_or(DayError::NotFound)?;
    let seen = bookings::find_any(&mut tx, found.booking).await?.ok_or(DayError::NotFound)?;
    let who = seen.party(admin.id).map_or(Who::Admin, Who::Side);
    let (booking, _) = lock(&mut tx, &seen).await?;
    let no_show = store::find(&mut tx, id).await?.ok_or(DayError::NotFound)?;
    if no_show.status == Standing::Ruled && no_show.absent == absent {
        return Ok(());
    }
    let Outcome::New(to) = no_show.step(Verb::Rule, who, now)? else { return Ok(()) };
    let draft = Draft { words: Some(reason.clone()), files: Vec::new() };
    let step = Step { no_show: &no_show, to, by: Some(admin.id), draft: &draft };
    let (booking, entry) = match absent {
        Some(absent) => {
            let (booking, entry) = step.call_off(&mut tx, booking, absent, now).await?;
            (booking, Some(entry))
        }
        None => {
            step.write(&mut tx, None, now).await?;
            bookings::put_disputed(&mut tx, booking.id, false).await?;
            (booking, None)
        }
    };
    let deed = Deed {
        actor: Some(admin.id),
        action: "no_show.ruled",
        subject: "no_shows",
        subject_id: Some(id.number()),
        detail: json!({ "absent": absent, "reason": reason.as_str() }),
        address: None,
    };
    audit::note(&mut tx, deed, now).await?;
    let letter = letter_of_ruling(&booking, absent, reason.as_str());
    tell_both(&mut tx, &booking, |_| letter.clone(), entry, now).await?;
    Ok(tx.commit().await?)
}

async fn tell_both(
    tx: &mut PgConnection,
    booking: &Booking,
    letter_to: impl Fn(Party) -> Letter,
    entry: Option<Entry>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    for reader in [Party::Producer, Party::Musician] {
        let letter = letter_to(reader);
        let letter = match &entry {
            Some(entry) => letter.for_calendars(entry.clone()),
            None => letter,
        };
        outbox::tell(tx, booking.account_of(reader), &letter, now).await?;
    }
    Ok(())
}

/// How many are looked up at once.
const AT_ONCE: i64 = 50;

/// Settles as it was said whatever nobody answered in time, and tells both sides. Answers how many.
/// Several servers may do it at once: each booking is locked, and looked at again.
pub async fn settle_due(db: &mut PgConnection, now: DateTime<Utc>) -> anyhow::Result<u64> {
    let (mut settled, mut after) = (0, NoShowId::from(0));
    loop {
        let due = store::list_overdue(db, now, after, AT_ONCE).await?;
        for (id, booking) in &due {
            settled += u64::from(settle_one(db, *id, *booking, now).await?);
        }
        match due.last() {
            Some((last, _)) => after = *last,
            None => return Ok(settled),
        }
    }
}

async fn settle_one(
    db: &mut PgConnection,
    id: NoShowId,
    booking: BookingId,
    now: DateTime<Utc>,
) -> Result<bool, DayError> {
    let mut tx = db.begin().await?;
    let seen = bookings::find_any(&mut tx, booking).await?.ok_or(DayError::NotFound)?;
    let (booking, _) = lock(&mut tx, &seen).await?;
    let no_show = store::find(&mut tx, id).await?.ok_or(DayError::NotFound)?;
    let Ok(Outcome::New(to)) = no_show.step(Verb::Expire, Who::Clock, now) else {
        return Ok(false);
    };
    let draft = Draft::default();
    let step = Step { no_show: &no_show, to, by: None, draft: &draft };
    let (booking, entry) = step.call_off(&mut tx, booking, no_show.accused(), now).await?;
    let no_show = NoShow { status: to, ..no_show };
    let letter_to = |reader| letter_of_settlement(&booking, &no_show, reader);
    tell_both(&mut tx, &booking, letter_to, Some(entry), now).await?;
    tx.commit().await?;
    Ok(true)
}

/// Takes away the files of somebody who leaves, within the transaction of that; the caller removes
/// them once it is committed.
pub(crate) async fn remove_all(
    db: &mut PgConnection,
    account: AccountId,
) -> sqlx::Result<Vec<FileKey>> {
    store::delete_files_of(db, account).await
}

/// Removes files that go with nothing and that are a day old: what a crash left behind. Answers how
/// many.
pub async fn sweep(
    db: &mut PgConnection,
    files: &Files,
    now: DateTime<Utc>,
) -> anyhow::Result<usize> {
    let named: HashSet<FileKey> = store::list_keys(db).await?.into_iter().collect();
    Ok(files.sweep(FOLDER, &named, now).await?)
}

/// A claim and the other side's account, for the sample world: nobody is told.
pub(crate) async fn add_contested_made(
    db: &mut PgConnection,
    id: BookingId,
    [claimed, contested]: [(Party, DateTime<Utc>, &str); 2],
) -> sqlx::Result<()> {
    let Some(booking) = bookings::find_any(db, id).await? else { return Ok(()) };
    let (by, at, _) = claimed;
    let no_show = store::insert(db, id, by, at).await?;
    for ((by, at, words), to) in [(claimed, Standing::Claimed), (contested, Standing::Contested)] {
        let draft = Draft { words: Prose::parse(words).ok(), files: Vec::new() };
        let account = Some(booking.account_of(by));
        store::insert_statement(db, (no_show, to), account, &draft, at).await?;
    }
    if let Some(claimed) = store::find(db, no_show).await? {
        store::settle(db, &claimed, Standing::Contested, None).await?;
    }
    bookings::put_disputed(db, id, true).await
}
