//! What the IR of small bodies looks like, where it matters to the machine.

use crate::common::{accepts, compiled, ir, signature};
use emberforge_base::DType;
use emberforge_msl::{KernelArg, TemplateValue};

#[test]
fn values_that_never_change_are_no_variables() {
    let text = ir("", "uint i = thread_position_in_grid.x; float v = x[i]; y[i] = v * v;");
    assert!(!text.contains("declare") && !text.contains("get $"), "{text}");
    assert_eq!(text.matches("load").count(), 1, "{text}");
}

#[test]
fn constants_fold_through_calls_and_templates() {
    let text =
        ir("template <int N> float scaled(float v) { return v * (N * 2); }", "y[0] = scaled<3>(x[0]);");
    assert!(text.contains("const 6.0"), "{text}");
    assert_eq!(text.matches("mul").count(), 1, "{text}");
}

#[test]
fn arms_without_loads_become_selects() {
    let text = ir("", "float v = x[0]; y[0] = v > 0 ? v : v * 0.1f;");
    assert!(text.contains("select") && !text.contains("if %"), "{text}");
    let text = ir("", "uint i = thread_position_in_grid.x; y[i] = i > 0 ? x[i - 1] : 0.0f;");
    assert!(text.contains("if %"), "{text}");
}

#[test]
fn a_function_with_one_return_needs_no_block() {
    let text = ir("float f(float a) { float b = a + 1; return b * a; }", "y[0] = f(x[0]);");
    assert!(!text.contains("block") && !text.contains("declare"), "{text}");
    let text = ir("float f(float a) { if (a > 0) return a; return -a; }", "y[0] = f(x[0]);");
    assert!(text.contains("block"), "{text}");
}

#[test]
fn loops_wrap_their_body_only_for_continue() {
    let text = ir("", "float s = 0; for (int i = 0; i < 4; i++) s += x[i]; y[0] = s;");
    assert!(text.contains("loop") && !text.contains("block"), "{text}");
    let text =
        ir("", "float s = 0; for (int i = 0; i < 4; i++) { if (x[i] < 0) continue; s += x[i]; } y[0] = s;");
    assert!(text.contains("loop") && text.contains("block"), "{text}");
}

#[test]
fn known_conditions_leave_one_arm() {
    let mut signature = signature();
    signature.template.push(("FLAG".into(), TemplateValue::Bool(false)));
    signature.template.push(("T".into(), TemplateValue::Type(DType::F16)));
    let (result, text) = compiled("", "if (FLAG) { y[0] = 1; } else { y[0] = T(0.1f); }", &signature);
    assert!(text.is_empty(), "{text}");
    let ir = result.kernel.map(|k| k.to_string()).unwrap_or_default();
    assert!(!ir.contains("if %") && ir.matches("store").count() == 1, "{ir}");
}

#[test]
fn only_used_parameters_are_generated() {
    let result =
        accepts("", "y[thread_position_in_grid.x] = x_shape[1] + x_strides[0] + x_ndim; // small_shape");
    assert_eq!(
        result.args,
        [
            KernelArg::Input(0),
            KernelArg::Shape(0),
            KernelArg::Strides(0),
            KernelArg::Ndim(0),
            KernelArg::Input(1),
            KernelArg::Input(2),
            KernelArg::Output(0),
            KernelArg::Output(1),
        ]
    );
    assert_eq!(result.facts.attributes, [("thread_position_in_grid", true)]);
    // A macro of the header counts, a variable of the body's own does not.
    let result = accepts("#define ROWS x_shape[0]", "int small_shape = 2; y[0] = ROWS + small_shape;");
    assert!(result.facts.inputs[0].shape && !result.facts.inputs[1].shape);
}

#[test]
fn a_threadgroup_array_in_a_loop_is_one_object() {
    let text = ir(
        "",
        "for (int i = 0; i < 8; ++i) { threadgroup float t[8]; t[i] = x[i]; y[i] = t[i]; } y[0] = x[0];",
    );
    assert_eq!(text.matches("threadgroup array0: t 32 bytes").count(), 1, "{text}");
    assert!(!text.contains("threadgroup array1:"), "{text}");
}

#[test]
fn constant_arrays_are_tables_and_others_private() {
    let text = ir("", "const float w[3] = {1, 2, 3}; uint i = thread_position_in_grid.x; y[i] = w[i % 3];");
    assert!(text.contains("table0") && !text.contains("thread array0:"), "{text}");
    let text = ir("", "float a[4] = {0}; for (int i = 0; i < 4; ++i) a[i] += x[i]; y[0] = a[2];");
    assert!(text.contains("thread array0: a 16 bytes"), "{text}");
}

#[test]
fn dropped_code_leaves_nothing_behind() {
    let text = ir("", "if (false) { threadgroup float t[64]; t[0] = 1; } return; y[0] = 5;");
    assert!(!text.contains("threadgroup array0:") && !text.contains("store"), "{text}");
}

#[test]
fn inputs_keep_their_spaces() {
    let text = ir("", "y[0] = x[0] + small[0] + scale;");
    assert!(text.contains("buffer0: device read x"), "{text}");
    assert!(text.contains("buffer1: constant read small"), "{text}");
    assert!(text.contains("buffer2: constant read scale"), "{text}");
    assert!(text.contains("buffer3: device write y"), "{text}");
}

/// Found against g++: `return` statements after a `return` on the straight path replaced its result.
#[test]
fn returns_that_are_never_reached_give_no_result() {
    let text = ir(
        "int f(int a) { if (a > 1) { return a * 2; } if (a > 0) { return 7; } return 9; }",
        "o[0] = f(4); o[1] = f(1); o[2] = f(0);",
    );
    assert!(!text.contains("declare") && !text.contains("block"), "{text}");
    for constant in ["const 8\n", "const 7\n", "const 9\n"] {
        assert!(text.contains(constant), "no {constant:?} in {text}");
    }
}
