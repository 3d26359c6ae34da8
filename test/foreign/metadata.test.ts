// SPDX-License-Identifier: BSD-2-Clause
// Programs that look for their keys where an instance finds them.
import assert from 'node:assert/strict'
import { fromInstanceMetadata } from '@smithy/credential-provider-imds'
import { run as runTool } from '../cli/process'
import { type Json, need, type Program, program, python } from '../support/programs'
import { type ServedCloud, servedCloud } from './served-cloud'

const trust = JSON.stringify({
  Statement: [{ Effect: 'Allow', Principal: { Service: ['ec2.amazonaws.com'] }, Action: ['sts:AssumeRole'] }],
})
const policy = JSON.stringify({
  Statement: [{ Effect: 'Allow', Action: 'ec2:DescribeRegions', Resource: '*' }],
})

describe('a program inside an instance', () => {
  let cloud: ServedCloud
  let admin: Program
  let instance: string
  let base: string

  before(async function () {
    need(this, 'aws', 'python3:boto3', 'curl')
    cloud = await servedCloud()
    const tool = async (...words: string[]): Promise<string> => {
      const { status, stdout, stderr } = await runTool(words, {
        cwd: cloud.work,
        home: cloud.work,
        env: { MALLEE_HOME: cloud.home },
      })
      assert.equal(status, 0, stderr)
      return stdout
    }
    const installed = await tool('eustore-install-image', '-i', '4286857429', '-b', 'old', '--json')
    admin = program('aws', { env: cloud.env, cwd: cloud.work })
    const iam = ['--endpoint-url', `${cloud.endpoint}/services/Euare`, 'iam']
    await admin`${iam} create-role --role-name reader --assume-role-policy-document ${trust}`
    await admin`${iam} put-role-policy --role-name reader --policy-name regions --policy-document ${policy}`
    await admin`${iam} create-instance-profile --instance-profile-name web`
    await admin`${iam} add-role-to-instance-profile --instance-profile-name web --role-name reader`
    const ec2 = ['--endpoint-url', `${cloud.endpoint}/services/compute`, 'ec2']
    const { Instances } =
      await admin.json`${ec2} run-instances --image-id ${JSON.parse(installed).imageId} --iam-instance-profile Name=web --user-data ${'#!/bin/sh'}`
    instance = Instances[0].InstanceId
    base = `${cloud.endpoint}/metadata/${instance}/`
  })
  after(() => cloud?.close())

  /** No keys, and where to look for them. */
  const env = () => {
    const {
      AWS_ACCESS_KEY_ID: _,
      AWS_SECRET_ACCESS_KEY: __,
      AWS_EC2_METADATA_DISABLED: ___,
      ...rest
    } = cloud.env
    return { ...rest, AWS_EC2_METADATA_SERVICE_ENDPOINT: base }
  }

  it('finds out with curl what it is', async () => {
    const curl = program('curl', {}, { first: ['-sSf'] })
    const token = await curl`-X PUT -H ${'X-aws-ec2-metadata-token-ttl-seconds: 60'} ${base}latest/api/token`
    const header = ['-H', `X-aws-ec2-metadata-token: ${token}`]
    assert.equal(await curl`${header} ${base}latest/meta-data/instance-id`, instance)
    assert.equal(await curl`${base}latest/user-data`, '#!/bin/sh')
    assert.match(await curl.fails`-H ${'X-aws-ec2-metadata-token: x'} ${base}latest/`, /401/)
    assert.match(await curl.fails`-X POST ${base}latest/user-data`, /405/)
  })

  it('has keys of its role with the AWS CLI, and may do what the role may', async () => {
    const aws = program('aws', { env: env(), cwd: cloud.work })
    const identity =
      await aws.json`--endpoint-url ${`${cloud.endpoint}/services/Tokens`} sts get-caller-identity`
    assert.equal(identity.Arn, `arn:aws:sts::${cloud.accountId}:assumed-role/reader/${instance}`)
    const ec2 = ['--endpoint-url', `${cloud.endpoint}/services/compute`, 'ec2']
    assert.equal((await aws.json`${ec2} describe-regions`).Regions[0].RegionName, 'eucalyptus')
    assert.match(await aws.fails`${ec2} create-key-pair --key-name x`, /UnauthorizedOperation/)
  })

  it('has them with boto3', async () => {
    const script = `
import json, sys
import boto3
session = boto3.Session(region_name='eucalyptus')
sts = session.client('sts', endpoint_url=sys.argv[1] + '/services/Tokens')
print(json.dumps(dict(arn=sts.get_caller_identity()['Arn'], method=session.get_credentials().method)))
`
    const said: Json = await python('boto3', script, { env: env(), cwd: cloud.work, args: [cloud.endpoint] })
    assert.deepEqual(said, {
      arn: `arn:aws:sts::${cloud.accountId}:assumed-role/reader/${instance}`,
      method: 'iam-role',
    })
  })

  it('loses them with its instance', async () => {
    const ec2 = ['--endpoint-url', `${cloud.endpoint}/services/compute`, 'ec2']
    const curl = program('curl', {}, { first: ['-sSf'] })
    const keys = JSON.parse(await curl`${base}latest/meta-data/iam/security-credentials/reader`)
    const held = program('aws', {
      cwd: cloud.work,
      env: {
        ...cloud.env,
        AWS_ACCESS_KEY_ID: keys.AccessKeyId,
        AWS_SECRET_ACCESS_KEY: keys.SecretAccessKey,
        AWS_SESSION_TOKEN: keys.Token,
      },
    })
    await held`${ec2} describe-regions`
    await admin`${ec2} terminate-instances --instance-ids ${instance}`
    const state = async (): Promise<string> =>
      (await admin.json`${ec2} describe-instances --instance-ids ${instance}`).Reservations[0].Instances[0]
        .State.Name
    // `wait` asks every fifteen seconds only.
    while ((await state()) !== 'terminated');
    assert.match(
      await held.fails`${ec2} describe-regions`,
      /403 Forbidden|Invalid access key|find access key/,
    )
    assert.match(await curl.fails`${base}latest/meta-data/`, /40[34]/)
  })
})

