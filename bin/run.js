#!/usr/bin/env node
// SPDX-License-Identifier: BSD-2-Clause
// The one executable. Every tool's name is a link to it, and the name it was called by says which tool to be. What it
// loads are bundles, from V8's code cache where that fits this Node: compiling them anew would take longer than most
// tools run.
'use strict'
const { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require('node:fs')
const Module = require('node:module')
const { basename, dirname, join } = require('node:path')
const { Script } = require('node:vm')

const root = dirname(__dirname)
const dist = join(root, 'dist')

const readOrNothing = file => {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

/** A place of the user's own for code that the package's cache does not fit; undefined where there is none. */
const ownCache = file => {
  const { XDG_CACHE_HOME, HOME } = process.env
  const base = XDG_CACHE_HOME || (HOME && join(HOME, '.cache'))
  if (!base) return undefined
  const { size, mtimeMs } = statSync(file)
  const name = `${basename(file)}-${size}-${Math.floor(mtimeMs)}-${process.version}-${process.arch}.v8cache`
  return join(base, 'mallee', name)
}

/** Code from a cache is run as it is, so a cache that others could have written is not used. */
const readOwnCache = file => {
  try {
    const { uid, mode } = statSync(dirname(file))
    const foreign = process.getuid !== undefined && (uid !== process.getuid() || (mode & 0o022) !== 0)
    return foreign ? undefined : readFileSync(file)
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

/** The bundle as a script. Data that was made by another Node, or of another bundle, is refused by V8. */
const compile = file => {
  // The bundle is ASCII; this is the fast way to read it.
  const source = Module.wrap(readFileSync(file, 'latin1'))
  const from = cachedData => new Script(source, { filename: file, cachedData })
  const shipped = from(readOrNothing(`${file}.v8cache`))
  const own = shipped.cachedDataRejected === false ? undefined : ownCache(file)
  if (own === undefined) return shipped
  const script = from(readOwnCache(own))
  // At the end, so that the functions this run needed are in it.
  if (script.cachedDataRejected !== false) {
    process.once('exit', () => writeOwnCache(own, script.createCachedData()))
  }
  return script
}

const bundles = new Map()

/** A bundle's exports; `compile` may be another for the build, which makes the caches. */
const load = (name, compiled = compile) => {
  const known = bundles.get(name)
  if (known) return known.exports
  const file = join(dist, name)
  const module = new Module(file, null)
  module.filename = file
  module.paths = Module._nodeModulePaths(dist)
  bundles.set(name, module)
  const resolved = Module.createRequire(file)
  const requires = Object.assign(
    id => (/^\.\/\w+\.cjs$/.test(id) ? load(id.slice(2), compiled) : resolved(id)),
    resolved,
  )
  compiled(file).runInThisContext().call(module.exports, module.exports, requires, module, file, dist)
  return module.exports
}

if (require.main === module) {
  const [, program, ...words] = process.argv
  load('mallee.cjs').main([basename(program), ...words], root)
} else module.exports = { load }
