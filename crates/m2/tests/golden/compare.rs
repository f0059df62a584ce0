//! Comparison with the truth: `|x - truth| <= atol + rtol |truth|`, with the manifest's figures for each tensor.

use crate::cases::{Case, Outcome};
use emberforge_array::{DType, Result};

/// One line for every tensor that is not within its tolerance.
pub(crate) fn failures(case: &Case, dtype: DType, outcome: &Outcome) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for (name, array) in &outcome.0 {
        let got = array.to_f64_vec()?;
        let (expected, atol, rtol) = match case.tensors.get(&format!("{name}.f64")) {
            Some(truth) => {
                assert_eq!(truth.shape(), array.shape(), "{}: shape of {name}", case.name);
                let limits = &case.tolerance[name][dtype.name()];
                let limit = |key: &str| limits[key].as_f64().unwrap_or_else(|| panic!("{name} has no {key}"));
                (truth.to_f64_vec()?, limit("atol"), limit("rtol"))
            }
            None => {
                let scalar = &case.scalars[name];
                let truth =
                    scalar["f64"].as_f64().unwrap_or_else(|| panic!("{}: no truth for {name}", case.name));
                let limit =
                    scalar[format!("{}_tol", dtype.name())].as_f64().expect("a scalar has its tolerance");
                (vec![truth], limit, 0.0)
            }
        };
        let worst = got
            .iter()
            .zip(&expected)
            .enumerate()
            .map(|(i, (x, e))| (i, (x - e).abs() / (atol + rtol * e.abs())))
            .map(|(i, ratio)| (i, if ratio.is_nan() { f64::INFINITY } else { ratio }))
            .max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((i, ratio)) = worst.filter(|w| w.1 > 1.0) {
            lines.push(format!(
                "{} {dtype} {name}: element {i} is {} and should be {}, {ratio:.1} times the tolerance",
                case.name, got[i], expected[i]
            ));
        }
    }
    Ok(lines)
}
