//! The rules: one file each, and the table that lists them.
//!
//! To add a rule:
//! 1. write `src/rules/CODE.rs` (lower case); its `//!` text is the page that `explain` prints;
//! 2. add its module to the table at the end of this file;
//! 3. write `tests/rules/CODE.md` with at least three bad and five good examples;
//! 4. run the tests with `EMBER_BLESS=1` to refresh `docs/rules/`.
//!
//! A rule is data and functions of events. It asks the engine what values are and never looks at
//! the spelling of a variable.

use crate::engine::{Engine, Event, On, Sure};
use crate::finding::{Safety, Severity, Sink};

mod helpers;

/// A check of one kind of event.
pub type Check = for<'e, 'a, 'x> fn(&Event<'e, 'a>, &Engine<'a>, &'x mut Sink);

/// In which profile a rule runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Everywhere but `guide`.
    Default,
    /// In `strict` and, for numerics, in `numerics`.
    Strict,
    /// The guide's codes: those of the original linter's second generation, exactly as they were.
    Guide,
    /// The codes of the original linter's first generation.
    Original,
    /// Codes of both generations.
    Both,
}

/// A rule.
pub struct Rule {
    /// Its code, such as `SYN101`.
    pub code: &'static str,
    /// What it names, so that "ignore element-read-in-loop" reads well.
    pub name: &'static str,
    /// How bad its findings are; a check may lower or raise a single one.
    pub severity: Severity,
    /// How sure its findings are at best.
    pub sure: Sure,
    /// What its fix promises.
    pub fix: Safety,
    /// The first profile that runs it.
    pub profile: Profile,
    /// The source file whose `//!` lines are the page.
    pub source: &'static str,
    /// What it listens to.
    pub checks: &'static [(On, Check)],
}

impl Rule {
    /// The family, such as `SYN`.
    pub fn family(&self) -> &'static str {
        if self.is_legacy() { "legacy" } else { self.code.trim_end_matches(|c: char| c.is_ascii_digit()) }
    }

    /// Whether it is one of the original linters' codes.
    pub fn is_legacy(&self) -> bool {
        matches!(self.profile, Profile::Guide | Profile::Original | Profile::Both)
    }

    /// The page: what, why, evidence, bad, good, fix, how sure.
    pub fn page(&self) -> String {
        let mut page = String::new();
        for line in self.source.lines() {
            match line.strip_prefix("//!") {
                Some(text) => {
                    page.push_str(text.strip_prefix(' ').unwrap_or(text));
                    page.push('\n');
                }
                None => break,
            }
        }
        page
    }

    /// The line of the page that begins with this word, without it.
    pub fn line(&self, word: &str) -> Option<String> {
        self.page().lines().find_map(|l| l.strip_prefix(word)).map(|l| l.trim().to_owned())
    }

    /// The first sentence of the page.
    pub fn summary(&self) -> String {
        self.page().lines().skip(1).find(|l| !l.trim().is_empty()).unwrap_or("").trim().to_owned()
    }
}

/// Defines the `RULE` of a file.
macro_rules! rule {
    ($module:ident, $code:literal, $name:literal, $severity:ident, $sure:ident, $fix:ident, $profile:ident, [$($on:ident => $check:ident),* $(,)?]) => {
        pub(super) static RULE: crate::rules::Rule = crate::rules::Rule {
            code: $code,
            name: $name,
            severity: crate::finding::Severity::$severity,
            sure: crate::engine::Sure::$sure,
            fix: crate::finding::Safety::$fix,
            profile: crate::rules::Profile::$profile,
            source: include_str!(concat!(stringify!($module), ".rs")),
            checks: &[$((crate::engine::On::$on, $check)),*],
        };
    };
}

macro_rules! registry {
    ($($module:ident)*) => {
        $(mod $module;)*
        static ALL: &[&Rule] = &[$(&$module::RULE),*];
    };
}

/// All rules that exist, in the order of their codes.
pub fn all() -> &'static [&'static Rule] {
    ALL
}

/// The rule with this code or name.
pub fn find(code: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|r| r.code.eq_ignore_ascii_case(code) || r.name == code)
}

registry! {
    emb001
    syn101 syn102 syn103 syn104 syn105 syn106 syn107 syn108 syn109 syn110 syn111
    laz201 laz202 laz203 laz204 laz205 laz206 laz207 laz208
    cmp301 cmp302 cmp303 cmp304 cmp305 cmp306 cmp307 cmp308 cmp309 cmp310 cmp311
    dty401 dty402 dty403 dty404 dty405 dty406 dty407 dty408 dty409 dty410 dty411 dty412 dty413 dty414 dty415
    num451 num452 num453 num454 num455 num456 num457 num458 num459 num460 num461 num462 num463 num464
    num465 num466 num467 num468 num469 num470
    rng501 rng502 rng503 rng504 rng505
    fft601 fft602 fft603 fft604 fft605
    arr701 arr702 arr703 arr704 arr705 arr706 arr707 arr708 arr709 arr710 arr711
    mod751 mod752 mod753 mod754 mod755 mod756
    krn801 krn802 krn803 krn804 krn805 krn806 krn807 krn808 krn809 krn810 krn811 krn812 krn813 krn814 krn815 krn816 krn817 krn818
    krn819 krn820 krn821 krn822 krn823 krn824 krn825
    msl000 msl001 msl901 msl902 msl903 msl904 msl905 msl906 msl907 msl908 msl909 msl910 msl911 msl912 msl913 msl914 msl915 msl916
    msl917 msl918 msl919 msl920 msl921 msl922 msl923 msl924 msl925 msl926 msl928 msl929 msl930
    tor1 tor2 tor3 tor4 tor5 tor6 tor7 tor10
    fft_norm_001 fft_norm_002 fft_norm_003 fft_dtype_001
    numpy_fft_001 ops_call_scalar_strict python_scalar_001 ops_scalar_strict
    python_scalar_002 assign_scalar_strict assign_scalar_001 num_item_001
    num_np_002 graph_break_001 dev_hop_001 device_hop_001
    num_cast_strict cast_001 num_dunder_001 mlx_metal_kernel_001
    scalar_dtype_required
}
