#!/usr/bin/env node
// SPDX-License-Identifier: BSD-2-Clause
// The one executable. Every tool's name is a link to it, and the name it was called by says which tool to be. What it
// loads is one bundle, from V8's code cache where that fits this Node: compiling it anew would take longer than most tools run.
'use strict'
const { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require('node:fs')
const Module = require('node:module')
const { basename, dirname, join } = require('node:path')
const { Script } = require('node:vm')

const root = dirname(__dirname)
const bundle = join(root, 'dist/mallee.cjs')

/** The bundle as a script. `cachedData` that was made by another Node, or of another bundle, is refused by V8. */
const compile = (source, cachedData) => {
  const wrapped = Module.wrap(source)
  return new Script(wrapped, { filename: bundle, cachedData })
}

const evaluate = script => {
  const module = new Module(bundle, null)
  module.filename = bundle
  module.paths = Module._nodeModulePaths(dirname(bundle))
  const load = Module.createRequire(bundle)
  script.runInThisContext().call(module.exports, module.exports, load, module, bundle, dirname(bundle))
  return module.exports
}

const readOrNothing = file => {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

/** A place of the user's own for code that the package's cache does not fit; undefined where there is none. */
const ownCache = () => {
  const { XDG_CACHE_HOME, HOME } = process.env
  const base = XDG_CACHE_HOME || (HOME && join(HOME, '.cache'))
  if (!base) return undefined
  const { size, mtimeMs } = statSync(bundle)
  return join(base, 'mallee', `${size}-${Math.floor(mtimeMs)}-${process.version}-${process.arch}.v8cache`)
}

/** Code from a cache is run as it is, so a cache that others could have written is not used. */
const readOwnCache = file => {
  try {
    const { uid, mode } = statSync(dirname(file))
    return process.getuid !== undefined && (uid !== process.getuid() || (mode & 0o022) !== 0)
      ? undefined
      : readFileSync(file)
  } catch {
    return undefined
  }
}

const writeOwnCache = (file, data) => {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    chmodSync(dirname(file), 0o700)
    writeFileSync(`${file}.${process.pid}`, data, { mode: 0o600 })
    renameSync(`${file}.${process.pid}`, file)
  } catch {
    // Without a cache everything works as well, only later.
  }
}

const load = () => {
  const source = readFileSync(bundle, 'latin1') // The bundle is ASCII; this is the fast way to read it.
  const shipped = compile(source, readOrNothing(`${bundle}.v8cache`))
  if (shipped.cachedDataRejected === false) return evaluate(shipped)
  const file = ownCache()
  if (file === undefined) return evaluate(shipped)
  const own = compile(source, readOwnCache(file))
  // At the end, so that the functions this run needed are in it.
  if (own.cachedDataRejected !== false)
    process.once('exit', () => writeOwnCache(file, own.createCachedData()))
  return evaluate(own)
}

if (require.main === module) {
  const [, program, ...words] = process.argv
  load().main([basename(program), ...words], root)
} else module.exports = { compile, evaluate }
