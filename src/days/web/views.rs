//! How a no-show looks: what was said, by whom, and how it stands.

use chrono::{DateTime, Utc};

use super::super::model::{NoShow, Standing, Statement};
use crate::{
    bookings::Booking,
    files::size,
    values::{EvidenceId, Zone},
};

pub(super) struct NoShowView {
    /// `Ines Calloway says that Maren Oakley did not come`.
    pub(super) head: String,
    /// How it stands, in a sentence.
    pub(super) stands: String,
    pub(super) is_open: bool,
    /// The first first.
    pub(super) statements: Vec<StatementView>,
}

pub(super) struct StatementView {
    pub(super) said: String,
    pub(super) by: String,
    pub(super) at: String,
    pub(super) words: String,
    pub(super) files: Vec<FileView>,
}

pub(super) struct FileView {
    pub(super) url: String,
    pub(super) name: String,
    /// `PDF, 340 kB`.
    pub(super) told: String,
}

impl NoShowView {
    pub(super) fn of(
        no_show: &NoShow,
        booking: &Booking,
        zone: Zone,
        now: DateTime<Utc>,
    ) -> NoShowView {
        let (accuser, accused) = (booking.name_of(no_show.by), booking.name_of(no_show.accused()));
        let stands = match no_show.stands(now) {
            Standing::Claimed => {
                let until = zone.moment(no_show.answer_by);
                format!(
                    "{accused} has until {until} to answer. Unanswered it holds as it was said."
                )
            }
            Standing::Contested => {
                "There are two accounts of it. An admin reads both and decides.".into()
            }
            Standing::TakenBack => format!("{accuser} took it back."),
            Standing::Agreed => format!("{accused} agreed. {}", called_off(booking)),
            Standing::Unanswered => {
                format!("The time to answer is over, so it holds. {}", called_off(booking))
            }
            Standing::Ruled => match no_show.absent {
                Some(absent) => {
                    let who = booking.name_of(absent);
                    format!("An admin decided that {who} did not come. {}", called_off(booking))
                }
                None => "An admin decided that nobody stayed away. The booking stands.".into(),
            },
        };
        let statement = |it: &Statement| StatementView::of(it, no_show, booking, zone);
        NoShowView {
            head: format!("{accuser} says that {accused} did not come"),
            stands,
            is_open: no_show.stands(now).is_open(),
            statements: no_show.statements.iter().map(statement).collect(),
        }
    }
}

fn called_off(booking: &Booking) -> String {
    match booking.owed.filter(|owed| owed.minor() > 0) {
        Some(owed) => {
            format!("The booking is cancelled, and {owed} is owed to {}.", booking.musician)
        }
        None => "The booking is cancelled, and nothing is owed for it.".into(),
    }
}

impl StatementView {
    fn of(statement: &Statement, no_show: &NoShow, booking: &Booking, zone: Zone) -> StatementView {
        let said = match statement.status {
            Standing::Claimed => {
                format!("{} did not come", booking.name_of(no_show.accused()))
            }
            Standing::Contested => "It was otherwise".into(),
            Standing::TakenBack => "Taken back".into(),
            Standing::Agreed => "Agreed".into(),
            Standing::Unanswered => "Not answered in time".into(),
            Standing::Ruled => match no_show.absent {
                Some(absent) => format!("Decided: {} did not come", booking.name_of(absent)),
                None => "Decided: nobody stayed away".into(),
            },
        };
        let file = |file: &super::super::model::Evidence| FileView {
            url: evidence_url(booking, file.id),
            name: file.name.clone(),
            told: format!("{}, {}", file.kind, size(file.bytes)),
        };
        StatementView {
            said,
            by: statement.by.clone().unwrap_or_else(|| "the clock".into()),
            at: zone.moment(statement.at),
            words: statement.words.clone(),
            files: statement.evidence.iter().map(file).collect(),
        }
    }
}

/// Where a file is read.
pub(super) fn evidence_url(booking: &Booking, id: EvidenceId) -> String {
    format!("/bookings/{}/no-show/files/{id}", booking.id)
}
