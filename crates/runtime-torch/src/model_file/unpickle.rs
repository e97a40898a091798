//! Reading pickles: an interpreter of the few opcodes that make data. It has no way to look anything up
//! and call it: the names that it knows are those of [`Global`], and what they make is made here.

use std::collections::HashMap;

use runtime_core::Result;

use super::globals::{Global, call};
use super::{broken, tensors::Storages};

/// How many objects a pickle may make, and have in hand. An opcode of one byte makes an object of many, so
/// this bounds the memory that a short file can ask for.
const MOST_OBJECTS: usize = 1 << 22;

/// What a pickle works with. What has parts or a name is a [`Node`].
#[derive(Clone, Copy, Debug)]
pub(super) enum Object {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Node(u32),
}

/// An object of a pickle that others refer to.
#[derive(Debug)]
pub(super) enum Node {
    Text(String),
    List(Vec<Object>),
    Tuple(Vec<Object>),
    Dict(Pairs),
    Global(Global),
    /// A number in [`Storages`].
    Storage(usize),
    Tensor(Box<Part>),
}

/// A dict, in its order.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    pub(super) pairs: Vec<(Object, Object)>,
    /// Whether it is an OrderedDict, which may have attributes.
    pub(super) ordered: bool,
}

/// A tensor: a part of a storage, which has been checked to lie in it.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) storage: usize,
    pub(super) kind: tch::Kind,
    pub(super) offset: i64,
    pub(super) sizes: Vec<i64>,
    pub(super) strides: Vec<i64>,
    pub(super) requires_grad: bool,
    pub(super) conjugated: bool,
    pub(super) negated: bool,
}

/// What a pickle made.
pub(super) struct Pickled {
    pub(super) root: Object,
    pub(super) nodes: Nodes,
    pub(super) storages: Storages,
}

/// The objects that have been made.
#[derive(Default)]
pub(super) struct Nodes(Vec<Node>);

impl Nodes {
    pub(super) fn add(&mut self, node: Node) -> Result<Object> {
        if self.0.len() >= MOST_OBJECTS {
            return Err(broken(format!("the pickle makes more than {MOST_OBJECTS} objects")));
        }
        self.0.push(node);
        Ok(Object::Node(self.0.len() as u32 - 1))
    }

    /// The node that an object is, if it is one.
    pub(super) fn get(&self, object: Object) -> Option<&Node> {
        match object {
            Object::Node(index) => self.0.get(index as usize),
            _ => None,
        }
    }

    fn get_mut(&mut self, object: Object) -> Option<&mut Node> {
        match object {
            Object::Node(index) => self.0.get_mut(index as usize),
            _ => None,
        }
    }

