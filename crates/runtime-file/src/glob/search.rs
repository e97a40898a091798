//! The search for what patterns stand for: all of them on one way through the tree.
//!
//! Each directory on the way has the states that the patterns are in there: how many steps of which
//! pattern its path has taken. A name leads from these to the states of what it names.

use std::ffi::{CStr, OsStr};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use runtime_core::Result;

use super::matcher::is_hidden;
use super::pattern::{Pattern, Step};
use crate::dir::Kind;
use crate::dir::descent::{Descent, Entry};
use crate::dir::handle::{Handle, Links, Purpose};
use crate::dir::listing::{Listing, Reader};
use crate::name;
use crate::walk::{has_changed, is_forbidden};

/// Where a pattern is: before its step `step`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    pattern: usize,
    step: usize,
    /// The depth at which a `**` begins, when the step is one or comes behind one: it does not lead
    /// in a circle from there, whatever other steps did before.
    since: usize,
}

/// What a name leads to.
struct Next {
    /// Whether anything may be below it, which a plain file saves the trouble of.
    may_lead_below: bool,
    /// The states behind steps that are done.
    done: Vec<State>,
    /// The states of a `**` that goes on below, which it does not where the way leads in a circle.
    tree: Vec<State>,
    /// Whether the path itself is found.
    is_found: bool,
    /// Whether it is found with a slash behind it, if it is a directory.
    is_found_as_directory: bool,
}

impl Next {
    fn new(kind: Kind) -> Self {
        let may_lead_below = matches!(kind, Kind::Directory | Kind::Link);
        let (done, tree) = (Vec::new(), Vec::new());
        Self { may_lead_below, done, tree, is_found: false, is_found_as_directory: false }
    }

    fn find(&mut self, pattern: &Pattern) {
        if pattern.wants_directory {
            self.is_found_as_directory = true;
        } else {
            self.is_found = true;
        }
    }

    fn go_on(&mut self, state: State) {
        if self.may_lead_below {
            self.done.push(state);
        }
    }

    fn go_on_in_tree(&mut self, state: State) {
        if self.may_lead_below {
            self.tree.push(state);
        }
    }

    fn leads_below(&self) -> bool {
        !(self.done.is_empty() && self.tree.is_empty())
    }
}

/// A directory in which is searched.
struct Frame {
    /// The states before a fixed step.
    fixed: Vec<State>,
    /// The other ones.
    open: Vec<State>,
    /// The names, where there are other ones.
    listing: Listing,
    /// The fixed step, and behind them the name, whose turn it is.
    next: usize,
    /// How much of the path is the directory's own, with the slash behind it.
    path_len: usize,
}

/// What comes next in a directory.
enum Met<'a> {
    /// A name.
    Name { name: &'a CStr, kind: Kind, entry: Entry, next: Next },
    /// A fixed step to what is not there.
    Nothing,
    /// The end of the directory.
    End,
}

/// Adds to `found` what patterns with the same prefix stand for in `directory`, whose path is
/// `path`.
///
/// # Errors
/// `RT_ERROR_SYSTEM` when the directory may not be read or the system has no room for the search.
/// What is below it and may not be read holds nothing.
pub(super) fn search(
    directory: &Handle,
    path: &Path,
    patterns: &[Pattern],
    found: &mut Vec<Vec<u8>>,
) -> Result<()> {
    let Some(prefix) = patterns.first().map(|pattern| &*pattern.prefix) else { return Ok(()) };
    let mut path = path.as_os_str().as_bytes().to_vec();
    if prefix.to_bytes().starts_with(b"/") {
        path.clear();
    } else {
        end_with_slash(&mut path);
    }
    let mut search = Search { patterns, found, reader: Reader::new(), spare: Vec::new(), path };
    search
        .run(directory, prefix)
        .map_err(|error| name::refused("path", Path::new(OsStr::from_bytes(&search.path)), error))
}

