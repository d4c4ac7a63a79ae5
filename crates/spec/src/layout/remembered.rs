//! Files that are asked about again and again, as when many paths of one folder are examined: each folder is listed
//! once, each path looked for once.

use std::cell::RefCell;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use hashbrown::{HashMap, HashSet};

use super::files::{Entry, Files};

/// A tree of files that is taken not to change. Contents are not remembered, only that there are none.
pub struct Remembered<'f> {
    below: &'f dyn Files,
    // By the letters of their paths, which are quicker to look up than their parts.
    lists: RefCell<HashMap<OsString, Rc<[Entry]>>>,
    kinds: RefCell<HashMap<OsString, Kind>>,
    absent: RefCell<HashSet<OsString>>,
    /// What was last found above a folder: its files are asked about one after the other.
    above: RefCell<Option<Above>>,
    ahead: RefCell<Option<Ahead>>,
}

/// What was read before anybody asked for it.
struct Ahead {
    path: OsString,
    content: io::Result<Vec<u8>>,
}

struct Above {
    folder: OsString,
    name: String,
    levels: usize,
    found: Vec<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
    Absent,
}

impl<'f> Remembered<'f> {
    /// Remembers what `below` answers.
    pub fn new(below: &'f dyn Files) -> Self {
        Self {
            below,
            lists: RefCell::default(),
            kinds: RefCell::default(),
            absent: RefCell::default(),
            above: RefCell::default(),
            ahead: RefCell::default(),
        }
    }

    /// Reads what is at a path that is probably a file, which tells that it is one. The content waits for the first who
    /// reads the path, or until the next one is read ahead.
    pub fn read_ahead(&self, path: &Path) {
        let content = self.below.read(path);
        let is_file = match &content {
            Ok(_) => true,
            // Whatever else goes wrong, asking what there is says more.
            Err(error) => matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::FileTooLarge),
        };
        if is_file {
            self.kinds.borrow_mut().insert(path.into(), Kind::File);
            self.ahead.replace(Some(Ahead { path: path.into(), content }));
        }
    }

    fn listed(&self, folder: &Path) -> io::Result<Rc<[Entry]>> {
        if let Some(known) = self.lists.borrow().get(folder.as_os_str()) {
            return Ok(Rc::clone(known));
        }
        let mut entries = self.below.list(folder)?;
        entries.sort();
        let entries: Rc<[Entry]> = entries.into();
        self.lists.borrow_mut().insert(folder.into(), Rc::clone(&entries));
        Ok(entries)
    }

    fn kind(&self, path: &Path) -> Kind {
        if let Some(known) = self.kinds.borrow().get(path.as_os_str()) {
            return *known;
        }
        if let Some(listed) = self.kind_in_list(path) {
            return listed;
        }
        let kind = match self.below.is_file(path) {
            true => Kind::File,
            false if self.below.is_folder(path) => Kind::Folder,
            false => Kind::Absent,
        };
        self.kinds.borrow_mut().insert(path.into(), kind);
        kind
    }

    /// As the list of its folder says, when that is at hand and has it. Links may lead nowhere, and names that are no
    /// text are in no list.
    fn kind_in_list(&self, path: &Path) -> Option<Kind> {
        let lists = self.lists.borrow();
        let (entries, name) = (lists.get(path.parent()?.as_os_str())?, path.file_name()?.to_str()?);
        let at = entries.binary_search_by(|entry| entry.name.as_str().cmp(name)).ok()?;
        let kind = if entries[at].is_folder { Kind::Folder } else { Kind::File };
        (!entries[at].is_link).then_some(kind)
    }
}

