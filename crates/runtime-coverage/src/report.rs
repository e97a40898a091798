//! What was seen, as data and as text: SDN, JSON, and LCOV's trace file.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::json;

use crate::registry::{self, Vector};
use crate::table::Kind;

/// A decision and its outcomes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    /// Its id.
    pub id: u64,
    /// Its file, empty when not known.
    pub file: String,
    /// Its line.
    pub line: u32,
    /// Its column.
    pub column: u32,
    /// How often it was true.
    pub yes: u64,
    /// How often it was false.
    pub no: u64,
}

/// A condition of a decision, and its values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Condition {
    /// The decision's id.
    pub decision: u64,
    /// Its number in the decision.
    pub id: u32,
    /// Its file, empty when not known.
    pub file: String,
    /// Its line.
    pub line: u32,
    /// Its column.
    pub column: u32,
    /// How often it was true.
    pub yes: u64,
    /// How often it was false.
    pub no: u64,
    /// Whether two evaluations show that it alone changes the decision (unique-cause MC/DC).
    pub independent: bool,
}

/// A sequence of blocks that a path took.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sequence {
    /// The path's id.
    pub path: u64,
    /// The blocks.
    pub blocks: Vec<u32>,
    /// How often.
    pub count: u64,
}

/// Everything that was seen, in order of ids.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Report {
    /// The decisions.
    pub decisions: Vec<Decision>,
    /// The conditions.
    pub conditions: Vec<Condition>,
    /// The finished paths.
    pub sequences: Vec<Sequence>,
    /// Path, block, and how often.
    pub blocks: Vec<(u64, u32, u64)>,
    /// How many events found no room.
    pub dropped: u64,
}

/// Whether two of the vectors differ in the condition and the outcome, and in no other condition
/// that both evaluated.
fn independent<'a>(vectors: &(impl Iterator<Item = &'a Vector> + Clone), condition: u32) -> bool {
    let Some(bit) = 1_u64.checked_shl(condition) else { return false };
    let mut trues = vectors.clone().filter(|one| one.seen & one.values & bit != 0);
    trues.any(|one| {
        vectors.clone().any(|two| {
            let both = one.seen & two.seen;
            one.outcome != two.outcome && both & (one.values ^ two.values) == bit
        })
    })
}

impl Report {
    /// What all threads have counted up to now.
    pub fn take() -> Self {
        let mut report = registry::with(|registry| {
            let mut report = Self { dropped: registry.dropped(), ..Self::default() };
            for (index, site) in registry.sites.iter().enumerate() {
                let [no, yes] = registry.counts(index);
                let (id, file, line, column) =
                    (site.id, site.file.to_string(), site.line, site.column);
                match site.kind {
                    Kind::Decision => {
                        report.decisions.push(Decision { id, file, line, column, yes, no });
                    }
                    Kind::Condition => report.conditions.push(Condition {
                        decision: id,
                        id: site.part,
                        independent: registry
                            .vectors
                            .get(&(id, site.file.clone()))
                            .is_some_and(|vectors| independent(&vectors.iter(), site.part)),
                        file,
                        line,
                        column,
                        yes,
                        no,
                    }),
                    Kind::Block => report.blocks.push((id, site.part, yes)),
                }
            }
            report.sequences.extend(registry.sequences.iter().map(|((path, blocks), slot)| {
                let [_, count] = registry.counts(*slot);
                Sequence { path: *path, blocks: blocks.to_vec(), count }
            }));
            report
        });
        report.decisions.sort_by(|a, b| {
            (a.id, &a.file, a.line, a.column).cmp(&(b.id, &b.file, b.line, b.column))
        });
        report.conditions.sort_by(|a, b| {
            (a.decision, a.id, &a.file, a.line, a.column)
                .cmp(&(b.decision, b.id, &b.file, b.line, b.column))
        });
        report.sequences.sort_by(|a, b| (a.path, &a.blocks).cmp(&(b.path, &b.blocks)));
        report.blocks.sort_unstable();
        report
    }

    /// The decisions that were seen one way only.
    pub fn one_way(&self) -> impl Iterator<Item = &Decision> {
        self.decisions.iter().filter(|decision| decision.yes == 0 || decision.no == 0)
    }

    /// Names and values of the summary.
    fn summary(&self) -> Vec<(&'static str, String)> {
        let both = self.decisions.len() - self.one_way().count();
        let values = self.conditions.iter().filter(|one| one.yes > 0 && one.no > 0).count();
        let shown = self.conditions.iter().filter(|one| one.independent).count();
        let percent = |part: usize, all: usize| match all {
            0 => String::from("100.0"),
            _ => format!("{:.1}", part as f64 * 100.0 / all as f64),
        };
        let (decisions, conditions) = (self.decisions.len(), self.conditions.len());
        vec![
            ("total_decisions", decisions.to_string()),
            ("covered_decisions", both.to_string()),
            ("decision_percent", percent(both, decisions)),
            ("total_conditions", conditions.to_string()),
            ("covered_conditions", values.to_string()),
            ("condition_percent", percent(values, conditions)),
            ("independent_conditions", shown.to_string()),
            ("mcdc_percent", percent(shown, conditions)),
            ("total_paths", self.sequences.len().to_string()),
            ("dropped", self.dropped.to_string()),
        ]
    }

