mod api;
mod billing;
mod forms;
mod ledger;
mod list;
mod make;
mod show;
mod table;

// All of them: `utoipa::path` keeps a type beside each handler.
pub(crate) use api::*;
pub(crate) use billing::*;
pub(crate) use ledger::*;
pub(crate) use list::list;
pub(crate) use make::{issue, making};
pub(crate) use show::{cancel, mark_paid, show, unmark_paid};
pub(crate) use table::{earnings_csv, spending_csv};

use super::{actions::InvoiceError, model::Refusal};
use crate::web::Error;

impl From<InvoiceError> for Error {
    fn from(error: InvoiceError) -> Error {
        match error {
            InvoiceError::NotFound => Error::NotFound,
            InvoiceError::Refused(Refusal::NotASide | Refusal::NotYours) => {
                Error::Forbidden(error.to_string())
            }
            InvoiceError::Refused(_) => Error::Refused(error.to_string()),
            InvoiceError::Database(error) => error.into(),
        }
    }
}
