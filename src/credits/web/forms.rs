use serde::{Deserialize, Serialize};

use super::super::{
    actions::CreditError,
    model::{Credit, Detail},
};
use crate::{
    bookings::Booking,
    catalog::Catalog,
    values::{FieldErrors, Isrc, Line},
    web::Error,
};

impl From<CreditError> for Error {
    fn from(error: CreditError) -> Error {
        match error {
            CreditError::NotFound => Error::NotFound,
            CreditError::Refused(refusal) => Error::Refused(refusal.to_string()),
            CreditError::Booking(error) => error.into(),
            CreditError::IsrcTaken { .. } => on("isrc", &error),
            CreditError::NotTheirs => on("instrument", &error),
            CreditError::Database(error) => error.into(),
        }
    }
}

fn on(field: &'static str, error: &CreditError) -> Error {
    let mut errors = FieldErrors::default();
    errors.add(field, error);
    Error::Invalid(errors)
}

/// What a credit says, as it was typed.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct CreditForm {
    /// The recording's title; a working title will do.
    pub(super) title: String,
    pub(super) artist: String,
    /// Twelve characters, with or without hyphens; may be empty.
    pub(super) isrc: String,
    /// The performer's name as it is to read.
    pub(super) credited_as: String,
    /// The instrument's slug.
    pub(super) instrument: String,
}

/// Each field's label, for the summary above a form that came back.
pub(super) const LABELS: [(&str, &str); 5] = [
    ("title", "Title"),
    ("artist", "Artist"),
    ("isrc", "ISRC"),
    ("credited_as", "Credited as"),
    ("instrument", "Instrument"),
];

impl CreditForm {
    pub(super) fn of_booking(booking: &Booking) -> CreditForm {
        CreditForm {
            title: booking.title.clone(),
            artist: booking.artist.clone(),
            isrc: String::new(),
            credited_as: booking.credited_as().to_owned(),
            instrument: booking.instrument_slug.clone(),
        }
    }

    pub(super) fn of_credit(credit: &Credit, catalog: &Catalog) -> CreditForm {
        let instrument = catalog.instrument_by_id(credit.instrument_id);
        CreditForm {
            title: credit.recording.title.clone(),
            artist: credit.recording.artist.clone(),
            isrc: credit.recording.isrc.as_ref().map(Isrc::to_string).unwrap_or_default(),
            credited_as: credit.credited_as.clone(),
            instrument: instrument.map(|instrument| instrument.slug.clone()).unwrap_or_default(),
        }
    }

    /// Reads what was typed, naming every field that will not do.
    pub(super) fn read(&self, catalog: &Catalog) -> Result<Detail, FieldErrors> {
        let mut errors = FieldErrors::default();
        let title = errors.take("title", Line::parse(&self.title));
        let artist = errors.take("artist", Line::parse(&self.artist));
        let isrc = match self.isrc.trim() {
            "" => Some(None),
            code => errors.take("isrc", code.parse::<Isrc>()).map(Some),
        };
        let credited_as = errors.take("credited_as", Line::parse(&self.credited_as));
        let instrument = catalog.instrument(&self.instrument).map(|found| found.id);
        let instrument = errors.take(
            "instrument",
            instrument.ok_or("is not in our catalog: choose one from the list"),
        );
        match (title, artist, isrc, credited_as, instrument) {
            (Some(title), Some(artist), Some(isrc), Some(credited_as), Some(instrument)) => {
                Ok(Detail { title, artist, isrc, credited_as, instrument })
            }
            _ => Err(errors),
        }
    }
}
