use sqlx::{PgConnection, query, query_scalar};

use super::model::{Changes, Subject};
use crate::values::{MusicianId, RecordingId};

/// Before this transaction nothing is still under way: whoever has read all of it has all.
pub(super) async fn horizon(db: &mut PgConnection) -> sqlx::Result<i64> {
    query_scalar!(r#"select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as "at!""#)
        .fetch_one(db)
        .await
}

/// Changes of transactions at or after `horizon` that are not among `seen`.
pub(super) async fn changes(
    db: &mut PgConnection,
    horizon: i64,
    seen: &[i64],
) -> sqlx::Result<Changes> {
    let row = query!(
        r#"
        select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as "horizon!",
               coalesce(array_agg(c.id), '{}') as "ids!",
               coalesce(array_agg(c.xact), '{}') as "xacts!",
               coalesce(array_agg(c.musician_id), '{}') as "musicians!",
               coalesce(array_agg(c.recording_id), '{}') as "recordings!"
        from listing_changes c
        where c.xact >= $1 and c.id <> all($2)
        "#,
        horizon,
        seen,
    )
    .fetch_one(db)
    .await?;
    let subjects = row.musicians.iter().zip(&row.recordings).map(|pair| match pair {
        (0, 0) => Subject::ExchangeRates,
        (0, recording) => Subject::Recording(RecordingId::from(*recording)),
        (musician, _) => Subject::Musician(MusicianId::from(*musician)),
    });
    let each = row.ids.iter().zip(&row.xacts).zip(subjects);
    Ok(Changes {
        horizon: row.horizon,
        each: each.map(|((id, xact), subject)| (*id, *xact, subject)).collect(),
    })
}

/// Forgets changes of more than a day ago, by the database's own clock.
pub(super) async fn forget(db: &mut PgConnection) -> sqlx::Result<()> {
    query!("select forget_listing_changes()").execute(db).await?;
    Ok(())
}
