use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, query};

use crate::values::AccountId;

/// One deed. `detail` says what changed; it never holds a secret.
pub(crate) struct Deed<'a> {
    pub(crate) actor: Option<AccountId>,
    /// A verb on a noun: `sign_in.failed`, `profile.published`.
    pub(crate) action: &'a str,
    /// The table of what it was done to, and its row.
    pub(crate) subject: &'a str,
    pub(crate) subject_id: Option<i64>,
    pub(crate) detail: Value,
    pub(crate) address: Option<IpAddr>,
}

pub(crate) async fn note(
    db: &mut PgConnection,
    deed: Deed<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        r#"
        insert into audit (at, actor_id, action, subject, subject_id, detail, address)
        values ($1, $2, $3, $4, $5, $6, $7::text::inet)
        "#,
        now,
        deed.actor as _,
        deed.action,
        deed.subject,
        deed.subject_id,
        deed.detail,
        deed.address.map(|address| address.to_string()),
    )
    .execute(db)
    .await?;
    Ok(())
}
