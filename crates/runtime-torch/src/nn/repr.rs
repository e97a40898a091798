//! The text of a module, as Python prints it.

use super::module::Module;

impl Module {
    /// The module's text, as Python's `repr` gives it: `Linear(in_features=4, …)`, over several
    /// lines when there are modules in it.
    pub fn repr(&self) -> String {
        let extra = self.shared_layer().extra_repr(self);
        let mut lines: Vec<String> = match extra.as_str() {
            "" => Vec::new(),
            extra => extra.split('\n').map(String::from).collect(),
        };
        let short = lines.len() == 1;
        let children: Vec<(&str, &Self)> = self.named_children().collect();
        if self.class() == "ModuleList" {
            lines.extend(repeated(&children));
        } else {
            lines.extend(children.iter().map(|(name, child)| line(name, &child.repr())));
        }
        match lines.as_slice() {
            [] => format!("{}()", self.class()),
            [line] if short => format!("{}({line})", self.class()),
            lines => format!("{}(\n  {}\n)", self.class(), lines.join("\n  ")),
        }
    }
}

/// The lines of a list of modules: those that follow one another with the same text share one.
fn repeated(children: &[(&str, &Module)]) -> Vec<String> {
    let texts: Vec<String> = children.iter().map(|(_, child)| child.repr()).collect();
    let mut lines = Vec::new();
    let mut first = 0;
    for run in texts.chunk_by(|a, b| a == b) {
        let last = first + run.len() - 1;
        lines.push(match run {
            [text] => line(&first.to_string(), text),
            run => line(&format!("{first}-{last}"), &format!("{} x {}", run.len(), run[0])),
        });
        first = last + 1;
    }
    lines
}

fn line(name: &str, text: &str) -> String {
    format!("({name}): {}", text.replace('\n', "\n  "))
}

/// A bool as Python prints it.
pub(crate) fn boolean(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// A float as Python prints it: the shortest digits that read back, with an exponent when it is
/// below 1e-4 or from 1e16 on.
pub(crate) fn float(value: f64) -> String {
    if value.is_nan() {
        return String::from("nan");
    }
    if value.is_infinite() {
        return String::from(if value < 0.0 { "-inf" } else { "inf" });
    }
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e16).contains(&size) {
        let text = format!("{value:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = match exponent.strip_prefix('-') {
            Some(exponent) => ('-', exponent),
            None => ('+', exponent),
        };
        return format!("{digits}e{sign}{exponent:0>2}");
    }
    if value.trunc() == value { format!("{value}.0") } else { format!("{value}") }
}

/// Ints as Python prints a tuple of them.
pub(crate) fn tuple(values: &[i64]) -> String {
    match values {
        [value] => format!("({value},)"),
        values => {
            let values: Vec<String> = values.iter().map(i64::to_string).collect();
            format!("({})", values.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_printed_as_python_does() {
        for (value, text) in [
            (0.0, "0.0"),
            (1e-5, "1e-05"),
            (1.5e-7, "1.5e-07"),
            (1e-4, "0.0001"),
            (0.1, "0.1"),
            (20.0, "20.0"),
            (1e16, "1e+16"),
            (1e100, "1e+100"),
            (-2.5, "-2.5"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(float(value), text);
        }
    }
}
