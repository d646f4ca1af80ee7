use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::store;
use crate::{
    accounts::Actor,
    values::{AccountId, NoticeId},
};

/// Marks a line of the actor's inbox read; where it leads.
pub(super) async fn open(
    db: &mut PgConnection,
    actor: &Actor,
    id: NoticeId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<String>> {
    store::read_notice(db, actor.id, id, now).await
}

/// Marks all of the actor's inbox read; how many lines were not.
pub(super) async fn read_all(
    db: &mut PgConnection,
    actor: &Actor,
    now: DateTime<Utc>,
) -> sqlx::Result<u64> {
    store::read_notices(db, actor.id, now).await
}

/// Marks the lines read that lead to `url`, for somebody who has just looked at it by another way.
pub(crate) async fn read_of(
    db: &mut PgConnection,
    account: AccountId,
    url: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    store::read_notices_of(db, account, url, now).await
}
