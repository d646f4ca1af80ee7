use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;

use super::{Letter, Link, Topic};
use crate::{
    entries::Entry,
    values::{Email, MailId},
};

/// A mail to be written.
#[derive(Clone, Debug)]
pub(in crate::outbox) struct Draft<'a> {
    pub(in crate::outbox) to: &'a Email,
    pub(in crate::outbox) name: &'a str,
    /// None of a mail of the day, which is about several.
    pub(in crate::outbox) topic: Option<Topic>,
    pub(in crate::outbox) subject: &'a str,
    pub(in crate::outbox) paragraphs: &'a [String],
    pub(in crate::outbox) parts: &'a [Part],
    pub(in crate::outbox) link: Option<&'a Link>,
    pub(in crate::outbox) stop: Option<&'a str>,
    pub(in crate::outbox) entry: Option<&'a Entry>,
}

impl<'a> Draft<'a> {
    pub(in crate::outbox) fn of(letter: &'a Letter, to: &'a Email, name: &'a str) -> Draft<'a> {
        Draft {
            to,
            name,
            topic: Some(letter.topic),
            subject: &letter.subject,
            paragraphs: &letter.paragraphs,
            parts: &[],
            link: letter.link.as_ref(),
            stop: letter.stop.as_deref(),
            entry: letter.entry.as_deref(),
        }
    }
}

/// A mail on its way.
#[derive(Clone, Debug)]
pub(in crate::outbox) struct Mail {
    pub(in crate::outbox) id: MailId,
    /// The same however often it is sent, so that who gets it twice can tell.
    pub(in crate::outbox) message_id: String,
    pub(in crate::outbox) recipient: Email,
    pub(in crate::outbox) name: String,
    pub(in crate::outbox) topic: Option<Topic>,
    pub(in crate::outbox) subject: String,
    pub(in crate::outbox) paragraphs: Vec<String>,
    pub(in crate::outbox) parts: Option<Json<Vec<Part>>>,
    pub(in crate::outbox) link_label: Option<String>,
    pub(in crate::outbox) link_path: Option<String>,
    pub(in crate::outbox) stop_path: Option<String>,
    pub(in crate::outbox) entry: Option<Json<Entry>>,
    pub(in crate::outbox) created_at: DateTime<Utc>,
}

/// A part of a mail of the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(in crate::outbox) heading: String,
    pub(in crate::outbox) lines: Vec<PartLine>,
    /// How many more there are than lines.
    pub(in crate::outbox) more: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PartLine {
    pub(in crate::outbox) subject: String,
    pub(in crate::outbox) says: String,
    pub(in crate::outbox) label: String,
    pub(in crate::outbox) path: String,
}
