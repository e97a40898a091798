//! Recurrent layers; cells are traced as what they consist of. The gates of the weights are put in ONNX's order by nodes of the graph, so that
//! the weights keep their names; ONNX Runtime computes these nodes once, when it loads the model.

use super::{
    Attribute, Builder, Op, Out, Outs, Table, Term, joined, moved, sliced, split, transposed,
};

pub(super) const OPERATORS: Table = &[
    ("gru", |b, op| layers(b, op, &GRU)),
    ("lstm", |b, op| layers(b, op, &LSTM)),
    ("rnn_relu", |b, op| layers(b, op, &RNN_RELU)),
    ("rnn_tanh", |b, op| layers(b, op, &RNN_TANH)),
];

struct Form {
    operator: &'static str,
    /// For each of ONNX's gates, which of PyTorch's it is.
    gates: &'static [usize],
    /// Of a plain layer.
    activation: Option<&'static str>,
    /// Whether there is a memory beside the hidden state.
    memory: bool,
}

const GRU: Form = Form { operator: "GRU", gates: &[1, 0, 2], activation: None, memory: false };
const LSTM: Form = Form { operator: "LSTM", gates: &[0, 3, 1, 2], activation: None, memory: true };
const RNN_RELU: Form =
    Form { operator: "RNN", gates: &[0], activation: Some("Relu"), memory: false };
const RNN_TANH: Form =
    Form { operator: "RNN", gates: &[0], activation: Some("Tanh"), memory: false };

impl Form {
    /// The weights of one direction with their gates in ONNX's order, and a dimension for the directions.
    fn ordered(&self, b: &mut Builder, weight: &Term, hidden: i64) -> String {
        let name = if self.gates.len() == 1 {
            weight.name.clone()
        } else {
            let parts = split(b, &weight.name, 0, &vec![hidden; self.gates.len()]);
            let ordered: Vec<String> =
                self.gates.iter().filter_map(|gate| parts.get(*gate).cloned()).collect();
            joined(b, &ordered, 0)
        };
        moved(b, "Unsqueeze", &name, &[0])
    }
}

fn layers(b: &mut Builder, op: &Op<'_>, form: &Form) -> Outs {
    if op.argument("batch_sizes").is_some() {
        return Err(op.refuse("packed sequences are not covered"));
    }
    let (count, both) = (op.int("num_layers")?, op.bool("bidirectional")?);
    if op.bool("train")? && op.float("dropout")? != 0.0 && count > 1 {
        return Err(op.refuse("it is in training mode with dropout, which is random"));
    }
    let biased = op.bool("has_biases")?;
    let first = op.bool("batch_first")?;
    let directions = 1 + i64::from(both);
    let params = op.tensors("params")?;
    let each = if biased { 4 } else { 2 };
    if params.len() as i64 != count * directions * each {
        return Err(op.refuse("projections (proj_size) are not covered: ONNX has none"));
    }
    let states: Vec<&Term> = if form.memory { op.tensors("hx")? } else { vec![op.tensor("hx")?] };
    let hidden = states.first().and_then(|state| state.known(2));
    let hidden = hidden.ok_or_else(|| op.refuse("its hidden size is a dynamic axis"))?;

    let mut x = op.tensor("input")?.name.clone();
    if first {
        x = transposed(b, &x, vec![1, 0, 2]);
    }
    let mut ends: Vec<Vec<String>> = vec![Vec::new(); states.len()];
    let mut params = params.chunks(each as usize);
    for layer in 0..count {
        let mut parts: Vec<Vec<String>> = vec![Vec::new(); 3];
        for direction in params.by_ref().take(directions as usize) {
            let names: Vec<String> =
                direction.iter().map(|weight| form.ordered(b, weight, hidden)).collect();
            if let [input, state, biases @ ..] = names.as_slice() {
                let both = if biases.is_empty() { None } else { Some(joined(b, biases, 1)) };
                let values = [Some(input.clone()), Some(state.clone()), both];
                for (place, value) in parts.iter_mut().zip(values) {
                    place.extend(value);
                }
            }
        }
        let weights: Vec<String> = parts
            .iter()
            .map(|parts| if parts.is_empty() { String::new() } else { joined(b, parts, 0) })
            .collect();
        let starts: Vec<String> = states
            .iter()
            .map(|state| match count {
                1 => state.name.clone(),
                _ => sliced(b, &state.name, 0, layer * directions, (layer + 1) * directions),
            })
            .collect();
        let mut attributes = vec![("hidden_size", Attribute::Int(hidden))];
        if both {
            attributes.push(("direction", Attribute::Text(String::from("bidirectional"))));
        }
        if form.operator == "GRU" {
            attributes.push(("linear_before_reset", Attribute::Int(1)));
        }
        if let Some(activation) = form.activation {
            let all = (0..directions).map(|_| activation).collect();
            attributes.push(("activations", Attribute::Strings(all)));
        }
        let mut inputs = vec![x.as_str()];
        inputs.extend(weights.iter().map(String::as_str));
        // The lengths of sequences are left out: all are as long as the input.
        inputs.push("");
        inputs.extend(starts.iter().map(String::as_str));
        let outputs = b.nodes(form.operator, &inputs, attributes, 1 + states.len());
        let [output, last @ ..] = outputs.as_slice() else { continue };
        for (ends, last) in ends.iter_mut().zip(last) {
            ends.push(last.clone());
        }
        // [T, directions, N, H] to [T, N, directions * H]
        x = if both {
            let order = transposed(b, output, vec![0, 2, 1, 3]);
            let shape = b.ints(&[0, 0, -1]);
            b.node("Reshape", &[&order, &shape])
        } else {
            moved(b, "Squeeze", output, &[1])
        };
    }
    if first {
        x = transposed(b, &x, vec![1, 0, 2]);
    }
    let mut outs = vec![Out::Name(x)];
    for ends in ends {
        outs.push(Out::Name(joined(b, &ends, 0)));
    }
    Ok(outs)
}
