// Signs with Node's crypto and jsonwebtoken. With the argument `keys` it prints new private keys in PEM by name;
// otherwise it reads a JSON array of questions from standard input and prints a JSON array of answers: the signature or
// token, null for an error, and for what differs each time whether the one given verifies. Asked by
// crates/iml/tests/cross_check_signatures.rs.

import { createPrivateKey, createPublicKey, createSign, createVerify, generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const jwt = require("jsonwebtoken");

const keys = () => {
  const made = {};
  const add = (name, { privateKey }, types) =>
    types.forEach((type) => (made[`${name} ${type}`] = privateKey.export({ type, format: "pem" })));
  for (const modulusLength of [512, 1024, 1536, 2048, 3072]) {
    add(`rsa ${modulusLength}`, generateKeyPairSync("rsa", { modulusLength }), ["pkcs8", "pkcs1"]);
  }
  for (const namedCurve of ["P-256", "P-384", "P-521", "secp256k1"]) {
    add(`ec ${namedCurve}`, generateKeyPairSync("ec", { namedCurve }), ["pkcs8", "sec1"]);
  }
  return made;
};

const answer = {
  cryptoSign: ({ algorithm, data, key, encoding }) => createSign(algorithm).update(data).sign(key, encoding || "hex"),
  // A signature that is another each time: whether it is one.
  verify: ({ algorithm, data, key, signature }) =>
    createVerify(algorithm).update(data).verify(createPublicKey(createPrivateKey(key)), signature, "hex"),
  jwt: ({ payload, secret, algorithm, options, now }) => {
    Date.now = () => now;
    const given = { ...options };
    if (algorithm) given.algorithm = algorithm;
    // Make adds no `iat` on its own (iml-functions.json, jwt).
    if (typeof payload === "object" && payload.iat === undefined && given.noTimestamp === undefined) {
      given.noTimestamp = true;
    }
    return jwt.sign(payload, secret, given);
  },
};

if (process.argv[2] === "keys") {
  process.stdout.write(JSON.stringify(keys()));
} else {
  const answers = JSON.parse(readFileSync(0, "utf8")).map(({ operation, ...question }) => {
    try {
      const result = answer[operation](question);
      return typeof result === "string" ? result.toWellFormed() : result;
    } catch {
      return null;
    }
  });
  const { version } = require("jsonwebtoken/package.json");
  process.stdout.write(JSON.stringify({ versions: { node: process.version, jsonwebtoken: version }, answers }));
}
