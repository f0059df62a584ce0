//! The kernel as a whole: its parameters, its header, its body.

use super::Lower;
use super::function::Frame;
use super::scan::ReferenceTakers;
use super::scope::{Entity, ScopeId};
use super::types::Type;
use super::value::{Constness, Part, Parts, Place, PlaceKind, Poison, Value};
use crate::facts::Facts;
use crate::request::{KernelArg, Signature, TemplateValue};
use crate::syntax::ast::Tree;
use emberforge_base::{DType, Diagnostic, Span};
use emberforge_ir as ir;
use ir::{Attribute, Op, Scalar, Space};
use std::rc::Rc;

/// The result of lowering a tree.
pub(crate) struct Lowered {
    pub(crate) kernel: ir::Kernel,
    pub(crate) args: Vec<KernelArg>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Names of generated parameters, which must live as long as the tree.
pub(crate) struct ParamNames {
    /// For each input: shape, strides, ndim.
    inputs: Vec<[String; 3]>,
}

impl ParamNames {
    /// The names for a signature.
    pub(crate) fn new(signature: &Signature) -> ParamNames {
        let names = |name: &str| [format!("{name}_shape"), format!("{name}_strides"), format!("{name}_ndim")];
        ParamNames { inputs: signature.inputs.iter().map(|i| names(&i.name)).collect() }
    }
}

/// Lowers a header and body.
pub(crate) fn lower<'a>(
    prelude: &'a Tree,
    tree: &'a Tree,
    signature: &'a Signature,
    names: &'a ParamNames,
    facts: &Facts,
    body_span: Span,
) -> Lowered {
    let mut takers = ReferenceTakers::default();
    takers.collect(&prelude.header);
    takers.collect(&tree.header);
    let mut cx = Lower::new(signature, body_span, takers);
    let root = cx.scope;
    cx.declare_items(&prelude.header);
    let own_metal = match cx.own(root, "metal").map(|b| &b.entity) {
        Some(Entity::Namespace(scope)) => Some(*scope),
        _ => None,
    };
    if let Some(metal) = own_metal
        && !cx.scopes[root.0 as usize].also.contains(&metal)
    {
        cx.scopes[root.0 as usize].also.push(metal);
    }
    cx.prelude_functions = cx.functions.len();
    let prelude_globals = cx.globals.len();
    // The user's header may hide what the prelude declares.
    let header = cx.new_namespace(Some(root));
    cx.scope = header;
    cx.declare_items(&tree.header);

    let template_scope = cx.new_scope(Some(header));
    cx.bind_kernel_template(template_scope, body_span);
    let params = cx.new_scope(Some(template_scope));
    let scan = cx.scan(&tree.body);
    cx.frame = Frame { scan, ..cx.empty_frame() };
    let args = cx.in_scope(params, |cx| cx.parameters(facts, names, body_span));
    cx.in_scope(params, |cx| {
        cx.statements(&tree.body);
    });
    cx.frame = cx.empty_frame();
    cx.check_globals(prelude_globals);
    cx.check_unused(cx.prelude_functions);
    let kernel = super::compact::compact(std::mem::take(&mut cx.builder).finish());
    Lowered { kernel, args, diagnostics: cx.diagnostics }
}

