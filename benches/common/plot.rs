//! Times over sizes, as an SVG picture.

use std::fs;
use std::path::Path;
use std::time::Duration;

use plotters::prelude::*;

use super::table::{median_time, said, writes};

const SIZE: (u32, u32) = (860, 420);
const COLOURS: [RGBColor; 6] = [
    RGBColor(200, 30, 30),
    RGBColor(110, 110, 110),
    RGBColor(30, 100, 200),
    RGBColor(230, 140, 20),
    RGBColor(20, 140, 80),
    RGBColor(130, 60, 170),
];

/// A way's times at each size.
pub(crate) struct Line {
    pub(crate) title: &'static str,
    pub(crate) points: Vec<(u32, Vec<Duration>)>,
}

impl Line {
    /// Both axes are logarithmic, so a size of zero is drawn at one.
    fn medians(&self) -> impl Iterator<Item = (f64, f64)> {
        self.points.iter().map(|(size, times)| (f64::from(*size).max(1.0), median_time(times.iter().copied())))
    }
}

/// Draws the medians of an add's time over how many of something there are.
pub(crate) fn plot(file: &str, what: &str, lines: &[Line]) {
    let benches = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = benches.join(if writes() { "../docs/plots" } else { "target/plots" });
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{file}.svg"));
    let area = SVGBackend::new(&path, SIZE).into_drawing_area();
    area.fill(&WHITE).unwrap();
    let largest = lines[0].medians().map(|(size, _)| size).fold(1.0, f64::max);
    let times = || lines.iter().flat_map(Line::medians).map(|(_, time)| time);
    let (shortest, longest) = (times().fold(f64::MAX, f64::min), times().fold(0.0, f64::max));
    let mut chart = ChartBuilder::on(&area)
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(70)
        .right_y_label_area_size(0)
        .caption(format!("Adding one interface beside more and more {what}"), ("sans-serif", 18))
        .build_cartesian_2d((1.0..largest * 1.05).log_scale(), (shortest * 0.7..longest * 4.0).log_scale())
        .unwrap();
    let count = |size: &f64| if *size <= 1.0 { "0".to_owned() } else { format!("{size:.0}") };
    let mut mesh = chart.configure_mesh();
    mesh.x_desc(what).y_desc("time of an add").x_label_formatter(&count).y_label_formatter(&|time: &f64| said(*time));
    mesh.light_line_style(RGBColor(240, 240, 240)).label_style(("sans-serif", 13)).draw().unwrap();
    for (line, colour) in lines.iter().zip(COLOURS) {
        let width = if line.title.starts_with("netgraft") { 3 } else { 1 };
        let style = colour.stroke_width(width);
        let drawn = chart.draw_series(LineSeries::new(line.medians(), style)).unwrap();
        drawn.label(line.title.replace('`', "")).legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
        chart.draw_series(line.medians().map(|point| Circle::new(point, width + 1, colour.filled()))).unwrap();
    }
    let mut labels = chart.configure_series_labels();
    labels
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.8))
        .border_style(RGBColor(200, 200, 200));
    labels.label_font(("sans-serif", 13)).draw().unwrap();
    area.present().unwrap();
    drop(chart);
    eprintln!("{}", path.display());
}
