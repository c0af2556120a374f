//! How the weights come about: logistic regression by `AdaGrad`, in one thread, with one seed and arithmetic of our own, so
//! that the same data give the same bytes everywhere.

use super::features::{BUCKETS, features};
use super::math::{real, softmax};
use super::signs::Signs;
use super::tables::{PictureNames, Valences};
use super::text::{Token, tokens};
use super::weights::{Broken, MOST_STEPS, ROWS, Weights};
use super::{Delta, Model, odds};

/// A labelled text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What somebody wrote.
    pub text: String,
    /// 0 negative, 1 neutral, 2 positive.
    pub label: usize,
}

/// How it is trained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Rounds over the data.
    pub epochs: usize,
    /// How many of the last rounds are averaged.
    pub averaged: usize,
    /// The step of `AdaGrad`.
    pub rate: f32,
    /// How far rare labels are weighed up: 0 not at all, 1 until all weigh the same.
    pub balance: f32,
    /// The share of each text's features that is left out, another one each time.
    pub dropout: f32,
    /// What a label is worth; the rest goes to the others.
    pub certain: f32,
    /// Decides the order of the texts.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { epochs: 8, averaged: 3, rate: 0.05, balance: 1.0, dropout: 0.1, certain: 1.0, seed: 7 }
    }
}

/// The features of a text and its label.
struct Example {
    indices: Vec<u32>,
    scale: f32,
    label: usize,
}

/// A sequence of numbers without pattern (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        let n = u64::try_from(n.max(1)).unwrap_or(1);
        usize::try_from(self.roll() % n).unwrap_or_default()
    }

    /// Between 0 and 1.
    fn share(&mut self) -> f32 {
        real(usize::try_from(self.roll() >> 40).unwrap_or_default()) / 16_777_216.0
    }
}

/// Lists that the features need.
pub struct Lists<'l> {
    signs: Signs,
    valences: &'l Valences,
    pictures: &'l PictureNames,
}

impl<'l> Lists<'l> {
    /// The shipped list of emoticons, and what VADER has.
    pub fn new(valences: &'l Valences, pictures: &'l PictureNames) -> Self {
        Self { signs: super::shipped_signs(), valences, pictures }
    }

    /// The sum of what VADER says about a text, word by word: the baseline.
    pub fn valence(&self, text: &str) -> f32 {
        tokens(text, &self.signs).iter().filter_map(|t| self.valences.of(&t.text)).sum()
    }

    fn example(&self, tokens: &[Token], label: usize) -> Example {
        let (indices, _) = features(tokens, self.valences, self.pictures);
        let scale = 1.0 / real(indices.len().max(1)).sqrt();
        Example { indices, scale, label }
    }
}

/// The texts as the feeling head learns from them.
fn feelings(rows: &[Row], lists: &Lists<'_>) -> Vec<Example> {
    rows.iter().map(|r| lists.example(&tokens(&r.text, &lists.signs), r.label.min(2))).collect()
}

/// The texts as the question head learns from them: whether there was a question mark, from what is left without it.
fn questions(rows: &[Row], lists: &Lists<'_>) -> Vec<Example> {
    let without = |row: &Row| {
        let mut tokens = tokens(&row.text, &lists.signs);
        let all = tokens.len();
        tokens.retain(|t| !t.is_mark('?'));
        lists.example(&tokens, usize::from(tokens.len() < all))
    };
    rows.iter().map(without).collect()
}

/// Weights of `N` classes, one number for each feature and class, and the biases.
struct Trained<const N: usize> {
    weights: Vec<[f32; N]>,
    biases: [f32; N],
}