    pub(super) fn text(&self, object: Object) -> Option<&str> {
        match self.get(object) {
            Some(Node::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub(super) fn items(&self, object: Object) -> Option<&[Object]> {
        match self.get(object) {
            Some(Node::Tuple(items) | Node::List(items)) => Some(items),
            _ => None,
        }
    }

    pub(super) fn pairs(&self, object: Object) -> Option<&Pairs> {
        match self.get(object) {
            Some(Node::Dict(pairs)) => Some(pairs),
            _ => None,
        }
    }

    /// What an object is, for errors.
    pub(super) fn kind(&self, object: Object) -> &'static str {
        match (object, self.get(object)) {
            (Object::None, _) => "None",
            (Object::Bool(_), _) => "a bool",
            (Object::Int(_), _) => "an int",
            (Object::Float(_), _) => "a float",
            (_, Some(Node::Text(_))) => "a str",
            (_, Some(Node::List(_))) => "a list",
            (_, Some(Node::Tuple(_))) => "a tuple",
            (_, Some(Node::Dict(_))) => "a dict",
            (_, Some(Node::Global(_))) => "a name",
            (_, Some(Node::Storage(_))) => "a storage",
            (_, Some(Node::Tensor(_))) => "a tensor",
            (_, None) => "nothing",
        }
    }
}

/// Runs a pickle.
///
/// # Errors
/// `RT_ERROR_TORCH_FILE` for what is none, `RT_ERROR_TORCH_FILE_GLOBAL` for one that wants more than data,
/// `RT_ERROR_TORCH_DTYPE` for a dtype that the runtime does not have.
pub(super) fn unpickle(bytes: &[u8]) -> Result<Pickled> {
    let mut machine = Machine {
        bytes,
        at: 0,
        stack: Vec::new(),
        marks: Vec::new(),
        memo: HashMap::new(),
        nodes: Nodes::default(),
        storages: Storages::default(),
    };
    let run = machine.run();
    let at = machine.at;
    let root = run.map_err(|error| {
        let text = format!("at byte {at} of data.pkl: {}", error.reason());
        runtime_core::Error::new(error.code(), text)
    })?;
    Ok(Pickled { root, nodes: machine.nodes, storages: machine.storages })
}

struct Machine<'a> {
    bytes: &'a [u8],
    at: usize,
    stack: Vec<Object>,
    /// How much of the stack lies below each mark.
    marks: Vec<usize>,
    memo: HashMap<u32, Object>,
    nodes: Nodes,
    storages: Storages,
}

impl Machine<'_> {
    fn run(&mut self) -> Result<Object> {
        loop {
            if self.stack.len().max(self.marks.len()).max(self.memo.len()) > MOST_OBJECTS {
                return Err(broken(format!("the pickle has more than {MOST_OBJECTS} objects")));
            }
            let opcode = self.byte()?;
            match opcode {
                b'.' => return self.pop(),
                // PROTO and FRAME tell nothing that is needed here.
                0x80 => {
                    self.byte()?;
                }
                0x95 => {
                    self.take(8)?;
                }
                b'(' => self.marks.push(self.stack.len()),
                b'0' => {
                    self.pop()?;
                }
                b'1' => {
                    self.since_mark()?;
                }
                b'2' => {
                    let top = self.top()?;
                    self.stack.push(top);
                }
                b'N' => self.stack.push(Object::None),
                0x88 => self.stack.push(Object::Bool(true)),
                0x89 => self.stack.push(Object::Bool(false)),
                b'K' => {
                    let number = self.byte()?;
                    self.stack.push(Object::Int(i64::from(number)));
                }
                b'M' => {
                    let number = u16::from_le_bytes(self.array()?);
                    self.stack.push(Object::Int(i64::from(number)));
                }
                b'J' => {
                    let number = i32::from_le_bytes(self.array()?);
                    self.stack.push(Object::Int(i64::from(number)));
                }
                0x8a => self.long()?,
                b'G' => {
                    let number = f64::from_be_bytes(self.array()?);
                    self.stack.push(Object::Float(number));
                }
                b'X' => {
                    let length = u64::from(u32::from_le_bytes(self.array()?));
                    self.text(length)?;
                }
                0x8c => {
                    let length = u64::from(self.byte()?);
                    self.text(length)?;
                }
                0x8d => {
                    let length = u64::from_le_bytes(self.array()?);
                    self.text(length)?;
                }
                b']' => self.push(Node::List(Vec::new()))?,
                b'}' => self.push(Node::Dict(Pairs::default()))?,
                b')' => self.push(Node::Tuple(Vec::new()))?,
                b't' => {
                    let items = self.since_mark()?;
                    self.push(Node::Tuple(items))?;
                }
                0x85..=0x87 => {
                    let count = usize::from(opcode - 0x84);
                    let from = self.reach(count)?;
                    let items = self.stack.split_off(from);
                    self.push(Node::Tuple(items))?;
                }
                b'a' => {
                    let item = self.pop()?;
                    self.append(vec![item])?;
                }
                b'e' => {
                    let items = self.since_mark()?;
                    self.append(items)?;
                }
                b's' => {
                    let value = self.pop()?;
                    let key = self.pop()?;
                    self.set(&[key, value])?;
                }
                b'u' => {
                    let items = self.since_mark()?;
                    self.set(&items)?;
                }
                b'q' => {
                    let index = u32::from(self.byte()?);
                    self.remember(index)?;
                }
                b'r' => {
                    let index = u32::from_le_bytes(self.array()?);
                    self.remember(index)?;
                }
                0x94 => self.remember(self.memo.len() as u32)?,
                b'h' => {
                    let index = u32::from(self.byte()?);
                    self.recall(index)?;
                }
                b'j' => {
                    let index = u32::from_le_bytes(self.array()?);
                    self.recall(index)?;
                }
                b'c' => self.global()?,
                0x93 => {
                    let (name, module) = (self.pop()?, self.pop()?);
                    let found = match (self.nodes.text(module), self.nodes.text(name)) {
                        (Some(module), Some(name)) => Global::find(module, name)?,
                        _ => return Err(broken("a global's name is no text")),
                    };
                    self.push(Node::Global(found))?;
                }
                b'Q' => {
                    let identity = self.pop()?;
                    let storage = self.storages.add(&self.nodes, identity)?;
                    self.push(Node::Storage(storage))?;
                }
                b'R' => {
                    let (arguments, function) = (self.pop()?, self.pop()?);
                    let made = call(&mut self.nodes, &self.storages, function, arguments)?;
                    self.stack.push(made);
                }
                b'b' => self.build()?,
                other => {
                    let text = format!("the opcode {other:#04x} is none of those that make data");
                    return Err(broken(text));
                }
            }
        }
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.array::<1>()?[0])
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn take(&mut self, count: usize) -> Result<&[u8]> {
        let end = self.at.checked_add(count).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or_else(|| broken("the pickle ends too early"))?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn line(&mut self) -> Result<String> {
        let end = self.bytes[self.at..].iter().position(|byte| *byte == b'\n');
        let end = end.ok_or_else(|| broken("a name does not end"))?;
        let line = String::from_utf8_lossy(&self.bytes[self.at..self.at + end]).into_owned();
        self.at += end + 1;
        Ok(line)
    }

    /// An int of any length; those of up to eight bytes are ours too.
    fn long(&mut self) -> Result<()> {
        let length = usize::from(self.byte()?);
        let bytes = self.take(length)?;
        let negative = bytes.last().is_some_and(|last| *last >= 0x80);
        let mut number = [if negative { 0xff } else { 0 }; 8];
        if length > number.len() {
            return Err(broken(format!("an int of {length} bytes is longer than 64 bits")));
        }
        number[..length].copy_from_slice(bytes);
        self.stack.push(Object::Int(i64::from_le_bytes(number)));
        Ok(())
    }

    fn text(&mut self, length: u64) -> Result<()> {
        let bytes = self.take(usize::try_from(length).unwrap_or(usize::MAX))?;
        let text = std::str::from_utf8(bytes).map_err(|_| broken("a str is not UTF-8"))?;
        let text = String::from(text);
        self.push(Node::Text(text))
    }

    fn push(&mut self, node: Node) -> Result<()> {
        let object = self.nodes.add(node)?;
        self.stack.push(object);
        Ok(())
    }

    /// Where the topmost `count` objects begin, which lie above the last mark.
    fn reach(&self, count: usize) -> Result<usize> {
        let below = self.marks.last().copied().unwrap_or(0);
        let from = self.stack.len().checked_sub(count).filter(|from| *from >= below);
        from.ok_or_else(|| broken("the pickle takes more than is there"))
    }

    fn top(&self) -> Result<Object> {
        Ok(self.stack[self.reach(1)?])
    }

    fn pop(&mut self) -> Result<Object> {
        let from = self.reach(1)?;
        Ok(self.stack.swap_remove(from))
    }

    fn since_mark(&mut self) -> Result<Vec<Object>> {
        let mark = self.marks.pop().ok_or_else(|| broken("there is no mark"))?;
        Ok(self.stack.split_off(mark))
    }

    fn append(&mut self, items: Vec<Object>) -> Result<()> {
        let list = self.top()?;
        match self.nodes.get_mut(list) {
            Some(Node::List(list)) => {
                list.extend(items);
                Ok(())
            }
            _ => Err(broken(format!("{} takes no items", self.nodes.kind(list)))),
        }
    }

    fn set(&mut self, items: &[Object]) -> Result<()> {
        let dict = self.top()?;
        if !items.len().is_multiple_of(2) {
            return Err(broken("a dict's key has no value"));
        }
        match self.nodes.get_mut(dict) {
            Some(Node::Dict(dict)) => {
                dict.pairs.extend(items.chunks_exact(2).map(|pair| (pair[0], pair[1])));
                Ok(())
            }
            _ => Err(broken(format!("{} takes no keys", self.nodes.kind(dict)))),
        }
    }

    fn remember(&mut self, index: u32) -> Result<()> {
        let top = self.top()?;
        self.memo.insert(index, top);
        Ok(())
    }

    fn recall(&mut self, index: u32) -> Result<()> {
        let object = self.memo.get(&index).copied();
        self.stack.push(object.ok_or_else(|| broken(format!("there is no object {index}")))?);
        Ok(())
    }

    fn global(&mut self) -> Result<()> {
        let (module, name) = (self.line()?, self.line()?);
        self.push(Node::Global(Global::find(&module, &name)?))
    }

    /// Attributes: an OrderedDict may have them (`_metadata` of a state dict), and nobody needs them.
    fn build(&mut self) -> Result<()> {
        let attributes = self.pop()?;
        let object = self.top()?;
        let takes = self.nodes.pairs(object).is_some_and(|pairs| pairs.ordered);
        if !takes || self.nodes.pairs(attributes).is_none() {
            return Err(broken(format!("{} takes no attributes", self.nodes.kind(object))));
        }
        Ok(())
    }
}
