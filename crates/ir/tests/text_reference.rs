//! Kernels small enough to work out by hand, on the reference executor that the vector machine is compared with.

#[path = "../../vm/tests/reference/mod.rs"]
mod reference;

use emberforge_ir::{read, verify};
use reference::{Launch, run};

/// Runs `body` on one output buffer of u32, a cell for each thread of the grid, and gives its content.
fn outputs(declarations: &str, body: &str, grid: [u32; 3], threadgroup: [u32; 3]) -> Vec<u32> {
    let text =
        format!("kernel k {{\nbuffer0: device write y\n{declarations}\n%0: device* = buffer0\n{body}\n}}\n");
    let kernel = read(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let problems = verify(&kernel);
    assert!(problems.is_empty(), "{}", kernel.annotated(&problems));
    let threads: u32 = grid.iter().product();
    let mut buffers = vec![vec![0; 4 * threads as usize]];
    run(&kernel, &Launch { grid, threadgroup, fuel: 1_000_000 }, &mut buffers).unwrap();
    buffers[0].chunks(4).map(|cell| u32::from_le_bytes(cell.try_into().unwrap())).collect()
}

const ID: &str = "%1: u32 = attribute thread_position_in_grid.x\n%2: device* = offset %0, %1 * 4\n";

#[test]
fn edge_threadgroups_are_smaller() {
    let of = |attribute: &str| {
        outputs("", &format!("{ID}%3: u32 = attribute {attribute}\nstore %2, %3"), [10, 1, 1], [4, 1, 1])
    };
    assert_eq!(of("threads_per_threadgroup.x"), [4, 4, 4, 4, 4, 4, 4, 4, 2, 2]);
    assert_eq!(of("dispatch_threads_per_threadgroup.x"), [4; 10]);
    assert_eq!(of("threadgroups_per_grid.x"), [3; 10]);
    assert_eq!(of("thread_position_in_threadgroup.x"), [0, 1, 2, 3, 0, 1, 2, 3, 0, 1]);
    assert_eq!(of("threadgroup_position_in_grid.x"), [0, 0, 0, 0, 1, 1, 1, 1, 2, 2]);
    assert_eq!(of("threads_per_grid.x"), [10; 10]);
}

#[test]
fn indices_of_two_dimensional_groups_use_the_actual_size() {
    let body = "%1: u32 = attribute thread_position_in_grid.x
        %2: u32 = attribute thread_position_in_grid.y
        %3: u32 = const 3
        %4: u32 = mul %2, %3
        %5: u32 = add %4, %1
        %6: device* = offset %0, %5 * 4
        %7: u32 = attribute thread_index_in_threadgroup
        store %6, %7";
    // Groups of 2x2 and, at the edge, 1x2.
    assert_eq!(outputs("", body, [3, 2, 1], [2, 2, 1]), [0, 1, 0, 2, 3, 1]);
}

#[test]
fn accesses_outside_do_nothing() {
    let body = format!(
        "{ID}%3: i32 = const -1
        %4: device* = offset %0, %3 * 4
        store %4, %1
        %6: u64 = const 18446744073709551615
        %7: device* = offset %0, %6 * 4
        %8: u32 = load %7
        %9: u32 = const 7
        %10: u32 = add %8, %9
        %11: device* = offset %2, %9 * 4
        store %11, %10
        %13: u32 = atomic.add %4, %9
        %14: u32 = load %11
        %15: u32 = add %14, %13
        store %2, %15"
    );
    // Thread 1 of 8 finds cell 8 outside; thread 0 wrote cell 7 and is later overwritten there by thread 7.
    assert_eq!(outputs("", &body, [8, 1, 1], [8, 1, 1]), [7, 0, 0, 0, 0, 0, 0, 0]);
}

#[test]
fn barriers_show_what_others_wrote() {
    let body = format!(
        "{ID}%3: threadgroup* = threadgroup array0
        %4: threadgroup* = offset %3, %1 * 4
        store %4, %1
        barrier.threadgroup threadgroup
        %7: u32 = const 39
        %8: u32 = sub %7, %1
        %9: threadgroup* = offset %3, %8 * 4
        %10: u32 = load %9
        store %2, %10"
    );
    let result = outputs("threadgroup array0: t 160 bytes cell 4", &body, [40, 1, 1], [40, 1, 1]);
    assert_eq!(result, (0..40).rev().collect::<Vec<_>>());
}

#[test]
fn lane_operations_combine_those_on_the_same_way() {
    // Even lanes add 1 each, odd lanes 100 each; then all 6 together.
    let body = format!(
        "{ID}%3: u32 = const 1
        %4: u32 = and %1, %3
        %5: bool = eq %4, %3
        declare $0
        if %5 {{
        %6: u32 = const 100
        %7: u32 = simd.sum %6
        set $0 = %7
        }} else {{
        %8: u32 = simd.sum %3
        set $0 = %8
        }}
        %9: u32 = get $0
        %10: u32 = simd.sum %9
        %11: u32 = simd.shuffle_down %9, %3
        %12: u32 = add %10, %11
        store %2, %12"
    );
    // Lanes have 3, 300, ...: their sum is 909, and the last lane has none above.
    let result = outputs("$0: u32 s", &body, [6, 1, 1], [6, 1, 1]);
    assert_eq!(result, [1209, 912, 1209, 912, 1209, 1209]);
}

#[test]
fn lanes_of_one_iteration_stay_together() {
    // Two iterations. In the first, odd lanes skip the second sum, and must not run ahead to the next iteration.
    let body = format!(
        "{ID}%3: u32 = const 1
        %4: u32 = and %1, %3
        %5: bool = eq %4, %3
        declare $0
        declare $1
        loop @0 {{
        %6: u32 = simd.sum %3
        %7: u32 = get $0
        %8: u32 = const 10
        %9: u32 = mul %7, %8
        %10: u32 = add %9, %6
        set $0 = %10
        if %5 {{
        }} else {{
        %11: u32 = simd.sum %3
        %12: u32 = get $0
        %13: u32 = mul %12, %8
        %14: u32 = add %13, %11
        set $0 = %14
        }}
        %15: u32 = get $1
        %16: bool = eq %15, %3
        %17: u32 = add %15, %3
        set $1 = %17
        if %16 {{
        break @0
        }}
        }}
        %18: u32 = get $0
        store %2, %18"
    );
    assert_eq!(outputs("$0: u32 digits\n$1: u32 i", &body, [4, 1, 1], [4, 1, 1]), [4242, 44, 4242, 44]);
}

#[test]
fn returned_threads_are_not_waited_for() {
    let body = format!(
        "{ID}%3: u32 = const 2
        %4: bool = lt %1, %3
        if %4 {{
        return
        }}
        barrier.threadgroup
        %6: bool = const true
        %7: u64 = simd.ballot %6
        %8: u32 = convert %7
        store %2, %8"
    );
    assert_eq!(outputs("", &body, [5, 1, 1], [5, 1, 1]), [0, 0, 28, 28, 28]);
}

#[test]
fn rows_and_columns_multiply() {
    // A is the identity, B's element (r, c) is 8 r + c, C is 1000: lane l gets its own element of B plus 1000.
    let body = "%1: u32 = attribute thread_index_in_simdgroup
        %2: u32 = const 4
        %3: u32 = const 2
        %4: u32 = div %1, %2
        %5: u32 = and %4, %2
        %6: u32 = div %1, %3
        %7: u32 = rem %6, %2
        %8: u32 = add %5, %7
        %9: u32 = and %4, %3
        %10: u32 = mul %9, %3
        %11: u32 = rem %1, %3
        %12: u32 = mul %11, %3
        %13: u32 = add %10, %12
        %14: u32 = const 1
        %15: u32 = add %13, %14
        %16: bool = eq %8, %13
        %17: bool = eq %8, %15
        %18: f32 = convert %16
        %19: f32 = convert %17
        %20: u32 = const 8
        %21: u32 = mul %8, %20
        %22: u32 = add %21, %13
        %23: u32 = add %21, %15
        %24: f32 = convert %22
        %25: f32 = convert %23
        %26: f32 = const 1000
        %27: f32 = matrix_multiply.1 %18, %19, %24, %25, %26
        %28: f32 = convert %23
        %29: f32 = sub %27, %28
        %30: u32 = convert %29
        %31: device* = offset %0, %1 * 4
        store %31, %30";
    assert_eq!(outputs("", body, [32, 1, 1], [32, 1, 1]), [1000; 32]);
}

#[test]
fn loops_without_end_stop() {
    let kernel = read("kernel k {\nloop @0 {\n}\n}").unwrap();
    let launch = Launch { grid: [1, 1, 1], threadgroup: [1, 1, 1], fuel: 1000 };
    assert_eq!(run(&kernel, &launch, &mut []), Err("out of fuel".to_string()));
    assert!(run(&kernel, &launch, &mut [vec![]]).is_err());
}
