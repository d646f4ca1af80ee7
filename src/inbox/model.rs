use chrono::{DateTime, Utc};

use crate::values::NoticeId;

/// A line in somebody's inbox.
#[derive(Clone, Debug)]
pub(super) struct Notice {
    pub(super) id: NoticeId,
    pub(super) text: String,
    pub(super) url: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) read_at: Option<DateTime<Utc>>,
}

/// How many lines of an inbox are read at once.
pub(super) const LINES: usize = 50;

/// A stretch of an inbox, newest first.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    pub(super) items: Vec<Notice>,
    /// Below which line the next stretch begins.
    pub(super) next: Option<NoticeId>,
}

impl Lines {
    /// From what was read: one more than is shown tells that there are more.
    pub(super) fn of(mut read: Vec<Notice>) -> Lines {
        let more = read.len() > LINES;
        read.truncate(LINES);
        let next = read.last().filter(|_| more).map(|line| line.id);
        Lines { items: read, next }
    }
}
