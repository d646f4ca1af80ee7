//! How messages look.

use chrono::{DateTime, Utc};

use super::{
    super::model::{Mark, Message, told_at},
    Conversation,
};
use crate::{
    values::{AttachmentId, MessageId, Zone},
    web::Monogram,
};

/// A message as a page shows it.
pub(super) struct MessageView {
    pub(super) id: MessageId,
    pub(super) is_own: bool,
    pub(super) face: Monogram,
    /// `You`, or a name.
    pub(super) by: String,
    pub(super) at: String,
    pub(super) stamp: DateTime<Utc>,
    pub(super) text: String,
    pub(super) files: Vec<FileView>,
    /// From whom a part of it is hidden, where that is not the reader.
    pub(super) hidden_from: Option<String>,
}

pub(super) struct FileView {
    pub(super) url: String,
    pub(super) name: String,
    /// `PDF, 340 kB`.
    pub(super) told: String,
}

impl MessageView {
    pub(super) fn of(
        message: &Message,
        seen: &Conversation,
        zone: Zone,
        now: DateTime<Utc>,
    ) -> MessageView {
        let booking = &seen.booking;
        let writer = booking.party(message.by);
        let name = writer.map_or("", |party| booking.name_of(party));
        let portrait = booking.musician_portrait.as_deref();
        let portrait = portrait.filter(|_| message.by == booking.musician_account);
        let is_own = message.by == seen.reader.account;
        let is_hidden = message.is_partly_hidden(seen.shows_contact_details);
        MessageView {
            id: message.id,
            is_own,
            face: Monogram::of(name).pictured(portrait),
            by: if is_own { "You".to_owned() } else { name.to_owned() },
            at: told_at(zone, message.sent_at, now),
            stamp: message.sent_at,
            text: message.text_for(seen.reader).into_owned(),
            files: message
                .files
                .iter()
                .map(|file| FileView {
                    url: file_url(seen, file.id),
                    name: message.name_for(file, seen.reader),
                    told: file.told(),
                })
                .collect(),
            hidden_from: (is_own && is_hidden).then(|| seen.other().to_owned()),
        }
    }
}

/// Where a file is read.
pub(super) fn file_url(seen: &Conversation, id: AttachmentId) -> String {
    format!("/bookings/{}/messages/files/{id}", seen.booking.id)
}

/// `Read by Ines Calloway, 10:42`.
pub(super) fn mark_told(mark: Mark, seen: &Conversation, zone: Zone, now: DateTime<Utc>) -> String {
    format!("Read by {}, {}", seen.other(), told_at(zone, mark.at, now))
}
