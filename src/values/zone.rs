use std::{fmt, str::FromStr};

use chrono::{DateTime, Datelike, LocalResult, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::{OffsetName, Tz};
use sqlx::{
    Decode, Encode, Postgres, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef},
};

use super::Slot;

/// A place's clock, by its IANA name: `America/Chicago`. An offset is never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(Tz);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a time zone we know: choose one from the list, such as America/Chicago")]
pub struct UnknownZone;

/// A time that the clocks of a place jump over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("does not exist that day in {zone}: the clocks go forward to {resumes}")]
pub struct NotLocalTime {
    zone: Zone,
    resumes: String,
}

impl Zone {
    pub const UTC: Zone = Zone(Tz::UTC);

    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// Every zone a person would choose: places, and UTC.
    pub fn all() -> impl Iterator<Item = Zone> {
        const REGIONS: [&str; 10] = [
            "Africa/",
            "America/",
            "Antarctica/",
            "Arctic/",
            "Asia/",
            "Atlantic/",
            "Australia/",
            "Europe/",
            "Indian/",
            "Pacific/",
        ];
        chrono_tz::TZ_VARIANTS
            .into_iter()
            .filter(|zone| {
                *zone == Tz::UTC || REGIONS.iter().any(|region| zone.name().starts_with(region))
            })
            .map(Zone)
    }

    /// When a wall-clock time begins. One that does not exist moves forward to the first that
    /// does; one that happens twice is its first occurrence.
    pub fn start(self, local: NaiveDateTime) -> DateTime<Utc> {
        self.resolve(local).0
    }

    /// When a wall-clock time ends. As [`Zone::start`], but one that happens twice is its second
    /// occurrence, so that no open hour is lost.
    pub fn end(self, local: NaiveDateTime) -> DateTime<Utc> {
        self.resolve(local).1
    }

    /// A wall-clock time that somebody typed: its first occurrence, or why there is none.
    pub fn read(self, local: NaiveDateTime) -> Result<DateTime<Utc>, NotLocalTime> {
        match self.0.from_local_datetime(&local) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Ok(at.to_utc()),
            LocalResult::None => {
                let resumes = self.local(self.start(local)).format("%H:%M").to_string();
                Err(NotLocalTime { zone: self, resumes })
            }
        }
    }

    fn resolve(self, local: NaiveDateTime) -> (DateTime<Utc>, DateTime<Utc>) {
        match self.0.from_local_datetime(&local) {
            LocalResult::Single(at) => (at.to_utc(), at.to_utc()),
            LocalResult::Ambiguous(first, second) => (first.to_utc(), second.to_utc()),
            LocalResult::None => {
                let at = self.after_gap(local);
                (at, at)
            }
        }
    }

    /// The instant the clocks jump from, which is the first that exists at or after `local`.
    fn after_gap(self, local: NaiveDateTime) -> DateTime<Utc> {
        // No gap is longer than a day (Apia lost 30 December 2011), and all begin on a minute.
        let next = (1..=2 * 24 * 60).find_map(|minutes| {
            let later = local.checked_add_signed(TimeDelta::minutes(minutes))?;
            self.0.from_local_datetime(&later).earliest()
        });
        next.map_or_else(|| local.and_utc(), |at| at.to_utc())
    }

    pub fn local(self, at: DateTime<Utc>) -> NaiveDateTime {
        self.0.from_utc_datetime(&at.naive_utc()).naive_local()
    }

    pub fn date(self, at: DateTime<Utc>) -> NaiveDate {
        self.local(at).date()
    }

    /// What people there call the time at that instant: `CST`, or `UTC+05:45` where there is no
    /// word for it.
    pub fn abbreviation(self, at: DateTime<Utc>) -> String {
        let offset = self.0.offset_from_utc_datetime(&at.naive_utc());
        match offset.abbreviation() {
            Some(word) if word.starts_with(|c: char| c.is_ascii_alphabetic()) => word.to_owned(),
            _ => format!("UTC{}", self.0.from_utc_datetime(&at.naive_utc()).format("%:z")),
        }
    }

    /// Whether the clocks of both places show the same then.
    pub fn agrees_with(self, other: Zone, at: DateTime<Utc>) -> bool {
        self.local(at) == other.local(at)
    }

    /// `Tue 8 Dec 2026, 10:00 CST`.
    pub fn moment(self, at: DateTime<Utc>) -> String {
        format!("{} {}", self.local(at).format("%a %-d %b %Y, %H:%M"), self.abbreviation(at))
    }

    /// `10:00–13:00 CST`; where the clocks change in between, `00:30 BST–01:30 GMT`.
    pub fn hours(self, slot: &Slot) -> String {
        let (from, to) = (self.local(slot.starts_at()), self.local(slot.ends_at()));
        let (starts, ends) = self.abbreviations(slot);
        format!("{}{starts}–{} {ends}", from.format("%H:%M"), to.format(clock_at_end(from, to)))
    }

    /// `Tue 8 Dec 2026, 10:00–13:00 CST`.
    pub fn span(self, slot: &Slot) -> String {
        let (from, to) = (self.local(slot.starts_at()), self.local(slot.ends_at()));
        let (starts, ends) = self.abbreviations(slot);
        let end = match clock_at_end(from, to) {
            "%H:%M" if from.date() != to.date() => "%a %-d %b, %H:%M",
            clock => clock,
        };
        format!("{}{starts}–{} {ends}", from.format("%a %-d %b %Y, %H:%M"), to.format(end))
    }

    /// What is written after the start of a slot, and after its end: the first is empty where
    /// both would be the same.
    fn abbreviations(self, slot: &Slot) -> (String, String) {
        let (starts, ends) =
            (self.abbreviation(slot.starts_at()), self.abbreviation(slot.ends_at()));
        let starts = if starts == ends { String::new() } else { format!(" {starts}") };
        (starts, ends)
    }
}

