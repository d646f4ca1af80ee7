use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::super::model::Watch;
use crate::{
    discovery::{self, Sought},
    web::App,
};

/// A kept search as it is shown.
pub(super) struct Line {
    pub(super) watch: Watch,
    pub(super) sought: Sought,
}

/// Looks up what these searches find now.
pub(super) async fn lines(
    app: &App,
    db: &mut PgConnection,
    watches: Vec<Watch>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Line>> {
    let mut lines = Vec::with_capacity(watches.len());
    for watch in watches {
        let sought = discovery::seek(app, db, &watch.query, watch.zone, now).await?;
        lines.push(Line { watch, sought });
    }
    Ok(lines)
}

impl Line {
    pub(super) fn players(&self) -> u64 {
        self.sought.players.len() as u64
    }

    /// How many of them its owner was not told of yet.
    pub(super) fn news(&self) -> u64 {
        self.watch.news(&self.sought.players).len() as u64
    }

    /// What it asks for, where its name says something else.
    pub(super) fn told(&self) -> Option<&str> {
        Some(self.sought.told.as_str())
            .filter(|told| *told != self.watch.name && !self.sought.is_over)
    }

    /// Why it finds nobody, where it is not over: something of it is gone from the catalog.
    pub(super) fn faults(&self) -> Vec<String> {
        if self.sought.is_over { Vec::new() } else { self.sought.notes() }
    }
}
