//! What all threads share: which sites there are, the counts of threads that ended, the condition
//! vectors and the finished paths. Probes come here only for what their thread has not seen yet.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, LazyLock};

use parking_lot::Mutex;

use crate::table::Kind;

/// How much is kept. What goes beyond is counted as dropped.
pub mod limits {
    /// Decisions, conditions and blocks of paths together.
    pub const SITES: usize = 1 << 16;
    /// Bytes of a file's name; the rest is cut off.
    pub const FILE_NAME: usize = 1024;
    /// Different condition vectors of one decision.
    pub const VECTORS: usize = 256;
    /// Condition vectors of all decisions together.
    pub const ALL_VECTORS: usize = 1 << 18;
    /// Conditions of a decision that take part in MC/DC: those numbered below this.
    pub const CONDITIONS: u32 = 64;
    /// Blocks of one trace.
    pub const TRACE: usize = 1024;
    /// Open traces of one thread.
    pub const OPEN_TRACES: usize = 1024;
    /// Different finished sequences of all paths.
    pub const SEQUENCES: usize = 4096;
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

/// The slots of a thread's counts: the sites, then the sequences, then what was dropped.
const SEQUENCES: usize = limits::SITES;
/// Where a thread counts what found no room.
pub(crate) const DROPPED: usize = SEQUENCES + limits::SEQUENCES;

/// How often it was false, and how often true.
pub(crate) type Pair = [AtomicU64; 2];

/// Counts in a pair that no other thread writes: a plain load and store do.
#[inline(always)]
pub(crate) fn bump(pair: &Pair, result: bool) {
    let count = &pair[usize::from(result)];
    count.store(count.load(Relaxed).wrapping_add(1), Relaxed);
}

/// The counts of one thread. Only that thread writes them; others read them meanwhile.
#[derive(Clone)]
pub(crate) struct Counts {
    pub(crate) epoch: u64,
    slots: Arc<[Pair]>,
}

impl Counts {
    fn new(epoch: u64) -> Self {
        // Memory that the system hands out zeroed costs nothing until it is touched.
        let slots = Arc::<[Pair]>::new_zeroed_slice(DROPPED + 1);
        // SAFETY: zero bytes are atomics that hold 0.
        Self { epoch, slots: unsafe { slots.assume_init() } }
    }

    pub(crate) fn pair(&self, slot: usize) -> &Pair {
        &self.slots[slot]
    }

    fn of(&self, slot: usize) -> [u64; 2] {
        let [no, yes] = self.pair(slot);
        [no.load(Relaxed), yes.load(Relaxed)]
    }
}

/// The decisions of one file that share an id share their condition vectors.
pub(crate) type Group = (u64, Arc<str>);

pub(crate) struct Registry {
    epoch: u64,
    indices: HashMap<Site, usize>,
    pub(crate) sites: Vec<Site>,
    files: HashSet<Arc<str>>,
    pub(crate) vectors: HashMap<Group, HashSet<Vector>>,
    /// How many those are together.
    vector_count: usize,
    /// The finished sequences of paths, with their slots.
    pub(crate) sequences: HashMap<(u64, Arc<[u32]>), usize>,
    live: Vec<Counts>,
    /// The counts of threads that ended.
    ended: Vec<[u64; 2]>,
}

static REGISTRY: LazyLock<Mutex<Registry>> = LazyLock::new(|| Mutex::new(Registry::new(0)));

/// Works on what is shared, while no other thread does.
pub(crate) fn with<R>(work: impl FnOnce(&mut Registry) -> R) -> R {
    work(&mut REGISTRY.lock())
}

impl Registry {
    fn new(epoch: u64) -> Self {
        Self {
            epoch,
            indices: HashMap::new(),
            sites: Vec::new(),
            files: HashSet::new(),
            vectors: HashMap::new(),
            vector_count: 0,
            sequences: HashMap::new(),
            live: Vec::new(),
            ended: vec![[0; 2]; DROPPED + 1],
        }
    }

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

    /// The site's slot; that of what is dropped when there is no room.
    pub(crate) fn site(&mut self, site: Site) -> usize {
        if let Some(known) = self.indices.get(&site) {
            return *known;
        }
        let slot = self.sites.len();
        if slot == limits::SITES {
            return DROPPED;
        }
        self.sites.push(site.clone());
        self.indices.insert(site, slot);
        slot
    }

    /// Keeps a vector.
    pub(crate) fn vector(&mut self, group: &Group, vector: Vector) {
        let room = self.vector_count < limits::ALL_VECTORS;
        let vectors = self.vectors.entry(group.clone()).or_default();
        if vectors.contains(&vector) {
            return;
        }
        if room && vectors.len() < limits::VECTORS {
            vectors.insert(vector);
            self.vector_count += 1;
        } else {
            self.ended[DROPPED][1] += 1;
        }
    }

    /// The slot of a finished sequence; that of what is dropped when there is no room.
    pub(crate) fn sequence(&mut self, path: u64, blocks: &Arc<[u32]>) -> usize {
        let next = SEQUENCES + self.sequences.len();
        if next == DROPPED {
            return self.sequences.get(&(path, Arc::clone(blocks))).copied().unwrap_or(DROPPED);
        }
        *self.sequences.entry((path, Arc::clone(blocks))).or_insert(next)
    }

    /// A thread begins to count.
    pub(crate) fn enter(&mut self) -> Counts {
        let counts = Counts::new(self.epoch);
        self.live.push(counts.clone());
        counts
    }

    /// A thread ends, or begins anew; what it counted stays.
    pub(crate) fn leave(&mut self, counts: &Counts) {
        self.live.retain(|other| !Arc::ptr_eq(&other.slots, &counts.slots));
        if counts.epoch != self.epoch {
            return;
        }
        let sequences = SEQUENCES..SEQUENCES + self.sequences.len();
        for slot in (0..self.sites.len()).chain(sequences).chain([DROPPED]) {
            let [no, yes] = counts.of(slot);
            self.ended[slot][0] += no;
            self.ended[slot][1] += yes;
        }
    }

    /// Forgets everything. The threads see from the epoch that their counts are void.
    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.epoch + 1);
    }

    /// False and true counts of a slot, of all threads.
    pub(crate) fn counts(&self, slot: usize) -> [u64; 2] {
        self.live.iter().fold(self.ended[slot], |sum, counts| {
            let [no, yes] = counts.of(slot);
            [sum[0] + no, sum[1] + yes]
        })
    }

    /// How many events found no room.
    pub(crate) fn dropped(&self) -> u64 {
        self.counts(DROPPED).iter().sum()
    }
}
