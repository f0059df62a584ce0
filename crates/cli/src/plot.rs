//! Line plots over logarithmic axes, as SVG text.

use std::fmt::Write as _;

/// Lines over common axes.
pub(crate) struct Plot {
    pub(crate) title: String,
    /// Names of the axes.
    pub(crate) x: String,
    pub(crate) y: String,
    pub(crate) lines: Vec<Line>,
}

/// One series. Lines that differ in `dashed` only should follow each other: they share a colour.
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) dashed: bool,
    /// Positive numbers, ascending in x.
    pub(crate) points: Vec<(f64, f64)>,
}

/// Height of the picture, and the area of the lines in it; the legend is to the right.
const HEIGHT: f64 = 480.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 640.0;
const TOP: f64 = 50.0;
const BOTTOM: f64 = 420.0;
/// Colours that colour-blind readers tell apart (Okabe and Ito).
const COLOURS: [&str; 6] = ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#000000"];

/// A logarithmic axis: the numbers `from` and `to` lie at `start` and `end`.
struct Axis {
    from: f64,
    to: f64,
    start: f64,
    end: f64,
}

impl Axis {
    fn at(&self, x: f64) -> f64 {
        self.start + (self.end - self.start) * (x / self.from).ln() / (self.to / self.from).ln()
    }
}

impl Plot {
    pub(crate) fn svg(&self) -> String {
        let points = || self.lines.iter().flat_map(|l| &l.points);
        let range = |values: &mut dyn Iterator<Item = f64>| {
            values.fold((f64::INFINITY, 0.0f64), |(low, high), v| (low.min(v), high.max(v)))
        };
        let (left, right) = range(&mut points().map(|p| p.0));
        let (low, high) = range(&mut points().map(|p| p.1));
        // Half an octave of room on both sides, which also keeps a single length from being an empty range.
        let x = Axis { from: left / 1.41, to: right * 1.41, start: LEFT, end: RIGHT };
        let decades = (low.log10().floor() as i32, (high.log10().floor() as i32) + 1);
        let y = Axis { from: 10f64.powi(decades.0), to: 10f64.powi(decades.1), start: BOTTOM, end: TOP };
        let longest = self.lines.iter().map(|l| l.name.chars().count()).max().unwrap_or(0);
        let width = RIGHT + 80.0 + 7.5 * longest as f64;
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {HEIGHT}\" width=\"{width}\" height=\"{HEIGHT}\" \
             font-family=\"sans-serif\" font-size=\"13\">\n<rect width=\"{width}\" height=\"{HEIGHT}\" fill=\"white\"/>\n"
        );
        if points().next().is_some() {
            self.grid(&mut out, &x, &y, decades);
            self.draw(&mut out, &x, &y);
        }
        let middle = (LEFT + RIGHT) / 2.0;
        label(&mut out, middle, TOP - 22.0, "middle", &self.title);
        label(&mut out, middle, BOTTOM + 45.0, "middle", &self.x);
        let turned = format!("middle\" transform=\"rotate(-90 22 {})", (TOP + BOTTOM) / 2.0);
        label(&mut out, 22.0, (TOP + BOTTOM) / 2.0, &turned, &self.y);
        out + "</svg>\n"
    }

    /// Horizontal lines at powers of ten, vertical ones where there are points.
    fn grid(&self, out: &mut String, x: &Axis, y: &Axis, decades: (i32, i32)) {
        for decade in decades.0..=decades.1 {
            let at = y.at(10f64.powi(decade));
            let _ = writeln!(out, "<path d=\"M{LEFT} {at:.1}H{RIGHT}\" stroke=\"#ccc\"/>");
            label(out, LEFT - 8.0, at + 4.0, "end", &format!("1e{decade}"));
        }
        let mut places: Vec<f64> = self.lines.iter().flat_map(|l| &l.points).map(|p| p.0).collect();
        places.sort_by(f64::total_cmp);
        places.dedup();
        let mut free = LEFT;
        for place in places {
            let at = x.at(place);
            let _ = writeln!(out, "<path d=\"M{at:.1} {TOP}V{BOTTOM}\" stroke=\"#eee\"/>");
            // Labels that would run into each other are left out.
            if at >= free {
                label(out, at, BOTTOM + 20.0, "middle", &place.to_string());
                free = at + 52.0;
            }
        }
    }

    /// The lines and their legend.
    fn draw(&self, out: &mut String, x: &Axis, y: &Axis) {
        for (i, line) in self.lines.iter().enumerate() {
            let colour = COLOURS[i / 2 % COLOURS.len()];
            let dash = if line.dashed { " stroke-dasharray=\"8 6\"" } else { "" };
            let style = format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"{dash}");
            let mut path = String::new();
            for (px, py) in &line.points {
                let command = if path.is_empty() { 'M' } else { 'L' };
                let (px, py) = (x.at(*px), y.at(*py));
                let _ = write!(path, "{command}{px:.1} {py:.1}");
                let _ = writeln!(out, "<circle cx=\"{px:.1}\" cy=\"{py:.1}\" r=\"3.5\" fill=\"{colour}\"/>");
            }
            let _ = writeln!(out, "<path d=\"{path}\" {style}/>");
            let at = TOP + 12.0 + 24.0 * i as f64;
            let _ = writeln!(out, "<path d=\"M{} {at}h40\" {style}/>", RIGHT + 16.0);
            label(out, RIGHT + 64.0, at + 4.0, "start", &line.name);
        }
    }
}

fn label(out: &mut String, x: f64, y: f64, anchor: &str, text: &str) {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>");
}
