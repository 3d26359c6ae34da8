// SPDX-License-Identifier: BSD-2-Clause
// SIGKILL in the middle of a stack, of processes that are real: at each transaction of its creation, update, rollback and
// deletion one is killed, and the next goes on. Nothing is left over, of records or of what runs.
//
// Here each process does some transactions and is killed after them, or in the middle of the next. With MALLEE_ROUNDS each
// does a few, of which a job needs that many; and a server, with its balancers and guests, is killed at one place, each of so
// many, and the next one goes on to the end.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { CreateStackCommand, DeleteStackCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation'
import { UploadServerCertificateCommand } from '@aws-sdk/client-iam'
import { buildSync } from 'esbuild'
import { everything } from '../engine/cloudformation/resources/workshop'
import {
  group,
  type Resources,
  resourcesNow,
  stackNow,
  templateOf,
} from '../engine/cloudformation/stacks/made'
import { haveRootSnapshot, registerEbs } from '../engine/ec2/ebs-machine'
import { issueCertificate } from '../support/certificates'
import { type Cloud, cloud } from '../support/cloud'
import { guestCommand } from '../support/guest-command'
import type { Life } from './dying-process'

const zones = { AvailabilityZones: { 'Fn::GetAZs': '' } }

/** A console's stack, a volume, and something that waits for a signal. */
const resources = (port: string, image: string, certificate: string, isBroken = false): Resources => ({
  Front: {
    Type: 'AWS::ElasticLoadBalancing::LoadBalancer',
    Properties: {
      ...zones,
      Listeners: [
        {
          ...{ Protocol: 'HTTPS', LoadBalancerPort: '443', InstanceProtocol: 'HTTP', InstancePort: port },
          ...{ SSLCertificateId: certificate, PolicyNames: ['sticky'] },
        },
      ],
      AppCookieStickinessPolicy: [{ CookieName: 'session', PolicyName: 'sticky' }],
      HealthCheck: {
        ...{ Target: 'TCP:22', Interval: '15', Timeout: '5', HealthyThreshold: '2', UnhealthyThreshold: '5' },
      },
    },
  },
  Group: group('of the console', {
    SecurityGroupIngress: [
      {
        ...{ IpProtocol: 'tcp', FromPort: '22', ToPort: port },
        SourceSecurityGroupOwnerId: { 'Fn::GetAtt': ['Front', 'SourceSecurityGroup.OwnerAlias'] },
        SourceSecurityGroupName: { 'Fn::GetAtt': ['Front', 'SourceSecurityGroup.GroupName'] },
      },
    ],
  }),
  Config: {
    Type: 'AWS::AutoScaling::LaunchConfiguration',
    Properties: {
      ...{ ImageId: image, InstanceType: 'm1.small', SecurityGroups: [{ Ref: 'Group' }] },
      UserData: { 'Fn::Base64': `#cloud-config\n# ${port}\n{}\n` },
    },
  },
  Scaling: {
    Type: 'AWS::AutoScaling::AutoScalingGroup',
    Properties: {
      ...{ ...zones, MinSize: '1', MaxSize: '3', LaunchConfigurationName: { Ref: 'Config' } },
      LoadBalancerNames: [{ Ref: 'Front' }],
    },
  },
  Data: { Type: 'AWS::EC2::Volume', Properties: { AvailabilityZone: 'PARTI00', Size: '1' } },
  Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' },
  Wait: {
    Type: 'AWS::CloudFormation::WaitCondition',
    Properties: { Handle: { Ref: 'Handle' }, Timeout: '600' },
    DependsOn: 'Scaling',
  },
  ...(isBroken && {
    Broken: group(
      'that cannot be',
      {
        SecurityGroupIngress: [
          { IpProtocol: 'tcp', FromPort: 1, ToPort: 1, SourceSecurityGroupName: 'none' },
        ],
      },
      { DependsOn: ['Wait', 'Data'] },
    ),
  }),
})

const certificate = issueCertificate({
  name: 'console.test',
  key: 0,
  isAuthority: true,
  to: '2049-01-01T00:00:00Z',
})

const rounds = Number(process.env.MALLEE_ROUNDS ?? 0)

