use chrono::{DateTime, Utc};

use crate::values::{Email, MailId, NoticeId};

/// What somebody is told, by mail and in the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Tells by itself; also the line in the inbox.
    pub subject: String,
    /// Plain sentences; the worker sets them as text and as HTML.
    pub paragraphs: Vec<String>,
    pub link: Option<Link>,
}

/// The thing a letter is about, one press away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub label: String,
    /// A path on this site.
    pub path: String,
}

impl Letter {
    pub fn new(subject: impl Into<String>) -> Letter {
        Letter { subject: subject.into(), paragraphs: Vec::new(), link: None }
    }

    pub fn saying(mut self, paragraph: impl Into<String>) -> Letter {
        self.paragraphs.push(paragraph.into());
        self
    }

    pub fn opening(self, label: impl Into<String>, path: impl Into<String>) -> Letter {
        Letter { link: Some(Link { label: label.into(), path: path.into() }), ..self }
    }
}

/// A mail on its way.
#[derive(Clone, Debug)]
pub(super) struct Mail {
    pub(super) id: MailId,
    /// The same however often it is sent, so that who gets it twice can tell.
    pub(super) message_id: String,
    pub(super) recipient: Email,
    pub(super) name: String,
    pub(super) subject: String,
    pub(super) paragraphs: Vec<String>,
    pub(super) link_label: Option<String>,
    pub(super) link_path: Option<String>,
    pub(super) created_at: DateTime<Utc>,
}

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
