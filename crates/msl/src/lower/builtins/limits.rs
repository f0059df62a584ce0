//! Named constants and enumerators of the library.

use super::super::types::Type;
use super::super::value::Value;
use emberforge_ir as ir;
use ir::Scalar;
use std::f64::consts;

/// `memory_order_relaxed`.
pub(super) const RELAXED: u64 = 0;
/// `mem_flags::mem_device`.
pub(super) const MEM_DEVICE: u64 = 1;
/// `mem_flags::mem_threadgroup`.
pub(super) const MEM_THREADGROUP: u64 = 2;

/// Constants of `uint`-like enumerations: enumeration, enumerator, value.
const ENUMERATORS: &[(&str, &str, u64)] = &[
    ("mem_flags", "mem_none", 0),
    ("mem_flags", "mem_device", MEM_DEVICE),
    ("mem_flags", "mem_threadgroup", MEM_THREADGROUP),
    ("mem_flags", "mem_texture", 4),
    ("mem_flags", "mem_threadgroup_imageblock", 8),
    ("mem_flags", "mem_object_data", 16),
    ("memory_order", "memory_order_relaxed", RELAXED),
    ("memory_order", "memory_order_acquire", 2),
    ("memory_order", "memory_order_release", 3),
    ("memory_order", "memory_order_acq_rel", 4),
    ("memory_order", "memory_order_seq_cst", 5),
    ("thread_scope", "thread_scope_thread", 0),
    ("thread_scope", "thread_scope_simdgroup", 4),
    ("thread_scope", "thread_scope_threadgroup", 1),
    ("thread_scope", "thread_scope_device", 2),
];

/// Mathematical constants, `M_X` with the suffixes `_F`, `_H` and `_BF`.
const MATHEMATICAL: &[(&str, f64)] = &[
    ("M_E", consts::E),
    ("M_LOG2E", consts::LOG2_E),
    ("M_LOG10E", consts::LOG10_E),
    ("M_LN2", consts::LN_2),
    ("M_LN10", consts::LN_10),
    ("M_PI", consts::PI),
    ("M_PI_2", consts::FRAC_PI_2),
    ("M_PI_4", consts::FRAC_PI_4),
    ("M_1_PI", consts::FRAC_1_PI),
    ("M_2_PI", consts::FRAC_2_PI),
    ("M_2_SQRTPI", consts::FRAC_2_SQRT_PI),
    ("M_SQRT2", consts::SQRT_2),
    ("M_SQRT1_2", consts::FRAC_1_SQRT_2),
];

/// The suffixed names, for suggestions.
const MATHEMATICAL_NAMES: &[&str] = &[
    "M_E_F",
    "M_LOG2E_F",
    "M_LOG10E_F",
    "M_LN2_F",
    "M_LN10_F",
    "M_PI_F",
    "M_PI_2_F",
    "M_PI_4_F",
    "M_1_PI_F",
    "M_2_PI_F",
    "M_2_SQRTPI_F",
    "M_SQRT2_F",
    "M_SQRT1_2_F",
    "M_E_H",
    "M_LOG2E_H",
    "M_LOG10E_H",
    "M_LN2_H",
    "M_LN10_H",
    "M_PI_H",
    "M_PI_2_H",
    "M_PI_4_H",
    "M_1_PI_H",
    "M_2_PI_H",
    "M_2_SQRTPI_H",
    "M_SQRT2_H",
    "M_SQRT1_2_H",
];

/// Other constants: name, type, bits.
const OTHERS: &[(&str, Scalar, u64)] = &[
    ("INFINITY", Scalar::F32, 0x7f80_0000),
    ("HUGE_VALF", Scalar::F32, 0x7f80_0000),
    ("HUGE_VALH", Scalar::F16, 0x7c00),
    ("HUGE_VALBF", Scalar::BF16, 0x7f80),
    ("NAN", Scalar::F32, 0x7fc0_0000),
    ("MAXFLOAT", Scalar::F32, 0x7f7f_ffff),
    ("MAXHALF", Scalar::F16, 0x7bff),
    ("MAXBFLOAT", Scalar::BF16, 0x7f7f),
    ("FLT_MAX", Scalar::F32, 0x7f7f_ffff),
    ("FLT_MIN", Scalar::F32, 0x0080_0000),
    ("FLT_TRUE_MIN", Scalar::F32, 1),
    ("FLT_EPSILON", Scalar::F32, 0x3400_0000),
    ("HALF_MAX", Scalar::F16, 0x7bff),
    ("HALF_MIN", Scalar::F16, 0x0400),
    ("HALF_EPSILON", Scalar::F16, 0x1400),
    ("BFLT_MAX", Scalar::BF16, 0x7f7f),
    ("BFLT_MIN", Scalar::BF16, 0x0080),
    ("BFLT_EPSILON", Scalar::BF16, 0x3c00),
    ("UCHAR_MAX", Scalar::U8, u8::MAX as u64),
    ("USHRT_MAX", Scalar::U16, u16::MAX as u64),
    ("UINT_MAX", Scalar::U32, u32::MAX as u64),
    ("ULONG_MAX", Scalar::U64, u64::MAX),
    ("LONG_MAX", Scalar::I64, i64::MAX as u64),
    ("LONG_MIN", Scalar::I64, i64::MIN as u64),
    ("UINT8_MAX", Scalar::U8, u8::MAX as u64),
    ("UINT16_MAX", Scalar::U16, u16::MAX as u64),
    ("UINT32_MAX", Scalar::U32, u32::MAX as u64),
    ("UINT64_MAX", Scalar::U64, u64::MAX),
    ("SIZE_MAX", Scalar::U64, u64::MAX),
    ("INT64_MAX", Scalar::I64, i64::MAX as u64),
    ("INT64_MIN", Scalar::I64, i64::MIN as u64),
];

