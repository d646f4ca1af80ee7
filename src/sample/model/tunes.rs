//! What the players of the sample world sound like: phrases drawn from a seed and played by the
//! simplest models there are of a string, a pipe and a drum. Nobody's recording is in them.

use std::f32::consts::TAU;

pub(in crate::sample) const RATE: u32 = 16_000;
/// Halftones of a scale that sounds well in any order.
const SCALE: [i32; 8] = [0, 2, 4, 7, 9, 12, 14, 16];
/// Beats of a phrase.
const RHYTHM: [f32; 8] = [1.0, 0.5, 0.5, 1.0, 0.75, 0.25, 1.0, 2.0];

/// How a note is made.
#[derive(Clone, Copy)]
enum Body {
    Plucked,
    /// Bowed, blown or sung: how much of each overtone, against the one before.
    Held(f32),
    Struck,
    Drummed,
}

/// A tune of some seconds for an instrument of this family.
pub(in crate::sample) fn tune(family: &str, seed: u64) -> Vec<f32> {
    let (body, root) = match family {
        "basses" => (Body::Plucked, 55.0),
        "guitars" => (Body::Plucked, 164.8),
        "plucked-strings" => (Body::Plucked, 220.0),
        "keys" => (Body::Struck, 261.6),
        "tuned-percussion" => (Body::Struck, 349.2),
        "drums" | "percussion" => (Body::Drummed, 90.0),
        "brass" => (Body::Held(0.75), 174.6),
        "voices" => (Body::Held(0.5), 220.0),
        "woodwind" => (Body::Held(0.35), 293.7),
        _ => (Body::Held(0.65), 293.7),
    };
    let mut dice = fastrand::Rng::with_seed(seed);
    let beat = 0.3 + dice.f32() * 0.15;
    let mut tune = Vec::new();
    let mut step = 2;
    for (at, beats) in RHYTHM.iter().chain(&RHYTHM).chain(&RHYTHM).enumerate() {
        step = (step + dice.usize(0..3) + SCALE.len() - 1) % SCALE.len();
        let pitch = root * 2f32.powf(SCALE[step] as f32 / 12.0);
        let length = (beats * beat * RATE as f32) as usize;
        let loud = 0.22 + 0.08 * f32::from(u8::from(at % 4 == 0)) + dice.f32() * 0.05;
        let notes = note(body, pitch, length, &mut dice);
        tune.extend(notes.into_iter().map(|sample| (sample * loud).clamp(-0.9, 0.9)));
    }
    tune
}

fn note(body: Body, pitch: f32, length: usize, dice: &mut fastrand::Rng) -> Vec<f32> {
    let time = |n: usize| n as f32 / RATE as f32;
    // Neither begins nor ends with a click.
    let edge = |n: usize| (time(n) * 100.0).min(1.0) * (time(length - n) * 50.0).min(1.0);
    match body {
        Body::Plucked => {
            // Karplus and Strong: noise that goes round, and loses its edge each time.
            let mut string: Vec<f32> =
                (0..(RATE as f32 / pitch) as usize).map(|_| dice.f32() * 2.0 - 1.0).collect();
            let round = string.len();
            let mut pluck = |n: usize| {
                let next = string[(n + 1) % round];
                let now = std::mem::replace(&mut string[n % round], 0.0);
                string[n % round] = (now + next) * 0.498;
                now
            };
            (0..length).map(|n| pluck(n) * edge(n)).collect()
        }
        Body::Held(overtones) => {
            let mut turn = 0.0;
            let mut sing = |n: usize| {
                let vibrato = 1.0 + 0.004 * (time(n) * 5.5 * TAU).sin() * (time(n) * 4.0).min(1.0);
                turn += pitch * vibrato / RATE as f32;
                let tone = |k: i32| overtones.powi(k - 1) * (turn * k as f32 * TAU).sin();
                (1..=6).map(tone).sum::<f32>() * (time(n) * 12.0).min(1.0) * 0.5
            };
            (0..length).map(|n| sing(n) * edge(n)).collect()
        }
        Body::Struck => {
            let tone = |n: usize, k: f32, fades: f32| {
                (time(n) * pitch * k * TAU).sin() * (-time(n) * fades).exp()
            };
            let ring = |n| tone(n, 1.0, 3.0) + 0.4 * tone(n, 2.0, 5.0) + 0.2 * tone(n, 4.1, 9.0);
            (0..length).map(|n| ring(n) * edge(n) * 0.8).collect()
        }
        Body::Drummed => {
            let hit = |n: usize, dice: &mut fastrand::Rng| {
                let skin = (time(n) * pitch * TAU).sin() * (-time(n) * 14.0).exp();
                skin + (dice.f32() - 0.5) * (-time(n) * 30.0).exp()
            };
            (0..length).map(|n| hit(n, dice) * edge(n)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_family_has_a_sound_of_its_own_and_the_same_each_time() {
        let families = ["strings", "guitars", "basses", "keys", "drums", "voices", "brass"];
        let tunes: Vec<_> = families.iter().map(|family| tune(family, 7)).collect();
        for (family, one) in families.iter().zip(&tunes) {
            assert_eq!(*one, tune(family, 7));
            assert!(one.len() > 5 * RATE as usize && one.len() < 20 * RATE as usize, "{family}");
            assert!(one.iter().any(|sample| sample.abs() > 0.1), "{family}");
            assert!(one.iter().all(|sample| sample.abs() <= 0.9), "{family}");
        }
    }
}
