// A schema pass over connection files as VS Code makes it: its JSON language service with the schema of docs/schema/.
// Prints how many remarks it makes. `node schema-pass.mjs FILE…`
import { readFileSync } from "node:fs";
import { getLanguageService, TextDocument } from "vscode-json-languageservice";

const schema = JSON.parse(readFileSync(new URL("../../docs/schema/connection.schema.json", import.meta.url), "utf8"));
const service = getLanguageService({});
service.configure({ validate: true, allowComments: true, schemas: [{ uri: "connection", fileMatch: ["*"], schema }] });

let remarks = 0;
for (const file of process.argv.slice(2)) {
  const document = TextDocument.create(`file://${file}`, "jsonc", 0, readFileSync(file, "utf8"));
  const parsed = service.parseJSONDocument(document);
  remarks += (await service.doValidation(document, parsed, { comments: "ignore", trailingCommas: "warning" })).length;
}
console.log(remarks);