describe('a stack whose processes are killed', () => {
  let program: string
  let c: Cloud
  let time: number
  let lives: number
  const bugs: string[] = []
  const children: ChildProcess[] = []
  let waiting: ChildProcess | undefined
  let command: readonly string[]

  before(() => {
    const root = resolve(__dirname, '../..')
    const folder = mkdtempSync(join(tmpdir(), 'mallee-dying-'))
    program = join(folder, 'dying.cjs')
    buildSync({
      ...{ entryPoints: [join(__dirname, 'dying-process.ts')], outfile: program, absWorkingDir: root },
      ...{ bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' },
      external: ['lmdb', 'lzma-native', '@aws-sdk/*', '@smithy/*'],
    })
    after(() => rmSync(folder, { recursive: true, force: true }))
  })
  const begin = async (): Promise<void> => {
    c = await cloud()
    c.engine.isKept = true
    bugs.length = 0
    lives = 0
  }
  const end = async (): Promise<void> => {
    waiting = undefined
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    await c.close()
  }
  beforeEach(() => {
    command = []
    return begin()
  })
  afterEach(end)

  /** One that has read its program, so that the next need not wait for that. */
  const start = (): ChildProcess => {
    const child = spawn(process.execPath, [program, c.home, ...command], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_PATH: resolve(__dirname, '../../node_modules') },
    })
    children.push(child)
    return child
  }

  /** Whether it came to the end. */
  const live = async (life: Omit<Life, 'time'>): Promise<boolean> => {
    const child = waiting ?? start()
    waiting = start()
    lives++
    let said = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    child.stdin?.on('error', () => {}).end(`${JSON.stringify({ ...life, time })}\n`)
    const [status, signal] = await once(child, 'close')
    for (const [, at] of said.matchAll(/^time (\d+)$/gm)) time = Number(at)
    bugs.push(...said.split('\n').filter(line => line.startsWith('bug ')))
    assert.ok(signal === 'SIGKILL' || status === 0, said)
    c.clock.advance((time - c.clock.now()) / 1000)
    return status === 0
  }

  const byManyLives = async (): Promise<void> => {
    // Not the same number each time, as no two lives should end at the same step; as many as a job has, which is begun anew.
    const commitsOf = (): number => (rounds > 0 ? 5 : 24) + (lives % 5)
    while (!(await live({ commits: commitsOf(), inNext: lives % 2 === 0 }))) {
      assert.ok(lives < 2000, 'it comes to no end')
    }
  }

  /** Processes with anything of the cloud's as the folder they are in. */
  const running = (): readonly string[] =>
    readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .filter(pid => {
        try {
          return readlinkSync(`/proc/${pid}/cwd`).startsWith(c.home)
        } catch {
          // It has just ended.
          return false
        }
      })

  const wholeLife = async (settle: () => Promise<void>): Promise<void> => {
    const { ServerCertificateMetadata: { Arn = '' } = {} } = await c.iam().send(
      new UploadServerCertificateCommand({
        ServerCertificateName: 'console',
        CertificateBody: certificate.certificate,
        PrivateKey: certificate.privateKey,
      }),
    )
    const image = await registerEbs(c, await haveRootSnapshot(c))
    await c.settle()
    time = c.clock.now()
    const left = (): object => ({ ...everything(c), roles: [], heldPolicies: [], buckets: [] })
    const before = left()
    const template = (port: string, isBroken = false): string =>
      templateOf(resources(port, image, Arn, isBroken))
    const ordered = async (
      work: Promise<{ StackId?: string | undefined }>,
      status: string,
    ): Promise<string> => {
      const { StackId = '' } = await work
      await settle()
      assert.equal((await stackNow(c, StackId)).StackStatus, status)
      assert.deepEqual(bugs, [])
      return StackId
    }
    const create = (TemplateBody: string) =>
      c.cloudformation().send(new CreateStackCommand({ StackName: 'web', TemplateBody }))
    const update = (TemplateBody: string) =>
      c.cloudformation().send(new UpdateStackCommand({ StackName: 'web', TemplateBody }))
    const remove = async (StackId: string): Promise<string> => {
      await c.cloudformation().send(new DeleteStackCommand({ StackName: 'web' }))
      return ordered(Promise.resolve({ StackId }), 'DELETE_COMPLETE')
    }
    const failed = await ordered(create(template('8888', true)), 'ROLLBACK_COMPLETE')
    assert.deepEqual(left(), before)
    await remove(failed)
    const id = await ordered(create(template('8888')), 'CREATE_COMPLETE')
    const counts = (): object =>
      Object.fromEntries(Object.entries(left()).map(([name, list]) => [name, (list as string[]).length]))
    const made = counts()
    await ordered(update(template('8889', true)), 'UPDATE_ROLLBACK_COMPLETE')
    assert.deepEqual(counts(), made)
    await ordered(update(template('8890')), 'UPDATE_COMPLETE')
    assert.deepEqual(counts(), made)
    assert.equal(Object.keys(await resourcesNow(c)).length, 7)
    await remove(id)
    assert.deepEqual(left(), before)
    assert.deepEqual(running(), [])
    for (const name of ['balancers', 'guests']) {
      const folder = join(c.home, 'plane', name)
      assert.deepEqual(existsSync(folder) ? readdirSync(folder) : [], [], name)
    }
    assert.deepEqual(readdirSync(join(c.home, 'staging')), [])
  }

  it('goes through its whole life, some transactions a process', async function () {
    if (rounds > 0) this.timeout(0)
    await wholeLife(byManyLives)
    assert.ok(lives > 6, `there were ${lives} processes`)
  })

  if (rounds > 0) {
    it('leaves nothing that runs either, when its server is killed at one place, whichever', async function () {
      this.timeout(0)
      command = guestCommand()
      for (let place = 1; place <= rounds; place++) {
        if (place > 1) {
          await end()
          await begin()
        }
        await wholeLife(async () => {
          if (!(await live({ commits: place, inNext: place % 2 === 0 }))) await live({})
        })
      }
    })
  }
})
