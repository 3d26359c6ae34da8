// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recorder } from '../commands/recorder'

describe('Settings', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mallee-settings-'))
  })
  after(() => rmSync(folder, { recursive: true }))

  it('turn on the debug log, whose lines have a time, a level and a name', async () => {
    writeFileSync(join(folder, 'debug.ini'), '[global]\ndebug = true\n')
    const service = await recorder()
    const { EC2_URL, ...env } = service.env
    const outcome = await service.tool(['euca-describe-keypairs'], '', {
      env: { EC2_URL, ...env, EUCA_CONFIG_PATH: join(folder, 'debug.ini') },
    })
    await service.close()
    assert.equal(outcome.status, 0)
    assert.match(
      outcome.stderr,
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} DEBUG {3}euca-describe-keypairs request method: POST\n/,
    )
    assert.match(outcome.stderr, /authorization: <redacted>/)
  })

  it('give euca-run-instances a key pair when -k does not', async () => {
    const service = await recorder(() => '<R><reservationId>r-1</reservationId></R>')
    const { EC2_URL, ...env } = service.env
    const ini = join(folder, 'key.ini')
    writeFileSync(ini, `[region west]\nec2-url = ${EC2_URL}\nec2-default-keypair = usual\n`)
    const configured = { env: { ...env, EUCA_CONFIG_PATH: ini } }
    await service.tool(['euca-run-instances', '--region', 'west', 'emi-1'], '', configured)
    await service.tool(['euca-run-instances', '--region', 'west', '-k', 'mine', 'emi-1'], '', configured)
    await service.close()
    assert.deepEqual(
      service.requests.map(request => request.KeyName),
      ['usual', 'mine'],
    )
  })

  it('are printed as variables, sorted', async () => {
    const service = await recorder()
    const simple = await service.tool(['euca-generate-environment-config', '--simple'])
    const shell = await service.tool(['euca-generate-environment-config', '-I', 'K', '-S', 'T'])
    await service.close()
    assert.match(simple.stdout, /^AWS_ACCESS_KEY_ID=AKIDEXAMPLE\nAWS_AUTO_SCALING_URL=http:\S+\n/)
    assert.match(simple.stdout, /\nAWS_ELB_URL=\n/)
    assert.match(simple.stdout, new RegExp(`\\nEC2_URL=${service.env.EC2_URL}\\n`))
    assert.match(shell.stdout, /^AWS_ACCESS_KEY_ID=K; export AWS_ACCESS_KEY_ID;\n/)
    assert.match(shell.stdout, /\n# AWS_ELB_URL is not set\n/)
  })
})
