//! Documentation comments, from rustdoc's form to plain text for the C reader.

use syn::{Attribute, Expr, ExprLit, Lit, Meta, parse_quote};

/// As wide as a line of the header may be, with the comment mark before it.
const WIDTH: usize = 97;

/// Replaces the documentation among the attributes by the same text for C: no links and headings,
/// and lines filled up to the width of the header.
pub fn for_c(attributes: &mut Vec<Attribute>) -> Result<(), String> {
    let mut lines = Vec::new();
    for attribute in attributes.iter() {
        let Meta::NameValue(pair) = &attribute.meta else { continue };
        if !pair.path.is_ident("doc") {
            continue;
        }
        let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value else {
            return Err(String::from("has documentation that is no plain text"));
        };
        lines.push(text.value());
    }
    if lines.iter().any(|line| line.contains("*/")) {
        return Err(String::from("has documentation that would end a C comment"));
    }
    attributes.retain(|attribute| !attribute.path().is_ident("doc"));
    for line in filled(&lines) {
        let line = if line.is_empty() { line } else { format!(" {line}") };
        attributes.push(parse_quote!(#[doc = #line]));
    }
    Ok(())
}

/// The lines filled: a paragraph is one run of words. Lists and blocks of code stay as they are.
fn filled(lines: &[String]) -> Vec<String> {
    let mut filled: Vec<String> = Vec::new();
    let mut is_code = false;
    let mut joins = false;
    for line in lines.iter().map(|line| line.strip_prefix(' ').unwrap_or(line)) {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
            joins = false;
            continue;
        }
        if is_code || line.trim().is_empty() {
            filled.push(line.trim_end().to_string());
            joins = false;
            continue;
        }
        if let Some(heading) = line.trim_start().trim_start_matches('#').strip_prefix(' ')
            && line.starts_with('#')
        {
            filled.push(format!("{heading}:"));
            joins = false;
            continue;
        }
        let text = plain(line);
        let starts_item = ["- ", "* "].iter().any(|mark| text.trim_start().starts_with(mark));
        if starts_item {
            joins = false;
        }
        for word in text.split_whitespace() {
            match filled.last_mut() {
                Some(last) if joins && last.chars().count() + 1 + word.chars().count() <= WIDTH => {
                    last.push(' ');
                    last.push_str(word);
                }
                _ => filled.push(word.to_string()),
            }
            joins = true;
        }
    }
    while filled.last().is_some_and(String::is_empty) {
        filled.pop();
    }
    filled
}

/// A line without rustdoc's links.
fn plain(line: &str) -> String {
    line.replace("[`", "`").replace("`]", "`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        filled(&text.lines().map(|line| format!(" {line}")).collect::<Vec<_>>())
    }

    #[test]
    fn documentation_is_plain_in_c() {
        assert_eq!(lines("Frees [`rt_x`]\nand `y`."), ["Frees `rt_x` and `y`."]);
        assert_eq!(lines("A.\n\n# Safety\nB\nc."), ["A.", "", "Safety:", "B c."]);
        assert_eq!(lines("One of\n- a\n- b\n  more"), ["One of", "- a", "- b more"]);
        assert_eq!(lines("So:\n```c\n  f(1);\n```\nDone.\n\n"), ["So:", "  f(1);", "Done."]);
    }

    #[test]
    fn lines_are_filled_to_the_width() {
        let filled = lines(&"word ".repeat(60));
        assert_eq!(filled.len(), 4);
        assert!(filled.iter().all(|line| line.len() <= WIDTH));
    }
}
