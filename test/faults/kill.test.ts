// SPDX-License-Identifier: BSD-2-Clause
// SIGKILL at moments that are drawn by lot: the folder opens again, and every change that was acknowledged is there.
import assert from 'node:assert/strict'
import { createCipheriv, createHash } from 'node:crypto'
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { Engine } from '../../src/engine/engine'
import { chance, isLeft, type ServedCloud, serveCloud, type Workplace, workplace } from '../support/built'
import { until } from '../support/until'

const clientsOf = ({ endpoint, accessKeyId, secretAccessKey }: ServedCloud) => {
  const settings = (path: string) => ({
    region: 'eucalyptus',
    endpoint: `${endpoint}/services/${path}`,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
    // The client would print that its requests fail, which is what these tests have them do.
    logger: { trace() {}, debug() {}, info() {}, warn() {}, error() {} },
  })
  return {
    ec2: new EC2Client(settings('compute')),
    s3: new S3Client({ ...settings('objectstorage'), forcePathStyle: true }),
  }
}

/** What a thing may be now: after an acknowledged change the one value, after an unanswered one also the former. */
type Ledger = Map<string, readonly (string | undefined)[]>

/** Note the change while it is under way, and again when it is acknowledged. */
const change = async (
  ledger: Ledger,
  name: string,
  value: string | undefined,
  act: () => Promise<unknown>,
) => {
  ledger.set(name, [...(ledger.get(name) ?? [undefined]), value])
  await act()
  ledger.set(name, [value])
}

const contentOf = (name: string, bytes: number): Buffer => {
  const pattern = createHash('sha256').update(name).digest()
  return Buffer.alloc(bytes, pattern)
}

/** Bytes that do not compress, from a pattern that repeats rarely. */
const randomImage = (bytes: number): Buffer =>
  createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(bytes))

const digestOf = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')

/** Nothing is staged, every blob has its file, and every file its blob or a date on which it goes. */
const checkBytes = async (home: string): Promise<void> => {
  const engine = await Engine.open({ home })
  try {
    // Other processes may be at work on the folder yet.
    await until(async () => {
      await engine.work(new AbortController().signal)
      return !engine.hasJobs()
    })
    assert.deepEqual(readdirSync(join(home, 'staging')), [])
    const files = readdirSync(join(home, 'bytes'), { recursive: true, encoding: 'utf8' })
      .filter(name => name.includes('/'))
      .map(name => name.slice(3))
    const { kept, going } = engine.read(tx => ({
      kept: tx.blobs.list().map(blob => blob.id),
      going: tx.due
        .list()
        .filter(due => due.task === 'blob.released')
        .map(due => due.target),
    }))
    for (const id of kept) assert.ok(files.includes(id), `blob ${id} has no file`)
    for (const id of files)
      assert.ok(kept.includes(id) || going.includes(id), `file ${id} belongs to nothing`)
  } finally {
    await engine.close()
  }
}

