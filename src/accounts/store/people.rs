use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_as, query_scalar};

use super::super::model::{Known, MailLink, Purpose, Settings};
use crate::values::{AccountId, Email, PasswordHash, SecretHash};

/// Every read of accounts at the door is this one select with its own ending.
macro_rules! select_known {
    ($ending:literal $(, $arg:expr)*) => {
        query_as!(
            Known,
            r#"
            select id, name, email as "email!: Email", is_admin,
                   verified_at is not null as "is_verified!",
                   password_hash as "password: PasswordHash"
            from accounts
            "# + $ending
            $(, $arg)*
        )
    };
}

pub(in crate::accounts) async fn find_by_email(
    db: &mut PgConnection,
    email: &Email,
) -> sqlx::Result<Option<Known>> {
    select_known!("where email = $1::text::citext", email.as_str()).fetch_optional(db).await
}

pub(in crate::accounts) async fn find(
    db: &mut PgConnection,
    id: AccountId,
) -> sqlx::Result<Option<Known>> {
    select_known!("where id = $1 and deleted_at is null", id as _).fetch_optional(db).await
}

/// Waits for whatever else changes this account; none once it is deleted.
pub(in crate::accounts) async fn lock(
    db: &mut PgConnection,
    id: AccountId,
) -> sqlx::Result<Option<Known>> {
    let known = select_known!("where id = $1 and deleted_at is null for update", id as _);
    known.fetch_optional(db).await
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

/// With none, no password opens the account.
pub(in crate::accounts) async fn set_password(
    db: &mut PgConnection,
    id: AccountId,
    password: Option<&PasswordHash>,
) -> sqlx::Result<()> {
    query!(
        "update accounts set password_hash = $2 where id = $1",
        id as _,
        password.map(|hash| hash.0.as_str()),
    )
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

/// A link that still works. One that was mailed to an address the account has left does not.
pub(in crate::accounts) async fn find_link(
    db: &mut PgConnection,
    secret: SecretHash,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<MailLink>> {
    query_as!(
        MailLink,
        r#"
        select l.account_id as "account: AccountId", l.purpose as "purpose: Purpose",
               l.email as "email: Email", a.name
        from mail_links l
        join accounts a on a.id = l.account_id
        where l.token_hash = $1 and l.expires_at > $2 and a.deleted_at is null
          and (l.purpose = 'change_email' or l.email = a.email)
        "#,
        secret.as_bytes(),
        now,
    )
    .fetch_optional(db)
    .await
}

/// Uses a link up; false for all but the first of several at once.
pub(in crate::accounts) async fn take_link(
    db: &mut PgConnection,
    secret: SecretHash,
) -> sqlx::Result<bool> {
    let gone = query!("delete from mail_links where token_hash = $1", secret.as_bytes());
    Ok(gone.execute(db).await?.rows_affected() == 1)
}

/// Takes the power from every link that an account was mailed.
pub(in crate::accounts) async fn forget_links(
    db: &mut PgConnection,
    account: AccountId,
) -> sqlx::Result<()> {
    query!("delete from mail_links where account_id = $1", account as _).execute(db).await?;
    Ok(())
}
