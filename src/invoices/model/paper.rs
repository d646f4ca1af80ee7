use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Billing, TaxRate};
use crate::{
    bookings::Booking,
    packs::Share,
    values::{BookingId, Line, Money, Prose, Zone},
};

/// All that an invoice or a credit note says. Once it is issued it stays this, whatever becomes of names,
/// addresses and terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct Paper {
    /// With what the player writes before it; empty until it is issued.
    #[schema(example = "MO-17")]
    pub(crate) number: String,
    /// By the player's clock.
    pub(crate) issued_on: NaiveDate,
    /// Null on a credit note.
    pub(crate) due_on: Option<NaiveDate>,
    /// On a credit note alone.
    pub(crate) corrects: Option<Corrected>,
    /// The player.
    pub(crate) from: Side,
    pub(crate) to: Side,
    pub(crate) purchase_number: String,
    pub(crate) booking: BookingId,
    pub(crate) title: String,
    pub(crate) artist: String,
    pub(crate) instrument: String,
    /// Empty when remote.
    pub(crate) place: String,
    /// By the clock of the booking.
    #[schema(example = "Tue 8 Dec 2026, 10:00–13:00 CST")]
    pub(crate) when: String,
    pub(crate) lines: Vec<PaperLine>,
    pub(crate) net: Money,
    pub(crate) tax: Option<Tax>,
    pub(crate) total: Money,
    pub(crate) how_to_pay: String,
    pub(crate) note: String,
}

/// Who sends it, or gets it. What is not said is empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct Side {
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) tax_number: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct PaperLine {
    pub(crate) sentence: String,
    pub(crate) amount: Money,
}

/// What is added to the lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct Tax {
    #[schema(example = "VAT")]
    pub(crate) name: String,
    /// In hundredths of a per cent.
    pub(crate) rate: Share,
    pub(crate) amount: Money,
}

/// The invoice that a credit note takes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct Corrected {
    pub(crate) number: String,
    pub(crate) issued_on: NaiveDate,
    pub(crate) reason: String,
}

/// All that an invoice for a booking is made of, beside what is written on it.
#[derive(Clone, Debug)]
pub(crate) struct Owing {
    pub(crate) booking: Booking,
    pub(crate) lines: Vec<PaperLine>,
    pub(crate) from: Billing,
    /// The player's clock.
    pub(crate) zone: Zone,
    /// What the next paper would have, unless another is issued before.
    pub(crate) next: i32,
}

/// What a player writes on an invoice beside what is known.
#[derive(Clone, Debug)]
pub(crate) struct Wording {
    pub(crate) to_name: Line<160>,
    pub(crate) to_address: Option<Prose<500>>,
    pub(crate) to_tax_number: Option<Line<60>>,
    pub(crate) purchase_number: Option<Line<60>>,
    pub(crate) note: Option<Prose<1000>>,
}

impl Tax {
    /// Of all lines together, rounded once, halves up.
    fn on(net: Money, rate: &TaxRate) -> Tax {
        let part = rate.rate.part_of(net.minor().into());
        let part = i64::try_from(part).expect("a tax is no more than what is taxed");
        let amount = Money::new(part, net.currency());
        Tax { name: rate.name.clone(), rate: rate.rate, amount }
    }
}

impl Owing {
    /// What the invoice would say, issued now.
    pub(in crate::invoices) fn paper(&self, wording: &Wording, now: DateTime<Utc>) -> Paper {
        let Owing { booking, from, .. } = self;
        let today = self.zone.date(now);
        let net = self.lines.iter().map(|line| line.amount.minor()).sum();
        let net = Money::new(net, booking.fee.currency());
        let tax = from.tax.as_ref().map(|rate| Tax::on(net, rate));
        let total = net.minor() + tax.as_ref().map_or(0, |tax| tax.amount.minor());
        let said = |line: &Option<Line<60>>| line.as_ref().map_or("", Line::as_str).to_owned();
        Paper {
            number: String::new(),
            issued_on: today,
            due_on: Some(today + TimeDelta::days(from.days_to_pay.into())),
            corrects: None,
            from: Side {
                name: from.name.clone(),
                address: from.address.clone(),
                tax_number: from.tax_number.clone(),
            },
            to: Side {
                name: wording.to_name.to_string(),
                address: wording.to_address.as_ref().map_or("", Prose::as_str).to_owned(),
                tax_number: said(&wording.to_tax_number),
            },
            purchase_number: said(&wording.purchase_number),
            booking: booking.id,
            title: booking.title.clone(),
            artist: booking.artist.clone(),
            instrument: booking.instrument.clone(),
            place: booking.place.clone(),
            when: booking.told_when(),
            lines: self.lines.clone(),
            net,
            tax,
            total: Money::new(total, net.currency()),
            how_to_pay: from.how_to_pay.clone(),
            note: wording.note.as_ref().map_or("", Prose::as_str).to_owned(),
        }
    }
}

