//! Bilinear sampling and its gradient, against the tent-function definition.

use crate::common::{Run, UNIT, array, close, normal};
use emberforge_kernel::HostArray;

/// `B`, `H`, `W`, `C`, `gH`, `gW`.
const SIZES: [[usize; 6]; 5] =
    [[1, 1, 1, 1, 1, 1], [1, 2, 3, 1, 5, 7], [2, 7, 5, 3, 4, 3], [1, 4, 4, 33, 3, 3], [2, 9, 11, 32, 2, 5]];

struct Case {
    size: [usize; 6],
    x: HostArray,
    grid: HostArray,
}

impl Case {
    fn new(size: [usize; 6]) -> Case {
        let [b, h, w, c, gh, gw] = size;
        // Beyond the edges on all sides, so that some samples see one, two or no pixels.
        let grid = array(&format!("f32({b},{gh},{gw},2):uniform(-1.6, 1.6, 2)"));
        Case { size, x: normal(&[b, h, w, c], 1), grid }
    }

    /// The sample's coordinates in pixels.
    fn place(&self, grid: &[f64], sample: usize) -> (f64, f64) {
        let [_, h, w, ..] = self.size;
        let at = |v: f64, n: usize| ((v + 1.0) * n as f64 - 1.0) / 2.0;
        (at(grid[2 * sample], w), at(grid[2 * sample + 1], h))
    }
}

fn tent(distance: f64) -> f64 {
    (1.0 - distance.abs()).max(0.0)
}

#[test]
fn grid_sample() {
    for size in SIZES {
        let case = Case::new(size);
        let [b, h, w, c, gh, gw] = size;
        let n = b * gh * gw * c;
        let run = Run::new("grid_sample").input(&case.x).input(&case.grid).output(&[b, gh, gw, c]);
        let out = run.launch([n, 1, 1], [256, 1, 1]);
        let (x, grid) = (case.x.to_f64(), case.grid.to_f64());
        close("grid_sample", &out[0], |i| {
            let sample = i / c;
            let (ix, iy) = case.place(&grid, sample);
            let (mut s, mut magnitude) = (0.0, 0.0f64);
            for row in 0..h {
                for column in 0..w {
                    let v = x[((sample / (gh * gw) * h + row) * w + column) * c + i % c];
                    s += v * tent(ix - column as f64) * tent(iy - row as f64);
                    magnitude = magnitude.max(v.abs());
                }
            }
            // Three roundings of a coordinate at the size of the image move a weight by as much; four products.
            (s, 4.0 * (3.0 * (w.max(h) + 1) as f64 + 4.0) * UNIT * magnitude)
        });
    }
}

#[test]
fn far_samples_read_nothing() {
    let x = normal(&[1, 3, 3, 1], 1);
    let grid = array("f32(1,1,6,2):[3e38, 0, -3e38, 0, inf, 0, 0, -inf, 1e10, 1e10, -2.5, 0]");
    let out =
        Run::new("grid_sample").input(&x).input(&grid).output(&[1, 1, 6, 1]).launch([6, 1, 1], [256, 1, 1]);
    // An infinite coordinate has no fraction: NaN. Everything else outside is zero.
    let out = out[0].as_slice::<f32>().unwrap();
    assert_eq!([out[4], out[5]], [0.0, 0.0]);
    assert!(out[..4].iter().all(|v| v.is_nan() || *v == 0.0));
}

#[test]
fn grid_sample_gradient() {
    for size in SIZES {
        let case = Case::new(size);
        let [b, h, w, c, gh, gw] = size;
        let cotangent = normal(&[b, gh, gw, c], 3);
        let out = Run::new("grid_sample_grad")
            .input(&case.x)
            .input(&case.grid)
            .input(&cotangent)
            .output(&[b, h, w, c])
            .output(&[b, gh, gw, 2])
            .zeroed()
            .launch([b * gh * gw * c.next_multiple_of(32), 1, 1], [256, 1, 1]);
        let (x, grid, cotangent) = (case.x.to_f64(), case.grid.to_f64(), cotangent.to_f64());
        let weight_error = 3.0 * (w.max(h) + 1) as f64 * UNIT;

        close("x_grad", &out[0], |i| {
            let (channel, column, row) = (i % c, i / c % w, i / c / w % h);
            let image = i / (h * w * c);
            let (mut s, mut magnitude) = (0.0, 0.0);
            for sample in image * gh * gw..(image + 1) * gh * gw {
                let (ix, iy) = case.place(&grid, sample);
                let cot = cotangent[sample * c + channel];
                s += cot * tent(ix - column as f64) * tent(iy - row as f64);
                // A coordinate at a pixel's edge may be rounded into it: every sample within it may contribute.
                magnitude += cot.abs();
            }
            (s, (2.0 * weight_error + (gh * gw) as f64 * UNIT) * magnitude)
        });

        close("grid_grad", &out[1], |i| {
            let (sample, axis) = (i / 2, i % 2);
            let (ix, iy) = case.place(&grid, sample);
            let (left, top) = (ix.floor(), iy.floor());
            let (mut s, mut magnitude) = (0.0, 0.0);
            for (dx, dy) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
                let (px, py) = (left + dx, top + dy);
                if px < 0.0 || py < 0.0 || px >= w as f64 || py >= h as f64 {
                    continue;
                }
                let slope = if axis == 0 {
                    (2.0 * dx - 1.0) * tent(iy - py)
                } else {
                    (2.0 * dy - 1.0) * tent(ix - px)
                };
                let pixel = (sample / (gh * gw) * h + py as usize) * w + px as usize;
                for channel in 0..c {
                    let v = x[pixel * c + channel] * cotangent[sample * c + channel];
                    s += slope * v;
                    magnitude += v.abs();
                }
            }
            let half = if axis == 0 { w } else { h } as f64 / 2.0;
            (half * s, half * (weight_error + (4.0 + 8.0 + c as f64 / 32.0) * UNIT) * magnitude)
        });
    }
}
