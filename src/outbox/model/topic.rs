use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::Way;

/// What somebody is told about: they choose for each how.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    sqlx::Type,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "topic", rename_all = "snake_case")]
pub enum Topic {
    Request,
    Offer,
    Answer,
    Cancellation,
    Message,
    Session,
    Invoice,
    Credit,
    Review,
    Search,
    Profile,
    Account,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is nothing anybody is told about")]
pub struct UnknownTopic;

impl Topic {
    /// In the order in which people read them.
    pub const ALL: [Topic; 12] = [
        Topic::Request,
        Topic::Offer,
        Topic::Answer,
        Topic::Cancellation,
        Topic::Message,
        Topic::Session,
        Topic::Invoice,
        Topic::Credit,
        Topic::Review,
        Topic::Search,
        Topic::Profile,
        Topic::Account,
    ];

    /// As an address or a form says it.
    pub fn word(self) -> &'static str {
        match self {
            Topic::Request => "request",
            Topic::Offer => "offer",
            Topic::Answer => "answer",
            Topic::Cancellation => "cancellation",
            Topic::Message => "message",
            Topic::Session => "session",
            Topic::Invoice => "invoice",
            Topic::Credit => "credit",
            Topic::Review => "review",
            Topic::Search => "search",
            Topic::Profile => "profile",
            Topic::Account => "account",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Topic::Request => "Requests",
            Topic::Offer => "Offers",
            Topic::Answer => "Answers",
            Topic::Cancellation => "Cancellations",
            Topic::Message => "Messages",
            Topic::Session => "Sessions",
            Topic::Invoice => "Invoices",
            Topic::Credit => "Credits",
            Topic::Review => "Reviews",
            Topic::Search => "Kept searches",
            Topic::Profile => "Profile and calendars",
            Topic::Account => "Account and security",
        }
    }

    /// What comes under it, for whoever chooses.
    pub fn told(self) -> &'static str {
        match self {
            Topic::Request => "Somebody asks for your time.",
            Topic::Offer => "Other terms or another time are put to you.",
            Topic::Answer => {
                "What became of a request or an offer: accepted, declined, taken back, lapsed."
            }
            Topic::Cancellation => "A confirmed booking is off.",
            Topic::Message => {
                "The other side of a booking wrote, and you had not read it a minute later."
            }
            Topic::Session => {
                "The day of a session: who is late, who did not come; its report, changed, signed, sealed."
            }
            Topic::Invoice => "An invoice was made out to you, or cancelled.",
            Topic::Credit => "A credit was written down, corrected or confirmed.",
            Topic::Review => {
                "A review was written, can be read now, or was taken down by an admin."
            }
            Topic::Search => "Somebody new fits a search you keep.",
            Topic::Profile => {
                "What an admin decided about your profile; a calendar of yours that cannot be read."
            }
            Topic::Account => {
                "Links you asked for, and changes of your password, your address or your rights."
            }
        }
    }

    /// So many letters about it, in a sentence.
    pub(in crate::outbox) fn counted(self, n: usize) -> String {
        let (one, many) = match self {
            Topic::Request => ("a request", "requests"),
            Topic::Offer => ("an offer", "offers"),
            Topic::Answer => ("an answer", "answers"),
            Topic::Cancellation => ("a cancellation", "cancellations"),
            Topic::Message => ("a conversation", "conversations"),
            Topic::Session => ("a note on a session", "notes on sessions"),
            Topic::Invoice => ("an invoice", "invoices"),
            Topic::Credit => ("a note on a credit", "notes on credits"),
            Topic::Review => ("a note on a review", "notes on reviews"),
            Topic::Search => ("a kept search", "kept searches"),
            Topic::Profile => ("a note on your profile", "notes on your profile"),
            Topic::Account => ("a note on your account", "notes on your account"),
        };
        if n == 1 { one.to_owned() } else { format!("{n} {many}") }
    }

    /// Whether its mails may be stopped. Not where somebody waits for an answer, counts on the time
    /// that was booked, or where it is about who can get in.
    pub fn may_go_unmailed(self) -> bool {
        !matches!(self, Topic::Request | Topic::Offer | Topic::Cancellation | Topic::Account)
    }

    /// Whether its lines in the app may be left out.
    pub fn may_go_unlisted(self) -> bool {
        self.may_go_unmailed() && self != Topic::Profile
    }

    /// The ways its mails may go.
    pub fn ways(self) -> &'static [Way] {
        match self {
            Topic::Account => &[Way::AtOnce],
            _ if self.may_go_unmailed() => &[Way::AtOnce, Way::Digest, Way::Off],
            _ => &[Way::AtOnce, Way::Digest],
        }
    }

    /// Why not everything can be chosen, where it cannot.
    pub fn why_not_all(self) -> Option<&'static str> {
        match self {
            Topic::Request | Topic::Offer => {
                Some("They wait for your answer, so it cannot be switched off.")
            }
            Topic::Cancellation => {
                Some("You would come to a session that is off, so it cannot be switched off.")
            }
            Topic::Profile => Some("In the app it always stands: it decides who can find you."),
            Topic::Account => Some("Whoever breaks in would switch it off first, so nobody can."),
            _ => None,
        }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Topic {
    type Err = UnknownTopic;

    fn from_str(word: &str) -> Result<Topic, UnknownTopic> {
        Topic::ALL.into_iter().find(|topic| topic.word() == word).ok_or(UnknownTopic)
    }
}
