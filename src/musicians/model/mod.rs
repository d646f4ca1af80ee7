mod completeness;
mod union;

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::values::{
    AccountId, Currency, GenreId, InstrumentId, Language, Line, Money, MusicianId, Prose, Slug,
    Zone, slug_of,
};

pub(crate) use completeness::{Completeness, Extras, Hint};
pub use union::Union;

/// Where a profile stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type, utoipa::ToSchema)]
#[sqlx(type_name = "profile_status", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Draft,
    Submitted,
    Published,
    ChangesRequested,
    Hidden,
}

/// An instrument on a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plays {
    pub instrument: InstrumentId,
    pub slug: String,
    pub name: String,
    pub gear: String,
    pub is_primary: bool,
}

/// A player, as others see them.
#[derive(Clone, Debug)]
pub struct Profile {
    pub id: MusicianId,
    pub account_id: AccountId,
    pub slug: String,
    pub name: String,
    pub headline: String,
    pub about: String,
    /// Where they are at home, as others read it.
    pub place: String,
    /// The same as they typed it, with what tells their city apart: for their own form.
    pub place_typed: String,
    pub zone: Zone,
    pub works_in_room: bool,
    pub works_remotely: bool,
    pub currency: Currency,
    /// For a session of three hours.
    pub session_rate: Option<Money>,
    /// For a remote song.
    pub song_rate: Option<Money>,
    /// What the rates cover, in their words.
    pub rate_includes: String,
    /// What is in the room where they record remotely.
    pub remote_setup: String,
    /// What they bring to another's room, and what they need there.
    pub room_setup: String,
    /// The best first.
    pub languages: Vec<Language>,
    pub unions: Vec<Union>,
    pub reads_notation: bool,
    pub reads_numbers: bool,
    pub plays_by_ear: bool,
    pub status: Status,
    pub version: i32,
    pub published_at: Option<DateTime<Utc>>,
    /// The hash of their portrait.
    pub portrait: Option<String>,
    /// The primary first.
    pub instruments: Vec<Plays>,
    pub genres: Vec<GenreId>,
}

impl Profile {
    pub fn plays(&self, instrument: InstrumentId) -> bool {
        self.instruments.iter().any(|plays| plays.instrument == instrument)
    }

    /// Whether the address stands for another `name` as well as for the present one.
    pub(super) fn keeps_address_as(&self, name: &str) -> bool {
        numbered(name, 1) == numbered(&self.name, 1)
    }

    /// `Fiddle, octave fiddle, mandolin`.
    pub fn instruments_line(&self) -> String {
        let mut names = self.instruments.iter().map(|plays| plays.name.as_str());
        let first = names.next().unwrap_or_default().to_owned();
        names.fold(first, |line, name| line + ", " + &lower_first(name))
    }
}

/// The address a name asks for, and what it is where `number` others of that name came first.
pub(super) fn numbered(name: &str, number: u32) -> Slug {
    let plain = slug_of(name, "musician");
    if number < 2 {
        return plain;
    }
    // A slug ends where it is long enough, so the number needs room.
    let cut = plain.as_str().get(..50).unwrap_or(plain.as_str());
    slug_of(&format!("{cut}-{number}"), "musician")
}

/// A name in the middle of a sentence: `Mandolin` reads `mandolin`, `B3` stays.
fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => name.to_owned(),
    }
}

/// What happens to a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// The owner sends it in for review.
    Submit,
    /// The owner takes it back to go on writing.
    Withdraw,
    /// An admin makes it public.
    Publish,
    /// An admin says, field by field, what to change.
    RequestChanges,
    /// An admin takes it out of the public.
    Hide,
}

/// Who acts on a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    Owner,
    Admin,
}

/// Why a profile stays as it is. Fit to be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("That is for the other side to do.")]
    NotYours,
    #[error("Not while this profile is {0}.")]
    NotWhile(Status),
    #[error("This profile is being reviewed: take it back first, then change it.")]
    UnderReview,
    #[error("This profile is not complete yet: {0}.")]
    Incomplete(String),
    #[error("Say at least at one field what is to be changed.")]
    NothingAsked,
    #[error("Say why, in a sentence the owner will read.")]
    NoReason,
}

impl Status {
    pub const ALL: [Status; 5] = [
        Status::Draft,
        Status::Submitted,
        Status::Published,
        Status::ChangesRequested,
        Status::Hidden,
    ];

    /// Every step a profile can take.
    pub fn after(self, verb: Verb, by: Party) -> Result<Status, Refusal> {
        use {Party::*, Status::*, Verb::*};
        match (self, verb, by) {
            (Draft | ChangesRequested, Submit, Owner) => Ok(Submitted),
            (Submitted, Withdraw, Owner) => Ok(Draft),
            (Submitted | Hidden, Publish, Admin) => Ok(Published),
            (Submitted, RequestChanges, Admin) => Ok(ChangesRequested),
            (Published, Hide, Admin) => Ok(Hidden),
            (_, Submit | Withdraw, Admin) | (_, Publish | RequestChanges | Hide, Owner) => {
                Err(Refusal::NotYours)
            }
            (status, _, _) => Err(Refusal::NotWhile(status)),
        }
    }

