use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::super::model::{Billing, TaxRate, Wording};
use crate::{
    bookings::Booking,
    packs::{NotShare, Share},
    values::{FieldErrors, Line, Prose, read_day},
    web,
};

/// Who somebody is on invoices, as it was typed. What is not about them may stay empty.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct BillingForm {
    /// As it stands on invoices, those sent and those received.
    #[schema(example = "Maren Oakley")]
    pub(super) name: String,
    /// Lines of an address.
    pub(super) address: String,
    pub(super) tax_number: String,
    /// What others are to write on invoices to the caller.
    pub(super) purchase_number: String,
    /// What is added on invoices that the caller sends: its name and its rate in per cent, or neither.
    #[schema(example = "VAT")]
    pub(super) tax_name: String,
    #[serde(deserialize_with = "web::text_or_number")]
    #[schema(example = "20")]
    pub(super) tax_rate: String,
    /// From 0 to 365; empty is 14.
    #[serde(deserialize_with = "web::text_or_number")]
    #[schema(example = "14")]
    pub(super) days_to_pay: String,
    pub(super) how_to_pay: String,
    /// Before each number.
    #[serde(deserialize_with = "web::text_or_number")]
    #[schema(example = "MO-")]
    pub(super) prefix: String,
    /// The number of the first invoice, until there is one; afterwards the next, which nobody changes.
    #[serde(deserialize_with = "web::text_or_number")]
    #[schema(example = "1")]
    pub(super) first_number: String,
}

/// Each field's label, for the summary above a form that came back.
pub(super) const BILLING_LABELS: [(&str, &str); 10] = [
    ("name", "Name"),
    ("address", "Address"),
    ("tax_number", "Tax number"),
    ("purchase_number", "Purchase number"),
    ("prefix", "Before the number"),
    ("first_number", "First number"),
    ("days_to_pay", "Days to pay"),
    ("tax_name", "Name of the tax"),
    ("tax_rate", "Rate"),
    ("how_to_pay", "How you are paid"),
];

#[derive(Debug, thiserror::Error)]
enum BadBilling {
    #[error("is missing, though the tax has a rate")]
    NamelessTax,
    #[error("is missing: 0 is a rate as well")]
    NoRate,
    #[error(transparent)]
    Rate(#[from] NotShare),
    #[error("is more than all of it")]
    TooMuch,
    #[error("are a whole number from 0 to 365")]
    Days,
    #[error("has a character other than letters, figures, . / - and _")]
    Prefix,
    #[error("is a whole number from 1 to 999999999")]
    Number,
}

impl BillingForm {
    pub(super) fn of(billing: &Billing, next: Option<i32>) -> BillingForm {
        let tax = billing.tax.as_ref();
        BillingForm {
            name: billing.name.clone(),
            address: billing.address.clone(),
            tax_number: billing.tax_number.clone(),
            purchase_number: billing.purchase_number.clone(),
            tax_name: tax.map(|tax| tax.name.clone()).unwrap_or_default(),
            tax_rate: tax.map(|tax| tax.rate.typed()).unwrap_or_default(),
            days_to_pay: billing.days_to_pay.to_string(),
            how_to_pay: billing.how_to_pay.clone(),
            prefix: billing.prefix.clone(),
            first_number: next.map(|next| next.to_string()).unwrap_or_default(),
        }
    }

    /// The details, and which number the first invoice is to have.
    pub(super) fn read(&self) -> Result<(Billing, Option<i32>), FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", Line::<160>::parse(&self.name));
        let address = errors.take("address", Prose::<500>::parse(&self.address));
        let line = |errors: &mut FieldErrors, field, text: &str| {
            let line = errors.take(field, Line::<60>::optional(text)).flatten();
            line.map(|line| line.to_string()).unwrap_or_default()
        };
        let tax_number = line(&mut errors, "tax_number", &self.tax_number);
        let purchase_number = line(&mut errors, "purchase_number", &self.purchase_number);
        let tax = self.read_tax(&mut errors);
        let days = match self.days_to_pay.trim() {
            "" => Some(Billing::USUAL_DAYS),
            days => {
                let days = days.parse().ok().filter(|days| (0..=365).contains(days));
                errors.take("days_to_pay", days.ok_or(BadBilling::Days))
            }
        };
        let how = errors.take("how_to_pay", Prose::<1000>::optional(&self.how_to_pay)).flatten();
        let prefix = self.read_prefix(&mut errors);
        let first = match self.first_number.trim() {
            "" => None,
            first => {
                let first = first.parse().ok().filter(|first| (1..=999_999_999).contains(first));
                errors.take("first_number", first.ok_or(BadBilling::Number))
            }
        };
        match (name, address, days) {
            (Some(name), Some(address), Some(days_to_pay)) if errors.is_empty() => {
                let billing = Billing {
                    name: name.to_string(),
                    address: address.to_string(),
                    tax_number,
                    purchase_number,
                    tax,
                    days_to_pay,
                    how_to_pay: how.map(|how| how.to_string()).unwrap_or_default(),
                    prefix,
                };
                Ok((billing, first))
            }
            _ => Err(errors),
        }
    }

