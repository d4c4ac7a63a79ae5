// Answers questions about texts with JavaScript itself: a JSON array of questions on standard input, a JSON
// array of answers on standard output, null for an error. Asked by crates/iml/tests/cross_check_javascript.rs.

import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";

const bytes = (text, encoding) => Buffer.from(text, encoding);
const hash = (algorithm) => (text, encoding, key) =>
  (key === "" ? createHash(algorithm) : createHmac(algorithm, key)).update(text).digest(encoding);

const entries = (value) =>
  Array.isArray(value)
    ? value.map((item, key) => ({ key, value: item }))
    : Object.entries(value).map(([key, item]) => ({ key, value: item }));

const answer = {
  replace: (text, pattern, flags, replacement) => text.replace(new RegExp(pattern, flags), replacement),
  replaceText: (text, search, replacement) =>
    text.replace(new RegExp(search.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "g"), replacement),
  encodeURL: (text) => encodeURIComponent(text),
  decodeURL: (text) => decodeURIComponent(text),
  substring: (text, start, end) => text.substring(start, end),
  indexOf: (text, search, start) => text.indexOf(search, start),
  length: (text) => text.length,
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  trim: (text) => text.trim(),
  base64: (text) => bytes(text).toString("base64"),
  toBinary: (text, encoding) => bytes(text, encoding).toString("base64"),
  toString: (base64, encoding) => bytes(base64, "base64").toString(encoding),
  ascii: (text) => text.normalize("NFD").replace(/[^\x00-\x7f]/g, ""),
  md5: (text) => createHash("md5").update(text).digest("hex"),
  sha1: hash("sha1"),
  sha256: hash("sha256"),
  sha512: hash("sha512"),
  round: (number) => String(Math.round(number)),
  trunc: (number) => String(Math.trunc(number)),
  text: (number) => String(number),
  number: (text) => String(Number(text)),
  json: (text) => JSON.stringify(JSON.parse(text)),
  keys: (text) => JSON.stringify(Object.keys(JSON.parse(text))),
  entries: (text) => JSON.stringify(entries(JSON.parse(text))),
  buffer: (base64) => JSON.stringify(bytes(base64, "base64")),
  switch: (value, other) => String(value) === String(other),
  slice: (array, start, end) => array.slice(start, end),
  flatten: (array, depth) => array.flat(depth),
};

/** The answer as it can be written in UTF-8: half of a pair becomes U+FFFD. */
const written = ({ operation, values }) => {
  try {
    const result = answer[operation](...values);
    return typeof result === "string" ? result.toWellFormed() : result;
  } catch {
    return null;
  }
};

const questions = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify({ version: process.version, answers: questions.map(written) }));
