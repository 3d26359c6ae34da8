// SPDX-License-Identifier: BSD-2-Clause
// The declarations of all commands, for what is generated from them.
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import 'tsx'

const require = createRequire(import.meta.url)
const { commandIds, loadCommand } = require('../src/cli/shelf.ts')
const { progOf } = require('../src/cli/find.ts')

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Every command with its path below src/commands and the name users know it by, sorted by path. */
export const declarations = async () =>
  Promise.all(commandIds().map(async id => ({ id, prog: progOf(id), command: await loadCommand(id) })))
