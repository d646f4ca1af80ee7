use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    super::{
        actions::{self, Finder},
        model::Cursor,
    },
    forms::SearchForm,
};
use crate::{catalog, values::Zone};

/// What each of these search addresses, from behind its question mark, asks the database for a page
/// of players: the statement, and what it is sent with as text. For those who measure it alone.
pub(crate) async fn statements(
    db: &mut PgConnection,
    addresses: &[String],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<(String, Vec<String>)>> {
    let catalog = catalog::load(&mut *db).await?;
    let finder = Finder::default();
    let mut asked = Vec::new();
    for address in addresses {
        let form = SearchForm::of(address);
        let known = form.look_up(&mut *db).await?;
        let read = form.read(&catalog, known, Zone::UTC, now);
        let cursor = read.cursor.unwrap_or(Cursor::first(read.search.sort, now));
        let statement = actions::statement(&mut *db, &finder, &read.search, cursor, now).await?;
        asked.push((statement.sql.clone(), statement.arguments()));
    }
    Ok(asked)
}
