use anyhow::Context;
use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::{
    model::{World, tunes},
    store,
};
use crate::{
    accounts::DEMO_PASSWORD,
    availability, catalog,
    demos::{self, Made},
    files::Files,
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
    tx.commit().await?;
    store::analyze(db).await?;
    Ok(true)
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
