use chrono::{DateTime, Utc};

use crate::{outbox::Topic, values::NoticeId};

/// A line in somebody's inbox.
#[derive(Clone, Debug)]
pub(super) struct Notice {
    pub(super) id: NoticeId,
    pub(super) topic: Topic,
    pub(super) text: String,
    pub(super) url: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) read_at: Option<DateTime<Utc>>,
}

/// How many lines of an inbox are read at once.
pub(super) const LINES: usize = 50;

/// Which lines of an inbox are looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    /// About anything, without one.
    pub(super) topic: Option<Topic>,
    /// Only what was not looked at.
    pub(super) unread: bool,
    /// Letters that stand in the line, accents and capitals aside.
    pub(super) words: Option<String>,
    /// Those below this one.
    pub(super) after: Option<NoticeId>,
}

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
