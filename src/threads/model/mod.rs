mod letters;
mod list;

use std::borrow::Cow;

use chrono::{DateTime, TimeDelta, Utc};

pub(super) use letters::letter_of;
pub(super) use list::{Cursor, PAGE, ThreadLine};

use crate::{
    bookings::{Booking, Party, Status},
    files::{Taken, size},
    values::{
        AccountId, AttachmentId, BookingId, Line, MessageId, Prose, Zone, has_contact_details,
        without_contact_details,
    },
};

/// How many files a conversation holds.
pub(super) const MOST_IN_ALL: i64 = 100;

/// What may be written at once.
pub(super) type Text = Prose<4000>;

/// How many messages one side may write within a minute.
pub(super) const MOST_A_MINUTE: i64 = 20;

/// Where Postgres tells servers of what is new under a booking, by its number.
pub(super) const CHANNEL: &str = "threads";

/// How long a page counts as looked at after its server last said so, which is every 20 seconds.
pub(super) const LOOKED_AT_FOR: TimeDelta = TimeDelta::seconds(60);

/// How long one who does not look is given to look, before a mail tells them.
pub(super) const MAILED_AFTER: TimeDelta = TimeDelta::minutes(1);
/// No two mails follow each other faster, while nothing was read in between.
const MAILS_APART: TimeDelta = TimeDelta::minutes(15);

/// Something that one side wrote to the other.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) id: MessageId,
    pub(super) by: AccountId,
    /// As it was written; may be empty where files came.
    text: String,
    pub(super) sent_at: DateTime<Utc>,
    pub(super) files: Vec<Attachment>,
}

/// A file that came with a message.
#[derive(Clone, Debug)]
pub(super) struct Attachment {
    pub(super) id: AttachmentId,
    name: String,
    pub(super) kind: String,
    pub(super) bytes: i64,
}

/// What somebody sends: text, files, or both.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) text: Option<Text>,
    pub(super) files: Vec<Taken>,
    pub(super) form_key: Option<Line<200>>,
    /// The last message that was on the page they wrote from.
    pub(super) seen: Option<MessageId>,
}

/// The form that answers, on the page of a conversation.
pub(super) fn address_of(booking: BookingId) -> String {
    format!("/bookings/{booking}/messages#write")
}

/// Why nothing can be written. Fit to be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("Only the two sides of a booking write to each other.")]
    NotASide,
    #[error("{} What was said stays here.", .0)]
    Closed(&'static str),
    #[error("The other side has deleted their account, so nobody would read it.")]
    Gone,
    #[error("Two files of yours are on their way already. Wait for one of them.")]
    TwoAtOnce,
    #[error("This conversation holds {MOST_IN_ALL} files, and no more fit.")]
    Full,
}

/// Who writes, if they may.
pub(super) fn may_write(
    booking: &Booking,
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<Party, Refusal> {
    let party = booking.party(by).ok_or(Refusal::NotASide)?;
    match booking.stands(now) {
        Status::Requested | Status::Confirmed | Status::Cancelled | Status::Done => Ok(party),
        Status::Declined => {
            Err(Refusal::Closed("This request was declined, so its conversation is closed."))
        }
        Status::Withdrawn => {
            Err(Refusal::Closed("This request was withdrawn, so its conversation is closed."))
        }
        Status::Lapsed => Err(Refusal::Closed(
            "This request lapsed, so its conversation is closed: a new request opens a new one.",
        )),
    }
}

/// Who reads a message, and what they may read of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reader {
    pub(super) account: AccountId,
    /// Everything, as it was written.
    pub(super) reads_all: bool,
}

impl Message {
    pub(super) fn new(
        id: MessageId,
        by: AccountId,
        text: String,
        sent_at: DateTime<Utc>,
    ) -> Message {
        Message { id, by, text, sent_at, files: Vec::new() }
    }

    /// What a reader is shown; a writer their own words as they are.
    pub(super) fn text_for(&self, reader: Reader) -> Cow<'_, str> {
        shown(&self.text, self.by, reader)
    }

    /// Whether the other side is not shown all of it.
    pub(super) fn is_partly_hidden(&self, is_shown: bool) -> bool {
        let names = self.files.iter().any(|file| has_contact_details(&file.name));
        !is_shown && (has_contact_details(&self.text) || names)
    }

    pub(super) fn name_for(&self, file: &Attachment, reader: Reader) -> String {
        file.name_for(self.by, reader)
    }
}

