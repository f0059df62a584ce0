//! The command line: each flag is defined once, in one table that also prints the help.

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Check,
    Explain(String),
    Rules { json: bool },
    Help,
    Version,
}

/// An output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Full,
    Concise,
    Json,
    Jsonl,
    Sarif,
    Github,
    Gitlab,
    Junit,
    Legacy,
}

impl Format {
    /// The format with this name.
    pub(crate) fn named(name: &str) -> Result<Format, String> {
        Ok(match name {
            "full" => Format::Full,
            "concise" => Format::Concise,
            "json" => Format::Json,
            "jsonl" => Format::Jsonl,
            "sarif" => Format::Sarif,
            "github" => Format::Github,
            "gitlab" => Format::Gitlab,
            "junit" => Format::Junit,
            "legacy" => Format::Legacy,
            _ => {
                return Err(format!(
                    "`{name}` is no format; write full, concise, json, jsonl, sarif, github, gitlab, junit or legacy"
                ));
            }
        })
    }
}

/// What was typed.
#[derive(Debug)]
pub(crate) struct Args {
    pub(crate) command: Command,
    pub(crate) paths: Vec<String>,
    pub(crate) profile: Option<String>,
    pub(crate) select: Vec<String>,
    pub(crate) ignore: Vec<String>,
    pub(crate) extend_select: Vec<String>,
    pub(crate) exclude: Vec<String>,
    pub(crate) format: Option<String>,
    pub(crate) threshold: Option<String>,
    pub(crate) baseline: Option<String>,
    pub(crate) write_baseline: Option<String>,
    pub(crate) config: Option<String>,
    pub(crate) stdin_filename: Option<String>,
    pub(crate) jobs: Option<String>,
    pub(crate) fix: bool,
    pub(crate) unsafe_fixes: bool,
    pub(crate) diff: bool,
    pub(crate) why: bool,
    pub(crate) statistics: bool,
    pub(crate) exit_zero: bool,
    pub(crate) isolated: bool,
}

impl Args {
    /// Whether the text comes from standard input.
    pub(crate) fn stdin(&self) -> bool {
        self.paths.iter().any(|p| p == "-")
    }
}

enum Effect {
    Switch(fn(&mut Args)),
    Text(fn(&mut Args, String)),
    List(fn(&mut Args) -> &mut Vec<String>),
}

struct Flag {
    name: &'static str,
    value: &'static str,
    help: &'static str,
    effect: Effect,
}

const FLAGS: &[Flag] = &[
    Flag {
        name: "profile",
        value: "NAME",
        help: "default, strict, numerics, guide or original",
        effect: Effect::Text(|a, v| a.profile = Some(v)),
    },
    Flag {
        name: "select",
        value: "CODES",
        help: "run only these codes or prefixes",
        effect: Effect::List(|a| &mut a.select),
    },
    Flag {
        name: "extend-select",
        value: "CODES",
        help: "run these too",
        effect: Effect::List(|a| &mut a.extend_select),
    },
    Flag {
        name: "ignore",
        value: "CODES",
        help: "do not run these",
        effect: Effect::List(|a| &mut a.ignore),
    },
    Flag {
        name: "exclude",
        value: "GLOBS",
        help: "skip files that match",
        effect: Effect::List(|a| &mut a.exclude),
    },
    Flag { name: "fix", value: "", help: "apply safe fixes", effect: Effect::Switch(|a| a.fix = true) },
    Flag {
        name: "unsafe-fixes",
        value: "",
        help: "apply unsafe fixes too",
        effect: Effect::Switch(|a| a.unsafe_fixes = true),
    },
    Flag {
        name: "diff",
        value: "",
        help: "print what --fix would change",
        effect: Effect::Switch(|a| a.diff = true),
    },
    Flag {
        name: "format",
        value: "NAME",
        help: "full, concise, json, jsonl, sarif, github, gitlab, junit, legacy",
        effect: Effect::Text(|a, v| a.format = Some(v)),
    },
    Flag {
        name: "why",
        value: "",
        help: "print why the linter believes what it says",
        effect: Effect::Switch(|a| a.why = true),
    },
    Flag {
        name: "statistics",
        value: "",
        help: "count findings by code",
        effect: Effect::Switch(|a| a.statistics = true),
    },
    Flag {
        name: "baseline",
        value: "FILE",
        help: "report only what is new since this file",
        effect: Effect::Text(|a, v| a.baseline = Some(v)),
    },
    Flag {
        name: "write-baseline",
        value: "FILE",
        help: "write the present findings as a baseline",
        effect: Effect::Text(|a, v| a.write_baseline = Some(v)),
    },
    Flag {
        name: "threshold",
        value: "SEVERITY",
        help: "exit with 1 from this severity on (warning)",
        effect: Effect::Text(|a, v| a.threshold = Some(v)),
    },
    Flag {
        name: "exit-zero",
        value: "",
        help: "exit with 0 in spite of findings",
        effect: Effect::Switch(|a| a.exit_zero = true),
    },
    Flag {
        name: "stdin-filename",
        value: "NAME",
        help: "the name of the text that `-` reads",
        effect: Effect::Text(|a, v| a.stdin_filename = Some(v)),
    },
    Flag {
        name: "config",
        value: "FILE",
        help: "read this configuration",
        effect: Effect::Text(|a, v| a.config = Some(v)),
    },
    Flag {
        name: "isolated",
        value: "",
        help: "read no configuration",
        effect: Effect::Switch(|a| a.isolated = true),
    },
    Flag { name: "jobs", value: "N", help: "threads", effect: Effect::Text(|a, v| a.jobs = Some(v)) },
];

