use std::collections::BTreeMap;

use anyhow::Context;
use serde::Deserialize;

use crate::{
    catalog::Catalog,
    values::{GenreId, Zone},
};

/// Names, titles and words to draw from, as `records.json` has them.
#[derive(Debug, Deserialize)]
pub(super) struct Shelf {
    pub(super) artists: Vec<Artist>,
    /// By root genre.
    pub(super) titles: BTreeMap<String, Vec<String>>,
    pub(super) studios: Vec<Studio>,
    /// By root genre, and `remote`.
    pub(super) briefs: BTreeMap<String, Vec<String>>,
    pub(super) words: BTreeMap<String, Vec<String>>,
    pub(super) producers: Vec<Person>,
    pub(super) admin: Admin,
}

#[derive(Debug, Deserialize)]
pub(super) struct Artist {
    pub(super) name: String,
    pub(super) genre: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Studio {
    pub(super) name: String,
    pub(super) place: String,
    pub(super) zone: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) zone: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Admin {
    pub(super) name: String,
    pub(super) email: String,
}

impl Shelf {
    pub(super) fn read(json: &str) -> anyhow::Result<Shelf> {
        let shelf: Shelf = serde_json::from_str(json)?;
        for kind in ["accept", "decline", "cancel", "withdraw", "praise", "doubt", "of_producer"] {
            anyhow::ensure!(shelf.words.contains_key(kind), "no words to {kind}");
        }
        anyhow::ensure!(shelf.briefs.contains_key("remote"), "no remote briefs");
        Ok(shelf)
    }

    /// A studio where the player lives, or a room named after the place.
    pub(super) fn studio(&self, place: &str, zone: Zone) -> String {
        let near = self.studios.iter().find(|studio| studio.place == place);
        let near = near.or_else(|| self.studios.iter().find(|studio| studio.zone == zone.name()));
        match near {
            Some(studio) => format!("{}, {}", studio.name, studio.place),
            None => format!("The small room, {place}"),
        }
    }

    /// A title of a genre's root; the `n`-th, so that none comes twice before all have come.
    pub(super) fn title(&self, root: &str, n: usize) -> anyhow::Result<&str> {
        let titles = self.titles.get(root).or_else(|| self.titles.values().next());
        let titles = titles.filter(|titles| !titles.is_empty()).context("no titles")?;
        Ok(&titles[n % titles.len()])
    }

    pub(super) fn artist(&self, root: &str, dice: &mut fastrand::Rng) -> &str {
        let fitting: Vec<_> = self.artists.iter().filter(|artist| artist.genre == root).collect();
        match dice.choice(&fitting) {
            Some(artist) => &artist.name,
            None => &self.artists[dice.usize(..self.artists.len())].name,
        }
    }

    pub(super) fn brief(&self, root: &str, remote: bool, dice: &mut fastrand::Rng) -> &str {
        let kind = if remote { "remote" } else { root };
        let briefs = self.briefs.get(kind).unwrap_or(&self.briefs["remote"]);
        dice.choice(briefs).map_or("As we talked about.", String::as_str)
    }

    /// The `n`-th thing people say there, so that none comes twice before all have come.
    pub(super) fn nth_word(&self, kind: &str, n: usize) -> String {
        let words = self.words.get(kind).filter(|words| !words.is_empty());
        words.map(|words| words[n % words.len()].clone()).unwrap_or_default()
    }

    pub(super) fn word(&self, kind: &str, dice: &mut fastrand::Rng) -> String {
        let words = self.words.get(kind);
        words.and_then(|words| dice.choice(words)).cloned().unwrap_or_default()
    }
}

/// The slug of a genre's root, under which titles and briefs are kept.
pub(super) fn root(catalog: &Catalog, genre: GenreId) -> &str {
    let mut at = catalog.genre_by_id(genre);
    while let Some(parent) = at.and_then(|genre| genre.parent_id) {
        at = catalog.genre_by_id(parent);
    }
    at.map_or("", |genre| &genre.slug)
}
