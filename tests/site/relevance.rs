//! What a producer types, and whom they would expect first, over the sample world. The expectations
//! are read off `src/sample/players.json`, not off what the search says: where the two disagree, one
//! of them is wrong.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::Value;

use crate::support::{Client, TestApp};

/// Whom a search should find.
#[derive(Debug)]
enum Whom {
    /// These first, in this order.
    First(&'static [&'static str]),
    /// These first, in any order.
    Among(&'static [&'static str]),
    /// These and nobody else, in this order.
    Only(&'static [&'static str]),
    /// These and nobody else, in any order.
    Just(&'static [&'static str]),
    /// Somewhere on the first page, but not those.
    With(&'static [&'static str], &'static [&'static str]),
}
use Whom::{Among, First, Just, Only, With};

const WORDS: [(&str, Whom); 75] = [
    // Names, and parts of them.
    ("maren oakley", Only(&["maren-oakley"])),
    ("Oakley", Only(&["maren-oakley"])),
    ("OAKLEY, Maren", Only(&["maren-oakley"])),
    ("mare", First(&["maren-oakley"])),
    ("castle", First(&["imani-castlebury"])),
    // Others name them in their profiles: whose name it is comes first.
    ("Lavinia Poteat", Only(&["lavinia-poteat", "curtis-delacroix-dunn"])),
    ("tillery", Only(&["amos-tillery", "curtis-delacroix-dunn"])),
    ("kwabena mensah-doyle", Only(&["kwabena-mensah-doyle", "philippa-ashdown-rao"])),
    ("hal illingworth", Only(&["hal-illingworth", "philippa-ashdown-rao"])),
    // Without their accents, or with some of one's own.
    ("benoit sayer", Only(&["benoit-sayer"])),
    ("Benoît", Only(&["benoit-sayer"])),
    ("jorg wendland", Only(&["jorg-wendland"])),
    ("asa bjorkdahl", Only(&["asa-bjorkdahl"])),
    ("joão tibúrcio", Only(&["joao-tiburcio"])),
    ("xochitl", Only(&["xochitl-barragan"])),
    ("padraig mac giolla rua", Only(&["padraig-mac-giolla-rua"])),
    ("ramon echevarria", Only(&["ramon-echevarria-pike"])),
    ("éríc", Only(&[])),
    // With slips.
    ("oakly", Only(&["maren-oakley"])),
    ("delfine tarrow", Only(&["delphine-tarrow"])),
    ("vauqelin", Only(&["etienne-vauquelin"])),
    ("gilanders", Only(&["morven-gillanders"])),
    ("bjorkdal", Only(&["asa-bjorkdahl"])),
    // Instruments as people call them, and as they write them.
    ("fiddle", First(&["maren-oakley", "delphine-tarrow", "josiah-pell", "morven-gillanders"])),
    ("fidle", First(&["maren-oakley", "delphine-tarrow", "josiah-pell"])),
    ("fiddel", First(&["maren-oakley", "delphine-tarrow", "josiah-pell"])),
    ("fiddler", First(&["maren-oakley", "delphine-tarrow", "josiah-pell"])),
    ("pedal steel", First(&["ruell-haskett", "sadie-voskuijl"])),
    ("pedle steel", First(&["ruell-haskett", "sadie-voskuijl"])),
    ("drummer", First(&["otis-fennimore"])),
    ("drums", First(&["otis-fennimore"])),
    ("upright bass", First(&["calla-rosewood", "ezra-lindenbaum"])),
    ("B3", Among(&["geneva-crutcher", "lonnie-vasquez-hart"])),
    ("hamond organ", Among(&["geneva-crutcher", "lonnie-vasquez-hart"])),
    ("accordian", First(&["ramon-echevarria-pike"])),
    ("saxaphone", First(&["lavinia-poteat", "saul-petrakos"])),
    ("bari sax", First(&["lavinia-poteat"])),
    ("theramin", First(&["lieselotte-vogelsang"])),
    ("hurdy-gurdy", First(&["etienne-vauquelin"])),
    ("irish pipes", First(&["padraig-mac-giolla-rua"])),
    ("uilean pipes", First(&["padraig-mac-giolla-rua"])),
    ("banjo", First(&["josiah-pell"])),
    ("violin", First(&["philippa-ashdown-rao", "kwabena-mensah-doyle"])),
    ("cellist", First(&["hal-illingworth"])),
    ("mandolin", First(&["maren-oakley"])),
    ("trumpet", First(&["curtis-delacroix-dunn", "xochitl-barragan"])),
    ("conga", First(&["yanet-cespedes-mora"])),
    ("oud", First(&["noor-haddadi"])),
    ("modular", First(&["jorg-wendland"])),
    ("french horn", First(&["ysolde-marchbanks"])),
    ("bass", First(&["priya-sethuram"])),
    // Nobody public plays these, whatever is spelled like them.
    ("tabla", Only(&[])),
    ("tuba", Only(&[])),
    ("erhu", Only(&[])),
    // Genres, and both together.
    ("bluegrass", First(&["maren-oakley", "josiah-pell"])),
    ("klezmer", Among(&["ezra-lindenbaum", "tomasz-wierzba"])),
    ("tex-mex", First(&["ramon-echevarria-pike"])),
    ("fado", Only(&["beatriz-salgueiro"])),
    ("bossa", First(&["joao-tiburcio"])),
    ("film score", First(&["ysolde-marchbanks", "philippa-ashdown-rao"])),
    ("R&B", First(&["monique-wardlaw"])),
    ("country fiddle", First(&["maren-oakley", "delphine-tarrow", "josiah-pell"])),
    ("gospel organ", Among(&["geneva-crutcher", "lonnie-vasquez-hart"])),
    ("jazz piano", First(&["rosalind-ekwueme"])),
    ("soul trombone", First(&["amos-tillery"])),
    // Gear.
    ("telecaster", First(&["tamsin-okoro"])),
    ("jazzmaster", Only(&["noor-haddadi"])),
    ("leslie 122", Only(&["lonnie-vasquez-hart"])),
    ("spirocore", Only(&["delphine-tarrow"])),
    ("bullet mic", Only(&["algis-jankauskas"])),
    ("calfskin", Only(&["josiah-pell"])),
    // What they say of themselves, and where they are.
    ("dusty barn", First(&["maren-oakley"])),
    ("straight face", First(&["ezra-lindenbaum"])),
    ("tea towels", Only(&["monique-wardlaw"])),
    ("glasgow", Just(&["morven-gillanders", "fergus-abercairn"])),
];

