// Answers date questions with moment and moment-timezone: a JSON array of questions on standard
// input, a JSON array of answers on standard output. Asked by crates/iml/tests/cross_check_moment.rs.

import { readFileSync } from "node:fs";
import moment from "moment-timezone/moment-timezone.js";

// The functions are those of moment-timezone 0.5, the zones those of the release of the tz database connspec has.
const database = new URL("node_modules/moment-timezone-data/data/packed/latest.json", import.meta.url);
moment.tz.load(JSON.parse(readFileSync(database, "utf8")));

/** Milliseconds of a valid moment, null for an invalid one. */
const instant = (date) => (date.isValid() ? date.valueOf() : null);

const answer = {
  format: ({ millis, format, zone }) => moment.tz(millis, zone).format(format),
  parse: ({ text, format, zone, now }) => {
    moment.now = () => now;
    return instant(moment.tz(text, format, zone));
  },
  iso: ({ text, zone }) => instant(moment.tz(text, moment.ISO_8601, zone)),
  add: ({ millis, amount, unit, zone }) => instant(moment.tz(millis, zone).add(amount, unit)),
  // moment counts months from 0 and weekdays from Sunday = 0, Make both from 1.
  set: ({ millis, value, field, zone }) => {
    const shift = field === "month" || field === "day" ? 1 : 0;
    return instant(moment.tz(millis, zone)[field](value - shift));
  },
};

const questions = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(
  JSON.stringify({
    versions: { moment: moment.version, "moment-timezone": moment.tz.version, tzdata: moment.tz.dataVersion },
    answers: questions.map((question) => answer[question.operation](question)),
  }),
);
