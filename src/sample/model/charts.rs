//! What the producers of the sample world send along: charts on one sheet of A4, in the numbers of
//! Nashville, drawn from a seed.

use std::fmt::Write;

/// Bars of a section, one of which each song has.
const VERSES: [&str; 4] = [
    "1     1     4     1    |  1     1     5     5",
    "1     5     6m    4    |  1     5     4     4",
    "6m    4     1     5    |  6m    4     5     5",
    "1     4     1     5    |  1     4     1 5   1",
];
const CHORUSES: [&str; 4] = [
    "4     4     1     1    |  4     4     5     5",
    "4     5     1     6m   |  4     5     1     1",
    "1     3m    4     5    |  1     3m    4 5   1",
    "2m    5     1     1    |  2m    5     4     4",
];
const BRIDGES: [&str; 3] = [
    "6m    6m    3m    3m   |  4     4     5     5",
    "4     1     2m    5    |  4     1     b7    5",
    "b7    4     1     1    |  b7    4     5     5",
];
const KEYS: [&str; 6] = ["D", "G", "A", "E", "C", "B flat"];

/// A song on one sheet, as a PDF.
pub(in crate::sample) fn chart(title: &str, artist: &str, seed: u64) -> Vec<u8> {
    let mut dice = fastrand::Rng::with_seed(seed);
    let mut of = |from: &[&'static str]| from[dice.usize(..from.len())];
    let (key, verse, chorus, bridge) = (of(&KEYS), of(&VERSES), of(&CHORUSES), of(&BRIDGES));
    let mut page = String::new();
    let mut write = |font: &str, size: u8, (x, y): (u16, u16), text: &str| {
        // Writing to a string never fails.
        let _ = writeln!(page, "BT /{font} {size} Tf {x} {y} Td ({}) Tj ET", literal(text));
    };
    write("B", 22, (56, 772), title);
    write("R", 12, (56, 750), artist);
    write("R", 12, (56, 722), &format!("Key of {key}. 4/4. Numbers are bars; two share one."));
    let sections = [
        ("Intro", chorus),
        ("Verse 1", verse),
        ("Verse 2", verse),
        ("Chorus", chorus),
        ("Verse 3", verse),
        ("Chorus", chorus),
        ("Bridge", bridge),
        ("Chorus, twice", chorus),
    ];
    for (at, (name, bars)) in (0_u16..).zip(sections) {
        let y = 676 - at * 62;
        write("B", 13, (56, y), name);
        write("M", 13, (56, y - 22), bars);
    }
    write("R", 10, (56, 56), "Last chorus: slow down over the last two bars, and hold.");
    bound(&page)
}

/// As PDF writes a string, in the letters of Western Europe.
fn literal(text: &str) -> String {
    let mut literal = String::new();
    for letter in text.chars() {
        match letter {
            '(' | ')' | '\\' => literal.extend(['\\', letter]),
            ' '..='~' => literal.push(letter),
            '’' => literal.push_str("\\222"),
            '\u{a1}'..='\u{ff}' => drop(write!(literal, "\\{:03o}", u32::from(letter))),
            _ => literal.push('?'),
        }
    }
    literal
}

/// A page as a whole file, with the table that tells where each of its objects begins.
fn bound(page: &str) -> Vec<u8> {
    let font = |name: &str| {
        format!("<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>")
    };
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /B 5 0 R /R 6 0 R /M 7 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{page}endstream", page.len()),
        font("Helvetica-Bold"),
        font("Helvetica"),
        font("Courier"),
    ];
    let mut file = String::from("%PDF-1.4\n");
    let mut table = String::from("0000000000 65535 f \n");
    for (number, object) in (1..).zip(&objects) {
        let _ = writeln!(table, "{:010} 00000 n ", file.len());
        let _ = writeln!(file, "{number} 0 obj\n{object}\nendobj");
    }
    let (entries, at) = (objects.len() + 1, file.len());
    let _ = write!(file, "xref\n0 {entries}\n{table}trailer\n<< /Size {entries} /Root 1 0 R >>\n");
    let _ = write!(file, "startxref\n{at}\n%%EOF\n");
    file.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_is_a_file_whose_table_leads_to_its_objects() {
        let file = chart("Dust (on the Piano)", "June Harrow & Zoë’s Lamplighters Ω", 7);
        let text = String::from_utf8(file).unwrap();
        assert!(text.contains("(Dust \\(on the Piano\\)) Tj"));
        assert!(text.contains("Zo\\353\\222s Lamplighters ?"));
        let at = text.rsplit_once("startxref\n").unwrap().1.lines().next().unwrap();
        let table = &text[at.parse::<usize>().unwrap()..];
        assert!(table.starts_with("xref\n0 8\n"));
        for (number, line) in (1..8).zip(table.lines().skip(3)) {
            let at: usize = line[..10].parse().unwrap();
            assert_eq!(line.len(), 19, "with its end of line, twenty bytes");
            assert!(text[at..].starts_with(&format!("{number} 0 obj\n")), "{line}");
        }
    }

    #[test]
    fn the_same_song_has_the_same_chart() {
        assert_eq!(chart("A", "B", 3), chart("A", "B", 3));
        assert_ne!(chart("A", "B", 3), chart("A", "B", 4));
    }
}
