//! Times the guide's depthwise kernel, built by hand, beside memcpy. (Scratch measurement.)
#![allow(missing_docs, clippy::print_stdout)]
use emberforge_base::{SourceId, Span};
use emberforge_ir::*;
use emberforge_vm::{BufferArg, Launch, compile};
use std::time::Instant;

fn main() {
    let s = Span::new(SourceId::new(0), 0, 0);
    let mut b = Builder::new("dw");
    let params = b.buffer("params", Space::Constant, false);
    let x = b.buffer("x", Space::Device, false);
    let k = b.buffer("k", Space::Device, false);
    let y = b.buffer("y", Space::Device, true);
    let u = Some(Type::Scalar(Scalar::U32));
    let f = Some(Type::Scalar(Scalar::F32));
    let pb = b.inst(Op::Buffer(params), Some(Type::Pointer(Space::Constant)), s);
    let px = b.inst(Op::Buffer(x), Some(Type::Pointer(Space::Device)), s);
    let pk = b.inst(Op::Buffer(k), Some(Type::Pointer(Space::Device)), s);
    let py = b.inst(Op::Buffer(y), Some(Type::Pointer(Space::Device)), s);
    let c = |b: &mut Builder, v: u64| b.constant(Scalar::U32, v, s);
    let at = |b: &mut Builder, p: ValueId, i: ValueId| {
        let ty = b.kernel().ty(p);
        b.inst(Op::Offset { base: p, index: i, scale: 4 }, Some(ty), s)
    };
    let bin = |b: &mut Builder, op, x, y| b.inst(Op::Binary(op, x, y), u, s);
    let mut dims = vec![];
    for i in 0..3 {
        let i = c(&mut b, i);
        let p = at(&mut b, pb, i);
        dims.push(b.inst(Op::Load(p), u, s));
    }
    let tid = b.inst(Op::Attribute(Attribute::ThreadPositionInGrid, 0), u, s);
    let bc = bin(&mut b, BinaryOp::Mul, dims[0], dims[1]);
    let total = bin(&mut b, BinaryOp::Mul, bc, dims[2]);
    let ge = b.inst(Op::Compare(CompareOp::Ge, tid, total), Some(Type::Scalar(Scalar::Bool)), s);
    b.push(Stmt::If { cond: ge, then: vec![Stmt::Return], otherwise: vec![], span: s });
    let cl = bin(&mut b, BinaryOp::Mul, dims[1], dims[2]);
    let bb = bin(&mut b, BinaryOp::Div, tid, cl);
    let rem = bin(&mut b, BinaryOp::Rem, tid, cl);
    let cc = bin(&mut b, BinaryOp::Div, rem, dims[2]);
    let t = bin(&mut b, BinaryOp::Rem, rem, dims[2]);
    let one = c(&mut b, 1);
    let base = |b: &mut Builder| {
        let a = bin(b, BinaryOp::Mul, bb, dims[1]);
        let a = bin(b, BinaryOp::Mul, a, dims[2]);
        let d = bin(b, BinaryOp::Mul, cc, dims[2]);
        bin(b, BinaryOp::Add, a, d)
    };
    let mut v = vec![];
    for tap in 0..3 {
        let var = b.declare("v", Scalar::F32);
        let cond = match tap {
            0 => b.inst(Op::Compare(CompareOp::Ge, t, one), Some(Type::Scalar(Scalar::Bool)), s),
            1 => b.constant(Scalar::Bool, 1, s),
            _ => {
                let t1 = bin(&mut b, BinaryOp::Add, t, one);
                b.inst(Op::Compare(CompareOp::Lt, t1, dims[2]), Some(Type::Scalar(Scalar::Bool)), s)
            }
        };
        b.open();
        let o = base(&mut b);
        let tt = match tap {
            0 => bin(&mut b, BinaryOp::Sub, t, one),
            1 => t,
            _ => bin(&mut b, BinaryOp::Add, t, one),
        };
        let o = bin(&mut b, BinaryOp::Add, o, tt);
        let p = at(&mut b, px, o);
        let l = b.inst(Op::Load(p), f, s);
        b.push(Stmt::Set(var, l));
        let then = b.close();
        b.open();
        let z = b.constant(Scalar::F32, 0, s);
        b.push(Stmt::Set(var, z));
        let otherwise = b.close();
        b.push(Stmt::If { cond, then, otherwise, span: s });
        v.push(b.inst(Op::Get(var), f, s));
    }
    let three = c(&mut b, 3);
    let mut w = vec![];
    for tap in 0..3 {
        let i = bin(&mut b, BinaryOp::Mul, cc, three);
        let tap = c(&mut b, tap);
        let i = bin(&mut b, BinaryOp::Add, i, tap);
        let p = at(&mut b, pk, i);
        w.push(b.inst(Op::Load(p), f, s));
    }
    let acc = b.inst(Op::Binary(BinaryOp::Mul, v[0], w[0]), f, s);
    let acc = b.inst(Op::Fma(v[1], w[1], acc), f, s);
    let acc = b.inst(Op::Fma(v[2], w[2], acc), f, s);
    let p = at(&mut b, py, tid);
    b.inst(Op::Store(p, acc), None, s);
    let kernel = b.finish();
    let start = Instant::now();
    let program = compile(&kernel).unwrap();
    println!("compile {:?}; {}", start.elapsed(), program.describe());
    let shapes: Vec<(usize, usize, usize)> = if std::env::args().count() > 1 { vec![(8, 768, 8192); 6] } else { vec![(2, 64, 128), (1, 512, 2048), (8, 768, 1000), (8, 768, 37), (8, 768, 8192)] };
    for (bt, ch, len) in shapes {
        let n = bt * ch * len;
        let params: Vec<u32> = vec![bt as u32, ch as u32, len as u32];
        let xs: Vec<f32> = (0..n).map(|i| ((i * 7919) % 1000) as f32 * 0.001 - 0.5).collect();
        let ks: Vec<f32> = (0..ch * 3).map(|i| ((i * 31) % 17) as f32 * 0.1 - 0.8).collect();
        let mut out = vec![0f32; n];
        for threads in if std::env::args().count() > 1 { vec![1] } else { vec![1, 2] } {
            let launch = Launch { grid: [n as u32, 1, 1], threadgroup: [256, 1, 1], threads, fuel: None, stop: None };
            let mut times = vec![];
            for _ in 0..if std::env::args().count() > 1 { 40 } else { 9 } {
                let start = Instant::now();
                program
                    .run(
                        &launch,
                        &mut [
                            BufferArg::Read(bytemuck::cast_slice(&params)),
                            BufferArg::Read(bytemuck::cast_slice(&xs)),
                            BufferArg::Read(bytemuck::cast_slice(&ks)),
                            BufferArg::Write(bytemuck::cast_slice_mut(&mut out)),
                        ],
                    )
                    .unwrap();
                times.push(start.elapsed().as_secs_f64());
            }
            times.sort_by(f64::total_cmp);
            let m = times[4];
            let mut copy = vec![];
            let mut dst = vec![0f32; n];
            for _ in 0..if std::env::args().count() > 1 { 40 } else { 9 } {
                let start = Instant::now();
                if threads == 1 {
                    dst.copy_from_slice(&xs);
                } else {
                    let (a, b) = dst.split_at_mut(n / 2);
                    std::thread::scope(|s| {
                        s.spawn(|| a.copy_from_slice(&xs[..n / 2]));
                        b.copy_from_slice(&xs[n / 2..]);
                    });
                }
                copy.push(start.elapsed().as_secs_f64());
            }
            copy.sort_by(f64::total_cmp);
            println!(
                "({bt},{ch},{len}) {threads}t: {:.3} ms {:.2} Gelem/s {:.1} GB/s; memcpy {:.1} GB/s ratio {:.2}",
                m * 1e3, n as f64 / m * 1e-9, n as f64 * 8.0 / m * 1e-9, n as f64 * 8.0 / copy[4] * 1e-9, copy[4] / m
            );
        }
        for i in (0..n).step_by(1 + n / 5000) {
            let (c, t) = (i / len % ch, i % len);
            let v0 = if t >= 1 { xs[i - 1] } else { 0.0 };
            let v2 = if t + 1 < len { xs[i + 1] } else { 0.0 };
            let e = v2.mul_add(ks[c * 3 + 2], xs[i].mul_add(ks[c * 3 + 1], v0 * ks[c * 3]));
            assert_eq!(out[i].to_bits(), e.to_bits(), "element {i}");
        }
    }
}
