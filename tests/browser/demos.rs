use std::{f64::consts::TAU, path::PathBuf};

use thirtyfour::prelude::*;

use crate::support::{Browser, Screen, Site};

/// Files to send.
struct Sounds(tempfile::TempDir);

impl Sounds {
    fn new() -> Sounds {
        Sounds(tempfile::tempdir().unwrap())
    }

    /// Half a minute of A, its peak at so many dBFS, as a WAV of one channel.
    fn tone(&self, name: &str, decibels: f64) -> PathBuf {
        const RATE: u32 = 16_000;
        let most = 10f64.powf(decibels / 20.0) * 32_767.0;
        let sample = |n: u32| (most * (f64::from(n) * 440.0 / f64::from(RATE) * TAU).sin()) as i16;
        let data: Vec<u8> = (0..30 * RATE).flat_map(|n| sample(n).to_le_bytes()).collect();
        let length = data.len() as u32;
        let mut wav = b"RIFF".to_vec();
        wav.extend((length + 36).to_le_bytes());
        wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
        wav.extend(RATE.to_le_bytes());
        wav.extend((RATE * 2).to_le_bytes());
        wav.extend([2, 0, 16, 0]);
        wav.extend(b"data");
        wav.extend(length.to_le_bytes());
        wav.extend(data);
        self.write(name, &wav)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let file = self.0.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        file
    }
}

async fn choose_file(browser: &Browser, file: &std::path::Path) {
    browser.find("#file").await.send_keys(file.to_str().unwrap()).await.unwrap();
}

/// The one list item that is the demo of this title.
fn demo(title: &str) -> String {
    format!(".demo:has([aria-label='{title}'])")
}

async fn add(browser: &Browser, title: &str, file: &std::path::Path) {
    browser.go("/profile/demos").await;
    choose_file(browser, file).await;
    browser.fill("#title", title).await;
    browser.press("form[enctype] button.first").await;
    browser.expect(&format!("“{title}” is here: WAV, 0:30")).await;
}

async fn ask(browser: &Browser, script: &str) -> serde_json::Value {
    let answer = browser.page.execute(format!("return {script}"), vec![]).await.unwrap();
    answer.json().clone()
}

#[tokio::test]
async fn a_player_sends_demos_and_a_producer_plays_and_seeks_in_them_by_keys_and_pointer() {
    let (site, sounds) = (Site::start(), Sounds::new());
    let maren = Browser::open(&site.address, Screen::DESK).await;
    maren.sign_in("musician@example.test").await;
    add(&maren, "Loud", &sounds.tone("loud.wav", -9.0)).await;
    add(&maren, "Faint", &sounds.tone("faint.wav", -27.0)).await;
    assert_eq!(maren.faults().await, [""; 0]);

    let reader = Browser::open(&site.address, Screen::DESK).await;
    reader.go("/musicians/maren-oakley/demos").await;
    let (loud, faint) = (demo("Loud"), demo("Faint"));
    reader.press(&format!("{loud} .play")).await;
    reader.find(&format!("{loud} .play[aria-pressed='true']")).await;
    reader.find(&format!("{loud} .seek[aria-valuetext='0:01 of 0:30']")).await;
    let volume = ask(&reader, &format!("document.querySelector(\"{loud} audio\").volume")).await;
    let volume = volume.as_f64().unwrap();
    assert!(
        (volume - 10f64.powf(-18.0 / 20.0)).abs() < 0.02,
        "18 dB down, as loud as the faint: {volume}"
    );

    reader.press(&format!("{faint} .play")).await;
    reader.find(&format!("{faint} .play[aria-pressed='true']")).await;
    reader.find(&format!("{loud} .play[aria-pressed='false']")).await;
    reader.press(&format!("{faint} .play")).await;
    reader.find(&format!("{faint} .play[aria-pressed='false']")).await;

    // A click on the middle of a waveform is the middle of the sound.
    reader.press(&format!("{faint} .seek")).await;
    reader.find(&format!("{faint} .seek[aria-valuetext^='0:15 of']")).await;
    assert_eq!(reader.faults().await, [""; 0]);
    reader.show_on(Screen::DESK.dark()).await;
    assert_eq!(reader.faults().await, [""; 0]);
    reader.show_on(Screen::PHONE).await;
    reader.fits().await;
    maren.close().await;
    reader.close().await;
}

