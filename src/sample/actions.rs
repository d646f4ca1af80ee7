use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgPool};

use super::{
    model::{World, tunes},
    store,
};
use crate::{
    accounts::DEMO_PASSWORD,
    availability,
    bookings::Party,
    catalog, days,
    demos::{self, Made},
    files::Files,
    packs,
    reports::{self, Delay, Marks},
    values::{MusicianId, Password, Passwords},
};

/// Fills an empty database with the sample world. False when somebody has been here before: then
/// nothing is touched.
pub async fn fill(db: &PgPool, now: DateTime<Utc>) -> anyhow::Result<bool> {
    let mut tx = db.begin().await?;
    store::lock(&mut tx).await?;
    if store::anyone_here(&mut tx).await? {
        return Ok(false);
    }
    let password = Passwords::new().hash(Password::attempt(DEMO_PASSWORD)).await?;
    let catalog = catalog::load(&mut tx).await?;
    let world = World::imagine(now, &catalog).context("imagining the sample world")?;
    let own_terms = world.own_terms()?;
    let filled = store::insert(&mut tx, &world, &own_terms, &password, now);
    filled.await.context("filling the sample world")?;
    let players: Vec<MusicianId> = world.musicians.iter().map(|row| row.id.into()).collect();
    availability::keep_open_time(&mut tx, &players, now).await?;
    report(&mut tx, &world, now).await.context("writing a report")?;
    dispute(&mut tx, &world, now).await.context("disputing who came")?;
    tx.commit().await?;
    store::analyze(db).await?;
    Ok(true)
}

/// The report of the sample musician's last session, counted by their own terms, signed and sealed.
async fn report(db: &mut PgConnection, world: &World, now: DateTime<Utc>) -> anyhow::Result<()> {
    let Some((booking, played)) = world.last_played() else { return Ok(()) };
    let day = played.starts_at().date_naive();
    let terms = packs::list_terms(db, booking.musician.into(), day).await?;
    store::pin_terms(db, booking.id.into(), terms.first()).await?;
    let late = TimeDelta::minutes(10);
    let delay = Delay {
        by: Party::Musician,
        said_at: played.starts_at() - late - late,
        minutes: 10,
        words: "The bridge is up. Begin without me, I have the chart.".into(),
    };
    reports::add_late_made(db, booking.id.into(), &delay).await?;
    let marks = Marks {
        started_at: Some(played.starts_at() + late),
        ended_at: Some(played.ends_at()),
        rests: 15,
        doubles: 1,
        ..Marks::default()
    };
    let signed_at = (played.ends_at() + TimeDelta::hours(20)).min(now);
    Ok(reports::add_made(db, booking.id.into(), marks, signed_at).await?)
}

/// A session of which both sides tell another story, for an admin to decide.
async fn dispute(db: &mut PgConnection, world: &World, now: DateTime<Utc>) -> anyhow::Result<()> {
    let Some((booking, session)) = world.left_open(now) else { return Ok(()) };
    let said = [
        (
            Party::Producer,
            TimeDelta::minutes(50),
            "The band waited in the room until eleven. Nobody came, and nobody answered when we rang.",
        ),
        (
            Party::Musician,
            TimeDelta::hours(9),
            "I stood at the back door from a quarter to ten. Nobody opened, and the number in the brief was off.",
        ),
    ];
    let said = said.map(|(by, after, words)| (by, session.starts_at() + after, words));
    Ok(days::add_contested_made(db, booking.id.into(), said).await?)
}

/// Lets the sample world be heard, once it is filled: each demo goes the way of one that is sent.
pub async fn record(db: &PgPool, files: &Files, now: DateTime<Utc>) -> anyhow::Result<()> {
    let mut db = db.acquire().await?;
    let catalog = catalog::load(&mut db).await?;
    let world = World::imagine(now, &catalog).context("imagining the sample world")?;
    for piece in world.pieces(&catalog) {
        let credit = piece.credit;
        let made = Made {
            musician: credit.musician.into(),
            instrument: credit.instrument.into(),
            genre: credit.genre.into(),
            credit: credit.id.into(),
            title: piece.title.to_owned(),
            rate: tunes::RATE,
            samples: tunes::tune(&piece.instrument.family, credit.id.unsigned_abs()),
        };
        demos::add_made(&mut db, files, made, now).await.context("recording a demo")?;
    }
    Ok(())
}
