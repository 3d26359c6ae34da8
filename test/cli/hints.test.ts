// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { closest, didYouMean } from '../../src/cli/closest'
import { cloud } from '../support/cloud'
import { loader, run } from './process'

const linesOf = async (line: string, io: Parameters<typeof run>[1] = {}): Promise<[number, ...string[]]> => {
  const { status, stdout, stderr } = await run(line.split(' '), io)
  assert.equal(stdout, '')
  return [status, ...stderr.split('\n').filter(text => /^(\S+: error|hint)/.test(text))]
}

describe('The nearest words', () => {
  it('are those that one slip of the hand makes of them', () => {
    const words = ['status', 'size', 'snapshot-id']
    for (const slip of ['statu', 'sttaus', 'statuss', 'ststus'])
      assert.deepEqual(closest(slip, words), ['status'])
    assert.deepEqual(closest('snpashot-di', words), ['snapshot-id'])
  })

  it('are all that are equally near, and none that are far', () => {
    assert.deepEqual(closest('srve', ['save', 'serve', 'status']), ['save', 'serve'])
    assert.deepEqual(closest('tag-', ['tag:', 'tags', 'vpc']), ['tag:', 'tags'])
    assert.deepEqual(closest('nonsense', ['status', 'size']), [])
    assert.deepEqual(closest('x'.repeat(10_000), ['x'.repeat(9_999)]), [])
  })

  it('are offered as a question', () => {
    assert.equal(didYouMean('sizes', ['size']), 'did you mean size?')
    assert.equal(didYouMean('aab', ['aaa', 'aac', 'abb', 'bbb']), 'did you mean aaa, aac or abb?')
    assert.equal(didYouMean('elephant', ['size']), undefined)
  })
})

describe('A second line', () => {
  before(() => loader)

  it('offers the tool that was meant, however it was asked for', async () => {
    for (const line of [
      'mallee euca describe-instnces',
      'mallee euca-describe-instnces',
      'euca-describe-instnces',
    ]) {
      const [status, first, hint] = await linesOf(line)
      assert.equal(status, 2)
      assert.match(first ?? '', /^mallee: error: no such command: euca.describe-instnces$/)
      assert.equal(hint, 'hint: did you mean euca-describe-instances?')
    }
    assert.deepEqual(await linesOf('mallee resett'), [
      2,
      'mallee: error: no such command: resett',
      'hint: did you mean reset?',
    ])
    // Without its suite.
    for (const [line, meant] of [
      ['mallee create-subnet', 'euca-create-subnet'],
      ['mallee help describe-instnces', 'euca-describe-instances'],
      ['mallee describe-tags', 'euca-describe-tags, eulb-describe-tags or euscale-describe-tags'],
    ] as const)
      assert.deepEqual((await linesOf(line)).slice(2), [`hint: did you mean ${meant}?`])
    assert.deepEqual(await linesOf('mallee elephant'), [2, 'mallee: error: no such command: elephant'])
  })

  it('offers the filter or the option that was meant', async () => {
    assert.deepEqual(await linesOf('euca-describe-volumes --filter statsu=available'), [
      2,
      'euca-describe-volumes: error: argument --filter: "statsu=available" matches no available filters',
      'hint: did you mean status?',
    ])
    assert.deepEqual(await linesOf('euca-describe-volumes --fitler size=1'), [
      2,
      'euca-describe-volumes: error: unrecognized arguments: --fitler',
      'hint: did you mean --filter?',
    ])
    assert.equal((await linesOf('euca-describe-volumes --filter elephant=1')).length, 2)
    assert.deepEqual(await linesOf('euca-describe-volumes --filter size'), [
      2,
      'euca-describe-volumes: error: argument --filter: "size" matches no available filters',
      'hint: it needs a value: size=VALUE',
    ])
  })

  it('says what an ID of another kind is, after the refusal of the service', async () => {
    const c = await cloud({ networking: 'vpc' })
    const io = {
      env: { MALLEE_HOME: c.home, EUCA_CONFIG_PATH: '' },
      door: c.engine.handle.bind(c.engine),
      now: () => c.clock.now(),
    }
    const described = await linesOf('euca-describe-volumes i-12345678', io)
    const attached = await linesOf('euca-attach-volume -i vol-12345678 -d /dev/vdb vol-12345678', io)
    const subnet = await linesOf('euca-create-subnet -c i-12345678 10.0.0.0/24', io)
    const right = await linesOf('euca-describe-volumes vol-12345678', io)
    await c.close()
    assert.deepEqual(described, [
      1,
      "euca-describe-volumes: error (InvalidParameterValue): Value (i-12345678) for parameter volumes is invalid. Expected: 'vol-...'.",
      'hint: i-12345678 is an instance: see euca-describe-instances',
    ])
    assert.equal(attached.at(-1), 'hint: vol-12345678 is a volume: see euca-describe-volumes')
    assert.equal(subnet.at(-1), 'hint: i-12345678 is an instance: see euca-describe-instances')
    assert.equal(right.length, 2)
  })

  it('names the variable or the file to set', async () => {
    const env = { EUCA_CONFIG_PATH: '', AWS_ACCESS_KEY: 'A' }
    assert.deepEqual(
      await linesOf('euca-describe-volumes', { env: { ...env, EC2_URL: 'http://127.0.0.1:1/' } }),
      [
        1,
        'euca-describe-volumes: error: missing secret key; please supply one with -S',
        'hint: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_CREDENTIAL_FILE, or key-id and secret-key of a [user] in ~/.euca/*.ini',
      ],
    )
    const [, , own] = await linesOf('euwatch-describe-alarms', { env })
    assert.equal(
      own,
      'hint: set AWS_CLOUDWATCH_URL, give -U, or choose a region with --region or EUCA_DEFAULT_REGION',
    )
    const [, , region] = await linesOf('euca-describe-volumes --region me@west', { env })
    assert.equal(region, 'hint: there has to be a [region west] with ec2-url in ~/.euca/*.ini')
  })

  it('is not there when nothing is known', async () => {
    assert.equal((await linesOf('euca-describe-volumes --filter size=large')).length, 2)
    assert.equal((await linesOf('euca-create-volume -z a -s one')).length, 2)
  })
})

describe('The list of tools', () => {
  before(() => loader)

  it('is as wide as the terminal', async () => {
    const widthOf = async (columns: number | undefined, env: Record<string, string> = {}) => {
      const stdout = Object.assign(new PassThrough(), { columns })
      const pieces: string[] = []
      stdout.on('data', chunk => pieces.push(String(chunk)))
      await run(['mallee', 'help', 'euca'], { stdout, env })
      return Math.max(
        ...pieces
          .join('')
          .split('\n')
          .map(line => line.length),
      )
    }
    const [unknown, wide, said] = [
      await widthOf(undefined),
      await widthOf(140),
      await widthOf(140, { COLUMNS: '70' }),
    ]
    assert.ok(unknown <= 80 && wide > 100 && wide <= 140 && said <= 70, `${unknown} ${wide} ${said}`)
  })
})
