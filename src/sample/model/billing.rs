use super::{Booking, World};
use crate::invoices::Billing;

impl World {
    /// Who the two sides of a booking are on invoices: the player, then the producer.
    pub(in crate::sample) fn billing(&self, booking: &Booking) -> [Billing; 2] {
        let named = |id: i64| {
            let account = self.accounts.iter().find(|account| account.id == id);
            account.map(|account| account.name.clone()).unwrap_or_default()
        };
        let player = self.musicians.iter().find(|row| row.id == booking.musician);
        let producer = self.calls[booking.call as usize - 1].producer;
        [
            Billing {
                name: player.map(|row| named(row.account)).unwrap_or_default(),
                address: "48 Lindenwood Lane\nNashville, TN 37206\nUnited States".into(),
                tax_number: String::new(),
                purchase_number: String::new(),
                tax: None,
                days_to_pay: 14,
                how_to_pay: "By transfer: Cumberland Players Bank, account 0042 1977.".into(),
                prefix: "MO-".into(),
            },
            Billing {
                name: named(producer),
                address: "Cedar Street Sound\n7 Cedar Street\nNashville, TN 37210".into(),
                tax_number: String::new(),
                purchase_number: "CSS-2026".into(),
                tax: None,
                days_to_pay: 14,
                how_to_pay: String::new(),
                prefix: String::new(),
            },
        ]
    }
}
