use chrono::{NaiveDate, TimeDelta};
use sqlx::{PgConnection, query, query_scalar};

use super::super::model::{Chart, Entry, Rate, Rates};
use crate::{
    availability,
    values::{Currency, Money, MusicianId, Slots, Zone},
};

/// Every read of listings for the index is this one select with its own ending.
macro_rules! select_entries {
    ($ending:literal $(, $arg:expr)*) => {
        query!(
            r#"
            select l.musician_id as "id!: MusicianId", l.name_words as "name_words!", l.instruments as "instruments!",
                   l.genres as "genres!", l.works_in_room as "works_in_room!",
                   l.works_remotely as "works_remotely!", l.reads_notation as "reads_notation!",
                   l.reads_numbers as "reads_numbers!", l.plays_by_ear as "plays_by_ear!",
                   l.languages as "languages!", l.unions as "unions!", l.has_audio as "has_audio!",
                   tsvector_to_array(l.words) as "words!", l.latitude as "latitude?",
                   l.longitude as "longitude?", l.session_micros as "session_micros?",
                   l.song_micros as "song_micros?", l.currency as "currency!: Currency",
                   l.session_rate as "session_rate?", l.song_rate as "song_rate?", l.listed_at as "listed_at!",
                   multirange_send(o.free) as "free?: Slots", o.zone as "clock?: Zone",
                   o.starts as "starts?", o.notice as "notice?", o.ahead as "ahead?"
            from listings l
            left join open_times o on o.musician_id = l.musician_id
            "# + $ending $(, $arg)*
        )
        .map(|row| {
            let charts = [
                (row.reads_notation, Chart::Notation),
                (row.reads_numbers, Chart::Numbers),
                (row.plays_by_ear, Chart::Ear),
            ];
            let rate = |minor: Option<i64>, micros| {
                minor.map(|minor| Rate { own: Money::new(minor, row.currency), micros })
            };
            Entry {
                id: row.id,
                name_words: row.name_words,
                instruments: row.instruments,
                genres: row.genres,
                works_in_room: row.works_in_room,
                works_remotely: row.works_remotely,
                charts: charts.into_iter().filter(|(is, _)| *is).map(|(_, chart)| chart).collect(),
                languages: row.languages,
                unions: row.unions,
                has_audio: row.has_audio,
                words: row.words,
                at: row.latitude.zip(row.longitude),
                session_rate: rate(row.session_rate, row.session_micros),
                song_rate: rate(row.song_rate, row.song_micros),
                listed_at: row.listed_at,
                starts: row.starts.zip(row.clock).map(|(minutes, clock)| {
                    availability::starts_of(row.free.as_ref().map_or(&[], |it| &it.0), &minutes, clock)
                }),
                notice: TimeDelta::minutes(row.notice.unwrap_or(0).into()),
                ahead: row.ahead.map(|minutes| TimeDelta::minutes(minutes.into())),
                free: row.free.unwrap_or_default().0,
            }
        })
    };
}

/// The listings of these players, where they have one.
pub(in crate::discovery) async fn listings(
    db: &mut PgConnection,
    ids: &[i64],
) -> sqlx::Result<Vec<Entry>> {
    select_entries!("where l.musician_id = any($1)", ids).fetch_all(db).await
}

/// The next listings after a player, by id.
pub(in crate::discovery) async fn listing_page(
    db: &mut PgConnection,
    after: i64,
    limit: i64,
) -> sqlx::Result<Vec<Entry>> {
    select_entries!("where l.musician_id > $1 order by l.musician_id limit $2", after, limit)
        .fetch_all(db)
        .await
}

/// The words of what somebody typed, by the rule by which those of listings are made.
pub(in crate::discovery) async fn words(
    db: &mut PgConnection,
    typed: &str,
) -> sqlx::Result<Vec<String>> {
    query_scalar!(r#"select words_in_order($1) as "words!""#, typed).fetch_one(db).await
}

/// Pairs of an instrument and what serves in its place.
pub(in crate::discovery) async fn kin(db: &mut PgConnection) -> sqlx::Result<Vec<(i32, i32)>> {
    let rows = query!(
        r#"select instrument_id::int as "instrument!", kin_id::int as "kin!" from instrument_kin"#
    );
    let rows = rows.fetch_all(db).await?;
    Ok(rows.into_iter().map(|row| (row.instrument, row.kin)).collect())
}

pub(in crate::discovery) async fn rates(db: &mut PgConnection) -> sqlx::Result<Rates> {
    let rows = query!(
        r#"select currency as "currency!: String", per_euro, exponent, as_of from exchange_rates"#
    )
    .fetch_all(db)
    .await?;
    Ok(Rates {
        as_of: rows.iter().map(|row| row.as_of).min(),
        rows: rows.into_iter().map(|row| (row.currency, row.per_euro, row.exponent)).collect(),
    })
}

/// Puts rates in the place of those there were, reckons every listing anew, and says so to whoever
/// follows.
pub(in crate::discovery) async fn set_rates(
    db: &mut PgConnection,
    as_of: NaiveDate,
    rates: &Rates,
) -> sqlx::Result<()> {
    let codes: Vec<String> = rates.rows.iter().map(|(code, ..)| code.clone()).collect();
    let per_euro: Vec<f64> = rates.rows.iter().map(|(_, per_euro, _)| *per_euro).collect();
    let exponents: Vec<i16> = rates.rows.iter().map(|(.., exponent)| *exponent).collect();
    // All listings at once take longer than a request may.
    query!("set local statement_timeout = 0").execute(&mut *db).await?;
    query!("delete from exchange_rates").execute(&mut *db).await?;
    query!(
        r#"
        insert into exchange_rates (currency, per_euro, exponent, as_of)
        select currency, per_euro, exponent, $4
        from unnest($1::text[], $2::double precision[], $3::smallint[]) r (currency, per_euro, exponent)
        "#,
        &codes,
        &per_euro,
        &exponents,
        as_of,
    )
    .execute(&mut *db)
    .await?;
    query!(
        r#"
        update listings
        set session_micros = micro_euros(session_rate, currency),
            song_micros = micro_euros(song_rate, currency)
        where session_rate is not null or song_rate is not null
        "#
    )
    .execute(&mut *db)
    .await?;
    query!("insert into listing_changes (of_listing) values (false)").execute(db).await?;
    Ok(())
}
