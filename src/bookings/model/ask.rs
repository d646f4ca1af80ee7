use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};

use super::{Asks, Kind, Music, Part, Refusal, When};
use crate::{
    availability::{Calendar, NotFree, Room},
    instant::{self, NotAtOnce},
    musicians::Profile,
    packs,
    values::{AccountId, CallId, GenreId, InstrumentId, Line, Money, Prose, Slot, Zone},
};

const SHORTEST_SESSION: TimeDelta = TimeDelta::minutes(30);
const LONGEST_SESSION: TimeDelta = TimeDelta::hours(14);
const FURTHEST: Months = Months::new(18);
/// How long a request waits when its producer does not say, and at most.
const USUAL_WAIT: TimeDelta = TimeDelta::hours(48);
pub(super) const LONGEST_WAIT: TimeDelta = TimeDelta::days(6);

/// What is said with a step: an answer in a few words, a reason.
pub type Word = Prose<1000>;

/// What a producer asks of a player. One that exists is fit to be sent.
#[derive(Clone, Debug)]
pub struct Ask {
    pub title: Line<160>,
    pub artist: Line<160>,
    pub when: When,
    pub zone: Zone,
    pub place: Option<Line<200>>,
    /// The number of the town it is in, where we know it.
    pub town: Option<i64>,
    pub brief: Prose<4000>,
    pub music: Music,
    pub asks: Asks,
    /// The call that it is for, where that is out already.
    pub call: Option<CallId>,
    pub instrument: InstrumentId,
    pub part: Part,
    pub genre: GenreId,
    pub fee: Money,
    /// What it is counted by, where anything is known.
    pub terms: Option<packs::Terms>,
    /// It is to be booked at once, by the rules that the player has set for it.
    pub at_once: bool,
    pub answer_by: Option<DateTime<Utc>>,
    /// Made with the form, so that sending it twice asks once.
    pub form_key: Option<Line<64>>,
}

impl Ask {
    /// Whether somebody may ask this player at all.
    pub fn may_be_sent(producer: AccountId, player: &Profile) -> Result<(), Refusal> {
        if producer == player.account_id { Err(Refusal::OwnProfile) } else { Ok(()) }
    }

    /// Why it is not booked at once, if it is not.
    pub(in crate::bookings) fn take_at_once(
        &self,
        rules: &instant::Rules,
        player: &Profile,
        now: DateTime<Utc>,
    ) -> Result<(), NotAtOnce> {
        let job = self.part.job(self.when, self.music.songs);
        let quote = self.terms.as_ref().and_then(|terms| terms.quote(&job).ok());
        let wanted = instant::Wanted {
            session: self.when.session(),
            at: self.when.starts_at(),
            fee: self.fee,
            quote: quote.as_ref(),
        };
        rules.take(wanted, (&player.name, player.zone), now)
    }

    /// Until when it may be answered, asked now.
    pub fn reply_by(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let wanted = self.answer_by.unwrap_or(now + USUAL_WAIT);
        wanted.min(now + LONGEST_WAIT).min(self.when.starts_at())
    }
}

/// What a time is read against: a player's calendar, the time it is.
#[derive(Clone, Copy)]
pub(in crate::bookings) struct Times<'a> {
    pub(in crate::bookings) calendar: &'a Calendar,
    pub(in crate::bookings) now: DateTime<Utc>,
}

/// What a request is read against: the player as well.
#[derive(Clone, Copy)]
pub(in crate::bookings) struct Terms<'a> {
    pub(in crate::bookings) player: &'a Profile,
    pub(in crate::bookings) times: Times<'a>,
    /// What a fee of theirs may be counted by, in their currency: their own terms are the first.
    pub(in crate::bookings) packs: &'a [packs::Terms],
    /// What they let be booked at once.
    pub(in crate::bookings) instant: &'a instant::Rules,
}

/// Why something cannot be asked: what follows the name of the field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::bookings) enum BadAsk {
    #[error("has to be in a room, or remote")]
    NoKind,
    #[error("is not what {0} offers: they only work remotely")]
    OnlyRemotely(String),
    #[error("is not what {0} offers: they only work in a room")]
    OnlyInRooms(String),
    #[error("is in the past: ask for a time still to come")]
    Past,
    #[error("is more than 18 months ahead: nobody’s calendar is open that far")]
    TooFar,
    #[error("must be after the start, on the same day; midnight is 24:00")]
    Backwards,
    #[error("must be at least half an hour after the start")]
    TooShort,
    #[error("must be at most 14 hours after the start")]
    TooLong,
    #[error("{0}")]
    NotFree(String),
    #[error("is not one that {0} plays: choose from the list")]
    NotPlayed(String),
    #[error("is not one of ours: choose from the list")]
    NotGenre,
    #[error("is not what {0} works by: choose from the list")]
    NotTerms(String),
    #[error("is not one we know: choose from the list, or leave it empty")]
    NotTown,
    #[error("must be more than nothing")]
    Unpaid,
    #[error("is less than {name} says: nobody plays this for less than {least}")]
    BelowScale { name: String, least: Money },
    #[error("will not do: {0}")]
    NoFee(packs::Refusal),
    #[error("has to be chosen from the list")]
    NotChosen,
    #[error("has the first instrument among them: leave it out there")]
    FirstAgain,
    #[error("is in the past: leave some time to answer")]
    AnswerPast,
    #[error("is more than 6 days away: no request waits longer")]
    AnswerTooFar,
    #[error("is after the work begins or is due: it is no use by then")]
    AnswerTooLate,
}

