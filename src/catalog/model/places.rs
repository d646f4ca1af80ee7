//! Cities as people write them: `Nashville`, `Nashville, TN`, `Paris, France`.

use rust_iso3166::CountryCode;

use super::plain;
use crate::values::Zone;

/// A city, by GeoNames (CC BY 4.0).
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) id: i64,
    pub(crate) name: String,
    /// ISO 3166-1 alpha-2.
    pub(crate) country: String,
    /// The first-level division, as GeoNames numbers it; in the US the state's two letters.
    pub(crate) division: String,
    /// Degrees.
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
    pub(crate) population: i32,
    pub(crate) zone: Zone,
    /// Whether what was typed is all of its name, or whole words of it.
    pub(in crate::catalog) is_whole: bool,
    /// Whether somebody who writes its name and country would mean a larger one.
    pub(in crate::catalog) is_lesser: bool,
}

impl Place {
    /// `Nashville, Tennessee, United States`; where a larger one goes by the same, with where it is.
    pub(crate) fn told(&self) -> String {
        let state = state_name(&self.country, &self.division).map(|name| format!(", {name}"));
        let country = country_name(&self.country).map(|name| format!(", {name}"));
        let (north, east) = (self.latitude, self.longitude);
        let at = format!(
            ", at {:.2}° {} {:.2}° {}",
            north.abs(),
            if north < 0.0 { "S" } else { "N" },
            east.abs(),
            if east < 0.0 { "W" } else { "E" },
        );
        let at = if self.is_lesser { at } else { String::new() };
        format!("{}{}{}{at}", self.name, state.unwrap_or_default(), country.unwrap_or_default())
    }

    /// As it is typed to mean exactly this one: `Nashville, TN, US`, `Glasgow, GB`, and where that
    /// would mean another, by its number: `Suzhou, CN, #1886764`.
    pub(crate) fn typed(&self) -> String {
        let name = self.name.replace(',', " ");
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let number = if self.is_lesser { format!(", #{}", self.id) } else { String::new() };
        match self.country.as_str() {
            "US" => format!("{name}, {}, US{number}", self.division),
            country => format!("{name}, {country}{number}"),
        }
    }
}

/// Kilometres over the ground between two points in degrees, latitude first: by the very sum of the
/// database's `great_circle_km`.
pub(crate) fn great_circle_km(one: (f64, f64), other: (f64, f64)) -> f64 {
    let half = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
    let across = one.0.to_radians().cos() * other.0.to_radians().cos();
    let chord = half(other.0 - one.0) + across * half(other.1 - one.1);
    6371.0088 * 2.0 * chord.sqrt().min(1.0).asin()
}

/// What was typed of a city, as others read it: the number that tells it apart is for the field
/// alone. `Suzhou, CN, #1886764` reads `Suzhou, China`.
pub(crate) fn in_public(typed: &str) -> String {
    let is_number = |part: &&str| part.trim().strip_prefix('#').is_some_and(is_figures);
    let said: Vec<&str> = typed.split(',').filter(|part| !is_number(part)).map(str::trim).collect();
    match said.as_slice() {
        all if all.len() == typed.split(',').count() => typed.to_owned(),
        [name, state, "US"] => {
            let told = [*name, state_name("US", state).unwrap_or(state), "United States"];
            told.join(", ")
        }
        [name, country] => [*name, country_name(country).unwrap_or(country)].join(", "),
        all => all.join(", "),
    }
}

fn is_figures(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|letter| letter.is_ascii_digit())
}

/// What somebody typed of a city: its name, and what was said of where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::catalog) struct Asked {
    pub(in crate::catalog) name: String,
    /// The number of the very city, after a `#`.
    pub(in crate::catalog) number: Option<i64>,
    /// Countries it may be in, and in each a division, where one was said. Empty: anywhere.
    pub(in crate::catalog) within: Vec<(String, Option<String>)>,
}

impl Asked {
    /// What follows a comma narrows it down, as far as we know it: a country by its name or code, a
    /// state of the US, a nation of Britain. What we do not know is passed over.
    pub(in crate::catalog) fn of(text: &str) -> Asked {
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let mut parts = text.split(',');
        let name = parts.next().unwrap_or_default();
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let parts = parts.map(plain).collect::<Vec<_>>();
        let number = parts.iter().find_map(|part| part.strip_prefix('#')?.parse().ok());
        let each: Vec<Vec<(String, Option<String>)>> =
            parts.iter().map(|part| regions(part)).filter(|found| !found.is_empty()).collect();
        let fits = |region: &(String, Option<String>), others: &[(String, Option<String>)]| {
            others.iter().any(|other| {
                region.0 == other.0
                    && (region.1 == other.1 || region.1.is_none() || other.1.is_none())
            })
        };
        // "Nashville, TN, US": what every part can mean, the most precise of it.
        let all = each.iter().flatten();
        let common = all.filter(|region| each.iter().all(|others| fits(region, others)));
        let mut within: Vec<_> = common.cloned().collect();
        if within.iter().any(|(_, division)| division.is_some()) && each.len() > 1 {
            within.retain(|(_, division)| division.is_some());
        }
        within.dedup();
        Asked { name, number, within }
    }
}

