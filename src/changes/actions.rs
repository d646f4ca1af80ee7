use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use tokio::sync::{Mutex as Line, MutexGuard};

use super::{
    model::{Changes, Seen, Subject},
    store,
};
use crate::values::Clock;

/// After so long without a look everything may have changed: what is older than a day is forgotten.
const LOST_AFTER: Duration = Duration::from_secs(6 * 60 * 60);

/// When a look was taken, by both of the machine's clocks: the one that only goes forwards stands
/// still while the machine sleeps.
#[derive(Clone, Copy, Debug)]
struct At(Instant, DateTime<Utc>);

impl At {
    fn now() -> At {
        At(Instant::now(), Clock::System.now())
    }

    fn is_long_ago(self, now: At) -> bool {
        let by_calendar = (now.1 - self.1).abs().to_std().unwrap_or(LOST_AFTER);
        now.0.duration_since(self.0).max(by_calendar) >= LOST_AFTER
    }
}

/// Somebody who keeps something in memory, and how far they have followed what changes.
#[derive(Debug, Default)]
pub(crate) struct Follower {
    seen: Mutex<Option<(Seen, At)>>,
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
        let Some((mut seen, _)) = last.filter(|(_, at)| !at.is_long_ago(At::now())) else {
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
        *last = Some((seen, At::now()));
        drop(last);
        follower.served.store(turn.serves, Ordering::SeqCst);
    }
}

/// Forgets changes that every server has long read.
pub(crate) async fn forget(db: &mut PgConnection) -> sqlx::Result<()> {
    store::forget(db).await
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_look_before_the_machine_slept_is_long_ago() {
        let At(ran, calendar) = At::now();
        let after = |minutes: u64, days: i64| {
            let ran = ran + Duration::from_secs(60 * minutes);
            At(ran, calendar + TimeDelta::days(days))
        };
        assert!(!after(0, 0).is_long_ago(after(359, 0)));
        assert!(after(0, 0).is_long_ago(after(361, 0)));
        assert!(after(0, 0).is_long_ago(after(1, 2)), "it slept for two days");
        assert!(after(0, 2).is_long_ago(after(1, 0)), "somebody set the clock");
    }
}
