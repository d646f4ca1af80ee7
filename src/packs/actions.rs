use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sqlx::{Connection, PgConnection};

use super::{
    model::{Draft, OwnTerms, Pack, Player, Refusal, Terms, Version, in_force},
    store,
};
use crate::{
    accounts::Actor,
    audit::{self, Deed},
    values::{MusicianId, PackId},
};

#[derive(Debug, thiserror::Error)]
pub enum PackError {
    #[error("There is nothing here.")]
    NotFound,
    #[error(
        "changed meanwhile, in another window or by somebody else: look there, then write this again"
    )]
    Stale,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// By what a fee of this player is counted on a day: their own terms, or those of a pack under
/// which they work as well. Keep what it answers with whatever was agreed on by it.
pub async fn find_terms(
    db: &mut PgConnection,
    musician: MusicianId,
    pack: Option<PackId>,
    on: NaiveDate,
) -> Result<Terms, PackError> {
    let player = store::find_player(db, musician).await?.ok_or(PackError::NotFound)?;
    let packs = store::list_packs(db).await?;
    let wanted = |it: &&Pack| pack.map_or(it.currency.is_none(), |pack| it.id == pack);
    let known = packs.iter().find(wanted).ok_or(Refusal::NoPack)?;
    if known.currency.is_some() && !player.own.packs.contains(&known.id) {
        return Err(Refusal::NotUnder(player.name, known.name.clone()).into());
    }
    let versions = store::versions(db, &[known.id]).await?;
    let version = in_force(&versions, on).ok_or_else(|| Refusal::NotInForce(known.name.clone()))?;
    Ok(Terms::of(&player, known, version))
}

/// All that a producer may choose between on a day: the player's own terms first, then the packs
/// under which they work as well, as far as those have figures then.
pub async fn list_terms(
    db: &mut PgConnection,
    musician: MusicianId,
    on: NaiveDate,
) -> Result<Vec<Terms>, PackError> {
    let player = store::find_player(db, musician).await?.ok_or(PackError::NotFound)?;
    Ok(terms_of(db, &player, on).await?.into_iter().map(|(_, terms)| terms).collect())
}

/// As [`list_terms`], each beside its pack.
pub(super) async fn terms_of(
    db: &mut PgConnection,
    player: &Player,
    on: NaiveDate,
) -> sqlx::Result<Vec<(Pack, Terms)>> {
    let packs = store::list_packs(db).await?;
    let under = |it: &Pack| it.currency.is_none() || player.own.packs.contains(&it.id);
    let packs: Vec<Pack> = packs.into_iter().filter(under).collect();
    let ids: Vec<PackId> = packs.iter().map(|pack| pack.id).collect();
    let versions = store::versions(db, &ids).await?;
    let terms = packs.into_iter().filter_map(|pack| {
        let own: Vec<Version> =
            versions.iter().filter(|version| version.pack_id == pack.id).cloned().collect();
        let terms = Terms::of(player, &pack, in_force(&own, on)?);
        Some((pack, terms))
    });
    Ok(terms.collect())
}

/// Makes a version of a pack after the `last` that the admin saw; answers its number. Sent twice,
/// it is made once.
pub(super) async fn make_version(
    db: &mut PgConnection,
    admin: &Actor,
    pack: PackId,
    last: i32,
    draft: &Draft,
    now: DateTime<Utc>,
) -> Result<i32, PackError> {
    let mut tx = db.begin().await?;
    let pack = store::lock_pack(&mut tx, pack).await?.ok_or(PackError::NotFound)?;
    let versions = store::versions(&mut tx, &[pack.id]).await?;
    let newest = versions.first().map_or(0, |version| version.number);
    match versions.first() {
        Some(version) if newest == last + 1 && draft.is(version) => return Ok(newest),
        _ if newest != last => return Err(PackError::Stale),
        _ => {}
    }
    let number = newest + 1;
    let id = store::insert_version(&mut tx, pack.id, number, draft, admin.id, now).await?;
    let deed = Deed {
        actor: Some(admin.id),
        action: "pack.version_made",
        subject: "pack_versions",
        subject_id: Some(id.number()),
        detail: json!({ "pack": pack.slug, "number": number, "valid_from": draft.valid_from }),
        address: None,
    };
    audit::note(&mut tx, deed, now).await?;
    tx.commit().await?;
    Ok(number)
}

/// Writes what a player says of their own terms, provided they saw the newest. What was agreed on
/// before keeps the terms it was agreed under.
pub(super) async fn set_own(
    db: &mut PgConnection,
    actor: &Actor,
    version: i32,
    own: &OwnTerms,
    now: DateTime<Utc>,
) -> Result<(), PackError> {
    let mut tx = db.begin().await?;
    let player = store::lock_own(&mut tx, actor).await?.ok_or(PackError::NotFound)?;
    let amounts = [own.overtime_fee, own.porterage].into_iter().flatten();
    // Read with the currency of the profile, which may have become another since.
    if amounts.into_iter().any(|amount| amount.currency() != player.currency)
        || !store::write_own(&mut tx, player.id, version, own, player.currency).await?
    {
        return Err(PackError::Stale);
    }
    let deed = Deed {
        actor: Some(actor.id),
        action: "terms.changed",
        subject: "musicians",
        subject_id: Some(player.id.number()),
        detail: json!({ "version": version + 1 }),
        address: None,
    };
    audit::note(&mut tx, deed, now).await?;
    Ok(tx.commit().await?)
}
