mod places;

use sqlx::{PgConnection, query_as};

pub(crate) use places::{bring, meant, places_like};

use super::model::{Catalog, Genre, Instrument};

/// Reads the whole catalog.
pub async fn load(db: &mut PgConnection) -> sqlx::Result<Catalog> {
    let instruments = query_as!(
        Instrument,
        r#"
        select i.id, i.slug, i.name, i.family, i.musicbrainz_id, i.musicbrainz_name, i.ddex_type,
               array(select alias from instrument_aliases a
                     where a.instrument_id = i.id order by alias) as "aliases!",
               array(select kin_id from instrument_kin k
                     where k.instrument_id = i.id order by kin_id) as "kin!: Vec<_>"
        from instruments i
        order by i.position, i.id
        "#
    )
    .fetch_all(&mut *db)
    .await?;
    let genres = query_as!(
        Genre,
        r#"
        select g.id, g.slug, g.name, g.parent_id,
               array(select alias from genre_aliases a
                     where a.genre_id = g.id order by alias) as "aliases!"
        from genres g
        order by g.position, g.id
        "#
    )
    .fetch_all(db)
    .await?;
    Ok(Catalog::new(instruments, genres))
}
