//! `exists` and `revoke`: the text of an answer that decides.

use connspec_exchange::Response;
use connspec_spec::dialect::Item;

use super::walk::ManifestWalk;
use crate::manifest::rendered;
use crate::{Decisions, ErrorType, RunError};

impl ManifestWalk<'_> {
    pub(super) async fn exists(&mut self, item: &Item) -> Result<Response, RunError> {
        let lists_codes = item.lists_statuses();
        let answer = self.send_item("exists", 0, item, lists_codes).await?;
        if !lists_codes && answer.status >= 400 {
            self.note("exists", format!("status {}: the text alone decides, as in the original", answer.status));
        }
        self.result.found = Some(self.expects(item, &answer)?);
        Ok(answer)
    }

    pub(super) async fn revoke(&mut self, index: usize, item: &Item) -> Result<Response, RunError> {
        let answer = self.send_item("revoke", index, item, true).await?;
        if let Some(expected) = item.expected.as_ref().filter(|_| !answer.body.is_empty())
            && !self.expects(item, &answer)?
        {
            let message = "the answer does not hold the text of `expected`".to_owned();
            return Err(self.failed(ErrorType::DataError, message, expected, "revoke", index, &answer));
        }
        Ok(answer)
    }

    /// Whether the text of the answer holds `expected`.
    fn expects(&self, item: &Item, answer: &Response) -> Result<bool, RunError> {
        let Some(expected) = &item.expected else { return Ok(true) };
        let expected = rendered(self.definition, expected, &self.variables, &mut Decisions::new())?;
        Ok(String::from_utf8_lossy(&answer.body).contains(&expected))
    }
}