#[tokio::test]
async fn keys_alone_play_and_seek() {
    let (site, sounds) = (Site::start(), Sounds::new());
    let maren = Browser::open(&site.address, Screen::DESK.by_keyboard()).await;
    maren.sign_in("musician@example.test").await;
    add(&maren, "Dust on the Piano", &sounds.tone("take.wav", -12.0)).await;
    maren.go("/musicians/maren-oakley/demos").await;
    let demo = demo("Dust on the Piano");
    maren.press(&format!("{demo} .play")).await;
    maren.find(&format!("{demo} .play[aria-pressed='true']")).await;
    maren.key(Key::Enter).await;
    maren.find(&format!("{demo} .play[aria-pressed='false']")).await;
    maren.key(Key::Tab).await;
    let seek = format!("{demo} .seek");
    // On from the play button comes the credit's link, where there is one, then the waveform.
    assert_eq!(ask(&maren, "document.activeElement.getAttribute('role')").await, "slider");
    for (key, reads) in [
        (Key::Home, "0:00"),
        (Key::Right, "0:05"),
        (Key::Up, "0:10"),
        (Key::Left, "0:05"),
        (Key::PageUp, "0:08"),
        (Key::End, "0:30"),
        (Key::PageDown, "0:27"),
    ] {
        maren.key(key).await;
        maren.find(&format!("{seek}[aria-valuetext='{reads} of 0:30']")).await;
    }
    maren.key(Key::Space).await;
    maren.find(&format!("{demo} .play[aria-pressed='true']")).await;
    maren.find(&format!("{seek}[aria-valuetext='0:28 of 0:30']")).await;
    maren.close().await;
}

#[tokio::test]
async fn what_is_refused_is_told_above_the_form_and_nothing_that_was_typed_is_lost() {
    let (site, sounds) = (Site::start(), Sounds::new());
    let maren = Browser::open(&site.address, Screen::DESK).await;
    maren.sign_in("musician@example.test").await;
    maren.go("/profile/demos").await;
    choose_file(&maren, &sounds.write("my_best take.wav", b"no sound at all")).await;
    assert_eq!(maren.find("#title").await.prop("value").await.unwrap().unwrap(), "my best take");
    maren.press("form[enctype] button.first").await;
    maren.expect("File is called .wav, but it is not audio of that kind").await;
    assert_eq!(ask(&maren, "document.activeElement.id").await, "faults");
    assert_eq!(maren.find("#title").await.prop("value").await.unwrap().unwrap(), "my best take");
    maren.find(".field.bad #file[aria-invalid='true']").await;
    assert_eq!(maren.faults().await, [""; 0]);
    choose_file(&maren, &sounds.tone("take.wav", -12.0)).await;
    maren.press("form[enctype] button.first").await;
    maren.expect("“my best take” is here").await;
    maren.close().await;
}

#[tokio::test]
async fn without_a_script_a_demo_is_sent_and_played_by_the_browser_itself() {
    let (site, sounds) = (Site::start(), Sounds::new());
    let maren = Browser::open(&site.address, Screen::DESK.without_script()).await;
    maren.sign_in("musician@example.test").await;
    add(&maren, "Dust on the Piano", &sounds.tone("take.wav", -12.0)).await;
    maren.go("/musicians/maren-oakley/demos").await;
    let audio = maren.find(&format!("{} audio[controls]", demo("Dust on the Piano"))).await;
    assert!(audio.is_displayed().await.unwrap());
    maren.close().await;
}
