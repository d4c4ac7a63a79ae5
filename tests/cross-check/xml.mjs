// Answers questions about XML with xmlbuilder2, which reads it, and xmlbuilder, which writes it: a JSON array of
// questions on standard input, a JSON array of answers on standard output, null for an error. Asked by
// crates/iml/tests/cross_check_xml.rs.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { create } = require("xmlbuilder");
const { convert } = require("xmlbuilder2");

const answer = {
  parseXML: (text) => JSON.stringify(convert(text, { format: "object" })),
  createXML: (object) => create(object).end({ pretty: true }),
};

const answers = JSON.parse(readFileSync(0, "utf8")).map(({ operation, value }) => {
  try {
    return answer[operation](value);
  } catch {
    return null;
  }
});

const version = (name) => require(`${name}/package.json`).version;
const versions = Object.fromEntries(["xmlbuilder", "xmlbuilder2"].map((name) => [name, version(name)]));
process.stdout.write(JSON.stringify({ versions, answers }));