/// Constants of type `int`.
const INTS: &[(&str, i32)] = &[
    ("CHAR_BIT", 8),
    ("CHAR_MAX", i8::MAX as i32),
    ("CHAR_MIN", i8::MIN as i32),
    ("SCHAR_MAX", i8::MAX as i32),
    ("SCHAR_MIN", i8::MIN as i32),
    ("SHRT_MAX", i16::MAX as i32),
    ("SHRT_MIN", i16::MIN as i32),
    ("INT_MAX", i32::MAX),
    ("INT_MIN", i32::MIN),
    ("INT8_MAX", i8::MAX as i32),
    ("INT8_MIN", i8::MIN as i32),
    ("INT16_MAX", i16::MAX as i32),
    ("INT16_MIN", i16::MIN as i32),
    ("INT32_MAX", i32::MAX),
    ("INT32_MIN", i32::MIN),
    ("FP_ILOGB0", i32::MIN),
    ("FP_ILOGBNAN", i32::MIN),
    ("FLT_RADIX", 2),
    ("FLT_DIG", 6),
    ("FLT_DECIMAL_DIG", 9),
    ("FLT_MANT_DIG", 24),
    ("FLT_MAX_10_EXP", 38),
    ("FLT_MAX_EXP", 128),
    ("FLT_MIN_10_EXP", -37),
    ("FLT_MIN_EXP", -125),
    ("HALF_RADIX", 2),
    ("HALF_DIG", 3),
    ("HALF_DECIMAL_DIG", 5),
    ("HALF_MANT_DIG", 11),
    ("HALF_MAX_10_EXP", 4),
    ("HALF_MAX_EXP", 16),
    ("HALF_MIN_10_EXP", -4),
    ("HALF_MIN_EXP", -13),
    ("BFLT_RADIX", 2),
    ("BFLT_DIG", 2),
    ("BFLT_DECIMAL_DIG", 4),
    ("BFLT_MANT_DIG", 8),
    ("BFLT_MAX_10_EXP", 38),
    ("BFLT_MAX_EXP", 128),
    ("BFLT_MIN_10_EXP", -37),
    ("BFLT_MIN_EXP", -125),
];

/// The constant `name`, written without `metal::`.
pub(super) fn constant(name: &str) -> Option<Value> {
    let (qualifier, last) = match name.rsplit_once("::") {
        Some((qualifier, last)) => (Some(qualifier), last),
        None => (None, name),
    };
    // `mem_flags` is a scoped enumeration; the others are not.
    if let Some((_, _, value)) = ENUMERATORS.iter().find(|(of, enumerator, _)| {
        *enumerator == last && if qualifier.is_some() { qualifier == Some(*of) } else { *of != "mem_flags" }
    }) {
        return Some(Value::uint(*value as u32));
    }
    if qualifier.is_some() {
        return None;
    }
    if let Some((_, value)) = INTS.iter().find(|(n, _)| *n == name) {
        return Some(Value::int(*value));
    }
    if let Some((_, scalar, bits)) = OTHERS.iter().find(|(n, ..)| *n == name) {
        return Some(Value::constant(*scalar, *bits));
    }
    let suffixes = [("_F", Scalar::F32), ("_H", Scalar::F16), ("_BF", Scalar::BF16)];
    suffixes.into_iter().find_map(|(suffix, scalar)| {
        let stem = name.strip_suffix(suffix)?;
        let (_, x) = MATHEMATICAL.iter().find(|(n, _)| *n == stem)?;
        Some(Value::constant(scalar, ir::scalar::from_f64(scalar, *x)))
    })
}

/// Names of the constants, for suggestions.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let enumerators = ENUMERATORS.iter().filter(|e| e.0 != "mem_flags").map(|e| e.1);
    let others = OTHERS.iter().map(|o| o.0).chain(INTS.iter().map(|i| i.0));
    enumerators.chain(others).chain(MATHEMATICAL_NAMES.iter().copied())
}

/// The library's enumerations.
pub(super) fn named_type(name: &str) -> Option<Type> {
    matches!(name, "mem_flags" | "memory_order" | "thread_scope").then_some(Type::UINT)
}
