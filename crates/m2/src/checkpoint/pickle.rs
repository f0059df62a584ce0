//! Reads the pickle inside a PyTorch file as data. It runs nothing: a pickle is a program for a stack machine that may
//! call any Python function, and this machine knows four of them, all of which only describe tensors. What any other
//! would have made is an opaque value.
//!
//! No maintained crate reads PyTorch's pickles without a tensor framework behind it, hence this file. The opcodes are
//! those of the documentation of Python's `pickletools`, protocols 0 to 5.

use emberforge_base::{Error, Result};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A value of the pickle. Lists and dictionaries are places in [`Pickle`]: they are filled after they were stored in the
/// memo, may hold themselves, and may nest deeper than any stack.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Int(i64),
    Text(Rc<str>),
    /// Tuples, too.
    List(usize),
    Dict(usize),
    /// A Python name, `module.name`.
    Global(Rc<str>),
    Storage(Rc<Storage>),
    Tensor(Rc<Tensor>),
    /// Anything else.
    Opaque,
    /// Where a sequence of operands begins.
    Mark,
}

/// Memory that tensors look at: a member of the archive.
#[derive(Debug)]
pub(super) struct Storage {
    /// `FloatStorage` and so on.
    pub(super) kind: Rc<str>,
    pub(super) key: Rc<str>,
}

/// A strided view of a storage, in elements.
#[derive(Debug)]
pub(super) struct Tensor {
    pub(super) storage: Rc<Storage>,
    pub(super) offset: usize,
    pub(super) shape: Vec<usize>,
    pub(super) strides: Vec<i64>,
}

/// What a file describes.
#[derive(Debug, Default)]
pub(super) struct Pickle {
    lists: Vec<Vec<Value>>,
    dicts: Vec<Vec<(Value, Value)>>,
}

impl Pickle {
    /// The entries of a dictionary; none of anything else.
    pub(super) fn entries(&self, value: &Value) -> &[(Value, Value)] {
        if let Value::Dict(at) = value { &self.dicts[*at] } else { &[] }
    }

    /// The elements of a list or tuple.
    fn elements(&self, value: &Value) -> Option<&[Value]> {
        if let Value::List(at) = value { Some(&self.lists[*at]) } else { None }
    }

    fn integers(&self, value: &Value) -> Vec<i64> {
        let elements = self.elements(value).unwrap_or_default().iter();
        elements.filter_map(|v| if let Value::Int(n) = v { Some(*n) } else { None }).collect()
    }

    fn list(&mut self, values: Vec<Value>) -> Value {
        self.lists.push(values);
        Value::List(self.lists.len() - 1)
    }

    fn dict(&mut self) -> Value {
        self.dicts.push(Vec::new());
        Value::Dict(self.dicts.len() - 1)
    }
}

/// More values than any checkpoint has; a bomb ends here.
const MOST_VALUES: usize = 1 << 24;

/// The value that a pickle describes.
///
/// # Errors
/// When the bytes are no whole pickle.
pub(super) fn read(bytes: &[u8]) -> Result<(Pickle, Value)> {
    let pickle = Pickle::default();
    let mut machine = Machine { bytes, at: 0, stack: Vec::new(), memo: BTreeMap::new(), made: 0, pickle };
    loop {
        if let Some(value) = machine.step()? {
            return Ok((machine.pickle, value));
        }
        if machine.made > MOST_VALUES {
            return Err(broken("it makes more than 2^24 values", machine.at));
        }
    }
}

fn broken(what: &str, at: usize) -> Error {
    Error::invalid(format!(
        "the pickle is broken at byte {at}: {what}; the file is damaged, or was not written by torch.save"
    ))
}

struct Machine<'a> {
    bytes: &'a [u8],
    at: usize,
    stack: Vec<Value>,
    memo: BTreeMap<u64, Value>,
    made: usize,
    pickle: Pickle,
}

