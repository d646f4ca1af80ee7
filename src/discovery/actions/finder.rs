use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError, RwLock, RwLockReadGuard},
    time::{Duration, Instant},
};

use sqlx::PgConnection;
use tokio::sync::Mutex as Turn;

use super::{
    model::Index,
    store::{self, Changes},
};
use crate::values::MusicianId;

/// After so long without a look at what changed, all is read anew: older changes are forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(6 * 60 * 60);
/// How many listings are read at once.
const READ_AT_ONCE: i64 = 2_000;

/// This server's index of all listings, and how far it has followed their changes.
#[derive(Debug, Default)]
pub(crate) struct Finder {
    index: RwLock<Index>,
    seen: Mutex<Seen>,
    /// One reads changes in at a time.
    turn: Turn<()>,
}

#[derive(Clone, Debug, Default)]
struct Seen {
    /// Of transactions before this one everything was read.
    horizon: Option<i64>,
    /// Changes that were, each with its transaction, of later ones.
    changes: HashMap<i64, i64>,
    at: Option<Instant>,
}

impl Finder {
    pub(in crate::discovery) fn index(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads in what changed since the last time: after this the index knows whatever was committed
    /// before. One statement that mostly finds nothing.
    pub(crate) async fn catch_up(&self, db: &mut PgConnection) -> sqlx::Result<()> {
        let seen = self.seen();
        let Some(horizon) = seen.horizon.filter(|_| seen.is_recent()) else {
            return self.read_all(db).await;
        };
        let changes = store::changes(db, horizon, &seen.known()).await?;
        if changes.ids.is_empty() {
            self.have_seen(&changes);
            return Ok(());
        }
        self.read_changes(db).await
    }

    /// All of these are in the index.
    fn have_seen(&self, changes: &Changes) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.at = Some(Instant::now());
        seen.changes.extend(changes.ids.iter().copied().zip(changes.xacts.iter().copied()));
        if seen.horizon.is_some_and(|known| known < changes.horizon) {
            seen.horizon = Some(changes.horizon);
            seen.changes.retain(|_, xact| *xact >= changes.horizon);
        }
    }

    async fn read_changes(&self, db: &mut PgConnection) -> sqlx::Result<()> {
        let _turn = self.turn.lock().await;
        // Whoever had the turn before may have read them.
        let seen = self.seen();
        let changes = store::changes(db, seen.horizon.unwrap_or(0), &seen.known()).await?;
        let entries = store::listings(db, &changes.musicians).await?;
        // Nobody's number: the exchange rates.
        let rates = match changes.musicians.contains(&0) {
            true => Some(store::rates(db).await?),
            false => None,
        };
        {
            let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
            for id in &changes.musicians {
                index.remove(MusicianId::from(*id));
            }
            entries.into_iter().for_each(|entry| index.put(entry));
            index.rates = rates.unwrap_or_else(|| index.rates.clone());
        }
        self.have_seen(&changes);
        Ok(())
    }

    /// Reads all listings. Whatever is committed meanwhile is after the horizon, and read again.
    async fn read_all(&self, db: &mut PgConnection) -> sqlx::Result<()> {
        let _turn = self.turn.lock().await;
        if self.seen().horizon.is_some() && self.seen().is_recent() {
            return Ok(());
        }
        let horizon = store::horizon(db).await?;
        let mut index = Index::default();
        index.rates = store::rates(db).await?;
        let mut after = 0;
        loop {
            let page = store::listing_page(db, after, READ_AT_ONCE).await?;
            let Some(last) = page.last() else { break };
            after = last.id.number();
            page.into_iter().for_each(|entry| index.put(entry));
        }
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = index;
        let seen =
            Seen { horizon: Some(horizon), changes: HashMap::new(), at: Some(Instant::now()) };
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = seen;
        Ok(())
    }

    fn seen(&self) -> Seen {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Seen {
    fn known(&self) -> Vec<i64> {
        self.changes.keys().copied().collect()
    }

    fn is_recent(&self) -> bool {
        self.at.is_some_and(|at| at.elapsed() < FORGOTTEN_AFTER)
    }
}
