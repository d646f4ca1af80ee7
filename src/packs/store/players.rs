use sqlx::{PgConnection, query};

use super::super::model::{OwnTerms, Player, Preset, Share};
use crate::{
    accounts::Actor,
    values::{AccountId, Currency, Money, MusicianId, PackId, Zone},
};

/// A player's row with what they said of their terms.
struct Row {
    id: MusicianId,
    account_id: AccountId,
    slug: String,
    name: String,
    zone: Zone,
    currency: Currency,
    session_rate: Option<Money>,
    song_rate: Option<Money>,
    works_in_room: bool,
    works_remotely: bool,
    version: i32,
    session_minutes: Option<i16>,
    overtime_minutes: Option<i16>,
    overtime_fee: Option<Money>,
    porterage: Option<Money>,
    second_share: Option<i32>,
    further_share: Option<i32>,
    leader_share: Option<i32>,
    overdub_share: Option<i32>,
    cancellation: Option<Preset>,
    packs: Vec<i64>,
}

/// Every read of players' terms is this one select with its own ending.
macro_rules! select_players {
    ($ending:literal $(, $arg:expr)*) => {
        sqlx::query_as!(
            Row,
            r#"
            select m.id as "id!", m.account_id as "account_id!", m.slug as "slug!", m.name as "name!", m.zone as "zone!: Zone",
                   m.currency as "currency!: Currency",
                   case when m.session_rate is not null
                        then (m.session_rate, m.currency::text) end as "session_rate: Money",
                   case when m.song_rate is not null
                        then (m.song_rate, m.currency::text) end as "song_rate: Money",
                   m.works_in_room as "works_in_room!", m.works_remotely as "works_remotely!",
                   coalesce(o.version, 0) as "version!", o.session_minutes as "session_minutes?",
                   o.overtime_minutes as "overtime_minutes?",
                   case when o.overtime_fee is not null
                        then (o.overtime_fee, o.currency::text) end as "overtime_fee: Money",
                   case when o.porterage is not null
                        then (o.porterage, o.currency::text) end as "porterage: Money",
                   o.second_share as "second_share?", o.further_share as "further_share?",
                   o.leader_share as "leader_share?", o.overdub_share as "overdub_share?",
                   o.cancellation as "cancellation?: Preset",
                   array(select w.pack_id from own_packs w join packs p on p.id = w.pack_id
                         where w.musician_id = m.id order by p.position) as "packs!"
            from musicians m left join own_terms o on o.musician_id = m.id
            "# + $ending
            $(, $arg)*
        )
    };
}

impl From<Row> for Player {
    fn from(row: Row) -> Player {
        let share = |hundredths: Option<i32>| {
            hundredths.and_then(|it| u32::try_from(it).ok()).map(Share::of_hundredths)
        };
        let minutes = |minutes: Option<i16>| minutes.and_then(|it| u16::try_from(it).ok());
        Player {
            id: row.id,
            account_id: row.account_id,
            slug: row.slug,
            name: row.name,
            zone: row.zone,
            currency: row.currency,
            session_rate: row.session_rate,
            song_rate: row.song_rate,
            works_in_room: row.works_in_room,
            works_remotely: row.works_remotely,
            version: row.version,
            own: OwnTerms {
                session_minutes: minutes(row.session_minutes),
                overtime_minutes: minutes(row.overtime_minutes),
                overtime_fee: row.overtime_fee,
                porterage: row.porterage,
                second: share(row.second_share),
                further: share(row.further_share),
                leader: share(row.leader_share),
                overdub: share(row.overdub_share),
                cancellation: row.cancellation,
                packs: row.packs.into_iter().map(PackId::from).collect(),
            },
        }
    }
}

/// Any player, whatever the status of their profile: whoever asks knows that they may.
pub(in crate::packs) async fn find_player(
    db: &mut PgConnection,
    id: MusicianId,
) -> sqlx::Result<Option<Player>> {
    let row = select_players!("where m.id = $1", id as _).fetch_optional(db).await?;
    Ok(row.map(Player::from))
}

/// The player behind a public address, one they have or had, while their profile is public.
pub(in crate::packs) async fn find_public(
    db: &mut PgConnection,
    slug: &str,
) -> sqlx::Result<Option<Player>> {
    let row = select_players!(
        "where m.id = (select s.musician_id from musician_slugs s where s.slug = $1)
           and m.status = 'published'",
        slug
    );
    Ok(row.fetch_optional(db).await?.map(Player::from))
}

/// The player that `actor` is.
pub(in crate::packs) async fn find_own(
    db: &mut PgConnection,
    actor: &Actor,
) -> sqlx::Result<Option<Player>> {
    let row = select_players!("where m.account_id = $1", actor.id as _).fetch_optional(db).await?;
    Ok(row.map(Player::from))
}

/// As [`find_own`], and whoever else changes this player waits.
pub(in crate::packs) async fn lock_own(
    db: &mut PgConnection,
    actor: &Actor,
) -> sqlx::Result<Option<Player>> {
    let row = select_players!("where m.account_id = $1 for no key update of m", actor.id as _);
    Ok(row.fetch_optional(db).await?.map(Player::from))
}

/// Puts what a player says in the place of what they said, provided that is still version `was`.
/// False when it is not. Amounts are in `currency`.
pub(in crate::packs) async fn write_own(
    db: &mut PgConnection,
    id: MusicianId,
    was: i32,
    own: &OwnTerms,
    currency: Currency,
) -> sqlx::Result<bool> {
    let share = |share: Option<Share>| share.and_then(|it| i32::try_from(it.hundredths()).ok());
    let minutes = |minutes: Option<u16>| minutes.and_then(|it| i16::try_from(it).ok());
    let written = query!(
        r#"
        insert into own_terms as o
            (musician_id, version, currency, session_minutes, overtime_minutes, overtime_fee, porterage,
             second_share, further_share, leader_share, overdub_share, cancellation)
        select $1, $2 + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
        where $2 = 0 or exists (select 1 from own_terms where musician_id = $1)
        on conflict (musician_id) do update
        set version = excluded.version, currency = excluded.currency,
            session_minutes = excluded.session_minutes,
            overtime_minutes = excluded.overtime_minutes, overtime_fee = excluded.overtime_fee,
            porterage = excluded.porterage, second_share = excluded.second_share,
            further_share = excluded.further_share, leader_share = excluded.leader_share,
            overdub_share = excluded.overdub_share, cancellation = excluded.cancellation
        where o.version = $2
        "#,
        id as _,
        was,
        currency as _,
        minutes(own.session_minutes),
        minutes(own.overtime_minutes),
        own.overtime_fee.map(Money::minor),
        own.porterage.map(Money::minor),
        share(own.second),
        share(own.further),
        share(own.leader),
        share(own.overdub),
        own.cancellation as _,
    )
    .execute(&mut *db)
    .await?;
    if written.rows_affected() != 1 {
        return Ok(false);
    }
    query!("delete from own_packs where musician_id = $1", id as _).execute(&mut *db).await?;
    query!(
        "insert into own_packs (musician_id, pack_id) select $1, unnest($2::bigint[])",
        id as _,
        &own.packs as &[PackId],
    )
    .execute(db)
    .await?;
    Ok(true)
}
