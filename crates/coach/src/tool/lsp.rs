//! `embercoach lsp`: a language server over standard input and output.
//!
//! It publishes diagnostics when a document is opened or changed, offers fixes and suppressions as
//! code actions, and shows the rule's page on hover. Documents are synchronised as a whole: a file is
//! linted in a few milliseconds, so there is nothing to gain from increments.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use lsp_server::{ErrorCode, Message, Notification, Request, Response};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, Diagnostic, DiagnosticRelatedInformation,
    DiagnosticSeverity, DiagnosticTag, DidChangeTextDocumentParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, Hover, HoverContents, HoverParams, InitializeParams, Location, MarkupContent,
    MarkupKind, NumberOrString, Position, PositionEncodingKind, PublishDiagnosticsParams, Range, TextEdit,
    Uri,
};
use ruff_source_file::{OneIndexed, PositionEncoding, SourceLocation};
use ruff_text_size::{TextRange, TextSize};
use serde_json::{Value, json};

use super::args::Args;
use super::config::Config;
use super::report::{Report, lint_text};
use super::{Io, on_a_deep_stack};
use crate::finding::{Edit, Finding, Safety, Severity};
use crate::rules::{self, Rule};

/// Serves until the client says `exit` or hangs up; 0 only after a `shutdown`.
pub(crate) fn serve(io: &mut Io<'_>) -> Result<i32, String> {
    let mut input = BufReader::new(&mut *io.input);
    let mut server = Server {
        out: &mut *io.out,
        root: io.cwd.clone(),
        encoding: PositionEncoding::Utf16,
        config: None,
        documents: HashMap::new(),
        shut_down: false,
    };
    while let Some(message) = read(&mut input)? {
        match message {
            Message::Request(request) => server.request(request)?,
            Message::Notification(n) if n.method == "exit" => break,
            Message::Notification(n) => server.notification(n)?,
            // Nothing is ever asked of the client.
            Message::Response(_) => {}
        }
    }
    Ok(i32::from(!server.shut_down))
}

fn read(input: &mut impl BufRead) -> Result<Option<Message>, String> {
    Message::read(input).map_err(|e| format!("not a message of the language server protocol: {e}"))
}

struct Document {
    report: Report,
    version: i32,
}

struct Server<'x> {
    out: &'x mut dyn Write,
    root: PathBuf,
    encoding: PositionEncoding,
    /// Read at `initialize`.
    config: Option<(Config, Vec<&'static Rule>)>,
    /// By the text of their address.
    documents: HashMap<String, Document>,
    shut_down: bool,
}

