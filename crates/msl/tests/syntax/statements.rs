//! Control flow and blocks.

use super::check;

#[test]
fn control_flow() {
    check("if (a) { b(); } else if (c) d(); else { }", {
        "
        if a
          (call b)
        else
          if c
            (call d)
          else
        "
    });
    check("while (i < n) i++; do { --i; } while (i > 0); for (;;) { break; continue; }", {
        "
        while (< i n)
          (post++ i)
        do
          (-- i)
        while (> i 0)
        for
          empty
          while true
          step nothing
        do
          break
          continue
        "
    });
    check("switch (a) { case 1: case B: b(); break; default: return; }", {
        "
        switch a
          case 1
          case B
          (call b)
          break
          default
          return
        "
    });
    check("for (int i = 0, j = 1; i < j; i++, j--) ;", {
        "
        for
          var i: int = 0
          var j: int = 1
          while (< i j)
          step (, (post++ i) (post-- j))
        do
          empty
        "
    });
}

#[test]
fn conditions_may_declare() {
    check("if (int k = f()) k++; if (int j = 2; j > 1) { } if constexpr (N > 2) { }", {
        "
        with
          var k: int = (call f)
        if k
          (post++ k)
        with
          var j: int = 2
        if (> j 1)
        if constexpr (> N 2)
        "
    });
}

#[test]
fn doubled_braces_are_nested_blocks() {
    check("if (a) {{ return; }}", {
        "
        if a
          block
            return
        "
    });
}

#[test]
fn empty_bodies() {
    check("", "");
    check("  // nothing\n/* at all */", "");
    check(";;", "empty\nempty");
}
