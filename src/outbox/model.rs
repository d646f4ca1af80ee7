use chrono::{DateTime, Utc};
use sqlx::types::Json;

use crate::{
    entries::Entry,
    values::{Email, MailId},
};

/// What somebody is told, by mail and in the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Tells by itself; also the line in the inbox.
    pub subject: String,
    /// Plain sentences; the worker sets them as text and as HTML.
    pub paragraphs: Vec<String>,
    pub link: Option<Link>,
    /// Where one press stops mails like this one: a path on this site, which takes a POST from
    /// anywhere (RFC 8058).
    pub stop: Option<String>,
    /// What of it belongs in a calendar: the mail has it as a file.
    pub(crate) entry: Option<Box<Entry>>,
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
        Letter {
            subject: subject.into(),
            paragraphs: Vec::new(),
            link: None,
            stop: None,
            entry: None,
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

    pub(crate) fn for_calendars(self, entry: Entry) -> Letter {
        Letter { entry: Some(Box::new(entry)), ..self }
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
    pub(super) stop_path: Option<String>,
    pub(super) entry: Option<Json<Entry>>,
    pub(super) created_at: DateTime<Utc>,
}
