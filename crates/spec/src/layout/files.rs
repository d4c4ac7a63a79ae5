//! Where files come from: a small trait, and files held in memory.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf};

/// No file of a definition is larger; whatever is, is not read (4 MiB). Real sections reach some hundred kilobytes,
/// and a tree takes up to a hundred times its text.
pub const MAX_FILE_SIZE: u64 = 4 * 1024 * 1024;

/// One entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The name without its folder.
    pub name: String,
    /// Whether it is a folder, or a link to one.
    pub is_folder: bool,
    /// Whether it is a link.
    pub is_link: bool,
}

/// A tree of files.
pub trait Files {
    /// The whole content of a file.
    ///
    /// # Errors
    /// When there is no such file, it cannot be read, or it is larger than [`MAX_FILE_SIZE`]
    /// ([`io::ErrorKind::FileTooLarge`]).
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// The entries of a folder by name.
    ///
    /// # Errors
    /// When there is no such folder, or it cannot be read.
    fn list(&self, path: &Path) -> io::Result<Vec<Entry>>;

    /// The entries of a folder whose names begin with `start`, by name.
    ///
    /// # Errors
    /// As [`Files::list`].
    fn list_starting(&self, folder: &Path, start: &str) -> io::Result<Vec<Entry>> {
        let entries = self.list(folder)?.into_iter();
        Ok(entries.filter(|entry| entry.name.starts_with(start)).collect())
    }

    /// Whether there is a file at the path.
    fn is_file(&self, path: &Path) -> bool;

    /// Whether there is a folder at the path.
    fn is_folder(&self, path: &Path) -> bool;

    /// The folders that hold a file of this name: of `folder` and those above it the nearest `levels`, nearest first.
    fn holding_above(&self, folder: &Path, name: &str, levels: usize) -> Vec<PathBuf> {
        let folders = folder.ancestors().take(levels);
        folders.filter(|folder| self.is_file(&folder.join(name))).map(Path::to_path_buf).collect()
    }
}

/// Files held in memory: bundled definitions, stdin, tests.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl<P: AsRef<Path>, C: AsRef<[u8]>, const N: usize> From<[(P, C); N]> for Memory {
    fn from(files: [(P, C); N]) -> Self {
        files.into_iter().collect()
    }
}

impl<P: AsRef<Path>, C: AsRef<[u8]>> FromIterator<(P, C)> for Memory {
    fn from_iter<I: IntoIterator<Item = (P, C)>>(files: I) -> Self {
        let files = files.into_iter();
        Self {
            files: files
                .map(|(path, content)| (normal(path.as_ref()).into_owned(), content.as_ref().to_vec()))
                .collect(),
        }
    }
}

impl Files for Memory {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.files.get(&*normal(path)).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn list(&self, path: &Path) -> io::Result<Vec<Entry>> {
        let folder = normal(path);
        let mut entries: Vec<Entry> = Vec::new();
        for file in self.files.keys() {
            let Ok(below) = file.strip_prefix(&folder) else { continue };
            let mut names = below.components();
            let Some(first) = names.next() else { continue };
            let entry = Entry {
                name: first.as_os_str().to_string_lossy().into_owned(),
                is_folder: names.next().is_some(),
                is_link: false,
            };
            if entries.last() != Some(&entry) {
                entries.push(entry);
            }
        }
        entries.sort();
        entries.dedup();
        if entries.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(entries) }
    }

    fn is_file(&self, path: &Path) -> bool {
        self.files.contains_key(&*normal(path))
    }

    fn is_folder(&self, path: &Path) -> bool {
        let folder = normal(path);
        self.files.keys().any(|file| file != &folder && file.starts_with(&folder))
    }
}

/// Files of another tree, one of them replaced by a text that is not saved yet: what an editor shows.
#[derive(Clone)]
pub struct Overlay<'f> {
    below: &'f dyn Files,
    path: PathBuf,
    content: Vec<u8>,
}

