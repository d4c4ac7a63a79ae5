// How long `connspec check` takes beside a schema pass of VS Code's JSON language service over the same files, each as a
// whole process, by turns; how much memory it needs; and whether many files cost in proportion.
//
//   cargo build --release && cd tests/cross-check && npm ci && node check-speed.mjs [path of connspec]
//
// The files are the connections of specs/, told apart by their host names. Memory is the peak that GNU time reports.
// Exits with 1 when a target is missed: a tenth of the yardstick's time, 20 MiB, at most twice the time a file of 10,000.
import { spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const connspec = resolve(process.argv[2] ?? join(here, "../../target/release/connspec"));
const ROUNDS = 21;

const specs = join(here, "../../specs");
const sections = readdirSync(specs).flatMap((spec) => {
  const folder = join(specs, spec, "connections", spec);
  let names = [];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith("communication.iml.json"));
  } catch {
    // The manifest has no such folder.
  }
  return names.map((name) => readFileSync(join(folder, name), "utf8"));
});

const root = mkdtempSync(join(tmpdir(), "connspec-speed-"));
function files(count) {
  const folder = join(root, String(count));
  mkdirSync(folder);
  return Array.from({ length: count }, (_, index) => {
    const path = join(folder, `c${index}.json`);
    writeFileSync(path, sections[index % sections.length].replaceAll("acme", `acme${index}`));
    return path;
  });
}

function milliseconds(command, args) {
  const start = process.hrtime.bigint();
  const { status, error } = spawnSync(command, args, { stdio: "ignore" });
  if (error || status > 1) throw error ?? new Error(`${command} gave up with ${status}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const shown = (number) => number.toFixed(number < 10 ? 2 : 1);

try {
  const hundred = files(100);
  const bytes = hundred.reduce((sum, path) => sum + readFileSync(path).length, 0);
  const check = ["check", "--format", "json", ...hundred];
  const pass = [join(here, "schema-pass.mjs"), ...hundred];
  const [ours, theirs, ratios] = [[], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(milliseconds(connspec, check));
    theirs.push(milliseconds(process.execPath, pass));
    ratios.push(ours.at(-1) / theirs.at(-1));
  }
  const peak = (command, args) => Number(spawnSync("/usr/bin/time", ["-f", "%M", command, ...args], { encoding: "utf8", stdio: ["ignore", "ignore", "pipe"] }).stderr.trim().split("\n").at(-1)) / 1024;
  const ratio = median(ratios);
  const memory = peak(connspec, check);
  console.log(`100 connection files (${Math.round(bytes / 1000)} kB), whole processes, medians of ${ROUNDS} rounds`);
  console.log(`  connspec check         ${shown(median(ours))} ms, ${shown(memory)} MiB`);
  console.log(`  VS Code's schema pass  ${shown(median(theirs))} ms, ${shown(peak(process.execPath, pass))} MiB`);
  console.log(`  ratio                  ${ratio.toFixed(3)} (target: at most 0.100)`);

  const many = files(10_000);
  const listed = (paths) => ["check", "--format", "json", ...paths];
  const perFile = (paths) => median(Array.from({ length: 5 }, () => milliseconds(connspec, listed(paths)))) / paths.length;
  const [few, lots] = [perFile(hundred), perFile(many)];
  console.log(`per file: 100 files ${shown(few * 1000)} µs, 10,000 files ${shown(lots * 1000)} µs, ratio ${(lots / few).toFixed(2)} (target: at most 2)`);
  process.exitCode = ratio <= 0.1 && memory < 20 && lots / few <= 2 ? 0 : 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}
