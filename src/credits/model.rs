use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::catalog::plain;
use crate::values::{
    AccountId, BookingId, CreditId, GenreId, InstrumentId, Isrc, Line, MusicianId, RecordingId,
    slug_of,
};

/// Where a credit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type, utoipa::ToSchema)]
#[sqlx(type_name = "credit_status", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Written down by one side, waiting for the other.
    Drafted,
    /// Typed in by a player without a booking; never counted.
    Claimed,
    /// Both sides agreed. Final.
    Confirmed,
    Disputed,
}

/// The two who must agree on a credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type, utoipa::ToSchema)]
#[sqlx(type_name = "credit_party", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Producer,
    Musician,
}

impl Side {
    pub fn other(self) -> Side {
        match self {
            Side::Producer => Side::Musician,
            Side::Musician => Side::Producer,
        }
    }
}

/// What people can hear one day.
#[derive(Clone, Debug)]
pub struct Recording {
    pub id: RecordingId,
    pub title: String,
    pub artist: String,
    pub isrc: Option<Isrc>,
    pub created_at: DateTime<Utc>,
}

impl Recording {
    /// `17-dust-on-the-piano`, the end of its address.
    pub fn address(&self) -> String {
        recording_address(self.id, &self.title)
    }

    /// Whether it goes by this title and artist, case and accents forgiven.
    pub fn is_called(&self, title: &str, artist: &str) -> bool {
        plain(&self.title) == plain(title) && plain(&self.artist) == plain(artist)
    }
}

/// [`Recording::address`] of one of which no more is known.
pub fn recording_address(id: RecordingId, title: &str) -> String {
    format!("{id}-{}", slug_of(title, "recording"))
}

/// A credit, as its two sides and, once confirmed, everybody sees it.
#[derive(Clone, Debug)]
pub struct Credit {
    pub id: CreditId,
    pub recording: Recording,
    /// None once the player is gone; the name stays.
    pub musician_id: Option<MusicianId>,
    /// The player's public address, while their profile is public.
    pub musician_slug: Option<String>,
    pub credited_as: String,
    pub instrument_id: InstrumentId,
    pub instrument: String,
    /// The instrument's family, under which liner notes list it.
    pub family: String,
    pub genre_id: GenreId,
    pub genre: String,
    pub booking_id: Option<BookingId>,
    pub producer_id: Option<AccountId>,
    pub producer: Option<String>,
    pub musician_account: Option<AccountId>,
    /// The day of the session; of remote work, the day it was marked done.
    pub played_on: NaiveDate,
    pub status: Status,
    /// Whose agreement is still wanting.
    pub awaits: Option<Side>,
}

/// What a credit says, as somebody wrote it down. One that exists is fit to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    pub title: Line<160>,
    pub artist: Line<160>,
    pub isrc: Option<Isrc>,
    pub credited_as: Line<100>,
    pub instrument: InstrumentId,
}

/// What becomes of a credit, ready to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub credit: CreditId,
    pub from: Status,
    pub to: Status,
    pub awaits: Option<Side>,
    pub by: AccountId,
    pub at: DateTime<Utc>,
}

/// Why a credit stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("This credit is confirmed by both sides, so it stays as it is.")]
    Confirmed,
    #[error("This credit waits for the other side: you have agreed to it as it stands.")]
    NotYours,
    #[error("Nothing is different from how the credit reads now: confirm it instead.")]
    NothingChanged,
}

/// What a side may do to a credit: the buttons its page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    Confirm,
    Correct,
}

impl Credit {
    /// Which side of this credit an account is on.
    pub fn side(&self, account: AccountId) -> Option<Side> {
        if self.producer_id == Some(account) {
            Some(Side::Producer)
        } else if self.musician_account == Some(account) {
            Some(Side::Musician)
        } else {
            None
        }
    }

    /// Who is told what the other side did, while they have an account.
    pub fn account(&self, side: Side) -> Option<AccountId> {
        match side {
            Side::Producer => self.producer_id,
            Side::Musician => self.musician_account,
        }
    }

    /// What the credit says now.
    ///
    /// # Panics
    /// Never: what a stored credit says was parsed into these types before it was stored.
    pub fn detail(&self) -> Detail {
        const PARSED: &str = "a stored credit was parsed before";
        Detail {
            title: Line::parse(&self.recording.title).expect(PARSED),
            artist: Line::parse(&self.recording.artist).expect(PARSED),
            isrc: self.recording.isrc.clone(),
            credited_as: Line::parse(&self.credited_as).expect(PARSED),
            instrument: self.instrument_id,
        }
    }

    /// Agreeing to the credit as it stands; only who is waited for can.
    pub fn confirm(&self, side: Side, by: AccountId, at: DateTime<Utc>) -> Result<Step, Refusal> {
        self.open()?;
        if self.awaits != Some(side) {
            return Err(Refusal::NotYours);
        }
        Ok(Step { credit: self.id, from: self.status, to: Status::Confirmed, awaits: None, by, at })
    }

