//! Configuration: `[tool.embercoach]` in pyproject.toml, or embercoach.toml, under the flags.

use std::path::Path;

use super::args::{Args, Format};
use crate::engine::Target;
use crate::finding::{Finding, Severity};
use crate::rules::{self, Profile, Rule};

/// What holds for this run.
pub(crate) struct Config {
    profile: String,
    select: Vec<String>,
    ignore: Vec<String>,
    extend_select: Vec<String>,
    per_file_ignores: Vec<(String, Vec<String>)>,
    pub(crate) exclude: Vec<String>,
    pub(crate) format: Format,
    pub(crate) threshold: Severity,
    pub(crate) baseline: Option<String>,
    pub(crate) jobs: usize,
    pub(crate) target: Target,
}

const KEYS: [&str; 11] = [
    "profile",
    "select",
    "ignore",
    "extend-select",
    "exclude",
    "format",
    "threshold",
    "baseline",
    "jobs",
    "per-file-ignores",
    "target-mlx",
];

impl Config {
    /// Reads the configuration and lets the flags win.
    pub(crate) fn load(args: &Args, cwd: &Path) -> Result<Config, String> {
        let table = if args.isolated { toml::Table::new() } else { read(args.config.as_deref(), cwd)? };
        for key in table.keys() {
            if !KEYS.contains(&key.as_str()) {
                return Err(format!("configuration: there is no key `{key}`; known are {}", KEYS.join(", ")));
            }
        }
        let text = |key: &str| -> Result<Option<String>, String> {
            match table.get(key) {
                None => Ok(None),
                Some(toml::Value::String(s)) => Ok(Some(s.clone())),
                Some(toml::Value::Integer(i)) => Ok(Some(i.to_string())),
                Some(_) => Err(format!("configuration: `{key}` must be a string")),
            }
        };
        let list = |key: &str| -> Result<Vec<String>, String> {
            match table.get(key) {
                None => Ok(Vec::new()),
                Some(value) => {
                    strings(value).ok_or_else(|| format!("configuration: `{key}` must be a list of strings"))
                }
            }
        };
        let pick = |flag: &Option<String>, key: &str| -> Result<Option<String>, String> {
            match flag {
                Some(value) => Ok(Some(value.clone())),
                None => text(key),
            }
        };
        let either =
            |flag: &Vec<String>, key: &str| if flag.is_empty() { list(key) } else { Ok(flag.clone()) };
        let mut per_file_ignores = Vec::new();
        if let Some(value) = table.get("per-file-ignores") {
            let table = value.as_table().ok_or("configuration: `per-file-ignores` must be a table")?;
            for (glob, codes) in table {
                let codes = strings(codes).ok_or("configuration: `per-file-ignores` holds lists of codes")?;
                per_file_ignores.push((glob.clone(), codes));
            }
        }
        let mut exclude = list("exclude")?;
        exclude.extend(args.exclude.iter().cloned());
        let jobs = match (args.jobs, text("jobs")?) {
            (Some(n), _) => n,
            (None, Some(n)) => n.parse().map_err(|_| format!("`{n}` is no number of jobs"))?,
            (None, None) => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        };
        let profile = pick(&args.profile, "profile")?.unwrap_or_else(|| "default".to_owned());
        if !matches!(profile.as_str(), "default" | "strict" | "numerics" | "guide" | "original") {
            return Err(format!(
                "`{profile}` is no profile; write default, strict, numerics, guide or original"
            ));
        }
        let legacy = matches!(profile.as_str(), "guide" | "original");
        Ok(Config {
            profile,
            select: either(&args.select, "select")?,
            ignore: either(&args.ignore, "ignore")?,
            extend_select: either(&args.extend_select, "extend-select")?,
            per_file_ignores,
            exclude,
            format: match args.format {
                Some(format) => format,
                None => Format::named(&text("format")?.unwrap_or_else(|| "full".to_owned()))?,
            },
            threshold: match pick(&args.threshold, "threshold")? {
                Some(name) => super::severity(&name)?,
                // The originals fail on errors only.
                None if legacy => Severity::Error,
                None => Severity::Warn,
            },
            target: match pick(&args.target_mlx, "target-mlx")? {
                Some(version) => version.parse()?,
                None => Target::default(),
            },
            baseline: pick(&args.baseline, "baseline")?,
            jobs,
        })
    }

