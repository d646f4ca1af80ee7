use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    entries::{self, Entry, Title},
    values::{FeedId, Line, MusicianId, Zone},
};

/// How many a player has at once: one for each program and person they know.
pub(super) const MOST: usize = 10;

/// What is over stays in a feed so long.
pub(super) const KEPT: TimeDelta = TimeDelta::days(90);

/// How often it is noted at most that somebody read.
const NOTED_EACH: TimeDelta = TimeDelta::hours(1);

/// What its owner calls it.
pub(super) type Name = Line<60>;

/// What of the bookings a feed tells.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[sqlx(type_name = "feed_detail", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub(crate) enum Detail {
    /// Who, what, where, for how much; also what is only asked.
    Full,
    /// That the time is taken, and no more.
    Busy,
}

/// A feed as its owner sees it.
#[derive(Clone, Debug)]
pub(super) struct Feed {
    pub(super) id: FeedId,
    pub(super) name: String,
    pub(super) detail: Detail,
    pub(super) created_at: DateTime<Utc>,
    pub(super) read_at: Option<DateTime<Utc>>,
}

/// A feed as it is read.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) id: FeedId,
    pub(super) detail: Detail,
    pub(super) musician_id: MusicianId,
    pub(super) musician: String,
    pub(super) zone: Zone,
    pub(super) read_at: Option<DateTime<Utc>>,
    /// The hash of what was read last, and since when it reads so.
    pub(super) content: Option<Vec<u8>>,
    pub(super) changed_at: Option<DateTime<Utc>>,
}

/// What is read, and how it is known again.
#[derive(Clone, Debug)]
pub(super) struct Edition {
    pub(super) text: String,
    pub(super) content: [u8; 32],
    /// In whole seconds, as HTTP tells it; two editions never have the same.
    pub(super) changed_at: DateTime<Utc>,
    /// Whether anything of it is to be noted.
    pub(super) is_news: bool,
}

/// Why no feed is made. Fit to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("You have {MOST} addresses, and no more fit. Revoke one first.")]
    Full,
}

impl Detail {
    /// As a form says it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Detail::Full => "full",
            Detail::Busy => "busy",
        }
    }

    pub(super) fn told(self) -> &'static str {
        match self {
            Detail::Full => "Everything",
            Detail::Busy => "Busy times only",
        }
    }
}

impl Source {
    /// What it says now.
    pub(super) fn edition(
        &self,
        entries: Vec<Entry>,
        public_url: &str,
        now: DateTime<Utc>,
    ) -> Edition {
        let (name, entries) = match self.detail {
            Detail::Full => (format!("First Call: {}", self.musician), entries),
            Detail::Busy => {
                let busy = entries.into_iter().filter_map(Entry::into_busy).collect();
                ("First Call: busy".to_owned(), busy)
            }
        };
        let title = Title { name: &name, zone: self.zone };
        let text = entries::write(public_url, Some(title), &entries);
        let content: [u8; 32] = Sha256::digest(&text).into();
        let now_whole = now.trunc_subsecs(0);
        let same = self.changed_at.filter(|_| self.content.as_deref() == Some(content.as_slice()));
        let changed_at = same.unwrap_or_else(|| {
            let after_last = self.changed_at.map(|last| last + TimeDelta::seconds(1));
            after_last.map_or(now_whole, |after| after.max(now_whole))
        });
        let is_noted = self.read_at.is_some_and(|read_at| now < read_at + NOTED_EACH);
        Edition { text, content, changed_at, is_news: same.is_none() || !is_noted }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entries::{Standing, When};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn source() -> Source {
        Source {
            id: 1.into(),
            detail: Detail::Full,
            musician_id: 5.into(),
            musician: "Maren Oakley".into(),
            zone: "America/Chicago".parse().unwrap(),
            read_at: None,
            content: None,
            changed_at: None,
        }
    }

    fn session() -> Entry {
        Entry {
            name: "booking-17".into(),
            sequence: 1,
            changed_at: at("2026-12-03T18:00:00Z"),
            when: When::Hours {
                starts_at: at("2026-12-08T16:00:00Z"),
                ends_at: at("2026-12-08T19:00:00Z"),
                zone: "America/Chicago".parse().unwrap(),
            },
            standing: Standing::Confirmed,
            summary: "Dust on the Piano, fiddle".into(),
            location: "Cedar Street Sound".into(),
            description: "Player: Maren Oakley. Producer: Ines Calloway.".into(),
            path: Some("/bookings/17".into()),
        }
    }

    /// The source as it is after this was read.
    fn read(edition: &Edition, read_at: DateTime<Utc>) -> Source {
        Source {
            read_at: Some(read_at),
            content: Some(edition.content.to_vec()),
            changed_at: Some(edition.changed_at),
            ..source()
        }
    }

    #[test]
    fn what_did_not_change_is_the_same_edition_whenever_it_is_read() {
        let url = "https://firstcall.example";
        let first = source().edition(vec![session()], url, at("2026-12-04T12:00:00.7Z"));
        assert!(first.is_news);
        assert_eq!(first.changed_at, at("2026-12-04T12:00:00Z"));
        let known = read(&first, at("2026-12-04T12:00:00.7Z"));
        let soon = known.edition(vec![session()], url, at("2026-12-04T12:59:00Z"));
        assert_eq!((&soon.text, soon.changed_at), (&first.text, first.changed_at));
        assert!(!soon.is_news, "reading is noted once an hour");
        let later = known.edition(vec![session()], url, at("2028-12-04T13:00:00.7Z"));
        assert_eq!((&later.text, later.changed_at), (&first.text, first.changed_at));
        assert!(later.is_news);
    }

    #[test]
    fn two_editions_of_one_second_are_told_apart() {
        let (url, now) = ("https://firstcall.example", at("2026-12-04T12:00:00.1Z"));
        let first = source().edition(vec![session()], url, now);
        let second = read(&first, now).edition(vec![], url, now);
        assert!(second.is_news);
        assert_eq!(second.changed_at, first.changed_at + TimeDelta::seconds(1));
    }

    #[test]
    fn a_feed_of_busy_times_names_nobody_and_nothing() {
        let url = "https://firstcall.example";
        let busy = Source { detail: Detail::Busy, ..source() };
        let text = busy.edition(vec![session()], url, at("2026-12-04T12:00:00Z")).text;
        for secret in ["Maren", "Ines", "Dust", "Cedar", "fiddle", "/bookings/"] {
            assert!(!text.contains(secret), "{text}");
        }
        assert!(text.contains("SUMMARY:Busy\r\n") && text.contains("UID:booking-17@"), "{text}");
    }
}
