use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_as, query_scalar};

use super::super::model::{Limit, Purpose, Settings};
use crate::values::{AccountId, Email, PasswordHash, SecretHash};

/// An account, as signing in needs it.
pub(in crate::accounts) struct Known {
    pub(in crate::accounts) id: AccountId,
    pub(in crate::accounts) name: String,
    pub(in crate::accounts) email: Email,
    pub(in crate::accounts) is_admin: bool,
    pub(in crate::accounts) password: Option<String>,
}

pub(in crate::accounts) async fn find_by_email(
    db: &mut PgConnection,
    email: &Email,
) -> sqlx::Result<Option<Known>> {
    query_as!(
        Known,
        r#"
        select id, name, email as "email!: _", is_admin, password_hash as password
        from accounts where email = $1::text::citext
        "#,
        email.as_str(),
    )
    .fetch_optional(db)
    .await
}

/// Waits for whatever else changes this account.
pub(in crate::accounts) async fn lock(db: &mut PgConnection, id: AccountId) -> sqlx::Result<()> {
    query!("select id from accounts where id = $1 for no key update", id as _)
        .fetch_one(db)
        .await?;
    Ok(())
}

pub(in crate::accounts) async fn find_password(
    db: &mut PgConnection,
    id: AccountId,
) -> sqlx::Result<Option<PasswordHash>> {
    let hash = query_scalar!("select password_hash from accounts where id = $1", id as _);
    Ok(hash.fetch_one(db).await?.map(PasswordHash))
}

/// The new account, or none when the address has one.
pub(in crate::accounts) async fn insert(
    db: &mut PgConnection,
    who: &Settings,
    email: &Email,
    password: Option<&PasswordHash>,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<AccountId>> {
    query_scalar!(
        r#"
        insert into accounts (email, name, password_hash, plays, books, zone, created_at)
        values ($1::text::citext, $2, $3, $4, $5, $6, $7)
        on conflict (email) do nothing
        returning id
        "#,
        email.as_str(),
        who.name.as_str(),
        password.map(|hash| hash.0.as_str()),
        who.plays,
        who.books,
        who.zone as _,
        now,
    )
    .fetch_optional(db)
    .await
}

pub(in crate::accounts) async fn set_settings(
    db: &mut PgConnection,
    id: AccountId,
    who: &Settings,
) -> sqlx::Result<()> {
    query!(
        "update accounts set name = $2, plays = $3, books = $4, zone = $5 where id = $1",
        id as _,
        who.name.as_str(),
        who.plays,
        who.books,
        who.zone as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes that somebody plays: they have a profile now.
pub(crate) async fn set_plays(db: &mut PgConnection, id: AccountId) -> sqlx::Result<()> {
    query!("update accounts set plays = true where id = $1", id as _).execute(db).await?;
    Ok(())
}

pub(in crate::accounts) async fn set_admin(
    db: &mut PgConnection,
    id: AccountId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        "update accounts set is_admin = true, verified_at = coalesce(verified_at, $2) where id = $1",
        id as _,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Confirms the address, if it is still the account's.
pub(in crate::accounts) async fn set_verified(
    db: &mut PgConnection,
    id: AccountId,
    email: &Email,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = query!(
        r#"
        update accounts set verified_at = coalesce(verified_at, $3)
        where id = $1 and email = $2::text::citext
        "#,
        id as _,
        email.as_str(),
        now,
    );
    Ok(done.execute(db).await?.rows_affected() == 1)
}

/// Fails on `accounts_email_key` when the address has another account by now.
pub(in crate::accounts) async fn set_email(
    db: &mut PgConnection,
    id: AccountId,
    email: &Email,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        "update accounts set email = $2::text::citext, verified_at = $3 where id = $1",
        id as _,
        email.as_str(),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(in crate::accounts) async fn set_password(
    db: &mut PgConnection,
    id: AccountId,
    password: &PasswordHash,
) -> sqlx::Result<()> {
    query!("update accounts set password_hash = $2 where id = $1", id as _, password.0)
        .execute(db)
        .await?;
    Ok(())
}

/// Keeps a link's hash; earlier links for the same purpose stop working.
pub(in crate::accounts) async fn insert_link(
    db: &mut PgConnection,
    account: AccountId,
    purpose: Purpose,
    email: &Email,
    secret: SecretHash,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        "delete from mail_links where account_id = $1 and purpose = $2",
        account as _,
        purpose as _,
    )
    .execute(&mut *db)
    .await?;
    query!(
        r#"
        insert into mail_links (token_hash, account_id, purpose, email, expires_at)
        values ($1, $2, $3, $4::text::citext, $5)
        "#,
        secret.as_bytes(),
        account as _,
        purpose as _,
        email.as_str(),
        now + purpose.lasts(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Uses a link up: whose it is and which address it is for, if it still works.
pub(in crate::accounts) async fn take_link(
    db: &mut PgConnection,
    secret: SecretHash,
    purposes: &[Purpose],
    now: DateTime<Utc>,
) -> sqlx::Result<Option<(AccountId, Purpose, Email)>> {
    let row = query!(
        r#"
        delete from mail_links
        where token_hash = $1 and purpose = any($2) and expires_at > $3
        returning account_id as "account: AccountId", purpose as "purpose: Purpose",
                  email as "email: Email"
        "#,
        secret.as_bytes(),
        purposes as &[Purpose],
        now,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.account, row.purpose, row.email)))
}

/// Counts a try, and says how many there were within the limit's time and when the oldest of them
/// that matter was. Tries for one key are counted one after the other.
pub(in crate::accounts) async fn count_try(
    db: &mut PgConnection,
    limit: Limit,
    key: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<(i64, DateTime<Utc>)> {
    let key = key.to_lowercase();
    query!(
        "select pg_advisory_xact_lock(hashtextextended($1::text || ' ' || $2::text, 3)) as locked",
        limit.what,
        key,
    )
    .fetch_one(&mut *db)
    .await?;
    query!("insert into attempts (what, key, at) values ($1, $2, $3)", limit.what, key, now)
        .execute(&mut *db)
        .await?;
    let row = query!(
        r#"
        select count(*) as "n!",
               coalesce(max(at) filter (where place = $4), $5) as "oldest!"
        from (select at, row_number() over (order by at desc) as place
              from attempts where what = $1 and key = $2 and at > $3) as recent
        "#,
        limit.what,
        key,
        now - limit.within,
        limit.most,
        now,
    )
    .fetch_one(db)
    .await?;
    Ok((row.n, row.oldest))
}
