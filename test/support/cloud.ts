// SPDX-License-Identifier: BSD-2-Clause
// A cloud for one test: a folder of its own, a clock that stands still until it is moved, chance that repeats, and
// clients that go through the same door as every other.
import { createHash } from 'node:crypto'
import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { EBSClient } from '@aws-sdk/client-ebs'
import { EC2Client } from '@aws-sdk/client-ec2'
import { ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing'
import { IAMClient } from '@aws-sdk/client-iam'
import { S3Client } from '@aws-sdk/client-s3'
import { STSClient } from '@aws-sdk/client-sts'
import { SimulatedClock } from '../../src/engine/clock'
import { Engine } from '../../src/engine/engine'
import type { Entropy } from '../../src/engine/entropy'
import type { FileSlice, HttpRequest, HttpResponse } from '../../src/engine/http'
import type { AccessKey } from '../../src/engine/iam/schema'

const pool = readFileSync(join(__dirname, 'rsa-keys.pem'), 'utf8').split(/(?<=-----END PRIVATE KEY-----\n)/)

/** The same bytes and keys in the same order, for the same seed. */
export const repeatingEntropy = (seed: string): Entropy => {
  let counter = 0
  let keys = 0
  return {
    bytes: count => {
      const blocks: Buffer[] = []
      for (let made = 0; made < count; made += 32) {
        blocks.push(createHash('sha256').update(`${seed} ${counter++}`).digest())
      }
      return Buffer.concat(blocks).subarray(0, count)
    },
    rsaKey: () => pool[keys++ % pool.length] ?? '',
  }
}

const collect = (slices: readonly FileSlice[]): Readable =>
  Readable.from(
    (async function* () {
      for (const { file, start, end } of slices) {
        if (end > start) yield* createReadStream(file, { start, end: end - 1 })
      }
    })(),
  )

interface SdkRequest {
  method: string
  path: string
  headers: Record<string, string>
  query?: Record<string, string | string[] | null>
  body?: unknown
  hostname: string
}

const queryText = (query: SdkRequest['query'] = {}): string =>
  Object.entries(query)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map(one => [name, one] as const))
    .map(([name, value]) => `${encode(name)}${value === null ? '' : `=${encode(value)}`}`)
    .join('&')

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/** Of bytes, those that are theirs alone: the SDK warns of who takes its JSON documents for texts. */
const bytesOf = (body: Uint8Array | string): Buffer =>
  typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength)

/** A request handler for SDK clients that asks `handle` instead of the network. */
export const inProcess = (handle: (request: HttpRequest) => Promise<HttpResponse>) => ({
  metadata: { handlerProtocol: 'http/1.1' },
  handle: async (request: SdkRequest) => {
    const { body } = request
    const headers = Object.fromEntries(Object.entries(request.headers).map(([k, v]) => [k.toLowerCase(), v]))
    const response = await handle({
      method: request.method,
      path: request.path,
      query: queryText(request.query),
      headers: { host: request.hostname, ...headers },
      ...(body === undefined || body === ''
        ? {}
        : { body: body instanceof Readable ? body : bytesOf(body as Uint8Array | string) }),
    })
    const answer = response.body
    return {
      response: {
        statusCode: response.status,
        headers: response.headers,
        body: Array.isArray(answer)
          ? collect(answer)
          : Readable.from([Buffer.from((answer as string) ?? '')]),
      },
    }
  },
  httpHandlerConfigs: () => ({}),
  updateHttpClientConfig: () => {},
})

export interface Services {
  ec2(): EC2Client
  ebs(): EBSClient
  s3(): S3Client
  iam(): IAMClient
  sts(): STSClient
  autoscaling(): AutoScalingClient
  cloudwatch(): CloudWatchClient
  elb(): ElasticLoadBalancingClient
  cloudformation(): CloudFormationClient
}

export interface Clients extends Services {
  readonly key: AccessKey
  readonly accountId: string
}