/// Trains `N` classes on examples.
fn fit<const N: usize>(examples: &[Example], options: &Options) -> Trained<N> {
    let mut weights = vec![[0.0_f32; N]; BUCKETS];
    let (mut squares, mut mean) = (weights.clone(), weights.clone());
    let (mut biases, mut bias_squares, mut bias_mean) = ([0.0_f32; N], [0.0_f32; N], [0.0_f32; N]);
    let worth = worth::<N>(examples, options.balance);
    let mut dice = Dice(options.seed);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut kept: Vec<u32> = Vec::new();
    for epoch in 0..options.epochs {
        for at in (1..order.len()).rev() {
            order.swap(at, dice.below(at + 1));
        }
        for example in order.iter().filter_map(|at| examples.get(*at)) {
            let (indices, scale) = if options.dropout > 0.0 {
                kept.clear();
                kept.extend(example.indices.iter().copied().filter(|_| dice.share() >= options.dropout));
                (kept.as_slice(), 1.0 / real(kept.len().max(1)).sqrt())
            } else {
                (example.indices.as_slice(), example.scale)
            };
            let mut logits = [0.0_f32; N];
            for row in indices.iter().filter_map(|i| weights.get(*i as usize)) {
                for (logit, weight) in logits.iter_mut().zip(row) {
                    *logit += weight;
                }
            }
            let mut gradient = [0.0_f32; N];
            for (logit, bias) in logits.iter_mut().zip(&biases) {
                *logit = *logit * scale + bias;
            }
            let shares = softmax(logits);
            let rest = (1.0 - options.certain) / real(N - 1);
            let weigh = worth.get(example.label).copied().unwrap_or(1.0);
            for (class, (g, share)) in gradient.iter_mut().zip(&shares).enumerate() {
                let wanted = if class == example.label { options.certain } else { rest };
                *g = (share - wanted) * weigh;
            }
            step(&mut biases, &mut bias_squares, &gradient, options.rate);
            let gradient = gradient.map(|g| g * scale);
            for index in indices {
                let index = *index as usize;
                if let (Some(row), Some(squares)) = (weights.get_mut(index), squares.get_mut(index)) {
                    step(row, squares, &gradient, options.rate);
                }
            }
        }
        if epoch + options.averaged >= options.epochs {
            let share = 1.0 / real(options.averaged.min(options.epochs).max(1));
            for (mean, row) in mean.iter_mut().zip(&weights) {
                add(mean, row, share);
            }
            add(&mut bias_mean, &biases, share);
        }
    }
    Trained { weights: mean, biases: bias_mean }
}

/// One step of `AdaGrad`.
fn step<const N: usize>(weights: &mut [f32; N], squares: &mut [f32; N], gradient: &[f32; N], rate: f32) {
    for ((weight, square), g) in weights.iter_mut().zip(squares).zip(gradient) {
        *square += g * g;
        *weight -= rate * g / (square.sqrt() + 1e-6);
    }
}

fn add<const N: usize>(to: &mut [f32; N], row: &[f32; N], share: f32) {
    for (to, n) in to.iter_mut().zip(row) {
        *to += n * share;
    }
}

/// What an example of each label weighs: the rarer, the more, by the power of `balance`.
fn worth<const N: usize>(examples: &[Example], balance: f32) -> [f32; N] {
    let mut counts = [0_usize; N];
    for example in examples {
        if let Some(count) = counts.get_mut(example.label) {
            *count += 1;
        }
    }
    counts.map(|count| power(real(examples.len()) / real(N) / real(count.max(1)), balance))
}

/// x to a power of whole quarters: square roots are exact everywhere, logarithms are not.
fn power(x: f32, by: f32) -> f32 {
    let root = x.sqrt().sqrt();
    let mut quarters = by * 4.0;
    let mut out = 1.0;
    while quarters >= 0.5 {
        out *= root;
        quarters -= 1.0;
    }
    out
}

impl<const N: usize> Trained<N> {
    /// What one class has more than another, by feature, and its bias.
    fn against(&self, class: usize, other: usize) -> (Vec<f32>, f32) {
        let of =
            |row: &[f32; N]| row.get(class).copied().unwrap_or_default() - row.get(other).copied().unwrap_or_default();
        (self.weights.iter().map(of).collect(), of(&self.biases))
    }
}

/// Trains everything. `dev` chooses the threshold of praise; `data` are hashes of the files that the rows came from.
///
/// # Errors
/// Why what was trained would be refused.
pub fn train(
    rows: &[Row],
    dev: &[Row],
    lists: &Lists<'_>,
    data: Vec<[u8; 32]>,
    options: &Options,
) -> Result<Weights, Broken> {
    let feeling = fit::<3>(&feelings(rows, lists), options);
    let question = fit::<2>(&questions(rows, lists), options);
    let mut weights = pack(&feeling, &question, lists, data);
    let model = Model::from_bytes(&weights.to_bytes())?;
    weights.praise = praise_threshold(&praise_scores(&model, dev), SUPPORT_MIX);
    Ok(weights)
}

