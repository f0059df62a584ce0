//! The backward walk.

use crate::Array;
use crate::array::{Node, Recipe};
use crate::element::Binary;
use crate::element::node::{binary, constant};
use crate::primitive::Vjp;
use crate::scalar::Scalar;
use emberforge_base::Result;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What arrives at each output of a node.
type Arrived = Vec<Option<Array>>;

/// The gradients that `cotangents` of `outputs` send to each of `wrt`; `None` where nothing arrives.
pub(super) fn backward(outputs: &[Array], cotangents: &[Array], wrt: &[Array]) -> Result<Vec<Option<Array>>> {
    let order = walk(outputs, wrt);
    let position: FxHashMap<*const Node, usize> =
        order.iter().enumerate().map(|(i, (node, _))| (Arc::as_ptr(node), i)).collect();
    let mut arrived: FxHashMap<*const Node, Arrived> = FxHashMap::default();
    let send = |arrived: &mut FxHashMap<*const Node, Arrived>, to: &Array, g: Array| -> Result<()> {
        let slots =
            arrived.entry(Arc::as_ptr(to.inner())).or_insert_with(|| vec![None; to.inner().specs.len()]);
        let slot = &mut slots[to.output_index()];
        *slot = Some(match slot.take() {
            Some(sum) => binary(Binary::Add, &sum, &g)?,
            None => g,
        });
        Ok(())
    };
    for (output, g) in outputs.iter().zip(cotangents) {
        send(&mut arrived, output, g.clone())?;
    }
    let is_wrt = |node: &Node| wrt.iter().any(|w| std::ptr::eq(&**w.inner(), node));
    for (node, recipe) in order.iter().rev() {
        if is_wrt(node) {
            continue;
        }
        let Some(slots) = arrived.remove(&Arc::as_ptr(node)) else { continue };
        let outputs: Vec<Array> = (0..slots.len()).map(|i| Array::from_node(node.clone(), i)).collect();
        let zeros = |x: &Array| constant(Scalar::Int(0), x.dtype(), x.shape());
        let cotangents: Vec<Array> =
            slots.into_iter().zip(&outputs).map(|(g, x)| g.unwrap_or_else(|| zeros(x))).collect();
        let wanted: Vec<bool> =
            recipe.inputs.iter().map(|x| position.contains_key(&Arc::as_ptr(x.inner()))).collect();
        let call =
            Vjp { inputs: &recipe.inputs, outputs: &outputs, cotangents: &cotangents, wanted: &wanted };
        for ((input, g), wanted) in recipe.inputs.iter().zip(recipe.primitive.vjp(&call)?).zip(&wanted) {
            if let Some(g) = g.filter(|_| *wanted) {
                debug_assert_eq!(
                    (g.shape(), g.dtype()),
                    (input.shape(), input.dtype()),
                    "{}",
                    recipe.primitive.name()
                );
                send(&mut arrived, input, g)?;
            }
        }
    }
    Ok(wrt
        .iter()
        .map(|w| arrived.get(&Arc::as_ptr(w.inner())).and_then(|slots| slots[w.output_index()].clone()))
        .collect())
}

/// Nodes on the ways from `outputs` back to `wrt`, inputs first.
fn walk(outputs: &[Array], wrt: &[Array]) -> Vec<(Arc<Node>, Arc<Recipe>)> {
    let mut order = Vec::new();
    // Whether a node leads to `wrt`; absent while it has not been met.
    let mut leads: FxHashMap<*const Node, bool> = FxHashMap::default();
    let mut stack: Vec<(Arc<Node>, Arc<Recipe>, usize)> = Vec::new();
    let open = |node: &Arc<Node>, leads: &mut FxHashMap<_, _>, stack: &mut Vec<_>| {
        if leads.contains_key(&Arc::as_ptr(node)) {
            return;
        }
        leads.insert(Arc::as_ptr(node), false);
        // Only what depends on an array under differentiation can lead to one.
        if let Some(recipe) = node.recipe().filter(|_| node.tracer) {
            stack.push((node.clone(), recipe, 0));
        }
    };
    for output in outputs {
        open(output.inner(), &mut leads, &mut stack);
        while let Some((node, recipe, next)) = stack.last_mut() {
            let is_wrt = wrt.iter().any(|w| Arc::ptr_eq(w.inner(), node));
            if let Some(input) = recipe.inputs.get(*next).filter(|_| !is_wrt) {
                *next += 1;
                let input = input.inner().clone();
                open(&input, &mut leads, &mut stack);
                continue;
            }
            let on_the_way =
                is_wrt || recipe.inputs.iter().any(|x| leads.get(&Arc::as_ptr(x.inner())) == Some(&true));
            leads.insert(Arc::as_ptr(node), on_the_way);
            if let Some((node, recipe, _)) = stack.pop().filter(|_| on_the_way) {
                order.push((node, recipe));
            }
        }
    }
    order
}
