use chrono::{DateTime, Datelike, TimeDelta, Utc};

use crate::{
    packs::Quote,
    values::{DaySpan, Minute, Money, Slot, Zone},
};

/// What a player lets producers book at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    /// As it was read; 0 where nothing was ever said.
    pub(crate) version: i32,
    pub(crate) is_on: bool,
    pub(crate) in_rooms: bool,
    pub(crate) remotely: bool,
    /// 1 is Monday.
    pub(crate) weekdays: Vec<i16>,
    /// In which sessions lie, by the player's clock.
    pub(crate) hours: DaySpan,
    pub(crate) notice: TimeDelta,
    pub(crate) least_fee: Option<Money>,
}

/// What somebody would book at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    /// In a room.
    pub(crate) session: Option<Slot>,
    /// When that starts, or remote work is due.
    pub(crate) at: DateTime<Utc>,
    pub(crate) fee: Money,
    /// What it comes to by the terms, where they say anything of it.
    pub(crate) quote: Option<&'a Quote>,
}

/// Why something is not booked at once: what follows "Book at once". It may still be asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAtOnce {
    #[error("is not offered by {0}: send a request")]
    Off(String),
    #[error("is only for sessions in a room: send a request")]
    OnlyRooms,
    #[error("is only for remote work: send a request")]
    OnlyRemote,
    #[error("is only for sessions {0}: send a request")]
    OutsideHours(String),
    #[error("is only for what is {0} hours ahead or more: send a request")]
    TooSoon(i64),
    #[error("is only for {0} or more: send a request, or pay that")]
    TooLittle(Money),
    #[error("is not for work that the terms have no fee for: send a request")]
    NoFee,
}

impl Default for Rules {
    /// Off; and where it is switched on, weekdays from nine to six, two days ahead.
    fn default() -> Rules {
        Rules {
            version: 0,
            is_on: false,
            in_rooms: true,
            remotely: true,
            weekdays: (1..=5).collect(),
            hours: DaySpan::from_minutes(540, 1080).expect("nine is before six"),
            notice: TimeDelta::hours(48),
            least_fee: None,
        }
    }
}

impl Rules {
    /// `on Mon, Tue, Thu between 09:00 and 18:00`.
    fn hours_told(&self) -> String {
        const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        let names =
            self.weekdays.iter().filter_map(|day| NAMES.get(usize::try_from(*day - 1).ok()?));
        let names: Vec<&str> = names.copied().collect();
        let (from, to) = (self.hours.from(), self.hours.to());
        format!("on {} between {from} and {to}", names.join(", "))
    }

    /// What of it a producer is told before they ask.
    pub(crate) fn told(&self) -> String {
        let what = match (self.in_rooms, self.remotely) {
            (true, false) => format!("Sessions {}", self.hours_told()),
            (false, _) => "Remote work".into(),
            (true, true) => format!("Sessions {}, and remote work", self.hours_told()),
        };
        let notice = match self.notice.num_hours() {
            0 => String::new(),
            1 => ", an hour ahead".into(),
            hours => format!(", {hours} hours ahead"),
        };
        let least = self.least_fee.map(|least| format!(", {least} at least")).unwrap_or_default();
        format!("{what}{notice}, for what the terms come to{least}.")
    }

    /// Whether this is booked at once: `zone` is the player's clock.
    pub(crate) fn take(
        &self,
        wanted: Wanted<'_>,
        (name, zone): (&str, Zone),
        now: DateTime<Utc>,
    ) -> Result<(), NotAtOnce> {
        if !self.is_on {
            return Err(NotAtOnce::Off(name.to_owned()));
        }
        match wanted.session {
            Some(_) if !self.in_rooms => return Err(NotAtOnce::OnlyRemote),
            None if !self.remotely => return Err(NotAtOnce::OnlyRooms),
            Some(session) if !self.holds(session, zone) => {
                return Err(NotAtOnce::OutsideHours(self.hours_told()));
            }
            _ => {}
        }
        if wanted.at - now < self.notice {
            return Err(NotAtOnce::TooSoon(self.notice.num_hours()));
        }
        let terms = wanted.quote.ok_or(NotAtOnce::NoFee)?;
        if terms.lines.iter().any(|line| line.is_by_agreement) {
            return Err(NotAtOnce::NoFee);
        }
        // A least fee in a currency that the player has left says nothing.
        let own = self.least_fee.filter(|least| least.currency() == wanted.fee.currency());
        let least = own.filter(|own| own.minor() > terms.total.minor()).unwrap_or(terms.total);
        if wanted.fee.minor() < least.minor() { Err(NotAtOnce::TooLittle(least)) } else { Ok(()) }
    }