impl Server<'_> {
    fn send(&mut self, message: Message) -> Result<(), String> {
        message
            .write(&mut self.out)
            .and_then(|()| self.out.flush())
            .map_err(|e| format!("standard output: {e}"))
    }

    fn notify(&mut self, method: &str, params: impl serde::Serialize) -> Result<(), String> {
        self.send(Message::Notification(Notification::new(method.to_owned(), params)))
    }

    fn request(&mut self, request: Request) -> Result<(), String> {
        let id = request.id.clone();
        let answer = match request.method.as_str() {
            "initialize" => params(request.params).and_then(|p| self.initialize(p)),
            "shutdown" => {
                self.shut_down = true;
                Ok(Value::Null)
            }
            "textDocument/codeAction" => params(request.params).map(|p| self.actions(&p)),
            "textDocument/hover" => params(request.params).map(|p| self.hover(&p)),
            other => Err((ErrorCode::MethodNotFound, format!("`{other}` is not served"))),
        };
        self.send(Message::Response(match answer {
            Ok(value) => Response::new_ok(id, value),
            Err((code, message)) => Response::new_err(id, code as i32, message),
        }))
    }

    fn initialize(&mut self, params: InitializeParams) -> Result<Value, (ErrorCode, String)> {
        #[expect(deprecated, reason = "older clients send `rootUri` only")]
        let root =
            params.workspace_folders.and_then(|f| f.into_iter().next()).map(|f| f.uri).or(params.root_uri);
        if let Some(path) = root.as_ref().and_then(path_of) {
            self.root = path;
        }
        let utf8 = params.capabilities.general.and_then(|g| g.position_encodings);
        if utf8.is_some_and(|all| all.contains(&PositionEncodingKind::UTF8)) {
            self.encoding = PositionEncoding::Utf8;
        }
        let config = Config::load(&Args::default(), &self.root).and_then(|c| c.rules().map(|r| (c, r)));
        self.config = Some(config.map_err(|message| (ErrorCode::InvalidRequest, message))?);
        let utf8 = matches!(self.encoding, PositionEncoding::Utf8);
        let encoding = if utf8 { "utf-8" } else { "utf-16" };
        Ok(json!({
            "capabilities": {
                "positionEncoding": encoding,
                "textDocumentSync": { "openClose": true, "change": 1 },
                "codeActionProvider": { "codeActionKinds": ["quickfix"] },
                "hoverProvider": true,
            },
            "serverInfo": { "name": "embercoach", "version": env!("CARGO_PKG_VERSION") },
        }))
    }

    fn notification(&mut self, n: Notification) -> Result<(), String> {
        match n.method.as_str() {
            "textDocument/didOpen" => {
                let Ok(p) = params::<DidOpenTextDocumentParams>(n.params) else { return Ok(()) };
                self.lint(p.text_document.uri, p.text_document.text, p.text_document.version)
            }
            "textDocument/didChange" => {
                let Ok(p) = params::<DidChangeTextDocumentParams>(n.params) else { return Ok(()) };
                match p.content_changes.into_iter().next_back() {
                    Some(change) => self.lint(p.text_document.uri, change.text, p.text_document.version),
                    None => Ok(()),
                }
            }
            "textDocument/didClose" => {
                let Ok(p) = params::<DidCloseTextDocumentParams>(n.params) else { return Ok(()) };
                self.documents.remove(p.text_document.uri.as_str());
                // What is not open is not shown.
                self.publish(p.text_document.uri, Vec::new(), None)
            }
            _ => Ok(()),
        }
    }

    fn publish(
        &mut self,
        uri: Uri,
        diagnostics: Vec<Diagnostic>,
        version: Option<i32>,
    ) -> Result<(), String> {
        let params = PublishDiagnosticsParams { uri, diagnostics, version };
        self.notify("textDocument/publishDiagnostics", params)
    }

    fn lint(&mut self, uri: Uri, text: String, version: i32) -> Result<(), String> {
        let Some((config, rules)) = &self.config else { return Ok(()) };
        let path = path_of(&uri).unwrap_or_else(|| PathBuf::from(uri.path().as_str()));
        let shown = path.strip_prefix(&self.root).unwrap_or(&path).display().to_string();
        let report = on_a_deep_stack(|| lint_text(&shown, text, rules, &Args::default(), config))?;
        let diagnostics = self.diagnostics(&uri, &report);
        self.documents.insert(uri.as_str().to_owned(), Document { report, version });
        self.publish(uri, diagnostics, Some(version))
    }

    fn diagnostics(&self, uri: &Uri, report: &Report) -> Vec<Diagnostic> {
        let broken = report.problems.iter().map(|p| Diagnostic {
            range: self.range(report, p.range),
            severity: Some(DiagnosticSeverity::ERROR),
            source: Some("embercoach".to_owned()),
            message: format!("does not parse: {}", p.message),
            ..Diagnostic::default()
        });
        let found = report.findings.iter().map(|f| Diagnostic {
            range: self.range(report, f.range),
            severity: Some(match f.severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warn => DiagnosticSeverity::WARNING,
                Severity::Info => DiagnosticSeverity::INFORMATION,
            }),
            code: Some(NumberOrString::String(f.code.to_owned())),
            source: Some("embercoach".to_owned()),
            message: match &f.help {
                Some(help) => format!("{}\nhelp: {help}", f.message),
                None => f.message.clone(),
            },
            related_information: (!f.related.is_empty()).then(|| {
                let at = |range: TextRange| Location { uri: uri.clone(), range: self.range(report, range) };
                let one = |(r, note): &(TextRange, String)| DiagnosticRelatedInformation {
                    location: at(*r),
                    message: note.clone(),
                };
                f.related.iter().map(one).collect()
            }),
            tags: (f.code == "EMB001").then(|| vec![DiagnosticTag::UNNECESSARY]),
            ..Diagnostic::default()
        });
        broken.chain(found).collect()
    }

    fn position(&self, report: &Report, at: TextSize) -> Position {
        let place = report.index.source_location(at, &report.source, self.encoding);
        let number = |n: OneIndexed| u32::try_from(n.to_zero_indexed()).unwrap_or(u32::MAX);
        Position { line: number(place.line), character: number(place.character_offset) }
    }

    fn range(&self, report: &Report, range: TextRange) -> Range {
        Range { start: self.position(report, range.start()), end: self.position(report, range.end()) }
    }

    fn offset(&self, report: &Report, at: Position) -> TextSize {
        let place = SourceLocation {
            line: OneIndexed::from_zero_indexed(at.line as usize),
            character_offset: OneIndexed::from_zero_indexed(at.character as usize),
        };
        report.index.offset(place, &report.source, self.encoding)
    }

    /// The findings that touch a range of an open document.
    fn touching(&self, uri: &Uri, range: Range) -> Vec<(&Document, &Finding)> {
        let Some(document) = self.documents.get(uri.as_str()) else { return Vec::new() };
        let report = &document.report;
        let (start, end) = (self.offset(report, range.start), self.offset(report, range.end));
        let touches = |f: &&Finding| f.range.start() <= end && start <= f.range.end();
        report.findings.iter().filter(touches).map(|f| (document, f)).collect()
    }

    fn actions(&self, params: &CodeActionParams) -> Value {
        let uri = &params.text_document.uri;
        let mut actions = Vec::new();
        for (document, finding) in self.touching(uri, params.range) {
            let report = &document.report;
            // An action that speaks of a cell of a notebook would edit the JSON around it.
            if report.notebook.is_some() {
                continue;
            }
            let mut add = |title: String, edits: &[Edit], preferred: bool| {
                let edits: Vec<TextEdit> = edits
                    .iter()
                    .map(|e| TextEdit { range: self.range(report, e.range), new_text: e.text.clone() })
                    .collect();
                let action = CodeAction {
                    title,
                    kind: Some(CodeActionKind::QUICKFIX),
                    is_preferred: Some(preferred),
                    ..CodeAction::default()
                };
                let mut action = serde_json::to_value(action).unwrap_or_default();
                action["edit"] = json!({ "documentChanges": [{
                    "textDocument": { "uri": uri.as_str(), "version": document.version }, "edits": edits }] });
                actions.push(action);
            };
            if let Some(fix) = &finding.fix {
                let safe = fix.safety == Safety::Safe;
                let what = finding.help.as_deref().unwrap_or("fix it");
                let mark = if safe { "" } else { " (unsafe)" };
                add(format!("{}: {what}{mark}", finding.code), &fix.edits, safe);
            }
            if finding.code != "EMB001" {
                let comment = suppression(report, finding);
                add(format!("{}: suppress on this line", finding.code), &[comment], false);
            }
        }
        Value::Array(actions)
    }

    fn hover(&self, params: &HoverParams) -> Value {
        let at = &params.text_document_position_params;
        let point = Range { start: at.position, end: at.position };
        let touching = self.touching(&at.text_document.uri, point);
        let Some((document, finding)) = touching.first() else { return Value::Null };
        let Some(rule) = rules::find(finding.code) else { return Value::Null };
        let hover = Hover {
            contents: HoverContents::Markup(MarkupContent {
                kind: MarkupKind::Markdown,
                value: markdown(rule),
            }),
            range: Some(self.range(&document.report, finding.range)),
        };
        serde_json::to_value(hover).unwrap_or_default()
    }
}

/// The page of a rule with its parts as paragraphs, so that they do not run together.
fn markdown(rule: &Rule) -> String {
    rule.page().lines().map(|l| format!("{l}\n")).collect::<Vec<_>>().join("\n")
}

/// The edit that adds `# ember: ignore[CODE]` to the end of the finding's first line.
fn suppression(report: &Report, finding: &Finding) -> Edit {
    let start = usize::from(finding.range.start());
    let end = report.source[start..].find(['\r', '\n']).map_or(report.source.len(), |i| start + i);
    Edit::insert(
        TextSize::try_from(end).unwrap_or(finding.range.end()),
        format!("  # ember: ignore[{}]", finding.code),
    )
}

fn params<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, (ErrorCode, String)> {
    serde_json::from_value(value).map_err(|e| (ErrorCode::InvalidParams, e.to_string()))
}

/// The path of a `file:` address.
fn path_of(uri: &Uri) -> Option<PathBuf> {
    let is_file = uri.scheme().is_some_and(|s| s.as_str() == "file");
    is_file.then(|| Path::new(&*uri.path().as_estr().decode().into_string_lossy()).to_path_buf())
}
