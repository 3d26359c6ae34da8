// SPDX-License-Identifier: BSD-2-Clause
// Some of the transcripts once more, as users have the tools: a process for each line, by the name that npm links, and the
// cloud on a port. Time is the cloud's for the processes as well, so that what they print is the same to the letter.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RunningServer, startServer } from '../../src/engine/server'
import type { run } from '../cli/process'
import { type Workplace, workplace } from '../support/built'
import type { Cloud } from '../support/cloud'
import { replay } from '../support/scenario'

const sample = ['alarms.txt', 'key-pairs.txt', 'security-groups.txt']

/** Loaded before a tool: its clock stands where the cloud's does. */
const clockModule = `const now = Number(process.env.CLOUD_TIME)
const Real = Date
globalThis.Date = class extends Real {
  constructor(...given) { given.length === 0 ? super(now) : super(...given) }
  static now() { return now }
}
`

const paths = {
  EC2_URL: 'compute',
  AWS_IAM_URL: 'Euare',
  TOKEN_URL: 'Tokens',
  S3_URL: 'objectstorage',
  AWS_AUTO_SCALING_URL: 'AutoScaling',
  AWS_CLOUDWATCH_URL: 'CloudWatch',
  AWS_ELB_URL: 'LoadBalancing',
  AWS_CLOUDFORMATION_URL: 'CloudFormation',
}

describe('Scenario, by installed links over HTTP', () => {
  let place: Workplace
  let clockFile: string
  const servers: RunningServer[] = []
  before(() => {
    place = workplace()
    clockFile = join(place.folder, 'clock.cjs')
    writeFileSync(clockFile, clockModule)
  })
  after(async () => {
    for (const server of servers) await server.close()
    await place.close()
  })

  const overHttp = async (cloud: Cloud): Promise<typeof run> => {
    const server = await startServer(request => cloud.engine.handle(request), {
      host: '127.0.0.1',
      port: 0,
      name: 'Eucalyptus/4.4.5',
    })
    servers.push(server)
    const base = `http://127.0.0.1:${server.port}/services`
    const urls = Object.entries(paths).map(([name, path]) => [name, `${base}/${path}`] as const)
    return async (words, { cwd, env = {}, input } = {}) => {
      const own = Object.entries(env).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value] as const],
      )
      const outcome = await place.run(words, {
        ...(cwd !== undefined && { cwd }),
        ...(input !== undefined && { input }),
        env: {
          ...Object.fromEntries([...urls, ...own]),
          EUCA_CONFIG_PATH: '',
          AWS_ACCESS_KEY_ID: cloud.key.id,
          AWS_SECRET_ACCESS_KEY: cloud.key.secret,
          CLOUD_TIME: String(cloud.clock.now()),
          NODE_OPTIONS: `--require ${clockFile}`,
        },
      })
      return { ...outcome, bytes: Buffer.from(outcome.stdout) }
    }
  }

  for (const name of sample) {
    it(`${name} plays as written`, async () => {
      const expected = readFileSync(join(__dirname, name), 'utf8')
      assert.equal(await replay(expected, overHttp), expected)
    })
  }
})
