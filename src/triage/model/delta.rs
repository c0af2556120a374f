//! What a workspace learned.

use super::weights::ROWS;
use std::collections::BTreeMap;

/// What a workspace learned: sparse additions to the shipped weights. The default is nothing learned.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delta {
    /// By feature: what is added to its weights for negative, neutral and positive.
    pub feeling: BTreeMap<u32, [f32; 3]>,
    /// What is added to negative, neutral and positive of every text.
    pub feeling_bias: [f32; 3],
    /// By feature: what is added to its weight for a question.
    pub question: BTreeMap<u32, f32>,
    /// What is added to question of every text.
    pub question_bias: f32,
}

impl Delta {
    /// Whether nothing was learned.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What it adds to the three logits of feeling for a text with these features.
    pub fn feeling_of(&self, indices: &[u32], scale: f32) -> [f32; ROWS] {
        let mut sums = [0.0; 3];
        if !self.feeling.is_empty() {
            for row in indices.iter().filter_map(|i| self.feeling.get(i)) {
                for (sum, weight) in sums.iter_mut().zip(row) {
                    *sum += weight;
                }
            }
        }
        for (sum, bias) in sums.iter_mut().zip(&self.feeling_bias) {
            *sum = *sum * scale + bias;
        }
        sums
    }

    /// What it adds to the logit of question.
    pub fn question_of(&self, indices: &[u32], scale: f32) -> f32 {
        let sum: f32 = indices.iter().filter_map(|i| self.question.get(i)).sum();
        sum * scale + self.question_bias
    }
}
