use fastrand::Rng;

/// A wheel of fortune whose fields have different widths.
#[derive(Clone, Debug, Default)]
pub(super) struct Wheel {
    /// Where each field ends.
    ends: Vec<f64>,
}

impl Wheel {
    pub(super) fn of(widths: impl IntoIterator<Item = f64>) -> Wheel {
        let mut end = 0.0;
        let ends = widths.into_iter().map(|width| {
            end += width;
            end
        });
        Wheel { ends: ends.collect() }
    }

    /// Zipf's law, less steep at its top: the share of the one at each rank, given all ranks.
    pub(super) fn zipf(ranks: impl IntoIterator<Item = usize>, steepness: f64) -> Wheel {
        Wheel::of(ranks.into_iter().map(|rank| (rank as f64 + 3.0).powf(-steepness)))
    }

    /// The number of a field.
    pub(super) fn spin(&self, dice: &mut Rng) -> usize {
        let all = self.ends.last().copied().unwrap_or(0.0);
        let at = dice.f64() * all;
        self.ends.partition_point(|end| *end <= at).min(self.ends.len().saturating_sub(1))
    }

    /// Where a field begins and ends, as parts of the whole.
    pub(super) fn field(&self, at: usize) -> (f64, f64) {
        let all = self.ends.last().copied().unwrap_or(1.0);
        let begin = if at == 0 { 0.0 } else { self.ends[at - 1] };
        (begin / all, self.ends[at] / all)
    }
}

/// A throw of the normal distribution.
pub(super) fn normal(dice: &mut Rng) -> f64 {
    let (radius, angle) = (1.0 - dice.f64(), dice.f64() * std::f64::consts::TAU);
    (-2.0 * radius.ln()).sqrt() * angle.cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_fields_come_up_more_often() {
        let wheel = Wheel::zipf(0..200, 1.25);
        let mut dice = Rng::with_seed(7);
        let mut came = vec![0; 200];
        (0..100_000).for_each(|_| came[wheel.spin(&mut dice)] += 1);
        assert!(came[0] > 10_000 && came[0] > 50 * came[199], "{} {}", came[0], came[199]);
        assert!(came[199] > 0);
    }

    #[test]
    fn a_normal_throw_is_around_nought() {
        let mut dice = Rng::with_seed(7);
        let throws: Vec<f64> = (0..10_000).map(|_| normal(&mut dice)).collect();
        let mean = throws.iter().sum::<f64>() / 10_000.0;
        let variance = throws.iter().map(|x| x * x).sum::<f64>() / 10_000.0;
        assert!(mean.abs() < 0.05 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
    }
}
