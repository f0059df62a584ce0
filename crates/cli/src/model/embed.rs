//! `ember embed`: texts to vectors, in bounded memory, stopped and resumed without loss.

use super::args::{EmbedArgs, Format};
use super::open::open;
use super::partial::Partial;
use super::row::{Row, Settings, text_hash};
use super::texts::{Next, Text, Texts};
use super::write;
use crate::{Exit, stop, terminal};
use emberforge_array::DType;
use emberforge_base::{Error, Result};
use emberforge_m2::{Embedder, Pretrained, Sequence, batches};

/// Truncated texts that are named one by one.
const NAMED: u64 = 10;

pub(crate) fn embed(args: &EmbedArgs) -> Result<Exit> {
    let format = format(args)?;
    let settings = Settings::of(args);
    let texts = Texts::open(&args.texts)?;
    let sink = match &args.output {
        Some(output) => Sink::File(Partial::open(output, args.resume, &settings)?),
        None if format == Format::Jsonl => Sink::Lines,
        None => Sink::Memory(Vec::new()),
    };
    let model = open(&args.model).inspect_err(|_| sink.discard_if_empty())?;
    args.model.within(|| Run::new(args, format, settings, &model, sink)?.all(&texts))
}

/// The form of the output, by flag or name.
fn format(args: &EmbedArgs) -> Result<Format> {
    let extension = args.output.as_ref().and_then(|path| path.extension()).and_then(|e| e.to_str());
    let by_name = match extension {
        Some("json") => Some(Format::Json),
        Some("jsonl" | "ndjson") => Some(Format::Jsonl),
        Some("npy") => Some(Format::Npy),
        Some("safetensors") => Some(Format::Safetensors),
        Some("parquet") => Some(Format::Parquet),
        _ => None,
    };
    let format = match (args.format, by_name, &args.output) {
        (Some(format), _, _) | (None, Some(format), _) => format,
        (None, None, None) => Format::Json,
        (None, None, Some(output)) => {
            return Err(Error::invalid(format!(
                "`{}` does not say by its name what to write; add --format",
                output.display()
            )));
        }
    };
    if args.output.is_none() && !matches!(format, Format::Json | Format::Jsonl) {
        return Err(Error::invalid("this format is a file's; name the file with --output"));
    }
    Ok(format)
}

/// Where rows go as they are made.
enum Sink {
    /// Standard output, a line each.
    Lines,
    /// Kept for one JSON object at the end.
    Memory(Vec<Row>),
    File(Partial),
}

impl Sink {
    fn push(&mut self, rows: Vec<Row>) -> Result<()> {
        match self {
            Sink::File(partial) => partial.push(&rows)?,
            Sink::Memory(all) => all.extend(rows),
            Sink::Lines => {
                for row in rows {
                    terminal::out(&format!("{}\n", serde_json::to_string(&row).map_err(Error::internal)?));
                }
            }
        }
        Ok(())
    }

    /// A run that failed before its first row leaves nothing behind.
    fn discard_if_empty(&self) {
        if let Sink::File(partial) = self
            && std::fs::metadata(&partial.path).is_ok_and(|file| file.len() == 0)
        {
            let _ = std::fs::remove_file(&partial.path);
        }
    }
}

struct Run<'a> {
    args: &'a EmbedArgs,
    format: Format,
    settings: Settings,
    embedder: Embedder<'a>,
    sink: Sink,
    bar: indicatif::ProgressBar,
    /// Rows made, those of an earlier run included.
    rows: u64,
    cut: u64,
    lengths: Option<(u64, u64)>,
}

