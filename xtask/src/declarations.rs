//! The C functions as the header declares them.

use std::fmt;

use crate::Result;

/// The declaration of one function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The type of the result.
    pub returns: String,
    /// The name.
    pub name: String,
    /// The parameters, in order.
    pub parameters: Vec<Parameter>,
}

/// A parameter: its name, and the declaration around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The name.
    pub name: String,
    /// The type without the name: `int64_t`, `const uint8_t *`, `void (*)(void *)`.
    pub ty: String,
    text: String,
}

impl fmt::Display for Declaration {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let space = if self.returns.ends_with('*') { "" } else { " " };
        write!(out, "{}{space}{}(", self.returns, self.name)?;
        if self.parameters.is_empty() {
            return out.write_str("void);");
        }
        for (position, parameter) in self.parameters.iter().enumerate() {
            let comma = if position == 0 { "" } else { ", " };
            write!(out, "{comma}{}", parameter.text)?;
        }
        out.write_str(");")
    }
}

/// All functions that a header declares with `RT_API`, sorted by name.
pub fn read(header: &str) -> Result<Vec<Declaration>> {
    let text = without_comments(header);
    let code: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let mut found = Vec::new();
    for part in code.join(" ").split("RT_API").skip(1) {
        let (statement, _) = part.split_once(';').ok_or("the header ends in a declaration")?;
        found.push(parse(statement)?);
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(pair) = found.windows(2).find(|pair| pair[0].name == pair[1].name) {
        return Err(format!("the header declares {} twice", pair[0].name).into());
    }
    Ok(found)
}

/// Reads one declaration: `const uint8_t *rt_string_data(RuntimeValue string);`
pub fn parse(statement: &str) -> Result<Declaration> {
    let cannot = || format!("cannot read the declaration `{statement}`");
    let (front, rest) = statement.split_once('(').ok_or_else(cannot)?;
    let (parameters, _) = rest.rsplit_once(')').ok_or_else(cannot)?;
    let (returns, name) = split_name(front);
    let parameters = split_parameters(parameters)
        .iter()
        .map(|text| parse_parameter(text).ok_or_else(|| cannot().into()))
        .collect::<Result<Vec<_>>>()?;
    Ok(Declaration { returns, name, parameters })
}

fn parse_parameter(text: &str) -> Option<Parameter> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (ty, name) = match text.split_once("(*") {
        Some((returns, rest)) => {
            let (name, arguments) = rest.split_once(')')?;
            (format!("{returns}(*){arguments}"), name.to_string())
        }
        None => split_name(&text),
    };
    (!name.is_empty()).then_some(Parameter { name, ty, text })
}

/// Splits `const uint8_t *data` into the type and the name.
fn split_name(text: &str) -> (String, String) {
    let text = text.trim();
    let start = text.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
    (text[..start].trim().to_string(), text[start..].to_string())
}

/// Splits at the commas that stand in no parentheses of a function pointer.
fn split_parameters(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for character in text.trim().chars() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(character);
        }
    }
    parts.retain(|part| !matches!(part.trim(), "" | "void"));
    parts
}

fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("/*") {
        let end = rest[start..].find("*/").map_or(rest.len(), |end| start + end + 2);
        kept.push_str(&rest[..start]);
        rest = &rest[end..];
    }
    kept.push_str(rest);
    kept.lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_read_and_shown() {
        let header = "/* RT_API void rt_no(void); */\n#define RT_API\n// Says.\n\
            RT_API const uint8_t *rt_data(RuntimeValue v,\n                    uint64_t *length);\n\
            RT_API void rt_all(void);\n\
            RT_API\nbool rt_each(int64_t (*step)(void *data, int64_t n), void *data);\n\
            static inline bool rt_inline(void) { return true; }\n";
        let found = read(header).unwrap();
        let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "void rt_all(void);",
                "const uint8_t *rt_data(RuntimeValue v, uint64_t *length);",
                "bool rt_each(int64_t (*step)(void *data, int64_t n), void *data);",
            ]
        );
        assert_eq!(found[1].parameters[1].ty, "uint64_t *");
        assert_eq!(found[2].parameters[0].ty, "int64_t (*)(void *data, int64_t n)");
        assert_eq!(found[2].parameters[0].name, "step");
        assert!(read("RT_API void rt_a(void);\nRT_API int rt_a(void);").is_err());
    }
}
