use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::PgConnection;
use tokio::sync::{Mutex as Line, MutexGuard};

use super::{
    model::{Changes, Seen, Subject},
    store,
};

/// After so long without a look everything may have changed: what is older than a day is forgotten.
const LOST_AFTER: Duration = Duration::from_secs(6 * 60 * 60);

/// Somebody who keeps something in memory, and how far they have followed what changes.
#[derive(Debug, Default)]
pub(crate) struct Follower {
    seen: Mutex<Option<(Seen, Instant)>>,
    /// One looks at a time; the others wait.
    line: Line<()>,
    /// How many have come, and how many of them had come when the last look began.
    came: AtomicU64,
    served: AtomicU64,
}

/// What a look found.
#[derive(Debug)]
pub(crate) enum Heard {
    Nothing,
    These(Vec<Subject>),
    /// Nobody knows what: this is the first look, or the last was too long ago.
    Everything,
}

/// The turn to look, and to take in what was heard before anybody else does.
pub(crate) struct Turn<'a> {
    follower: &'a Follower,
    _in_line: MutexGuard<'a, ()>,
    serves: u64,
}

impl Follower {
    /// Waits for a turn to look; there is none to take where somebody has begun to look and ended
    /// since this was called: everything that was committed before is known then.
    pub(crate) async fn turn(&self) -> Option<Turn<'_>> {
        let ticket = self.came.fetch_add(1, Ordering::SeqCst) + 1;
        let in_line = self.line.lock().await;
        if self.served.load(Ordering::SeqCst) >= ticket {
            return None;
        }
        let serves = self.came.load(Ordering::SeqCst);
        Some(Turn { follower: self, _in_line: in_line, serves })
    }
}

/// What was found, to be taken in before it counts as heard.
pub(crate) struct Look<'a> {
    turn: Turn<'a>,
    pub(crate) heard: Heard,
    seen: Seen,
}

impl<'a> Turn<'a> {
    pub(crate) async fn look(self, db: &mut PgConnection) -> sqlx::Result<Look<'a>> {
        let last = self.follower.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some((mut seen, _)) = last.filter(|(_, at)| at.elapsed() < LOST_AFTER) else {
            let seen = Seen::all_before(store::horizon(db).await?);
            return Ok(Look { turn: self, heard: Heard::Everything, seen });
        };
        let changes: Changes = store::changes(db, seen.horizon, &seen.later()).await?;
        seen.add(&changes);
        let mut subjects: Vec<Subject> =
            changes.each.into_iter().map(|(_, _, subject)| subject).collect();
        subjects.dedup();
        let heard = if subjects.is_empty() { Heard::Nothing } else { Heard::These(subjects) };
        Ok(Look { turn: self, heard, seen })
    }
}

impl Look<'_> {
    /// What was heard is taken in: it is not told again.
    pub(crate) fn done(self) {
        let Look { turn, seen, .. } = self;
        let follower = turn.follower;
        let mut last = follower.seen.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some((seen, Instant::now()));
        drop(last);
        follower.served.store(turn.serves, Ordering::SeqCst);
    }
}

/// Forgets changes that every server has long read.
pub(crate) async fn forget(db: &mut PgConnection) -> sqlx::Result<()> {
    store::forget(db).await
}