    /// The report in SDN.
    pub fn to_sdn(&self) -> String {
        let mut out = String::from("version: 1.0\n");
        let mut line = |text: std::fmt::Arguments<'_>| {
            writeln!(out, "{text}").expect("a String takes any text");
        };
        line(format_args!("\ndecisions |id, file, line, column, true, false, one_way|"));
        for d in &self.decisions {
            let one_way = d.yes == 0 || d.no == 0;
            let (id, file, row, column) = (d.id, json!(d.file), d.line, d.column);
            line(format_args!("    {id}, {file}, {row}, {column}, {}, {}, {one_way}", d.yes, d.no));
        }
        line(format_args!(
            "\nconditions |decision, id, file, line, column, true, false, independent|"
        ));
        for c in &self.conditions {
            let (of, id, file, row, column) = (c.decision, c.id, json!(c.file), c.line, c.column);
            let (yes, no, shown) = (c.yes, c.no, c.independent);
            line(format_args!("    {of}, {id}, {file}, {row}, {column}, {yes}, {no}, {shown}"));
        }
        line(format_args!("\npaths |id, blocks, count|"));
        for path in &self.sequences {
            line(format_args!("    {}, {}, {}", path.path, json!(path.blocks), path.count));
        }
        line(format_args!("\nblocks |path, block, count|"));
        for (path, block, count) in &self.blocks {
            line(format_args!("    {path}, {block}, {count}"));
        }
        line(format_args!("\nsummary:"));
        for (name, value) in self.summary() {
            line(format_args!("    {name}: {value}"));
        }
        out
    }

    /// The report in JSON.
    pub fn to_json(&self) -> String {
        let decisions = self.decisions.iter().map(|d| {
            json!({"id": d.id, "file": d.file, "line": d.line, "column": d.column,
                "true": d.yes, "false": d.no, "one_way": d.yes == 0 || d.no == 0})
        });
        let conditions = self.conditions.iter().map(|c| {
            json!({"decision": c.decision, "id": c.id, "file": c.file, "line": c.line,
                "column": c.column, "true": c.yes, "false": c.no, "independent": c.independent})
        });
        let paths = self
            .sequences
            .iter()
            .map(|s| json!({"id": s.path, "blocks": s.blocks, "count": s.count}));
        let blocks = self.blocks.iter().map(|(p, b, n)| json!({"path": p, "block": b, "count": n}));
        json!({
            "version": "1.0",
            "decisions": decisions.collect::<Vec<_>>(),
            "conditions": conditions.collect::<Vec<_>>(),
            "paths": paths.collect::<Vec<_>>(),
            "blocks": blocks.collect::<Vec<_>>(),
            "dropped": self.dropped,
        })
        .to_string()
    }

    /// The decisions as branches in LCOV's trace format. What has no file or no line has no place
    /// there and is left out.
    pub fn to_lcov(&self) -> String {
        let mut files = BTreeMap::<String, BTreeMap<u32, Vec<&Decision>>>::new();
        for decision in self.decisions.iter().filter(|d| !d.file.is_empty() && d.line > 0) {
            // The format has no way to quote the end of a line.
            let file = decision.file.replace(['\n', '\r'], "?");
            files.entry(file).or_default().entry(decision.line).or_default().push(decision);
        }
        let mut out = String::new();
        for (file, lines) in &files {
            let (mut found, mut hit, mut lines_hit) = (0, 0, 0);
            let mut data = String::new();
            for (line, decisions) in lines {
                let mut runs = 0_u64;
                for (block, decision) in decisions.iter().enumerate() {
                    let reached = decision.yes + decision.no > 0;
                    for (branch, count) in [decision.yes, decision.no].into_iter().enumerate() {
                        let taken = if reached { count.to_string() } else { "-".into() };
                        data += &format!("BRDA:{line},{block},{branch},{taken}\n");
                        found += 1;
                        hit += usize::from(count > 0);
                    }
                    runs = runs.saturating_add(decision.yes + decision.no);
                }
                data += &format!("DA:{line},{runs}\n");
                lines_hit += usize::from(runs > 0);
            }
            out += &format!("TN:\nSF:{file}\n{data}BRF:{found}\nBRH:{hit}\n");
            out += &format!("LF:{}\nLH:{lines_hit}\nend_of_record\n", lines.len());
        }
        out
    }
}