impl Times<'_> {
    /// How far ahead anything can be asked for.
    pub(in crate::bookings) fn horizon(now: DateTime<Utc>) -> DateTime<Utc> {
        now.checked_add_months(FURTHEST).unwrap_or(now)
    }

    pub(in crate::bookings) fn ahead(&self, at: DateTime<Utc>) -> Result<DateTime<Utc>, BadAsk> {
        if at <= self.now {
            Err(BadAsk::Past)
        } else if at > Times::horizon(self.now) {
            Err(BadAsk::TooFar)
        } else {
            Ok(at)
        }
    }

    pub(in crate::bookings) fn length(&self, slot: Slot) -> Result<Slot, BadAsk> {
        match slot.length() {
            length if length < SHORTEST_SESSION => Err(BadAsk::TooShort),
            length if length > LONGEST_SESSION => Err(BadAsk::TooLong),
            _ => Ok(slot),
        }
    }

    /// Whether the player is free then, and can be in that room; if not, when they are.
    pub(in crate::bookings) fn free(
        &self,
        slot: Slot,
        room: Option<&Room>,
    ) -> Result<Slot, BadAsk> {
        match self.calendar.may_take(slot, room) {
            Ok(()) => Ok(slot),
            Err(reason) => Err(BadAsk::NotFree(self.instead(slot, room, reason))),
        }
    }

    fn instead(&self, slot: Slot, room: Option<&Room>, reason: NotFree) -> String {
        let zone = self.calendar.zone;
        let day = zone.date(slot.starts_at());
        let that_day = free_on(self.calendar, day, room);
        let fits = that_day.iter().any(|free| self.calendar.begun(*free, slot.length()).is_some());
        let next = || self.calendar.next_free(slot.starts_at(), slot.length(), room);
        let hours: Vec<String> = that_day.iter().map(|free| zone.hours(free)).collect();
        let that_day = (!hours.is_empty()).then(|| format!("free that day {}", hours.join(", ")));
        let next = if fits { None } else { next() };
        let next = next.map(|free| format!("next free for that long {}", zone.span(&free)));
        match (that_day, next) {
            (None, None) => reason.to_string(),
            (day, next) => {
                let parts: Vec<String> = day.into_iter().chain(next).collect();
                format!("{reason}: {}", parts.join("; "))
            }
        }
    }

    pub(in crate::bookings) fn answer_by(
        &self,
        at: DateTime<Utc>,
        when: Option<When>,
    ) -> Result<DateTime<Utc>, BadAsk> {
        if at <= self.now {
            Err(BadAsk::AnswerPast)
        } else if at > self.now + LONGEST_WAIT {
            Err(BadAsk::AnswerTooFar)
        } else if when.is_some_and(|when| at > when.starts_at()) {
            Err(BadAsk::AnswerTooLate)
        } else {
            Ok(at)
        }
    }
}

impl Terms<'_> {
    pub(in crate::bookings) fn kind(&self, word: &str) -> Result<Kind, BadAsk> {
        let name = || self.player.name.clone();
        match word.trim() {
            "room" if self.player.works_in_room => Ok(Kind::Room),
            "remote" if self.player.works_remotely => Ok(Kind::Remote),
            "room" => Err(BadAsk::OnlyRemotely(name())),
            "remote" => Err(BadAsk::OnlyInRooms(name())),
            _ => Err(BadAsk::NoKind),
        }
    }

    pub(in crate::bookings) fn instrument(&self, slug: &str) -> Result<InstrumentId, BadAsk> {
        let played = self.player.instruments.iter().find(|plays| plays.slug == slug.trim());
        let none = || BadAsk::NotPlayed(self.player.name.clone());
        played.map(|plays| plays.instrument).ok_or_else(none)
    }

    /// By what a fee is counted: the number of an agreement, or nothing for the player's own terms.
    pub(in crate::bookings) fn counted_by(
        &self,
        pack: &str,
    ) -> Result<Option<packs::Terms>, BadAsk> {
        let found = match pack.trim() {
            "" => return Ok(self.packs.first().cloned()),
            pack => self.packs.iter().find(|terms| terms.pack.number().to_string() == pack),
        };
        let not = || BadAsk::NotTerms(self.player.name.clone());
        found.cloned().map(Some).ok_or_else(not)
    }

    /// Instruments beside the first, by name.
    pub(in crate::bookings) fn doubles(
        &self,
        first: &str,
        slugs: &[String],
    ) -> Result<Vec<String>, BadAsk> {
        let named = |slug: &String| {
            let slug = slug.trim();
            let played = self.player.instruments.iter().find(|plays| plays.slug == slug);
            match played {
                Some(_) if slug == first.trim() => Err(BadAsk::FirstAgain),
                Some(plays) => Ok(plays.name.clone()),
                None => Err(BadAsk::NotPlayed(self.player.name.clone())),
            }
        };
        slugs.iter().filter(|slug| !slug.trim().is_empty()).map(named).collect()
    }

    pub(in crate::bookings) fn fee(&self, fee: Money) -> Result<Money, BadAsk> {
        if fee.minor() > 0 { Ok(fee) } else { Err(BadAsk::Unpaid) }
    }
}

