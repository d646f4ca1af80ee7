use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::values::{Currency, Money};

/// A part of an amount, in hundredths of a per cent: 25 % is 2500, all of it 10 000.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(transparent)]
pub struct Share(u32);

/// Ten times the fee: nobody asks for more, and sums stay far from overflow.
const MOST: u32 = 100_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotShare {
    #[error("is not a percentage: write it with figures, like 25 or 14.09")]
    Unreadable,
    #[error("is more than 1000 %")]
    TooMuch,
}

impl Share {
    pub const NONE: Share = Share(0);
    pub const HALF: Share = Share(5_000);
    pub const WHOLE: Share = Share(10_000);

    pub fn of_hundredths(number: u32) -> Share {
        Share(number)
    }

    pub fn hundredths(self) -> u32 {
        self.0
    }

    pub fn is_sane(self) -> bool {
        self.0 <= MOST
    }

    /// This part of an amount, to the nearest minor unit, halves up. The one place where shares are
    /// rounded.
    pub(crate) fn part_of(self, minor: i128) -> i128 {
        (minor * i128::from(self.0) + 5_000).div_euclid(10_000)
    }

    /// This times `n`.
    pub(super) fn times(self, n: u32) -> Share {
        Share(self.0.saturating_mul(n))
    }

    pub(super) fn plus(self, other: Share) -> Share {
        Share(self.0.saturating_add(other.0))
    }

    /// As it is typed: `25`, `14.09`.
    pub fn typed(self) -> String {
        let (whole, part) = (self.0 / 100, self.0 % 100);
        match part {
            0 => whole.to_string(),
            part if part.is_multiple_of(10) => format!("{whole}.{}", part / 10),
            part => format!("{whole}.{part:02}"),
        }
    }
}

impl FromStr for Share {
    type Err = NotShare;

    /// Reads `25`, `14.09` or `25 %`.
    fn from_str(text: &str) -> Result<Share, NotShare> {
        let text = text.trim().trim_end_matches('%').trim_end();
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() > 2 {
            return Err(NotShare::Unreadable);
        }
        let number = format!("{whole}{part:0<2}").parse().map_err(|_| NotShare::TooMuch)?;
        Some(Share(number)).filter(|share| share.is_sane()).ok_or(NotShare::TooMuch)
    }
}

/// `25 %`, `14.09 %`, which no line breaks between.
impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\u{a0}%", self.typed())
    }
}

/// Minor units as money, where they fit what may be charged at all.
pub(super) fn money(minor: i128, currency: Currency) -> Option<Money> {
    const MOST: i64 = 100_000_000_000;
    let minor = i64::try_from(minor).ok().filter(|minor| minor.unsigned_abs() <= MOST as u64)?;
    Some(Money::new(minor, currency))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_share_is_read_as_people_write_it() {
        for (text, hundredths) in
            [("25", 2_500), (" 14.09 % ", 1_409), ("0.5", 50), ("110%", 11_000)]
        {
            assert_eq!(text.parse(), Ok(Share(hundredths)), "{text}");
        }
        for wrong in ["", "a third", "1,5", "1.234", "-5", "5.", ".5", "1.2.3", "٣"] {
            assert_eq!(wrong.parse::<Share>(), Err(NotShare::Unreadable), "{wrong:?}");
        }
        for much in ["1000.01", "99999999999999"] {
            assert_eq!(much.parse::<Share>(), Err(NotShare::TooMuch), "{much}");
        }
    }

    #[test]
    fn a_part_is_rounded_to_the_nearest_minor_unit_and_halves_up() {
        let part = |hundredths, minor| Share(hundredths).part_of(minor);
        assert_eq!(part(2_500, 13_000), 3_250);
        assert_eq!(part(5_000, 1), 1);
        assert_eq!(part(4_999, 1), 0);
        assert_eq!(part(10_300, 43_421), 44_724, "the raise of 2025");
        assert_eq!(part(1_409, 44_724), 6_302);
    }

    proptest! {
        #[test]
        fn what_is_typed_is_read_back(hundredths in 0..=MOST) {
            let share = Share(hundredths);
            prop_assert_eq!(share.typed().parse(), Ok(share));
            prop_assert_eq!(share.to_string().parse(), Ok(share));
        }

        /// Never further than half a minor unit from what it is exactly.
        #[test]
        fn rounding_costs_nobody_more_than_half_a_minor_unit(hundredths in 0..=MOST, minor in 0..1_000_000_i128) {
            let twice_off = 2 * Share(hundredths).part_of(minor) * 10_000 - 2 * minor * i128::from(hundredths);
            prop_assert!((-10_000..=10_000).contains(&twice_off));
        }
    }
}