    /// Whether a session lies within the hours of one of the days.
    fn holds(&self, session: Slot, zone: Zone) -> bool {
        let day = zone.date(session.starts_at());
        let weekday = i16::try_from(day.weekday().number_from_monday()).unwrap_or(0);
        let at = |minute: Minute| minute.on(day);
        let (Some(from), Some(to)) = (at(self.hours.from()), at(self.hours.to())) else {
            return false;
        };
        self.weekdays.contains(&weekday)
            && zone.start(from) <= session.starts_at()
            && session.ends_at() <= zone.end(to)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::values::Currency;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn zone() -> Zone {
        "America/Chicago".parse().unwrap()
    }

    fn usd(minor: i64) -> Money {
        Money::new(minor, "USD".parse::<Currency>().unwrap())
    }

    fn quote(total: i64) -> Quote {
        Quote { lines: vec![], total: usd(total), besides: vec![], cost: usd(total) }
    }

    fn on() -> Rules {
        Rules { is_on: true, ..Rules::default() }
    }

    fn taken(rules: &Rules, from: &str, to: &str, fee: i64) -> Result<(), NotAtOnce> {
        let session = Slot::new(at(from), at(to)).unwrap();
        let quote = quote(38_000);
        let wanted = Wanted {
            session: Some(session),
            at: session.starts_at(),
            fee: usd(fee),
            quote: Some(&quote),
        };
        rules.take(wanted, ("Maren Oakley", zone()), at("2026-11-23T15:00:00Z"))
    }

    #[test]
    fn only_what_its_player_let_be_booked_is_booked_at_once() {
        // Tuesday, ten to one in Nashville.
        let (ten, one) = ("2026-12-08T16:00:00Z", "2026-12-08T19:00:00Z");
        assert_eq!(taken(&on(), ten, one, 38_000), Ok(()));
        assert_eq!(taken(&on(), ten, one, 37_999), Err(NotAtOnce::TooLittle(usd(38_000))));
        let dearer = Rules { least_fee: Some(usd(50_000)), ..on() };
        assert_eq!(taken(&dearer, ten, one, 38_000), Err(NotAtOnce::TooLittle(usd(50_000))));
        let off = Rules::default();
        assert_eq!(taken(&off, ten, one, 38_000), Err(NotAtOnce::Off("Maren Oakley".into())));
        let remote = Rules { in_rooms: false, ..on() };
        assert_eq!(taken(&remote, ten, one, 38_000), Err(NotAtOnce::OnlyRemote));
        // Four to seven, when the hours end at six.
        let late = taken(&on(), "2026-12-08T22:00:00Z", "2026-12-09T01:00:00Z", 38_000);
        let told = late.unwrap_err().to_string();
        assert_eq!(
            told,
            "is only for sessions on Mon, Tue, Wed, Thu, Fri between 09:00 and 18:00: send a request"
        );
        // A Saturday, and tomorrow.
        assert!(taken(&on(), "2026-12-12T16:00:00Z", "2026-12-12T19:00:00Z", 38_000).is_err());
        assert_eq!(
            taken(&on(), "2026-11-24T16:00:00Z", "2026-11-24T19:00:00Z", 38_000),
            Err(NotAtOnce::TooSoon(48))
        );
    }

    #[test]
    fn what_the_terms_leave_open_is_asked_for() {
        let wanted =
            Wanted { session: None, at: at("2026-12-08T16:00:00Z"), fee: usd(1), quote: None };
        let told = on().take(wanted, ("Maren Oakley", zone()), at("2026-11-23T15:00:00Z"));
        assert_eq!(told, Err(NotAtOnce::NoFee));
    }

    proptest! {
        /// Whatever is taken lies in the hours, is far enough ahead, and pays what it must.
        #[test]
        fn nothing_is_taken_that_a_rule_is_against(
            hour in 0i64..24, day in 1i64..30, length in 1i64..14, fee in 1i64..90_000,
            least in prop::option::of(1i64..90_000), notice in 0i64..200,
        ) {
            let now = at("2026-11-23T15:00:00Z");
            let from = now + TimeDelta::days(day) + TimeDelta::hours(hour);
            let session = Slot::new(from, from + TimeDelta::hours(length)).unwrap();
            let rules = Rules {
                notice: TimeDelta::hours(notice), least_fee: least.map(usd), ..on()
            };
            let quote = quote(38_000);
            let wanted = Wanted { session: Some(session), at: from, fee: usd(fee), quote: Some(&quote) };
            if rules.take(wanted, ("Maren Oakley", zone()), now).is_ok() {
                let (starts, ends) = (zone().local(from), zone().local(session.ends_at()));
                prop_assert_eq!(starts.date(), ends.date());
                prop_assert!(starts.format("%H:%M").to_string().as_str() >= "09:00");
                prop_assert!(ends.format("%H:%M").to_string().as_str() <= "18:00");
                prop_assert!(starts.weekday().number_from_monday() <= 5);
                prop_assert!(from - now >= TimeDelta::hours(notice));
                prop_assert!(fee >= 38_000.max(least.unwrap_or(0)));
            }
        }
    }
}
