// SPDX-License-Identifier: BSD-2-Clause
// What clients that know AWS alone are told of what is not there, and others are not.
import assert from 'node:assert/strict'
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation'
import {
  CopySnapshotCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  EC2Client,
} from '@aws-sdk/client-ec2'
import {
  CreateLoadBalancerCommand,
  CreateLoadBalancerListenersCommand,
  DescribeInstanceHealthCommand,
  DescribeLoadBalancerPoliciesCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingClient,
} from '@aws-sdk/client-elastic-load-balancing'
import { isAwsClient } from '../../src/engine/aws-clients'
import { type Cloud, cloud, inProcess } from '../support/cloud'
import { http, makeBalancer, refused } from './elb/made'

describe('clients that know AWS alone', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud({ start: new Date().toISOString() })
  })
  afterEach(() => c.close())

  const settings = (path: string) => ({
    region: 'eucalyptus',
    endpoint: `http://cloud.test:8773/services/${path}`,
    credentials: { accessKeyId: c.key.id, secretAccessKey: c.key.secret },
    maxAttempts: 1,
    requestHandler: inProcess(request => c.engine.handle(request)) as never,
  })

  it('are known by how they call themselves', () => {
    const isKnown = (userAgent?: string) => isAwsClient({ request: { userAgent, isSecure: true } })
    const agents = [
      'aws-cli/2.9.19 Python/3.11.2 Linux/6.1 source/x86_64.debian.12 prompt/off',
      'Boto3/1.26.27 Python/3.11.2 Linux/6.1 Botocore/1.29.27',
      'Botocore/1.29.27 Python/3.11.2',
      'APN/1.0 Ansible/2.14.18 Boto3/1.26.27 Botocore/1.29.27',
      'aws-sdk-js/3.1000.0 ua/2.1 os/linux lang/js md/nodejs#22 api/cloudformation#3.1000.0',
      'aws-sdk-java/1.11.0 Linux/6.1 OpenJDK',
      'APN/1.0 HashiCorp/1.0 Terraform/1.5 aws-sdk-go-v2/1.30 os/linux',
    ]
    assert.deepEqual(
      agents.map(isKnown),
      agents.map(() => true),
    )
    const others = [
      'euca2ools/3.4.1 (mallee 1.0)',
      'Boto/2.49.0 Python/3.11.2 Linux/6.1',
      'curl/8.0',
      '',
      undefined,
    ]
    assert.deepEqual(
      others.map(isKnown),
      others.map(() => false),
    )
  })

  it('copy within what they call the region', async () => {
    const made = await c.ec2().send(new CreateVolumeCommand({ AvailabilityZone: 'PARTI00', Size: 1 }))
    await c.pass(10)
    const taken = await c.ec2().send(new CreateSnapshotCommand({ VolumeId: made.VolumeId }))
    await c.pass(10)
    const { SnapshotId: SourceSnapshotId = '' } = taken
    const client = new EC2Client({ ...settings('compute'), region: 'us-east-1' })
    const copy = (SourceRegion: string, DestinationRegion?: string) =>
      client.send(new CopySnapshotCommand({ SourceRegion, SourceSnapshotId, DestinationRegion }))
    // The SDK names the destination by itself.
    assert.match((await copy('us-east-1')).SnapshotId ?? '', /^snap-/)
    assert.match((await copy('eucalyptus')).SnapshotId ?? '', /^snap-/)
    await refused(copy('us-west-2'), 'InvalidParameterValue')
    await refused(copy('us-east-1', 'us-west-2'), 'InvalidParameterValue')
  })

  it('are refused a stack that is not there', async () => {
    const client = new CloudFormationClient(settings('CloudFormation'))
    const describe = (StackName?: string) => client.send(new DescribeStacksCommand({ StackName }))
    await refused(describe('gone'), 'ValidationError', 'Stack with id gone does not exist')
    for (const whole of [undefined, '', 'verbose']) assert.deepEqual((await describe(whole)).Stacks ?? [], [])
    const known = await c.cloudformation().send(new DescribeStacksCommand({ StackName: 'gone' }))
    assert.deepEqual(known.Stacks ?? [], [])
    const events = new DescribeStackEventsCommand({ StackName: 'gone' })
    await refused(client.send(events), 'ValidationError', 'Stack [gone] does not exist')
    assert.deepEqual((await c.cloudformation().send(events)).StackEvents ?? [], [])
  })

  it('are told of stacks in AWS’ codes', async () => {
    const client = new CloudFormationClient(settings('CloudFormation'))
    const order = (Type: string) =>
      new CreateStackCommand({
        StackName: 'web',
        TemplateBody: JSON.stringify({ Resources: { One: { Type } } }),
      })
    const called = async (who: CloudFormationClient, command: CreateStackCommand) =>
      who.send(command).then(
        () => '',
        ({ name }: Error) => name,
      )
    const user = order('AWS::IAM::User')
    assert.equal(await called(client, user), 'InsufficientCapabilitiesException')
    assert.equal(await called(c.cloudformation(), user), 'InsufficientCapabilities')
    const bucket = order('AWS::S3::Bucket')
    assert.equal(await called(client, bucket), '')
    assert.equal(await called(client, bucket), 'AlreadyExistsException')
    assert.equal(await called(c.cloudformation(), bucket), 'AlreadyExists')
  })

  it('are refused a load balancer, and an instance of one, that is not there', async () => {
    const client = new ElasticLoadBalancingClient(settings('LoadBalancing'))
    const describe = (...LoadBalancerNames: string[]) =>
      client.send(new DescribeLoadBalancersCommand({ LoadBalancerNames }))
    await makeBalancer(c, 'lb')
    assert.equal((await describe('lb')).LoadBalancerDescriptions?.length, 1)
    assert.equal((await describe('verbose', 'lb')).LoadBalancerDescriptions?.length, 1)
    // The SDK has names of its own for AWS' codes.
    const code = (name: string) => (error: object) =>
      assert.equal((error as { Error: { Code: string } }).Error.Code, name) === undefined
    await assert.rejects(describe('lb', 'gone'), code('LoadBalancerNotFound'))
    const again = { LoadBalancerName: 'lb', Listeners: [http], AvailabilityZones: ['PARTI00'] }
    await assert.rejects(client.send(new CreateLoadBalancerCommand(again)), code('DuplicateLoadBalancerName'))
    await refused(c.elb().send(new CreateLoadBalancerCommand(again)), 'DuplicateAccessPointName')
    const health = { LoadBalancerName: 'lb', Instances: [{ InstanceId: 'i-0000000a' }] }
    await assert.rejects(client.send(new DescribeInstanceHealthCommand(health)), code('InvalidInstance'))
    const known = await c.elb().send(new DescribeInstanceHealthCommand(health))
    assert.deepEqual(known.InstanceStates ?? [], [])
    const policies = { LoadBalancerName: 'lb', PolicyNames: ['gone'] }
    await assert.rejects(
      client.send(new DescribeLoadBalancerPoliciesCommand(policies)),
      code('PolicyNotFound'),
    )
    const none = await c.elb().send(new DescribeLoadBalancerPoliciesCommand(policies))
    assert.deepEqual(none.PolicyDescriptions ?? [], [])
  })

  it('may ask for a listener that is there, and are told in AWS’ code of a protocol that is none', async () => {
    const client = new ElasticLoadBalancingClient(settings('LoadBalancing'))
    await makeBalancer(c, 'lb')
    const again = new CreateLoadBalancerListenersCommand({ LoadBalancerName: 'lb', Listeners: [http] })
    await client.send(again)
    await refused(c.elb().send(again), 'DuplicateListener')
    const code = async (name: string, listener: object) => {
      const other = { LoadBalancerName: 'lb', Listeners: [{ ...http, ...listener }] }
      await assert.rejects(client.send(new CreateLoadBalancerListenersCommand(other)), error => {
        assert.equal((error as { Error?: { Code?: string } }).Error?.Code, name)
        return true
      })
    }
    await code('DuplicateListener', { InstancePort: 9999 })
    await code('UnsupportedProtocol', { LoadBalancerPort: 81, Protocol: 'UDP' })
    const { LoadBalancerDescriptions } = await client.send(new DescribeLoadBalancersCommand({}))
    assert.equal(LoadBalancerDescriptions?.[0]?.ListenerDescriptions?.length, 1)
  })
})
