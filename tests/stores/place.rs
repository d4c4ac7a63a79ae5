//! Where connections are kept in a test: a SQLite file or a schema of a PostgreSQL of its own.

use std::fmt;
use std::sync::Arc;

use connspec_store::{ConnectionStore, KeySource, Sealing};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor, Row};

use crate::support::{Sandbox, block_on};

/// The variable that names a database for tests.
pub const POSTGRES: &str = "CONNSPEC_TEST_POSTGRES";

/// The databases the tests run over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// Whether it can be used here.
    pub fn is_there(self) -> bool {
        self == Self::Sqlite || cfg!(feature = "postgres") && std::env::var_os(POSTGRES).is_some()
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        })
    }
}

/// A store of its own for one test, empty.
pub struct Place {
    pub kind: Kind,
    /// What `--store` is given.
    pub url: String,
}

impl Place {
    /// A file in the sandbox, or a new schema.
    pub fn new(kind: Kind, sandbox: &Sandbox) -> Self {
        let url = match kind {
            Kind::Sqlite => format!("sqlite:{}", sandbox.path("store/connections.db").display()),
            Kind::Postgres => {
                let base = std::env::var(POSTGRES).unwrap();
                let mut random = [0; 8];
                getrandom::fill(&mut random).unwrap();
                let schema = format!("stores_{:016x}", u64::from_le_bytes(random));
                execute_at(&base, &format!("CREATE SCHEMA {schema}"));
                let joint = if base.contains('?') { '&' } else { '?' };
                format!("{base}{joint}options[search_path]={schema}")
            }
        };
        Self { kind, url }
    }

    /// Opens it with the key the program made in `sandbox`.
    pub fn open(&self, sandbox: &Sandbox) -> Arc<dyn ConnectionStore> {
        Arc::from(block_on(connspec_store::open(&self.url, sealing(sandbox))).unwrap())
    }

    /// Runs SQL in the database itself, past connspec.
    pub fn execute(&self, sql: &str) {
        execute_at(&self.sqlx_url(), sql);
    }

    /// Has SQLite look at every page of its file.
    pub fn check_integrity(&self) {
        if self.kind == Kind::Sqlite {
            sqlx::any::install_default_drivers();
            let found = block_on(async {
                let mut connection = AnyConnection::connect(&self.sqlx_url()).await.unwrap();
                let row = connection.fetch_one("PRAGMA integrity_check").await.unwrap();
                row.get::<String, _>(0)
            });
            assert_eq!(found, "ok");
        }
    }

    /// What sqlx calls it.
    pub fn sqlx_url(&self) -> String {
        match self.url.strip_prefix("sqlite:") {
            Some(path) => format!("sqlite://{path}"),
            None => self.url.clone(),
        }
    }
}

/// The key the program made in `sandbox` on its first use.
pub fn sealing(sandbox: &Sandbox) -> Sealing {
    KeySource::File(sandbox.path("data/connspec/key")).resolve().unwrap()
}

fn execute_at(url: &str, sql: &str) {
    sqlx::any::install_default_drivers();
    block_on(async {
        let mut connection = AnyConnection::connect(url).await.unwrap();
        connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.unwrap();
        connection.close().await.unwrap();
    });
}
