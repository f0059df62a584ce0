//! Notebooks: the code cells as one text, and the way back from its lines to cells.

/// Where the cells begin in the joined text.
pub(crate) struct Notebook {
    /// Number of the cell in the notebook, and its first line, both from one.
    cells: Vec<(usize, usize)>,
}

impl Notebook {
    /// Joins the code cells of a notebook.
    pub(crate) fn read(text: &str) -> Result<(String, Notebook), String> {
        let json: serde_json::Value =
            serde_json::from_str(text).map_err(|e| format!("not a notebook: {e}"))?;
        let cells =
            json.get("cells").and_then(|c| c.as_array()).ok_or("not a notebook: it has no `cells`")?;
        let mut source = String::new();
        let mut map = Vec::new();
        for (number, cell) in cells.iter().enumerate() {
            if cell.get("cell_type").and_then(|t| t.as_str()) != Some("code") {
                continue;
            }
            let body = match cell.get("source") {
                Some(serde_json::Value::String(s)) => s.clone(),
                Some(serde_json::Value::Array(lines)) => lines.iter().filter_map(|l| l.as_str()).collect(),
                _ => continue,
            };
            if body.trim_start().starts_with("%%") {
                continue;
            }
            map.push((number + 1, source.matches('\n').count() + 1));
            for line in body.lines() {
                // Magics become comments of the same length.
                let trimmed = line.trim_start();
                if let Some(rest) = trimmed.strip_prefix(['%', '!', '?']) {
                    source.push_str(&line[..line.len() - trimmed.len()]);
                    source.push('#');
                    source.push_str(rest);
                } else {
                    source.push_str(line);
                }
                source.push('\n');
            }
        }
        Ok((source, Notebook { cells: map }))
    }

    /// The cell of a line, and the line in it.
    pub(crate) fn cell_of(&self, line: usize) -> (usize, usize) {
        let (cell, first) =
            self.cells.iter().rev().find(|(_, first)| *first <= line).copied().unwrap_or((1, 1));
        (cell, line - first + 1)
    }
}
