use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Declares id types that cannot be mixed up, each a `bigint` column.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[derive(sqlx::Type, utoipa::ToSchema)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(i64);

        impl $name {
            /// The bare number, for a cursor or an audit row.
            pub fn number(self) -> i64 {
                self.0
            }
        }

        impl From<i64> for $name {
            fn from(number: i64) -> $name {
                $name(number)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<$name, Self::Err> {
                text.parse().map($name)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

ids! {
    /// Anyone who signs in.
    AccountId,
    /// One browser or program that is signed in.
    SignInId,
    /// A mail waiting to be sent, or sent.
    MailId,
    /// A line in somebody's inbox.
    NoticeId,
    InstrumentId,
    GenreId,
    /// A player's profile.
    MusicianId,
    /// What a producer puts together.
    CallId,
    /// A file that goes with it.
    CallFileId,
    /// Weeks of a player that are not like the ordinary ones.
    SeasonId,
    /// Some days on which a player is not to be had.
    AbsenceId,
    /// The engagement of one musician for one chair of a call.
    BookingId,
    /// Terms that one side of a booking puts to the other.
    OfferId,
    RecordingId,
    /// One performer, one instrument, one recording, one session.
    CreditId,
    /// Audio on a profile.
    DemoId,
    /// A player on somebody's own list.
    FavouriteId,
    /// An address at which a player's calendar is read.
    FeedId,
    /// Rules by which a fee is counted.
    PackId,
    /// The figures of a pack from some day on.
    PackVersionId,
    /// A calendar elsewhere that a player has read in.
    ImportId,
    /// What a player sends for a booking, to be paid; or a credit note, which takes one back.
    InvoiceId,
    /// What one side of a finished booking says of the other.
    ReviewId,
    /// A search that somebody keeps.
    WatchId,
    /// What somebody wrote to the other side of a booking.
    MessageId,
    /// A file that came with a message.
    AttachmentId,
    /// One side's word that the other did not come.
    NoShowId,
    /// A file that goes with what a side says of that.
    EvidenceId,
}
