//! The dtype of a result: MLX's promotion table and its rule for host scalars.

use emberforge_base::DType;

/// The dtype two arrays have in common (MLX 0.32's table).
///
/// ```
/// use emberforge_array::{DType, result_type};
///
/// assert_eq!(result_type(DType::U8, DType::I8), DType::I16);
/// assert_eq!(result_type(DType::F16, DType::BF16), DType::F32);
/// assert_eq!(result_type(DType::U64, DType::I32), DType::F32);
/// ```
pub fn result_type(a: DType, b: DType) -> DType {
    use DType::*;
    let (low, high) = if a.size_rank() <= b.size_rank() { (a, b) } else { (b, a) };
    match (low, high) {
        _ if low == high => low,
        (_, Complex64) => Complex64,
        (F16, BF16) => F32,
        _ if high.is_float() => high,
        (Bool, _) => high,
        _ => integers(low, high),
    }
}

/// The table among integer types.
fn integers(a: DType, b: DType) -> DType {
    use DType::*;
    let signed = |d: DType| matches!(d, I8 | I16 | I32 | I64);
    if signed(a) == signed(b) {
        return if a.size() >= b.size() { a } else { b };
    }
    let (s, u) = if signed(a) { (a, b) } else { (b, a) };
    match u.size() {
        8 => F32,
        n if s.size() > n => s,
        1 => I16,
        2 => I32,
        _ => I64,
    }
}

/// Orders dtypes so that of two, the later decides.
trait Rank {
    fn size_rank(self) -> usize;
}

impl Rank for DType {
    fn size_rank(self) -> usize {
        use DType::*;
        match self {
            Bool => 0,
            F16 => 20,
            BF16 => 21,
            F32 => 22,
            F64 => 23,
            Complex64 => 30,
            integer => integer.size(),
        }
    }
}

/// The dtype of functions whose results are not whole: floats and complex as they are, everything else `f32`.
pub(crate) fn at_least_float(dtype: DType) -> DType {
    if dtype.is_float() || dtype == DType::Complex64 { dtype } else { DType::F32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows as `mx.result_type` of MLX 0.32.4 gives them, columns in the order of `DType::ALL`.
    const RECORDED: [&str; 14] = [
        "bool u8 u16 u32 u64 i8 i16 i32 i64 f16 bf16 f32 f64 c64",
        "u8 u8 u16 u32 u64 i16 i16 i32 i64 f16 bf16 f32 f64 c64",
        "u16 u16 u16 u32 u64 i32 i32 i32 i64 f16 bf16 f32 f64 c64",
        "u32 u32 u32 u32 u64 i64 i64 i64 i64 f16 bf16 f32 f64 c64",
        "u64 u64 u64 u64 u64 f32 f32 f32 f32 f16 bf16 f32 f64 c64",
        "i8 i16 i32 i64 f32 i8 i16 i32 i64 f16 bf16 f32 f64 c64",
        "i16 i16 i32 i64 f32 i16 i16 i32 i64 f16 bf16 f32 f64 c64",
        "i32 i32 i32 i64 f32 i32 i32 i32 i64 f16 bf16 f32 f64 c64",
        "i64 i64 i64 i64 f32 i64 i64 i64 i64 f16 bf16 f32 f64 c64",
        "f16 f16 f16 f16 f16 f16 f16 f16 f16 f16 f32 f32 f64 c64",
        "bf16 bf16 bf16 bf16 bf16 bf16 bf16 bf16 bf16 f32 bf16 f32 f64 c64",
        "f32 f32 f32 f32 f32 f32 f32 f32 f32 f32 f32 f32 f64 c64",
        "f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 c64",
        "c64 c64 c64 c64 c64 c64 c64 c64 c64 c64 c64 c64 c64 c64",
    ];

    #[test]
    fn the_promotion_table_is_mlxs() {
        for (a, row) in DType::ALL.into_iter().zip(RECORDED) {
            let names: Vec<&str> = DType::ALL.into_iter().map(|b| result_type(a, b).name()).collect();
            assert_eq!(names.join(" "), row, "row of {a}");
        }
    }
}
