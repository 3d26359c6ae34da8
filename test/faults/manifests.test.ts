// SPDX-License-Identifier: BSD-2-Clause
// Bundles that are wrong, as a user meets them: refused when registered where that can be seen then, else an instance
// that ends and says why, with the cache's log telling the same.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { type Outcome, run } from '../cli/process'
import { type Cloud, cloud } from '../support/cloud'
import { type TinyBundle, type TinyOptions, tinyBundle, upload } from '../support/tiny-bundle'
import { ext4Disk } from '../support/tiny-image'

describe('a bundle that is wrong', () => {
  let stage: Cloud
  before(async () => {
    stage = await cloud()
    await stage.s3().send(new CreateBucketCommand({ Bucket: 'faults' }))
  })
  after(() => stage.close())

  const tool = (...words: readonly string[]): Promise<Outcome> =>
    run(words, {
      env: { MALLEE_HOME: stage.home },
      door: request => stage.engine.handle(request),
      now: () => stage.clock.now(),
    })
  const store = (Key: string, Body: string | Buffer) =>
    stage.s3().send(new PutObjectCommand({ Bucket: 'faults', Key, Body, ACL: 'aws-exec-read' }))
  const bundle = (name: string, options: Partial<TinyOptions> = {}): TinyBundle =>
    tinyBundle(stage, { disk: ext4Disk(name, 40_000), name, partBytes: 100, ...options })
  const hvm = ['--virtualization-type', 'hvm', '-a', 'x86_64']
  const log = (): string => readFileSync(join(stage.home, 'log/cloud-output.log'), 'utf8')

  const good = () => bundle('good').manifest
  const documents: readonly (readonly [string, () => string | Buffer])[] = [
    ['is no XML', () => 'nothing of the kind'],
    ['is blank', () => '\n'],
    ['ends early', () => good().slice(0, -40)],
    ['is binary', () => Buffer.from('fffe00010203', 'hex')],
    ['is XML of another kind', () => '<html><body>Welcome</body></html>'],
    ['has an entity', () => good().replace(/(<\?xml.*?\?>)?/, '<!DOCTYPE manifest [<!ENTITY a "b">]>')],
    [
      'has entities that multiply',
      () => `<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><manifest>&b;</manifest>`,
    ],
    [
      'reads a file of the server',
      () => `<!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/passwd">]><manifest>&a;</manifest>`,
    ],
    ['is huge', () => good().replace('<image>', `<image><!--${'x'.repeat(6 * 1024 * 1024)}-->`)],
    ['is deep', () => `${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}`],
  ]
  for (const [what, text] of documents) {
    it(`because its manifest ${what} is not registered`, async () => {
      await store('bad.manifest.xml', text())
      const { status, stdout, stderr } = await tool(
        'euca-register',
        '-n',
        'bad',
        ...hvm,
        'faults/bad.manifest.xml',
      )
      assert.deepEqual([status, stdout], [1, ''], stderr)
      assert.match(stderr, /^euca-register: error \((InvalidManifest|InvalidParameterValue)\): [^\n]+\n$/)
      assert.doesNotMatch(stderr, /root:|\/work\/|node:/)
      assert.deepEqual(
        stage.engine.read(tx => tx.images.list()),
        [],
      )
    })
  }

  /** Upload, change, register and run it: why the instance ended. */
  const reasonOf = async (
    made: TinyBundle,
    spoil: (made: TinyBundle) => Promise<unknown> = async () => {},
  ) => {
    const location = await upload(stage.s3(), `wrong-${made.facts.name}`, made)
    await spoil(made)
    const registered = await tool('euca-register', '-n', `name-${made.facts.name}`, ...hvm, location)
    assert.equal(registered.status, 0, registered.stderr)
    const [, emi = ''] = registered.stdout.trim().split('\t')
    const started = await tool('euca-run-instances', emi)
    assert.equal(started.status, 0, started.stderr)
    const [id = ''] = /i-[0-9a-f]{8}/.exec(started.stdout) ?? []
    await stage.pass(300)
    const shown = await tool('euca-describe-instances', '--json', id)
    const [instance] = JSON.parse(shown.stdout).Reservations[0].Instances
    assert.equal(instance.State.Name, 'terminated')
    assert.equal(
      stage.engine.read(tx => tx.imageCache.list().find(entry => `${entry.bucket}/${entry.key}` === location))
        ?.state,
      'failed',
    )
    assert.match(log(), new RegExp(`ERROR.*Terminating cache task for ${location}: `))
    assert.deepEqual(readdirSync(join(stage.home, 'staging')), [])
    return `${instance.StateReason.Code}: ${instance.StateReason.Message}`
  }
  const put = (made: TinyBundle, Key: string, Body: Buffer) =>
    stage
      .s3()
      .send(new PutObjectCommand({ Bucket: `wrong-${made.facts.name}`, Key, Body, ACL: 'aws-exec-read' }))
  const part = (made: TinyBundle, index: number) => made.parts[index] ?? { name: '', bytes: Buffer.alloc(0) }

  const spoilt: readonly (readonly [
    string,
    (name: string) => [TinyBundle, ((made: TinyBundle) => Promise<unknown>)?],
    RegExp,
  ])[] = [
    [
      'lacks a part',
      name => [
        bundle(name),
        made =>
          stage.s3().send(new DeleteObjectCommand({ Bucket: `wrong-${name}`, Key: part(made, 1).name })),
      ],
      /No such entity: .*part\.01/,
    ],
    [
      'has a part cut short',
      name => [bundle(name), made => put(made, part(made, 0).name, part(made, 0).bytes.subarray(0, 50))],
      /part\.00/,
    ],
    [
      'has two parts swapped',
      name => [
        bundle(name),
        async made => {
          await put(made, part(made, 0).name, part(made, 1).bytes)
          await put(made, part(made, 1).name, part(made, 0).bytes)
        },
      ],
      /part\.0[01]/,
    ],
    ['has no signature', name => [bundle(name, { unsigned: true })], /Invalid signature/],
    [
      'was changed after it was signed',
      name => {
        const made = bundle(name)
        return [
          {
            ...made,
            manifest: made.manifest.replace('<type>machine</type>', '<type>machine</type ><!-- -->'),
          },
        ]
      },
      /Invalid signature/,
    ],
    ['has another digest', name => [bundle(name, { facts: { digest: '0'.repeat(40) } })], /digest/],
    ['is larger than it says', name => [bundle(name, { facts: { size: 1000 } })], /size|larger|bytes/],
  ]
  for (const [what, make, expected] of spoilt) {
    it(`because it ${what} ends the instance that is run from it, with the reason`, async () => {
      const name = what.replaceAll(' ', '-')
      const reason = await reasonOf(...make(name))
      assert.match(reason, expected)
      assert.doesNotMatch(reason, /internal error/)
    })
  }

  it('keeps nobody from running another', async () => {
    const location = await upload(stage.s3(), 'right', bundle('right'))
    const registered = await tool('euca-register', '-n', 'right', ...hvm, location)
    const [, emi = ''] = registered.stdout.trim().split('\t')
    await tool('euca-run-instances', emi)
    await stage.pass(60)
    const { stdout } = await tool('euca-describe-instances', '--filter', `image-id=${emi}`)
    assert.match(stdout, /\trunning\t/)
    assert.deepEqual(stage.bugs, [])
  })
})
