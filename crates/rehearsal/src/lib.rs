//! Runs that judge: suites of fixtures, drift, rehearsal against a derived provider
