//! Fits additions to the shipped weights: logistic regression that is drawn towards adding nothing.
//!
//! Each example holds a share of the sum (stochastic dual ascent): no step size to choose, and the result hardly depends
//! on the order, so that a stream sorted by label does no harm. Whoever says things that neither the model nor anybody else
//! agrees with is believed less and less: the share of careless words is estimated for each voice meanwhile.

use crate::triage::model::math::{exp, real};

/// An example as the fit sees it.
#[derive(Clone, Debug)]
pub(super) struct Sample<const K: usize> {
    /// Its features, numbered by [`super::columns::Columns`].
    pub(super) columns: Vec<u32>,
    /// What each feature counts.
    pub(super) scale: f32,
    /// What the shipped model says.
    pub(super) base: [f32; K],
    /// What it is said to be.
    pub(super) label: usize,
    /// What it weighs.
    pub(super) weight: f32,
    /// Who said so; `None` if nobody did in words.
    pub(super) voice: Option<usize>,
}

impl<const K: usize> Sample<K> {
    /// What the shipped model takes it for.
    pub(super) fn shown(&self) -> usize {
        best(&self.base)
    }
}

/// How it is fitted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    /// How strongly the weights are drawn towards nothing.
    pub(super) hold: f32,
    /// The same for what is added to every text.
    pub(super) hold_bias: f32,
    /// How far rare labels are weighed up: 0 not at all, 1 until all weigh the same.
    pub(super) balance: f32,
}

/// Rounds over the examples.
const ROUNDS: usize = 8;
/// Rounds after which the voices are looked at again.
const LOOK: usize = 2;
/// Before anything is known of a voice, so much of what it says is careless,
const CARELESS: f32 = 0.1;
/// and that counts like so many of its words.
const BENEFIT: f32 = 10.0;
/// How likely careless words hit what they hit: rather on the low side, since corrections are surprises.
const BY_CHANCE: f32 = 0.25;
/// The rarest label weighs at most so many times more.
const MOST: f32 = 4.0;
/// No share of the shipped model is taken for less, so that anything can be learned.
const FLOOR: f32 = 1e-4;

/// What was fitted.
#[derive(Clone, Debug)]
pub(super) struct Fitted<const K: usize> {
    pub(super) rows: Vec<[f32; K]>,
    pub(super) bias: [f32; K],
}

impl<const K: usize> Fitted<K> {
    /// What it makes of an example at a part of its strength.
    pub(super) fn read(&self, sample: &Sample<K>, strength: f32) -> [f32; K] {
        let logits = self.logits(sample).map(|l| l * strength);
        shares(&sample.base, logits)
    }

    fn logits(&self, sample: &Sample<K>) -> [f32; K] {
        let mut sums = [0.0; K];
        for row in sample.columns.iter().filter_map(|c| self.rows.get(*c as usize)) {
            for (sum, weight) in sums.iter_mut().zip(row) {
                *sum += weight;
            }
        }
        for (sum, bias) in sums.iter_mut().zip(&self.bias) {
            *sum = *sum * sample.scale + bias;
        }
        sums
    }
}

/// The largest; of equal ones the first.
pub(super) fn best<const K: usize>(shares: &[f32; K]) -> usize {
    let mut best = 0;
    for (i, share) in shares.iter().enumerate() {
        if shares.get(best).is_none_or(|most| share > most) {
            best = i;
        }
    }
    best
}

fn shares<const K: usize>(base: &[f32; K], logits: [f32; K]) -> [f32; K] {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut shares = [0.0; K];
    for ((share, base), logit) in shares.iter_mut().zip(base).zip(logits) {
        *share = base.max(FLOOR) * exp(logit - most);
    }
    let sum: f32 = shares.iter().sum();
    shares.map(|s| s / sum)
}

