use chrono::TimeDelta;

/// How far back requests count for the response figures of a player.
pub(in crate::bookings) const RESPONSE_OVER: TimeDelta = TimeDelta::days(180);

/// Below this many requests, figures would say more about chance than about the player.
const FEWEST: i64 = 3;

/// How a player answers: of the requests of late, those whose time to answer is over or that were
/// answered. What was withdrawn before an answer, and what still waits for one, is not among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Response {
    pub asked: i64,
    /// With a yes or a no: neither counts for more.
    pub answered: i64,
    /// Half of the answers came within this time.
    pub median: Option<TimeDelta>,
    /// Confirmed dates that are over, and those that the player broke: cancelled, or did not come to.
    /// What a producer broke counts against nobody here.
    pub dates: i64,
    pub broken: i64,
}

impl Response {
    /// `Answers 9 of 10, usually within 2 hours`; nothing where too few have asked.
    pub fn told(&self) -> Option<String> {
        if self.asked < FEWEST {
            return None;
        }
        let Response { asked, answered, median, .. } = self;
        Some(match (answered, median) {
            (0, _) => format!("Answers none of {asked}"),
            (_, None) => format!("Answers {answered} of {asked}"),
            (_, Some(median)) => {
                format!("Answers {answered} of {asked}, usually within {}", rounded_up(*median))
            }
        })
    }
}

impl Response {
    /// `Kept 11 of 12 dates`; nothing where there were too few. Only a broken confirmed date counts
    /// against a player, and so it is told as long as there was one.
    pub fn dates_told(&self) -> Option<String> {
        let Response { dates, broken, .. } = *self;
        match (broken, dates - broken) {
            (0, _) if dates < FEWEST => None,
            (0, _) => Some(format!("Kept all of {dates} dates")),
            (_, kept) => {
                Some(format!("Kept {kept} of {dates} date{}", if dates == 1 { "" } else { "s" }))
            }
        }
    }
}

/// `an hour`, `5 hours`, `a day`, `3 days`: never less than it is.
fn rounded_up(time: TimeDelta) -> String {
    let minutes = (time.num_seconds().max(0) + 59) / 60;
    let up = |unit: i64| (minutes + unit - 1) / unit;
    match (up(60), up(24 * 60)) {
        (0 | 1, _) => "an hour".into(),
        (hours @ 2..24, _) => format!("{hours} hours"),
        (_, 1) => "a day".into(),
        (_, days) => format!("{days} days"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(asked: i64, answered: i64, minutes: i64) -> Option<String> {
        let median = (answered > 0).then(|| TimeDelta::minutes(minutes));
        Response { asked, answered, median, ..Response::default() }.told()
    }

    #[test]
    fn it_is_told_in_a_sentence_from_three_requests_on() {
        assert_eq!(told(0, 0, 0), None);
        assert_eq!(told(2, 2, 5), None);
        assert_eq!(told(3, 0, 0).unwrap(), "Answers none of 3");
        assert_eq!(told(10, 9, 95).unwrap(), "Answers 9 of 10, usually within 2 hours");
        assert_eq!(told(3, 3, 0).unwrap(), "Answers 3 of 3, usually within an hour");
        let unknown = Response { asked: 4, answered: 2, ..Response::default() };
        assert_eq!(unknown.told().unwrap(), "Answers 2 of 4");
    }

    #[test]
    fn a_broken_date_is_told_however_few_there_were_and_kept_ones_from_three_on() {
        let told = |dates, broken| Response { dates, broken, ..Response::default() }.dates_told();
        assert_eq!(told(2, 0), None);
        assert_eq!(told(3, 0).unwrap(), "Kept all of 3 dates");
        assert_eq!(told(1, 1).unwrap(), "Kept 0 of 1 date");
        assert_eq!(told(12, 1).unwrap(), "Kept 11 of 12 dates");
    }

    #[test]
    fn times_are_rounded_up_to_what_one_would_say() {
        for (minutes, said) in [
            (-5, "an hour"),
            (60, "an hour"),
            (61, "2 hours"),
            (23 * 60, "23 hours"),
            (23 * 60 + 1, "a day"),
            (24 * 60, "a day"),
            (24 * 60 + 1, "2 days"),
            (6 * 24 * 60, "6 days"),
        ] {
            assert_eq!(rounded_up(TimeDelta::minutes(minutes)), said, "{minutes}");
        }
    }

    proptest! {
        #[test]
        fn nobody_is_told_to_be_quicker_than_they_are(seconds in 0..10_000_000_i64) {
            let said = rounded_up(TimeDelta::seconds(seconds));
            let (number, unit) = said.split_once(' ').unwrap();
            let number = number.parse().unwrap_or(1);
            let of = if unit.starts_with("hour") { 3600 } else { 86_400 };
            prop_assert!(number * of >= seconds, "{} for {}", said, seconds);
            prop_assert!((number - 1) * of < seconds.max(1), "{} for {}", said, seconds);
        }
    }
}
