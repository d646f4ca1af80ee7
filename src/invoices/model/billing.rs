use crate::packs::Share;

/// Who somebody is on invoices, those they send and those they get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Billing {
    pub(crate) name: String,
    /// Lines of an address.
    pub(crate) address: String,
    /// May be empty, as all that follows.
    pub(crate) tax_number: String,
    /// What others are to write on invoices they send.
    pub(crate) purchase_number: String,
    /// On invoices they send themselves.
    pub(crate) tax: Option<TaxRate>,
    pub(crate) days_to_pay: i16,
    pub(crate) how_to_pay: String,
    /// Before the number.
    pub(crate) prefix: String,
}

/// A tax on top of what is invoiced, by the name it has where the player lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TaxRate {
    pub(crate) name: String,
    pub(crate) rate: Share,
}

impl Billing {
    pub(in crate::invoices) const USUAL_DAYS: i16 = 14;
}
