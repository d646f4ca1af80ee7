use chrono::{DateTime, Utc};

use super::Topic;
use crate::entries::Entry;

/// What somebody is told, by mail and in the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Its reader chose how they are told of such.
    pub topic: Topic,
    /// Tells by itself; also the line in the inbox.
    pub subject: String,
    /// Plain sentences; the worker sets them as text and as HTML.
    pub paragraphs: Vec<String>,
    pub link: Option<Link>,
    /// Where one press stops mails like this one: a path on this site, which takes a POST from
    /// anywhere (RFC 8058). Without one, it is where those of its topic are stopped.
    pub stop: Option<String>,
    /// What of it belongs in a calendar: the mail has it as a file.
    pub(crate) entry: Option<Box<Entry>>,
    /// After this it is of no use.
    pub(super) needed_by: Option<DateTime<Utc>>,
}

/// The thing a letter is about, one press away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub label: String,
    /// A path on this site.
    pub path: String,
}

impl Letter {
    pub fn about(topic: Topic, subject: impl Into<String>) -> Letter {
        Letter {
            topic,
            subject: subject.into(),
            paragraphs: Vec::new(),
            link: None,
            stop: None,
            entry: None,
            needed_by: None,
        }
    }

    pub fn saying(mut self, paragraph: impl Into<String>) -> Letter {
        self.paragraphs.push(paragraph.into());
        self
    }

    pub fn opening(self, label: impl Into<String>, path: impl Into<String>) -> Letter {
        Letter { link: Some(Link { label: label.into(), path: path.into() }), ..self }
    }

    pub fn stopped_at(self, path: impl Into<String>) -> Letter {
        Letter { stop: Some(path.into()), ..self }
    }

    /// After `at` nobody can act on it any more: whatever its reader chose, it waits for no mail of
    /// the day that would leave them little time.
    pub fn needed_by(self, at: DateTime<Utc>) -> Letter {
        Letter { needed_by: Some(at), ..self }
    }

    pub(crate) fn for_calendars(self, entry: Entry) -> Letter {
        Letter { entry: Some(Box::new(entry)), ..self }
    }
}