impl<'f> Overlay<'f> {
    /// `below` with `content` in place of what lies at `path`, whether or not anything lies there.
    pub fn new(below: &'f dyn Files, path: impl AsRef<Path>, content: impl Into<Vec<u8>>) -> Self {
        Self { below, path: normal(path.as_ref()).into_owned(), content: content.into() }
    }

    fn replaces(&self, path: &Path) -> bool {
        normal(path) == self.path
    }
}

impl Files for Overlay<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if self.replaces(path) { Ok(self.content.clone()) } else { self.below.read(path) }
    }

    fn list(&self, path: &Path) -> io::Result<Vec<Entry>> {
        let listed = self.below.list(path);
        let name = self.path.file_name().map(|name| name.to_string_lossy().into_owned());
        let Some(name) = name.filter(|_| self.path.parent() == Some(&*normal(path))) else { return listed };
        let mut entries = listed.unwrap_or_default();
        if entries.iter().all(|entry| entry.name != name) {
            entries.push(Entry { name, is_folder: false, is_link: false });
            entries.sort();
        }
        Ok(entries)
    }

    fn is_file(&self, path: &Path) -> bool {
        self.replaces(path) || self.below.is_file(path)
    }

    fn is_folder(&self, path: &Path) -> bool {
        self.below.is_folder(path) || self.path.parent().is_some_and(|parent| parent == normal(path))
    }
}

/// The path without `.` and with `..` resolved by the letters alone; `..` that leads above the start stays.
pub(crate) fn normal(path: &Path) -> Cow<'_, Path> {
    let written = path.as_os_str().as_encoded_bytes();
    let mut parts = written.split(|byte| std::path::is_separator(char::from(*byte))).enumerate();
    if !written.is_empty() && parts.all(|(index, part)| !matches!(part, b"." | b"..") && (index == 0 || part != b"")) {
        return Cow::Borrowed(path);
    }
    let mut parts: Vec<Component<'_>> = Vec::new();
    for part in path.components() {
        match (part, parts.last()) {
            (Component::CurDir, _) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                parts.pop();
            }
            (part, _) => parts.push(part),
        }
    }
    Cow::Owned(parts.iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_lists_like_a_disk() {
        let files = Memory::from([("a/b.json", "1"), ("a/c/d.json", "2"), ("a/c/e.json", "3"), ("f", "4")]);
        let entry = |name: &str, is_folder| Entry { name: name.to_owned(), is_folder, is_link: false };
        assert_eq!(files.list(Path::new("./a")).unwrap(), [entry("b.json", false), entry("c", true)]);
        assert_eq!(files.list(Path::new("")).unwrap(), [entry("a", true), entry("f", false)]);
        assert!(files.list(Path::new("x")).is_err());
        assert!(files.is_folder(Path::new("a/c")) && !files.is_folder(Path::new("f")) && files.is_file(Path::new("f")));
        assert_eq!(files.read(Path::new("a/c/../b.json")).unwrap(), b"1");
    }

    #[test]
    fn an_overlay_replaces_one_file_and_may_add_it() {
        let disk = Memory::from([("a/b.json", "saved"), ("a/c.json", "other")]);
        let shown = Overlay::new(&disk, "./a/b.json", "typed");
        assert_eq!(shown.read(Path::new("a/b.json")).unwrap(), b"typed");
        assert_eq!(shown.read(Path::new("a/c.json")).unwrap(), b"other");
        assert_eq!(shown.list(Path::new("a")).unwrap().len(), 2);
        let new = Overlay::new(&disk, "n/new.json", "typed");
        assert!(
            new.is_file(Path::new("n/new.json")) && new.is_folder(Path::new("n")) && !disk.is_folder(Path::new("n"))
        );
        assert_eq!(new.list(Path::new("n")).unwrap()[0].name, "new.json");
    }

    #[test]
    fn paths_are_folded_by_their_letters() {
        for (path, expected) in [
            ("./a/./b", "a/b"),
            ("a/../b", "b"),
            ("../a", "../a"),
            ("a/../../b", "../b"),
            ("/a/b", "/a/b"),
            ("", ""),
            ("a//b/", "a/b"),
        ] {
            assert_eq!(normal(Path::new(path)), Path::new(expected), "{path}");
        }
    }
}