    /// Whether the original linter's second generation is asked for.
    pub(crate) fn is_guide(&self) -> bool {
        self.profile == "guide"
    }

    /// Whether findings that may be so are shown.
    pub(crate) fn shows_possible(&self) -> bool {
        self.profile == "strict"
    }

    /// The rules that run.
    pub(crate) fn rules(&self) -> Result<Vec<&'static Rule>, String> {
        for code in self.select.iter().chain(&self.ignore).chain(&self.extend_select) {
            if code != "ALL" && !rules::all().iter().any(|r| matches(r, code)) {
                return Err(format!("there is no rule `{code}`; see `embercoach rules`"));
            }
        }
        let chosen = |r: &Rule| {
            if !self.select.is_empty() {
                return self.select.iter().any(|c| matches(r, c) || (c == "ALL" && !r.is_legacy()));
            }
            match (r.profile, self.profile.as_str()) {
                (Profile::Guide, p) => p == "guide",
                (Profile::Original, p) => p == "original",
                (Profile::Both, p) => matches!(p, "guide" | "original"),
                (_, "guide" | "original") => false,
                (Profile::Default, _) => true,
                (Profile::Strict, "strict") => true,
                (Profile::Strict, "numerics") => matches!(r.family(), "NUM" | "DTY" | "FFT"),
                (Profile::Strict, _) => false,
            }
        };
        let listed = |list: &[String], r: &Rule| list.iter().any(|c| matches(r, c) || c == "ALL");
        Ok(rules::all()
            .iter()
            .copied()
            .filter(|r| (chosen(r) || listed(&self.extend_select, r)) && !listed(&self.ignore, r))
            .collect())
    }

    /// Whether a finding may be shown in this file.
    pub(crate) fn allows(&self, path: &str, finding: &Finding) -> bool {
        !self.per_file_ignores.iter().any(|(glob, codes)| {
            codes.iter().any(|c| finding.code.starts_with(c.as_str()))
                && super::discover::glob_matches(glob, path)
        })
    }
}

fn matches(rule: &Rule, code: &str) -> bool {
    // `FFT` means the family, not the originals' `FFT-NORM-001`.
    let prefix =
        rule.code.starts_with(code) && (!rule.is_legacy() || code.contains('-') || rule.code == code);
    prefix || rule.name == code
}

fn strings(value: &toml::Value) -> Option<Vec<String>> {
    match value {
        toml::Value::String(s) => Some(s.split(',').map(|v| v.trim().to_owned()).collect()),
        toml::Value::Array(items) => items.iter().map(|i| i.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

/// The nearest configuration at or above the folder.
fn read(named: Option<&str>, cwd: &Path) -> Result<toml::Table, String> {
    let parse = |path: &Path| -> Result<toml::Table, String> {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        text.parse::<toml::Table>().map_err(|e| format!("{}: {e}", path.display()))
    };
    let section = |table: &toml::Table| {
        table.get("tool").and_then(|t| t.get("embercoach")).and_then(toml::Value::as_table).cloned()
    };
    if let Some(name) = named {
        let path = cwd.join(name);
        let table = parse(&path)?;
        return Ok(if name.ends_with("pyproject.toml") {
            section(&table).unwrap_or_default()
        } else {
            table
        });
    }
    for folder in cwd.ancestors() {
        let own = folder.join("embercoach.toml");
        if own.is_file() {
            return parse(&own);
        }
        let project = folder.join("pyproject.toml");
        if project.is_file()
            && let Some(table) = section(&parse(&project)?)
        {
            return Ok(table);
        }
    }
    Ok(toml::Table::new())
}
