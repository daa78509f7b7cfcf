// Bundles what the browser needs to seal and open evidence (npm's age-encryption and what it is made of) into
// one file of the wallet's component, so that pages load scripts from their own server alone.
//   node scripts/bundle_age.mjs           writes it
//   node scripts/bundle_age.mjs --check   says whether it is what the locked packages give
import { build } from "esbuild";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const target = join(root, "dapp/wallet/frontend/assets/age.js");
const entry = `
export { Decrypter, Encrypter, identityToRecipient } from "age-encryption";
export { hkdf } from "@noble/hashes/hkdf.js";
export { scryptAsync } from "@noble/hashes/scrypt.js";
export { sha256 } from "@noble/hashes/sha2.js";
export { bech32 } from "@scure/base";
`;

const { outputFiles, metafile } = await build({
  stdin: { contents: entry, resolveDir: root },
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  metafile: true,
  write: false,
});

const packages = new Set(
  Object.keys(metafile.inputs).flatMap((file) => file.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/) ?? []),
);
const licences = [...packages].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
  return `${name} ${version} (${license})\n\n${readFileSync(join(root, folder, file), "utf8").trim()}\n`;
});
const made = `/*! Made by scripts/bundle_age.mjs out of:\n\n${licences.join("\n")}*/\n${outputFiles[0].text}`;

if (!process.argv.includes("--check")) {
  writeFileSync(target, made);
  console.log(`${relative(root, target)}: ${made.length} characters out of ${packages.size} packages`);
} else if (made !== readFileSync(target, "utf8")) {
  console.error("age.js isn't what the locked packages give: run `make age` and commit it.");
  process.exit(1);
}