    /// What `by` may do now: the buttons of the page.
    pub fn open_to(self, by: Party) -> Vec<Verb> {
        Verb::ALL.into_iter().filter(|verb| self.after(*verb, by).is_ok()).collect()
    }
}

impl Verb {
    pub const ALL: [Verb; 5] =
        [Verb::Submit, Verb::Withdraw, Verb::Publish, Verb::RequestChanges, Verb::Hide];

    pub fn word(self) -> &'static str {
        match self {
            Verb::Submit => "submit",
            Verb::Withdraw => "withdraw",
            Verb::Publish => "publish",
            Verb::RequestChanges => "request_changes",
            Verb::Hide => "hide",
        }
    }
}

/// What an owner writes of themselves. One that exists is fit to be kept.
#[derive(Clone, Debug)]
pub(crate) struct Detail {
    pub name: Line<100>,
    pub headline: Option<Line<120>>,
    pub about: Option<Prose<2000>>,
    pub place: Option<Line<80>>,
    pub zone: Zone,
    pub works_in_room: bool,
    pub works_remotely: bool,
    pub currency: Currency,
    pub session_rate: Option<Money>,
    pub song_rate: Option<Money>,
    pub rate_includes: Option<Prose<500>>,
    pub remote_setup: Option<Prose<1000>>,
    pub room_setup: Option<Prose<1000>>,
    /// The best first.
    pub languages: Vec<Language>,
    pub unions: Vec<Union>,
    pub reads_notation: bool,
    pub reads_numbers: bool,
    pub plays_by_ear: bool,
    /// With gear; the primary first.
    pub instruments: Vec<(InstrumentId, Option<Line<200>>)>,
    pub genres: Vec<GenreId>,
}

impl Profile {
    /// What is still wanting before it can be sent in, each as the end of "add …".
    pub fn missing(&self) -> Vec<&'static str> {
        let wanting = [
            (self.headline.is_empty(), "a headline, the one line a producer reads first"),
            (self.about.is_empty(), "some sentences about how you play and record"),
            (self.place.is_empty(), "where you are at home"),
            (self.instruments.is_empty(), "at least one instrument"),
            (self.genres.is_empty(), "at least one genre"),
            (!self.works_in_room && !self.works_remotely, "whether you work in a room or remotely"),
            (
                self.works_in_room && self.session_rate.is_none(),
                "your rate for a session of three hours",
            ),
            (self.works_remotely && self.song_rate.is_none(), "your rate for a remote song"),
        ];
        wanting.into_iter().filter(|(wanting, _)| *wanting).map(|(_, what)| what).collect()
    }

    /// What a step by `by` would make of it now, or why it may not.
    pub fn step(&self, verb: Verb, by: Party) -> Result<Status, Refusal> {
        let to = self.status.after(verb, by)?;
        match (verb, self.missing().as_slice()) {
            (Verb::Submit, [first, ..]) => Err(Refusal::Incomplete(format!("add {first}"))),
            _ => Ok(to),
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Status::Draft => "draft",
            Status::Submitted => "submitted",
            Status::Published => "published",
            Status::ChangesRequested => "changes requested",
            Status::Hidden => "hidden",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_namesake_has_an_address_of_their_own() {
        assert_eq!(numbered("Asa Björk", 1).as_str(), "asa-bjork");
        assert_eq!(numbered("Asa Björk", 2).as_str(), "asa-bjork-2");
        let long = "a".repeat(100);
        let all: std::collections::BTreeSet<String> =
            (1..200).map(|number| numbered(&long, number).to_string()).collect();
        assert_eq!(all.len(), 199);
        assert_eq!(numbered("--", 12).as_str(), "musician-12");
    }

    /// Every status × verb × party.
    #[test]
    fn a_profile_is_written_by_its_owner_and_judged_by_admins() {
        use {Party::*, Status::*, Verb::*};
        let allowed = [
            (Draft, Submit, Owner, Submitted),
            (ChangesRequested, Submit, Owner, Submitted),
            (Submitted, Withdraw, Owner, Draft),
            (Submitted, Publish, Admin, Published),
            (Submitted, RequestChanges, Admin, ChangesRequested),
            (Published, Hide, Admin, Hidden),
            (Hidden, Publish, Admin, Published),
        ];
        for status in Status::ALL {
            for verb in Verb::ALL {
                for party in [Owner, Admin] {
                    let expected = allowed
                        .iter()
                        .find(|(from, what, by, _)| (*from, *what, *by) == (status, verb, party))
                        .map(|(.., to)| *to);
                    assert_eq!(
                        status.after(verb, party).ok(),
                        expected,
                        "{status} {verb:?} {party:?}"
                    );
                    assert_eq!(status.open_to(party).contains(&verb), expected.is_some());
                }
            }
        }
    }
}
