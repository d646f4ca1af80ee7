use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_as};

use super::model::{Kind, PAGE, Part};
use crate::values::RecordingId;

/// A part of the sitemap that has anything in it, and when anything in it last changed.
pub(super) struct PartRow {
    pub(super) number: i64,
    pub(super) changed_at: DateTime<Utc>,
}

/// The parts of public profiles, or of recordings with a confirmed credit.
pub(super) async fn list_parts(db: &mut PgConnection, kind: Kind) -> sqlx::Result<Vec<PartRow>> {
    match kind {
        Kind::Pages => Ok(Vec::new()),
        Kind::Musicians => {
            query_as!(
                PartRow,
                r#"
                select m.id / $1 as "number!",
                       max(coalesce(m.changed_at, m.published_at, m.created_at)) as "changed_at!"
                from musicians m
                where m.status = 'published'
                group by 1 order by 1
                "#,
                PAGE,
            )
            .fetch_all(db)
            .await
        }
        Kind::Recordings => {
            query_as!(
                PartRow,
                r#"
                select c.recording_id / $1 as "number!", max(c.confirmed_at) as "changed_at!"
                from credits c
                where c.status = 'confirmed'
                group by 1 order by 1
                "#,
                PAGE,
            )
            .fetch_all(db)
            .await
        }
    }
}

/// The addresses of a part of profiles, below `/musicians`, with when what they show last changed.
pub(super) async fn list_musicians(
    db: &mut PgConnection,
    part: Part,
) -> sqlx::Result<Vec<(String, DateTime<Utc>)>> {
    let (first, end) = part.ids();
    let rows = query!(
        r#"
        select m.slug, greatest(coalesce(m.changed_at, m.published_at, m.created_at),
               (select max(c.confirmed_at) from credits c
                where c.musician_id = m.id and c.status = 'confirmed'),
               (select p.created_at from portraits p where p.musician_id = m.id)) as "at!"
        from musicians m
        where m.status = 'published' and m.id >= $1 and m.id < $2
        order by m.id
        "#,
        first,
        end,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.slug, row.at)).collect())
}

/// The recordings of a part that have a confirmed credit, with when the last was confirmed.
pub(super) async fn list_recordings(
    db: &mut PgConnection,
    part: Part,
) -> sqlx::Result<Vec<(RecordingId, String, DateTime<Utc>)>> {
    let (first, end) = part.ids();
    let rows = query!(
        r#"
        select r.id as "id: RecordingId", r.title, max(c.confirmed_at) as "at!"
        from recordings r
        join credits c on c.recording_id = r.id and c.status = 'confirmed'
        where r.id >= $1 and r.id < $2
        group by r.id
        order by r.id
        "#,
        first,
        end,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.title, row.at)).collect())
}
