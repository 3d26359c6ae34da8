// SPDX-License-Identifier: BSD-2-Clause
// Saving a test's cloud, and loading what was saved into folders of their own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import type { Clock } from '../../../src/engine/clock'
import { load } from '../../../src/serve/load'
import { save } from '../../../src/serve/save'
import { type Cloud, cloud } from '../../support/cloud'

const quiet = { signal: new AbortController().signal, onProgress: () => {} }

/** The archive of a cloud as it is now. */
export const savedBytes = async (c: Pick<Cloud, 'home' | 'clock'>): Promise<Buffer> => {
  const to = new PassThrough({ highWaterMark: 2 ** 30 })
  const chunks: Buffer[] = []
  to.on('data', chunk => chunks.push(chunk))
  await save({ ...quiet, home: c.home, clock: c.clock, to, force: false, version: '0.1.0' })
  return Buffer.concat(chunks)
}

export const savedFile = (c: Pick<Cloud, 'home' | 'clock'>, to: string, signal = quiet.signal) =>
  save({ ...quiet, signal, home: c.home, clock: c.clock, to, force: true, version: '0.1.0' })

/** Load an archive into a folder. */
export const loadInto = (home: string, bytes: Buffer, c: { readonly clock: Clock }, replaces = false) =>
  load({ ...quiet, home, from: Readable.from([bytes]), name: 'cloud.tar.gz', replaces, clock: c.clock })

/** A cloud of its own from an archive, so many seconds later. */
export const loaded = async (bytes: Buffer, c: Cloud, laterSeconds = 0, seed = 'loaded'): Promise<Cloud> => {
  const folder = mkdtempSync(join(tmpdir(), 'mallee-loaded-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const home = join(folder, 'cloud')
  await loadInto(home, bytes, c).catch(error => {
    remove()
    throw error
  })
  const start = new Date(c.clock.now() + laterSeconds * 1000).toISOString()
  const other = await cloud({ home, start, seed })
  return {
    ...other,
    close: async () => {
      await other.close()
      remove()
    },
  }
}
