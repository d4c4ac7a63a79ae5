//! The pages of an import, and the people in them.

use connspec_exchange::Response;
use connspec_spec::Directive;
use connspec_spec::compat::NextPageUrl;
use connspec_spec::dialect::{NEXT_PAGE_TOKEN, Paging, named};
use serde_json::{Map, Value};

use super::walk::ManifestWalk;
use crate::manifest::{judge_status, look_up, next_page, rendered};
use crate::{Decisions, ErrorType, RunError};

/// How many pages an import is given whose manifest names no number that is ever reached.
const MOST_PAGES: usize = 1000;

impl ManifestWalk<'_> {
    /// The people of the answer and of the pages behind it.
    pub(super) async fn import(&mut self, first: Response) -> Result<(), RunError> {
        let sync = &self.manifest.sync;
        let limit = sync.pages();
        let limit = if limit >= 1.0 && limit.fract() == 0.0 { limit as usize } else { MOST_PAGES };
        let mut answer = first;
        let mut people = self.people(&answer, true)?;
        self.result.pages = 1;
        while self.result.pages < limit.min(MOST_PAGES) {
            let Some(address) = self.next_address(&answer)? else { break };
            let mut decisions = Decisions::new();
            let request = next_page(self.definition, self.manifest, &address, &self.variables, &mut decisions)?;
            let request = request.with_label("nextPage", self.result.pages - 1);
            answer = self.send("nextPage", self.result.pages - 1, request, decisions).await?;
            let mut decisions = Decisions::new();
            let verdict = judge_status(&answer, &self.runner.compat, &self.runner.secrets, &mut decisions);
            self.add(decisions);
            verdict.map_err(|error| error.in_block("nextPage", self.result.pages - 1))?;
            let Some(more) = Some(self.people(&answer, false)?).filter(|more| !more.is_empty()) else { break };
            people.extend(more);
            self.result.pages += 1;
        }
        self.result.people = Some(people);
        Ok(())
    }

    /// The entries of the list at `data_from`, each with the members `data_structure` names. Where `must` is false an
    /// answer without the list is an empty one.
    fn people(&self, answer: &Response, must: bool) -> Result<Vec<Map<String, Value>>, RunError> {
        let sync = &self.manifest.sync;
        let path = sync.data_from.as_ref().map_or("", |path| path.value.as_str());
        let refuse = |message: String| {
            let error =
                RunError::new(ErrorType::DataError, message).with_status(answer.status).in_directive("data_from");
            Err(match &sync.data_from {
                Some(path) => error.at(path.place),
                None => error,
            })
        };
        let Some(body) = answer.body_json() else {
            return refuse("the answer is no JSON, so there are no people in it".to_owned());
        };
        match look_up(path, &body) {
            Some(Value::Array(list)) => {
                let people = list.iter().enumerate();
                people.map(|(index, entry)| self.person(index, entry, answer.status)).collect()
            }
            Some(_) if path.is_empty() => refuse("the answer is no list of people".to_owned()),
            Some(_) => refuse(format!("`{path}` of the answer is no list of people")),
            None if !must => Ok(Vec::new()),
            None => refuse(format!("`{path}` is not in the answer")),
        }
    }

    /// One of them. A member that is not there ends the import, as in the original.
    fn person(&self, index: usize, entry: &Value, status: u16) -> Result<Map<String, Value>, RunError> {
        let structure = self.manifest.sync.data_structure.iter().flat_map(|structure| &structure.value);
        let members = structure.map(|pair| {
            let (name, path) = &pair.value;
            let found = look_up(path, entry).ok_or_else(|| {
                let message =
                    format!("`{path}` is not in entry {} of the answer's list, so its `{name}` is missing", index + 1);
                RunError::new(ErrorType::DataError, message)
                    .with_status(status)
                    .in_directive(named(&pair.pointer))
                    .at(pair.place)
            })?;
            Ok((name.clone(), found.clone()))
        });
        members.collect()
    }

    /// Where the next page is; none when the answer names none.
    fn next_address(&mut self, answer: &Response) -> Result<Option<String>, RunError> {
        let Some(body) = answer.body_json() else { return Ok(None) };
        let is_there = |value: &&Value| !value.is_null() && value.as_str() != Some("");
        match &self.manifest.sync.paging {
            None => Ok(None),
            Some(Paging::Token { from, page }) => {
                let Some(token) = look_up(&from.value, &body).filter(is_there) else { return Ok(None) };
                self.variables.params.insert(NEXT_PAGE_TOKEN.to_owned(), token.clone());
                rendered(self.definition, page, &self.variables, &mut Decisions::new()).map(Some)
            }
            Some(Paging::Address(path)) => match look_up(&path.value, &body).filter(is_there) {
                Some(Value::String(address)) => self.checked(path, address.clone(), answer).map(Some),
                _ => Ok(None),
            },
        }
    }

    /// An address out of an answer is not trusted: it would be handed the manifest's headers.
    fn checked(&mut self, path: &Directive<String>, address: String, answer: &Response) -> Result<String, RunError> {
        let key = NextPageUrl::SWITCH.key;
        if self.runner.compat.next_page_url == NextPageUrl::Followed {
            let template = connspec_spec::dialect::Template::parse(&address);
            let text = template.render(&self.variables).map_err(|error| {
                RunError::new(ErrorType::DataError, error.message).in_directive("next_page_from").at(path.place)
            })?;
            self.switched(key, "next_page_from", "the address was evaluated as a template and is followed anywhere");
            return Ok(text.text);
        }
        let origin = |text: &str| url::Url::parse(text).ok().map(|url| url.origin());
        let before = self.report.steps.last().and_then(|step| step.request.as_ref()).map(|request| request.url.clone());
        let home = before.as_deref().and_then(origin).or_else(|| origin(&answer.url));
        if origin(&address).is_some() && origin(&address) == home {
            return Ok(address);
        }
        let (kind, message) = if origin(&address).is_none() {
            (
                ErrorType::DataError,
                "what the answer names as the next page is no whole address, so it cannot be asked for",
            )
        } else {
            let message = "the answer names a next page on another host, which would be sent the manifest's headers; \
                           `--compat nextPageUrl=followed` goes there, as the original does";
            (ErrorType::BlockedAddress, message)
        };
        Err(RunError::new(kind, message).in_directive("next_page_from").at(path.place))
    }
}
