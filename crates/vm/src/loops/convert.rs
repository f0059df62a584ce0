//! Conversions between the register forms of scalar types, and between registers and memory.

use super::{Src, map};
use crate::simd::multiversion;
use emberforge_ir::{Scalar, math};

multiversion! {
    /// Signed 32-bit lanes to f32.
    pub(crate) fn i32_to_f32(dst: &mut [f32], a: Src<'_, i32>) {
        map(dst, a, |a| a as f32);
    }

    /// Unsigned 32-bit lanes to f32.
    pub(crate) fn u32_to_f32(dst: &mut [f32], a: Src<'_, u32>) {
        map(dst, a, |a| a as f32);
    }

    /// f32 to signed 32-bit lanes: truncates, saturates, NaN gives 0.
    pub(crate) fn f32_to_i32(dst: &mut [i32], a: Src<'_, f32>) {
        map(dst, a, |a| a as i32);
    }

    /// f32 to unsigned 32-bit lanes: truncates, saturates, NaN gives 0.
    pub(crate) fn f32_to_u32(dst: &mut [u32], a: Src<'_, f32>) {
        map(dst, a, |a| a as u32);
    }

    /// Truth of f32 lanes.
    pub(crate) fn f32_to_bool(dst: &mut [u8], a: Src<'_, f32>) {
        map(dst, a, |a| u8::from(a != 0.0));
    }

    /// Truth of 32-bit lanes.
    pub(crate) fn u32_to_bool(dst: &mut [u8], a: Src<'_, u32>) {
        map(dst, a, |a| u8::from(a != 0));
    }

    /// Truth bytes to 32-bit lanes.
    pub(crate) fn bool_to_u32(dst: &mut [u32], a: Src<'_, u8>) {
        map(dst, a, u32::from);
    }

    /// Truth bytes to f32 lanes.
    pub(crate) fn bool_to_f32(dst: &mut [f32], a: Src<'_, u8>) {
        map(dst, a, f32::from);
    }

    /// 32-bit lanes to 64-bit ones, zero-extended.
    pub(crate) fn u32_to_u64(dst: &mut [u64], a: Src<'_, u32>) {
        map(dst, a, u64::from);
    }

    /// 32-bit lanes to 64-bit ones, sign-extended.
    pub(crate) fn i32_to_u64(dst: &mut [u64], a: Src<'_, i32>) {
        map(dst, a, |a| i64::from(a) as u64);
    }

    /// The low halves of 64-bit lanes.
    pub(crate) fn u64_to_u32(dst: &mut [u32], a: Src<'_, u64>) {
        map(dst, a, |a| a as u32);
    }

    /// f32 lanes to f64.
    pub(crate) fn f32_to_f64(dst: &mut [f64], a: Src<'_, f32>) {
        map(dst, a, f64::from);
    }

    /// f64 lanes to f32 ones that hold the type `to`, rounded once.
    pub(crate) fn f64_to_f32(to: Scalar, dst: &mut [f32], a: Src<'_, f64>) {
        match to {
            Scalar::F16 => map(dst, a, math::round_f64_to_f16),
            Scalar::BF16 => map(dst, a, math::round_f64_to_bf16),
            _ => map(dst, a, |a| a as f32),
        }
    }

    /// Signed 32-bit lanes to f64.
    pub(crate) fn i32_to_f64(dst: &mut [f64], a: Src<'_, i32>) {
        map(dst, a, f64::from);
    }

    /// Unsigned 32-bit lanes to f64.
    pub(crate) fn u32_to_f64(dst: &mut [f64], a: Src<'_, u32>) {
        map(dst, a, f64::from);
    }

    /// Signed 64-bit lanes to f64.
    pub(crate) fn i64_to_f64(dst: &mut [f64], a: Src<'_, i64>) {
        map(dst, a, |a| a as f64);
    }

    /// Unsigned 64-bit lanes to f64.
    pub(crate) fn u64_to_f64(dst: &mut [f64], a: Src<'_, u64>) {
        map(dst, a, |a| a as f64);
    }

    /// f64 to integers of up to 32 bits, extended: truncates, saturates, NaN gives 0.
    pub(crate) fn f64_to_u32(to: Scalar, dst: &mut [u32], a: Src<'_, f64>) {
        match to {
            Scalar::I8 => map(dst, a, |a| a as i8 as u32),
            Scalar::U8 => map(dst, a, |a| u32::from(a as u8)),
            Scalar::I16 => map(dst, a, |a| a as i16 as u32),
            Scalar::U16 => map(dst, a, |a| u32::from(a as u16)),
            Scalar::I32 => map(dst, a, |a| a as i32 as u32),
            _ => map(dst, a, |a| a as u32),
        }
    }

    /// f64 to 64-bit integers: truncates, saturates, NaN gives 0.
    pub(crate) fn f64_to_u64(to: Scalar, dst: &mut [u64], a: Src<'_, f64>) {
        match to {
            Scalar::I64 => map(dst, a, |a| a as i64 as u64),
            _ => map(dst, a, |a| a as u64),
        }
    }

    /// Truth of f64 lanes.
    pub(crate) fn f64_to_bool(dst: &mut [u8], a: Src<'_, f64>) {
        map(dst, a, |a| u8::from(a != 0.0));
    }

    /// Truth bytes to f64 lanes.
    pub(crate) fn bool_to_f64(dst: &mut [f64], a: Src<'_, u8>) {
        map(dst, a, f64::from);
    }

    /// 32-bit lanes cut to a narrower integer type and extended again.
    pub(crate) fn narrow(to: Scalar, dst: &mut [u32], a: Src<'_, u32>) {
        match to {
            Scalar::I8 => map(dst, a, |a| a as i8 as u32),
            Scalar::U8 => map(dst, a, |a| a & 0xff),
            Scalar::I16 => map(dst, a, |a| a as i16 as u32),
            Scalar::U16 => map(dst, a, |a| a & 0xffff),
            _ => map(dst, a, |a| a),
        }
    }

    /// f16 bit patterns to f32 lanes.
    pub(crate) fn f16_to_f32(dst: &mut [f32], a: &[u16]) {
        for (d, &a) in dst.iter_mut().zip(a) {
            *d = math::f16_to_f32(a);
        }
    }

    /// bf16 bit patterns to f32 lanes.
    pub(crate) fn bf16_to_f32(dst: &mut [f32], a: &[u16]) {
        for (d, &a) in dst.iter_mut().zip(a) {
            *d = math::bf16_to_f32(a);
        }
    }

    /// f32 lanes to f16 bit patterns.
    pub(crate) fn f32_to_f16(dst: &mut [u16], a: &[f32]) {
        for (d, &a) in dst.iter_mut().zip(a) {
            *d = math::f32_to_f16(a);
        }
    }

    /// f32 lanes to bf16 bit patterns.
    pub(crate) fn f32_to_bf16(dst: &mut [u16], a: &[f32]) {
        for (d, &a) in dst.iter_mut().zip(a) {
            *d = math::f32_to_bf16(a);
        }
    }

    /// Bytes to 32-bit lanes.
    pub(crate) fn u8_to_u32(dst: &mut [u32], a: &[u8]) {
        for (d, &a) in dst.iter_mut().zip(a) {
            *d = u32::from(a);
        }
    }

    /// Signed bytes to 32-bit lanes.
    pub(crate) fn i8_to_u32(dst: &mut [u32], a: &[i8]) {
        for (d, &a) in dst.iter_mut().zip(a) {
            *d = a as u32;
        }
    }

    /// 16-bit lanes to 32-bit ones.
    pub(crate) fn u16_to_u32(dst: &mut [u32], a: &[u16]) {
        for (d, &a) in dst.iter_mut().zip(a) {
            *d = u32::from(a);
        }
    }

    /// Signed 16-bit lanes to 32-bit ones.
    pub(crate) fn i16_to_u32(dst: &mut [u32], a: &[i16]) {
        for (d, &a) in dst.iter_mut().zip(a) {
            *d = a as u32;
        }
    }

    /// The low bytes of 32-bit lanes.
    pub(crate) fn u32_to_u8(dst: &mut [u8], a: &[u32]) {
        for (d, &a) in dst.iter_mut().zip(a) {
            *d = a as u8;
        }
    }

    /// The low 16 bits of 32-bit lanes.
    pub(crate) fn u32_to_u16(dst: &mut [u16], a: &[u32]) {
        for (d, &a) in dst.iter_mut().zip(a) {
            *d = a as u16;
        }
    }

    /// Bytes to truth bytes.
    pub(crate) fn u8_to_bool(dst: &mut [u8], a: &[u8]) {
        for (d, &a) in dst.iter_mut().zip(a) {
            *d = u8::from(a != 0);
        }
    }
}
