use chrono::{DateTime, Utc};

use crate::values::{BookingId, MessageId};

/// How many messages, or conversations, stand on one page.
pub(in crate::threads) const PAGE: usize = 50;

/// Where a page ended: the message next to it.
pub(in crate::threads) type Cursor = MessageId;

/// A conversation as a list shows it.
#[derive(Clone, Debug)]
pub(in crate::threads) struct ThreadLine {
    pub(in crate::threads) booking: BookingId,
    pub(in crate::threads) title: String,
    pub(in crate::threads) artist: String,
    /// The name of the other side.
    pub(in crate::threads) other: String,
    pub(in crate::threads) unread: i32,
    /// The last that was written, and when.
    pub(in crate::threads) last_message: MessageId,
    pub(in crate::threads) last_at: DateTime<Utc>,
}
