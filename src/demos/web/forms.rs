use serde::Deserialize;

use super::super::{
    model::{Credited, Demo, Detail},
    store::{Player, Plays},
};
use crate::{
    catalog::Catalog,
    values::{CreditId, FieldErrors, Line},
};

/// What is said of a demo, as it was typed. Its file comes beside it.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct DemoForm {
    pub(super) title: String,
    /// A slug, name or other word of an instrument on the profile.
    pub(super) instrument: String,
    /// A slug, name or other word.
    pub(super) genre: String,
    /// The number of one of the player's own confirmed credits, or nothing.
    pub(super) credit: String,
    /// What the player does in it.
    pub(super) part: String,
    /// Tells one demo from the next: the same key with the same file makes one demo.
    pub(super) form_key: String,
}

pub(super) const FIELDS: [(&str, &str); 7] = [
    ("title", "Title"),
    ("instrument", "Instrument"),
    ("genre", "Genre"),
    ("credit", "Credit"),
    ("part", "Part"),
    ("file", "File"),
    ("form_key", "This form’s key"),
];

impl DemoForm {
    pub(super) fn of(demo: &Demo) -> DemoForm {
        DemoForm {
            title: demo.title.clone(),
            instrument: demo.instrument_slug.clone(),
            genre: demo.genre_slug.clone(),
            credit: demo.credit.as_ref().map(|credit| credit.id.to_string()).unwrap_or_default(),
            part: demo.part.clone(),
            form_key: String::new(),
        }
    }

    /// Puts what came as one field of a form sent with a file in its place.
    pub(super) fn set(&mut self, name: &str, value: String) {
        match name {
            "title" => self.title = value,
            "instrument" => self.instrument = value,
            "genre" => self.genre = value,
            "credit" => self.credit = value,
            "part" => self.part = value,
            "form_key" => self.form_key = value,
            _ => {}
        }
    }

    pub(super) fn key(&self) -> Result<Option<Line<200>>, crate::values::BadText> {
        Line::optional(&self.form_key)
    }

    pub(super) fn read(&self, player: &Player, catalog: &Catalog) -> Result<Detail, FieldErrors> {
        let mut errors = FieldErrors::default();
        let title = errors.take("title", Line::parse(&self.title));
        let instrument = errors.take("instrument", self.instrument(player, catalog));
        let genre = catalog.genre(&self.genre).map(|genre| genre.id);
        let genre = errors.take("genre", genre.ok_or("is none we know: choose one"));
        let credit = errors.take("credit", self.credit(player));
        let part = errors.take("part", Line::optional(&self.part));
        errors.take("form_key", self.key());
        let detail = || {
            Some(Detail {
                title: title?,
                instrument: instrument?,
                genre: genre?,
                credit: credit?,
                part: part?,
            })
        };
        detail().filter(|_| errors.is_empty()).ok_or(errors)
    }

    fn instrument(
        &self,
        player: &Player,
        catalog: &Catalog,
    ) -> Result<crate::values::InstrumentId, &'static str> {
        let known = catalog.instrument(&self.instrument).map(|one| one.id);
        let played = known.filter(|id| player.instruments.iter().any(|plays| plays.id == *id));
        played.ok_or("is none of those on your profile: choose one, or add it there first")
    }

    fn credit(&self, player: &Player) -> Result<Option<CreditId>, &'static str> {
        let text = self.credit.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let id = text.parse::<CreditId>().ok();
        let own = id.filter(|id| player.credits.iter().any(|credit| credit.id == *id));
        own.map(Some).ok_or("is none of your confirmed credits: choose one of them, or none")
    }
}

/// What a form lets choose from.
pub(super) struct Choices {
    pub(super) instruments: Vec<(String, String)>,
    pub(super) genres: Vec<(String, String)>,
    pub(super) credits: Vec<(String, String)>,
}

impl Choices {
    /// The player's own genres first, then all.
    pub(super) fn of(player: &Player, catalog: &Catalog) -> Choices {
        let instrument = |plays: &Plays| (plays.slug.clone(), plays.name.clone());
        let own = player.genres.iter().filter_map(|id| catalog.genre_by_id(*id));
        let others = catalog.genres.iter().filter(|genre| !player.genres.contains(&genre.id));
        let none = (String::new(), "None".to_owned());
        Choices {
            instruments: player.instruments.iter().map(instrument).collect(),
            genres: own.chain(others).map(|one| (one.slug.clone(), one.name.clone())).collect(),
            credits: std::iter::once(none).chain(player.credits.iter().map(credit)).collect(),
        }
    }
}

fn credit(credit: &Credited) -> (String, String) {
    let year = credit.played_on.format("%Y");
    (credit.id.to_string(), format!("{}, {} ({year})", credit.title, credit.artist))
}