const FILTERS: [(&str, Whom); 45] = [
    // An instrument by any of its names; its kin come behind it.
    (
        "instrument=fiddle",
        First(&["maren-oakley", "delphine-tarrow", "josiah-pell", "morven-gillanders"]),
    ),
    ("instrument=steel+guitar", First(&["ruell-haskett", "sadie-voskuijl"])),
    ("instrument=Uilleann+pipes", Only(&["padraig-mac-giolla-rua"])),
    ("instrument=fiddle&place=London", Only(&["philippa-ashdown-rao", "kwabena-mensah-doyle"])),
    ("instrument=saxophone", Just(&["lavinia-poteat", "saul-petrakos"])),
    ("instrument=percussion", First(&["thais-borba"])),
    ("instrument=electric-bass", With(&["priya-sethuram"], &["calla-rosewood", "ezra-lindenbaum"])),
    // Several: any of them, or one player for all.
    ("instrument=fiddle&instrument=mandolin&match=all", Only(&["maren-oakley"])),
    ("instrument=clarinet&instrument=bass-clarinet&match=all", Only(&["tomasz-wierzba"])),
    ("instrument=flute&instrument=alto+sax&match=all", Only(&["saul-petrakos"])),
    ("instrument=theremin&instrument=kora&match=all", Only(&[])),
    ("instrument=theremin&instrument=kora", Just(&["lieselotte-vogelsang", "lamine-badji"])),
    (
        "instrument=trumpet&instrument=trombone&place=Memphis",
        Just(&["curtis-delacroix-dunn", "amos-tillery"]),
    ),
    // A genre finds what is under it, by the credits of exactly that.
    ("genre=country", First(&["maren-oakley"])),
    ("genre=bluegrass", First(&["maren-oakley", "josiah-pell"])),
    ("genre=traditional", With(&["morven-gillanders", "padraig-mac-giolla-rua"], &[])),
    ("genre=latin", With(&["joao-tiburcio", "yanet-cespedes-mora"], &[])),
    ("genre=african", First(&["babatunde-okerinde"])),
    ("genre=score", First(&["ysolde-marchbanks"])),
    ("instrument=drum-kit&genre=hip-hop", First(&["monique-wardlaw"])),
    ("instrument=drum-kit&genre=jazz", First(&["cosmo-ferrante"])),
    ("instrument=fiddle&genre=electronic", First(&["morven-gillanders"])),
    ("instrument=mandolin&genre=bluegrass", First(&["maren-oakley"])),
    // Near a place, in a room there or remote.
    (
        "instrument=fiddle&place=Nashville&km=50",
        Only(&["maren-oakley", "delphine-tarrow", "josiah-pell"]),
    ),
    ("instrument=pedal+steel&place=Austin", Only(&["sadie-voskuijl"])),
    ("instrument=viola&place=London,+UK", Only(&["agnieszka-thorne"])),
    ("place=sao+paulo", Just(&["joao-tiburcio", "thais-borba"])),
    ("place=Clermont-Ferrand&km=10", Only(&["etienne-vauquelin"])),
    ("instrument=drum-kit&way=remote", With(&["otis-fennimore"], &["cosmo-ferrante"])),
    ("instrument=synthesizer&way=room", With(&["kenji-alvarado"], &["jorg-wendland"])),
    (
        "instrument=drum-kit&place=New+York&way=either",
        With(&["cosmo-ferrante", "otis-fennimore", "desmond-achterberg"], &[]),
    ),
    // What it costs, in whatever they are paid.
    ("instrument=fiddle&place=Nashville&max=350&currency=USD", Only(&["josiah-pell"])),
    ("instrument=fiddle&max=200&currency=GBP", Only(&["morven-gillanders"])),
    ("place=Glasgow&max=250&currency=EUR", Just(&["morven-gillanders", "fergus-abercairn"])),
    ("instrument=percussion&max=200&currency=USD", Only(&["thais-borba", "yanet-cespedes-mora"])),
    // Charts, languages, unions.
    (
        "instrument=drum-kit&charts=notation",
        Just(&["desmond-achterberg", "monique-wardlaw", "cosmo-ferrante"]),
    ),
    (
        "instrument=piano&charts=notation&charts=numbers",
        Only(&["rosalind-ekwueme", "lonnie-vasquez-hart"]),
    ),
    ("genre=folk&language=cy", Only(&["cerys-vaughan-hale"])),
    ("union=afm&place=Nashville", Only(&["delphine-tarrow"])),
    // When: by their own hours, away from what they are booked for.
    (
        "instrument=fiddle&place=Nashville&date=2026-12-05&from=12:00&to=15:00&zone=America/Chicago",
        Only(&["maren-oakley"]),
    ),
    (
        "instrument=fiddle&place=Nashville&date=2026-12-07&from=19:00&to=21:00&zone=America/Chicago",
        Only(&["delphine-tarrow", "josiah-pell"]),
    ),
    (
        "instrument=drum-kit&place=Nashville&date=2026-12-05&hours=3&zone=America/Chicago",
        Only(&["otis-fennimore"]),
    ),
    // In another order.
    (
        "instrument=fiddle&place=Nashville&sort=rate",
        Only(&["josiah-pell", "maren-oakley", "delphine-tarrow"]),
    ),
    ("instrument=drum-kit&way=remote&place=Nashville&sort=rate", Only(&["otis-fennimore"])),
    (
        "instrument=fiddle&genre=country&sort=credits",
        First(&["maren-oakley", "delphine-tarrow", "josiah-pell"]),
    ),
];

