use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};

use super::{
    model::{
        Delay, DelayDraft, DelayFault, Fault, Mark, Marks, NotLate, Papers, Refusal, Seal, Signed,
        Told, Version, Written, letter_of_change, letter_of_delay, letter_of_seal,
        letter_of_signature,
    },
    store,
};
use crate::{
    accounts::Actor,
    bookings::{self, Party},
    outbox,
    values::{BookingId, FieldErrors},
};

#[derive(Debug, thiserror::Error)]
pub(crate) enum ReportError {
    #[error("There is no such booking.")]
    NotFound,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    NotLate(#[from] NotLate),
    #[error("Some fields need another look.")]
    Invalid(FieldErrors),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<Fault> for ReportError {
    fn from(fault: Fault) -> ReportError {
        match fault {
            Fault::Refused(refusal) => ReportError::Refused(refusal),
            Fault::Invalid(errors) => ReportError::Invalid(errors),
        }
    }
}

impl From<DelayFault> for ReportError {
    fn from(fault: DelayFault) -> ReportError {
        match fault {
            DelayFault::Refused(refusal) => ReportError::NotLate(refusal),
            DelayFault::Invalid(errors) => ReportError::Invalid(errors),
        }
    }
}

async fn lock(
    db: &mut PgConnection,
    actor: &Actor,
    id: BookingId,
    now: DateTime<Utc>,
) -> Result<(Papers, Option<Party>), ReportError> {
    bookings::lock_with_sides(db, id).await?;
    let papers = store::find(db, id, actor, now).await?.ok_or(ReportError::NotFound)?;
    let party = papers.booking.party(actor.id);
    Ok((papers, party))
}

/// Writes down what was played, over version `number`. Whoever signed what stood there is told.
pub(super) async fn write(
    db: &mut PgConnection,
    actor: &Actor,
    id: BookingId,
    (number, marks): (i32, &Marks),
    now: DateTime<Utc>,
) -> Result<Written, ReportError> {
    let mut tx = db.begin().await?;
    let (papers, party) = lock(&mut tx, actor, id, now).await?;
    let written = papers.write(party, number, marks, now)?;
    put(&mut tx, &papers, &written, now).await?;
    tx.commit().await?;
    Ok(written)
}

/// Marks that the session starts or ends now.
pub(crate) async fn mark(
    db: &mut PgConnection,
    actor: &Actor,
    id: BookingId,
    mark: Mark,
    now: DateTime<Utc>,
) -> Result<Written, ReportError> {
    let mut tx = db.begin().await?;
    let (papers, party) = lock(&mut tx, actor, id, now).await?;
    let written = papers.mark(party, mark, now)?;
    put(&mut tx, &papers, &written, now).await?;
    tx.commit().await?;
    Ok(written)
}

/// Says that the actor's side is late, in the place of what it said before, and tells the other side.
pub(crate) async fn say_late(
    db: &mut PgConnection,
    actor: &Actor,
    id: BookingId,
    draft: &DelayDraft,
    now: DateTime<Utc>,
) -> Result<Told, ReportError> {
    let mut tx = db.begin().await?;
    let (papers, party) = lock(&mut tx, actor, id, now).await?;
    let told = papers.say_late(party, draft, now)?;
    if let Told::New(delay) = &told {
        store::insert_delay(&mut tx, &papers.booking, delay).await?;
        let other = papers.booking.account_of(delay.by.other());
        outbox::tell(&mut tx, other, &letter_of_delay(&papers, delay), now).await?;
    }
    tx.commit().await?;
    Ok(told)
}

async fn put(
    db: &mut PgConnection,
    papers: &Papers,
    written: &Written,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let Written::New(version) = written else { return Ok(()) };
    store::insert_version(db, &papers.booking, version).await?;
    if let Some(letter) = letter_of_change(papers, version.by).filter(|_| !papers.somebody_left) {
        let other = papers.booking.account_of(version.by.other());
        outbox::tell(db, other, &letter, now).await?;
    }
    Ok(())
}

/// Signs the text with this hash for the actor's side; the second of the two seals it.
pub(super) async fn sign(
    db: &mut PgConnection,
    actor: &Actor,
    id: BookingId,
    sha256: &str,
    now: DateTime<Utc>,
) -> Result<Signed, ReportError> {
    let mut tx = db.begin().await?;
    let (papers, party) = lock(&mut tx, actor, id, now).await?;
    let signed = papers.sign(party, sha256, now)?;
    let by = party.ok_or(Refusal::NotASide)?;
    if signed != Signed::Same {
        put_signature(&mut tx, &papers, by, signed, now).await?;
    }
    tx.commit().await?;
    Ok(signed)
}

async fn put_signature(
    db: &mut PgConnection,
    papers: &Papers,
    by: Party,
    signed: Signed,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let (booking, sha256) = (&papers.booking, papers.sha256());
    let signer = (booking.id, by, booking.account_of(by));
    store::insert_signature(db, signer, &sha256, now).await?;
    if signed != Signed::Seals {
        let letter = letter_of_signature(papers, by);
        return outbox::tell(db, booking.account_of(by.other()), &letter, now).await;
    }
    let seal = Seal { text: papers.text(), sha256, report: papers.report(), sealed_at: now };
    store::insert_seal(db, booking.id, &seal).await?;
    let letter = letter_of_seal(booking, &seal);
    for side in [Party::Producer, Party::Musician] {
        outbox::tell(db, booking.account_of(side), &letter, now).await?;
    }
    Ok(())
}

/// A report that both sides signed at `at`, for the sample world: nobody is told.
pub(crate) async fn add_made(
    db: &mut PgConnection,
    id: BookingId,
    marks: Marks,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    let Some(booking) = bookings::find_any(db, id).await? else { return Ok(()) };
    let version = Version { number: 1, by: Party::Musician, made_at: at, marks };
    store::insert_version(db, &booking, &version).await?;
    let papers = store::papers(db, booking).await?;
    let (booking, sha256) = (&papers.booking, papers.sha256());
    for by in [Party::Musician, Party::Producer] {
        let signer = (id, by, booking.account_of(by));
        store::insert_signature(db, signer, &sha256, at).await?;
    }
    let seal = Seal { text: papers.text(), sha256, report: papers.report(), sealed_at: at };
    store::insert_seal(db, id, &seal).await
}

/// What was said of being late, for the sample world: nobody is told.
pub(crate) async fn add_late_made(
    db: &mut PgConnection,
    id: BookingId,
    delay: &Delay,
) -> sqlx::Result<()> {
    match bookings::find_any(db, id).await? {
        Some(booking) => store::insert_delay(db, &booking, delay).await,
        None => Ok(()),
    }
}
