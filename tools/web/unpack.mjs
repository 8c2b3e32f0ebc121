// Unpacks the browser, its libraries and fonts into a folder: node unpack.mjs PACKAGES FOLDER
import { execFileSync } from "node:child_process";
import { createReadStream, createWriteStream, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

const [packages, folder] = process.argv.slice(2).map((name) => resolve(name));
const packed = join(packages, "@sparticuz", "chromium", "bin");
mkdirSync(folder, { recursive: true });
const unpack = (from, to, options) =>
  pipeline(createReadStream(join(packed, from)), createBrotliDecompress(), createWriteStream(join(folder, to), options));

await unpack("chromium.br", "chromium", { mode: 0o755 });
for (const name of ["al2023", "fonts", "swiftshader"]) {
  await unpack(`${name}.tar.br`, `${name}.tar`);
  execFileSync("tar", ["-xf", `${name}.tar`], { cwd: folder });
  rmSync(join(folder, `${name}.tar`));
}
const here = '<dir prefix="relative">fonts</dir><cachedir prefix="relative">cache</cachedir>';
writeFileSync(join(folder, "fonts.conf"), `<?xml version="1.0"?><fontconfig>${here}</fontconfig>\n`);
