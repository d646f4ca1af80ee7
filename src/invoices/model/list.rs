use chrono::{DateTime, Utc};

use crate::{
    bookings::Party,
    values::{BookingId, Money, MusicianId, Zone},
};

/// How many stand on one page of a list.
pub(in crate::invoices) const PAGE: usize = 25;

/// The player somebody is, as far as papers go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Player {
    pub(crate) id: MusicianId,
    /// The clock of their calendar, by which papers are dated.
    pub(crate) zone: Zone,
}

/// Which part of somebody's invoices a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Show {
    /// Bookings that are owed money and have no invoice: for players.
    ToMake,
    /// Not paid yet, overdue or not.
    Open,
    Overdue,
    Paid,
    /// Everything, credit notes as well.
    All,
}

impl Show {
    pub(in crate::invoices) const ALL: [Show; 5] =
        [Show::ToMake, Show::Open, Show::Overdue, Show::Paid, Show::All];

    pub(in crate::invoices) fn word(self) -> &'static str {
        match self {
            Show::ToMake => "to-make",
            Show::Open => "open",
            Show::Overdue => "overdue",
            Show::Paid => "paid",
            Show::All => "all",
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Filter {
    /// Those that one sent as a player, or got as a producer.
    pub(crate) side: Party,
    pub(crate) show: Show,
    /// Below this number of an invoice, or of a booking.
    pub(crate) after: Option<i64>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) to_make: i64,
    pub(crate) open: i64,
    pub(crate) overdue: i64,
}

/// A booking that is owed money and has no invoice.
#[derive(Clone, Debug)]
pub(crate) struct ToMake {
    pub(crate) booking: BookingId,
    pub(crate) title: String,
    pub(crate) artist: String,
    pub(crate) producer: String,
    /// When it began, or was due.
    pub(crate) at: DateTime<Utc>,
    pub(crate) zone: Zone,
    /// Without tax.
    pub(crate) owed: Money,
}
