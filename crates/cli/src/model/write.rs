//! Rows in the form that was asked for.

use super::args::Format;
use super::partial::Partial;
use super::row::{Row, Settings};
use emberforge_base::{DType, Error, Result};
use emberforge_kernel::data::{NpyHeader, SafetensorsHeader};
use parquet::data_type::{ByteArray, ByteArrayType, FloatType, Int64Type};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use serde::Serialize;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Turns the rows of a complete run into `output` and removes the file that held them.
pub(crate) fn finish(partial: &Partial, output: &Path, format: Format, settings: &Settings) -> Result<()> {
    let failed = |what: &str, e: &dyn std::fmt::Display| {
        Error::io(format!(
            "cannot {what} `{}`: {e}; the rows lie in `{}`",
            output.display(),
            partial.path.display()
        ))
    };
    if format == Format::Jsonl {
        return std::fs::rename(&partial.path, output).map_err(|e| failed("write", &e));
    }
    // Written beside the output and renamed, so that a file of that name is always whole.
    let mut beside = output.as_os_str().to_owned();
    beside.push(".writing");
    let beside = PathBuf::from(beside);
    let written = match format {
        Format::Parquet => parquet(partial, &beside, settings),
        _ => File::create(&beside).map_err(|e| failed("write", &e)).and_then(|file| {
            let mut out = BufWriter::new(file);
            match format {
                Format::Npy => npy(partial, &mut out)?,
                Format::Safetensors => safetensors(partial, &mut out, settings)?,
                _ => json(partial.rows()?, settings, true, &mut out)?,
            }
            out.flush().map_err(|e| failed("write", &e))
        }),
    };
    let renamed = written.and_then(|()| std::fs::rename(&beside, output).map_err(|e| failed("write", &e)));
    if let Err(error) = renamed {
        let _ = std::fs::remove_file(&beside);
        return Err(error);
    }
    std::fs::remove_file(&partial.path).map_err(|e| failed("remove the rows of", &e))
}

/// One JSON object with all rows, a row on each line.
pub(crate) fn json(
    rows: impl Iterator<Item = Result<Row>>,
    settings: &Settings,
    complete: bool,
    out: &mut impl Write,
) -> Result<()> {
    #[derive(Serialize)]
    struct Head<'a> {
        #[serde(flatten)]
        settings: &'a Settings,
        dimension: usize,
        complete: bool,
    }
    let mut rows = rows.peekable();
    let dimension = rows.peek().and_then(|row| row.as_ref().ok()).map_or(0, |row| row.embedding.len());
    let head = serde_json::to_string(&Head { settings, dimension, complete }).map_err(Error::internal)?;
    write!(out, "{},\"embeddings\":[", head.trim_end_matches('}')).map_err(unwritten)?;
    for (i, row) in rows.enumerate() {
        let row = row?;
        // The settings stand above, once.
        let settings = serde_json::to_string(&row.settings).map_err(Error::internal)?;
        let value = serde_json::to_string(&row).map_err(Error::internal)?;
        let value = value.replacen(&format!("\"settings\":{settings},"), "", 1);
        write!(out, "{}\n  {value}", if i > 0 { "," } else { "" }).map_err(unwritten)?;
    }
    out.write_all(b"\n]}\n").map_err(unwritten)
}

fn unwritten(error: std::io::Error) -> Error {
    Error::io(format!("cannot write the embeddings: {error}"))
}

/// How many rows there are, and elements in each.
fn extents(partial: &Partial) -> Result<[usize; 2]> {
    let (mut n, mut d) = (0, 0);
    for row in partial.rows()? {
        n += 1;
        d = row?.embedding.len();
    }
    Ok([n, d])
}

/// The elements of all vectors, of `d` each, little-endian.
fn elements(partial: &Partial, d: usize, out: &mut impl Write) -> Result<()> {
    for row in partial.rows()? {
        let row = row?;
        if row.embedding.len() != d {
            return Err(Error::io(format!(
                "row {} of `{}` has {} numbers and others have {d}: the file was changed; delete it",
                row.index,
                partial.path.display(),
                row.embedding.len()
            )));
        }
        for x in row.embedding {
            out.write_all(&x.to_le_bytes()).map_err(unwritten)?;
        }
    }
    Ok(())
}