impl<'a> Machine<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let end = self.at.checked_add(n).filter(|end| *end <= self.bytes.len());
        let Some(end) = end else { return Err(broken("it ends inside an instruction", self.at)) };
        let start = std::mem::replace(&mut self.at, end);
        Ok(&self.bytes[start..end])
    }

    /// A little-endian unsigned number of up to 8 bytes.
    fn number(&mut self, n: usize) -> Result<u64> {
        Ok(self.take(n)?.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }

    /// Text whose length stands before it in `n` bytes.
    fn counted(&mut self, n: usize) -> Result<Value> {
        let length = usize::try_from(self.number(n)?).unwrap_or(usize::MAX);
        Ok(Value::Text(String::from_utf8_lossy(self.take(length)?).into()))
    }

    /// Text up to the end of the line.
    fn line(&mut self) -> Result<String> {
        let rest = &self.bytes[self.at..];
        let Some(end) = rest.iter().position(|b| *b == b'\n') else {
            return Err(broken("a line has no end", self.at));
        };
        self.at += end + 1;
        Ok(String::from_utf8_lossy(&rest[..end]).into_owned())
    }

    fn push(&mut self, value: Value) {
        self.made += 1;
        self.stack.push(value);
    }

    fn top(&self) -> Result<&Value> {
        self.stack.last().ok_or_else(|| broken("the stack is empty", self.at))
    }

    /// The last `n` values.
    fn last(&mut self, n: usize) -> Result<Vec<Value>> {
        let first = self.stack.len().checked_sub(n).ok_or_else(|| broken("the stack is empty", self.at))?;
        Ok(self.stack.split_off(first))
    }

    /// The values above the last mark, which goes too.
    fn above_mark(&mut self) -> Result<Vec<Value>> {
        let mark = self.stack.iter().rposition(|v| matches!(v, Value::Mark));
        let Some(mark) = mark else { return Err(broken("there is no mark", self.at)) };
        let values = self.stack.split_off(mark + 1);
        self.stack.pop();
        Ok(values)
    }

    fn remember(&mut self, key: u64) -> Result<()> {
        let value = self.top()?.clone();
        self.memo.insert(key, value);
        Ok(())
    }

    fn recall(&mut self, key: u64) -> Result<()> {
        let value = self.memo.get(&key).cloned().ok_or_else(|| broken("a memory is not there", self.at))?;
        self.push(value);
        Ok(())
    }

    /// Key, value, key, value ... into the dictionary on top.
    fn set_items(&mut self, items: Vec<Value>) -> Result<()> {
        if let Value::Dict(at) = *self.top()? {
            let mut items = items.into_iter();
            while let (Some(key), Some(value)) = (items.next(), items.next()) {
                self.pickle.dicts[at].push((key, value));
            }
        }
        Ok(())
    }

    fn append(&mut self, items: Vec<Value>) -> Result<()> {
        if let Value::List(at) = *self.top()? {
            self.pickle.lists[at].extend(items);
        }
        Ok(())
    }

    /// Executes one instruction; the result at the end.
    fn step(&mut self) -> Result<Option<Value>> {
        let at = self.at;
        let op = self.take(1)?[0];
        let value = match op {
            b'.' => return self.last(1).map(|mut last| last.pop()),
            // Instructions that make nothing.
            0x80 => return self.take(1).map(|_| None),
            0x95 => return self.take(8).map(|_| None),
            b'0' | b'b' => return self.last(1).map(|_| None),
            b'1' => return self.above_mark().map(|_| None),
            b'a' => {
                let item = self.last(1)?;
                return self.append(item).map(|()| None);
            }
            b'e' | 0x90 => {
                let items = self.above_mark()?;
                return self.append(items).map(|()| None);
            }
            b's' => {
                let pair = self.last(2)?;
                return self.set_items(pair).map(|()| None);
            }
            b'u' => {
                let items = self.above_mark()?;
                return self.set_items(items).map(|()| None);
            }
            b'q' | b'r' => {
                let key = self.number(if op == b'q' { 1 } else { 4 })?;
                return self.remember(key).map(|()| None);
            }
            0x94 => return self.remember(self.memo.len() as u64).map(|()| None),
            b'h' | b'j' => {
                let key = self.number(if op == b'h' { 1 } else { 4 })?;
                return self.recall(key).map(|()| None);
            }
            // Constants.
            b'(' => Value::Mark,
            b'2' => self.top()?.clone(),
            b'N' | 0x88 | 0x89 => Value::Opaque,
            b'K' => Value::Int(self.number(1)? as i64),
            b'M' => Value::Int(self.number(2)? as i64),
            b'J' => Value::Int(i64::from(self.number(4)? as u32 as i32)),
            0x8a => self.long()?,
            b'G' => {
                self.take(8)?;
                Value::Opaque
            }
            b'I' | b'L' => match self.line()?.trim_end_matches('L') {
                // Truth values.
                "00" | "01" => Value::Opaque,
                digits => digits.parse().map_or(Value::Opaque, Value::Int),
            },
            b'F' | b'P' => {
                self.line()?;
                Value::Opaque
            }
            // Texts and bytes.
            b'X' | b'T' | b'B' => self.counted(4)?,
            0x8c | b'U' | b'C' => self.counted(1)?,
            0x8d | 0x8e | 0x96 => self.counted(8)?,
            b'V' | b'S' => Value::Text(self.line()?.into()),
            // Containers.
            b'}' => self.pickle.dict(),
            b']' | b')' | 0x8f => self.pickle.list(Vec::new()),
            b't' | b'l' | 0x91 => {
                let values = self.above_mark()?;
                self.pickle.list(values)
            }
            b'd' => {
                let items = self.above_mark()?;
                let dict = self.pickle.dict();
                self.push(dict);
                return self.set_items(items).map(|()| None);
            }
            0x85..=0x87 => {
                let values = self.last(usize::from(op - 0x84))?;
                self.pickle.list(values)
            }
            // Names, objects and calls.
            b'c' => Value::Global(format!("{}.{}", self.line()?, self.line()?).into()),
            0x93 => match &self.last(2)?[..] {
                [Value::Text(module), Value::Text(name)] => Value::Global(format!("{module}.{name}").into()),
                _ => Value::Opaque,
            },
            b'Q' => {
                let id = self.last(1)?;
                storage(self.pickle.elements(&id[0]).unwrap_or_default())
            }
            b'R' | 0x81 => {
                let call = self.last(2)?;
                self.described(&call[0], &call[1], at)?
            }
            0x92 => {
                self.last(3)?;
                Value::Opaque
            }
            b'i' => {
                self.line()?;
                self.line()?;
                self.above_mark()?;
                Value::Opaque
            }
            b'o' => {
                self.above_mark()?;
                Value::Opaque
            }
            other => return Err(broken(&format!("there is no instruction {other:#04x}"), at)),
        };
        self.push(value);
        Ok(None)
    }

    /// A signed number of as many bytes as the byte before it says.
    fn long(&mut self) -> Result<Value> {
        let n = self.number(1)? as usize;
        let bytes = self.take(n)?;
        if n > 8 {
            return Ok(Value::Opaque);
        }
        let low = bytes.iter().rev().fold(0u64, |v, b| v << 8 | u64::from(*b));
        let unused = 64 - 8 * n as u32;
        Ok(Value::Int(if n == 0 { 0 } else { (low << unused) as i64 >> unused }))
    }

    /// What a call describes: the functions that build tensors and dictionaries, else an opaque value.
    fn described(&mut self, function: &Value, arguments: &Value, at: usize) -> Result<Value> {
        let (Value::Global(name), Some(arguments)) = (function, self.pickle.elements(arguments)) else {
            return Ok(Value::Opaque);
        };
        Ok(match (&**name, arguments) {
            ("collections.OrderedDict", _) => self.pickle.dict(),
            ("torch._utils._rebuild_parameter" | "torch.Size", [first, ..]) => first.clone(),
            (
                "torch._utils._rebuild_tensor_v2",
                [Value::Storage(storage), Value::Int(offset), shape, strides, ..],
            ) => {
                let size =
                    |n: i64| usize::try_from(n).map_err(|_| broken("a tensor has a negative size", at));
                Value::Tensor(Rc::new(Tensor {
                    storage: storage.clone(),
                    offset: size(*offset)?,
                    shape: self.pickle.integers(shape).into_iter().map(size).collect::<Result<_>>()?,
                    strides: self.pickle.integers(strides),
                }))
            }
            _ => Value::Opaque,
        })
    }
}

