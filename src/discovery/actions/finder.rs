use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use quick_cache::sync::Cache;
use sqlx::PgConnection;

use super::{
    model::{Asked, Counts, Index, Search, Sort},
    store,
};
use crate::{
    changes::{Follower, Heard, Subject},
    values::MusicianId,
};

/// How many listings are read at once.
const READ_AT_ONCE: i64 = 2_000;

/// Of so many searches the counts are kept.
const MOST_COUNTED: usize = 1_000;

/// This server's index of all listings, and how far it has followed their changes.
#[derive(Debug)]
pub(crate) struct Finder {
    index: RwLock<Index>,
    follower: Follower,
    /// What was counted, by search and minute, since the index last changed.
    counts: Cache<(String, DateTime<Utc>), Counts>,
}

impl Default for Finder {
    fn default() -> Finder {
        let counts = Cache::new(MOST_COUNTED);
        Finder { index: RwLock::default(), follower: Follower::default(), counts }
    }
}

impl Finder {
    pub(in crate::discovery) fn index(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was counted of the same search this minute, with nothing changed since. Ask, and keep,
    /// while the index cannot change.
    pub(in crate::discovery) fn counts(&self, asked: &Asked<'_>) -> Option<Counts> {
        self.counts.get(&counted(asked))
    }

    pub(in crate::discovery) fn keep(&self, asked: &Asked<'_>, counts: Counts) -> Counts {
        self.counts.insert(counted(asked), counts.clone());
        counts
    }

    /// Reads in what changed since the last time: after this the index knows whatever was committed
    /// before. One statement that mostly finds nothing.
    pub(crate) async fn catch_up(&self, db: &mut PgConnection) -> sqlx::Result<()> {
        let Some(turn) = self.follower.turn().await else { return Ok(()) };
        let look = turn.look(db).await?;
        match &look.heard {
            Heard::Nothing => {}
            Heard::These(subjects) => self.read_changes(db, subjects).await?,
            Heard::Everything => self.read_all(db).await?,
        }
        look.done();
        Ok(())
    }

    async fn read_changes(&self, db: &mut PgConnection, subjects: &[Subject]) -> sqlx::Result<()> {
        let musicians = subjects.iter().filter_map(|subject| match subject {
            Subject::Musician(id) => Some(id.number()),
            _ => None,
        });
        let musicians: Vec<i64> = musicians.collect();
        let rates = match subjects.contains(&Subject::ExchangeRates) {
            true => Some(store::rates(db).await?),
            false => None,
        };
        if musicians.is_empty() && rates.is_none() {
            return Ok(());
        }
        let entries = store::listings(db, &musicians).await?;
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        self.counts.clear();
        for id in &musicians {
            index.remove(MusicianId::from(*id));
        }
        entries.into_iter().for_each(|entry| index.put(entry));
        if let Some(rates) = rates {
            index.set_rates(rates);
        }
        Ok(())
    }

    /// Reads all listings. Whatever is committed meanwhile is read again with the next look.
    async fn read_all(&self, db: &mut PgConnection) -> sqlx::Result<()> {
        let mut index = Index::new(&store::kin(db).await?, store::rates(db).await?);
        let mut after = 0;
        loop {
            let page = store::listing_page(db, after, READ_AT_ONCE).await?;
            let Some(last) = page.last() else { break };
            after = last.id.number();
            page.into_iter().for_each(|entry| index.put(entry));
        }
        let mut all = self.index.write().unwrap_or_else(PoisonError::into_inner);
        self.counts.clear();
        *all = index;
        Ok(())
    }
}

/// By what counts are kept: in whatever order somebody reads those who fit.
fn counted(asked: &Asked<'_>) -> (String, DateTime<Utc>) {
    let search = Search { sort: Sort::Best, ..asked.search.clone() };
    let minute = asked.now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(asked.now);
    (format!("{search:?} {} {}", asked.currency, asked.zone), minute)
}
