// SPDX-License-Identifier: BSD-2-Clause
// What the tools that bundle instances send and print.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { printed, type Recorder, recorder } from './recorder'
import { itSends, type Sent } from './sending'

const hmac = (secret: string, text: string) => createHmac('sha1', secret).update(text).digest('base64')
const now = Date.UTC(2014, 1, 16, 12, 13, 16, 789)

const cases: readonly Sent[] = [
  ['euca-cancel-bundle-task bun-1', { Action: 'CancelBundleTask', BundleId: 'bun-1' }],
  ['euca-describe-bundle-tasks', { Action: 'DescribeBundleTasks' }],
  [
    'euca-describe-bundle-tasks bun-1 bun-2 --filter s3-bucket=b --filter progress=5%',
    {
      Action: 'DescribeBundleTasks',
      ...{ 'BundleId.1': 'bun-1', 'BundleId.2': 'bun-2' },
      ...{ 'Filter.1.Name': 's3-bucket', 'Filter.1.Value.1': 'b' },
      ...{ 'Filter.2.Name': 'progress', 'Filter.2.Value.1': '5%' },
    },
  ],
]

describe('Bundling an instance', () => {
  let service: Recorder
  before(async () => {
    service = await recorder()
  })
  after(() => service.close())

  describe('sends', () => {
    itSends(cases, () => service)

    const storageOf = async (typed: readonly string[]): Promise<readonly (string | undefined)[]> => {
      service.requests.length = 0
      const words = ['euca-bundle-instance', 'i-1', '-b', 'a "bucket"', '-p', 'mine', ...typed]
      const { status, stderr } = await service.tool(words, '', { now: () => now })
      assert.deepEqual([status, stderr], [0, ''])
      const [{ Action, InstanceId, ...rest } = {}] = service.requests
      assert.deepEqual([Action, InstanceId], ['BundleInstance', 'i-1'])
      const { Bucket, Prefix, AWSAccessKeyId, UploadPolicy, UploadPolicySignature, ...more } =
        Object.fromEntries(
          Object.entries(rest).map(([name, value]) => [name.replace('Storage.S3.', ''), value]),
        )
      assert.deepEqual([Bucket, Prefix, more], ['a "bucket"', 'mine', {}])
      return [AWSAccessKeyId, UploadPolicy, UploadPolicySignature]
    }
    const policy = (expiration: string): string =>
      Buffer.from(
        `{"conditions": [{"acl": "ec2-bundle-read"}, {"bucket": "a \\"bucket\\""}, ["starts-with", "$key", "mine"]], "expiration": "${expiration}"}`,
      ).toString('base64')

    it("a policy for a day in the words of the original, signed by the user's own key", async () => {
      const made = policy('2014-02-17T12:13:16Z')
      assert.deepEqual(await storageOf([]), ['AKIDEXAMPLE', made, hmac('secret', made)])
    })

    it("a policy for the hours that are asked for, signed by another's key", async () => {
      const made = policy('2014-02-16T14:13:16Z')
      const typed = ['-x', '2', '--user-access-key', 'AKI2', '--user-secret-key', 'other']
      assert.deepEqual(await storageOf(typed), ['AKI2', made, hmac('other', made)])
    })

    it('a policy and a signature as they were typed', async () => {
      const typed = ['-c', 'no base64', '-s', 'no signature', '-o', 'AKI2']
      assert.deepEqual(await storageOf(typed), ['AKI2', 'no base64', 'no signature'])
      assert.deepEqual(await storageOf(['-c', 'e30']), ['AKIDEXAMPLE', 'e30', hmac('secret', 'e30')])
    })
  })

  describe('is a mistake', () => {
    const required = 'argument -w/--owner-sak is required when'
    const mistakes = {
      '-o AKI2': `${required} -c/--policy is not used`,
      '-o AKI2 -s signature': `${required} -c/--policy is not used`,
      '-o AKI2 -c policy': `${required} -s/--policy-signature is not used`,
      '-x 999999999999': 'argument -x/--expires: no such time',
      '-x -999999999999': 'argument -x/--expires: no such time',
    }
    for (const [typed, told] of Object.entries(mistakes)) {
      it(`with ${typed}`, async () => {
        const words = `euca-bundle-instance i-1 -b b -p p ${typed}`.split(' ')
        const { status, stderr } = await service.tool(words)
        assert.equal(status, 2)
        assert.ok(stderr.endsWith(`euca-bundle-instance: error: ${told}\n`), stderr)
      })
    }
  })

  describe('prints', () => {
    const task = (storage: string): string =>
      `<bundleInstanceTask><instanceId>i-1</instanceId><bundleId>bun-1</bundleId><state>storing</state>
        <startTime>2014-02-16T12:13:16Z</startTime><updateTime>2014-02-16T12:13:17Z</updateTime>
        <storage><S3>${storage}</S3></storage><progress>20%</progress></bundleInstanceTask>`
    const times = '2014-02-16T12:13:16Z\t2014-02-16T12:13:17Z'

    it('the task, with times as they came', async () => {
      const answer = task('<bucket>b</bucket><prefix>p</prefix>')
      for (const typed of ['euca-bundle-instance i-1 -b b -p p', 'euca-cancel-bundle-task bun-1']) {
        assert.deepEqual(await printed(typed, answer), [
          `BUNDLE\tbun-1\ti-1\tb\tp\t${times}\tstoring\t20%\tb/p.manifest.xml`,
        ])
      }
    })

    it('no manifest where bucket or prefix is missing, and nothing of no task', async () => {
      const typed = 'euca-cancel-bundle-task bun-1'
      assert.deepEqual(await printed(typed, task('<bucket>b</bucket>')), [
        `BUNDLE\tbun-1\ti-1\tb\t\t${times}\tstoring\t20%\t`,
      ])
      assert.deepEqual(await printed(typed, ''), [])
      assert.deepEqual(await printed('euca-describe-bundle-tasks', '<bundleInstanceTasksSet/>'), [])
    })
  })
})