/// Reads the arguments.
pub(crate) fn parse(arguments: &[String]) -> Result<Args, String> {
    let mut args = Args {
        command: Command::Check,
        paths: Vec::new(),
        profile: None,
        select: Vec::new(),
        ignore: Vec::new(),
        extend_select: Vec::new(),
        exclude: Vec::new(),
        format: None,
        threshold: None,
        baseline: None,
        write_baseline: None,
        config: None,
        stdin_filename: None,
        jobs: None,
        fix: false,
        unsafe_fixes: false,
        diff: false,
        why: false,
        statistics: false,
        exit_zero: false,
        isolated: false,
    };
    match arguments.first().map(String::as_str) {
        Some("explain") => {
            let code = arguments.get(1).ok_or("`explain` needs a code, such as `explain SYN101`")?;
            args.command = Command::Explain(code.clone());
            return Ok(args);
        }
        Some("rules") => {
            args.command = Command::Rules { json: arguments.iter().any(|a| a == "--json") };
            return Ok(args);
        }
        _ => {}
    }
    let mut rest = arguments.iter();
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "-h" | "--help" => args.command = Command::Help,
            "-V" | "--version" => args.command = Command::Version,
            "check" if args.paths.is_empty() => {}
            "--" => args.paths.extend(rest.by_ref().cloned()),
            long if long.starts_with("--") => {
                let (name, given) = match long[2..].split_once('=') {
                    Some((name, value)) => (name, Some(value.to_owned())),
                    None => (&long[2..], None),
                };
                let flag = FLAGS
                    .iter()
                    .find(|f| f.name == name)
                    .ok_or_else(|| format!("there is no option `--{name}`; see `embercoach --help`"))?;
                match (&flag.effect, given) {
                    (Effect::Switch(_), Some(_)) => return Err(format!("`--{name}` takes no value")),
                    (Effect::Switch(set), None) => set(&mut args),
                    (effect, given) => {
                        let value = given
                            .or_else(|| rest.next().cloned())
                            .ok_or_else(|| format!("`--{name}` needs a value: --{name} {}", flag.value))?;
                        match effect {
                            Effect::Text(set) => set(&mut args, value),
                            Effect::List(list) => {
                                list(&mut args).extend(value.split(',').map(|v| v.trim().to_owned()))
                            }
                            Effect::Switch(_) => {}
                        }
                    }
                }
            }
            short if short.starts_with('-') && short.len() > 1 => {
                return Err(format!("there is no option `{short}`; see `embercoach --help`"));
            }
            path => args.paths.push(path.to_owned()),
        }
    }
    if args.unsafe_fixes && !args.diff {
        args.fix = true;
    }
    Ok(args)
}

/// The help text.
pub(crate) fn help() -> String {
    let mut text = String::from(
        "EmberCoach: the linter for MLX and PyTorch Python and for kernels.\n\n\
         Usage:\n  embercoach [PATHS] [OPTIONS]\n  embercoach explain CODE\n  embercoach rules [--json]\n\n\
         PATHS are files or folders (default `.`), or `-` for standard input.\n\nOptions:\n",
    );
    for flag in FLAGS {
        let left = format!("--{} {}", flag.name, flag.value);
        text.push_str(&format!("  {left:<26}{}\n", flag.help));
    }
    text.push_str(
        "\nExit codes: 0 clean, 1 findings, 2 usage, unreadable path or a file that does not parse.\n",
    );
    text
}