struct Search<'a> {
    patterns: &'a [Pattern],
    found: &'a mut Vec<Vec<u8>>,
    reader: Reader,
    /// Listings that were read to their end, for their memory.
    spare: Vec<Listing>,
    path: Vec<u8>,
}

impl<'a> Search<'a> {
    fn run(&mut self, directory: &Handle, prefix: &CStr) -> io::Result<()> {
        let mut next = Next::new(Kind::Directory);
        for pattern in 0..self.patterns.len() {
            self.arrive(State { pattern, step: 0, since: 0 }, &mut next);
        }
        let start = if prefix.is_empty() {
            directory.enter(c".", self.purpose(&next.done), Links::Follow)?
        } else {
            self.path.extend_from_slice(prefix.to_bytes());
            let Some(kind) = if_there(directory.kind(prefix))? else { return Ok(()) };
            if !self.note(directory, prefix, kind, &next)? {
                return Ok(());
            }
            let start = directory.enter(prefix, self.purpose(&next.done), Links::Follow);
            let Some(start) = if_there(start)? else { return Ok(()) };
            start
        };
        let mut frames = vec![self.frame(&start, &next.done)?];
        let mut descent = Descent::new(start);
        while let Some(frame) = frames.last_mut() {
            self.path.truncate(frame.path_len);
            match self.meet(&descent, frame)? {
                Met::Name { name, kind, entry, next } => {
                    self.path.extend_from_slice(name.to_bytes());
                    if self.note(descent.here(), name, kind, &next)?
                        && let Some(states) = self.enter(&mut descent, name, entry, next)?
                    {
                        frames.push(self.frame(descent.here(), &states)?);
                    }
                }
                Met::Nothing => {}
                Met::End => {
                    self.spare.extend(frames.pop().map(|frame| frame.listing));
                    descent.leave()?;
                }
            }
        }
        Ok(())
    }

