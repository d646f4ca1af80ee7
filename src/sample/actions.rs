use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgPool};

use super::{
    model::{World, charts, tunes},
    store,
};
use crate::{
    accounts::DEMO_PASSWORD,
    availability,
    bookings::{self, Party},
    catalog, days,
    demos::{self, Made},
    files::Files,
    invoices,
    outbox::{self, Topic, Way, Wish},
    packs,
    reports::{self, Delay, Marks},
    values::{AccountId, MusicianId, Password, Passwords},
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
    invoice(&mut tx, &world, now).await.context("issuing an invoice")?;
    choose(&mut tx, &world, now).await.context("choosing how to be told")?;
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

/// The invoice for that session, which nobody has paid yet.
async fn invoice(db: &mut PgConnection, world: &World, now: DateTime<Utc>) -> anyhow::Result<()> {
    let Some((booking, played)) = world.last_played() else { return Ok(()) };
    let issued_at = (played.ends_at() + TimeDelta::days(2)).min(now);
    let [from, to] = world.billing(booking);
    invoices::add_made(db, booking.id.into(), (&from, &to), issued_at).await
}

/// What the sample musician has mailed once a day, and what waits for that.
async fn choose(db: &mut PgConnection, world: &World, now: DateTime<Utc>) -> anyhow::Result<()> {
    let Some(musician) = world.musicians.first() else { return Ok(()) };
    let account = AccountId::from(musician.account);
    let daily = Wish { mail: Way::Digest, ..Wish::USUAL };
    let chosen = [Topic::Credit, Topic::Review, Topic::Search].map(|topic| (topic, daily));
    let wishes = outbox::find_wishes(db, account).await?;
    outbox::set_wishes(db, account, wishes.hour, &chosen, now).await?;
    let due_at = wishes.hour.next(wishes.zone, now);
    Ok(store::insert_digest_lines(db, account, &chosen.map(|(topic, _)| topic), due_at).await?)
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

/// Lets the sample world be heard and read, once it is filled: each demo goes the way of one that is
/// sent, and so does each chart.
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
    for call in world.charted(now) {
        let chart = charts::chart(&call.title, &call.artist, call.id.unsigned_abs());
        let (of, name) = ((call.producer.into(), call.id.into()), format!("{}.pdf", call.title));
        bookings::send_made(&mut db, files, of, &name, chart, call.created_at)
            .await
            .context("writing a chart")?;
    }
    Ok(())
}
