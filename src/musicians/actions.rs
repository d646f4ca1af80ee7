use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{Connection, PgConnection};

use super::{
    model::{Detail, Party, Profile, Refusal, Status, Verb, numbered},
    store,
};
use crate::{
    accounts::{self, Actor},
    audit::{self, Deed},
    availability, catalog,
    outbox::{self, Letter, Topic},
    values::{MusicianId, Slug},
};

#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    #[error("There is no such profile.")]
    NotFound,
    #[error("was changed meanwhile in another window: look at it there, then write this again")]
    Stale,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Starts a draft for somebody, or finds the profile they have.
pub(crate) async fn start(
    db: &mut PgConnection,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<(), ProfileError> {
    let mut tx = db.begin().await?;
    if store::find_owned(&mut tx, actor).await?.is_none() {
        let slug = free_slug(&mut tx, &actor.name, None).await?;
        store::insert(&mut tx, actor, &slug, actor.zone, now).await?;
        accounts::set_plays(&mut tx, actor.id).await?;
    }
    Ok(tx.commit().await?)
}

/// The name as a slug that nobody else has or had: with a number behind it from the second on.
async fn free_slug(
    db: &mut PgConnection,
    name: &str,
    whose: Option<MusicianId>,
) -> Result<Slug, ProfileError> {
    store::lock_slugs(db).await?;
    let mut number = 1;
    loop {
        let slug = numbered(name, number);
        if !store::slug_taken(db, slug.as_str(), whose).await? {
            return Ok(slug);
        }
        number += 1;
    }
}

/// Writes what the owner wrote. A published profile stays published, and changes at once.
pub(crate) async fn save(
    db: &mut PgConnection,
    actor: &Actor,
    version: i32,
    detail: &Detail,
    now: DateTime<Utc>,
) -> Result<(), ProfileError> {
    let mut tx = db.begin().await?;
    let owned = store::find_owned(&mut tx, actor).await?.ok_or(ProfileError::NotFound)?;
    let profile = store::lock(&mut tx, owned.id).await?.ok_or(ProfileError::NotFound)?;
    if profile.status == Status::Submitted {
        return Err(Refusal::UnderReview.into());
    }
    let place = match &detail.place {
        Some(text) => catalog::meant(&mut tx, text.as_str()).await?,
        None => None,
    };
    let place = place.map(|place| place.id);
    if !store::update(&mut tx, profile.id, version, detail, place).await? {
        return Err(ProfileError::Stale);
    }
    store::replace_parts(&mut tx, profile.id, detail).await?;
    // The zone and the time kept clear move what is free.
    availability::keep_open_time(&mut tx, &[profile.id], now).await?;
    keep_address(&mut tx, &profile, detail.name.as_str(), now).await?;
    note(&mut tx, actor, "profile.changed", &profile, now).await?;
    Ok(tx.commit().await?)
}

/// Follows a changed name with the address. What it was before leads there from now on, unless it
/// was never public.
async fn keep_address(
    db: &mut PgConnection,
    profile: &Profile,
    name: &str,
    now: DateTime<Utc>,
) -> Result<(), ProfileError> {
    let slug = if profile.keeps_address_as(name) {
        profile.slug.clone()
    } else {
        free_slug(db, name, Some(profile.id)).await?.to_string()
    };
    store::set_slug(db, profile.id, &slug, now).await?;
    if profile.published_at.is_none() {
        store::forget_old_slugs(db, profile.id).await?;
    }
    Ok(())
}

/// Sends the owner's profile in, or takes it back.
pub(crate) async fn take_own_step(
    db: &mut PgConnection,
    actor: &Actor,
    verb: Verb,
    now: DateTime<Utc>,
) -> Result<Status, ProfileError> {
    let mut tx = db.begin().await?;
    let owned = store::find_owned(&mut tx, actor).await?.ok_or(ProfileError::NotFound)?;
    let profile = store::lock(&mut tx, owned.id).await?.ok_or(ProfileError::NotFound)?;
    let to = profile.step(verb, Party::Owner)?;
    store::record(&mut tx, profile.id, (profile.status, to), actor.id, "", now).await?;
    if verb == Verb::Submit {
        store::set_remarks(&mut tx, profile.id, &[]).await?;
    }
    tx.commit().await?;
    Ok(to)
}

/// What an admin does to a profile, with what they say about it.
#[derive(Clone, Debug)]
pub struct Judgement {
    pub verb: Verb,
    pub word: String,
    /// Fields and what is to be changed at each.
    pub remarks: Vec<(String, String)>,
}

/// Publishes a profile, asks for changes, or hides it; the owner is told.
pub async fn judge(
    db: &mut PgConnection,
    admin: &Actor,
    id: MusicianId,
    judgement: &Judgement,
    now: DateTime<Utc>,
) -> Result<Status, ProfileError> {
    let mut tx = db.begin().await?;
    let profile = store::lock(&mut tx, id).await?.ok_or(ProfileError::NotFound)?;
    let to = profile.step(judgement.verb, Party::Admin)?;
    match judgement.verb {
        Verb::RequestChanges if judgement.remarks.is_empty() => {
            return Err(Refusal::NothingAsked.into());
        }
        Verb::Hide if judgement.word.is_empty() => return Err(Refusal::NoReason.into()),
        _ => {}
    }
    store::record(&mut tx, id, (profile.status, to), admin.id, &judgement.word, now).await?;
    store::set_remarks(&mut tx, id, &judgement.remarks).await?;
    note(&mut tx, admin, &format!("profile.{}", judgement.verb.word()), &profile, now).await?;
    let letter = match to {
        Status::Published => Letter::about(Topic::Profile, "Your profile is public")
            .saying("Producers find you now, and can ask for your time. Keep your hours true: they are what search goes by.")
            .opening("Your page", format!("/musicians/{}", profile.slug)),
        Status::Hidden => Letter::about(Topic::Profile, "Your profile is hidden")
            .saying(format!("An admin took it out of the public: {}", judgement.word))
            .opening("Your profile", "/profile"),
        _ => Letter::about(Topic::Profile, "Your profile needs some changes")
            .saying("It stands at each field what to change. Send it in again when it is done.")
            .opening("Your profile", "/profile"),
    };
    outbox::tell(&mut tx, profile.account_id, &letter, now).await?;
    tx.commit().await?;
    Ok(to)
}

async fn note(
    db: &mut PgConnection,
    actor: &Actor,
    action: &str,
    profile: &Profile,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let deed = Deed {
        actor: Some(actor.id),
        action,
        subject: "musicians",
        subject_id: Some(profile.id.number()),
        detail: json!({ "status": profile.status }),
        address: None,
    };
    audit::note(db, deed, now).await
}
