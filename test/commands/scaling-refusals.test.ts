// SPDX-License-Identifier: BSD-2-Clause
// What the tools of Auto Scaling refuse before they send anything.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { outcome } from './answered'
import { recorder } from './recorder'

const configuration = 'euscale-create-launch-config lc -i emi-1 -t m1.small'

describe('User data of launch configurations', () => {
  let cwd: string
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'mallee-scaling-'))
    writeFileSync(join(cwd, 'data'), Buffer.from([0xff, 0x00, 0x0a]))
  })
  afterEach(() => rmSync(cwd, { recursive: true }))

  const sent = async (typed: string): Promise<string | undefined> => {
    const service = await recorder(undefined, { cwd })
    const { stderr } = await service.tool(typed.split(' '))
    await service.close()
    return stderr === '' ? service.requests[0]?.UserData : stderr.split('\n').at(-2)
  }

  it('is a file byte for byte, or the name of one', async () => {
    assert.equal(await sent(`${configuration} -f data`), '/wAK')
    assert.equal(await sent(`${configuration} --user-data-force data`), 'ZGF0YQ==')
    assert.match((await sent(`${configuration} -d data`)) ?? '', /use -f\/--user-data-file/)
    assert.match((await sent(`${configuration} -f none`)) ?? '', /error: No such file or directory: none$/)
  })
})

describe('Tools of Auto Scaling refuse', () => {
  const wrongs: readonly (readonly [typed: string, message: string])[] = [
    ['euscale-create-auto-scaling-group', 'too few arguments'],
    ['euscale-create-auto-scaling-group g -M 1 -m 1', 'argument -l/--launch-configuration is required'],
    ['euscale-create-auto-scaling-group g -l c -M x -m 1', "argument -M/--max-size: invalid int value: 'x'"],
    [
      'euscale-create-auto-scaling-group g -l c -M 1 -m 1 --health-check-type X',
      "argument --health-check-type: invalid choice: 'X' (choose from 'EC2', 'ELB')",
    ],
    [
      'euscale-create-auto-scaling-group g -l c -M 1 -m 1 --wait-timeout 0',
      "argument --wait-timeout: '0' must be at least 1",
    ],
    ['euscale-create-or-update-tags', 'argument --tag is required'],
    [
      'euscale-create-or-update-tags --tag v',
      "argument --tag: invalid tag definition: each segment of 'v' must have format KEY=VALUE",
    ],
    ['euscale-create-or-update-tags --tag x=y', "argument --tag: unrecognized tag segment 'x=y'"],
    [
      'euscale-create-or-update-tags --tag k=,v=1',
      "argument --tag: tag 'k=,v=1' must contain a 'k=' segment with a non-empty value",
    ],
    ['euscale-delete-tags --tag k=a,p=yes', "argument --tag: value for 'p=' must be 'true' or 'false'"],
    [
      'euscale-describe-tags --filter key',
      "argument --filter: invalid filter: each segment of 'key' must have format KEY=VALUE",
    ],
    [
      `${configuration} --block-device-mapping sda`,
      "argument --block-device-mapping: block device mapping 'sda' must have form DEVICE=MAPPED",
    ],
    [`${configuration} -d a -f b`, 'argument -f/--user-data-file: not allowed with argument -d/--user-data'],
    [
      'euscale-put-scaling-policy p -g g -a 1 -t Twice',
      "argument -t/--type: invalid choice: 'Twice' (choose from 'ChangeInCapacity', 'ExactCapacity', 'PercentChangeInCapacity')",
    ],
    [
      'euscale-put-scheduled-update-group-action a -g g -b noon',
      "argument -b/--start-time: 'noon' must have form YYYY-MM-DDThh:mm:ssZ",
    ],
    [
      'euscale-terminate-instance-in-auto-scaling-group i-1',
      'one of the arguments -d/--decrement-desired-capacity -D/--no-decrement-desired-capacity is required',
    ],
    [
      'euscale-terminate-instance-in-auto-scaling-group i-1 -d -D',
      'argument -D/--no-decrement-desired-capacity: not allowed with argument -d/--decrement-desired-capacity',
    ],
    ['euscale-describe-adjustment-types --wait', 'unrecognized arguments: --wait'],
  ]
  for (const [typed, message] of wrongs) {
    it(typed, async () => {
      const { status, stderr, requests } = await outcome(typed, {})
      assert.equal(stderr.split('\n').at(-2), `${typed.split(' ')[0]}: error: ${message}`)
      assert.equal(status, 2)
      assert.deepEqual(requests, [])
    })
  }
})