/** What requests are signed with. */
export interface Signer {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface Cloud extends Clients {
  readonly engine: Engine
  readonly home: string
  readonly clock: SimulatedClock
  /** Errors that were no refusals; `close` throws the first of them. */
  readonly bugs: unknown[]
  /** Another account, with clients that sign as its administrator. */
  account(alias: string): Promise<Clients>
  /** Clients that sign with these credentials. */
  signedBy(credentials: Signer): Services
  /** Run every due task and every job that can run now. */
  settle(): Promise<void>
  /** Move the clock, then settle; the time is walked through from due to due. */
  pass(seconds: number): Promise<void>
  close(): Promise<void>
}

const quiet = (warning: Error | string): boolean => !String(warning).includes('NodeVersionSupportWarning')
const { emitWarning } = process
process.emitWarning = ((warning: Error | string, ...rest: never[]) => {
  if (quiet(warning)) emitWarning.call(process, warning, ...rest)
}) as typeof process.emitWarning

/** Most rules are of both kinds of networks: `MALLEE_TEST_NETWORKING=vpc` plays their tests in the other. */
const usualNetworking = process.env.MALLEE_TEST_NETWORKING === 'vpc' ? 'vpc' : 'classic'

/** Sign with the cloud's time instead of the machine's. */
const timed = <
  C extends
    | EC2Client
    | EBSClient
    | S3Client
    | IAMClient
    | STSClient
    | AutoScalingClient
    | CloudWatchClient
    | ElasticLoadBalancingClient
    | CloudFormationClient,
>(
  client: C,
  clock: SimulatedClock,
): C => {
  const stack = client.middlewareStack as EC2Client['middlewareStack']
  stack.add(
    next => args => {
      client.config.systemClockOffset = clock.now() - Date.now()
      return next(args)
    },
    { step: 'initialize' },
  )
  return client
}

/** As clients that know Eucalyptus: those that know AWS alone are answered otherwise here and there (src/engine/aws-clients.ts). */
const asEucalyptusUser = (request: HttpRequest): HttpRequest => ({
  ...request,
  headers: { ...request.headers, 'user-agent': 'euca2ools/3.4.1' },
})

const servicesFor = (engine: Engine, clock: SimulatedClock, credentials: Signer): Services => {
  const settings = (path: string) => ({
    region: 'eucalyptus',
    endpoint: `http://cloud.test:8773/services/${path}`,
    credentials,
    maxAttempts: 1,
    requestHandler: inProcess(request => engine.handle(request)) as never,
  })
  const asUser = (path: string) => ({
    ...settings(path),
    requestHandler: inProcess(request => engine.handle(asEucalyptusUser(request))) as never,
  })
  return {
    ec2: () => timed(new EC2Client(settings('compute')), clock),
    ebs: () => timed(new EBSClient(settings('ebs')), clock),
    s3: () => timed(new S3Client({ ...settings('objectstorage'), forcePathStyle: true }), clock),
    iam: () => timed(new IAMClient(settings('Euare')), clock),
    sts: () => timed(new STSClient(settings('Tokens')), clock),
    autoscaling: () => timed(new AutoScalingClient(settings('AutoScaling')), clock),
    cloudwatch: () => timed(new CloudWatchClient(settings('CloudWatch')), clock),
    elb: () => timed(new ElasticLoadBalancingClient(asUser('LoadBalancing')), clock),
    cloudformation: () => timed(new CloudFormationClient(asUser('CloudFormation')), clock),
  }
}

const clientsOf = (engine: Engine, clock: SimulatedClock, accountId: string): Clients => {
  const key = engine.read(tx => tx.accessKeys.list().find(key => key.account === accountId)) as AccessKey
  const credentials = { accessKeyId: key.id, secretAccessKey: key.secret }
  return { key, accountId, ...servicesFor(engine, clock, credentials) }
}

export const cloud = async (
  options: {
    readonly seed?: string
    readonly start?: string
    /** Rules of one kind of networks ask for it. */
    readonly networking?: 'vpc' | 'classic'
    /** A folder that holds a cloud already. It is removed as any other. */
    readonly home?: string
  } = {},
): Promise<Cloud> => {
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'mallee-test-'))
  const clock = new SimulatedClock(options.start ?? '2014-02-16T12:13:16Z')
  const bugs: unknown[] = []
  const engine = await Engine.open({
    home,
    clock,
    entropy: repeatingEntropy(options.seed ?? 'mallee'),
    networking: options.networking ?? usualNetworking,
    onBug: error => bugs.push(error),
  })
  const first = engine.read(
    tx => tx.accounts.list().find(({ alias }) => alias === 'eucalyptus')?.id,
  ) as string
  const settle = () => engine.work(new AbortController().signal)
  return {
    engine,
    home,
    clock,
    bugs,
    ...clientsOf(engine, clock, first),
    account: async alias => clientsOf(engine, clock, (await engine.createAccount(alias)).id),
    signedBy: credentials => servicesFor(engine, clock, credentials),
    settle,
    pass: async seconds => {
      const end = clock.now() + seconds * 1000
      await settle()
      for (;;) {
        const next = engine.nextWork()
        if (next === undefined || next > end) break
        clock.advance(Math.max(0, next - clock.now()) / 1000)
        await settle()
      }
      clock.advance((end - clock.now()) / 1000)
      await settle()
    },
    close: async () => {
      await engine.close()
      rmSync(home, { recursive: true, force: true })
      if (bugs.length > 0) throw bugs[0]
    },
  }
}
