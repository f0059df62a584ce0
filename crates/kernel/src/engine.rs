//! The machines a kernel can run on, and why some are absent.

/// A machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Engine {
    /// `cpu`, `cuda` or `metal`.
    pub name: &'static str,
    /// Why it cannot be used here; `None` when it can.
    pub absent: Option<&'static str>,
}

/// Every machine Emberforge knows, the ones that are present first.
///
/// ```
/// let engines = emberforge_kernel::engines();
/// assert_eq!((engines[0].name, engines[0].absent), ("cpu", None));
/// ```
pub fn engines() -> Vec<Engine> {
    vec![
        Engine { name: "cpu", absent: None },
        Engine { name: "cuda", absent: Some("this build has no CUDA back end") },
        Engine { name: "metal", absent: Some("this build has no Metal back end") },
    ]
}
