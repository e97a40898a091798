//! The distance of libm's results from the exact ones, against the bounds that the documentation
//! gives. The exact results come from mpmath: tests/fixtures/accuracy.py.

mod fixture;

use std::collections::BTreeMap;

use fixture::{Unary, binary, unary};

/// Largest distance from the correctly rounded result in units of the last place, by function: what
/// the README's table says of glibc.
const BOUNDS: &[(&str, u64)] = &[
    ("acos", 1),
    ("acosh", 2),
    ("asin", 1),
    ("asinh", 2),
    ("atan", 1),
    ("atan2", 1),
    ("atanh", 2),
    ("cbrt", 4),
    ("cos", 1),
    ("cosh", 2),
    ("erf", 1),
    ("erfc", 5),
    ("exp", 1),
    ("exp2", 1),
    ("expm1", 1),
    ("hypot", 1),
    ("lgamma", 4),
    ("log", 1),
    ("log10", 2),
    ("log1p", 1),
    ("log2", 2),
    ("pow", 1),
    ("sin", 1),
    ("sinh", 2),
    ("tan", 1),
    ("tanh", 2),
    ("tgamma", 9),
];

/// How many doubles lie between two of them.
fn distance(x: f64, y: f64) -> u64 {
    // The bits of doubles are ordered like the numbers, by sign and magnitude.
    fn ordered(x: f64) -> i64 {
        let bits = x.to_bits() as i64;
        if bits < 0 { i64::MIN - bits } else { bits }
    }
    if x.is_nan() || y.is_nan() {
        return if x.is_nan() && y.is_nan() { 0 } else { u64::MAX };
    }
    ordered(x).abs_diff(ordered(y))
}

/// The largest distance of each function over the points of the fixture.
fn measure() -> BTreeMap<&'static str, (u64, String)> {
    let mut worst = BTreeMap::new();
    for line in fixture::lines(include_str!("fixtures/accuracy.txt")) {
        let actual = match unary(line.name) {
            Some(function) => function(line.float(0)),
            None => binary(line.name).expect(line.name)(line.float(0), line.float(1)),
        };
        let error = distance(actual, line.result());
        let entry = worst.entry(line.name).or_insert((0, String::new()));
        if error >= entry.0 {
            *entry = (error, format!("{}: {actual:e}", line.text));
        }
    }
    worst
}

#[test]
#[cfg_attr(not(target_env = "gnu"), ignore = "the bounds are those of glibc")]
fn results_are_as_near_as_documented() {
    let worst = measure();
    assert_eq!(worst.len(), BOUNDS.len());
    for (name, bound) in BOUNDS {
        let (error, line) = &worst[name];
        println!("{name}: at most {error} ulp of {bound}");
        assert!(error <= bound, "{name} is {error} ulp from the exact result: {line}");
    }
}

#[test]
fn the_documentation_has_the_bounds() {
    let readme = include_str!("../README.md");
    for (name, bound) in BOUNDS {
        let row = readme
            .lines()
            .filter(|line| line.starts_with('|'))
            .find(|line| line.contains(&format!("`{name}`")));
        let row = row.unwrap_or_else(|| panic!("{name} is not in the table"));
        assert!(row.starts_with(&format!("| {bound} ulp ")), "{name}: {row}");
    }
}

#[test]
fn the_distance_counts_doubles() {
    assert_eq!(distance(1.0, 1.0 + f64::EPSILON), 1);
    assert_eq!(distance(-0.0, 0.0), 0);
    assert_eq!(distance(-5e-324, 5e-324), 2);
    assert_eq!(distance(f64::NAN, f64::NAN), 0);
    let plain: Unary = |x| x;
    assert_eq!(distance(plain(f64::MAX), f64::INFINITY), 1);
}
