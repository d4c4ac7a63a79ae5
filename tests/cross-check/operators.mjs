// Answers questions about operators with JavaScript itself and with decimal.js: a JSON array of
// questions on standard input, a JSON array of answers on standard output. Asked by
// crates/iml/tests/cross_check_operators.rs.

import { readFileSync } from "node:fs";
import Decimal from "decimal.js";

/** The value a question names; what JSON lacks stands in an object with one member. */
const value = (json) => {
  if (json === null || typeof json !== "object") return json;
  if ("undefined" in json) return undefined;
  if ("emptystring" in json) return new String("");
  if ("number" in json) return Number(json.number);
  if ("array" in json) return json.array;
  return {};
};

const decimal = (name) => (left, right) => new Decimal(left)[name](right).toNumber();

const operators = {
  "=": (left, right) => left == right,
  "!=": (left, right) => left != right,
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
  "&": (left, right) => Boolean(left && right),
  "|": (left, right) => Boolean(left || right),
  "-": (left, right) => left - right,
  "++": (left, right) => +left + +right,
  "+": decimal("plus"),
  "*": decimal("times"),
  "/": decimal("dividedBy"),
  "%": decimal("modulo"),
};

const answer = ({ operator, left, right }) => {
  try {
    const result = operators[operator](value(left), value(right));
    return typeof result === "number" ? String(result) : result;
  } catch {
    return "error";
  }
};

process.stdout.write(
  JSON.stringify({
    versions: { node: process.version, precision: Decimal.precision, rounding: Decimal.rounding },
    answers: JSON.parse(readFileSync(0, "utf8")).map(answer),
  }),
);
