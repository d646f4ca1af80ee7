use serde::Serialize;

use super::Profile;

/// What there is of a player beside the profile itself.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Extras {
    pub(crate) hours: bool,
    pub(crate) demos: bool,
    /// Their place is one we know, so that a distance to it can be told.
    pub(crate) on_the_map: bool,
}

/// How much of what brings calls is there, of all that applies to this player.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(crate) struct Completeness {
    pub(crate) done: usize,
    pub(crate) of: usize,
    /// What is not there yet, that which brings most calls first.
    pub(crate) next: Vec<Hint>,
}

/// One thing to add.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(crate) struct Hint {
    /// Begins a sentence: `Add a demo`
    pub(crate) what: &'static str,
    pub(crate) why: &'static str,
    /// Where it is done: a path here.
    pub(crate) at: &'static str,
}

const fn hint(what: &'static str, why: &'static str, at: &'static str) -> Hint {
    Hint { what, why, at }
}

impl Profile {
    /// What is there and what to add next, in the order of what brings most calls: what a search
    /// goes by, then what is looked at before the call, then what spares a question.
    pub(crate) fn completeness(&self, has: Extras) -> Completeness {
        let steps = [self.found_by(has), self.called_for(has), self.asked_about()].concat();
        let next: Vec<Hint> =
            steps.iter().filter(|(done, _)| !done).map(|(_, hint)| *hint).collect();
        Completeness { done: steps.len() - next.len(), of: steps.len(), next }
    }

    /// What a search goes by.
    fn found_by(&self, has: Extras) -> Vec<(bool, Hint)> {
        let place = if self.place.is_empty() {
            hint(
                "Say where you are at home",
                "A search near a city finds only those whose place is known.",
                "#place",
            )
        } else {
            hint(
                "Choose your place from the list",
                "As it is written it is on no map of ours, and no search near you finds you.",
                "#place",
            )
        };
        let mut steps = vec![
            (
                !self.instruments.is_empty(),
                hint(
                    "Say what you play",
                    "It is the first thing a producer searches by.",
                    "#instrument",
                ),
            ),
            (
                self.works_in_room || self.works_remotely,
                hint(
                    "Say whether you work in a room or remotely",
                    "Without it nobody can ask you for either.",
                    "#works",
                ),
            ),
            (
                has.hours,
                hint(
                    "Set your weekly hours",
                    "Who searches by day finds only those who are free then.",
                    "/calendar",
                ),
            ),
            (!self.place.is_empty() && has.on_the_map, place),
            (
                !self.genres.is_empty(),
                hint(
                    "Choose your genres",
                    "Credits count in the genre that is searched.",
                    "#genre",
                ),
            ),
        ];
        if self.works_in_room {
            let rate = hint(
                "Say what a session costs",
                "A search with a top rate passes over who has none.",
                "#session_rate",
            );
            steps.push((self.session_rate.is_some(), rate));
        }
        if self.works_remotely {
            let rate = hint(
                "Say what a remote song costs",
                "A search with a top rate passes over who has none.",
                "#song_rate",
            );
            steps.push((self.song_rate.is_some(), rate));
        }
        steps
    }

    /// What is heard, seen and read before somebody calls.
    fn called_for(&self, has: Extras) -> Vec<(bool, Hint)> {
        vec![
            (
                has.demos,
                hint(
                    "Add a demo",
                    "Producers listen before they call, and can ask for players to be heard.",
                    "/profile/demos",
                ),
            ),
            (
                !self.headline.is_empty(),
                hint("Write a headline", "It is the one line that is read in a list.", "#headline"),
            ),
            (
                self.portrait.is_some(),
                hint(
                    "Add a portrait",
                    "It stands in every list, and on the call sheet.",
                    "/profile/portrait",
                ),
            ),
            (
                !self.about.is_empty(),
                hint("Tell how you play and record", "Its words are searched too.", "#about"),
            ),
        ]
    }

    /// What is asked by mail where the profile does not say it.
    fn asked_about(&self) -> Vec<(bool, Hint)> {
        let reads = self.reads_notation || self.reads_numbers || self.plays_by_ear;
        let mut steps = vec![(
            reads,
            hint(
                "Say what you play from",
                "Notation, numbers, by ear: the chart that is sent depends on it.",
                "#charts",
            ),
        )];
        if self.works_remotely {
            let setup = hint(
                "Say where you record",
                "The room and the microphones are what a remote song is bought for.",
                "#remote_setup",
            );
            steps.push((!self.remote_setup.is_empty(), setup));
        }
        if self.works_in_room {
            let setup =
                hint("Say what you bring", "The engineer plans the inputs by it.", "#room_setup");
            steps.push((!self.room_setup.is_empty(), setup));
        }
        steps.push((
            !self.languages.is_empty(),
            hint("Say which languages you speak", "Producers abroad filter by them.", "#language"),
        ));
        // Nobody has to be in a union, so none is asked for.
        if self.session_rate.is_some() || self.song_rate.is_some() {
            let covers = hint(
                "Say what your rates cover",
                "Who knows what is in it need not ask before calling.",
                "#rate_includes",
            );
            steps.push((!self.rate_includes.is_empty(), covers));
        }
        steps
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        musicians::{Plays, Status},
        values::{Currency, Language, Money, Zone},
    };

