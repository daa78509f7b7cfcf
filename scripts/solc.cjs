#!/usr/bin/env node
// The `solc` command line on top of npm's WebAssembly compiler, for machines that can't download the native one.
// Ape and forge need two of its modes: --version and --standard-json.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const OPTIONS_WITH_VALUE = ['--base-path', '--include-path', '--allow-paths'];

function parse(argv) {
  const options = { flags: new Set(), files: [] };
  for (const name of OPTIONS_WITH_VALUE) options[name] = [];
  const rest = argv.flatMap((arg) => (/^--[a-z-]+=/.test(arg) ? arg.split(/=(.*)/s).slice(0, 2) : [arg]));
  while (rest.length > 0) {
    const arg = rest.shift();
    if (OPTIONS_WITH_VALUE.includes(arg)) options[arg].push(rest.shift());
    else if (arg.startsWith('--')) options.flags.add(arg);
    else if (arg !== '-') options.files.push(arg);
  }
  return options;
}

const packageDir = path.dirname(require.resolve('solc/package.json'));

function loadCompiler() {
  return require(path.join(packageDir, 'wrapper.js'))(require(path.join(packageDir, 'soljson.js')));
}

// Ape asks for the version on every start; loading the WebAssembly for it would cost half a second each time.
function version() {
  const stamp = path.join(packageDir, '.version');
  if (!fs.existsSync(stamp)) fs.writeFileSync(stamp, loadCompiler().version().replace('Emscripten.clang', 'Linux.g++'));
  return fs.readFileSync(stamp, 'utf8');
}

const isInside = (file, dir) => file === dir || file.startsWith(dir + path.sep);
const realpath = (file) => (fs.existsSync(file) ? fs.realpathSync(file) : path.resolve(file));

// Imports are looked for below the base and include paths, and read only from allowed directories, as solc does.
function importReader(options) {
  const base = options['--base-path'];
  const roots = [...(base.length > 0 ? base : [process.cwd()]), ...options['--include-path']].map(realpath);
  const allowed = [...roots, ...options['--allow-paths'].flatMap((list) => list.split(',').filter(Boolean)).map(realpath)];
  return (name) => {
    const target = name.replace(/^file:\/\//, '');
    const candidates = path.isAbsolute(target) ? [target] : roots.map((root) => path.join(root, target));
    const found = candidates.find((file) => fs.existsSync(file));
    if (found === undefined) return { error: `File not found: ${name}` };
    const file = fs.realpathSync(found);
    if (!allowed.some((dir) => isInside(file, dir))) return { error: `File outside of allowed directories: ${name}` };
    return { contents: fs.readFileSync(file, 'utf8') };
  };
}

// A pipe can be full (EAGAIN) when the output is larger than its buffer: write on until all of it is out.
function writeOut(text) {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += fs.writeSync(1, bytes, done);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

function main() {
  const options = parse(process.argv.slice(2));
  if (options.flags.has('--version')) {
    writeOut(`solc, the solidity compiler commandline interface\nVersion: ${version()}\n`);
  } else if (options.flags.has('--standard-json')) {
    const input = fs.readFileSync(options.files[0] ?? 0, 'utf8');
    writeOut(loadCompiler().compile(input, { import: importReader(options) }) + '\n');
  } else {
    throw new Error('only --version and --standard-json are supported');
  }
}

try {
  main();
} catch (error) {
  process.stderr.write(`Error: ${error.message}\n`);
  process.exitCode = 1;
}
