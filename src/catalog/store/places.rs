use sqlx::{PgConnection, query, query_as, query_scalar};

use super::super::model::places::{Asked, Place};
use crate::values::Zone;

/// Which copy of the cities this program carries; raised with the file.
const EDITION: &str = "GeoNames cities15000, 2026-11-23";
const CITIES: &str = include_str!("../places/cities.tsv");

/// Brings the cities into the database, unless it has this edition. One server at a time.
pub(crate) async fn bring(db: &mut PgConnection) -> sqlx::Result<()> {
    query!("select pg_advisory_xact_lock(1978) as locked").fetch_one(&mut *db).await?;
    let here = query_scalar!("select edition from places_edition").fetch_optional(&mut *db).await?;
    if here.as_deref() == Some(EDITION) {
        return Ok(());
    }
    let rows: Vec<Vec<&str>> = CITIES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .filter(|row| row.len() == 8)
        .collect();
    let texts = |at: usize| rows.iter().map(|row| row[at].to_owned()).collect::<Vec<_>>();
    let numbers =
        |at: usize| rows.iter().map(|row| row[at].parse().unwrap_or(0.0)).collect::<Vec<f64>>();
    let whole =
        |at: usize| rows.iter().map(|row| row[at].parse().unwrap_or(0)).collect::<Vec<i64>>();
    // A city that is no longer in the file stays: somebody may be at home there.
    query!(
        r#"
        insert into places as p
            (id, name, country, division, latitude, longitude, population, zone)
        select id, name, country, division, latitude, longitude, population::int, zone
        from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::float8[], $6::float8[],
                    $7::bigint[], $8::text[])
             as rows (id, name, country, division, latitude, longitude, population, zone)
        on conflict (id) do update
        set (name, country, division, latitude, longitude, population, zone)
          = (excluded.name, excluded.country, excluded.division, excluded.latitude,
             excluded.longitude, excluded.population, excluded.zone)
        "#,
        &whole(0),
        &texts(1),
        &texts(2),
        &texts(3),
        &numbers(4),
        &numbers(5),
        &whole(6),
        &texts(7),
    )
    .execute(&mut *db)
    .await?;
    query!("delete from places_edition").execute(&mut *db).await?;
    query!("insert into places_edition (edition) values ($1)", EDITION).execute(db).await?;
    Ok(())
}

/// The cities that begin as `text` does: what is called exactly that first, then the larger.
pub(crate) async fn places_like(
    db: &mut PgConnection,
    text: &str,
    limit: i64,
) -> sqlx::Result<Vec<Place>> {
    let asked = Asked::of(text);
    if asked.name.is_empty() {
        return Ok(Vec::new());
    }
    let (countries, divisions) = columns(&asked);
    query_as!(
        Place,
        r#"
        select p.id, p.name, p.country as "country!: String", p.division, p.latitude, p.longitude,
               p.population, p.zone as "zone: Zone",
               substr(city_key(p.name), length(city_key($1)) + 1) ~ '^($|[ -])' as "is_whole!",
               exists (select 1 from places o
                       where city_key(o.name) = city_key(p.name)
                         and (o.population, -o.id) > (p.population, -p.id)
                         and (o.country = p.country
                                  and (o.country <> 'US' or o.division = p.division)
                              -- The two letters of a country may be those of a state.
                              or o.country = 'US' and o.division = p.country)) as "is_lesser!"
        from (select * from places
              where city_key(name) like regexp_replace(city_key($1), '[\\%_]', '\\\&', 'g') || '%'
                and ($2::bigint is null or id = $2)
                and (cardinality($3::text[]) = 0
                     or exists (select 1 from unnest($3::text[], $4::text[]) w (country, division)
                                where places.country = w.country
                                  and (w.division = '' or places.division = w.division)))
              order by city_key(name) = city_key($1) desc, population desc, id
              limit $5) p
        order by city_key(p.name) = city_key($1) desc, p.population desc, p.id
        "#,
        asked.name,
        asked.number,
        &countries,
        &divisions,
        limit,
    )
    .fetch_all(db)
    .await
}

fn columns(asked: &Asked) -> (Vec<String>, Vec<String>) {
    let each = asked.within.iter();
    each.map(|(country, division)| (country.clone(), division.clone().unwrap_or_default())).unzip()
}

/// The city somebody means: the largest that is called exactly that, or else the largest of which
/// that is the beginning (`New York`).
pub(crate) async fn meant(db: &mut PgConnection, text: &str) -> sqlx::Result<Option<Place>> {
    let found = places_like(db, text, 1).await?.pop();
    Ok(found.filter(|place| place.is_whole))
}