/// Nobody fits: what giving up each single condition would bring, the easiest first.
const NOBODY: [(&str, &[&str]); 6] = [
    (
        "instrument=theremin&place=Nashville",
        &["Without the place: 1 player", "Without the instrument: 12 players"],
    ),
    (
        "instrument=kora&place=London&way=room",
        &["Without the place: 1 player", "Without the instrument: 6 players"],
    ),
    (
        "q=maren+oakley&instrument=kora",
        &["Without the words: 1 player", "Without the instrument: 1 player"],
    ),
    (
        "instrument=fiddle&place=Nashville&max=100&currency=USD",
        &["Without the top rate: 3 players"],
    ),
    (
        "instrument=cello&place=London&charts=numbers",
        &["Without the charts: 1 player", "Without the instrument: 1 player"],
    ),
    (
        "instrument=fiddle&place=Nashville&date=2026-12-06&from=10:00&to=13:00&zone=America/Chicago",
        &["Without the time: 3 players"],
    ),
];

/// The sample world, with what only some players say of themselves set here.
async fn world() -> TestApp {
    let app = TestApp::new().await;
    assert!(first_call::sample::fill(app.db(), app.now()).await.unwrap());
    for said in [
        "update musicians set languages = '{en}', unions = '{}'",
        "update musicians set languages = '{cy,en}' where slug = 'cerys-vaughan-hale'",
        "update musicians set unions = '{afm}' where slug in ('delphine-tarrow', 'ysolde-marchbanks')",
    ] {
        sqlx::query(said).execute(app.db()).await.unwrap();
    }
    app
}

async fn slugs(anyone: &Client, query: &str) -> Vec<String> {
    let found = anyone.get(&format!("/api/v1/musicians?{query}")).await;
    let found = found.expect(StatusCode::OK).json();
    let slug = |hit: &Value| hit["slug"].as_str().unwrap().to_owned();
    found["items"].as_array().unwrap().iter().map(slug).collect()
}

