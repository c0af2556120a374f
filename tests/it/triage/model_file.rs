//! The weights file: held together with the features, refused when it is not what was written.

use hearback::triage::model::{Broken, Model, TRAIN, Weights, hash_of, spec_hash};

const SHIPPED: &[u8] = include_bytes!("../../../src/triage/model/weights.bin");

/// Both change together: who changes a feature trains again, and who trains again says so here.
#[test]
fn weights_and_features_belong_together() {
    let (features, weights) = (0x4e34_e088_dafb_efac_u64, 0xfc4d_fa74_0071_5c15_u64);
    assert_eq!(
        spec_hash(),
        features,
        "the features have changed; train again: {TRAIN}; then write the new hashes here"
    );
    assert_eq!(hash_of(SHIPPED), weights, "the weights have changed; if that was meant, write their hash here");
    let model = Model::shipped().unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(model.weights_hash(), weights);
    assert_eq!(model.weights().data.len(), 4, "the hashes of the four files that it was trained from");
}

#[test]
fn the_file_is_small_and_comes_back_as_it_was() {
    assert!(SHIPPED.len() < 400_000, "{} bytes", SHIPPED.len());
    let weights = Weights::from_bytes(SHIPPED).unwrap();
    assert!(weights.to_bytes() == SHIPPED);
    assert!((0.3..1.0).contains(&weights.praise), "{}", weights.praise);
}

#[test]
fn what_is_not_what_was_written_is_refused() {
    let refused = |bytes: &[u8]| Weights::from_bytes(bytes).unwrap_err();
    assert_eq!(refused(b""), Broken::Magic);
    assert_eq!(refused(b"something else entirely"), Broken::Magic);
    for end in [8, 9, 13, 100, 40_000, SHIPPED.len() - 1] {
        let got = refused(SHIPPED.get(..end).unwrap());
        assert!(matches!(got, Broken::Short | Broken::Damaged), "{end}: {got}");
    }
    for at in [9, 14, 30, 200, 20_000, 100_000, SHIPPED.len() - 2] {
        let mut bytes = SHIPPED.to_vec();
        bytes[at] ^= 1;
        assert_eq!(refused(&bytes), Broken::Damaged, "byte {at}");
    }
    let mut other = SHIPPED.to_vec();
    other[8] = 9;
    assert_eq!(refused(&other), Broken::Format(9));
}

#[test]
fn weights_for_other_features_are_refused_with_the_way_out() {
    // The hash of the features stands after the magic, the format, the rows and the number of features.
    let mut bytes = SHIPPED.to_vec();
    bytes[14] ^= 1;
    let body = bytes.len() - 4;
    let sum = crc32c::crc32c(&bytes[..body]).to_le_bytes();
    bytes[body..].copy_from_slice(&sum);
    let got = Weights::from_bytes(&bytes).unwrap_err();
    assert_eq!(got, Broken::Features);
    assert!(got.to_string().contains("cargo run --release --example train"), "{got}");
}

#[test]
fn a_flood_in_the_file_does_not_take_the_memory() {
    // A count that promises more than there is.
    let mut bytes = SHIPPED.to_vec();
    bytes[22] = 0xFF;
    bytes[23] = 0xFF;
    let body = bytes.len() - 4;
    let sum = crc32c::crc32c(&bytes[..body]).to_le_bytes();
    bytes[body..].copy_from_slice(&sum);
    assert!(Weights::from_bytes(&bytes).is_err());
}
