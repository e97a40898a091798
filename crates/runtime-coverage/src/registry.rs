//! What all threads share: which sites there are, the counts of threads that ended, the condition
//! vectors and the finished paths. Probes come here only for what their thread has not seen yet.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, LazyLock, OnceLock};

use parking_lot::Mutex;

/// How much is kept. What goes beyond is counted as dropped.
pub mod limits {
    /// Decisions, conditions and blocks of paths together.
    pub const SITES: usize = 1 << 16;
    /// Bytes of a file's name; the rest is cut off.
    pub const FILE_NAME: usize = 1024;
    /// Different condition vectors of one decision.
    pub const VECTORS: usize = 256;
    /// Conditions of a decision that take part in MC/DC: those numbered below this.
    pub const CONDITIONS: u32 = 64;
    /// Blocks of one trace.
    pub const TRACE: usize = 1024;
    /// Open traces of one thread.
    pub const OPEN_TRACES: usize = 1024;
    /// Different finished sequences of all paths.
    pub const SEQUENCES: usize = 4096;
}

const CHUNK: usize = 512;

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    Decision,
    Condition,
    Block,
}

/// What is counted: the whole identity of a probe.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Site {
    pub(crate) kind: Kind,
    pub(crate) id: u64,
    /// The condition or the block.
    pub(crate) part: u32,
    pub(crate) file: Arc<str>,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// One evaluation of a decision: which conditions were evaluated, their values, the outcome.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Vector {
    pub(crate) seen: u64,
    pub(crate) values: u64,
    pub(crate) outcome: bool,
}

type Pair = [AtomicU64; 2];

/// The counts of one thread. Only that thread writes, so that a plain load and store count.
pub(crate) struct Counts {
    pub(crate) epoch: u64,
    pub(crate) dropped: AtomicU64,
    chunks: [OnceLock<Box<[Pair]>>; limits::SITES / CHUNK],
}

impl Counts {
    pub(crate) fn new(epoch: u64) -> Self {
        Self { epoch, dropped: AtomicU64::new(0), chunks: [const { OnceLock::new() }; _] }
    }

    #[inline]
    pub(crate) fn add(&self, site: usize, result: bool) {
        let Some(chunk) = self.chunks.get(site / CHUNK) else { return bump(&self.dropped) };
        let chunk = chunk.get_or_init(|| (0..CHUNK).map(|_| Pair::default()).collect());
        bump(&chunk[site % CHUNK][usize::from(result)]);
    }

    fn of(&self, site: usize) -> [u64; 2] {
        self.chunks[site / CHUNK].get().map_or([0; 2], |chunk| {
            let [no, yes] = &chunk[site % CHUNK];
            [no.load(Relaxed), yes.load(Relaxed)]
        })
    }
}

/// Adds one to a count that no other thread writes.
#[inline]
pub(crate) fn bump(count: &AtomicU64) {
    count.store(count.load(Relaxed).wrapping_add(1), Relaxed);
}

/// The decisions of one file that share an id share their condition vectors.
pub(crate) type Group = (u64, Arc<str>);

#[derive(Default)]
pub(crate) struct Registry {
    pub(crate) epoch: u64,
    indices: HashMap<Site, usize>,
    pub(crate) sites: Vec<Site>,
    files: HashSet<Arc<str>>,
    ended: Vec<[u64; 2]>,
    live: Vec<Arc<Counts>>,
    pub(crate) vectors: HashMap<Group, HashSet<Vector>>,
    pub(crate) sequences: HashMap<(u64, Box<[u32]>), u64>,
    dropped: u64,
}

static REGISTRY: LazyLock<Mutex<Registry>> = LazyLock::new(Mutex::default);

/// Works on what is shared, while no other thread does.
pub(crate) fn with<R>(work: impl FnOnce(&mut Registry) -> R) -> R {
    work(&mut REGISTRY.lock())
}

impl Registry {
    /// The name, kept once.
    pub(crate) fn file(&mut self, name: &str) -> Arc<str> {
        let name = &name[..name.floor_char_boundary(limits::FILE_NAME)];
        if let Some(known) = self.files.get(name) {
            return Arc::clone(known);
        }
        let kept: Arc<str> = name.into();
        if self.files.len() < limits::SITES {
            self.files.insert(Arc::clone(&kept));
        }
        kept
    }

    /// The site's number; one that no counts have when there is no room.
    pub(crate) fn site(&mut self, site: Site) -> usize {
        if let Some(known) = self.indices.get(&site) {
            return *known;
        }
        let index = self.sites.len();
        if index < limits::SITES {
            self.sites.push(site.clone());
            self.ended.push([0; 2]);
            self.indices.insert(site, index);
        }
        index
    }

    /// Keeps a vector.
    pub(crate) fn vector(&mut self, group: &Group, vector: Vector) {
        let room = self.vectors.len() < limits::SITES;
        match self.vectors.get_mut(group) {
            Some(set) if set.len() < limits::VECTORS || set.contains(&vector) => {
                set.insert(vector);
            }
            None if room => {
                self.vectors.insert(group.clone(), HashSet::from([vector]));
            }
            _ => self.dropped += 1,
        }
    }

    /// Counts a finished sequence.
    pub(crate) fn sequence(&mut self, path: u64, blocks: Vec<u32>) {
        let room = self.sequences.len() < limits::SEQUENCES;
        let key = (path, blocks.into_boxed_slice());
        match self.sequences.get_mut(&key) {
            Some(count) => *count += 1,
            None if room => {
                self.sequences.insert(key, 1);
            }
            None => self.dropped += 1,
        }
    }

    /// A thread begins to count.
    pub(crate) fn enter(&mut self) -> Arc<Counts> {
        let counts = Arc::new(Counts::new(self.epoch));
        self.live.push(Arc::clone(&counts));
        counts
    }

    /// A thread ends, or begins anew; what it counted stays.
    pub(crate) fn leave(&mut self, counts: &Arc<Counts>) {
        self.live.retain(|other| !Arc::ptr_eq(other, counts));
        if counts.epoch == self.epoch {
            self.dropped += counts.dropped.load(Relaxed);
            for (site, ended) in self.ended.iter_mut().enumerate() {
                let [no, yes] = counts.of(site);
                ended[0] += no;
                ended[1] += yes;
            }
        }
    }

    /// Forgets everything. The threads see from the epoch that their counts are void.
    pub(crate) fn clear(&mut self) {
        *self = Self { epoch: self.epoch + 1, ..Self::default() };
    }

    /// False and true counts of a site, of all threads.
    pub(crate) fn counts(&self, site: usize) -> [u64; 2] {
        self.live.iter().fold(self.ended[site], |sum, counts| {
            let [no, yes] = counts.of(site);
            [sum[0] + no, sum[1] + yes]
        })
    }

    /// How many events found no room.
    pub(crate) fn dropped(&self) -> u64 {
        self.live.iter().fold(self.dropped, |sum, live| sum + live.dropped.load(Relaxed))
    }
}
