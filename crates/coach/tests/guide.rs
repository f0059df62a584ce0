//! The guide's own Python: what is broken in it is reported, what is right is clean, in `default`.

use emberforge_coach::engine::Sure;
use emberforge_coach::lint::lint;
use emberforge_coach::rules::{self, Profile};

/// What stands before every block.
const BEFORE: &str = "import mlx.core as mx\nx = mx.zeros((4, 8))\nn = 8\n";

fn codes(block: &str) -> Vec<&'static str> {
    let rules: Vec<_> = rules::all().iter().copied().filter(|r| r.profile == Profile::Default).collect();
    let linted = lint("guide.py", &format!("{BEFORE}{block}"), &rules);
    assert!(linted.problems.is_empty(), "{:?}", linted.problems);
    let mut codes: Vec<_> =
        linted.findings.iter().filter(|f| f.sure >= Sure::Likely).map(|f| f.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

const KERNEL: &str = "k = mx.fast.metal_kernel(name='k', input_names=['x'], output_names=['y'], source='uint i = thread_position_in_grid.x; y[i] = x[i];')\n";

#[test]
fn the_broken_launch_is_reported() {
    let block = format!(
        "{KERNEL}tpg = mx.array(256, dtype=mx.uint32)\none = mx.array(1, dtype=mx.uint32)\n\
         groups = mx.divide(mx.add(mx.array(x.size), mx.subtract(tpg, one)), tpg)\n\
         (y,) = k(inputs=[x], grid=(groups, one, one), threadgroup=(tpg, one, one), output_shapes=[x.shape], output_dtypes=[x.dtype])\n"
    );
    let found = codes(&block);
    assert!(found.contains(&"KRN801"), "a grid in groups: {found:?}");
    assert!(found.contains(&"KRN802"), "arrays in the grid, division for groups: {found:?}");
}

#[test]
fn the_launch_in_python_numbers_but_in_groups_is_reported() {
    let block = format!(
        "{KERNEL}groups = (x.size + 255) // 256\n\
         (y,) = k(inputs=[x], grid=(groups, 1, 1), threadgroup=(256, 1, 1), output_shapes=[x.shape], output_dtypes=[x.dtype])\n"
    );
    assert_eq!(codes(&block), ["KRN801"]);
}

#[test]
fn the_nested_output_shape_is_reported() {
    let block = format!(
        "{KERNEL}shape = x.shape\n(y,) = k(inputs=[x], grid=(x.size, 1, 1), threadgroup=(256, 1, 1), output_shapes=[(shape,)], output_dtypes=[x.dtype])\n"
    );
    assert_eq!(codes(&block), ["KRN820"]);
}

#[test]
fn a_signature_in_the_body_is_reported() {
    let block = "k = mx.fast.metal_kernel(name='s', input_names=['x'], output_names=['y'], source='kernel void f(device float* y [[buffer(0)]]) { y[0] = 0; }')\n";
    assert!(codes(block).contains(&"KRN805"));
}

#[test]
fn the_test_of_an_array_that_the_guide_forbids_is_reported_in_a_loop() {
    let block = "def run(threshold):\n    h = x\n    while True:\n        h = h * 2\n        if h.max() > threshold:\n            return h\n";
    assert_eq!(codes(block), ["SYN105"]);
}

#[test]
fn what_the_guide_calls_wrong_and_is_right_is_clean() {
    for block in [
        "y = x * 2 + 1\nz = x / n\n",
        "shape = x.shape\nscale = mx.array(shape[0])\n",
        "val = x[0, 0].item()\ny = mx.array(val)\n",
        "tpg = 256\ngroups = (x.size + tpg - 1) // tpg\n",
    ] {
        assert_eq!(codes(block), Vec::<&str>::new(), "{block}");
    }
}

#[test]
fn the_correct_blocks_are_clean() {
    for block in [
        "y = x[0]\n",
        "two = mx.array(2.0, dtype=mx.float32)\ny = mx.add(mx.multiply(x, two), mx.array(1.0, dtype=mx.float32))\n",
        "t = mx.array(0.5, dtype=x.dtype)\nmask = mx.greater(x, t)\nr = mx.where(mask, x, mx.zeros_like(x))\n",
        "for i in range(n):\n    y = x[:, i]\n",
        "_K = None\ndef op(x: mx.array):\n    global _K\n    if _K is None:\n        _K = mx.fast.metal_kernel(name='o', input_names=['x'], output_names=['y'], source='uint i = thread_position_in_grid.x; if (i >= x_shape[0]) return; y[i] = x[i] * 2.0f;')\n    return _K(inputs=[x], grid=(x.size, 1, 1), threadgroup=(256, 1, 1), output_shapes=[x.shape], output_dtypes=[x.dtype])[0]\n",
    ] {
        assert_eq!(codes(block), Vec::<&str>::new(), "{block}");
    }
}
