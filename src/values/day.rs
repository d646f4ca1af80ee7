use chrono::NaiveDate;

use super::zone::in_reach;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDay {
    #[error("is not a date: write it like 2026-12-08")]
    Unreadable,
    #[error("is not a date we can book")]
    OutOfReach,
}

/// Reads a date as a page's date field sends it: `2026-12-08`.
pub fn read_day(text: &str) -> Result<NaiveDate, NotDay> {
    let day = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").map_err(|_| NotDay::Unreadable)?;
    if in_reach(day) { Ok(day) } else { Err(NotDay::OutOfReach) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_one_somebody_could_mean() {
        assert_eq!(read_day(" 2026-12-08 "), Ok(NaiveDate::from_ymd_opt(2026, 12, 8).unwrap()));
        for wrong in ["", "soon", "2026-02-30", "8/12/2026", "2026-12-08T10:00", "2026-12-0\08"] {
            assert_eq!(read_day(wrong), Err(NotDay::Unreadable), "{wrong:?}");
        }
        assert_eq!(read_day("9999-12-31"), Err(NotDay::OutOfReach));
    }
}
