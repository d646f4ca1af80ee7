use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, query, query_as, query_scalar};

use super::super::model::{ADMIN_IDLES, Actor, SIGN_IN_IDLES, SignIn};
use crate::values::{AccountId, SecretHash, SignInId};

/// Who a sign-in's secret stands for, unless it has ended; and when it was last seen.
pub(in crate::accounts) async fn find_signed_in(
    db: &mut PgConnection,
    secret: SecretHash,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Actor>> {
    query_as!(
        Actor,
        r#"
        select a.id, a.name, a.email as "email!: _", a.is_admin, a.plays, a.books, a.zone,
               a.verified_at, s.id as "sign_in",
               (select count(*) from notices n
                where n.account_id = a.id and n.read_at is null) as "unread!"
        from sign_ins s
        join accounts a on a.id = s.account_id
        where s.token_hash = $1 and s.expires_at > $2 and a.deleted_at is null
          and s.last_seen_at > case when a.is_admin then $3::timestamptz else $4 end
        "#,
        secret.as_bytes(),
        now,
        now - ADMIN_IDLES,
        now - SIGN_IN_IDLES,
    )
    .fetch_optional(db)
    .await
}

/// Notes that a sign-in is in use; at most once a minute, so that reading pages writes little.
pub(in crate::accounts) async fn touch_sign_in(
    db: &mut PgConnection,
    sign_in: SignInId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        "update sign_ins set last_seen_at = $2 where id = $1 and last_seen_at < $3",
        sign_in as _,
        now,
        now - TimeDelta::minutes(1),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets what opens nothing any more: sign-ins and mailed links that ended, and tries too old to
/// count against anybody.
pub(crate) async fn prune(db: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let gone = query_scalar!(
        r#"
        with s as (delete from sign_ins where expires_at < $1 returning 1),
             l as (delete from mail_links where expires_at < $1 returning 1),
             a as (delete from attempts where at < $2 returning 1)
        select (select count(*) from s) + (select count(*) from l) + (select count(*) from a)
               as "n!"
        "#,
        now,
        now - TimeDelta::days(2),
    );
    Ok(gone.fetch_one(db).await?.unsigned_abs())
}

pub(in crate::accounts) async fn insert_sign_in(
    db: &mut PgConnection,
    account: AccountId,
    secret: SecretHash,
    device: &str,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> sqlx::Result<SignInId> {
    query_scalar!(
        r#"
        insert into sign_ins (token_hash, account_id, device, created_at, last_seen_at, expires_at)
        values ($1, $2, $3, $4, $4, $5)
        returning id
        "#,
        secret.as_bytes(),
        account as _,
        device,
        now,
        expires_at,
    )
    .fetch_one(db)
    .await
}

/// A person's sign-ins that still open something, the last seen first.
pub(in crate::accounts) async fn list_sign_ins(
    db: &mut PgConnection,
    account: AccountId,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<SignIn>> {
    query_as!(
        SignIn,
        r#"
        select id, device, created_at, last_seen_at from sign_ins
        where account_id = $1 and expires_at > $2 and last_seen_at > $3
        order by last_seen_at desc, id desc
        limit 100
        "#,
        account as _,
        now,
        now - SIGN_IN_IDLES,
    )
    .fetch_all(db)
    .await
}

/// Ends one sign-in, if it is that person's. False when there is no such one.
pub(in crate::accounts) async fn end_sign_in(
    db: &mut PgConnection,
    account: AccountId,
    sign_in: SignInId,
) -> sqlx::Result<bool> {
    let ended = query!(
        "delete from sign_ins where id = $1 and account_id = $2",
        sign_in as _,
        account as _
    );
    Ok(ended.execute(db).await?.rows_affected() == 1)
}

/// Ends every sign-in of a person but `except`.
pub(in crate::accounts) async fn end_sign_ins(
    db: &mut PgConnection,
    account: AccountId,
    except: Option<SignInId>,
) -> sqlx::Result<()> {
    query!(
        "delete from sign_ins where account_id = $1 and id is distinct from $2",
        account as _,
        except as _,
    )
    .execute(db)
    .await?;
    Ok(())
}
