//! What a call evaluates and reads on the host, noted where loops, timers and functions will look.

use ruff_text_size::TextRange;

use super::super::event::{Call, Sync};
use super::super::value::{Kind, Lib, V};
use super::Engine;

impl<'a> Engine<'a> {
    pub(super) fn note_module_call(&mut self, range: TextRange) {
        self.note_lazy(range);
        for l in &mut self.loops {
            l.calls_module = l.calls_module.or(Some(range));
        }
    }

    /// A call of which nothing is known: it may evaluate.
    pub(super) fn note_opaque(&mut self) {
        for l in &mut self.loops {
            l.opaque = true;
        }
        if let Some(timer) = &mut self.frame.state.timer {
            timer.synced = true;
        }
    }

    /// Something is evaluated of which it is not known what it is.
    pub(super) fn note_evaluates(&mut self) {
        for l in &mut self.loops {
            l.evaluates_unknown = true;
        }
        self.note_state_evaluated();
    }

    /// The state of a model or an optimizer is evaluated, or more.
    pub(super) fn note_state_evaluated(&mut self) {
        for l in &mut self.loops {
            l.evaluates = true;
        }
        if let Some(timer) = &mut self.frame.state.timer {
            timer.synced = true;
        }
        if let Some(f) = self.frame.function {
            self.functions[f as usize].evaluates = true;
        }
    }

    /// Arrays that a call reads on the host.
    pub(super) fn note_syncs(&mut self, call: &Call<'_, 'a>, range: TextRange) {
        if let Some(receiver) = call.receiver {
            let how = match call.last {
                "item" => Some(Sync::Item),
                "tolist" => Some(Sync::Tolist),
                _ => None,
            };
            if let Some(how) = how {
                if self.mlx_array(receiver).is_some() {
                    self.synced(range, receiver, how);
                } else if !self.is_foreign(receiver) {
                    self.note_evaluates();
                }
            }
            return;
        }
        let how = match call.name {
            "builtins.float" | "builtins.int" | "builtins.bool" | "builtins.complex" => Sync::Cast,
            "builtins.max" | "builtins.min" | "builtins.sorted" | "builtins.any" | "builtins.all"
                if call.args.len() == 1 =>
            {
                Sync::Builtin
            }
            "builtins.print" => Sync::Print,
            "builtins.str" | "builtins.repr" | "builtins.format" => Sync::Format,
            "builtins.range" => Sync::Range,
            "mlx.core.eval" | "mlx.core.async_eval" => Sync::Eval,
            n if n.starts_with("numpy.") => Sync::Numpy,
            n if n.starts_with("math.") => Sync::Math,
            n if n.starts_with("mlx.core.save") || n == "mlx.core.synchronize" => {
                self.note_evaluates();
                return;
            }
            _ => return,
        };
        let mut seen = false;
        if how == Sync::Eval {
            for arg in call.args {
                self.evaluated(arg.value, range);
            }
            return;
        }
        for arg in call.args {
            if self.mlx_array(arg.value).is_some() {
                seen = true;
                self.synced(range, arg.value, how);
            }
        }
        let may_show = how == Sync::Print
            && call.args.iter().any(|a| {
                !matches!(self.kind(a.value), Kind::Str(_) | Kind::Int(_)) || a.expr.is_f_string_expr()
            });
        if !seen && may_show {
            self.note_evaluates();
        }
    }

    /// `mx.eval(v)`.
    fn evaluated(&mut self, v: V, range: TextRange) {
        let state = |name: &str| name.ends_with(".state") || name.ends_with("parameters");
        match self.kind(v).clone() {
            Kind::Array(a) if a.lib == Lib::Mlx => self.synced(range, v, Sync::Eval),
            Kind::Seq { items, .. } => items.iter().for_each(|i| self.evaluated(*i, range)),
            Kind::Method(_, name) if state(self.text(name)) => self.note_state_evaluated(),
            _ if state(self.op(v)) => self.note_state_evaluated(),
            _ => self.note_evaluates(),
        }
    }
}
