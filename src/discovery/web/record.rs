//! The track record as a chart: credits by genre and year.

use super::super::{
    model::{Kind, Year},
    store::YearRow,
};

/// The years the chart shows, newest last.
pub(super) const YEARS: i32 = 10;

/// A genre's row.
pub(super) struct Row {
    pub(super) kind: Kind,
    /// Bars of what is confirmed, and outlines of what is only claimed, as paths of an image of
    /// 1000 by 32.
    pub(super) confirmed: String,
    pub(super) claimed: String,
    /// The same in words.
    pub(super) said: String,
}

/// The genres of a track record, the one with most confirmed credits first.
pub(super) fn kinds(rows: Vec<YearRow>) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    for row in rows {
        let at = kinds.iter().position(|kind| kind.slug == row.slug).unwrap_or_else(|| {
            let (slug, genre) = (row.slug, row.genre);
            let years = Vec::new();
            kinds.push(Kind { slug, genre, credits: 0, claimed: 0, years, last_played_on: None });
            kinds.len() - 1
        });
        let kind = &mut kinds[at];
        kind.credits += row.n;
        kind.claimed += row.claimed;
        kind.years.push(Year { year: row.year, credits: row.n, claimed: row.claimed });
        kind.last_played_on = kind.last_played_on.max(row.last_played_on);
    }
    kinds.sort_by_key(|kind| std::cmp::Reverse((kind.credits, kind.claimed)));
    kinds
}

/// All rows on one scale, `last` being the newest year.
pub(super) fn rows(kinds: Vec<Kind>, last: i32) -> Vec<Row> {
    let years = kinds.iter().flat_map(|kind| &kind.years);
    let most = years.map(|year| year.credits + year.claimed).max().unwrap_or(1);
    kinds.into_iter().map(|kind| row(kind, last, most)).collect()
}

fn row(kind: Kind, last: i32, most: i64) -> Row {
    let first = last - YEARS + 1;
    let height = |n: i64| if n == 0 { 0 } else { (n * 28 / most).max(3) };
    let (mut confirmed, mut claimed) = (String::new(), String::new());
    for year in kind.years.iter().filter(|year| (first..=last).contains(&year.year)) {
        let x = (year.year - first) * 100 + 14;
        let (solid, dashed) = (height(year.credits), height(year.claimed));
        if solid > 0 {
            confirmed += &format!("M{x} 32v-{solid}h72v{solid}z");
        }
        if dashed > 0 {
            claimed += &format!("M{x} {}v-{dashed}h72v{dashed}z", 31 - solid);
        }
    }
    let told = |n: fn(&Year) -> i64| {
        let years = kind.years.iter().filter(|year| n(year) > 0);
        years.map(|year| format!("{} {}", year.year, n(year))).collect::<Vec<_>>().join(", ")
    };
    let parts = [
        ("confirmed credits by year", told(|year| year.credits)),
        ("claimed, not counted", told(|year| year.claimed)),
    ];
    let parts = parts.iter().filter(|(_, years)| !years.is_empty());
    let parts: Vec<String> = parts.map(|(what, years)| format!("{what}: {years}")).collect();
    Row { said: format!("{}, {}", kind.genre, parts.join("; ")), kind, confirmed, claimed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year(genre: &str, year: i32, n: i64, claimed: i64) -> YearRow {
        let last_played_on = (n > 0).then(|| format!("{year}-03-01").parse().unwrap());
        let (slug, genre) = (genre.to_lowercase(), genre.to_owned());
        YearRow { slug, genre, year, n, claimed, last_played_on }
    }

    #[test]
    fn claimed_credits_stand_apart_and_count_for_nothing() {
        let kinds = kinds(vec![
            year("Pop", 2024, 0, 9),
            year("Country", 2025, 2, 0),
            year("Country", 2026, 4, 1),
        ]);
        assert_eq!(kinds[0].genre, "Country");
        assert_eq!((kinds[0].credits, kinds[0].claimed), (6, 1));
        assert_eq!((kinds[1].credits, kinds[1].claimed), (0, 9));
        assert_eq!(kinds[1].last_played_on, None);

        let rows = rows(kinds, 2026);
        assert_eq!(
            rows[0].said,
            "Country, confirmed credits by year: 2025 2, 2026 4; claimed, not counted: 2026 1"
        );
        assert_eq!(rows[0].confirmed, "M814 32v-6h72v6zM914 32v-12h72v12z");
        assert_eq!(rows[0].claimed, "M914 19v-3h72v3z");
        assert_eq!(
            (rows[1].confirmed.as_str(), rows[1].claimed.as_str()),
            ("", "M714 31v-28h72v28z")
        );
        assert_eq!(rows[1].said, "Pop, claimed, not counted: 2024 9");
    }

    #[test]
    fn years_before_the_chart_are_counted_but_not_drawn() {
        let rows = rows(kinds(vec![year("Jazz", 2009, 3, 0)]), 2026);
        assert_eq!((rows[0].kind.credits, rows[0].confirmed.as_str()), (3, ""));
    }
}
