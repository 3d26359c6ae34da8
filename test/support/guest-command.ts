// SPDX-License-Identifier: BSD-2-Clause
// What starts a guest in tests of served clouds: of the sources as they are, without a build of everything.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { buildSync } from 'esbuild'

const root = resolve(__dirname, '../..')

let made: readonly string[] | undefined

/** Program and first arguments, as `serve` wants them; they know `guest` and nothing else. */
export const guestCommand = (): readonly string[] => {
  if (made) return made
  const folder = mkdtempSync(join(tmpdir(), 'mallee-guest-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const program = join(folder, 'guest.cjs')
  buildSync({
    stdin: {
      contents: `import { runPart } from './src/plane/guests/guest/run'
const [word, option, service] = process.argv.slice(2)
if (word !== 'guest') throw new Error('not for this')
runPart(option === '--service' ? service : undefined)`,
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: program,
    absWorkingDir: root,
    logLevel: 'error',
  })
  made = [process.execPath, program]
  return made
}