/// How posts to support are mixed, about: negative, neutral, positive. The development set has three times the praise.
pub const SUPPORT_MIX: [f64; 3] = [0.60, 0.24, 0.16];
/// The share of praise among what the digest lists.
pub const PRECISION: f64 = 0.8;

/// The share of praise that the model sees in each text, and the text's label.
pub fn praise_scores(model: &Model, rows: &[Row]) -> Vec<(f32, usize)> {
    let nothing = Delta::default();
    let praise = |row: &Row| odds(&model.read(&model.features(&row.text), &nothing)).praise;
    rows.iter().map(|row| (praise(row), row.label.min(2))).collect()
}

/// Precision and recall of praise from a threshold on, the labels weighed up to a mix.
pub fn praise_at(scores: &[(f32, usize)], mix: [f64; 3], from: f32) -> (f64, f64) {
    let mut all = [0_u32; 3];
    let mut listed = [0_u32; 3];
    for (score, label) in scores {
        let listed = listed.get_mut(*label).filter(|_| *score >= from);
        for slot in all.get_mut(*label).into_iter().chain(listed) {
            *slot += 1;
        }
    }
    let shares: Vec<f64> = (0..3)
        .map(|c| match (listed.get(c), all.get(c), mix.get(c)) {
            (Some(listed), Some(all), Some(mix)) if *all > 0 => mix * f64::from(*listed) / f64::from(*all),
            _ => 0.0,
        })
        .collect();
    let [_, _, praise] = mix;
    let right = shares.last().copied().unwrap_or_default();
    let sum: f64 = shares.iter().sum();
    (if sum > 0.0 { right / sum } else { 1.0 }, right / praise)
}

/// The lowest threshold from which on at least [`PRECISION`] is praise, to one part in two hundred.
pub fn praise_threshold(scores: &[(f32, usize)], mix: [f64; 3]) -> f32 {
    let steps = (40..200_u8).map(|n| f32::from(n) / 200.0);
    let mut lowest = 0.995;
    for from in steps.rev() {
        if praise_at(scores, mix, from).0 < PRECISION {
            break;
        }
        lowest = from;
    }
    lowest
}

/// Packs what was trained into four bits a weight.
fn pack(feeling: &Trained<3>, question: &Trained<2>, lists: &Lists<'_>, data: Vec<[u8; 32]>) -> Weights {
    let rows = [feeling.against(0, 1), feeling.against(2, 1), question.against(1, 0)];
    let scales = [scale(&rows[0].0), scale(&rows[1].0), scale(&rows[2].0)];
    let biases = [rows[0].1, rows[1].1, rows[2].1];
    let mut steps = vec![[0_i8; ROWS]; BUCKETS];
    for (row, ((weights, _), scale)) in rows.iter().zip(scales).enumerate() {
        for (slot, weight) in steps.iter_mut().zip(weights) {
            if let Some(slot) = slot.get_mut(row) {
                *slot = quantised(*weight, scale);
            }
        }
    }
    let (valences, pictures) = (lists.valences.clone(), lists.pictures.clone());
    Weights { biases, scales, steps, praise: 0.5, valences, pictures, data }
}

fn quantised(weight: f32, scale: f32) -> i8 {
    let steps = (weight / scale).round().clamp(-f32::from(MOST_STEPS), f32::from(MOST_STEPS));
    (-MOST_STEPS..=MOST_STEPS).find(|s| (f32::from(*s) - steps).abs() < 0.5).unwrap_or_default()
}

/// The step at which the least is lost: tried out on a grid.
fn scale(weights: &[f32]) -> f32 {
    let most = weights.iter().fold(0.0_f32, |most, w| most.max(w.abs()));
    if most <= 0.0 {
        return 1.0;
    }
    let loss = |scale: f32| -> f64 {
        let error = |w: &f32| f64::from(w - scale * f32::from(quantised(*w, scale)));
        weights.iter().map(|w| error(w) * error(w)).sum()
    };
    let candidates = (1..=40_u8).map(|n| most / f32::from(MOST_STEPS) * f32::from(n) / 40.0);
    let best = candidates.map(|s| (s, loss(s))).reduce(|a, b| if b.1 < a.1 { b } else { a });
    best.map_or(1.0, |(scale, _)| scale)
}
