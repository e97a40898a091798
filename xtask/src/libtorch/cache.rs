//! The cache: where the sets lie. A set appears there at once, when all of its files are in place.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::{env, io};

use super::set::Set;
use super::tree::{self, Copied, Tree};
use super::{LibTorch, VERSION, inspect};
use crate::Result;

/// The list of a set's files: hash, size and name in each line.
const LIST: &str = "files.txt";

/// The folder of the sets.
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The cache of the user, as the XDG base directories have it.
    pub fn find() -> Result<Self> {
        let set =
            |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let caches = set("XDG_CACHE_HOME").filter(|folder| folder.is_absolute());
        let caches = caches.or_else(|| Some(set("HOME")?.join(".cache")));
        let caches = caches.ok_or("neither HOME nor XDG_CACHE_HOME says where the cache is")?;
        Ok(Self { folder: caches.join("simple-runtime") })
    }

    /// The set, when all of its files are there with their sizes.
    pub fn get(&self, set: Set) -> Option<LibTorch> {
        self.whole(&name(set)).map(|folder| LibTorch { home: set.home(&folder) })
    }

    /// A folder, when all of its files are there with their sizes.
    pub fn whole(&self, name: &str) -> Option<PathBuf> {
        let folder = self.folder.join(name);
        let list = fs::read_to_string(folder.join(LIST)).ok()?;
        let has = |line: Line<'_>| {
            fs::metadata(folder.join(line.name)).is_ok_and(|found| found.len() == line.size)
        };
        let whole = lines(&list).all(has) && lines(&list).next().is_some();
        whole.then_some(folder)
    }

    /// Hashes every file of the set again; returns how many there are.
    pub fn check(&self, set: Set) -> Result<usize> {
        self.check_folder(&name(set), "cargo xtask libtorch --force")
    }

    /// Hashes every file of a folder again; returns how many there are. `remedy` is the command that puts
    /// them there again.
    pub fn check_folder(&self, name: &str, remedy: &str) -> Result<usize> {
        let folder = self.folder.join(name);
        let list = fs::read_to_string(folder.join(LIST))?;
        let mut count = 0;
        for line in lines(&list) {
            if tree::hash_of(&folder.join(line.name))? != line.hash {
                return Err(format!(
                    "{} has changed since it was put there; `{remedy}` puts it there again",
                    folder.join(line.name).display()
                )
                .into());
            }
            count += 1;
        }
        Ok(count)
    }

    /// Puts the set there, out of the files of a tree. To be called with the lock only.
    pub fn put(&self, set: Set, mut tree: Tree) -> Result<LibTorch> {
        let fill = |fresh: &Path| {
            set.assemble(&mut tree, fresh)?;
            Ok(tree.finish())
        };
        let judge = |fresh: &Path| {
            let home = set.home(fresh);
            match inspect::problem(&home) {
                Some(problem) => Err(problem.into()),
                None => inspect::loads(&home),
            }
        };
        let place = self.put_folder(&name(set), fill, judge)?;
        // What it was made of is not needed any more.
        remove(&self.downloads())?;
        Ok(LibTorch { home: set.home(&place) })
    }

    /// Puts a folder there at once, when `fill` has made it and `judge` has nothing against it. To be called
    /// with the lock only.
    pub fn put_folder(
        &self,
        name: &str,
        fill: impl FnOnce(&Path) -> Result<Vec<Copied>>,
        judge: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<PathBuf> {
        let place = self.folder.join(name);
        let fresh = self.folder.join(format!("{name}.part"));
        remove(&fresh)?;
        fs::create_dir_all(&fresh)?;
        let mut list = String::new();
        for file in fill(&fresh)? {
            let name = file.place.strip_prefix(&fresh)?.display();
            list.push_str(&format!("{} {} {name}\n", tree::hex(&file.hash), file.size));
        }
        fs::write(fresh.join(LIST), list)?;
        judge(&fresh)?;
        remove(&place)?;
        fs::rename(&fresh, &place)?;
        Ok(place)
    }

    /// Where downloads lie until a set is made of them: those of a run that was cut short are there
    /// for the next one.
    pub fn downloads(&self) -> PathBuf {
        self.folder_of_downloads(VERSION)
    }

    /// Likewise for something else than LibTorch.
    pub fn folder_of_downloads(&self, name: &str) -> PathBuf {
        self.folder.join(format!("downloads-{name}"))
    }

    /// Waits until no other run is at work in the cache.
    pub fn lock(&self) -> Result<File> {
        let cannot = |error: &io::Error| {
            format!("{}: {error}; XDG_CACHE_HOME names another place", self.folder.display())
        };
        fs::create_dir_all(&self.folder).map_err(|error| cannot(&error))?;
        let file = File::create(self.folder.join("lock")).map_err(|error| cannot(&error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                eprintln!("another run is at work in {}: waiting for it", self.folder.display());
                file.lock()?;
            }
            Err(TryLockError::Error(error)) => return Err(cannot(&error).into()),
        }
        Ok(file)
    }
}

fn name(set: Set) -> String {
    format!("libtorch-{VERSION}-{}", set.name())
}

/// Removes a folder, if it is there.
pub fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(format!("{}: {error}", folder.display()).into())
        }
        _ => Ok(()),
    }
}

struct Line<'l> {
    hash: &'l str,
    size: u64,
    name: &'l str,
}

/// The lines of a list; a line that cannot be read stands for a file that is not there.
fn lines(list: &str) -> impl Iterator<Item = Line<'_>> {
    list.lines().map(|line| {
        let mut parts = line.splitn(3, ' ');
        let mut part = || parts.next().unwrap_or_default();
        let (hash, size, name) = (part(), part(), part());
        Line { hash, size: size.parse().unwrap_or(u64::MAX), name }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read() {
        let read: Vec<_> = lines("ab 3 a b.h\nbroken").collect();
        assert_eq!((read[0].hash, read[0].size, read[0].name), ("ab", 3, "a b.h"));
        assert_eq!(read[1].size, u64::MAX);
    }
}