/// Fits additions for examples whose columns are below `columns`.
pub(super) fn fit<const K: usize>(samples: &[&Sample<K>], columns: usize, options: Options) -> Fitted<K> {
    let mut out = Fitted { rows: vec![[0.0; K]; columns], bias: [0.0; K] };
    let worth = worth(samples, options.balance);
    let reach = 1.0 / options.hold + 1.0 / options.hold_bias;
    let mut held = vec![[0.0_f32; K]; samples.len()];
    let mut belief = vec![1.0_f32; samples.len()];
    let mut careless = vec![CARELESS; samples.iter().filter_map(|s| s.voice).max().map_or(0, |v| v + 1)];
    let mut order: Vec<usize> = (0..samples.len()).collect();
    let mut dice = fastrand::Rng::with_seed(5);
    for round in 0..ROUNDS {
        if round % LOOK == 0 {
            listen(samples, &out, &held, reach, &mut careless, &mut belief);
        }
        dice.shuffle(&mut order);
        for at in &order {
            let (Some(sample), Some(held), Some(belief)) = (samples.get(*at), held.get_mut(*at), belief.get(*at))
            else {
                continue;
            };
            let weight = sample.weight * belief * worth.get(sample.label).copied().unwrap_or(1.0);
            let now = shares(&sample.base, out.logits(sample));
            let step = 1.0 / (1.0 + 0.5 * weight * reach);
            let mut change = [0.0; K];
            for (class, ((change, held), now)) in change.iter_mut().zip(held).zip(now).enumerate() {
                let right = if class == sample.label { 1.0 } else { 0.0 };
                *change = step * (weight * (right - now) - *held);
                *held += *change;
            }
            let each = change.map(|c| c / options.hold * sample.scale);
            for column in &sample.columns {
                if let Some(row) = out.rows.get_mut(*column as usize) {
                    add(row, &each);
                }
            }
            add(&mut out.bias, &change.map(|c| c / options.hold_bias));
        }
    }
    out
}

/// Looks at what each voice said, by what all the others taught: how likely each word was meant, and how careless the voice is.
fn listen<const K: usize>(
    samples: &[&Sample<K>],
    fitted: &Fitted<K>,
    held: &[[f32; K]],
    reach: f32,
    careless: &mut [f32],
    belief: &mut [f32],
) {
    let mut sums = vec![(CARELESS * BENEFIT, BENEFIT); careless.len()];
    for ((sample, held), belief) in samples.iter().zip(held).zip(belief) {
        let Some(voice) = sample.voice else { continue };
        let mut without = fitted.logits(sample);
        for (logit, own) in without.iter_mut().zip(held) {
            *logit -= own * reach;
        }
        let likely = shares(&sample.base, without).get(sample.label).copied().unwrap_or_default();
        let rate = careless.get(voice).copied().unwrap_or(CARELESS);
        let meant = (1.0 - rate) * likely;
        *belief = meant / (meant + rate * BY_CHANCE);
        if let Some((sum, n)) = sums.get_mut(voice) {
            *sum += 1.0 - *belief;
            *n += 1.0;
        }
    }
    for (rate, (sum, n)) in careless.iter_mut().zip(sums) {
        *rate = (sum / n).clamp(0.02, 0.98);
    }
}

fn add<const K: usize>(to: &mut [f32; K], more: &[f32; K]) {
    for (to, more) in to.iter_mut().zip(more) {
        *to += more;
    }
}

/// What an example of each label weighs more than it would by itself.
fn worth<const K: usize>(samples: &[&Sample<K>], balance: f32) -> [f32; K] {
    let mut sums = [0.0_f32; K];
    for sample in samples {
        if let Some(sum) = sums.get_mut(sample.label) {
            *sum += sample.weight;
        }
    }
    let there = real(sums.iter().filter(|s| **s > 0.0).count().max(1));
    let mean = sums.iter().sum::<f32>() / there;
    sums.map(|sum| quarters(mean / sum.max(1.0), balance).min(MOST))
}

/// x to a power of whole quarters: square roots are exact everywhere.
fn quarters(x: f32, power: f32) -> f32 {
    let root = x.sqrt().sqrt();
    let mut out = 1.0;
    let mut left = power * 4.0;
    while left >= 0.5 {
        out *= root;
        left -= 1.0;
    }
    out
}
