//! The entries of a HAR file, and the bodies in them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;

use crate::Headers;
use crate::body::{body_to_value, write_form_pairs};

#[derive(Deserialize)]
pub(super) struct Har {
    pub(super) log: Log,
}

#[derive(Deserialize)]
pub(super) struct Log {
    pub(super) entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    #[serde(default)]
    pub(super) started_date_time: Option<String>,
    pub(super) request: HarRequest,
    pub(super) response: HarResponse,
    #[serde(default, rename = "_resourceType")]
    pub(super) resource_type: Option<String>,
    #[serde(default, rename = "_block")]
    pub(super) block: String,
    /// Where the answer came from, if not from where the request went.
    #[serde(skip)]
    pub(super) led_to: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HarRequest {
    pub(super) method: String,
    pub(super) url: String,
    #[serde(default)]
    pub(super) headers: Vec<Pair>,
    #[serde(default)]
    query_string: Vec<Pair>,
    #[serde(default)]
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PostData {
    #[serde(default)]
    mime_type: String,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    params: Vec<Pair>,
    #[serde(default, rename = "_encoding")]
    encoding: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HarResponse {
    pub(super) status: i64,
    #[serde(default)]
    pub(super) headers: Vec<Pair>,
    #[serde(default)]
    content: Content,
    #[serde(default, rename = "redirectURL")]
    redirect_url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    #[serde(default)]
    size: i64,
    #[serde(default)]
    mime_type: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    encoding: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Pair {
    pub(super) name: String,
    #[serde(default)]
    pub(super) value: Option<String>,
}

impl Entry {
    /// Where the answer sends its reader, as an absolute address.
    pub(super) fn redirect(&self) -> Option<String> {
        if !matches!(self.response.status, 301 | 302 | 303 | 307 | 308) {
            return None;
        }
        let location = find(&self.response.headers, "location").or(self.response.redirect_url.as_deref())?;
        let base = url::Url::parse(self.led_to.as_deref().unwrap_or(&self.request.url)).ok()?;
        (!location.is_empty()).then(|| base.join(location).ok()).flatten().map(String::from)
    }
}

impl HarRequest {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// Some programs keep the query out of the address.
    pub(super) fn take_query(&mut self) {
        if self.url.contains('?') || self.query_string.is_empty() {
            return;
        }
        let pairs: Vec<_> =
            self.query_string.iter().map(|pair| (pair.name.clone(), pair.value.clone().unwrap_or_default())).collect();
        let (address, fragment) = self.url.split_once('#').map_or((self.url.as_str(), None), |(a, b)| (a, Some(b)));
        let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
        self.url = format!("{address}?{}{fragment}", write_form_pairs(&pairs));
    }

    pub(super) fn body(&self) -> Option<Value> {
        let posted = self.post_data.as_ref()?;
        let media_type = self.header("content-type").unwrap_or(&posted.mime_type);
        let typed = Headers::from_iter([("content-type", media_type)]);
        match &posted.text {
            Some(text) if !text.is_empty() => body_to_value(&typed, &bytes(text, posted.encoding.as_deref())),
            _ if posted.params.is_empty() => None,
            _ => Some(Value::String(posted.written(media_type))),
        }
    }
}

impl PostData {
    /// The body that the fields of a form make.
    fn written(&self, media_type: &str) -> String {
        let fields = || self.params.iter().map(|pair| (pair.name.as_str(), pair.value.as_deref().unwrap_or_default()));
        if let Some((_, boundary)) = media_type.split_once("boundary=") {
            let boundary = boundary.split(';').next().unwrap_or_default().trim().trim_matches('"');
            let parts = fields().map(|(name, value)| {
                format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            });
            return format!("{}--{boundary}--\r\n", parts.collect::<String>());
        }
        // Chromium writes fields as they were sent, others as they were meant.
        let is_sent = |value: &str| value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"*-._+%".contains(&byte));
        if fields().all(|(name, value)| is_sent(name) && is_sent(value))
            && fields().any(|(_, value)| value.contains('%'))
        {
            return fields().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
        }
        let pairs: Vec<_> = fields().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        write_form_pairs(&pairs)
    }
}

impl HarResponse {
    /// Whether a browser shows it or follows it, rather than a program reading it.
    pub(super) fn is_page(&self) -> bool {
        (300..400).contains(&self.status)
            || self.content.mime_type.as_deref().unwrap_or_default().starts_with("text/html")
    }

    pub(super) fn body(&self) -> Option<Value> {
        let content = &self.content;
        let media_type = find(&self.headers, "content-type").or(content.mime_type.as_deref()).unwrap_or_default();
        let typed = Headers::from_iter([("content-type", media_type)]);
        let bytes = bytes(content.text.as_deref()?, content.encoding.as_deref());
        // Most programs write what was packed as it is meant, some as it came.
        let packed = find(&self.headers, "content-encoding").filter(|_| content.encoding.is_some());
        let unpacked = packed.and_then(|coding| {
            crate::live::decompress(&Headers::from_iter([("content-encoding", coding)]), bytes.clone()).ok()
        });
        body_to_value(&typed, &unpacked.unwrap_or(bytes))
    }

    /// Whether it had a body that the file does not hold.
    pub(super) fn lacks_body(&self) -> bool {
        self.content.size > 0 && self.content.text.as_deref().unwrap_or_default().is_empty()
    }
}

fn find<'p>(headers: &'p [Pair], name: &str) -> Option<&'p str> {
    headers.iter().find(|pair| pair.name.eq_ignore_ascii_case(name)).and_then(|pair| pair.value.as_deref())
}

pub(super) fn headers(pairs: Vec<Pair>) -> Headers {
    pairs.into_iter().map(|pair| (pair.name, pair.value.unwrap_or_default())).collect()
}

fn bytes(text: &str, encoding: Option<&str>) -> Vec<u8> {
    match encoding {
        Some("base64") => {
            let plain: String = text.split_whitespace().collect();
            STANDARD.decode(plain).unwrap_or_else(|_| text.as_bytes().to_vec())
        }
        _ => text.as_bytes().to_vec(),
    }
}
