// SPDX-License-Identifier: BSD-2-Clause
// A compute service that keeps import tasks as they were asked for, and beside it a real object store.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ListObjectsCommand } from '@aws-sdk/client-s3'
import type { Io } from '../../src/cli/context'
import { startServer } from '../../src/engine/server'
import type { Outcome } from '../cli/process'
import { type Cloud, cloud } from '../support/cloud'
import { type Recorder, recorder } from './recorder'

export interface ImportService {
  readonly cloud: Cloud
  readonly compute: Recorder
  /** The tools' working folder. */
  readonly cwd: string
  /** Where the object store is. */
  readonly s3Url: string
  /** What the object store was asked, as `METHOD NAME`, keys by what follows their last slash. */
  readonly asked: string[]
  /** Runs before a request of the object store that reads so in `asked`. */
  before(asked: string, act: () => void): void
  tool(typed: string, io?: Partial<Io> & { env?: Record<string, string> }): Promise<Outcome>
  /** The task has come to this state. */
  becomes(state: string): void
  /** Keys of a bucket, with the number that is new each time as `UUID`. */
  keys(bucket: string): Promise<string[]>
  close(): Promise<void>
}

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;')

const disk = (form: URLSearchParams, image: string, size: string): string =>
  `<image><format>${form.get(`${image}.Format`)}</format><size>${form.get(`${image}.Bytes`)}</size>` +
  `<importManifestUrl>${escaped(form.get(`${image}.ImportManifestUrl`) ?? '')}</importManifestUrl></image>` +
  `<volume><size>${form.get(size)}</size></volume>`

const taskOf = (action: string, form: URLSearchParams): string =>
  action === 'ImportVolume'
    ? `<conversionTaskId>import-vol-1</conversionTaskId><state>active</state>
      <importVolume><bytesConverted>0</bytesConverted>${disk(form, 'Image', 'Volume.Size')}</importVolume>`
    : `<conversionTaskId>import-i-1</conversionTaskId><state>active</state><importInstance><volumes><item>
      ${disk(form, 'DiskImage.1.Image', 'DiskImage.1.Volume.Size')}</item></volumes></importInstance>`

export const importService = async (): Promise<ImportService> => {
  const c = await cloud()
  const asked: string[] = []
  const acts = new Map<string, () => void>()
  const server = await startServer(
    request => {
      const what = `${request.method} ${request.path.split('/').at(-1)}`
      asked.push(what)
      acts.get(what)?.()
      return c.engine.handle(request)
    },
    { host: '127.0.0.1', port: 0, name: 'test' },
  )
  const s3Url = `http://127.0.0.1:${server.port}/services/objectstorage`
  const cwd = mkdtempSync(join(tmpdir(), 'mallee-imports-'))
  let task = ''
  const compute = await recorder((action, form) => {
    if (action.startsWith('Import')) {
      task = taskOf(action, form)
      return `<Response><conversionTask>${task}</conversionTask></Response>`
    }
    return `<Response><conversionTasks>${task && `<item>${task}</item>`}</conversionTasks></Response>`
  })
  const env = {
    ...compute.env,
    S3_URL: s3Url,
    AWS_ACCESS_KEY: c.key.id,
    AWS_SECRET_KEY: c.key.secret,
  }
  return {
    cloud: c,
    compute,
    cwd,
    s3Url,
    asked,
    before: (what, act) => void acts.set(what, act),
    tool: (typed, io = {}) =>
      compute.tool(typed.split(' '), '', {
        cwd,
        now: () => c.clock.now(),
        ...io,
        env: { ...env, ...io.env },
      }),
    becomes: state => {
      task = task.replace(/<state>\w+/, `<state>${state}`)
    },
    keys: async bucket => {
      const { Contents = [] } = await c.s3().send(new ListObjectsCommand({ Bucket: bucket }))
      return Contents.map(({ Key = '' }) => Key.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, 'UUID'))
    },
    close: async () => {
      await compute.close()
      await server.close()
      await c.close()
      rmSync(cwd, { recursive: true })
    },
  }
}