/// A storage from its persistent id `("storage", torch.FloatStorage, key, device, size)`.
fn storage(id: &[Value]) -> Value {
    match id {
        [Value::Text(what), Value::Global(kind), Value::Text(key), ..] if &**what == "storage" => {
            let kind = kind.rsplit('.').next().unwrap_or_default().into();
            Value::Storage(Rc::new(Storage { kind, key: key.clone() }))
        }
        _ => Value::Opaque,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_of_any_function_is_described_and_not_made() -> Result<()> {
        // What a malicious file holds.
        let (_, value) = read(b"cos\nsystem\n(S'touch /tmp/x'\ntR.")?;
        assert!(matches!(value, Value::Opaque));
        Ok(())
    }

    #[test]
    fn a_truncated_or_senseless_pickle_is_an_error() {
        for bytes in
            [&b""[..], b"}", b"(", b"X\xff\xff\xff\xff", b"R.", b"\xffabc", b"h\x07.", b"cmissing", b"s."]
        {
            let message = read(bytes).expect_err("no value").to_string();
            assert!(message.contains("the pickle is broken at byte"), "{message}");
        }
    }

    #[test]
    fn dictionaries_fill_after_they_are_remembered() -> Result<()> {
        let (pickle, value) = read(b"\x80\x02}q\x00X\x01\x00\x00\x00aJ\xff\xff\xff\xffsh\x00.")?;
        assert!(matches!(pickle.entries(&value), [(Value::Text(k), Value::Int(-1))] if &**k == "a"));
        Ok(())
    }

    #[test]
    fn lists_may_nest_deeper_than_the_stack_and_hold_themselves() -> Result<()> {
        let depth = 1 << 20;
        let nested = [vec![b']'; depth], vec![b'a'; depth - 1], vec![b'.']].concat();
        assert!(matches!(read(&nested)?.1, Value::List(0)));
        let (pickle, value) = read(b"}q\x00X\x05\x00\x00\x00stateh\x00s.")?;
        assert_eq!(pickle.entries(&value).len(), 1);
        Ok(())
    }

    #[test]
    fn a_pickle_that_grows_without_end_is_stopped() {
        // `2` doubles the value on top.
        let bytes = [vec![b'N'], vec![b'2'; MOST_VALUES + 1]].concat();
        let message = read(&bytes).expect_err("a bomb").to_string();
        assert!(message.contains("2^24"), "{message}");
    }
}
