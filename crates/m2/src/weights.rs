//! Named tensors, handed to the layers by path segments that are the checkpoint's own names.
//!
//! A layer asks for `weights.at("mlp").tensor("wo.weight", &[4, 192, 768])`. What is missing or has another shape is
//! collected rather than reported one by one; [`Weights::finish`] says everything that is wrong with a checkpoint.

use emberforge_array::{Array, DType, zeros};
use emberforge_base::{Error, Result};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The tensors of a checkpoint, and what has been asked of them.
#[derive(Debug, Default)]
pub struct Weights {
    tensors: BTreeMap<String, Array>,
    dtype: Option<DType>,
    /// Names asked for, and the shape where a tensor was to have one.
    asked: RefCell<BTreeMap<String, Option<Vec<usize>>>>,
    problems: RefCell<Problems>,
}

#[derive(Debug, Default)]
struct Problems {
    missing: BTreeSet<String>,
    misshaped: BTreeSet<String>,
}

/// A place in the tree of names.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    weights: &'a Weights,
    prefix: String,
}

impl Weights {
    /// Tensors by name; floats are converted to `dtype` when they are asked for, if one is given.
    pub fn new(tensors: BTreeMap<String, Array>, dtype: Option<DType>) -> Weights {
        Weights { tensors, dtype, ..Weights::default() }
    }

    /// The names, sorted, and their tensors.
    pub fn tensors(&self) -> &BTreeMap<String, Array> {
        &self.tensors
    }

    /// What the layers asked for so far: names, and shapes except of tensors that they know and do not read.
    pub(crate) fn asked(&self) -> BTreeMap<String, Option<Vec<usize>>> {
        self.asked.borrow().clone()
    }

    /// The root of the names.
    pub fn root(&self) -> Scope<'_> {
        Scope { weights: self, prefix: String::new() }
    }

    /// After the layers have taken what they need: an error that lists every missing, unexpected and mis-shaped tensor.
    /// Names for which `allow_missing` is true may be missing, those for which `ignore` is true may be there unused.
    ///
    /// # Errors
    /// When there is anything to list.
    pub fn finish(&self, allow_missing: impl Fn(&str) -> bool, ignore: impl Fn(&str) -> bool) -> Result<()> {
        let problems = self.problems.borrow();
        let asked = self.asked.borrow();
        let missing: Vec<&String> = problems.missing.iter().filter(|n| !allow_missing(n)).collect();
        let unexpected: Vec<&String> =
            self.tensors.keys().filter(|n| !asked.contains_key(*n) && !ignore(n)).collect();
        if missing.is_empty() && unexpected.is_empty() && problems.misshaped.is_empty() {
            return Ok(());
        }
        let mut text = String::from("the checkpoint does not fit the model");
        list(&mut text, "missing", &missing);
        list(&mut text, "of another shape", &problems.misshaped.iter().collect::<Vec<_>>());
        list(&mut text, "unexpected", &unexpected);
        text.push_str("\ncheck that the configuration belongs to the checkpoint");
        Err(Error::invalid(text))
    }
}

fn list(text: &mut String, what: &str, names: &[&String]) {
    const MOST: usize = 12;
    if names.is_empty() {
        return;
    }
    let _ = write!(text, "\n{} {what}:", names.len());
    for name in names.iter().take(MOST) {
        let _ = write!(text, "\n  {name}");
    }
    if names.len() > MOST {
        let _ = write!(text, "\n  and {} more", names.len() - MOST);
    }
}

impl<'a> Scope<'a> {
    /// A branch.
    pub fn at(&self, segment: impl std::fmt::Display) -> Scope<'a> {
        Scope { weights: self.weights, prefix: format!("{}{segment}.", self.prefix) }
    }

    /// True when there is a tensor of that name here.
    pub fn has(&self, name: &str) -> bool {
        self.weights.tensors.contains_key(&format!("{}{name}", self.prefix))
    }

    /// The tensor of that name, which must have that shape. If it is missing or has another, the fact is noted and zeros
    /// stand in for it; [`Weights::finish`] reports it.
    ///
    /// # Errors
    /// When the tensor is a failed array.
    pub fn tensor(&self, name: &str, shape: &[usize]) -> Result<Array> {
        let name = format!("{}{name}", self.prefix);
        let weights = self.weights;
        weights.asked.borrow_mut().insert(name.clone(), Some(shape.to_vec()));
        let dtype = weights.dtype.unwrap_or(DType::F32);
        match weights.tensors.get(&name) {
            Some(array) if array.shape() == shape => match weights.dtype {
                Some(dtype) if array.dtype().is_float() => array.astype(dtype),
                _ => Ok(array.check()?.clone()),
            },
            Some(array) => {
                let problem = format!("{name}: {:?}, and the model has {shape:?}", array.shape());
                weights.problems.borrow_mut().misshaped.insert(problem);
                zeros(shape, dtype)
            }
            None => {
                weights.problems.borrow_mut().missing.insert(name);
                zeros(shape, dtype)
            }
        }
    }

    /// [`Scope::tensor`] where it may be absent.
    ///
    /// # Errors
    /// When the tensor is a failed array.
    pub fn optional(&self, name: &str, shape: &[usize]) -> Result<Option<Array>> {
        if self.has(name) { self.tensor(name, shape).map(Some) } else { Ok(None) }
    }

    /// Marks a name as known although nothing here needs its tensor.
    pub fn known(&self, name: &str) {
        self.weights.asked.borrow_mut().entry(format!("{}{name}", self.prefix)).or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_wrong_with_a_checkpoint_is_said_at_once() -> Result<()> {
        let tensor = |n: usize| zeros(&[n], DType::F32);
        let tensors = BTreeMap::from([("a.x".to_string(), tensor(2)?), ("a.z".to_string(), tensor(1)?)]);
        let weights = Weights::new(tensors, None);
        let a = weights.root().at("a");
        a.tensor("x", &[3])?;
        a.tensor("y", &[1])?;
        let message = weights.finish(|_| false, |_| false).expect_err("three problems").to_string();
        assert!(message.contains("1 missing:\n  a.y"), "{message}");
        assert!(
            message.contains("a.x: [2], and the model has [3]") && message.contains("1 unexpected:\n  a.z")
        );
        assert!(weights.finish(|n| n == "a.y", |n| n == "a.z").is_err(), "a shape is never excused");
        Ok(())
    }
}
