//! Calls that Apple's compiler refuses as ambiguous: `clamp(x, -1, 1)` of a `float`, `max(i, n)` of `int` and `uint`.
//!
//! Metal declares these functions once for every type, so C++'s overload resolution decides; here the arguments are
//! converted as C's operators do. The call works, and a warning says that it will not compile on Apple's side.

use super::super::types::Type;
use super::Precision;
use super::args::{Call, Class};
use emberforge_base::Diagnostic;
use emberforge_ir::Scalar;

const FLOATS: [Scalar; 2] = [Scalar::F16, Scalar::F32];
const INTEGERS: [Scalar; 8] =
    [Scalar::I8, Scalar::U8, Scalar::I16, Scalar::U16, Scalar::I32, Scalar::U32, Scalar::I64, Scalar::U64];

/// Warns when no overload is the best; the arguments become `used` here.
pub(super) fn check(call: &mut Call<'_, '_>, class: Class, used: Scalar) {
    let mut types = Vec::with_capacity(call.args.len());
    for arg in &call.args {
        match arg.place.ty {
            // How `bfloat` ranks beside the others is MLX's and the compiler version's affair.
            Type::Scalar(s) if s != Scalar::BF16 => types.push(s),
            _ => return,
        }
    }
    // `fast::` and `precise::` have fewer overloads.
    if call.precision != Precision::Unspecified || has_best(class, &types) {
        return;
    }
    let list = types.iter().map(|s| Type::Scalar(*s).to_string()).collect::<Vec<_>>().join(", ");
    let used = Type::Scalar(used).to_string();
    let mut d = Diagnostic::warning(
        "ambiguous-call",
        call.span,
        format!("Apple's compiler calls `{}({list})` ambiguous", call.name),
    )
    .note(format!("here the arguments are converted to `{used}`, as C's operators do"));
    let suffix = match &*used {
        "float" => ".0f",
        "half" => ".0h",
        "uint" => "u",
        _ => "",
    };
    // Integer constants get the suffix that makes them the common type.
    let mut edits = Vec::new();
    for (arg, ty) in call.args.iter().zip(&types) {
        if Type::Scalar(*ty).to_string() == used {
            continue;
        }
        match &arg.place.kind {
            super::super::value::PlaceKind::Value(parts) if *ty == Scalar::I32 && !suffix.is_empty() => {
                let bits = parts.first().and_then(|p| p.constant());
                edits.extend(bits.map(|bits| (arg.span, format!("{}{suffix}", bits as i32))));
            }
            _ => {}
        }
    }
    let others = call.args.iter().zip(&types).filter(|(_, t)| Type::Scalar(**t).to_string() != used).count();
    d = if edits.len() == others && others > 0 {
        d.suggest("write the constants in that type", edits)
    } else {
        d.help(format!("convert them yourself: `{used}(...)`"))
    };
    call.cx.report(d);
}

/// One overload is at least as good as every other for every argument, and better for one.
fn has_best(class: Class, types: &[Scalar]) -> bool {
    let overloads: Vec<Scalar> = match class {
        Class::Float => FLOATS.to_vec(),
        Class::Integer => INTEGERS.to_vec(),
        Class::Number => FLOATS.into_iter().chain(INTEGERS).collect(),
        Class::Any => return true,
    };
    let ranks = |to: Scalar| types.iter().map(move |from| rank(*from, to)).collect::<Vec<u8>>();
    overloads.iter().any(|&best| {
        let best_ranks = ranks(best);
        overloads.iter().filter(|&&other| other != best).all(|&other| {
            let other_ranks = ranks(other);
            let pairs = || best_ranks.iter().zip(&other_ranks);
            pairs().all(|(a, b)| a <= b) && pairs().any(|(a, b)| a < b)
        })
    })
}

/// The same type, a promotion, or a conversion.
fn rank(from: Scalar, to: Scalar) -> u8 {
    let small = matches!(from, Scalar::Bool | Scalar::I8 | Scalar::U8 | Scalar::I16 | Scalar::U16);
    match from == to {
        true => 0,
        false if small && to == Scalar::I32 => 1,
        false => 2,
    }
}
