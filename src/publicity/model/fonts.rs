use std::{fmt, sync::Arc};

use resvg::usvg::{
    Node, Options, Tree,
    fontdb::{Database, Source, Weight},
};

/// The letters of our pictures, and how wide a text stands in them. Of our own: a server has no
/// fonts, and a picture must not depend on where it was drawn.
pub(in crate::publicity) struct Fonts(Options<'static>);

/// At what size texts are measured.
const MEASURED: f32 = 100.0;

impl Fonts {
    pub(in crate::publicity) fn load() -> Fonts {
        let mut database = Database::new();
        for font in typst_assets::fonts() {
            database.load_font_source(Source::Binary(Arc::new(font)));
        }
        // What stands in where our serif lacks a letter is as plain as it is.
        let odd = database.faces().filter(|face| face.weight != Weight::NORMAL);
        for id in odd.map(|face| face.id).collect::<Vec<_>>() {
            database.remove_face(id);
        }
        Fonts(Options { fontdb: Arc::new(database), ..Options::default() })
    }

    /// Reads an SVG whose letters are ours.
    pub(super) fn read(&self, svg: &str) -> Option<Tree> {
        Tree::from_str(svg, &self.0).ok()
    }

    /// The width of a line at size 1. None where a letter of it is not in our fonts: it would show
    /// as an empty box.
    fn width(&self, line: &str, is_italic: bool) -> Option<f32> {
        let style = if is_italic { "italic" } else { "normal" };
        let svg = format!(
            "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><text y='50' \
             font-family='Libertinus Serif' font-size='{MEASURED}' font-style='{style}'>{}</text></svg>",
            escaped(line)
        );
        let tree = self.read(&svg)?;
        let mut width = 0.0;
        for node in tree.root().children() {
            let Node::Text(text) = node else { continue };
            let mut glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
            if glyphs.any(|glyph| glyph.id.0 == 0) {
                return None;
            }
            width += text.bounding_box().width() / MEASURED;
        }
        (width > 0.0).then_some(width)
    }

    /// A text in the first of `sizes` in which it fits into so many lines of `room`; cut short
    /// where it fits in none. None where it has letters we cannot draw; what is no letter, such as
    /// an emoji, is left out instead.
    pub(super) fn fit(&self, text: &str, style: &Style<'_>) -> Option<Fitted> {
        let known = |text: &str| self.width(text, style.is_italic).is_some();
        let mut text = printable(text);
        if !known(&text) {
            text.retain(|c| c.is_alphanumeric() || c.is_ascii());
            text = printable(&text);
            if !known(&text) {
                return None;
            }
        }
        for (size, most) in style.sizes {
            if let Some(lines) = self.wrap(&text, *size, *most, style) {
                return Some(Fitted { size: *size, lines });
            }
        }
        let (size, most) = *style.sizes.last()?;
        Some(Fitted { size, lines: self.cut(&text, size, most, style) })
    }

    /// The words in at most so many lines; none where they need more, or one alone is too wide.
    fn wrap(&self, text: &str, size: f32, most: usize, style: &Style<'_>) -> Option<Vec<String>> {
        let fits = |line: &str| {
            self.width(line, style.is_italic).is_some_and(|width| width * size <= style.room)
        };
        let mut lines: Vec<String> = Vec::new();
        for word in text.split(' ') {
            match lines.last().map(|line| format!("{line} {word}")).filter(|line| fits(line)) {
                Some(longer) => *lines.last_mut().expect("it was made longer") = longer,
                None if fits(word) => lines.push(word.to_owned()),
                None => return None,
            }
            if lines.len() > most {
                return None;
            }
        }
        Some(lines)
    }

    /// As much of the text as there is room for; of one long word, as much as goes into a line.
    fn cut(&self, text: &str, size: f32, most: usize, style: &Style<'_>) -> Vec<String> {
        let all: Vec<char> = text.chars().collect();
        let cut = |n: usize| {
            let start: String = all.iter().take(n).collect();
            format!("{}…", start.trim_end())
        };
        let longest = |fits: &dyn Fn(usize) -> bool| {
            let (mut least, mut most) = (0, all.len());
            while least < most {
                let middle = (least + most).div_ceil(2);
                if fits(middle) { least = middle } else { most = middle - 1 }
            }
            least
        };
        let words = longest(&|n| self.wrap(&cut(n), size, most, style).is_some());
        self.wrap(&cut(words), size, most, style).unwrap_or_else(|| vec!["…".into()])
    }
}

/// How a text is set.
#[derive(Clone, Copy)]
pub(super) struct Style<'a> {
    /// With how many lines each may take; the most wanted first.
    pub(super) sizes: &'a [(f32, usize)],
    pub(super) room: f32,
    pub(super) is_italic: bool,
}

pub(super) struct Fitted {
    pub(super) size: f32,
    pub(super) lines: Vec<String>,
}

/// One line, without what XML cannot hold and what turns the direction of letters around.
fn printable(text: &str) -> String {
    let odd = |c: char| {
        c.is_control()
            || matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let kept: String = text.chars().map(|c| if odd(c) { ' ' } else { c }).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

impl fmt::Debug for Fonts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fonts")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_takes_the_first_size_it_fits_in_and_is_cut_where_it_fits_in_none() {
        let fonts = Fonts::load();
        let style = Style { sizes: &[(60.0, 1), (30.0, 2)], room: 300.0, is_italic: false };
        let fit = |text: &str| {
            fonts.fit(text, &style).map(|fitted| (fitted.size, fitted.lines.join("|")))
        };
        assert_eq!(fit("Maren"), Some((60.0, "Maren".into())));
        assert_eq!(
            fit("Maren\u{202e} Oakley of\nNashville"),
            Some((30.0, "Maren Oakley of|Nashville".into()))
        );
        let (_, cut) = fit(&"Maren ".repeat(30)).unwrap();
        assert!(cut.starts_with("Maren Maren") && cut.ends_with('…') && cut.contains('|'), "{cut}");
        let (_, wide) = fit(&"M".repeat(100)).unwrap();
        assert!(wide.chars().count() < 20, "{wide}");
        assert!(fonts.width(&wide, false).unwrap() * 30.0 <= 300.0);
    }

    #[test]
    fn a_letter_that_is_not_in_our_fonts_is_never_set() {
        let fonts = Fonts::load();
        let style = Style { sizes: &[(60.0, 1)], room: 900.0, is_italic: false };
        let fit = |text| fonts.fit(text, &style).map(|fitted| fitted.lines.join("|"));
        for known in ["Zoë Đặng", "Ζωή", "Зоя", "محمد", "<b>&amp;</b>", "O’Hara"] {
            assert_eq!(fit(known).as_deref(), Some(known));
        }
        assert_eq!(fit("Maren 🎻 Oakley").as_deref(), Some("Maren Oakley"));
        for unknown in ["高橋 結衣", "Maren 高橋", "สมชาย", "🎻", "", "\u{10fffd}"]
        {
            assert_eq!(fit(unknown), None, "{unknown}");
        }
    }
}
