//! Equality, order and hash agree with each other; arrays and dicts agree with Rust's own.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::cmp::Ordering;

use proptest::prelude::*;
use runtime_value::equality;
use runtime_value::hash::hash;
use runtime_value::order;
use runtime_value::{Array, Dict, Enum, Number, RuntimeValue, Tuple, View};

/// A description of a value, from which equal but separate values can be made.
#[derive(Clone, Debug)]
enum Plan {
    Word(u64),
    Int(i64),
    UInt(u64),
    Float(f64),
    Text(String),
    Array(Vec<Plan>),
    Tuple(Vec<Plan>),
    Dict(Vec<(Plan, Plan)>),
    Enum(u32, Box<Plan>),
}

impl Plan {
    fn make(&self) -> RuntimeValue {
        let all = |plans: &[Plan]| plans.iter().map(Plan::make).collect::<Vec<_>>();
        match self {
            // SAFETY: special words refer to no object.
            Self::Word(id) => unsafe { RuntimeValue::from_bits(id << 3 | 3) },
            Self::Int(int) => RuntimeValue::from(*int),
            Self::UInt(int) => RuntimeValue::from(*int),
            Self::Float(float) => RuntimeValue::from(*float),
            Self::Text(text) => RuntimeValue::from(text.as_str()),
            Self::Array(plans) => Array::from_slice(&all(plans)).unwrap().value(),
            Self::Tuple(plans) => Tuple::from_slice(&all(plans)).unwrap().value(),
            Self::Dict(pairs) => {
                let dict = Dict::new(0).unwrap();
                for (key, value) in pairs {
                    dict.insert(key.make(), value.make()).unwrap();
                }
                dict.value()
            }
            Self::Enum(discriminant, payload) => {
                Enum::new(0, *discriminant, payload.make()).unwrap().value()
            }
        }
    }
}

/// Numbers that are near each other in value and far apart in form.
fn edges() -> impl Strategy<Value = Plan> {
    let near = [0, 1, -1, 1 << 53, 1 << 60, -(1 << 60), i64::MAX, i64::MIN];
    prop_oneof![
        (prop::sample::select(near.to_vec()), -2_i64..3)
            .prop_map(|(base, offset)| Plan::Int(base.wrapping_add(offset))),
        (prop::sample::select(near.to_vec()), -2_i64..3)
            .prop_map(|(base, offset)| Plan::Float(base.wrapping_add(offset) as f64)),
        prop::sample::select(vec![i64::MAX as u64, 1 << 63, u64::MAX]).prop_map(Plan::UInt),
        prop::sample::select(vec![
            0.0,
            -0.0,
            0.5,
            -0.5,
            f64::NAN,
            -f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            18_446_744_073_709_551_616.0,
            9_223_372_036_854_775_808.0,
            5e-324,
        ])
        .prop_map(Plan::Float),
    ]
}

fn plans() -> impl Strategy<Value = Plan> {
    let leaf = prop_oneof![
        4 => edges(),
        1 => any::<i64>().prop_map(Plan::Int),
        1 => any::<f64>().prop_map(Plan::Float),
        1 => (0_u64..6).prop_map(Plan::Word),
        2 => "[ab]{0,2}".prop_map(Plan::Text),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Plan::Array),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Plan::Tuple),
            prop::collection::vec((inner.clone(), inner.clone()), 0..3).prop_map(Plan::Dict),
            (0_u32..3, inner).prop_map(|(number, plan)| Plan::Enum(number, Box::new(plan))),
        ]
    })
}

fn equal(a: RuntimeValue, b: RuntimeValue) -> bool {
    equality::equal(a, b).unwrap()
}

fn same_key(a: RuntimeValue, b: RuntimeValue) -> bool {
    equality::same_key(a, b).unwrap()
}

