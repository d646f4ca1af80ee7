//! What the world is written with. All of it is invented.

use std::sync::LazyLock;

use fastrand::Rng;

use crate::values::slug_of;

/// A name, and how it begins an address.
pub(super) struct Name {
    pub(super) full: String,
    pub(super) slug: String,
}

type Names = Vec<(&'static str, String)>;

static FIRST: LazyLock<Names> = LazyLock::new(|| names(FIRST_NAMES));
static LAST: LazyLock<Names> = LazyLock::new(|| names(LAST_NAMES));
static BEGINS: LazyLock<Vec<&str>> = LazyLock::new(|| TITLE_BEGINS.split_whitespace().collect());
static ENDS: LazyLock<Vec<&str>> = LazyLock::new(|| TITLE_ENDS.split_whitespace().collect());
static BANDS: LazyLock<Vec<&str>> = LazyLock::new(|| ARTIST_ENDS.split_whitespace().collect());

fn names(list: &'static str) -> Names {
    list.split_whitespace()
        .map(|name| (name, slug_of(name, "player").as_str().to_owned()))
        .collect()
}

pub(super) fn name(dice: &mut Rng) -> Name {
    let (first, last) = (&FIRST[dice.usize(..FIRST.len())], &LAST[dice.usize(..LAST.len())]);
    Name { full: format!("{} {}", first.0, last.0), slug: format!("{}-{}", first.1, last.1) }
}

pub(super) fn title(dice: &mut Rng) -> String {
    let (begin, end) = (BEGINS[dice.usize(..BEGINS.len())], ENDS[dice.usize(..ENDS.len())]);
    match dice.u8(..4) {
        0 => format!("The {begin} {end}"),
        1 => format!("{end} of the {begin} {}", ENDS[dice.usize(..ENDS.len())]),
        _ => format!("{begin} {end}"),
    }
}

pub(super) fn artist(dice: &mut Rng) -> String {
    match dice.u8(..3) {
        0 => name(dice).full,
        1 => format!(
            "The {} {}",
            BEGINS[dice.usize(..BEGINS.len())],
            BANDS[dice.usize(..BANDS.len())]
        ),
        _ => format!(
            "{} & the {}",
            FIRST[dice.usize(..FIRST.len())].0,
            BANDS[dice.usize(..BANDS.len())]
        ),
    }
}

/// Of `EUR:AT,BE JPY:JP` each country with what stands before it.
pub(super) fn pairs(list: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = list.split_whitespace().filter_map(|line| line.split_once(':'));
    lines.flat_map(|(code, countries)| countries.split(',').map(move |country| (country, code)))
}

const FIRST_NAMES: &str = "Ada Aiko Alba Amara Amir Ana Anders Anouk Arjun Astrid Beatriz \
    Ben Björn Bruno Caio Camille Carla Carlos Chloé Clara Dario David Diego Dmitri Edda Elena Elias \
    Emeka Emil Emma Esra Esther Eva Fatima Félix Fiona Frida Gabriel Giulia Grace Greta Hana Hassan \
    Hugo Ida Ines Ingrid Isaac Isla Ivan Jack Jana Jasper Joana João Jonas José Julia Kaito Karim \
    Kenji Kofi Lars Laura Leila Lena Leo Lina Lucas Lucía Luis Lukas Mai Malik Mara Marco Maren Maria \
    Marta Mateo Maya Mei Miguel Mina Miriam Nadia Naomi Nico Nils Nina Noah Noor Olga Oscar Otto \
    Pablo Paula Pedro Petra Priya Rafael Ravi Rosa Ruth Sam Sara Seo-yeon Sofia Stefan Tariq Tess \
    Thomas Tom Uma Vera Victor Wren Yara Yuki Zoe";

const LAST_NAMES: &str = "Abara Adler Aguilar Ahmed Almeida Alvarez Andersson Baker Banerjee \
    Barros Bauer Becker Bell Bennett Berg Bianchi Blake Boateng Brandt Brooks Bui Byrne Campos \
    Cardoso Carter Castro Chavez Chen Cho Clarke Cole Conti Costa Cruz Dahl Das Diallo Dias Duarte \
    Dubois Duval Ellis Eriksen Esposito Evans Faber Farah Fischer Flynn Fontaine Foster Franco Fujita \
    García Gomes Grant Graves Greco Gupta Haas Hale Hansen Hart Hassan Hayes Herrera Hill Holm Hoshino \
    Hughes Ibarra Ito Ivanov Jansen Jensen Jiménez Johansson Kamara Kapoor Keller Kelly Khan Kim Klein \
    Kovač Kowalski Kumar Lange Larsen Laurent Lee Lehmann León Lind Lopes Lund Mancini Marino Martins \
    Mbeki Mehta Mendes Meyer Miller Molina Moore Moreau Moreno Müller Murphy Nair Nakamura Navarro \
    Ndiaye Nguyen Nolan Novak Nowak Oakley Obi Okafor Olsen Ortiz Owusu Park Patel Peña Pereira Petrov \
    Pires Popov Quinn Ramos Reyes Ricci Rivera Rossi Roux Ruiz Saito Salazar Sato Schmidt Serrano Shah \
    Silva Singh Soares Solberg Soto Stein Suzuki Takeda Tanaka Teixeira Torres Tran Vargas Vega Vidal \
    Vogel Wagner Walker Wang Ward Weber Weiss West Winter Wolf Wood Wright Yamada Yılmaz Young Zhang \
    Zieliński";

pub(super) const HEADLINES: [&str; 12] = [
    "{} for records that want to breathe",
    "{}, on time and in tune",
    "Studio {}, in your room or from mine",
    "{} with a light touch",
    "First takes on {}",
    "{}: parts written, or found on the day",
    "Vintage {} and plain speech",
    "{} for songs with words worth hearing",
    "Session {}, twenty years of it",
    "{} that leaves room for the voice",
    "Warm {}, quick turnaround",
    "{} for stage bands and long nights of overdubs",
];

pub(super) const ABOUT: [&str; 16] = [
    "I grew up in a house where somebody always practised.",
    "Most of my work is overdubs: two takes, one safe and one that is not.",
    "I read charts and write them, and I bring pencils.",
    "Ten years on the road taught me to listen first.",
    "My room is small, dry and quiet at night.",
    "I like a rough mix with the vocal in it, and a sentence about what the song is for.",
    "I send three takes and a comp, with the room microphones apart.",
    "Trained in an orchestra, cured in a bar band.",
    "I have played weddings, films and one very cold barn.",
    "If the part is already right I will say so and leave it.",
    "I keep spare strings, spare reeds and spare coffee.",
    "Old instruments, kept well; new ones where the old ones would break.",
    "I answer the same day.",
    "I play to a click, around it or without one.",
    "Arranging is half of what I am called for.",
    "Happy to double, stack and sing the odd harmony.",
];

pub(super) const GEAR: [&str; 14] = [
    "a 1962 one with its first frets",
    "hand-made in the next village",
    "two of them, one bright and one dark",
    "ribbon microphones, valve preamps",
    "a workshop instrument of 1931",
    "small-diaphragm pair, no compression",
    "a student model that records better than it should",
    "my teacher's",
    "DI and a small amplifier",
    "a dozen kinds of mallets, sticks and bows",
    "flatwound, old, never changed",
    "contact microphone and a good room",
    "a loan from a museum, for recordings only",
    "",
];

pub(super) const RATES: [&str; 5] = [
    "Three hours, one song or several.",
    "Two rounds of changes.",
    "My own studio time and files at 96 kHz.",
    "Travel within the city.",
    "",
];

pub(super) const ROOMS: [&str; 5] = [
    "A treated room of 20 m², two good microphones, Pro Tools.",
    "Logic, a vocal booth, a valve preamp.",
    "A converted barn with a high ceiling.",
    "Reaper, an interface with eight inputs, a quiet flat.",
    "",
];

const TITLE_BEGINS: &str = "Amber Another Blue Bright Broken Burning City Cold Copper \
    Distant Dusty Early Easy Empty Evening Every Faded Falling First Forgotten Gentle Golden Half \
    Harbour Hidden High Hollow Iron Kitchen Last Late Little Long Lost Low Midnight Morning Narrow \
    New Northern Old Open Other Painted Paper Quiet Red River Salt Second Silver Slow Small Southern \
    Stolen Summer Tender Thin Thousand Tin Velvet White Wild Winter Wooden Yellow";

const TITLE_ENDS: &str = "Afternoon Arrow Avenue Balcony Bell Birds Bridge Candle Carousel \
    Chair Choir Clouds Coast Corner Daughters Days Departure Door Echo Engine Fences Fever Field \
    Fire Flags Garden Ghost Girl Glass Ground Guitar Hands Heart Highway Hour House Hymn Island \
    Ladder Lanterns Letter Light Lines Lovers Machine Map Mercy Mile Mirror Moon Orchard Parade \
    Photograph Piano Promise Radio Rain River Road Room Sea Shadow Signal Sky Sleep Snow Song Stairs \
    Station Stone Street Sun Telephone Thunder Town Train Valley Voices Water Weather Window Wire \
    Wonder Year";

const ARTIST_ENDS: &str = "Assembly Band Brothers Choir Club Collective Company Ensemble \
    Family Five Four Heirs Hearts Kings Lights Orchestra Parade Players Project Quartet Queens Rangers \
    Riders Saints Sisters Society Sons Strangers Thieves Trio Union Waits";

pub(super) const BRIEFS: [&str; 6] = [
    "One song at 92 beats, in G. The verse needs air, the last chorus everything.",
    "Two overdubs and a double. A chart comes the day before.",
    "We want the part that the demo only hints at. Bring ideas.",
    "Straight to tape, the whole band in one room. Three takes at most.",
    "A title theme of ninety seconds, with a click and a rough mix.",
    "Four short cues. Stems and a stereo mix are in the folder.",
];

pub(super) const PRAISE: [&str; 7] = [
    "Prepared, quick and kind. Two takes and done.",
    "Found a part we had not thought of.",
    "Files were in order, and early.",
    "Played exactly what the song wanted.",
    "Good company for a long day.",
    "A little late, but the playing was worth the wait.",
    "",
];

/// Those most asked for, the most first; all others follow in the catalog's order.
pub(super) const INSTRUMENTS: &str = "electric-guitar lead-vocal drum-kit acoustic-guitar electric-bass \
    piano background-vocal keyboards synthesizer percussion double-bass violin cello tenor-saxophone \
    trumpet rap fiddle hammond-organ alto-saxophone drum-programming rhodes viola flute \
    clarinet trombone mandolin nylon-string-guitar ukulele pedal-steel-guitar accordion congas \
    five-string-banjo upright-piano french-horn harp harmonica oboe resonator-guitar slide-guitar \
    baritone-saxophone soprano-saxophone cajon lap-steel-guitar flugelhorn bassoon vibraphone \
    wurlitzer soprano-voice tenor-voice alto-voice";

/// As [`INSTRUMENTS`].
pub(super) const GENRES: &str = "pop rock jazz country folk singer-songwriter indie-rock hip-hop \
    soul-and-rnb electronic classical blues americana latin indie-pop film-score funk soul rnb metal \
    gospel film-and-tv punk alternative-rock reggae bluegrass classic-rock orchestral salsa neo-soul \
    house jazz-fusion folk-rock tv-and-advertising worship musical-theatre bossa-nova afrobeat";

/// Where a currency is spent that exchange rates are kept for; everywhere else it is dollars.
pub(super) const CURRENCIES: &str = "EUR:AT,BE,CY,DE,EE,ES,FI,FR,GR,HR,IE,IT,LT,LU,LV,MT,NL,PT,SI,SK \
    JPY:JP BGN:BG CZK:CZ DKK:DK GBP:GB HUF:HU PLN:PL RON:RO SEK:SE CHF:CH,LI ISK:IS NOK:NO TRY:TR \
    AUD:AU BRL:BR CAD:CA CNY:CN HKD:HK IDR:ID ILS:IL INR:IN KRW:KR MXN:MX MYR:MY NZD:NZ PHP:PH \
    SGD:SG THB:TH ZAR:ZA";

/// What is spoken where, beside English.
pub(super) const LANGUAGES: &str = "de:DE,AT,CH es:ES,MX,AR,CO,PE,CL,VE,EC,CU,GT,UY,BO,DO fr:FR,BE,CI,SN \
    pt:BR,PT,AO,MZ it:IT nl:NL,BE ja:JP zh:CN,TW,HK,SG ko:KR hi:IN bn:BD ru:RU uk:UA pl:PL tr:TR \
    ar:EG,MA,DZ,SA,IQ,JO,LB sv:SE da:DK nb:NO fi:FI cs:CZ hu:HU ro:RO el:GR he:IL th:TH vi:VN id:ID";

/// Whose players are organised where.
pub(super) const UNIONS: &str = "afm:US,CA sag-aftra:US mu:GB mui:IE meaa:AU creo:NO dmf:DK fih:IS \
    kunstenbond:NL muj:JP musikerforbundet:SE muusikkojen-liitto:FI smv:CH snam-cgt:FR";