describe('the SDK for JavaScript', () => {
  it('is told keys by the address of an instance that it calls', async () => {
    const { cloud: stage } = await import('../support/cloud')
    const { startServer } = await import('../../src/engine/server')
    const { haveInstance } = await import('../engine/ec2/instance')
    const c = await stage()
    // All of 127.0.0.0/8 is this machine: one of these addresses stands for what `ip address add` gives it.
    const server = await startServer(request => c.engine.handle(request), {
      host: '127.0.0.42',
      port: 0,
      name: 'Eucalyptus/4.4.5',
    })
    c.engine.write(tx => {
      const common = { account: c.accountId, path: '/', createdAt: tx.now }
      const role = { ...common, name: 'reader', id: 'AROREADER', trust }
      tx.roles.in(c.accountId).put(role)
      tx.instanceProfiles.in(c.accountId).put({ ...common, name: 'web', id: 'AIPWEB', role: 'reader' })
    })
    haveInstance(c, {
      id: 'i-00000001',
      privateIp: '127.0.0.42',
      profileArn: `arn:aws:iam::${c.accountId}:instance-profile/web`,
    })
    const variable = 'AWS_EC2_METADATA_SERVICE_ENDPOINT'
    // By the simulated clock they are good, by the machine's they ended long ago, which the SDK tells.
    const logger = { ...console, warn: () => {} }
    const before = process.env[variable]
    process.env[variable] = `http://127.0.0.42:${server.port}`
    try {
      const keys = await fromInstanceMetadata({ timeout: 5000, maxRetries: 0, logger })()
      const session = c.engine.read(tx => tx.sessions.get(keys.accessKeyId))
      assert.deepEqual([session?.holderName, session?.name], ['reader', 'i-00000001'])
      assert.ok(keys.sessionToken)
    } finally {
      if (before === undefined) delete process.env[variable]
      else process.env[variable] = before
      await server.close()
      await c.close()
    }
  })
})
