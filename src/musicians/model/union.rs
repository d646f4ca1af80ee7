/// A union that session players belong to. Which one counts: some work is done under its agreement
/// alone, and its rates and reports come with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Union {
    /// `afm`
    code: &'static str,
    /// `AFM`, as players say it.
    name: &'static str,
    /// `American Federation of Musicians, US and Canada`
    in_full: &'static str,
}

const fn union(code: &'static str, name: &'static str, in_full: &'static str) -> Union {
    Union { code, name, in_full }
}

impl Union {
    /// Those that most are asked about first, then by name. A code is kept for good: it stands in
    /// profiles and in addresses.
    pub const ALL: [Union; 16] = [
        union("afm", "AFM", "American Federation of Musicians, US and Canada"),
        union("sag-aftra", "SAG-AFTRA", "singers on recordings, US"),
        union("mu", "Musicians’ Union (UK)", "The MU, United Kingdom"),
        union("meaa", "MEAA", "Media, Entertainment & Arts Alliance, Australia"),
        union("creo", "Creo", "Norway"),
        union("dmf", "DMF", "Dansk Musiker Forbund, Denmark"),
        union("fih", "FÍH", "Félag íslenskra hljómlistarmanna, Iceland"),
        union("kunstenbond", "Kunstenbond", "Netherlands"),
        union("muj", "Musicians’ Union of Japan", "MUJ, Japan"),
        union("mui", "Musicians’ Union of Ireland", "MUI, Ireland"),
        union("musikerforbundet", "Musikerförbundet", "Sweden"),
        union("muusikkojen-liitto", "Muusikkojen liitto", "Finland"),
        union("smv", "SMV", "Schweizerischer Musikerverband, Switzerland"),
        union("snam-cgt", "SNAM-CGT", "France"),
        union("symf", "Symf", "Sveriges Yrkesmusikerförbund, Sweden"),
        union("unisono", "unisono", "Germany"),
    ];

    pub fn of_code(code: &str) -> Option<Union> {
        Union::ALL.into_iter().find(|union| union.code == code)
    }

    pub fn code(self) -> &'static str {
        self.code
    }

    pub fn name(self) -> &'static str {
        self.name
    }

    /// What tells it apart where only its short name stands: whole, or its country.
    pub fn in_full(self) -> &'static str {
        self.in_full
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_union_is_known_by_its_code_alone() {
        let mut names: Vec<_> = Union::ALL.iter().map(|union| union.name()).collect();
        for union in Union::ALL {
            assert_eq!(Union::of_code(union.code()), Some(union));
            let plain = |b: u8| b.is_ascii_lowercase() || b == b'-';
            assert!(union.code().bytes().all(plain), "{}", union.code());
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Union::ALL.len());
    }
}
