//! The Kaplan-Meier estimate against published values and against its definition.

use hearback::report::{Survival, Wait};
use proptest::prelude::*;

fn waits(list: &[(u64, bool)]) -> Survival {
    Survival::of(list.iter().map(|&(seconds, answered)| Wait { seconds, answered }))
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 0.0005
}

/// Weeks of remission under 6-MP, 21 patients (Freireich et al., Blood 21 (1963) 699; the standard example, e.g. Collett,
/// "Modelling Survival Data", and R's `MASS::gehan`). Published: S(6) 0.857, S(7) 0.807, S(10) 0.753, S(13) 0.690,
/// S(16) 0.627, S(22) 0.538, S(23) 0.448; median 23.
#[test]
fn leukaemia_remission_as_published() {
    let s = waits(&[
        (6, true),
        (6, true),
        (6, true),
        (6, false),
        (7, true),
        (9, false),
        (10, true),
        (10, false),
        (11, false),
        (13, true),
        (16, true),
        (17, false),
        (19, false),
        (20, false),
        (22, true),
        (23, true),
        (25, false),
        (32, false),
        (32, false),
        (34, false),
        (35, false),
    ]);
    let published = [(6, 21, 0.857), (7, 17, 0.807), (10, 15, 0.753), (13, 12, 0.690), (16, 11, 0.627), (22, 7, 0.538)];
    for (step, (at, at_risk, survival)) in s.steps().iter().zip(published) {
        assert_eq!((step.at, step.at_risk), (at, at_risk));
        assert!(close(step.survival, survival), "S({at}) = {} and not {survival}", step.survival);
    }
    assert!(close(s.at(23), 0.448) && close(s.at(34), 0.448) && close(s.at(5), 1.0));
    assert_eq!(s.quantile(0.5), Some(23));
    assert_eq!((s.quantile(0.9), s.largest()), (None, Some(35)), "S never falls below 0.448: more than 35 weeks");
}

/// The placebo arm of the same study: nothing is censored, so S is the plain share of larger values. Larger than 5: 12 of 21;
/// larger than 8: 8 of 21 <= 1/2, so the median is 8 (as published). Larger than 15: 3 of 21; larger than 17: 2 of 21 <= 1/10,
/// so p90 is 17.
#[test]
fn placebo_as_published() {
    let weeks = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23];
    let s = waits(&weeks.map(|w| (w, true)));
    assert_eq!((s.quantile(0.5), s.quantile(0.9)), (Some(8), Some(17)));
    assert!(close(s.at(8), 0.381), "published: 0.381");
}

#[test]
fn quantiles_are_exact_where_a_level_is_met() {
    // Ten different times: after the fifth exactly half is left, after the ninth exactly a tenth.
    let s = waits(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(|t| (t, true)));
    assert_eq!((s.quantile(0.5), s.quantile(0.9)), (Some(5), Some(9)));
}

#[test]
fn censored_at_the_time_of_an_answer_counts_as_after_it() {
    // Both were waiting at 5: one of two answered.
    assert!(close(waits(&[(5, false), (5, true)]).at(5), 0.5));
    // Censored before: one of one answered.
    assert!(close(waits(&[(4, false), (5, true)]).at(5), 0.0));
}

#[test]
fn shares_are_not_claimed_before_they_can_be_known() {
    assert_eq!(waits(&[]).share_within(3600), None);
    assert_eq!(waits(&[(60, true), (600, false)]).share_within(3600), None, "nobody was observed for an hour");
    assert_eq!(waits(&[(60, true), (600, true)]).share_within(3600), Some(1.0), "all are answered");
    assert_eq!(waits(&[(60, true), (3600, false)]).share_within(3600), Some(0.5));
    assert_eq!(waits(&[(3600, true), (3601, true)]).share_within(3600), Some(0.5), "the limit is inclusive");
}

proptest! {
    /// S(t) by its definition, term by term over all distinct times.
    #[test]
    fn survival_is_the_product(list in prop::collection::vec((0u64..40, any::<bool>()), 0..60), t in 0u64..45) {
        let s = waits(&list);
        let number = |n: usize| f64::from(u32::try_from(n).unwrap());
        let mut product = 1.0;
        for u in 0..=t {
            let risk = list.iter().filter(|(w, _)| *w >= u).count();
            let answered = list.iter().filter(|(w, a)| *w == u && *a).count();
            if risk > 0 {
                product *= 1.0 - number(answered) / number(risk);
            }
        }
        prop_assert!((s.at(t) - product).abs() < 1e-9, "{} and {product}", s.at(t));
        for q in [0.1, 0.5, 0.9] {
            match s.quantile(q) {
                Some(at) => prop_assert!(s.at(at) <= 1.0 - q + 1e-9 && (at == 0 || s.at(at - 1) > 1.0 - q)),
                None => prop_assert!(s.largest().is_none_or(|end| s.at(end) > 1.0 - q)),
            }
        }
    }
}