/// How the end of a stretch is written: the midnight that ends its own day is `24:00`.
fn clock_at_end(from: NaiveDateTime, to: NaiveDateTime) -> &'static str {
    let midnight = from.date().succ_opt().and_then(|next| next.and_hms_opt(0, 0, 0));
    if midnight == Some(to) { "24:00" } else { "%H:%M" }
}

/// A year a booking could be in; outside it, nothing typed is a date.
pub(super) fn in_reach(date: NaiveDate) -> bool {
    (1970..=2200).contains(&date.year())
}

impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(text: &str) -> Result<Zone, UnknownZone> {
        text.trim().parse().map(Zone).map_err(|_| UnknownZone)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl serde::Serialize for Zone {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> serde::Deserialize<'de> for Zone {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Zone, D::Error> {
        let name = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        name.parse().map_err(serde::de::Error::custom)
    }
}

impl Type<Postgres> for Zone {
    fn type_info() -> PgTypeInfo {
        <String as Type<Postgres>>::type_info()
    }
}

impl Encode<'_, Postgres> for Zone {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <&str as Encode<Postgres>>::encode(self.name(), buffer)
    }
}

impl<'r> Decode<'r, Postgres> for Zone {
    fn decode(value: PgValueRef<'r>) -> Result<Zone, BoxDynError> {
        Ok(<&str as Decode<Postgres>>::decode(value)?.parse()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        name.parse().unwrap()
    }

    fn local(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_time_in_the_spring_gap_moves_forward() {
        let new_york = zone("America/New_York");
        assert_eq!(new_york.start(local("2027-03-14 02:30")), instant("2027-03-14T07:00:00Z"));
        let london = zone("Europe/London");
        assert_eq!(london.start(local("2027-03-28 01:30")), instant("2027-03-28T01:00:00Z"));
        let lord_howe = zone("Australia/Lord_Howe");
        assert_eq!(lord_howe.start(local("2027-10-03 02:15")), instant("2027-10-02T15:30:00Z"));
    }

    #[test]
    fn a_time_that_happens_twice_starts_first_and_ends_second() {
        for (name, time, first, second) in [
            (
                "America/New_York",
                "2027-11-07 01:30",
                "2027-11-07T05:30:00Z",
                "2027-11-07T06:30:00Z",
            ),
            ("Europe/London", "2027-10-31 01:30", "2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z"),
            (
                "Australia/Lord_Howe",
                "2027-04-04 01:45",
                "2027-04-03T14:45:00Z",
                "2027-04-03T15:15:00Z",
            ),
        ] {
            assert_eq!(zone(name).start(local(time)), instant(first), "{name}");
            assert_eq!(zone(name).end(local(time)), instant(second), "{name}");
        }
    }

    #[test]
    fn a_missing_day_is_no_time_at_all() {
        let apia = zone("Pacific/Apia");
        let morning = apia.start(local("2011-12-30 09:00"));
        assert_eq!(morning, apia.end(local("2011-12-30 17:00")));
        assert_eq!(morning, apia.start(local("2011-12-31 00:00")));
    }

    #[test]
    fn typing_a_time_that_does_not_exist_is_told() {
        let refusal = zone("Europe/London").read(local("2027-03-28 01:30")).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "does not exist that day in Europe/London: the clocks go forward to 02:00"
        );
    }

    #[test]
    fn times_name_their_zone_on_both_sides_of_a_change() {
        let london = zone("Europe/London");
        let slot = |from: &str, to: &str| Slot::new(instant(from), instant(to)).unwrap();
        let plain = slot("2026-12-08T16:00:00Z", "2026-12-08T19:00:00Z");
        assert_eq!(london.span(&plain), "Tue 8 Dec 2026, 16:00–19:00 GMT");
        let night = slot("2027-10-30T22:30:00Z", "2027-10-31T01:30:00Z");
        assert_eq!(london.span(&night), "Sat 30 Oct 2027, 23:30 BST–Sun 31 Oct, 01:30 GMT");
        assert_eq!(london.hours(&night), "23:30 BST–01:30 GMT");
        let evening = slot("2026-12-08T21:00:00Z", "2026-12-09T00:00:00Z");
        assert_eq!(london.span(&evening), "Tue 8 Dec 2026, 21:00–24:00 GMT");
        assert!(london.agrees_with(Zone::UTC, plain.starts_at()));
        assert!(!london.agrees_with(Zone::UTC, night.starts_at()));
    }

    #[test]
    fn every_zone_has_a_word_for_its_time() {
        let winter = instant("2026-12-08T16:00:00Z");
        assert_eq!(zone("America/Chicago").abbreviation(winter), "CST");
        assert_eq!(zone("Asia/Kathmandu").abbreviation(winter), "UTC+05:45");
        assert_eq!(zone("Asia/Kathmandu").local(winter), local("2026-12-08 21:45"));
    }
}