impl<'a> Run<'a> {
    fn new(
        args: &'a EmbedArgs,
        format: Format,
        settings: Settings,
        model: &'a Pretrained,
        sink: Sink,
    ) -> Result<Run<'a>> {
        let vectors = &args.vectors;
        let options = args.model.load_options();
        let pooling = vectors.pooling.pooling();
        let embedder = Embedder::new(model, &options, vectors.length_policy, pooling, vectors.normalize)
            .inspect_err(|_| sink.discard_if_empty())?;
        let bar = terminal::progress_bar(None);
        Ok(Run { args, format, settings, embedder, sink, bar, rows: 0, cut: 0, lengths: None })
    }

    /// Embeds all texts and finishes the output.
    fn all(mut self, texts: &Texts) -> Result<Exit> {
        stop::flag();
        self.bar = terminal::progress_bar(texts.total);
        let result = self.windows(texts);
        self.bar.finish_and_clear();
        if result.is_err() {
            self.sink.discard_if_empty();
        }
        let complete = result?;
        self.finish(complete)
    }

    /// True when no text is left, false when Ctrl-C came first.
    fn windows(&mut self, texts: &Texts) -> Result<bool> {
        let done = match &mut self.sink {
            Sink::File(partial) => std::mem::take(&mut partial.done),
            _ => Vec::new(),
        };
        self.skip(texts, &done)?;
        loop {
            let window = texts.window(|text| self.embedder.sequence(text));
            let whole = self.compute(window.texts)?;
            if let Some(error) = window.error {
                return Err(error);
            }
            if stop::requested() || !whole {
                return Ok(false);
            }
            if window.end {
                return Ok(true);
            }
        }
    }

    /// Passes over the texts of an earlier run.
    fn skip(&mut self, texts: &Texts, done: &[String]) -> Result<()> {
        for hash in done {
            let Next::Text(text) = texts.next(false)? else {
                if stop::requested() {
                    return Ok(());
                }
                return Err(Error::invalid(format!(
                    "there are {} texts, and the earlier run made {} rows: these are not its texts",
                    self.rows,
                    done.len()
                )));
            };
            if *hash != text_hash(&text.text) {
                return Err(Error::invalid(format!(
                    "text {} is not the one of the earlier run; resume with the same texts, or delete PATH.partial",
                    self.rows
                )));
            }
            self.rows += 1;
            self.bar.inc(text.bytes);
        }
        Ok(())
    }

    /// Rows of a window in their order; those before the first that Ctrl-C prevented. True when that is all.
    fn compute(&mut self, window: Vec<(Text, Sequence)>) -> Result<bool> {
        let mut rows = Vec::with_capacity(window.len());
        let (mut sequences, mut bytes) = (Vec::with_capacity(window.len()), Vec::new());
        for (text, sequence) in window {
            let index = self.rows + rows.len() as u64;
            rows.push(Row::new(index, text.id, text_hash(&text.text), &sequence, &self.settings));
            bytes.push(text.bytes);
            sequences.push(sequence);
        }
        for batch in batches(&sequences, self.args.texts.batch_tokens as usize) {
            if stop::requested() {
                break;
            }
            let chosen: Vec<&Sequence> = batch.iter().map(|i| &sequences[*i]).collect();
            let vectors = self.embedder.vectors(&chosen)?;
            let d = vectors.shape()[1];
            let vectors = vectors.astype(DType::F32)?.to_vec::<f32>()?;
            for (i, vector) in batch.iter().zip(vectors.chunks_exact(d)) {
                if vector.iter().any(|x| !x.is_finite()) {
                    return Err(Error::invalid(format!(
                        "the vector of text {} has numbers that are not finite; the weights are damaged, or {} is too \
                         narrow for them: try --dtype f32",
                        rows[*i].index, self.settings.dtype
                    )));
                }
                rows[*i].embedding = vector.to_vec();
                self.bar.inc(bytes[*i]);
            }
            self.bar.set_message(format!("{} texts", self.rows + rows.len() as u64));
        }
        let all = rows.len();
        let made = rows.iter().position(|row| row.embedding.is_empty()).unwrap_or(all);
        rows.truncate(made);
        self.report(&rows);
        self.rows += made as u64;
        self.sink.push(rows)?;
        Ok(made == all)
    }

    /// Says which texts were cut, and notes the lengths.
    fn report(&mut self, rows: &[Row]) {
        for row in rows {
            let (least, most) = self.lengths.unwrap_or((u64::MAX, 0));
            self.lengths = Some((least.min(row.length), most.max(row.length)));
            if row.cut == 0 {
                continue;
            }
            self.cut += 1;
            if self.cut <= NAMED {
                self.bar.suspend(|| {
                    terminal::err(&format!(
                        "warning: text {} has {} tokens and the model takes {}: the last {} are cut off\n",
                        row.index,
                        row.tokens + row.cut,
                        row.tokens,
                        row.cut
                    ));
                });
            }
        }
    }

    fn finish(self, complete: bool) -> Result<Exit> {
        let count = |n: u64, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
        let lengths = match self.lengths {
            Some((least, most)) if least == most => format!(" ({})", count(least, "token")),
            Some((least, most)) => format!(" ({least} to {most} tokens)"),
            None => String::new(),
        };
        let summary = format!(
            "{}: length policy {}{lengths}, pooling {}, {}{}",
            count(self.rows, "text"),
            self.settings.length_policy,
            self.settings.pooling,
            if self.settings.normalized { "normalized" } else { "not normalized" },
            if self.cut > 0 { format!("; {} cut off", count(self.cut, "text")) } else { String::new() },
        );
        match &self.sink {
            Sink::Memory(rows) => {
                let mut text = Vec::new();
                write::json(rows.iter().cloned().map(Ok), &self.settings, complete, &mut text)?;
                terminal::out(&String::from_utf8_lossy(&text));
            }
            Sink::File(partial) if complete => {
                let output = self.args.output.as_deref().unwrap_or(&partial.path);
                write::finish(partial, output, self.format, &self.settings)?;
            }
            _ => {}
        }
        if complete {
            terminal::err(&format!("{summary}\n"));
            return Ok(Exit::Ok);
        }
        let rest = match &self.sink {
            Sink::File(partial) => {
                format!("; their rows lie in `{}`: continue with --resume", partial.path.display())
            }
            _ => String::new(),
        };
        terminal::err(&format!("interrupted, not complete: {summary}{rest}\n"));
        Ok(Exit::Interrupted)
    }
}
