//! The reference's tensors, reproduced in f32 and in f64 within each tensor's own tolerance.
//!
//! Cases come from `manifest.json` in `tests/golden/m2`, or in the folder that `EMBER_GOLDEN_DIR` names: more cases of
//! the same kinds need no code. Truth is the PyTorch reference run in f64 on values that f32 holds exactly.

mod cases;
mod compare;
mod layers;
mod models;

use cases::{Case, Outcome};
use emberforge_array::{DType, Result};

fn run(case: &Case, dtype: DType) -> Result<Option<Outcome>> {
    Ok(Some(match case.kind.as_str() {
        "posemb" => layers::position_features(case, dtype)?,
        "hyena_filter" => layers::filter(case, dtype)?,
        "fftconv" => layers::long_convolution(case, dtype)?,
        "mixer" => layers::mixer(case, dtype)?,
        "blockdiag" => layers::block_diagonal(case, dtype)?,
        "mlp" => layers::mlp(case, dtype)?,
        "model_forward" => models::forward(case, dtype)?,
        "padding_effect" => models::padding(case, dtype)?,
        "mlm_grad" => models::gradients(case, dtype)?,
        "train_trajectory" => models::trajectory(case, dtype)?,
        "full_size" => models::full_size(case, dtype)?,
        // Read by the cases of the small models.
        "weights" => return Ok(None),
        other => panic!("{}: a case of kind `{other}` has no code here", case.name),
    }))
}

#[test]
fn every_golden_is_within_its_tolerance() -> Result<()> {
    let cases = cases::discover();
    let (mut tensors, mut failures) = (0, Vec::new());
    for case in &cases {
        for dtype in [DType::F32, DType::F64] {
            // Twelve layers of 768 in f64 prove nothing that the small models do not.
            if case.kind == "full_size" && dtype == DType::F64 {
                continue;
            }
            let Some(outcome) = run(case, dtype)? else { continue };
            assert!(!outcome.0.is_empty(), "{} compares nothing", case.name);
            tensors += outcome.0.len();
            failures.extend(compare::failures(case, dtype, &outcome)?);
        }
    }
    assert!(tensors > 0, "no case was found");
    assert!(failures.is_empty(), "{} of {tensors} tensors differ:\n{}", failures.len(), failures.join("\n"));
    Ok(())
}