impl Paper {
    /// What would take this invoice back: the same, less than nothing.
    pub(in crate::invoices) fn credit(&self, reason: &str, today: NaiveDate) -> Paper {
        let back = |amount: Money| Money::new(-amount.minor(), amount.currency());
        let line = |line: &PaperLine| PaperLine {
            sentence: line.sentence.clone(),
            amount: back(line.amount),
        };
        Paper {
            number: String::new(),
            issued_on: today,
            due_on: None,
            corrects: Some(Corrected {
                number: self.number.clone(),
                issued_on: self.issued_on,
                reason: reason.to_owned(),
            }),
            lines: self.lines.iter().map(line).collect(),
            net: back(self.net),
            tax: self.tax.clone().map(|tax| Tax { amount: back(tax.amount), ..tax }),
            total: back(self.total),
            how_to_pay: String::new(),
            note: String::new(),
            ..self.clone()
        }
    }

    pub(in crate::invoices) fn numbered(self, prefix: &str, number: i32) -> Paper {
        Paper { number: format!("{prefix}{number}"), ..self }
    }

    /// SHA-256 of all it says, in hex: whoever issues it has seen just this.
    pub(in crate::invoices) fn seen(&self) -> String {
        let said = serde_json::to_vec(self).expect("names and numbers are JSON");
        hex::encode(Sha256::digest(said))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::values::Currency;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::usual())
    }

    fn taxed(amounts: &[i64], rate: u32) -> Paper {
        let day = "2026-12-09".parse().unwrap();
        let nobody =
            Side { name: String::new(), address: String::new(), tax_number: String::new() };
        let line = |minor: &i64| PaperLine { sentence: "Session".into(), amount: usd(*minor) };
        let net = usd(amounts.iter().sum());
        let rate = TaxRate { name: "VAT".into(), rate: Share::of_hundredths(rate) };
        let tax = Tax::on(net, &rate);
        Paper {
            number: "MO-7".into(),
            issued_on: day,
            due_on: Some(day),
            corrects: None,
            from: nobody.clone(),
            to: nobody,
            purchase_number: String::new(),
            booking: 1.into(),
            title: String::new(),
            artist: String::new(),
            instrument: String::new(),
            place: String::new(),
            when: String::new(),
            lines: amounts.iter().map(line).collect(),
            net,
            total: usd(net.minor() + tax.amount.minor()),
            tax: Some(tax),
            how_to_pay: "By transfer".into(),
            note: String::new(),
        }
    }

    #[test]
    fn tax_is_rounded_once_and_halves_go_up() {
        let tax = |net, rate| taxed(&[net], rate).tax.unwrap().amount.minor();
        assert_eq!(tax(38_000, 2_000), 7_600);
        assert_eq!(tax(10, 500), 1, "half a cent");
        assert_eq!(tax(9, 500), 0);
        assert_eq!(tax(55_775, 925), 5_159);
        assert_eq!(tax(55_775, 0), 0);
        // On three lines apart it would be nothing.
        assert_eq!(taxed(&[9, 9, 9], 500).tax.unwrap().amount.minor(), 1);
    }

    proptest! {
        /// Never further than half a minor unit from what it is exactly, and the total is what one
        /// adds up on paper.
        #[test]
        fn a_total_is_its_lines_and_the_tax_to_the_nearest_minor_unit(
            amounts in prop::collection::vec(0..10_000_000_i64, 1..6),
            rate in 0..=10_000_u32,
        ) {
            let paper = taxed(&amounts, rate);
            let (net, tax) = (paper.net.minor(), paper.tax.as_ref().unwrap().amount.minor());
            prop_assert_eq!(net, amounts.iter().sum::<i64>());
            prop_assert_eq!(paper.total.minor(), net + tax);
            let twice_off = 2 * (tax * 10_000 - net * i64::from(rate));
            prop_assert!(-10_000 < twice_off && twice_off <= 10_000);
        }

        /// An invoice and what takes it back come to nothing, line by line.
        #[test]
        fn a_credit_note_takes_back_exactly_what_was_invoiced(
            amounts in prop::collection::vec(0..10_000_000_i64, 1..6),
            rate in 0..=10_000_u32,
        ) {
            let paper = taxed(&amounts, rate);
            let credit = paper.credit("The wrong rate", paper.issued_on);
            prop_assert_eq!(paper.total.minor() + credit.total.minor(), 0);
            prop_assert_eq!(paper.net.minor() + credit.net.minor(), 0);
            let tax = |paper: &Paper| paper.tax.as_ref().unwrap().amount.minor();
            prop_assert_eq!(tax(&paper) + tax(&credit), 0);
            for (line, back) in paper.lines.iter().zip(&credit.lines) {
                prop_assert_eq!(line.amount.minor() + back.amount.minor(), 0);
            }
            prop_assert_eq!(credit.corrects.unwrap().number, "MO-7");
        }
    }

    #[test]
    fn what_was_seen_is_known_by_all_it_says() {
        let paper = taxed(&[38_000], 2_000);
        assert_eq!(paper.seen(), paper.clone().seen());
        let other = Paper { note: "Thank you".into(), ..paper.clone() };
        assert_ne!(paper.seen(), other.seen());
        let kept: Paper = serde_json::from_str(&serde_json::to_string(&paper).unwrap()).unwrap();
        assert_eq!(kept, paper);
    }
}
