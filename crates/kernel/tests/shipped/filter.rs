//! The implicit filter of the Hyena operator, layer by layer in f64, with the error carried along.

use crate::common::{Run, UNIT, array, close, normal, scalar};

/// A value and a bound of its error in f32.
type Bounded = (f64, f64);

/// A linear layer: products, fused in f32, of weights without error and inputs with.
fn linear(weights: &[f64], inputs: &[Bounded], bias: f64) -> Bounded {
    let (mut s, mut magnitude, mut error) = (bias, bias.abs(), 0.0);
    for (w, (v, e)) in weights.iter().zip(inputs) {
        s += w * v;
        magnitude += (w * v).abs();
        error += w.abs() * e;
    }
    (s, error + inputs.len() as f64 * UNIT * magnitude)
}

/// `sin(freq v)`: the argument is rounded at its own size, and its error passes through a slope of at most 1.
fn sine((v, e): Bounded, freq: f64) -> Bounded {
    ((freq * v).sin(), freq * e + 2.0 * UNIT * (freq * v).abs() + 4.0 * UNIT)
}

#[test]
fn hyena_filter() {
    // Positions, length, features, hidden units, channels, threads that share a position.
    for [m, l, e, o, d, parts] in [
        [1, 1, 3, 1, 1, 1],
        [17, 17, 3, 8, 16, 8],
        [64, 33, 5, 16, 7, 8],
        [100, 100, 7, 32, 5, 3],
        [70, 65, 5, 128, 3, 8],
    ] {
        let small = |shape: &str, seed: usize| array(&format!("f32({shape}):normal(0, 0.1, {seed})"));
        let z = normal(&[m, e], 1);
        let t = array(&format!("f32({m}):linspace(0, 1)"));
        let w0 = small(&format!("{o},{e}"), 2);
        let b: Vec<_> = (0..3).map(|i| small(&format!("{o}"), 3 + i)).collect();
        let [w2, w4] = [6, 7].map(|seed| small(&format!("{o},{o}"), seed));
        let freq = array(&format!("f32({o}):uniform(1, 4, 8)"));
        let w6 = small(&format!("{d},{o}"), 9);
        let delta = array(&format!("f32({d}):linspace(-3.07, -15.35)"));
        let (w_mod, shift) = (1.5f32, 0.05f32);
        let k = Run::new("hyena_filter")
            .input(&z)
            .input(&t)
            .input(&w0)
            .input(&b[0])
            .input(&w2)
            .input(&b[1])
            .input(&w4)
            .input(&b[2])
            .input(&freq)
            .input(&w6)
            .input(&delta)
            .input(&scalar(w_mod))
            .input(&scalar(shift))
            .output(&[d, l])
            .template("ORDER", o as i64)
            .launch([l, parts, 1], [32, parts, 1]);

        let (z, t, freq, delta) = (z.to_f64(), t.to_f64(), freq.to_f64(), delta.to_f64());
        let freq: Vec<f64> = freq.iter().map(|f| f64::from(w_mod) * f).collect();
        let b: Vec<Vec<f64>> = b.iter().map(|b| b.to_f64()).collect();
        let layers = [w0.to_f64(), w2.to_f64(), w4.to_f64()];
        let w6 = w6.to_f64();
        let hidden: Vec<Vec<Bounded>> = (0..l)
            .map(|n| {
                let mut h: Vec<Bounded> = z[n * e..][..e].iter().map(|v| (*v, 0.0)).collect();
                for (w, b) in layers.iter().zip(&b) {
                    let width = h.len();
                    h = (0..o).map(|i| sine(linear(&w[i * width..][..width], &h, b[i]), freq[i])).collect();
                }
                h
            })
            .collect();
        close("hyena_filter", &k[0], |i| {
            let (c, n) = (i / l, i % l);
            let (v, error) = linear(&w6[c * o..][..o], &hidden[n], 0.0);
            let exponent = t[n] * delta[c].abs();
            let window = (-exponent).exp() + f64::from(shift);
            (v * window, window * error + (exponent + 5.0) * UNIT * (v * window).abs())
        });
    }
}
