use chrono::NaiveDate;
use sqlx::{PgConnection, query, query_as};

use super::model::{Candidate, Rank, Search, Way};
use crate::values::{MusicianId, RecordingId};

/// Who fits everything but the time, in order, after `after`.
///
/// One shape of statement for every search, so that it is prepared once: a condition that is not
/// there is a null.
pub(super) async fn candidates(
    db: &mut PgConnection,
    search: &Search,
    after: Rank,
    limit: i64,
) -> sqlx::Result<Vec<Candidate>> {
    let instrument = search.instrument.as_ref();
    let instruments: Option<Vec<i64>> =
        instrument.map(|wanted| wanted.all().iter().map(|id| id.number()).collect());
    let genres: Option<Vec<i64>> =
        search.genre.as_ref().map(|wanted| wanted.all().iter().map(|id| id.number()).collect());
    let rows = query!(
        r#"
        select m.id as "id: MusicianId", x.closeness as "closeness!", -t.n as "lacking!",
               t.last as "last: NaiveDate"
        from musicians m
        cross join lateral (
            select case when $1::bigint is null then 0
                        when exists (select 1 from musician_instruments p
                                     where p.musician_id = m.id and p.instrument_id = $1) then 0
                        when exists (select 1 from musician_instruments p
                                     where p.musician_id = m.id and p.instrument_id = any($2)) then 1
                   end as closeness) x
        cross join lateral (
            select count(*) as n, max(c.played_on) as last from credits c
            where c.musician_id = m.id and c.status = 'confirmed'
              and ($2::bigint[] is null or c.instrument_id = any($2))
              and ($3::bigint[] is null or c.genre_id = any($3))) t
        where m.status = 'published' and x.closeness is not null
          and ($3::bigint[] is null or t.n > 0
               or exists (select 1 from musician_genres g
                          where g.musician_id = m.id and g.genre_id = any($3)))
          and (not $4 or m.works_in_room) and (not $5 or m.works_remotely)
          and ($6::text is null or plain(m.place) like plain($6))
          and ($7::text is null or (m.currency = $7 and
               case when $5 then m.song_rate else m.session_rate end <= $8))
          and (select coalesce(bool_and(plain(m.name || ' ' || m.headline || ' ' || m.about || ' '
                                              || m.place || ' ' || coalesce(gear.all_of_it, ''))
                                        like word), true)
               from unnest($9::text[]) word,
                    (select string_agg(p.gear, ' ') as all_of_it from musician_instruments p
                     where p.musician_id = m.id) gear)
          and (x.closeness, -t.n, m.id) > ($10::int, $11::bigint, $12::bigint)
        order by x.closeness, -t.n, m.id
        limit $13
        "#,
        instrument.map(|wanted| wanted.id.number()),
        instruments.as_deref(),
        genres.as_deref(),
        search.way == Way::Room,
        search.way == Way::Remote,
        search.place.as_deref().map(anywhere),
        search.top_rate.map(|rate| rate.currency().code()),
        search.top_rate.map(|rate| rate.minor()),
        &search.words.iter().map(|word| anywhere(word)).collect::<Vec<_>>(),
        after.closeness,
        after.lacking,
        after.id.number(),
        limit,
    )
    .fetch_all(db)
    .await?;
    let candidates = rows.into_iter().map(|row| Candidate {
        rank: Rank { closeness: row.closeness, lacking: row.lacking, id: row.id },
        last_played_on: row.last,
    });
    Ok(candidates.collect())
}

/// A `like` pattern that finds `text` anywhere, letter by letter.
fn anywhere(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{}%", crate::catalog::plain(&escaped))
}

/// How many confirmed credits a player has of each genre in each year.
pub(crate) struct YearRow {
    pub(crate) genre: String,
    pub(crate) year: i32,
    pub(crate) n: i64,
    pub(crate) last_played_on: NaiveDate,
}

pub(crate) async fn track_record(
    db: &mut PgConnection,
    musician: MusicianId,
) -> sqlx::Result<Vec<YearRow>> {
    query_as!(
        YearRow,
        r#"
        select g.name as genre, extract(year from c.played_on)::int as "year!", count(*) as "n!",
               max(c.played_on) as "last_played_on!"
        from credits c
        join genres g on g.id = c.genre_id
        where c.musician_id = $1 and c.status = 'confirmed'
        group by g.name, 2
        order by 2
        "#,
        musician as _,
    )
    .fetch_all(db)
    .await
}

/// A confirmed credit, as a line of a player's or the site's recordings.
#[derive(Clone, Debug)]
pub(super) struct CreditRow {
    pub(super) recording: RecordingId,
    pub(super) title: String,
    pub(super) artist: String,
    pub(super) instrument: String,
    pub(super) credited_as: String,
    pub(super) slug: Option<String>,
    pub(super) played_on: NaiveDate,
}

/// The newest confirmed credits: a player's, or everybody's.
pub(super) async fn newest_credits(
    db: &mut PgConnection,
    musician: Option<MusicianId>,
    limit: i64,
) -> sqlx::Result<Vec<CreditRow>> {
    query_as!(
        CreditRow,
        r#"
        select c.recording_id as "recording: _", r.title, r.artist, i.name as instrument,
               c.credited_as, case when m.status = 'published' then m.slug end as slug, c.played_on
        from credits c
        join recordings r on r.id = c.recording_id
        join instruments i on i.id = c.instrument_id
        left join musicians m on m.id = c.musician_id
        where c.status = 'confirmed' and ($1::bigint is null or c.musician_id = $1)
        order by c.played_on desc, c.id desc
        limit $2
        "#,
        musician as _,
        limit,
    )
    .fetch_all(db)
    .await
}

/// How many published players, recordings with a confirmed credit, and confirmed credits there are.
pub(super) async fn counts(db: &mut PgConnection) -> sqlx::Result<(i64, i64, i64)> {
    let row = query!(
        r#"
        select (select count(*) from musicians where status = 'published') as "players!",
               (select count(distinct recording_id) from credits where status = 'confirmed')
                   as "recordings!",
               (select count(*) from credits where status = 'confirmed') as "credits!"
        "#
    )
    .fetch_one(db)
    .await?;
    Ok((row.players, row.recordings, row.credits))
}
