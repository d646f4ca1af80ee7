//! What the producer is told.

use super::Paper;
use crate::{
    bookings::Booking,
    outbox::{Letter, Topic},
    values::InvoiceId,
};

pub(in crate::invoices) fn letter_of_invoice(
    booking: &Booking,
    id: InvoiceId,
    paper: &Paper,
) -> Letter {
    let letter = Letter::about(
        Topic::Invoice,
        format!(
            "{} sent invoice {}, {}: {}",
            booking.musician, paper.number, paper.total, booking.title
        ),
    );
    let due = paper.due_on.map(|day| format!("It is due on {}.", day.format("%-d %B %Y")));
    let letter = due.into_iter().fold(letter, Letter::saying);
    letter
        .saying(format!("It is for {}.", booking.told()))
        .opening("Open the invoice", format!("/invoices/{id}"))
}

pub(in crate::invoices) fn letter_of_credit(
    booking: &Booking,
    id: InvoiceId,
    paper: &Paper,
) -> Letter {
    let (number, reason) =
        paper.corrects.as_ref().map_or(("", ""), |it| (it.number.as_str(), it.reason.as_str()));
    Letter::about(
        Topic::Invoice,
        format!("{} cancelled invoice {number}: {}", booking.musician, booking.title),
    )
    .saying(format!(
        "Credit note {} takes it back, so there is nothing to pay by it.",
        paper.number
    ))
    .saying(format!("{} says why: {reason}", booking.musician))
    .opening("Open the credit note", format!("/invoices/{id}"))
}