/// Where half an hour or more of a day is free and still to come, by the player's clock.
pub(in crate::bookings) fn free_on(
    calendar: &Calendar,
    day: NaiveDate,
    room: Option<&Room>,
) -> Vec<Slot> {
    let whole = calendar.whole_day(day);
    let free = whole.map(|whole| calendar.free(whole, room)).unwrap_or_default();
    free.into_iter().filter_map(|slot| calendar.begun(slot, SHORTEST_SESSION)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        availability::{Busy, Hours, Opening, Shape, What},
        bookings::Charts,
        musicians::{Plays, Status},
        values::{DaySpan, Minute},
    };

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn slot(from: &str, to: &str) -> Slot {
        Slot::new(at(from), at(to)).unwrap()
    }

    fn player() -> Profile {
        let currency = "USD".parse().unwrap();
        Profile {
            id: 5.into(),
            account_id: 2.into(),
            slug: "maren-oakley".into(),
            name: "Maren Oakley".into(),
            headline: String::new(),
            about: String::new(),
            place: "Nashville".into(),
            place_typed: "Nashville".into(),
            zone: "America/Chicago".parse().unwrap(),
            works_in_room: true,
            works_remotely: false,
            currency,
            session_rate: Some(Money::new(38_000, currency)),
            song_rate: Some(Money::new(15_000, currency)),
            rate_includes: String::new(),
            remote_setup: String::new(),
            room_setup: String::new(),
            languages: vec![],
            unions: vec![],
            reads_notation: false,
            reads_numbers: true,
            plays_by_ear: true,
            status: Status::Published,
            version: 1,
            published_at: None,
            portrait: None,
            instruments: vec![Plays {
                instrument: 1.into(),
                slug: "fiddle".into(),
                name: "Fiddle".into(),
                gear: String::new(),
                is_primary: true,
            }],
            genres: vec![],
        }
    }

    /// Weekdays nine to six in Nashville; on Tuesday 8 December booked two to five.
    fn calendar() -> Calendar {
        let clock = |text: &str| text.parse::<Minute>().unwrap();
        let span = DaySpan::new(clock("09:00"), clock("18:00")).unwrap();
        let booked = slot("2026-12-08T20:00:00Z", "2026-12-08T23:00:00Z");
        Calendar {
            zone: "America/Chicago".parse().unwrap(),
            window: slot("2026-11-22T15:00:00Z", "2028-05-25T15:00:00Z"),
            now: now(),
            opening: Opening {
                hours: Hours((1..=5).map(|day| (day, span)).collect()),
                ..Opening::default()
            },
            shape: Shape::default(),
            busy: vec![Busy {
                what: What::Booking(1.into()),
                slot: booked,
                before: TimeDelta::zero(),
                after: TimeDelta::zero(),
                room: None,
            }],
        }
    }

    fn now() -> DateTime<Utc> {
        at("2026-11-23T15:00:00Z")
    }

    fn free(slot: Slot) -> Result<Slot, String> {
        let calendar = calendar();
        let times = Times { calendar: &calendar, now: now() };
        times.free(slot, None).map_err(|problem| problem.to_string())
    }

    #[test]
    fn who_is_not_free_says_when_they_are() {
        assert!(free(slot("2026-12-08T16:00:00Z", "2026-12-08T19:00:00Z")).is_ok());
        assert_eq!(
            free(slot("2026-12-08T21:00:00Z", "2026-12-08T22:00:00Z")).unwrap_err(),
            "overlaps another session of this player, or the time kept clear around it: free that \
             day 09:00–14:00 CST, 17:00–18:00 CST"
        );
        assert_eq!(
            free(slot("2026-12-08T17:00:00Z", "2026-12-08T23:00:00Z")).unwrap_err(),
            "overlaps another session of this player, or the time kept clear around it: free that \
             day 09:00–14:00 CST, 17:00–18:00 CST; next free for that long Wed 9 Dec 2026, \
             09:00–18:00 CST"
        );
        assert_eq!(
            free(slot("2026-12-12T16:00:00Z", "2026-12-12T19:00:00Z")).unwrap_err(),
            "is outside the hours this player works: next free for that long Mon 14 Dec 2026, \
             09:00–18:00 CST"
        );
    }

    #[test]
    fn a_session_has_a_sensible_length_and_is_in_reach() {
        let calendar = calendar();
        let times = Times { calendar: &calendar, now: now() };
        let lasting = |minutes| Slot::new(now(), now() + TimeDelta::minutes(minutes)).unwrap();
        assert_eq!(times.length(lasting(29)), Err(BadAsk::TooShort));
        assert!(times.length(lasting(30)).is_ok() && times.length(lasting(14 * 60)).is_ok());
        assert_eq!(times.length(lasting(14 * 60 + 1)), Err(BadAsk::TooLong));
        assert_eq!(times.ahead(now()), Err(BadAsk::Past));
        assert!(times.ahead(at("2028-05-23T15:00:00Z")).is_ok());
        assert_eq!(times.ahead(at("2028-05-23T15:00:01Z")), Err(BadAsk::TooFar));
    }

    #[test]
    fn a_player_is_asked_only_for_what_they_offer() {
        let (player, calendar) = (player(), calendar());
        let times = Times { calendar: &calendar, now: now() };
        let instant = instant::Rules::default();
        let terms = Terms { player: &player, times, packs: &[], instant: &instant };
        assert_eq!(terms.kind("room"), Ok(Kind::Room));
        assert_eq!(terms.kind("remote"), Err(BadAsk::OnlyInRooms("Maren Oakley".into())));
        assert_eq!(terms.kind("barn"), Err(BadAsk::NoKind));
        assert_eq!(terms.instrument("fiddle"), Ok(1.into()));
        assert_eq!(terms.instrument("tuba"), Err(BadAsk::NotPlayed("Maren Oakley".into())));
        assert_eq!(Ask::may_be_sent(2.into(), &player), Err(Refusal::OwnProfile));
    }

    fn ask(when: When, answer_by: Option<DateTime<Utc>>) -> Ask {
        Ask {
            title: Line::parse("Dust on the Piano").unwrap(),
            artist: Line::parse("June Harrow").unwrap(),
            when,
            zone: Zone::UTC,
            place: None,
            town: None,
            brief: Prose::parse("Dry and close.").unwrap(),
            music: Music { songs: 1, charts: Charts::None, reading: None, remote: None },
            asks: Asks::One,
            call: None,
            instrument: 1.into(),
            part: Part::default(),
            genre: 1.into(),
            fee: Money::new(1, "USD".parse().unwrap()),
            terms: None,
            at_once: false,
            answer_by,
            form_key: None,
        }
    }

    #[test]
    fn a_request_waits_two_days_unless_the_work_begins_before() {
        let soon = ask(When::Remote(now() + TimeDelta::hours(5)), None);
        assert_eq!(soon.reply_by(now()), now() + TimeDelta::hours(5));
        let later = ask(When::Remote(now() + TimeDelta::days(50)), None);
        assert_eq!(later.reply_by(now()), now() + TimeDelta::hours(48));
    }

    proptest! {
        #[test]
        fn a_request_dies_at_the_earliest_of_its_expiry_six_days_and_its_start(
            start in 1i64..1_000_000,
            expiry in prop::option::of(1i64..1_000_000),
        ) {
            let after = |minutes| now() + TimeDelta::minutes(minutes);
            let reply_by = ask(When::Remote(after(start)), expiry.map(after)).reply_by(now());
            prop_assert!(reply_by <= now() + TimeDelta::days(6));
            prop_assert!(reply_by <= after(start));
            prop_assert!(expiry.is_none_or(|expiry| reply_by <= after(expiry)));
            prop_assert!(reply_by > now());
        }

        /// A refusal never sends anyone to a time that would be refused as well.
        #[test]
        fn what_is_suggested_instead_can_be_taken(from in 0i64..4_000, length in 30i64..540) {
            let from = now() + TimeDelta::minutes(5 * from);
            let length = TimeDelta::minutes(length);
            let calendar = calendar();
            for free in free_on(&calendar, calendar.zone.date(from), None) {
                prop_assert!(free.starts_at() >= now() && calendar.may_take(free, None).is_ok());
            }
            let next = calendar.next_free(from, length, None).unwrap();
            let session = Slot::new(next.starts_at(), next.starts_at() + length).unwrap();
            prop_assert!(session.starts_at() >= from && calendar.may_take(session, None).is_ok());
        }
    }
}
