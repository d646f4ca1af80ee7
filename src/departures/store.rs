use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_as};

use super::model::Ties;
use crate::values::{AccountId, Email};

/// What stands where a name was.
const NOBODY: &str = "Deleted account";
/// Where mails that went to somebody who left seem to have gone: nowhere, by RFC 2606.
const NOWHERE: &str = "deleted@account.invalid";

/// Makes everything wait that would ask for this person's time, or give it: their profile first,
/// as in every action that takes a player's time.
pub(super) async fn lock(db: &mut PgConnection, account: AccountId) -> sqlx::Result<()> {
    query!("select id from musicians where account_id = $1 for update", account as _)
        .fetch_optional(&mut *db)
        .await?;
    query!("select id from accounts where id = $1 for update", account as _).fetch_one(db).await?;
    Ok(())
}

pub(super) async fn count_ties(
    db: &mut PgConnection,
    account: AccountId,
    now: DateTime<Utc>,
) -> sqlx::Result<Ties> {
    query_as!(
        Ties,
        r#"
        with mine as (
            select b.id, b.status, b.reply_by, b.is_disputed, c.ends_at, 'producer' as side
            from calls c
            join bookings b on b.call_id = c.id
            where c.producer_id = $1
            union all
            select b.id, b.status, b.reply_by, b.is_disputed, c.ends_at, 'musician'
            from musicians m
            join bookings b on b.musician_id = m.id
            join calls c on c.id = b.call_id
            where m.account_id = $1
        )
        select count(*) filter (where status = 'confirmed'
                                  and (ends_at is null or ends_at > $2)) as "confirmed!",
               count(*) filter (where status = 'requested' and reply_by > $2) as "open!",
               count(*) filter (where is_disputed) as "disputed!",
               (select count(*) from mine
                join credits k on k.booking_id = mine.id
                where k.status = 'drafted' and k.awaits::text = mine.side) as "unsettled!"
        from mine
        "#,
        account as _,
        now,
    )
    .fetch_one(db)
    .await
}

/// Empties the account. Its row stays, for the other side of its bookings.
pub(super) async fn empty_account(
    db: &mut PgConnection,
    account: AccountId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        r#"
        with a as (
            update accounts
            set email = null, name = $2, password_hash = null, is_admin = false, plays = false,
                books = false, zone = 'UTC', verified_at = null, digest_hour = 8,
                deleted_at = $3
            where id = $1
        ),
        s as (delete from sign_ins where account_id = $1),
        l as (delete from mail_links where account_id = $1),
        n as (delete from notices where account_id = $1),
        d as (delete from digest_lines where account_id = $1),
        c as (delete from wishes where account_id = $1),
        m as (delete from mail_stops where account_id = $1),
        f as (delete from favourites where account_id = $1),
        o as (delete from favourite_lists where account_id = $1),
        w as (delete from watches where account_id = $1),
        b as (delete from billing_details where account_id = $1)
        delete from idempotency_keys where account_id = $1
        "#,
        account as _,
        NOBODY,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Hides their profile and takes out of it what it said. Credits keep the name they were given
/// under, and lead nowhere. No name makes a slug that begins with a hyphen.
pub(super) async fn empty_profile(
    db: &mut PgConnection,
    account: AccountId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        r#"
        with m as (
            update musicians
            set slug = '-' || id, name = $2, headline = '', about = '', place = '',
                place_id = null, zone = 'UTC', session_rate = null, song_rate = null,
                rate_includes = '', remote_setup = '', room_setup = '', languages = '{}',
                unions = '{}', reads_notation = false,
                reads_numbers = false, plays_by_ear = false, status = 'hidden',
                version = version + 1
            where account_id = $1
            returning id
        ),
        i as (delete from musician_instruments using m where musician_id = m.id),
        g as (delete from musician_genres using m where musician_id = m.id),
        r as (delete from profile_remarks using m where musician_id = m.id),
        a as (delete from musician_slugs using m where musician_id = m.id),
        w as (delete from weekly_hours using m where musician_id = m.id),
        d as (delete from day_exceptions using m where musician_id = m.id),
        s as (delete from seasons using m where musician_id = m.id),
        b as (delete from absences using m where musician_id = m.id),
        h as (delete from day_shapes using m where musician_id = m.id),
        f as (delete from feeds using m where musician_id = m.id),
        e as (delete from imports using m where musician_id = m.id),
        t as (delete from own_terms using m where musician_id = m.id),
        u as (delete from own_packs using m where musician_id = m.id),
        n as (delete from instant_rules using m where musician_id = m.id),
        p as (update bookings
              set part = jsonb_set(part, '{credited_as}', to_jsonb($2::text))
              from m where musician_id = m.id and part is not null and bookings.status <> 'done'),
        o as (update open_times set free = '{}', open_days = 0 from m where musician_id = m.id),
        c as (update credits set musician_id = null from m where musician_id = m.id)
        insert into profile_events (musician_id, status, by_account, at)
        select id, 'hidden', $1, $3 from m
        "#,
        account as _,
        NOBODY,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes away what others said of them. What they said of others stays, and names nobody.
pub(super) async fn forget_reviews(db: &mut PgConnection, account: AccountId) -> sqlx::Result<()> {
    query!(
        r#"
        delete from reviews r
        using bookings b, calls c, musicians m
        where b.id = r.booking_id and c.id = b.call_id and m.id = b.musician_id
          and (r.by_side = 'producer' and m.account_id = $1
               or r.by_side = 'musician' and c.producer_id = $1)
        "#,
        account as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes back mail that was not sent to this address yet, and forgets where sent mail went.
pub(super) async fn forget_mails(db: &mut PgConnection, email: &Email) -> sqlx::Result<()> {
    query!(
        r#"
        with unsent as (
            delete from mails where recipient = $1::text::citext and sent_at is null
        )
        update mails set recipient = $2::text::citext, name = $3, subject = ''
        where recipient = $1::text::citext and sent_at is not null
        "#,
        email.as_str(),
        NOWHERE,
        NOBODY,
    )
    .execute(db)
    .await?;
    Ok(())
}