impl Files for Remembered<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if let Some(ahead) = self.ahead.borrow_mut().take_if(|ahead| ahead.path == path.as_os_str()) {
            return ahead.content;
        }
        if self.absent.borrow().contains(path.as_os_str()) {
            return Err(io::ErrorKind::NotFound.into());
        }
        self.below.read(path).inspect_err(|error| {
            if error.kind() == io::ErrorKind::NotFound {
                self.absent.borrow_mut().insert(path.into());
            }
        })
    }

    fn list(&self, path: &Path) -> io::Result<Vec<Entry>> {
        Ok(self.listed(path)?.to_vec())
    }

    fn list_starting(&self, folder: &Path, start: &str) -> io::Result<Vec<Entry>> {
        let entries = self.listed(folder)?;
        let first = entries.partition_point(|entry| entry.name.as_str() < start);
        Ok(entries[first..].iter().take_while(|entry| entry.name.starts_with(start)).cloned().collect())
    }

    fn is_file(&self, path: &Path) -> bool {
        self.kind(path) == Kind::File
    }

    fn is_folder(&self, path: &Path) -> bool {
        self.kind(path) == Kind::Folder
    }

    fn holding_above(&self, folder: &Path, name: &str, levels: usize) -> Vec<PathBuf> {
        if let Some(known) = &*self.above.borrow()
            && (known.folder.as_os_str(), known.name.as_str(), known.levels) == (folder.as_os_str(), name, levels)
        {
            return known.found.clone();
        }
        let folders = folder.ancestors().take(levels);
        let holding = folders.filter(|folder| self.is_file(&folder.join(name)));
        let found: Vec<_> = holding.map(Path::to_path_buf).collect();
        let above = Above { folder: folder.into(), name: name.to_owned(), levels, found: found.clone() };
        self.above.replace(Some(above));
        found
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::layout::{Memory, load_app_from};

    /// Counts how often a folder is listed, a file read, and it is asked what there is.
    #[derive(Default)]
    struct Counted {
        files: Memory,
        lists: Cell<usize>,
        reads: Cell<usize>,
        kinds: Cell<usize>,
    }

    fn counted(files: Memory) -> Counted {
        Counted { files, ..Counted::default() }
    }

    fn count(times: &Cell<usize>) {
        times.set(times.get() + 1);
    }

    impl Files for Counted {
        fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
            count(&self.reads);
            self.files.read(path)
        }

        fn list(&self, path: &Path) -> io::Result<Vec<Entry>> {
            count(&self.lists);
            self.files.list(path)
        }

        fn is_file(&self, path: &Path) -> bool {
            count(&self.kinds);
            self.files.is_file(path)
        }

        fn is_folder(&self, path: &Path) -> bool {
            count(&self.kinds);
            self.files.is_folder(path)
        }
    }

    #[test]
    fn many_connections_of_one_folder_list_it_once() {
        let texts = ["a", "b", "c"]
            .map(|name| [(format!("{name}.communication.iml.json"), "{}"), (format!("{name}.params.iml.json"), "[]")]);
        let disk = counted(texts.into_iter().flatten().collect());
        let files = Remembered::new(&disk);
        for name in ["a", "b", "c"] {
            let app = load_app_from(&files, format!("{name}.communication.iml.json")).unwrap();
            assert!(app.connections[0].parts.parameters.as_ref().unwrap().path.starts_with(name));
        }
        assert_eq!(disk.lists.get(), 1);
    }

    #[test]
    fn what_is_read_ahead_is_a_file_and_read_once() {
        let disk = counted(Memory::from([("a.json", "1"), ("b.json", "2"), ("x.json/c.json", "3")]));
        let files = Remembered::new(&disk);
        let a = Path::new("a.json");
        files.read_ahead(a);
        assert!(files.is_file(a) && !files.is_folder(a));
        assert_eq!(files.read(a).unwrap(), b"1");
        assert_eq!((disk.kinds.get(), disk.reads.get()), (0, 1));
        // It was there for one, as the content of a pipe is.
        assert_eq!((files.read(a).unwrap(), disk.reads.get()), (b"1".to_vec(), 2));
        // What is read ahead next takes its place; a folder and nothing are none.
        for path in [a, Path::new("b.json"), Path::new("x.json"), Path::new("y.json")] {
            files.read_ahead(path);
        }
        assert_eq!(files.read(Path::new("b.json")).unwrap(), b"2");
        assert!(files.is_folder(Path::new("x.json")) && !files.is_file(Path::new("y.json")));
        assert_eq!(files.read(Path::new("y.json")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn what_lies_above_is_what_lies_above_this_folder() {
        let disk = Memory::from([("x/m.json", ""), ("x/y/z/m.json", ""), ("w/y/a.json", "")]);
        let files = Remembered::new(&disk);
        for (folder, name, levels) in [
            ("x/y/z", "m.json", 8),
            ("x/y/z", "m.json", 8),
            ("x/y/z", "m.json", 2),
            ("w/y", "m.json", 8),
            ("x", "a", 8),
        ] {
            let found = disk.holding_above(Path::new(folder), name, levels);
            assert_eq!(files.holding_above(Path::new(folder), name, levels), found, "{folder} {name} {levels}");
        }
        assert_eq!(files.holding_above(Path::new("x/y/z"), "m.json", 8), [Path::new("x/y/z"), Path::new("x")]);
    }

    #[test]
    fn names_are_found_by_their_start() {
        let disk = Memory::from([("x/a.json", ""), ("x/ab.json", ""), ("x/b.json", ""), ("x/a/c", "")]);
        let files = Remembered::new(&disk);
        for start in ["a", "a.", "ab", "", "c"] {
            let names = |listed: io::Result<Vec<Entry>>| listed.unwrap().into_iter().map(|entry| entry.name);
            let found: Vec<_> = names(files.list_starting(Path::new("x"), start)).collect();
            assert_eq!(found, names(disk.list_starting(Path::new("x"), start)).collect::<Vec<_>>(), "{start}");
        }
        assert_eq!(files.read(Path::new("y")).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(files.read(Path::new("y")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
