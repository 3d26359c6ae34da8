// SPDX-License-Identifier: BSD-2-Clause
// Writes package.json#bin: every tool's name leads to the one executable.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { declarations, root } from './declarations.mjs'

/** The text package.json ought to have. */
export const packageJson = async () => {
  const description = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const tools = (await declarations()).filter(({ id }) => id.includes('/')).map(({ prog }) => prog)
  const bin = Object.fromEntries(['mallee', ...tools.sort()].map(name => [name, 'bin/run.js']))
  return `${JSON.stringify({ ...description, bin }, null, 2)}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, 'package.json'), await packageJson())
}