    fn read_tax(&self, errors: &mut FieldErrors) -> Option<TaxRate> {
        let name = errors.take("tax_name", Line::<40>::optional(&self.tax_name)).flatten();
        let (name, rate) = match (name, self.tax_rate.trim()) {
            (None, "") => return None,
            (None, _) => {
                errors.add("tax_name", BadBilling::NamelessTax);
                return None;
            }
            (Some(name), rate) => (name, rate),
        };
        let rate = match rate {
            "" => Err(BadBilling::NoRate),
            rate => match rate.parse::<Share>() {
                Ok(rate) if rate > Share::WHOLE => Err(BadBilling::TooMuch),
                rate => rate.map_err(BadBilling::from),
            },
        };
        Some(TaxRate { name: name.to_string(), rate: errors.take("tax_rate", rate)? })
    }

    fn read_prefix(&self, errors: &mut FieldErrors) -> String {
        let prefix = errors.take("prefix", Line::<12>::optional(&self.prefix)).flatten();
        let prefix = prefix.map(|prefix| prefix.to_string()).unwrap_or_default();
        if !prefix.chars().all(|c| c.is_alphanumeric() || "./-_".contains(c)) {
            errors.add("prefix", BadBilling::Prefix);
        }
        prefix
    }
}

/// What is written on an invoice beside what is known, as it was typed.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct InvoiceForm {
    /// Whom it goes to.
    pub(super) to_name: String,
    pub(super) to_address: String,
    pub(super) to_tax_number: String,
    pub(super) purchase_number: String,
    pub(super) note: String,
    /// The `seen` of the draft: it is issued only if it says that. Left out, as it comes.
    pub(super) seen: String,
    /// Of the page: `show` it anew, or `issue` it.
    #[serde(skip_serializing)]
    #[schema(ignore)]
    pub(super) then: String,
}

pub(super) const INVOICE_LABELS: [(&str, &str); 5] = [
    ("to_name", "Billed to"),
    ("to_address", "Their address"),
    ("to_tax_number", "Their tax number"),
    ("purchase_number", "Purchase number"),
    ("note", "Note"),
];

impl InvoiceForm {
    /// By what the producer says of themselves, where they said anything.
    pub(super) fn to(booking: &Booking, payer: Option<&Billing>) -> InvoiceForm {
        let said = |value: fn(&Billing) -> &String| payer.map(value).cloned().unwrap_or_default();
        InvoiceForm {
            to_name: payer.map_or(&booking.producer, |payer| &payer.name).clone(),
            to_address: said(|payer| &payer.address),
            to_tax_number: said(|payer| &payer.tax_number),
            purchase_number: said(|payer| &payer.purchase_number),
            ..InvoiceForm::default()
        }
    }

    pub(super) fn seen(&self) -> Option<&str> {
        Some(self.seen.trim()).filter(|seen| !seen.is_empty())
    }

    pub(super) fn read(&self) -> Result<Wording, FieldErrors> {
        let mut errors = FieldErrors::default();
        let to_name = errors.take("to_name", Line::parse(&self.to_name));
        let to_address = errors.take("to_address", Prose::optional(&self.to_address));
        let to_tax_number = errors.take("to_tax_number", Line::optional(&self.to_tax_number));
        let purchase = errors.take("purchase_number", Line::optional(&self.purchase_number));
        let note = errors.take("note", Prose::optional(&self.note));
        match (to_name, to_address, to_tax_number, purchase, note) {
            (
                Some(to_name),
                Some(to_address),
                Some(to_tax_number),
                Some(purchase_number),
                Some(note),
            ) => Ok(Wording { to_name, to_address, to_tax_number, purchase_number, note }),
            _ => Err(errors),
        }
    }
}

/// When an invoice was paid.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct PaidForm {
    /// `2026-12-08`; left out, today by the player's clock.
    pub(super) paid_on: String,
}

#[derive(Debug, thiserror::Error)]
#[error("is still to come: say it once the money is there")]
struct StillToCome;

impl PaidForm {
    pub(super) fn read(&self, today: NaiveDate) -> Result<NaiveDate, FieldErrors> {
        let mut errors = FieldErrors::default();
        let day = match self.paid_on.trim() {
            "" => Some(today),
            day => errors.take("paid_on", read_day(day)),
        };
        if day.is_some_and(|day| day > today) {
            errors.add("paid_on", StillToCome);
        }
        day.filter(|_| errors.is_empty()).ok_or(errors)
    }
}

/// Why an invoice is taken back.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct CancelForm {
    /// It stands on the credit note; at most 500 characters.
    pub(super) reason: String,
}

impl CancelForm {
    pub(super) fn read(&self) -> Result<Prose<500>, FieldErrors> {
        let mut errors = FieldErrors::default();
        errors.take("reason", Prose::parse(&self.reason)).ok_or(errors)
    }
}