    fn blank() -> Profile {
        Profile {
            id: 5.into(),
            account_id: 2.into(),
            slug: "maren-oakley".into(),
            name: "Maren Oakley".into(),
            headline: String::new(),
            about: String::new(),
            place: String::new(),
            place_typed: String::new(),
            zone: Zone::UTC,
            works_in_room: false,
            works_remotely: false,
            currency: Currency::usual(),
            session_rate: None,
            song_rate: None,
            rate_includes: String::new(),
            remote_setup: String::new(),
            room_setup: String::new(),
            languages: vec![],
            unions: vec![],
            reads_notation: false,
            reads_numbers: false,
            plays_by_ear: false,
            status: Status::Draft,
            version: 1,
            published_at: None,
            portrait: None,
            instruments: vec![],
            genres: vec![],
        }
    }

    /// Does what a hint asks for.
    fn follow(hint: &Hint, profile: &mut Profile, has: &mut Extras) {
        let rate = Some(Money::new(38_000, profile.currency));
        let text = || "Said.".to_owned();
        match hint.at {
            "#instrument" => profile.instruments.push(Plays {
                instrument: 1.into(),
                slug: "fiddle".into(),
                name: "Fiddle".into(),
                gear: String::new(),
                is_primary: true,
            }),
            "#works" => (profile.works_in_room, profile.works_remotely) = (true, true),
            "#place" => (profile.place, has.on_the_map) = (text(), true),
            "#genre" => profile.genres.push(1.into()),
            "#session_rate" => profile.session_rate = rate,
            "#song_rate" => profile.song_rate = rate,
            "#headline" => profile.headline = text(),
            "#about" => profile.about = text(),
            "#charts" => profile.plays_by_ear = true,
            "#remote_setup" => profile.remote_setup = text(),
            "#room_setup" => profile.room_setup = text(),
            "#language" => profile.languages = Language::all()[..1].to_vec(),
            "#rate_includes" => profile.rate_includes = text(),
            "/calendar" => has.hours = true,
            "/profile/demos" => has.demos = true,
            "/profile/portrait" => profile.portrait = Some(text()),
            other => panic!("nobody knows how to do {other}"),
        }
    }

    proptest! {
        /// In whatever order the hints are followed, each is worth one step, and they end.
        #[test]
        fn doing_what_is_asked_raises_it_until_nothing_is_asked(picks in prop::collection::vec(any::<prop::sample::Index>(), 20)) {
            let (mut profile, mut has) = (blank(), Extras::default());
            prop_assert_eq!(profile.completeness(has).done, 0);
            for pick in picks {
                let before = profile.completeness(has);
                prop_assert_eq!(before.done + before.next.len(), before.of);
                if before.next.is_empty() {
                    break;
                }
                follow(pick.get(&before.next), &mut profile, &mut has);
                prop_assert_eq!(profile.completeness(has).done, before.done + 1);
            }
            let whole = profile.completeness(has);
            prop_assert_eq!((whole.done, whole.of, whole.next), (16, 16, vec![]));
            // Nothing that sending it in asks for is missing from what was asked.
            prop_assert_eq!(profile.missing(), Vec::<&str>::new());
        }
    }

    #[test]
    fn what_does_not_apply_is_not_asked() {
        let mut profile = blank();
        profile.works_remotely = true;
        let asked: Vec<&str> =
            profile.completeness(Extras::default()).next.iter().map(|hint| hint.at).collect();
        assert!(asked.contains(&"#song_rate") && asked.contains(&"#remote_setup"), "{asked:?}");
        assert!(!asked.contains(&"#session_rate") && !asked.contains(&"#room_setup"), "{asked:?}");
    }

    #[test]
    fn a_place_that_is_on_no_map_is_asked_for_again() {
        let mut profile = blank();
        profile.place = "The old mill".into();
        let next = profile.completeness(Extras::default()).next;
        assert!(next.iter().any(|hint| hint.what == "Choose your place from the list"));
        let next = profile.completeness(Extras { on_the_map: true, ..Extras::default() }).next;
        assert!(next.iter().all(|hint| hint.at != "#place"));
    }
}