impl Attachment {
    pub(super) fn new(id: AttachmentId, name: String, kind: String, bytes: i64) -> Attachment {
        Attachment { id, name, kind, bytes }
    }

    pub(super) fn name_for(&self, by: AccountId, reader: Reader) -> String {
        shown(&self.name, by, reader).into_owned()
    }

    /// `PDF, 340 kB`.
    pub(super) fn told(&self) -> String {
        format!("{}, {}", self.kind, size(self.bytes))
    }
}

fn shown(text: &str, by: AccountId, reader: Reader) -> Cow<'_, str> {
    if reader.reads_all || reader.account == by {
        Cow::Borrowed(text)
    } else {
        without_contact_details(text)
    }
}

/// How one side of a conversation stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Standing {
    pub(super) unread: i32,
    pub(super) read_up_to: i64,
    pub(super) mailed_at: Option<DateTime<Utc>>,
    pub(super) mail_due_at: Option<DateTime<Utc>>,
}

impl Standing {
    /// When they are to be told by mail of what is written to them now, should they not look before:
    /// a burst is one mail, and a long one a mail now and then.
    pub(super) fn mail_due(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let soon = now + MAILED_AFTER;
        let unanswered = self.mailed_at.filter(|_| self.unread > 0);
        self.mail_due_at.unwrap_or(unanswered.map_or(soon, |at| soon.max(at + MAILS_APART)))
    }
}

/// What a reader sees of how far the other side has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// The last of the reader's own messages that was read.
    pub(super) message: MessageId,
    pub(super) at: DateTime<Utc>,
}

/// An instant by a reader's clock: today only the time, and the day before it else.
pub(super) fn told_at(zone: Zone, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let today = zone.date(at) == zone.date(now);
    zone.local(at).format(if today { "%H:%M" } else { "%a %-d %b %Y, %H:%M" }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn contact_details_are_shown_once_a_booking_was_confirmed_and_never_hidden_again() {
        use Status::{Cancelled, Confirmed, Declined, Done, Lapsed, Requested, Withdrawn};
        for status in [Confirmed, Done, Cancelled] {
            assert!(status.shows_contact_details(), "{status}");
        }
        for status in [Requested, Declined, Withdrawn, Lapsed] {
            assert!(!status.shows_contact_details(), "{status}");
        }
    }

    #[test]
    fn a_writer_reads_their_own_words_and_the_other_side_what_they_may() {
        let (ines, maren) = (AccountId::from(1), AccountId::from(2));
        let text = "Ring 615-555-0123".to_owned();
        let message = Message::new(1.into(), ines, text, at("2026-12-03T18:00:00Z"));
        let read =
            |account, reads_all| message.text_for(Reader { account, reads_all }).into_owned();
        assert_eq!(read(ines, false), "Ring 615-555-0123");
        assert_eq!(read(maren, false), "Ring [number hidden]");
        assert_eq!(read(maren, true), "Ring 615-555-0123");
        assert!(message.is_partly_hidden(false) && !message.is_partly_hidden(true));
    }

    #[test]
    fn a_burst_is_one_mail_and_who_reads_nothing_gets_one_now_and_then() {
        let now = at("2026-12-03T18:00:00Z");
        let first = Standing::default();
        assert_eq!(first.mail_due(now), now + MAILED_AFTER);
        let burst = Standing { unread: 1, mail_due_at: Some(now), ..first };
        assert_eq!(burst.mail_due(now + TimeDelta::seconds(30)), now);
        let told = Standing { unread: 2, mailed_at: Some(now), ..first };
        assert_eq!(told.mail_due(now + TimeDelta::minutes(2)), now + MAILS_APART);
        assert_eq!(told.mail_due(now + TimeDelta::hours(2)), now + TimeDelta::minutes(121));
        let read = Standing { unread: 0, ..told };
        assert_eq!(read.mail_due(now + TimeDelta::minutes(2)), now + TimeDelta::minutes(3));
    }

    #[test]
    fn a_time_today_is_only_a_time() {
        let zone: Zone = "America/Chicago".parse().unwrap();
        let told = |now| told_at(zone, at("2026-12-03T05:42:00Z"), at(now));
        assert_eq!(told("2026-12-03T05:50:00Z"), "23:42");
        assert_eq!(told("2026-12-03T06:10:00Z"), "Wed 2 Dec 2026, 23:42");
    }
}
