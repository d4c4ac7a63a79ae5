// Signs requests with oauth-1.0a: a JSON array of requests on standard input, a JSON array of their protocol
// parameters on standard output. Asked by crates/exchange/tests/cross_check_oauth1.rs.
//
// The pairs of query and form are handed over as data: oauth-1.0a does not decode the names in a query (RFC 5849
// §3.4.1.3.1), and forgets a first value that is empty.

import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import OAuth from "oauth-1.0a";

const require = createRequire(import.meta.url);
const hashes = {
  "HMAC-SHA1": (text, key) => createHmac("sha1", key).update(text).digest("base64"),
  PLAINTEXT: (_, key) => key,
};

/** Name to value, or to all values of that name. */
const collected = (pairs) => {
  const data = {};
  for (const [name, value] of pairs) data[name] = [...(data[name] ?? []), value];
  return data;
};

const sign = (question) => {
  const extra = [
    ["oauth_verifier", question.verifier],
    ["oauth_callback", question.callback],
  ].filter(([, value]) => value !== null);
  const oauth = new OAuth({
    consumer: { key: question.consumer_key, secret: question.consumer_secret },
    signature_method: question.signature_method,
    hash_function: hashes[question.signature_method],
  });
  oauth.getNonce = () => question.nonce;
  oauth.getTimeStamp = () => question.timestamp;
  if (question.body_hash) {
    // Where a body hash is, oauth-1.0a takes the data for the body; the rest joins the protocol's parameters.
    const hash = createHash("sha1").update(question.body).digest("base64");
    const own = oauth.getParameterString.bind(oauth);
    oauth.getBodyHash = () => hash;
    oauth.getParameterString = (request, data) =>
      own(request, { ...data, ...collected(question.pairs), ...Object.fromEntries(extra) });
  }
  const signed = oauth.authorize(
    {
      method: question.method,
      url: question.plain_url,
      data: { ...collected(question.pairs), ...Object.fromEntries(extra) },
      includeBodyHash: question.body_hash,
    },
    question.token === null ? undefined : { key: question.token, secret: question.token_secret },
  );
  // What comes back has the request's own pairs mixed in.
  const own = Object.entries({ ...signed, ...Object.fromEntries(extra) }).filter(([name]) => name.startsWith("oauth_"));
  return Object.fromEntries(own.map(([name, value]) => [name, String(value)]));
};

const questions = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(
  JSON.stringify({
    versions: { node: process.version, "oauth-1.0a": require("oauth-1.0a/package.json").version },
    answers: questions.map(sign),
  }),
);
