use proptest::prelude::*;

use super::*;

#[track_caller]
fn reads(written: &str, shown: &str) {
    assert_eq!(without_contact_details(written), shown, "{written}");
    assert_eq!(has_contact_details(written), written != shown);
}

#[track_caller]
fn stays(written: &str) {
    reads(written, written);
}

#[test]
fn addresses_are_hidden_however_they_are_spelled() {
    reads("Write to maren.oakley+fiddle@mail.example.com.", "Write to [e-mail hidden].");
    reads("MAREN@GMAIL.COM, any time", "[e-mail hidden], any time");
    reads("mail (maren@gmail.com)", "mail ([e-mail hidden])");
    reads("maren at gmail dot com", "[e-mail hidden]");
    reads("maren (at) gmail.com, or ring", "[e-mail hidden], or ring");
    reads("maren[at]gmail[dot]com", "[e-mail hidden]");
    reads("maren @ gmail.com", "[e-mail hidden]");
    reads("åse@blåbær.no", "[e-mail hidden]");
}

#[test]
fn numbers_are_hidden_as_people_write_them() {
    for number in [
        "615-555-0123",
        "(615) 555-0123",
        "615.555.0123",
        "615 555 0123",
        "6155550123",
        "1-615-555-0123",
        "+1 (615) 555-0123",
        "+44 7700 900123",
        "+44 (0)7700 900123",
        "0044 7700 900123",
        "07700 900123",
        "07700900123",
        "020 7946 0018",
        "06 12 34 56 78",
        "030/1234567",
        "+49 30 1234567",
        "044 123 45 67",
        "02 9876 5432",
        "555-0123",
    ] {
        reads(number, "[number hidden]");
        reads(&format!("Ring {number}, please."), "Ring [number hidden], please.");
    }
    reads("at 10:00 615-555-0123 10 am", "at 10:00 [number hidden] 10 am");
    reads("Fee $380, 615-555-0123 10:30", "Fee $380, [number hidden] 10:30");
    reads("Cell: 612 345 678", "Cell: [number hidden]");
    reads("my phone number is 5550123", "my phone number is [number hidden]");
}

#[test]
fn links_and_handles_are_hidden() {
    reads("https://marenoakley.example/fiddle?x=1.", "[link hidden].");
    reads("See www.marenoakley.test, or not", "See [link hidden], or not");
    reads("Hear marenoakley.com/reel!", "Hear [link hidden]!");
    reads("site:marenoakley.co.uk", "site:[link hidden]");
    reads("t.me/maren or wa.me/16155550123", "[link hidden] or [link hidden]");
    reads("I am @maren_oakley. You?", "I am [handle hidden]. You?");
    reads("insta: marenfiddle", "insta: [handle hidden]");
    reads("my Instagram is marenfiddle, yes", "my Instagram is [handle hidden], yes");
    reads("IG: maren", "IG: [handle hidden]");
    reads("on Telegram as old_maren", "on Telegram as [handle hidden]");
}

#[test]
fn what_the_trade_writes_all_day_stays() {
    for text in [
        // Fees.
        "$380.00, or $1,200.50 for both; 1 200 000 plays; GBP 194.40; 380 USD",
        // Dates and times.
        "2026-12-08, 8/12/2026, 08.12.2026, 12-08-2026, Tue 8 Dec 2026",
        "10:00-13:00, 10.00–13.00, 0930-1230 and 1400-1700; 01:02:03:04; 9 a.m. to 1 p.m.",
        "08.12.2026 10:00-13:00, 09.12.2026 14:00-17:00",
        "2026-12-08T16:00:00Z",
        // Codes.
        "ISRC US-RC1-76-00833, USRC17600833, GB-AYE-76-00833; ISNI 0000 0001 2345 6789",
        "IPI 00123456789, EAN 5012345678900, booking 17, take 3, MBID 059b54-0123456789ab",
        // Tempos, bars, frequencies.
        "120 bpm, then 120 124 128 132; bars 33-48, 65-80, 101-116; 4/4, 12/8, 7/8",
        "48000 Hz, 44.1 kHz, 44100/48000, 24-bit; dip 250-1200 Hz; +3 dB, -14 LUFS, +10 cents",
        // Number charts, counts, tracks.
        "1 4 5 1 6 4 1 5 | 1155 6415 4411 5511; 1-4-5-4; 5 6 7 8",
        "tracks 01 02 03 04 05 06; takes 017 024 033",
        // Places.
        "1024 16th Avenue South, Nashville, TN 37212-1234; Boston 02139-4307; Room A.Then B",
        // Words.
        "Is it at the barn? See it.me and you, no.1, vol.2, feat.Maren, e.g. dust.wav, chart.pdf",
        "AC/DC and/or w/ brushes; 2 guitars @ $50; meet @ 10; a signal chain; snap on 2 and 4",
        "A discord in bar 4, an Instagram reel is fine, telegram-style vocals",
        "at the studio; look at that dot on the chart; R&B; Dr. No; St. Louis",
    ] {
        stays(text);
    }
}

#[test]
fn the_rest_of_a_line_stays_as_it_was() {
    let written = "Åse’s chart: bars 1–8.\nRing 615-555-0123 or mail maren@gmail.com.\n\nBye 🎻";
    let shown = "Åse’s chart: bars 1–8.\nRing [number hidden] or mail [e-mail hidden].\n\nBye 🎻";
    reads(written, shown);
}

proptest! {
    #[test]
    fn whatever_is_written_something_is_shown(text in "\\PC{0,80}") {
        without_contact_details(&text);
    }

    #[test]
    fn nothing_is_hidden_where_there_is_neither_digit_nor_dot_nor_at(text in "[a-zA-Z ,;!?’–\n]{0,80}") {
        prop_assume!(!text.to_lowercase().contains("dot"));
        let named = |word: &str| SERVICES.contains(&word) || SERVICES_BEFORE_A_COLON.contains(&word);
        prop_assume!(!text.to_lowercase().split_whitespace().any(named));
        prop_assert_eq!(without_contact_details(&text).into_owned(), text);
    }

    #[test]
    fn an_address_is_hidden_wherever_it_stands(before in "[a-z ,\n]{0,20}", after in "[ ,\n][a-z ,\n]{0,20}") {
        let address = "maren@example.com";
        let shown = without_contact_details(&format!("{before} {address}{after}")).into_owned();
        prop_assert!(!shown.contains("maren@"));
        prop_assert!(shown.starts_with(&before));
    }
}