/// What people call some countries, beside their official names.
const CALLED: [(&str, &str); 16] = [
    ("usa", "US"),
    ("u.s.", "US"),
    ("u.s.a.", "US"),
    ("united states", "US"),
    ("america", "US"),
    ("uk", "GB"),
    ("u.k.", "GB"),
    ("united kingdom", "GB"),
    ("great britain", "GB"),
    ("britain", "GB"),
    ("south korea", "KR"),
    ("russia", "RU"),
    ("holland", "NL"),
    ("netherlands", "NL"),
    ("turkey", "TR"),
    ("ivory coast", "CI"),
];

const NATIONS: [(&str, &str); 4] =
    [("england", "ENG"), ("scotland", "SCT"), ("wales", "WLS"), ("northern ireland", "NIR")];

/// Everything a word after the comma can mean.
fn regions(said: &str) -> Vec<(String, Option<String>)> {
    let mut found: Vec<(String, Option<String>)> = Vec::new();
    let called = CALLED.iter().find(|(name, _)| *name == said);
    found.extend(called.map(|(_, code)| ((*code).to_owned(), None)));
    found.extend(
        NATIONS
            .iter()
            .find(|(name, _)| *name == said)
            .map(|(_, code)| ("GB".to_owned(), Some((*code).to_owned()))),
    );
    let named = |country: &&CountryCode| {
        let name = plain(country.name);
        country.alpha2.eq_ignore_ascii_case(said)
            || name == said
            || name
                .strip_prefix(said)
                .is_some_and(|rest| rest.starts_with([' ', ',', '(']) && said.len() > 4)
    };
    let countries = rust_iso3166::ALL.iter().filter(named);
    found.extend(countries.map(|country| (country.alpha2.to_owned(), None)));
    let states = rust_iso3166::US.subdivisions();
    let state = states.into_iter().flatten().find(|state| {
        plain(state.name) == said || state.code.trim_start_matches("US-").eq_ignore_ascii_case(said)
    });
    found.extend(
        state.map(|state| ("US".to_owned(), Some(state.code.trim_start_matches("US-").to_owned()))),
    );
    found.dedup();
    found
}

fn state_name(country: &str, division: &str) -> Option<&'static str> {
    match country {
        "US" => {
            rust_iso3166::iso3166_2::from_code(&format!("US-{division}")).map(|state| state.name)
        }
        _ => None,
    }
}

/// A country as one says it: official names have the rest behind a bracket or a comma.
fn country_name(code: &str) -> Option<&'static str> {
    match code {
        "GB" => Some("United Kingdom"),
        "US" => Some("United States"),
        code => {
            let name = rust_iso3166::from_alpha2(code)?.name;
            name.split([',', '(']).next().map(str::trim)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(text: &str) -> Vec<(String, Option<String>)> {
        Asked::of(text).within
    }

    fn region(country: &str, division: Option<&str>) -> (String, Option<String>) {
        (country.into(), division.map(Into::into))
    }

    #[test]
    fn the_number_of_a_city_is_for_the_field_alone() {
        for (typed, read) in [
            ("Suzhou, CN, #1886764", "Suzhou, China"),
            ("Springfield, IL, US, #4250542", "Springfield, Illinois, United States"),
            ("Springfield,#4250542", "Springfield"),
            ("#4250542", ""),
            ("Glasgow, GB", "Glasgow, GB"),
            ("The old mill, room #2,  Leeds", "The old mill, room #2,  Leeds"),
        ] {
            assert_eq!(in_public(typed), read, "{typed}");
        }
    }

    #[test]
    fn what_follows_a_comma_says_where() {
        let sao_paulo = Asked { name: "São Paulo".into(), number: None, within: vec![] };
        assert_eq!(Asked::of(" São  Paulo"), sao_paulo);
        assert_eq!(Asked::of("Suzhou, CN, #1886764").number, Some(1886764));
        assert_eq!(within("Suzhou, CN, #1886764"), [region("CN", None)]);
        assert_eq!(within("Nashville, Tennessee"), [region("US", Some("TN"))]);
        assert_eq!(within("Nashville, TN, US"), [region("US", Some("TN"))]);
        assert_eq!(within("Berlin, Germany"), [region("DE", None)]);
        assert_eq!(within("Glasgow, uk"), [region("GB", None)]);
        assert_eq!(within("Glasgow, Scotland"), [region("GB", Some("SCT"))]);
        // Canada, or California.
        assert_eq!(within("Ontario, CA"), [region("CA", None), region("US", Some("CA"))]);
        assert_eq!(within("Lisbon, by the river"), []);
    }
}