describe('a server that is killed', () => {
  let place: Workplace
  beforeEach(() => {
    place = workplace()
  })
  afterEach(() => place.close())

  it('has done everything it answered, and nothing by half', async () => {
    const draw = chance(20140216)
    const ledger: Ledger = new Map()
    const groups = new Set<string>()
    let acknowledged = 0
    const load = async ({ ec2, s3 }: ReturnType<typeof clientsOf>, writer: string) => {
      for (let n = 0; ; n++) {
        const group = `${writer}-${n % 7}`
        const has = ledger.get(`group ${group}`)?.at(-1) !== undefined
        await change(ledger, `group ${group}`, has ? undefined : group, async () => {
          groups.add(group)
          if (has) await ec2.send(new DeleteSecurityGroupCommand({ GroupName: group }))
          else await ec2.send(new CreateSecurityGroupCommand({ GroupName: group, Description: 'd' }))
        })
        const Key = `${writer}/${n % 3}`
        const Body = contentOf(`${writer} ${n} ${acknowledged}`, draw(300_000))
        const goes = draw(5) === 0
        await change(ledger, `object ${Key}`, goes ? undefined : digestOf(Body), () =>
          goes
            ? s3.send(new DeleteObjectCommand({ Bucket: 'load', Key }))
            : s3.send(new PutObjectCommand({ Bucket: 'load', Key, Body })),
        )
        acknowledged += 2
      }
    }
    const check = async ({ ec2, s3 }: ReturnType<typeof clientsOf>) => {
      const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}))
      const names = SecurityGroups.map(group => group.GroupName)
      for (const [name, allowed] of ledger) {
        const [kind, id = ''] = name.split(' ')
        let found: string | undefined
        if (kind === 'group') found = names.includes(id) ? id : undefined
        else {
          found = await s3.send(new GetObjectCommand({ Bucket: 'load', Key: id })).then(
            async ({ Body }) => digestOf((await Body?.transformToByteArray()) ?? Buffer.alloc(0)),
            error => assert.equal(error.name, 'NoSuchKey') as undefined,
          )
        }
        assert.ok(allowed.includes(found), `${name} is ${found}, not ${allowed.join(' or ')}`)
        ledger.set(name, [found])
      }
    }
    let served = await serveCloud(place)
    await clientsOf(served).s3.send(new CreateBucketCommand({ Bucket: 'load' }))
    for (let round = 0; round < 6; round++) {
      const clients = clientsOf(served)
      const writers = ['a', 'b', 'c'].map(name => load(clients, name))
      // What is answered says how far it has come; time on a machine that is slow does not.
      const enough = acknowledged + 6 + draw(16)
      await until(() => acknowledged >= enough)
      await pause(draw(50))
      served.server.child.kill('SIGKILL')
      for (const { status, reason } of (await Promise.allSettled(writers)) as PromiseRejectedResult[]) {
        assert.equal(status, 'rejected')
        assert.match(String(reason.code ?? reason), /ECONNRE|EPIPE|socket hang up/)
      }
      await served.server.ended
      await checkBytes(place.home)
      served = await serveCloud(place)
      await check(clientsOf(served))
    }
    assert.ok(acknowledged > 20, `only ${acknowledged} changes`)
    assert.ok(groups.size > 0)
  })

  it('leaves nothing of a body it was receiving, and the old object as it was', async () => {
    const served = await serveCloud(place)
    const { s3 } = clientsOf(served)
    await s3.send(new CreateBucketCommand({ Bucket: 'load' }))
    await s3.send(new PutObjectCommand({ Bucket: 'load', Key: 'key', Body: 'old' }))
    const half = new Readable({ read() {} })
    half.push(Buffer.alloc(2_000_000, 1))
    const put = s3.send(
      new PutObjectCommand({ Bucket: 'load', Key: 'key', Body: half, ContentLength: 4_000_000 }),
    )
    const refused = assert.rejects(put)
    const staging = join(place.home, 'staging')
    await until(() => readdirSync(staging).some(name => statSync(join(staging, name)).size > 1_000_000))
    served.server.child.kill('SIGKILL')
    half.destroy()
    await refused
    await served.server.ended
    await checkBytes(place.home)
    const { Body } = await clientsOf(await serveCloud(place)).s3.send(
      new GetObjectCommand({ Bucket: 'load', Key: 'key' }),
    )
    assert.equal(await Body?.transformToString(), 'old')
  })

  it('leaves its jobs to the next one, again and again', async () => {
    const draw = chance(7)
    writeFileSync(join(place.folder, 'image'), randomImage(24 * 1024 * 1024))
    let served = await serveCloud(place)
    const tool = async (words: string) => {
      const outcome = await place.run(words.split(' '), { env: served.env })
      assert.equal(outcome.status, 0, outcome.stderr)
      return outcome.stdout
    }
    await tool('euca-bundle-and-upload-image -i image -r x86_64 -b images')
    const [, emi = ''] = (
      await tool('euca-register -n image --virtualization-type hvm images/image.manifest.xml')
    )
      .trim()
      .split('\t')
    const run = await clientsOf(served).ec2.send(
      new RunInstancesCommand({ ImageId: emi, MinCount: 2, MaxCount: 2 }),
    )
    assert.equal(run.Instances?.length, 2)
    for (let round = 0; round < 5; round++) {
      await pause(draw(400))
      served.server.child.kill('SIGKILL')
      await served.server.ended
      served = await serveCloud(place)
    }
    const { ec2 } = clientsOf(served)
    const states = async () => {
      const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}))
      return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ State }) => State?.Name))
    }
    await until(async () => {
      const now = await states()
      assert.ok(
        now.every(state => state === 'pending' || state === 'running'),
        now.join(),
      )
      return now.every(state => state === 'running')
    })
    served.server.child.kill('SIGTERM')
    assert.equal((await served.server.ended).status, 0)
    await checkBytes(place.home)
  })
})

