use std::{fmt, str::FromStr};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Hour, Letter, Topic};
use crate::values::{AccountId, Email, NoticeId, Zone};

/// How long somebody has at least to act on what a mail of the day tells them: what leaves them less
/// is mailed at once.
const TIME_TO_ACT: TimeDelta = TimeDelta::hours(4);

/// How mails about something go.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "mail_way", rename_all = "snake_case")]
pub enum Way {
    AtOnce,
    /// In one mail a day with whatever else goes so.
    Digest,
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a way in which mails go")]
pub struct UnknownWay;

impl Way {
    pub const ALL: [Way; 3] = [Way::AtOnce, Way::Digest, Way::Off];

    /// As a form says it.
    pub fn word(self) -> &'static str {
        match self {
            Way::AtOnce => "at_once",
            Way::Digest => "digest",
            Way::Off => "off",
        }
    }

    pub fn told(self) -> &'static str {
        match self {
            Way::AtOnce => "At once",
            Way::Digest => "Once a day",
            Way::Off => "Not by mail",
        }
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Way {
    type Err = UnknownWay;

    fn from_str(word: &str) -> Result<Way, UnknownWay> {
        Way::ALL.into_iter().find(|way| way.word() == word).ok_or(UnknownWay)
    }
}

/// How somebody wants to be told about something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    pub mail: Way,
    pub in_app: bool,
}

impl Wish {
    /// Everybody's, until they say otherwise: nobody misses what they never heard that they could.
    pub const USUAL: Wish = Wish { mail: Way::AtOnce, in_app: true };

    /// Whether it may be had about this.
    pub fn fits(self, topic: Topic) -> bool {
        topic.ways().contains(&self.mail) && (self.in_app || topic.may_go_unlisted())
    }
}

/// How an account is told about everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wishes {
    /// When the mail of the day goes, by the clock of [`Wishes::zone`].
    pub hour: Hour,
    pub zone: Zone,
    pub chosen: Vec<(Topic, Wish)>,
}

impl Wishes {
    pub fn about(&self, topic: Topic) -> Wish {
        let chosen = self.chosen.iter().find(|(other, _)| *other == topic);
        chosen.map_or(Wish::USUAL, |(_, wish)| *wish)
    }
}

/// Whoever is told something, as far as telling asks.
#[derive(Clone, Debug)]
pub(in crate::outbox) struct Reader {
    /// None once the account is deleted.
    pub(in crate::outbox) email: Option<Email>,
    pub(in crate::outbox) name: String,
    pub(in crate::outbox) zone: Zone,
    pub(in crate::outbox) hour: Hour,
    /// What they chose for the topic at hand.
    pub(in crate::outbox) way: Way,
    /// The line they have of it in the app.
    pub(in crate::outbox) notice: Option<NoticeId>,
}

impl Reader {
    /// When it may wait for the mail of the day, which that is; none where it is mailed at once.
    pub(in crate::outbox) fn waits_until(
        &self,
        letter: &Letter,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        if self.way != Way::Digest {
            return None;
        }
        let due = self.hour.next(self.zone, now);
        let is_urgent = letter.needed_by.is_some_and(|by| now < by && by < due + TIME_TO_ACT);
        (!is_urgent).then_some(due)
    }
}

/// A letter that waits for the mail of the day.
#[derive(Clone, Debug)]
pub(in crate::outbox) struct Line {
    pub(in crate::outbox) topic: Topic,
    pub(in crate::outbox) subject: String,
    pub(in crate::outbox) says: String,
    pub(in crate::outbox) link_label: String,
    pub(in crate::outbox) link_path: String,
}

impl Line {
    /// As much of what it says first as a line has room for.
    const MOST: usize = 280;

    pub(in crate::outbox) fn of(letter: &Letter) -> Line {
        let first = letter.paragraphs.first().map_or("", String::as_str);
        let says = match first.char_indices().nth(Line::MOST) {
            Some((end, _)) => format!("{}…", first[..end].trim_end()),
            None => first.to_owned(),
        };
        let link = letter.link.as_ref();
        Line {
            topic: letter.topic,
            subject: letter.subject.clone(),
            says,
            link_label: link.map_or("Open your inbox", |link| &link.label).to_owned(),
            link_path: link.map_or("/inbox", |link| &link.path).to_owned(),
        }
    }
}

/// A link that stops mails.
#[derive(Clone, Debug)]
pub(in crate::outbox) struct Stop {
    pub(in crate::outbox) account: AccountId,
    pub(in crate::outbox) topics: Vec<Topic>,
    pub(in crate::outbox) way: Way,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn reader(way: Way) -> Reader {
        Reader {
            email: Some("maren@example.test".parse().unwrap()),
            name: "Maren Oakley".into(),
            zone: "America/Chicago".parse().unwrap(),
            hour: Hour::try_from(8).unwrap(),
            way,
            notice: None,
        }
    }

    #[test]
    fn what_runs_out_before_the_mail_of_the_day_does_not_wait_for_it() {
        let now = at("2026-11-23T20:00:00Z");
        let due = Some(at("2026-11-24T14:00:00Z"));
        let letter = Letter::about(Topic::Request, "Ines Calloway asks for Tuesday");
        let until =
            |by: &str| reader(Way::Digest).waits_until(&letter.clone().needed_by(at(by)), now);
        assert_eq!(reader(Way::Digest).waits_until(&letter, now), due);
        assert_eq!(until("2026-11-26T00:00:00Z"), due);
        assert_eq!(until("2026-11-24T18:00:00Z"), due);
        assert_eq!(until("2026-11-24T17:59:59Z"), None, "less than four hours after it");
        assert_eq!(until("2026-11-24T10:00:00Z"), None);
        assert_eq!(until("2026-11-23T19:00:00Z"), due, "it is over anyway");
        assert_eq!(reader(Way::AtOnce).waits_until(&letter, now), None);
    }

    #[test]
    fn what_cannot_be_chosen_does_not_fit() {
        for topic in Topic::ALL {
            assert!(Wish::USUAL.fits(topic), "{topic}");
            let fits = |mail, in_app| Wish { mail, in_app }.fits(topic);
            assert_eq!(fits(Way::Off, true), topic.may_go_unmailed(), "{topic}");
            assert_eq!(fits(Way::AtOnce, false), topic.may_go_unlisted(), "{topic}");
            assert_eq!(fits(Way::Digest, true), topic != Topic::Account, "{topic}");
            assert_eq!(
                topic.why_not_all().is_none(),
                fits(Way::Off, false),
                "{topic}: what is not to be had is explained"
            );
            assert_eq!(topic.word().parse(), Ok(topic));
        }
    }

    #[test]
    fn a_line_has_the_beginning_of_what_is_said() {
        let long = Letter::about(Topic::Message, "Ines writes").saying("é".repeat(500));
        let line = Line::of(&long);
        assert_eq!(line.says.chars().count(), 281);
        assert_eq!(
            (line.link_label.as_str(), line.link_path.as_str()),
            ("Open your inbox", "/inbox")
        );
    }
}