impl Whom {
    fn is(&self, found: &[String]) -> bool {
        let set = |some: &[&str]| some.iter().map(|one| (*one).to_owned()).collect::<BTreeSet<_>>();
        let first = |n: usize| found.iter().take(n).cloned().collect::<BTreeSet<_>>();
        let all = first(found.len());
        match self {
            First(some) => found.len() >= some.len() && found[..some.len()] == **some,
            Among(some) => first(some.len()) == set(some),
            Only(some) => found == *some,
            Just(some) => all == set(some),
            With(some, others) => set(some).is_subset(&all) && set(others).is_disjoint(&all),
        }
    }
}

#[tokio::test]
async fn producers_find_first_whom_they_mean() {
    let app = world().await;
    let anyone = app.stranger();
    let mut wrong = Vec::new();
    let words = WORDS
        .iter()
        .map(|(words, whom)| (serde_urlencoded::to_string([("q", words)]).unwrap(), whom));
    let filters = FILTERS.iter().map(|(query, whom)| ((*query).to_owned(), whom));
    for (query, whom) in words.chain(filters) {
        let found = slugs(&anyone, &query).await;
        if !whom.is(&found) {
            wrong.push(format!("{query}: {whom:?}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn where_nobody_fits_each_condition_given_up_says_whom_it_would_bring() {
    let app = world().await;
    let anyone = app.stranger();
    for (query, says) in NOBODY {
        let page = anyone.get(&format!("/musicians?{query}")).await.expect(StatusCode::OK);
        assert_eq!(page.texts(".empty h3"), ["Nobody fits all of that"], "{query}");
        assert_eq!(page.texts(".empty .hit"), says, "{query}");
        for (link, says) in page.attributes(".empty .hit", "href").iter().zip(says) {
            let looser = anyone.get(link).await.expect(StatusCode::OK);
            let players = looser.texts(".listhead h2").concat();
            let told = says.rsplit(": ").next().unwrap();
            assert!(players.starts_with(told), "{query}: {link} {players}, not {told}");
        }
    }
}

#[tokio::test]
async fn a_slip_is_read_as_what_those_who_are_found_have() {
    let app = world().await;
    for (typed, says) in [
        ("pedle+steel", "“pedle” was read as “pedal”."),
        ("hamond", "“hamond” was read as “hammond”."),
        ("fidle", "“fidle” was read as “fiddle”."),
    ] {
        let page =
            app.stranger().get(&format!("/musicians?q={typed}")).await.expect(StatusCode::OK);
        assert_eq!(page.texts(".notice").concat(), says);
    }
    // Neither a beginning nor an accent is a slip.
    for typed in ["mare", "benoît", "drummers"] {
        let page = app
            .stranger()
            .get(&format!("/musicians?{}", serde_urlencoded::to_string([("q", typed)]).unwrap()))
            .await;
        assert_eq!(page.texts(".notice"), [""; 0], "{typed}");
    }
}

/// Who has played for somebody is found by their name and by the titles, and nobody else is.
#[tokio::test]
async fn artists_and_recordings_lead_to_those_who_played_for_them() {
    let app = world().await;
    // Of a name with an accent, of whoever played on the first recording there is.
    sqlx::query("update recordings set artist = 'Beyoncé Çelik' where id = (select min(recording_id) from credits
                 where status = 'confirmed' and musician_id = 1)")
        .execute(app.db())
        .await
        .unwrap();
    let played = "select m.slug from credits c join recordings r on r.id = c.recording_id
         join musicians m on m.id = c.musician_id
         where c.status = 'confirmed' and m.status = 'published' and (r.artist = $1 or r.title = $1)
         group by m.slug";
    let anyone = app.stranger();
    for (typed, name) in [
        ("Beyonce Celik", "Beyoncé Çelik"),
        ("beyonsé", "Beyoncé Çelik"),
        ("june harrow lamplighters", "June Harrow & the Lamplighters"),
        ("June Harow", "June Harrow & the Lamplighters"),
        ("trevane", "Silas Trevane"),
        ("Sugar Creek Turnaround", "Sugar Creek Turnaround"),
        ("adjoua keita", "Adjoua Keïta-Marsh"),
        ("pettiford", "Roscoe Pettiford"),
        ("lamplihgters", "June Harrow & the Lamplighters"),
        ("dust on the piano", "Dust on the Piano"),
        ("ninety miles of clover", "Ninety Miles of Clover"),
    ] {
        let expected: Vec<String> =
            sqlx::query_scalar(played).bind(name).fetch_all(app.db()).await.unwrap();
        let expected: BTreeSet<String> = expected.into_iter().collect();
        assert!(!expected.is_empty(), "somebody played {name}");
        let query = serde_urlencoded::to_string([("q", typed)]).unwrap();
        let found = slugs(&anyone, &query).await;
        let page: BTreeSet<String> = found.iter().cloned().collect();
        match expected.len() {
            ..=12 => assert_eq!(page, expected, "{typed}"),
            _ => assert!(page.is_subset(&expected), "{typed}: {page:?}, not of {expected:?}"),
        }
    }
}