describe('a tool that is killed', () => {
  let place: Workplace
  beforeEach(() => {
    place = workplace()
  })
  afterEach(() => place.close())

  it('has done what it said, and the others go on', async () => {
    const draw = chance(4)
    const ledger: Ledger = new Map()
    await place.run(['euca-describe-groups'])
    let survived = 0
    let struck = 0
    let patience = 1
    const load = async (user: string) => {
      for (let n = 0; n < 12; n++) {
        const name = `${user}-${n % 5}`
        const has = ledger.get(name)?.at(-1) !== undefined
        const words = has ? ['euca-delete-group', name] : ['euca-create-group', '-d', 'd', name]
        const running = place.start(words)
        // Later each time until one survives, on a machine however slow.
        const strike = setTimeout(() => running.child.kill('SIGKILL'), (20 + draw(160)) * patience)
        ledger.set(name, [...(ledger.get(name) ?? [undefined]), has ? undefined : name])
        const { status, stdout, stderr } = await running.ended
        clearTimeout(strike)
        // A change whose answer was lost may be there; then doing it again is refused.
        const wasLeft = isLeft({ stderr })
        if (status === 1 && !wasLeft) assert.match(stderr, /\(InvalidGroup\.(Duplicate|NotFound)\)/)
        else assert.ok(wasLeft || status === 0 || status === 137, stderr)
        if (status === 0) survived++
        if (status === 137) struck++
        patience = status === 137 ? patience * 1.25 : 1
        if (status !== 137 && !wasLeft) ledger.set(name, [has ? undefined : name])
        else if (stdout.startsWith('GROUP')) ledger.set(name, [name])
      }
    }
    await Promise.all([load('a'), load('b')])
    const { stdout } = await place.run(['euca-describe-groups'])
    const names = stdout.split('\n').map(line => line.split('\t')[3])
    for (const [name, allowed] of ledger) {
      const found = names.includes(name) ? name : undefined
      assert.ok(allowed.includes(found), `${name} is ${found}, not ${allowed.join(' or ')}`)
    }
    assert.ok(survived > 0 && struck > 0, `${survived} survived, ${struck} were struck`)
    await checkBytes(place.home)
  })

  it('in the middle of an installation keeps nobody from the next', async () => {
    const draw = chance(11)
    const install = ['eustore-install-image', '-i', '4286857429', '-b', 'store', '--pad-name']
    for (let round = 0; round < 5; round++) {
      const { child, ended } = place.start(install)
      const strike = setTimeout(() => child.kill('SIGKILL'), 100 + draw(700))
      const { status } = await ended
      clearTimeout(strike)
      const images = await place.run(['euca-describe-images'])
      assert.equal(images.status, 0, images.stderr)
      if (status === 0) assert.match(images.stdout, /\temi-/)
    }
    const installed = await place.run(install)
    const [emi = ''] = /emi-\w+/.exec(installed.stdout) ?? []
    assert.equal(installed.status, 0, installed.stderr)
    // The worker that the tool left behind may be killed as well: the next process takes its work over.
    const run = await place.run(['euca-run-instances', emi])
    assert.equal(run.status, 0, run.stderr)
    await until(async () => {
      const { stdout } = await place.run(['euca-describe-instances'])
      assert.match(stdout, /\t(pending|running)\t/)
      return stdout.includes('\trunning\t')
    })
    await checkBytes(place.home)
  })
})
