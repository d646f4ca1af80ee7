use chrono::NaiveDate;
use sqlx::{PgConnection, query, query_as, query_scalar};

use crate::values::{AccountId, MusicianId, RecordingId, WatchId};

/// How many credits a player has of each genre in each year: confirmed, and only claimed.
pub(crate) struct YearRow {
    pub(crate) slug: String,
    pub(crate) genre: String,
    pub(crate) year: i32,
    pub(crate) n: i64,
    pub(crate) claimed: i64,
    pub(crate) last_played_on: Option<NaiveDate>,
}

pub(crate) async fn track_record(
    db: &mut PgConnection,
    musician: MusicianId,
) -> sqlx::Result<Vec<YearRow>> {
    query_as!(
        YearRow,
        r#"
        select g.slug, g.name as genre, extract(year from c.played_on)::int as "year!",
               count(*) filter (where c.status = 'confirmed') as "n!",
               count(*) filter (where c.status = 'claimed') as "claimed!",
               max(c.played_on) filter (where c.status = 'confirmed') as last_played_on
        from credits c
        join genres g on g.id = c.genre_id
        where c.musician_id = $1 and c.status in ('confirmed', 'claimed')
        group by g.id, 3
        order by 3
        "#,
        musician as _,
    )
    .fetch_all(db)
    .await
}

/// A confirmed credit, as a line of a player's or the site's recordings.
#[derive(Clone, Debug)]
pub(in crate::discovery) struct CreditRow {
    pub(in crate::discovery) recording: RecordingId,
    pub(in crate::discovery) title: String,
    pub(in crate::discovery) artist: String,
    pub(in crate::discovery) instrument: String,
    pub(in crate::discovery) credited_as: String,
    pub(in crate::discovery) slug: Option<String>,
    pub(in crate::discovery) played_on: NaiveDate,
}

/// The newest confirmed credits: a player's, or everybody's.
pub(in crate::discovery) async fn newest_credits(
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
pub(in crate::discovery) async fn counts(db: &mut PgConnection) -> sqlx::Result<(i64, i64, i64)> {
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

/// What the points of the best match are made of: see `points` in the database.
pub(in crate::discovery) struct Weights {
    pub(in crate::discovery) a_doubling_of_credits: f32,
    pub(in crate::discovery) open_days: f32,
    pub(in crate::discovery) answers: f32,
    pub(in crate::discovery) reviews: f32,
    pub(in crate::discovery) newcomer_credits: i32,
    pub(in crate::discovery) newcomer_days: i32,
    pub(in crate::discovery) a_place_in: i32,
}

impl Weights {
    /// All that is not credits.
    pub(in crate::discovery) fn rest(&self) -> f32 {
        self.open_days + self.answers + self.reviews
    }
}

pub(in crate::discovery) async fn weights(db: &mut PgConnection) -> sqlx::Result<Weights> {
    query_as!(
        Weights,
        r#"
        select a_doubling_of_credits as "a_doubling_of_credits!", open_days as "open_days!",
               answers as "answers!", reviews as "reviews!",
               newcomer_credits as "newcomer_credits!", newcomer_days as "newcomer_days!",
               a_place_in as "a_place_in!"
        from ranking_weights()
        "#
    )
    .fetch_one(db)
    .await
}

/// Under which number somebody keeps a search.
pub(in crate::discovery) async fn find_watch(
    db: &mut PgConnection,
    account: AccountId,
    query: &str,
) -> sqlx::Result<Option<WatchId>> {
    query_scalar!(
        r#"
        select id as "id: WatchId" from watches
        where account_id = $1 and query = $2 and removed_at is null
        "#,
        account as _,
        query,
    )
    .fetch_optional(db)
    .await
}
