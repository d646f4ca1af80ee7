pub(super) mod places;

use std::{
    collections::{HashMap, HashSet},
    sync::OnceLock,
};

use crate::values::{GenreId, InstrumentId};

#[derive(Clone, Debug)]
pub struct Instrument {
    pub id: InstrumentId,
    pub slug: String,
    pub name: String,
    pub family: String,
    pub musicbrainz_id: Option<i64>,
    pub musicbrainz_name: Option<String>,
    pub ddex_type: String,
    pub aliases: Vec<String>,
    /// Whose players may serve as well, ranked after.
    pub kin: Vec<InstrumentId>,
}

#[derive(Clone, Debug)]
pub struct Genre {
    pub id: GenreId,
    pub slug: String,
    pub name: String,
    pub parent_id: Option<GenreId>,
    pub aliases: Vec<String>,
}

/// A family of instruments with its members, in the catalog's order.
#[derive(Debug)]
pub struct Family<'a> {
    pub slug: &'a str,
    pub name: String,
    pub instruments: Vec<&'a Instrument>,
}

/// Everything there is to play, in order.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    pub instruments: Vec<Instrument>,
    pub genres: Vec<Genre>,
    lexicon: OnceLock<Lexicon>,
}

/// The words of every name in the catalog, and of every other word for it.
#[derive(Clone, Debug, Default)]
struct Lexicon {
    names: HashMap<String, Vec<String>>,
    words: HashSet<String>,
}

impl Catalog {
    pub(super) fn new(instruments: Vec<Instrument>, genres: Vec<Genre>) -> Catalog {
        Catalog { instruments, genres, lexicon: OnceLock::new() }
    }

    fn lexicon(&self) -> &Lexicon {
        self.lexicon.get_or_init(|| {
            let instruments = self.instruments.iter().map(|one| (&one.name, &one.aliases));
            let genres = self.genres.iter().map(|one| (&one.name, &one.aliases));
            let names = instruments.chain(genres);
            let names = names.flat_map(|(name, aliases)| std::iter::once(name).chain(aliases));
            let names: HashMap<_, _> = names.map(|name| (name.clone(), words_of(name))).collect();
            let words = names.values().flatten().cloned().collect();
            Lexicon { names, words }
        })
    }

    /// The words of a name of the catalog, as [`words_of`] has them.
    pub(crate) fn words_of_name(&self, name: &str) -> &[String] {
        self.lexicon().names.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a word stands in any name of the catalog.
    pub(crate) fn has_word(&self, word: &str) -> bool {
        self.lexicon().words.contains(word)
    }

    /// The instrument somebody means by a slug, a name or an alias, accents and case forgiven.
    pub fn instrument(&self, text: &str) -> Option<&Instrument> {
        let wanted = plain(text);
        let named = |i: &&Instrument| i.slug == wanted || plain(&i.name) == wanted;
        let called = |i: &&Instrument| i.aliases.iter().any(|alias| plain(alias) == wanted);
        let all = &self.instruments;
        all.iter().find(named).or_else(|| all.iter().find(called))
    }

    pub fn genre(&self, text: &str) -> Option<&Genre> {
        let wanted = plain(text);
        let named = |g: &&Genre| g.slug == wanted || plain(&g.name) == wanted;
        let called = |g: &&Genre| g.aliases.iter().any(|alias| plain(alias) == wanted);
        self.genres.iter().find(named).or_else(|| self.genres.iter().find(called))
    }

    pub fn instrument_by_id(&self, id: InstrumentId) -> Option<&Instrument> {
        self.instruments.iter().find(|instrument| instrument.id == id)
    }

    pub fn genre_by_id(&self, id: GenreId) -> Option<&Genre> {
        self.genres.iter().find(|genre| genre.id == id)
    }

    /// A genre and everything under it: who asks for country is served by honky-tonk.
    pub fn with_descendants(&self, genre: GenreId) -> Vec<GenreId> {
        let mut found = vec![genre];
        let mut at = 0;
        while let Some(parent) = found.get(at).copied() {
            let children = self.genres.iter().filter(|genre| genre.parent_id == Some(parent));
            let new: Vec<_> =
                children.map(|genre| genre.id).filter(|id| !found.contains(id)).collect();
            found.extend(new);
            at += 1;
        }
        found
    }

    pub fn families(&self) -> Vec<Family<'_>> {
        let mut families: Vec<Family<'_>> = Vec::new();
        for instrument in &self.instruments {
            match families.iter_mut().find(|family| family.slug == instrument.family) {
                Some(family) => family.instruments.push(instrument),
                None => families.push(Family {
                    slug: &instrument.family,
                    name: family_name(&instrument.family),
                    instruments: vec![instrument],
                }),
            }
        }
        families
    }

    /// Root genres, each with its children, for a list of choices.
    pub fn genre_tree(&self) -> Vec<(&Genre, Vec<&Genre>)> {
        let roots = self.genres.iter().filter(|genre| genre.parent_id.is_none());
        roots
            .map(|root| {
                let under = self.with_descendants(root.id);
                let children = self.genres.iter();
                (root, children.filter(|g| g.id != root.id && under.contains(&g.id)).collect())
            })
            .collect()
    }
}

/// `free-reed` reads `Free reed`.
pub(crate) fn family_name(slug: &str) -> String {
    let words = slug.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Small letters without accents and with single spaces, as people type.
pub(crate) fn plain(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    if words.is_ascii() {
        return words;
    }
    words.chars().flat_map(without_accent).collect()
}

/// The words of a text, accents and capitals aside: of what is typed in ASCII as the database's
/// `words_in_order` makes them; else fit to be compared with each other alone, because the two write
/// other scripts in different ways.
pub(crate) fn words_of(text: &str) -> Vec<String> {
    let plain = plain(text);
    let words = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut words: Vec<String> = words.map(|word| word.chars().take(60).collect()).collect();
    words.dedup();
    words
}

fn without_accent(letter: char) -> impl Iterator<Item = char> {
    // slug brings deunicode, which writes any letter in ASCII; only letters, so "r&b" stays.
    let plain =
        if letter.is_ascii() { letter.to_string() } else { slug::slugify(letter.to_string()) };
    plain.chars().collect::<Vec<_>>().into_iter()
}