impl<'a> Lower<'a> {
    fn empty_frame(&self) -> Frame<'a> {
        Frame {
            this: None,
            scan: Default::default(),
            returning: None,
            template: self.no_template(),
            loops: Vec::new(),
            dead: 0,
        }
    }

    fn bind_kernel_template(&mut self, scope: ScopeId, span: Span) {
        let signature = self.signature;
        for (name, value) in &signature.template {
            let entity = match value {
                TemplateValue::Type(dtype) => match self.dtype(*dtype, span) {
                    Ok(ty) => Entity::Type(ty),
                    Err(Poison) => Entity::Type(Type::Error),
                },
                TemplateValue::Int(i) => constant(Value::int(*i)),
                TemplateValue::Bool(b) => constant(Value::bool(*b)),
            };
            self.bind(scope, name, entity, span);
        }
    }

    /// The generated parameters in Metal's order, bound in the current scope.
    fn parameters(&mut self, facts: &Facts, names: &'a ParamNames, span: Span) -> Vec<KernelArg> {
        let signature = self.signature;
        let mut args = Vec::new();
        for (i, input) in signature.inputs.iter().enumerate() {
            let space = if input.size < 8 { Space::Constant } else { Space::Device };
            args.push(KernelArg::Input(i));
            let pointer = self.buffer(&input.name, space, false, span);
            let place = match self.dtype(input.dtype, span) {
                Ok(ty) if input.ndim == 0 => memory(ty, pointer, space),
                Ok(ty) => self.pointer_param(&input.name, ty, pointer, space, true, span),
                Err(Poison) => Place::error(),
            };
            self.bind(self.scope, &input.name, Entity::Place(Rc::new(place)), span);
            let uses = facts.inputs.get(i).copied().unwrap_or_default();
            let Some([shape, strides, ndim]) = names.inputs.get(i) else { continue };
            if uses.shape {
                args.push(KernelArg::Shape(i));
                let pointer = self.buffer(shape, Space::Constant, false, span);
                let place = self.pointer_param(shape, Type::INT, pointer, Space::Constant, true, span);
                self.bind(self.scope, shape, Entity::Place(Rc::new(place)), span);
            }
            if uses.strides {
                args.push(KernelArg::Strides(i));
                let pointer = self.buffer(strides, Space::Constant, false, span);
                let place = self.pointer_param(strides, Type::LONG, pointer, Space::Constant, true, span);
                self.bind(self.scope, strides, Entity::Place(Rc::new(place)), span);
            }
            if uses.ndim {
                args.push(KernelArg::Ndim(i));
                let pointer = self.buffer(ndim, Space::Constant, false, span);
                let place = memory(Type::INT, pointer, Space::Constant);
                self.bind(self.scope, ndim, Entity::Place(Rc::new(place)), span);
            }
        }
        for (i, output) in signature.outputs.iter().enumerate() {
            args.push(KernelArg::Output(i));
            let pointer = self.buffer(&output.name, Space::Device, true, span);
            let place = match self.dtype(output.dtype, span) {
                Ok(Type::Scalar(s)) if signature.atomic_outputs => {
                    self.pointer_param(&output.name, Type::Atomic(s), pointer, Space::Device, false, span)
                }
                Ok(ty) if !signature.atomic_outputs => {
                    self.pointer_param(&output.name, ty, pointer, Space::Device, false, span)
                }
                Ok(_) => {
                    self.report(Diagnostic::error(
                        "atomic-output",
                        span,
                        format!(
                            "the output `{}` cannot be atomic: its type is {}",
                            output.name, output.dtype
                        ),
                    ));
                    Place::error()
                }
                Err(Poison) => Place::error(),
            };
            self.bind(self.scope, &output.name, Entity::Place(Rc::new(place)), span);
        }
        for &(name, is_3d) in &facts.attributes {
            let value = self.attribute(name, is_3d, span);
            let scan = self.frame.scan.clone();
            let place = self.local(name, value, false, &scan, span).unwrap_or_else(|Poison| Place::error());
            self.bind(self.scope, name, Entity::Place(Rc::new(place)), span);
        }
        args
    }

    /// A pointer parameter; the body may move it.
    fn pointer_param(
        &mut self,
        name: &'a str,
        to: Type,
        pointer: ir::ValueId,
        space: Space,
        is_const: bool,
        span: Span,
    ) -> Place {
        let value = Value::new(Type::pointer(to, space, is_const), Part::Ir(pointer));
        let scan = self.frame.scan.clone();
        self.local(name, value, false, &scan, span).unwrap_or_else(|Poison| Place::error())
    }

    fn buffer(&mut self, name: &str, space: Space, writable: bool, span: Span) -> ir::ValueId {
        let id = self.builder.buffer(name, space, writable);
        self.builder.inst(Op::Buffer(id), Some(ir::Type::Pointer(space)), span)
    }

    fn attribute(&mut self, name: &str, is_3d: bool, span: Span) -> Value {
        let alias = match name {
            "grid_size" => "threads_per_grid",
            other => other,
        };
        let found = Attribute::ALL.into_iter().find(|a| a.name() == alias);
        let part = |cx: &mut Self, axis: u8| match found {
            Some(attribute) => cx.emit(Op::Attribute(attribute, axis), Scalar::U32, span),
            // `grid_origin` is 0; a simdgroup has 32 threads.
            None => Part::Const(if is_3d { 0 } else { 32 }),
        };
        if is_3d {
            let parts: Vec<Part> = (0..3).map(|axis| part(self, axis)).collect();
            Value::new(Type::vector(Scalar::U32, 3), parts)
        } else {
            Value::new(Type::UINT, Parts::from(part(self, 0)))
        }
    }

    /// The element type of an array.
    fn dtype(&mut self, dtype: DType, span: Span) -> Result<Type, Poison> {
        if let Some(number) = number_type(dtype) {
            return Ok(Type::Scalar(number));
        }
        if dtype == DType::F64 {
            return Err(self.error(
                Diagnostic::error("no-double", span, "arrays of `float64` cannot be passed to a kernel")
                    .help("convert them to `float32`"),
            ));
        }
        let entity = self.lookup("complex64_t").map(|b| b.entity.clone());
        match entity {
            Some(Entity::Type(ty)) => Ok(ty),
            Some(Entity::Struct(id)) => self.instantiate(id, Vec::new(), span),
            _ => Err(self.error(Diagnostic::error("no-complex", span, "`complex64_t` is not declared"))),
        }
    }
}

/// The scalar type of a dtype's elements; `None` for `complex64` and `float64`.
pub(crate) fn number_type(dtype: DType) -> Option<Scalar> {
    Some(match dtype {
        DType::Bool => Scalar::Bool,
        DType::U8 => Scalar::U8,
        DType::U16 => Scalar::U16,
        DType::U32 => Scalar::U32,
        DType::U64 => Scalar::U64,
        DType::I8 => Scalar::I8,
        DType::I16 => Scalar::I16,
        DType::I32 => Scalar::I32,
        DType::I64 => Scalar::I64,
        DType::F16 => Scalar::F16,
        DType::BF16 => Scalar::BF16,
        DType::F32 => Scalar::F32,
        DType::F64 | DType::Complex64 => return None,
    })
}

fn constant(value: Value) -> Entity<'static> {
    let place =
        Place { ty: value.ty, kind: PlaceKind::Value(value.parts), constness: Constness::Const(None) };
    Entity::Place(Rc::new(place))
}

fn memory(ty: Type, pointer: ir::ValueId, space: Space) -> Place {
    Place { ty, kind: PlaceKind::Memory { pointer, offset: 0, space }, constness: Constness::Input }
}
