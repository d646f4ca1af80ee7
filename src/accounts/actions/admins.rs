use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{Connection, PgConnection};

use super::super::{
    model::{Purpose, Settings, letters},
    store,
};
use super::{AccountError, joining::link};
use crate::{
    audit::{self, Deed},
    outbox,
    values::{AccountId, Email, Line, Zone},
};

/// Makes an admin of an account, new or not, and answers the path of a link by which they set a
/// password.
pub async fn create_admin(
    db: &mut PgConnection,
    email: &Email,
    name: Line<100>,
    now: DateTime<Utc>,
) -> Result<String, AccountError> {
    let mut tx = db.begin().await?;
    let who = Settings { name, plays: false, books: false, zone: Zone::UTC };
    let id = match store::insert(&mut tx, &who, email, None, now).await? {
        Some(id) => id,
        None => promote(&mut tx, email, now).await?,
    };
    store::set_admin(&mut tx, id, now).await?;
    let secret = link(&mut tx, id, Purpose::ResetPassword, email, now).await?;
    let deed = Deed {
        actor: None,
        action: "account.made_admin",
        subject: "accounts",
        subject_id: Some(id.number()),
        detail: json!({}),
        address: None,
    };
    audit::note(&mut tx, deed, now).await?;
    tx.commit().await?;
    Ok(format!("/reset/{}", secret.reveal()))
}

/// An account whose address nobody confirmed may be anybody's: no password opens it from now on.
async fn promote(
    db: &mut PgConnection,
    email: &Email,
    now: DateTime<Utc>,
) -> Result<AccountId, AccountError> {
    let known = store::find_by_email(db, email).await?.ok_or(AccountError::NotFound)?;
    if !known.is_verified {
        store::set_password(db, known.id, None).await?;
        store::forget_links(db, known.id).await?;
    }
    // They last longer than an admin's may.
    store::end_sign_ins(db, known.id, None).await?;
    outbox::tell(db, known.id, &letters::made_admin(), now).await?;
    Ok(known.id)
}
