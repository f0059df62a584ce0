//! The command beside ruff on the same folder, one thread each, and the time to start.
//!
//! `cargo bench -p emberforge-coach --bench beside_ruff -- FOLDER [RUFF]` runs, in turn and each several times,
//! `embercoach --jobs 1` and `ruff check --select ALL --no-cache` (`RUFF` says where ruff is; default: on the PATH) and
//! prints the best wall time of each, lines per second, and the ratio.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints its figures")]

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// Runs of each command; the best counts.
const RUNS: usize = 5;

/// Seconds that one run takes. Exit status 1 means that there were findings, 2 that some file does not parse.
fn seconds(command: &mut Command) -> Result<f64, String> {
    let start = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let taken = start.elapsed().as_secs_f64();
    match status {
        Ok(s) if matches!(s.code(), Some(0..=2)) => Ok(taken),
        Ok(s) => Err(format!("{:?}: {s}", command.get_program())),
        Err(e) => Err(format!("{:?}: {e}", command.get_program())),
    }
}

fn lines(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let paths = entries.flatten().map(|e| e.path());
    paths
        .map(|path| match path.extension() {
            _ if path.is_dir() => lines(&path),
            Some(e) if e == "py" => std::fs::read_to_string(&path).map_or(0, |t| t.lines().count()),
            _ => 0,
        })
        .sum()
}

fn compare(folder: &str, ruff: &str) -> Result<(), String> {
    let ours = env!("CARGO_BIN_EXE_embercoach");
    let count = lines(Path::new(folder));
    let (mut best_ours, mut best_ruff) = (f64::MAX, f64::MAX);
    for _ in 0..RUNS {
        let mut command = Command::new(ours);
        best_ours = best_ours.min(seconds(command.args(["--isolated", "--jobs", "1", folder]))?);
        let mut command = Command::new(ruff);
        command.args(["check", "--isolated", "--no-cache", "--select", "ALL", folder]);
        best_ruff = best_ruff.min(seconds(command.env("RAYON_NUM_THREADS", "1"))?);
    }
    for (name, time) in [("embercoach", best_ours), ("ruff --select ALL", best_ruff)] {
        #[expect(clippy::cast_precision_loss, reason = "a count of lines is small")]
        let rate = count as f64 / time;
        println!("{name:<18} {time:.3} s, {rate:.0} lines/s");
    }
    println!("{count} lines on one thread; ruff takes {:.1} times as long", best_ruff / best_ours);
    let file = std::env::temp_dir().join(format!("embercoach-start-{}.py", std::process::id()));
    std::fs::write(&file, "import mlx.core as mx\n").map_err(|e| format!("{}: {e}", file.display()))?;
    for (what, argument) in [("--version", "--version".to_owned()), ("one line", file.display().to_string())]
    {
        let times: Result<Vec<f64>, String> =
            (0..20).map(|_| seconds(Command::new(ours).arg(&argument))).collect();
        println!("start-up, {what}: {:.1} ms", times?.into_iter().fold(f64::MAX, f64::min) * 1e3);
    }
    std::fs::remove_file(&file).map_err(|e| format!("{}: {e}", file.display()))
}

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1).filter(|a| !a.starts_with("--"));
    let Some(folder) = words.next() else {
        println!("name a folder: cargo bench -p emberforge-coach --bench beside_ruff -- FOLDER [RUFF]");
        return ExitCode::SUCCESS;
    };
    match compare(&folder, &words.next().unwrap_or_else(|| "ruff".to_owned())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
