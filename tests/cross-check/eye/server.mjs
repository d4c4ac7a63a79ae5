// A server that nobody here wrote the parsers of: node's http, busboy for bodies, qs and URLSearchParams for
// queries. It prints its port and answers every request with what it understood, as JSON.
// Asked by crates/runner/tests/independent_eye.rs.

import { createServer } from "node:http";
import { createRequire } from "node:module";
import busboy from "busboy";
import qs from "qs";

const require = createRequire(import.meta.url);
const version = (name) => require(`${name}/package.json`).version;
const versions = { node: process.version, busboy: version("busboy"), qs: version("qs") };

/** Names and values nested as PHP, Rails and Express read them. */
const nested = (text) => qs.parse(text, { plainObjects: true, arrayLimit: 1000 });

/** The fields and files of a form in the order of their arrival. */
const parts = (request, body) =>
  new Promise((resolve, reject) => {
    const parser = busboy({
      headers: request.headers,
      preservePath: true,
      defParamCharset: "utf8",
      limits: { fieldNameSize: 100_000, fieldSize: 10_000_000 },
    });
    const found = [];
    parser.on("field", (name, value, { nameTruncated, valueTruncated }) => {
      if (nameTruncated || valueTruncated) reject(new Error("the field was cut"));
      found.push({ name, value });
    });
    parser.on("file", (name, stream, { filename, mimeType }) => {
      const file = { name, filename, type: mimeType };
      found.push(file);
      const chunks = [];
      stream.on("data", (chunk) => chunks.push(chunk));
      stream.on("end", () => (file.base64 = Buffer.concat(chunks).toString("base64")));
    });
    parser.on("error", reject);
    parser.on("close", () => resolve(found));
    parser.end(body);
  });

const understood = async (request) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const query = request.url.includes("?") ? request.url.slice(request.url.indexOf("?") + 1) : "";
  const type = (request.headers["content-type"] ?? "").split(";")[0];
  const answer = { versions, method: request.method, type };
  answer.query = { pairs: [...new URLSearchParams(query)], nested: nested(query) };
  if (type !== "") answer.parts = await parts(request, body);
  if (type === "application/x-www-form-urlencoded") answer.nested = nested(body.toString());
  return answer;
};

const server = createServer({ maxHeaderSize: 1_000_000 }, async (request, response) => {
  const answer = await understood(request).catch((error) => ({ versions, error: String(error) }));
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(answer));
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
