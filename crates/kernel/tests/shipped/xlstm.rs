//! One step of the mLSTM and of the sLSTM.

use crate::common::{Run, UNIT, array, close, normal, scalar, sum};

fn log_sigmoid(x: f64) -> f64 {
    x.min(0.0) - (-x.abs()).exp().ln_1p()
}

/// Bound of the relative error of `exp(a + b + ...)` when the arguments, of these sizes, are rounded in f32.
fn exponent_error(parts: &[f64]) -> f64 {
    let size: f64 = parts.iter().map(|p| p.abs()).sum();
    (3.0 * size + 6.0) * UNIT
}

#[test]
fn mlstm_step() {
    for [s, dk, dv] in [[1, 1, 1], [2, 3, 5], [3, 32, 64], [4, 67, 31], [2, 16, 257], [1, 300, 2]] {
        let (q, k, v) = (normal(&[s, dk], 1), normal(&[s, dk], 2), normal(&[s, dv], 3));
        let gate = |mean: f64, seed: usize| array(&format!("f32({s}):normal({mean}, 2, {seed})"));
        let (input, forget, m) = (gate(0.0, 4), gate(3.0, 5), gate(0.0, 6));
        let (c, n) = (normal(&[s, dk, dv], 7), normal(&[s, dk], 8));
        let eps = 1e-6f32;
        let out = Run::new("mlstm_step")
            .input(&q)
            .input(&k)
            .input(&v)
            .input(&input)
            .input(&forget)
            .input(&c)
            .input(&n)
            .input(&m)
            .input(&scalar(eps))
            .output(&[s, dv])
            .output(&[s, dk, dv])
            .output(&[s, dk])
            .output(&[s])
            .launch([dv, s, 1], [256, 1, 1]);
        let [q, k, v, input, forget, m, c, n] = [q, k, v, input, forget, m, c, n].map(|a| a.to_f64());
        // m', F, I and a bound of the relative error of F and I.
        let gates = |i: usize| {
            let f = log_sigmoid(forget[i]);
            let top = (f + m[i]).max(input[i]);
            let error = exponent_error(&[f, m[i], input[i], top]);
            (top, (f + m[i] - top).exp(), (input[i] - top).exp(), error)
        };
        let c_new = |i: usize, j: usize, column: usize| {
            let (_, forget, input, _) = gates(i);
            let (kept, added) =
                (forget * c[(i * dk + j) * dv + column], input * k[i * dk + j] * v[i * dv + column]);
            (kept + added, kept.abs() + added.abs())
        };
        let n_new = |i: usize, j: usize| {
            let (_, forget, input, _) = gates(i);
            let (kept, added) = (forget * n[i * dk + j], input * k[i * dk + j]);
            (kept + added, kept.abs() + added.abs())
        };
        close("m", &out[3], |i| (gates(i).0, 4.0 * UNIT * (gates(i).0.abs() + m[i].abs() + 1.0)));
        close("c", &out[1], |i| {
            let (value, magnitude) = c_new(i / (dk * dv), i / dv % dk, i % dv);
            (value, (gates(i / (dk * dv)).3 + 3.0 * UNIT) * magnitude)
        });
        close("n", &out[2], |i| {
            let (value, magnitude) = n_new(i / dk, i % dk);
            (value, (gates(i / dk).3 + 3.0 * UNIT) * magnitude)
        });
        close("h", &out[0], |i| {
            let (i, column) = (i / dv, i % dv);
            let (top, _, _, error) = gates(i);
            let scale = 1.0 / (dk as f64).sqrt();
            let dot = |part: &dyn Fn(usize) -> (f64, f64)| {
                let value: f64 = (0..dk).map(|j| part(j).0 * q[i * dk + j]).sum();
                let (magnitude, _) = sum((0..dk).map(|j| part(j).1 * q[i * dk + j].abs()));
                (scale * value, scale * magnitude)
            };
            let (numerator, size) = dot(&|j| c_new(i, j, column));
            let (normalizer, normal_size) = dot(&|j| n_new(i, j));
            let denominator = normalizer.abs().max((-top).exp()) + f64::from(eps);
            let want = numerator / denominator;
            // Both sums carry the gates' error and their own; the quotient carries both.
            let each = error + (dk as f64 + 6.0) * UNIT;
            let below = each * normal_size.max((-top).exp()) / denominator;
            (want, each * size / denominator + want.abs() * (below + 3.0 * UNIT + exponent_error(&[top])))
        });
    }
}

