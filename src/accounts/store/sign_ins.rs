use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, query, query_as, query_scalar};

use super::super::model::{Actor, Known, SignIn, SignIns, idles, lasts};
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
        now - idles(true),
        now - idles(false),
    )
    .fetch_optional(db)
    .await
}

/// Those of some sign-ins that still open something: for what stays open longer than a request.
pub(crate) async fn still_open(
    db: &mut PgConnection,
    sign_ins: &[SignInId],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<SignInId>> {
    query_scalar!(
        r#"
        select s.id as "id: SignInId"
        from sign_ins s
        join accounts a on a.id = s.account_id
        where s.id = any($1) and s.expires_at > $2 and a.deleted_at is null
          and s.last_seen_at > case when a.is_admin then $3::timestamptz else $4 end
        "#,
        sign_ins as &[SignInId],
        now,
        now - idles(true),
        now - idles(false),
    )
    .fetch_all(db)
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

/// A new sign-in, unless the account has another password by now than the one it was opened with.
pub(in crate::accounts) async fn insert_sign_in(
    db: &mut PgConnection,
    known: &Known,
    secret: SecretHash,
    device: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<SignIn>> {
    query_as!(
        SignIn,
        r#"
        with opened as (
            select id from accounts where id = $2 and password_hash = $3 for share
        )
        insert into sign_ins (token_hash, account_id, device, created_at, last_seen_at, expires_at)
        select $1, id, $4, $5, $5, $6 from opened
        returning id, device, created_at, last_seen_at, expires_at
        "#,
        secret.as_bytes(),
        known.id as _,
        known.password.as_ref().map(|hash| hash.0.as_str()),
        device,
        now,
        now + lasts(known.is_admin),
    )
    .fetch_optional(db)
    .await
}

/// The actor's sign-ins that still open something, newest first, below `before`; one more than is
/// shown.
pub(in crate::accounts) async fn list_sign_ins(
    db: &mut PgConnection,
    actor: &Actor,
    before: Option<SignInId>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<SignIn>> {
    query_as!(
        SignIn,
        r#"
        select id, device, created_at, last_seen_at, expires_at from sign_ins
        where account_id = $1 and id < coalesce($2::bigint, 9223372036854775807)
          and expires_at > $3 and last_seen_at > $4
        order by id desc limit $5
        "#,
        actor.id as _,
        before.map(SignInId::number),
        now,
        now - idles(actor.is_admin),
        SignIns::LENGTH as i64 + 1,
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
