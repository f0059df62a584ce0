//! Texts from arguments, files and standard input, read by a thread of its own so that Ctrl-C works while it waits.

use super::args::{Input, TextArgs};
use crate::stop;
use emberforge_base::{Error, ErrorKind, Result};
use emberforge_m2::Sequence;
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

/// One text.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) text: String,
    /// The `id` of a JSON line, or a document's path.
    pub(crate) id: Option<Value>,
    /// Bytes of input that it took.
    pub(crate) bytes: u64,
}

/// What waiting for a text gave.
pub(crate) enum Next {
    Text(Text),
    /// None came for a moment.
    Pause,
    End,
}

/// Texts in their order.
pub(crate) struct Texts {
    receiver: Receiver<Result<Text>>,
    /// Bytes of all input, if that is known beforehand.
    pub(crate) total: Option<u64>,
    /// Most tokens that are computed together.
    pub(crate) batch_tokens: usize,
}

enum Source {
    Given(String),
    Stdin(Input),
    File(PathBuf, Input),
}

impl Texts {
    /// Opens the input, so that what is not there is known before a model is loaded.
    pub(crate) fn open(args: &TextArgs) -> Result<Texts> {
        if args.texts.is_empty() && args.files.is_empty() {
            return Err(Error::invalid(
                "there is no text; give texts, `--file FILE`, or `-` for standard input",
            ));
        }
        let mut sources = Vec::new();
        let mut total = Some(0u64);
        for text in &args.texts {
            let given = text != "-";
            total = total.filter(|_| given).map(|n| n + text.len() as u64);
            sources.push(if given {
                Source::Given(text.clone())
            } else {
                Source::Stdin(if args.input == Input::Auto { Input::Lines } else { args.input })
            });
        }
        for path in &args.files {
            let file = std::fs::metadata(path)
                .map_err(|e| Error::io(format!("cannot read `{}`: {e}", path.display())))?;
            if file.is_dir() {
                return Err(Error::io(format!(
                    "`{}` is a folder; name the files in it with `--file` each",
                    path.display()
                )));
            }
            // The size of a pipe is not known.
            total = total.filter(|_| file.is_file()).map(|n| n + file.len());
            let lines = path.extension().is_some_and(|e| e == "jsonl" || e == "ndjson");
            let input = match args.input {
                Input::Auto if lines => Input::Jsonl,
                Input::Auto => Input::Document,
                input => input,
            };
            sources.push(Source::File(path.clone(), input));
        }
        let (sender, receiver) = sync_channel(64);
        std::thread::spawn(move || {
            for source in sources {
                if let Err(error) = read(source, &sender) {
                    let _ = sender.send(Err(error));
                    return;
                }
            }
        });
        Ok(Texts { receiver, total, batch_tokens: args.batch_tokens as usize })
    }

    /// The next text; waits for it as long as nobody asks to stop.
    pub(crate) fn next(&self, may_pause: bool) -> Result<Next> {
        loop {
            match self.receiver.recv_timeout(Duration::from_millis(50)) {
                Ok(text) => return text.map(Next::Text),
                Err(RecvTimeoutError::Disconnected) => return Ok(Next::End),
                Err(RecvTimeoutError::Timeout) if may_pause || stop::requested() => return Ok(Next::Pause),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

/// Texts with their tokens, to be computed together.
pub(crate) struct Window {
    pub(crate) texts: Vec<(Text, Sequence)>,
    /// No text is left.
    pub(crate) end: bool,
    /// What went wrong after these texts: said when they are done, so that none is lost.
    pub(crate) error: Option<Error>,
}

impl Texts {
    /// Texts for the next batches: some batches' worth, so that texts of one length find each other. Does
    /// not wait for more when it has some.
    pub(crate) fn window(&self, sequence: impl Fn(&str) -> Result<Sequence>) -> Window {
        /// Batches' worth of tokens that are read ahead.
        const AHEAD: usize = 8;
        let mut window = Window { texts: Vec::new(), end: false, error: None };
        let mut tokens = 0;
        while tokens < AHEAD * self.batch_tokens && !stop::requested() {
            let next = self.next(!window.texts.is_empty()).and_then(|next| match next {
                Next::Text(text) => Ok(Some((sequence(&text.text)?, text))),
                Next::Pause => Ok(None),
                Next::End => {
                    window.end = true;
                    Ok(None)
                }
            });
            match next {
                Ok(Some((sequence, text))) => {
                    tokens += sequence.ids.len();
                    window.texts.push((text, sequence));
                }
                Ok(None) => break,
                Err(error) => {
                    window.error = Some(error);
                    break;
                }
            }
        }
        window
    }
}

/// The reader's end is gone: nobody wants more.
fn gone<T>(_: T) -> Error {
    Error::new(ErrorKind::Stopped, "nobody reads the texts")
}

fn read(source: Source, to: &SyncSender<Result<Text>>) -> Result<()> {
    match source {
        Source::Given(text) => {
            let bytes = text.len() as u64;
            to.send(Ok(Text { text, id: None, bytes })).map_err(gone)
        }
        Source::Stdin(input) => read_from(std::io::stdin().lock(), "standard input", None, input, to),
        Source::File(path, input) => {
            let name = path.display().to_string();
            let file = File::open(&path).map_err(|e| Error::io(format!("cannot read `{name}`: {e}")))?;
            read_from(BufReader::new(file), &name, Some(&path), input, to)
        }
    }
}

fn read_from(
    mut reader: impl BufRead,
    name: &str,
    path: Option<&Path>,
    input: Input,
    to: &SyncSender<Result<Text>>,
) -> Result<()> {
    let io = |e: std::io::Error| Error::io(format!("cannot read `{name}`: {e}"));
    if input == Input::Document {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).map_err(io)?;
        let id = path.map(|p| Value::from(p.display().to_string()));
        let length = bytes.len() as u64;
        return to.send(Ok(Text { text: utf8(bytes, name)?, id, bytes: length })).map_err(gone);
    }
    for number in 1.. {
        let mut line = Vec::new();
        let length = reader.read_until(b'\n', &mut line).map_err(io)? as u64;
        if length == 0 {
            break;
        }
        while line.last().is_some_and(|b| b"\r\n".contains(b)) {
            line.pop();
        }
        let place = format!("{name}:{number}");
        let line = utf8(line, &place)?;
        let (text, id) = match input {
            Input::Jsonl if line.trim().is_empty() => continue,
            Input::Jsonl => json_line(&line, &place)?,
            _ => (line, None),
        };
        to.send(Ok(Text { text, id, bytes: length })).map_err(gone)?;
    }
    Ok(())
}

fn utf8(bytes: Vec<u8>, place: &str) -> Result<String> {
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        Error::io(format!(
            "{place}: byte {at} ({:#04x}) is not UTF-8; convert the text, for example with `iconv -t UTF-8`",
            e.as_bytes()[at]
        ))
    })
}

fn json_line(line: &str, place: &str) -> Result<(String, Option<Value>)> {
    let mut value: Value =
        serde_json::from_str(line).map_err(|e| Error::io(format!("{place}: this is no JSON: {e}")))?;
    match value.get_mut("text").map(Value::take) {
        Some(Value::String(text)) => Ok((text, value.get_mut("id").map(Value::take))),
        _ => Err(Error::io(format!("{place}: the object has no field `text` that is a string"))),
    }
}