fn npy(partial: &Partial, out: &mut impl Write) -> Result<()> {
    let [n, d] = extents(partial)?;
    out.write_all(&NpyHeader::encode(DType::F32, &[n, d])).map_err(unwritten)?;
    elements(partial, d, out)
}

/// Tokens of each text, and vectors; the wider elements first, so that both stand aligned.
fn safetensors(partial: &Partial, out: &mut impl Write, settings: &Settings) -> Result<()> {
    let [n, d] = extents(partial)?;
    let settings = serde_json::to_string(settings).map_err(Error::internal)?;
    let entries: [(&str, DType, &[usize]); 2] =
        [("tokens", DType::I64, &[n]), ("embeddings", DType::F32, &[n, d])];
    out.write_all(&SafetensorsHeader::encode(&entries, &[("settings", &settings)])).map_err(unwritten)?;
    for row in partial.rows()? {
        out.write_all(&(row?.tokens as i64).to_le_bytes()).map_err(unwritten)?;
    }
    elements(partial, d, out)
}

/// Column by column: the vectors are lists of floats, as every reader of tables knows them.
const SCHEMA: &str = "message embeddings {
    required int64 index; optional binary id (UTF8); required int64 tokens; required int64 length; required int64 cut;
    required group embedding (LIST) { repeated group list { required float element; } }
}";

fn parquet(partial: &Partial, path: &Path, settings: &Settings) -> Result<()> {
    /// Rows that are held in memory together.
    const GROUP: usize = 4096;
    let failed =
        |e: parquet::errors::ParquetError| Error::io(format!("cannot write `{}`: {e}", path.display()));
    let file =
        File::create(path).map_err(|e| Error::io(format!("cannot write `{}`: {e}", path.display())))?;
    let schema = Arc::new(parse_message_type(SCHEMA).map_err(failed)?);
    let settings = serde_json::to_string(settings).map_err(Error::internal)?;
    let properties = WriterProperties::builder()
        .set_key_value_metadata(Some(vec![KeyValue::new("settings".to_string(), settings)]))
        // Vectors hardly repeat a number.
        .set_dictionary_enabled(false)
        .build();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties)).map_err(failed)?;
    let mut rows = partial.rows()?;
    loop {
        let group = rows.by_ref().take(GROUP).collect::<Result<Vec<Row>>>()?;
        if group.is_empty() {
            break;
        }
        let mut columns = writer.next_row_group().map_err(failed)?;
        row_group(&mut columns, &group).map_err(failed)?;
        columns.close().map_err(failed)?;
    }
    writer.close().map(|_| ()).map_err(failed)
}

fn row_group(
    writer: &mut SerializedRowGroupWriter<'_, File>,
    rows: &[Row],
) -> Result<(), parquet::errors::ParquetError> {
    let integers = |of: fn(&Row) -> u64| rows.iter().map(|row| of(row) as i64).collect::<Vec<i64>>();
    let ids: Vec<Option<String>> = rows
        .iter()
        .map(|row| row.id.as_ref().map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_string)))
        .collect();
    let mut at = 0;
    while let Some(mut column) = writer.next_column()? {
        match at {
            1 => {
                let values: Vec<ByteArray> =
                    ids.iter().flatten().map(|id| ByteArray::from(id.as_str())).collect();
                let present: Vec<i16> = ids.iter().map(|id| i16::from(id.is_some())).collect();
                column.typed::<ByteArrayType>().write_batch(&values, Some(&present), None)?;
            }
            5 => {
                // A list starts where the repetition level is 0.
                let values: Vec<f32> = rows.iter().flat_map(|row| row.embedding.iter().copied()).collect();
                let starts: Vec<i16> =
                    rows.iter().flat_map(|row| (0..row.embedding.len()).map(|i| i16::from(i > 0))).collect();
                let present = vec![1i16; values.len()];
                column.typed::<FloatType>().write_batch(&values, Some(&present), Some(&starts))?;
            }
            _ => {
                let of: fn(&Row) -> u64 = match at {
                    0 => |row| row.index,
                    2 => |row| row.tokens,
                    3 => |row| row.length,
                    _ => |row| row.cut,
                };
                column.typed::<Int64Type>().write_batch(&integers(of), None, None)?;
            }
        }
        column.close()?;
        at += 1;
    }
    Ok(())
}