fn compare(a: RuntimeValue, b: RuntimeValue) -> Ordering {
    order::compare(a, b).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_value_is_the_same_key_as_its_twin(plan in plans()) {
        let (a, b) = (plan.make(), plan.make());
        prop_assert!(same_key(a, b) && same_key(a, a));
        prop_assert_eq!(hash(a), hash(b));
        prop_assert_eq!(compare(a, b), Ordering::Equal);
        prop_assert_eq!(format!("{a}"), format!("{b}"));
    }

    #[test]
    fn the_three_relations_agree(a in plans(), b in plans()) {
        let (a, b) = (a.make(), b.make());
        let same = same_key(a, b);
        prop_assert_eq!(same, same_key(b, a));
        prop_assert_eq!(compare(a, b), compare(b, a).reverse());
        prop_assert_eq!(compare(a, b).is_eq(), same);
        prop_assert!(!same || hash(a) == hash(b));
        prop_assert!(!equal(a, b) || same);
    }

    #[test]
    fn order_is_transitive(plans in prop::collection::vec(plans(), 3)) {
        let mut values: Vec<_> = plans.iter().map(Plan::make).collect();
        values.sort_by(|&a, &b| compare(a, b));
        prop_assert!(compare(values[0], values[1]).is_le());
        prop_assert!(compare(values[1], values[2]).is_le());
        prop_assert!(compare(values[0], values[2]).is_le());
    }

    #[test]
    fn numbers_compare_as_exact_fractions(a in edges(), b in edges()) {
        let (a, b) = (a.make(), b.make());
        let (a, b) = (Number::of(a).unwrap(), Number::of(b).unwrap());
        // Twice the value is a whole number for all of these but the smallest one.
        let twice = |number: Number| match number {
            Number::Int(int) => Some(i128::from(int) * 2),
            Number::UInt(int) => Some(i128::from(int) * 2),
            Number::Float(float) if float.is_finite() && (float == 0.0 || float.abs() > 0.1) => {
                Some((float * 2.0) as i128)
            }
            Number::Float(_) => None,
        };
        if let (Some(exact_a), Some(exact_b)) = (twice(a), twice(b)) {
            prop_assert_eq!(a.total_cmp(b), exact_a.cmp(&exact_b));
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Insert(u8, i64),
    Remove(u8),
    Get(u8),
    Clear,
}

fn key(number: u8) -> RuntimeValue {
    // Every other key is a string, so that both ways of hashing meet in one dict.
    if number.is_multiple_of(2) {
        i64::from(number).into()
    } else {
        number.to_string().as_str().into()
    }
}

proptest! {
    #[test]
    fn a_dict_is_an_ordered_map(steps in prop::collection::vec(prop_oneof![
        8 => (any::<u8>(), any::<i64>()).prop_map(|(key, value)| Step::Insert(key, value)),
        6 => any::<u8>().prop_map(Step::Remove),
        4 => any::<u8>().prop_map(Step::Get),
        1 => Just(Step::Clear),
    ], 0..400)) {
        let dict = Dict::new(0).unwrap();
        let mut oracle: Vec<(u8, i64)> = Vec::new();
        for step in steps {
            match step {
                Step::Insert(number, value) => {
                    let old = dict.insert(key(number), value.into()).unwrap();
                    match oracle.iter_mut().find(|(known, _)| *known == number) {
                        Some((_, known)) => {
                            prop_assert!(equal(old.unwrap(), (*known).into()));
                            *known = value;
                        }
                        None => {
                            prop_assert!(old.is_none());
                            oracle.push((number, value));
                        }
                    }
                }
                Step::Remove(number) => {
                    let position = oracle.iter().position(|(known, _)| *known == number);
                    let expected = position.map(|position| oracle.remove(position).1);
                    let removed = dict.remove(key(number)).unwrap().map(|value| value.to_int().unwrap());
                    prop_assert_eq!(removed, expected);
                }
                Step::Get(number) => {
                    let expected = oracle.iter().find(|(known, _)| *known == number).map(|pair| pair.1);
                    let found = dict.get(key(number)).unwrap().map(|value| value.to_int().unwrap());
                    prop_assert_eq!(found, expected);
                }
                Step::Clear => {
                    dict.clear();
                    oracle.clear();
                }
            }
            prop_assert_eq!(dict.len(), oracle.len());
        }
        let pairs: Vec<_> = dict.iter().collect();
        prop_assert_eq!(pairs.len(), oracle.len());
        for ((found_key, found), (number, value)) in pairs.into_iter().zip(oracle) {
            prop_assert!(equal(found_key, key(number)));
            prop_assert_eq!(found.to_int().unwrap(), value);
        }
    }

    #[test]
    fn sorting_is_rusts_sorting(numbers in prop::collection::vec(any::<i64>(), 0..50)) {
        let array = Array::from_slice(&numbers.iter().map(|&n| n.into()).collect::<Vec<_>>()).unwrap();
        let ints = |array: Array| array.iter().map(|n| n.to_int().unwrap()).collect::<Vec<_>>();
        let mut sorted = numbers.clone();
        sorted.sort_unstable();
        prop_assert_eq!(ints(array.sorted().unwrap()), sorted.clone());
        array.sort_descending().unwrap();
        sorted.reverse();
        prop_assert_eq!(ints(array), sorted);
    }
}

#[test]
fn cycles_end() {
    let make = || {
        let cycle = Array::new(0).unwrap();
        cycle.push(cycle.value()).unwrap();
        cycle.value()
    };
    let (a, b) = (make(), make());
    assert!(equal(a, b) && equal(a, a));
    assert_eq!(compare(a, b), Ordering::Equal);
    assert_eq!(hash(a), hash(b));
    assert_eq!(a.to_string(), "[...]");
    let dict = Dict::new(0).unwrap();
    dict.insert(a, dict.value()).unwrap();
    assert_eq!(dict.get(b).unwrap(), Some(dict.value()));
}

#[test]
fn stable_sorting_keeps_equal_elements_in_order() {
    let values = [2.0.into(), 2.into(), 1.into(), 1.0.into()];
    let array = Array::from_slice(&values).unwrap();
    let sorted: Vec<_> = array.sorted().unwrap().iter().collect();
    assert_eq!(sorted, [values[2], values[3], values[0], values[1]]);
    array.sort_descending().unwrap();
    assert_eq!(array.to_vec().unwrap(), values);
}