    /// What comes next in the present directory.
    fn meet<'f>(&self, descent: &Descent, frame: &'f mut Frame) -> io::Result<Met<'f>>
    where
        'a: 'f,
    {
        let patterns = self.patterns;
        let below = descent.depth() + 1;
        let position = frame.next;
        frame.next += 1;
        if let Some(&State { pattern, step, .. }) = frame.fixed.get(position) {
            let Step::Fixed(name) = &patterns[pattern].steps[step] else { return Ok(Met::Nothing) };
            let Some(kind) = if_there(descent.here().kind(name))? else { return Ok(Met::Nothing) };
            let mut next = Next::new(kind);
            self.arrive(State { pattern, step: step + 1, since: below }, &mut next);
            return Ok(Met::Name { name, kind, entry: Entry::Link, next });
        }
        let Some((name, kind)) = frame.listing.get(position - frame.fixed.len()) else {
            return Ok(Met::End);
        };
        let mut next = Next::new(kind);
        for &state in &frame.open {
            self.step(state, name.to_bytes(), below, &mut next);
        }
        let entry = if kind == Kind::Link { Entry::Link } else { Entry::Name };
        Ok(Met::Name { name, kind, entry, next })
    }

    /// Adds what `name` leads to from a state, at the depth `below`.
    fn step(&self, state: State, name: &[u8], below: usize, next: &mut Next) {
        let pattern = &self.patterns[state.pattern];
        let behind = State { step: state.step + 1, ..state };
        match &pattern.steps[state.step] {
            Step::Name(wanted) if wanted.matches(name) => {
                self.arrive(State { since: below, ..behind }, next);
            }
            Step::Tree if !is_hidden(name) => {
                let is_last = behind.step == pattern.steps.len();
                next.go_on_in_tree(state);
                if is_last { next.find(pattern) } else { next.go_on_in_tree(behind) }
            }
            _ => {}
        }
    }

    /// Adds a state behind a step that is done, or at the start.
    fn arrive(&self, state: State, next: &mut Next) {
        let pattern = &self.patterns[state.pattern];
        match pattern.steps.get(state.step) {
            None => next.find(pattern),
            Some(Step::Tree) => {
                // It may stand for no directory at all, too; at the end that is this one.
                let behind = State { step: state.step + 1, ..state };
                next.go_on(state);
                if behind.step < pattern.steps.len() {
                    next.go_on(behind);
                } else {
                    next.is_found_as_directory = true;
                }
            }
            Some(_) => next.go_on(state),
        }
    }

    /// Notes the path when it is found. Whether it is a directory in which to go on.
    fn note(
        &mut self,
        directory: &Handle,
        name: &CStr,
        kind: Kind,
        next: &Next,
    ) -> io::Result<bool> {
        if next.is_found {
            self.found.push(self.path.clone());
        }
        let is_directory = match kind {
            _ if !next.leads_below() && !next.is_found_as_directory => false,
            Kind::Link => if_there(directory.target_kind(name))? == Some(Kind::Directory),
            kind => kind == Kind::Directory,
        };
        if is_directory && next.is_found_as_directory {
            let mut path = self.path.clone();
            end_with_slash(&mut path);
            self.found.push(path);
        }
        Ok(is_directory && next.leads_below())
    }

    /// Enters a directory, and gives the states that the patterns are in there. `None` when it is
    /// gone, may not be read, or the way leads through it already.
    fn enter(
        &self,
        descent: &mut Descent,
        name: &CStr,
        entry: Entry,
        next: Next,
    ) -> io::Result<Option<Vec<State>>> {
        let links = match entry {
            Entry::Name => Links::Refuse,
            Entry::Link if descent.is_full_of_links() => return Ok(None),
            Entry::Link => Links::Follow,
        };
        let purpose = if next.tree.is_empty() { self.purpose(&next.done) } else { Purpose::List };
        let Some(directory) = if_there(descent.here().enter(name, purpose, links))? else {
            return Ok(None);
        };
        let mut states = next.done;
        if !next.tree.is_empty() {
            let met = descent.depth_of(&directory, entry)?;
            states.extend(next.tree.iter().filter(|state| met.is_none_or(|met| met < state.since)));
        }
        if states.is_empty() {
            return Ok(None);
        }
        states.sort_unstable();
        // Of two that differ in where `**` begins, the later one leads wherever the other does.
        states.dedup_by(|later, kept| {
            let is_same = (later.pattern, later.step) == (kept.pattern, kept.step);
            if is_same {
                kept.since = later.since;
            }
            is_same
        });
        descent.enter(directory, entry)?;
        Ok(Some(states))
    }

    /// What a directory is opened for in which the patterns are in these states.
    fn purpose(&self, states: &[State]) -> Purpose {
        if states.iter().all(|state| self.is_fixed(*state)) {
            Purpose::Search
        } else {
            Purpose::List
        }
    }

    fn is_fixed(&self, state: State) -> bool {
        matches!(self.patterns[state.pattern].steps[state.step], Step::Fixed(_))
    }

    /// Begins with the directory `here`, whose path is the present one.
    fn frame(&mut self, here: &Handle, states: &[State]) -> io::Result<Frame> {
        let (fixed, open): (Vec<_>, Vec<_>) =
            states.iter().partition(|state| self.is_fixed(**state));
        let mut listing = self.spare.pop().unwrap_or_default();
        listing.clear();
        if !open.is_empty() {
            if_there(self.reader.read(here, &mut listing))?;
        }
        end_with_slash(&mut self.path);
        Ok(Frame { fixed, open, listing, next: 0, path_len: self.path.len() })
    }
}

/// `None` when what was asked for is not there, or not there for this process.
fn if_there<T>(asked: io::Result<T>) -> io::Result<Option<T>> {
    match asked {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if has_changed(&error) || is_forbidden(&error) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidFilename => Ok(None),
        Err(error) => Err(error),
    }
}

fn end_with_slash(path: &mut Vec<u8>) {
    if path.last() != Some(&b'/') {
        path.push(b'/');
    }
}