    /// Writing it down otherwise, which hands it to the other side. Either may, until both agree:
    /// who drafted it may see their own slip first.
    pub fn correct(
        &self,
        side: Side,
        detail: &Detail,
        by: AccountId,
        at: DateTime<Utc>,
    ) -> Result<Step, Refusal> {
        self.open()?;
        if self.reads(detail) {
            return Err(Refusal::NothingChanged);
        }
        let awaits = Some(side.other());
        Ok(Step { credit: self.id, from: self.status, to: Status::Drafted, awaits, by, at })
    }

    /// What `side` may do now.
    pub fn open_to(&self, side: Side) -> Vec<Verb> {
        match (self.open(), self.awaits == Some(side)) {
            (Err(_), _) => vec![],
            (Ok(()), true) => vec![Verb::Confirm, Verb::Correct],
            (Ok(()), false) => vec![Verb::Correct],
        }
    }

    fn open(&self) -> Result<(), Refusal> {
        if self.status == Status::Drafted { Ok(()) } else { Err(Refusal::Confirmed) }
    }

    fn reads(&self, detail: &Detail) -> bool {
        self.recording.title == detail.title.as_str()
            && self.recording.artist == detail.artist.as_str()
            && self.recording.isrc == detail.isrc
            && self.credited_as == detail.credited_as.as_str()
            && self.instrument_id == detail.instrument
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Status::Drafted => "drafted",
            Status::Claimed => "claimed",
            Status::Confirmed => "confirmed",
            Status::Disputed => "disputed",
        })
    }
}

/// Some of a player's confirmed credits, as a track record counts them.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) musician: MusicianId,
    pub(super) instrument: Option<InstrumentId>,
    /// A genre with all below it.
    pub(super) genres: Option<Vec<GenreId>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credit(status: Status, awaits: Option<Side>) -> Credit {
        Credit {
            id: 1.into(),
            recording: Recording {
                id: 1.into(),
                title: "Dust on the Piano".into(),
                artist: "June Harrow".into(),
                isrc: None,
                created_at: DateTime::UNIX_EPOCH,
            },
            musician_id: Some(1.into()),
            musician_slug: None,
            credited_as: "Maren Oakley".into(),
            instrument_id: 1.into(),
            instrument: "Fiddle".into(),
            family: "strings".into(),
            genre_id: 1.into(),
            genre: "Country".into(),
            booking_id: Some(1.into()),
            producer_id: Some(1.into()),
            producer: Some("Ines Calloway".into()),
            musician_account: Some(2.into()),
            played_on: DateTime::UNIX_EPOCH.date_naive(),
            status,
            awaits,
        }
    }

    fn detail(name: &str) -> Detail {
        Detail {
            title: Line::parse("Dust on the Piano").unwrap(),
            artist: Line::parse("June Harrow").unwrap(),
            isrc: None,
            credited_as: Line::parse(name).unwrap(),
            instrument: 1.into(),
        }
    }

    /// Every status × side waited for × side acting × verb.
    #[test]
    fn a_credit_is_confirmed_by_the_side_it_waits_for_and_corrected_until_then() {
        let (by, at) = (1.into(), DateTime::UNIX_EPOCH);
        for status in [Status::Drafted, Status::Claimed, Status::Confirmed, Status::Disputed] {
            for awaits in [None, Some(Side::Producer), Some(Side::Musician)] {
                for side in [Side::Producer, Side::Musician] {
                    let credit = credit(status, awaits);
                    let open = status == Status::Drafted;
                    let confirmed = credit.confirm(side, by, at);
                    let corrected = credit.correct(side, &detail("M. Oakley"), by, at);
                    let expected = match (open, awaits == Some(side)) {
                        (false, _) => Err(Refusal::Confirmed),
                        (true, false) => Err(Refusal::NotYours),
                        (true, true) => Ok((Status::Confirmed, None)),
                    };
                    assert_eq!(confirmed.clone().map(|step| (step.to, step.awaits)), expected);
                    assert_eq!(corrected.is_ok(), open);
                    if let Ok(step) = &corrected {
                        assert_eq!((step.to, step.awaits), (Status::Drafted, Some(side.other())));
                    }
                    let verbs = credit.open_to(side);
                    assert_eq!(verbs.contains(&Verb::Confirm), confirmed.is_ok());
                    assert_eq!(verbs.contains(&Verb::Correct), corrected.is_ok());
                }
            }
        }
    }

    #[test]
    fn a_correction_that_changes_nothing_is_none() {
        let credit = credit(Status::Drafted, Some(Side::Musician));
        let same =
            credit.correct(Side::Musician, &detail("Maren Oakley"), 2.into(), DateTime::UNIX_EPOCH);
        assert_eq!(same, Err(Refusal::NothingChanged));
    }
}
