//! What a connection definition is: files and folders to a typed definition with spans