#[test]
fn slstm_step() {
    for [b, heads, d] in [[1, 1, 1], [2, 3, 5], [1, 2, 67], [3, 1, 257], [2, 4, 32]] {
        let w = normal(&[b, 4, heads, d], 1);
        let r = array(&format!("f32(4,{heads},{d},{d}):normal(0, 0.2, 2)"));
        let state = |spec: &str| array(&format!("f32({b},{heads},{d}):{spec}"));
        let (h, c) = (state("uniform(-1, 1, 3)"), state("normal(4)"));
        let (n, m) = (state("uniform(0.5, 2, 5)"), state("normal(6)"));
        let shape = [b, heads, d];
        let out = Run::new("slstm_step")
            .input(&w)
            .input(&r)
            .input(&h)
            .input(&c)
            .input(&n)
            .input(&m)
            .output(&shape)
            .output(&shape)
            .output(&shape)
            .output(&shape)
            .launch([d, heads, b], [256, 1, 1]);
        let [w, r, h, c, n, m] = [w, r, h, c, n, m].map(|a| a.to_f64());
        // A gate's input and a bound of its error: d fused steps.
        let gate = |i: usize, g: usize| {
            let (unit, head, batch) = (i % d, i / d % heads, i / d / heads);
            let terms = (0..d)
                .map(|j| r[((g * heads + head) * d + j) * d + unit] * h[(batch * heads + head) * d + j]);
            let (s, magnitude) = sum(terms.chain([w[((batch * 4 + g) * heads + head) * d + unit]]));
            (s, d as f64 * UNIT * magnitude)
        };
        struct Step {
            m: f64,
            c: f64,
            n: f64,
            output: f64,
            /// Bounds of relative errors: of the gates' exponentials, of c beside its magnitude, of the output gate.
            error: f64,
            magnitude: f64,
            output_error: f64,
        }
        let step = |i: usize| {
            let [(input, e0), (forget, e1), (z, e2), (output, e3)] = [0, 1, 2, 3].map(|g| gate(i, g));
            let f = log_sigmoid(forget);
            let top = (f + m[i]).max(input);
            let (keep, add) = ((f + m[i] - top).exp(), (input - top).exp());
            Step {
                m: top,
                c: keep * c[i] + add * z.tanh(),
                n: keep * n[i] + add,
                output: 1.0 / (1.0 + (-output).exp()),
                error: exponent_error(&[f, m[i], input, top]) + 2.0 * (e0 + e1),
                magnitude: (keep * c[i]).abs() + add * (z.tanh().abs() + e2),
                output_error: e3 + exponent_error(&[output]),
            }
        };
        close("m", &out[3], |i| (step(i).m, step(i).error * (1.0 + step(i).m.abs())));
        close("n", &out[2], |i| (step(i).n, (step(i).error + 3.0 * UNIT) * step(i).n));
        let c_bound = |i: usize| {
            let (_, z_error) = gate(i, 2);
            (step(i).error + 6.0 * UNIT) * step(i).magnitude + z_error
        };
        close("c", &out[1], |i| (step(i).c, c_bound(i)));
        close("h", &out[0], |i| {
            let s = step(i);
            let want = s.output * s.c / s.n;
            (want, s.output * c_bound(i) / s.n + want.abs() * (s.error + s.output_error + 6.0 * UNIT))
        });
    }
}

#[test]
fn an_empty_memory_gives_zero() {
    let zeros = array("f32(1,1,3):zeros");
    // The input gate is so low beside m that nothing enters: n' is 0.
    let w = array("f32(1,4,1,3):[-1000, -1000, -1000, 9, 9, 9, 1, 1, 1, 0, 0, 0]");
    let r = array("f32(4,1,3,3):zeros");
    let shape = [1, 1, 3];
    let run =
        Run::new("slstm_step").input(&w).input(&r).input(&zeros).input(&zeros).input(&zeros).input(&zeros);
    let run = run.output(&shape).output(&shape).output(&shape).output(&shape);
    let out = run.launch([3, 1, 1], [256, 1, 1]);
    assert_eq!(out[0].as_slice::<f32>().unwrap(), [0.0; 3]);
}
