//! Kernels: their definitions, and the calls that launch them.

use ruff_python_ast as ast;
use ruff_text_size::Ranged;

use super::super::event::{Arg, Call};
use super::super::model::{KernelDef, Launch};
use super::super::value::{Kind, V};
use super::Engine;

impl<'a> Engine<'a> {
    /// Notes a call of a kernel.
    pub(super) fn note_launch(&mut self, call: &Call<'_, 'a>) {
        let Kind::Kernel(id) = *self.kind(call.callee) else { return };
        if !self.telling() {
            return;
        }
        let launch = Launch {
            call: call.expr,
            keys: call.args.iter().filter_map(|a| a.name.map(|n| (n, a.value))).collect(),
            stars: call.has_stars(),
            function: self.frame.function,
        };
        let list = &mut self.kernels[id as usize].launches;
        match list.iter_mut().find(|l| l.call.range() == launch.call.range()) {
            Some(old) => *old = launch,
            None => list.push(launch),
        }
    }

    /// Notes a kernel definition; the result is its handle.
    pub(in crate::engine) fn define_kernel(&mut self, c: &'a ast::ExprCall, args: &[Arg<'a>]) -> Kind {
        let at = c.range().start();
        let get = |name: &str, place: usize| {
            args.iter()
                .find(|a| a.name == Some(name))
                .or_else(|| args.iter().filter(|a| a.name.is_none()).nth(place))
        };
        let text = |v: V| match self.kind(v) {
            Kind::Str(Some(s)) => Some(s.to_string()),
            _ => None,
        };
        let list = |items: &[V]| items.iter().map(|i| text(*i)).collect::<Option<Vec<String>>>();
        let texts = |v: V| match self.kind(v) {
            Kind::Seq { items, .. } => list(items),
            _ => None,
        };
        // A list that grew may also be the shorter one.
        let most =
            |a: Option<&Arg<'a>>| a.and_then(|a| self.grown.get(&a.value)).and_then(|items| list(items));
        let flag = |name: &str, value: bool| {
            get(name, usize::MAX).is_some_and(|a| *self.kind(a.value) == Kind::Bool(Some(value)))
        };
        let source = get("source", 3);
        let def = KernelDef {
            call: c,
            name: get("name", 0).and_then(|a| text(a.value)),
            inputs: get("input_names", 1).and_then(|a| texts(a.value)),
            outputs: get("output_names", 2).and_then(|a| texts(a.value)),
            most_inputs: most(get("input_names", 1)),
            most_outputs: most(get("output_names", 2)),
            source: source.and_then(|a| text(a.value)),
            source_range: source.map(|a| self.range_of(a.value)).filter(|r| !r.is_empty()),
            source_value: source.map_or(V::UNKNOWN, |a| a.value),
            header: get("header", 4).and_then(|a| text(a.value)),
            header_value: get("header", 4).map_or(V::NONE, |a| a.value),
            launches: Vec::new(),
            strided: flag("ensure_row_contiguous", false),
            atomic: flag("atomic_outputs", true),
            function: self.frame.function,
            guarded: self.conditional > 0,
            in_loop: !self.loops.is_empty(),
        };
        let id = match self.kernel_at.get(&at) {
            Some(id) => {
                let old = &mut self.kernels[*id as usize];
                *old = KernelDef { launches: std::mem::take(&mut old.launches), ..def };
                *id
            }
            None => {
                let id = self.kernels.len() as u32;
                self.kernels.push(def);
                self.kernel_at.insert(at, id);
                id
            }
        };
        Kind::Kernel(id)
    }
}
