// SPDX-License-Identifier: BSD-2-Clause

// One tool on an embedded cloud, in a process of its own so that its memory is its own; prints what it said and took as
// JSON.
// Arguments: the tool and its words.

import { resolve } from 'node:path'
import { Writable } from 'node:stream'
import { execute } from '../../src/cli/execute'
import { processIo } from '../../src/cli/process-io'

const run = async (words: readonly string[]): Promise<void> => {
  let said = ''
  const stdout = new Writable({
    write: (chunk, _encoding, done) => {
      said += chunk
      done()
    },
  })
  const started = process.hrtime.bigint()
  // The package's root has no program here, so that no worker is started that would share the machine.
  const io = { ...processIo(resolve(__dirname, '../..')), stdout, packageRoot: __dirname }
  const status = await execute(words, io)
  if (status !== 0) throw new Error(`${words[0]} ended with ${status}`)
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  console.log(JSON.stringify({ said, seconds, rssMib: process.resourceUsage().maxRSS / 1024 }))
}

void run(process.argv.slice(2))
