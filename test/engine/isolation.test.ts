// SPDX-License-Identifier: BSD-2-Clause
// What one account has, another can neither read nor change. Every operation of S3 and EC2 is tried, by a stranger and
// (S3) by nobody, and all records are compared before and after.
import assert from 'node:assert/strict'
import * as ec2Sdk from '@aws-sdk/client-ec2'
import * as s3Sdk from '@aws-sdk/client-s3'
import { ec2 as ec2Service } from '../../src/engine/ec2'
import { s3 as s3Service } from '../../src/engine/s3'
import { type Clients, type Cloud, cloud, inProcess } from '../support/cloud'
import { ext4Disk, registerTiny } from '../support/tiny-image'
import { attempt } from './attempt'
import { haveInstance } from './ec2/instance'
import {
  haveNetworks,
  type NetworkThings,
  networkAttempts,
  networkListings,
  networksOfNobody,
} from './ec2/vpc/network-cases'
import { instanceAttempts } from './isolation-instances'
import { haveVolumes, volumeAttempts, volumeListings } from './isolation-volumes'

const bobsInstance = 'i-0000b0b0'

describe('another account', () => {
  let c: Cloud
  let alice: Clients
  let bob: Clients
  let nobody: s3Sdk.S3Client
  let names: Record<string, string>
  let networks: NetworkThings
  let bobsNetworks: NetworkThings

  /** All records but those that any request may leave. */
  const records = () =>
    c.engine.read(tx =>
      JSON.stringify([
        ...[tx.buckets, tx.objects, tx.uploads, tx.objectParts, tx.blobs, tx.images, tx.imageCache].map(
          table => [...table.scan()],
        ),
        ...[tx.instances, tx.bundleTasks, tx.securityGroups, tx.addresses, tx.instanceAddresses].map(
          table => [...table.scan()],
        ),
        ...[tx.keyPairs, tx.tags, tx.users, tx.signingCertificates].map(table =>
          table.in(alice.accountId).list(),
        ),
        ...[tx.volumes, tx.snapshots, tx.snapshotBlocks, tx.directSnapshots, tx.directWrites].map(table => [
          ...table.scan(),
        ]),
        ...[
          tx.vpcs,
          tx.subnets,
          tx.dhcpOptions,
          tx.internetGateways,
          tx.routeTables,
          tx.networkInterfaces,
          tx.networkAcls,
          tx.customerGateways,
          tx.vpnGateways,
          tx.vpnConnections,
          tx.vpcPeeringConnections,
        ].map(table => table.list()),
        [...tx.due.scan()],
        tx.jobs.list(),
      ]),
    )

  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    bob = await c.account('bob')
    nobody = new s3Sdk.S3Client({
      region: 'eucalyptus',
      endpoint: 'http://cloud.test:8773/services/objectstorage',
      forcePathStyle: true,
      signer: { sign: async request => request },
      credentials: { accessKeyId: '', secretAccessKey: '' },
      requestHandler: inProcess(request => c.engine.handle(request)) as never,
      maxAttempts: 1,
    })
    const ec2 = alice.ec2()
    const s3 = alice.s3()
    await s3.send(new s3Sdk.CreateBucketCommand({ Bucket: 'alice' }))
    await s3.send(new s3Sdk.PutObjectCommand({ Bucket: 'alice', Key: 'private', Body: 'secret' }))
    const { UploadId = '' } = await s3.send(
      new s3Sdk.CreateMultipartUploadCommand({ Bucket: 'alice', Key: 'private' }),
    )
    await s3.send(
      new s3Sdk.UploadPartCommand({ Bucket: 'alice', Key: 'private', UploadId, PartNumber: 1, Body: 'part' }),
    )
    const image = await registerTiny(c, { disk: ext4Disk('alice') }, { VirtualizationType: 'hvm' }, alice)
    await ec2.send(new ec2Sdk.CreateKeyPairCommand({ KeyName: 'alices' }))
    const { GroupId = '' } = await ec2.send(
      new ec2Sdk.CreateSecurityGroupCommand({ GroupName: 'alices', Description: 'hers' }),
    )
    const { SecurityGroupRules = [] } = await ec2.send(
      new ec2Sdk.AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      }),
    )
    const { PublicIp = '' } = await ec2.send(new ec2Sdk.AllocateAddressCommand({}))
    const run = await ec2.send(
      new ec2Sdk.RunInstancesCommand({
        ...{ ImageId: image, MinCount: 1, MaxCount: 1, KeyName: 'alices', SecurityGroupIds: [GroupId] },
        ClientToken: 'once',
      }),
    )
    await c.pass(10)
    const instance = run.Instances?.[0]?.InstanceId ?? ''
    const { KeyPairs = [] } = await ec2.send(new ec2Sdk.DescribeKeyPairsCommand({}))
    await ec2.send(
      new ec2Sdk.CreateTagsCommand({ Resources: [instance, image], Tags: [{ Key: 'whose', Value: 'hers' }] }),
    )
    const volumes = await haveVolumes(c, alice, instance)
    networks = haveNetworks(c, alice)
    bobsNetworks = haveNetworks(c, bob)
    haveInstance(c, { id: bobsInstance, account: bob.accountId })
    c.engine.write(tx =>
      tx.conversions.put({
        ...{ id: 'import-vol-00000001', account: alice.accountId, userName: 'admin', state: 'NEW' },
        ...{ message: 'alices', zone: 'PARTI00', endpoint: '', disks: [] },
        ...{ createdAt: tx.now, changedAt: tx.now, expiresAt: tx.now },
      }),
    )
    c.engine.write(tx =>
      tx.bundleTasks.put({
        ...{ id: instance.replace('i-', 'bun-'), account: alice.accountId, instanceId: instance },
        ...{ bucket: 'alice', prefix: 'alices', state: 'bundling', progress: 5 },
        ...{ startedAt: tx.now, updatedAt: tx.now },
      }),
    )
    names = {
      ...{ image, group: GroupId, rule: SecurityGroupRules[0]?.SecurityGroupRuleId ?? '', address: PublicIp },
      ...{ instance, keyPair: KeyPairs[0]?.KeyPairId ?? '', upload: UploadId },
      ...volumes,
      ...networks,
    }
    assert.ok(Object.values(names).every(Boolean))
  })
  after(() => c.close())

  it('gets no answer of S3 about a private bucket, and changes nothing in it', async () => {
    const was = records()
    const input = {
      ...{ Bucket: 'alice', Key: 'private', UploadId: names.upload, PartNumber: 1, Body: 'x' },
      ...{ CopySource: 'alice/private', Delete: { Objects: [{ Key: 'private' }] }, ACL: 'public-read' },
      ...{ Tagging: { TagSet: [] }, ObjectAttributes: ['ETag'], BucketLoggingStatus: {}, Policy: '{}' },
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: {},
      OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
      CORSConfiguration: { CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }] },
      LifecycleConfiguration: {
        Rules: [{ Status: 'Enabled', Expiration: { Days: 1 }, Filter: { Prefix: '' } }],
      },
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag: 'x' }] },
    }
    const others = ['ListBuckets', 'CreateBucket', 'CopyObject', 'UploadPartCopy']
    for (const name of Object.keys(s3Service.operations).filter(name => !others.includes(name))) {
      for (const who of [bob.s3(), nobody]) {
        const more =
          name === 'PutObject' ? { Tagging: undefined } : name.startsWith('Put') ? { Body: undefined } : {}
        const result = await attempt(who, s3Sdk, name, { ...input, ...more })
        assert.equal(result.status, 403, `${name}: ${JSON.stringify(result)}`)
      }
    }
    assert.equal(records(), was)
  })

  it('copies nothing out of a private bucket, and takes no name that is given', async () => {
    const own = bob.s3()
    await own.send(new s3Sdk.CreateBucketCommand({ Bucket: 'bobs' }))
    const upload = await own.send(new s3Sdk.CreateMultipartUploadCommand({ Bucket: 'bobs', Key: 'k' }))
    const was = records()
    const copy = {
      Bucket: 'bobs',
      Key: 'k',
      CopySource: 'alice/private',
      PartNumber: 1,
      UploadId: upload.UploadId,
    }
    assert.equal((await attempt(own, s3Sdk, 'CopyObject', copy)).status, 403)
    assert.equal((await attempt(own, s3Sdk, 'UploadPartCopy', copy)).status, 403)
    assert.equal((await attempt(own, s3Sdk, 'CreateBucket', { Bucket: 'alice' })).code, 'BucketAlreadyExists')
    const { output } = await attempt(own, s3Sdk, 'ListBuckets', {})
    assert.doesNotMatch(JSON.stringify(output), /alice/)
    assert.equal(records(), was)
  })

  it('gets no answer of EC2 that names what is not its own, and changes none of it', async () => {
    const { image, group, rule, address, instance, keyPair } = names
    const was = records()
    const value = { Value: 'true' }
    const cidr = { IpProtocol: 'tcp', FromPort: 1, ToPort: 2, CidrIp: '0.0.0.0/0' }
    const inputs: readonly (readonly [string, object])[] = [
      ['DeregisterImage', { ImageId: image }],
      ['DescribeImages', { ImageIds: [image] }],
      ['DescribeImages', { ImageIds: ['verbose'] }],
      ['DescribeImageAttribute', { ImageId: image, Attribute: 'launchPermission' }],
      ['ModifyImageAttribute', { ImageId: image, LaunchPermission: { Add: [{ UserId: bob.accountId }] } }],
      ['ResetImageAttribute', { ImageId: image, Attribute: 'launchPermission' }],
      ['CreateImage', { InstanceId: instance, Name: 'theirs' }],
      ['CopyImage', { SourceRegion: 'eucalyptus', SourceImageId: image, Name: 'theirs' }],
      ['RunInstances', { ImageId: image, MinCount: 1, MaxCount: 1 }],
      ['RunInstances', { ImageId: image, MinCount: 1, MaxCount: 1, ClientToken: 'once' }],
      ...instanceAttempts(instance ?? ''),
      ['DescribeKeyPairs', { KeyNames: ['alices'] }],
      ['DescribeKeyPairs', { KeyPairIds: [keyPair] }],
      ['DescribeSecurityGroups', { GroupIds: [group] }],
      ['DescribeSecurityGroups', { GroupNames: ['alices'] }],
      ['DescribeSecurityGroupRules', { SecurityGroupRuleIds: [rule] }],
      ['DeleteSecurityGroup', { GroupId: group }],
      ['AuthorizeSecurityGroupIngress', { GroupId: group, ...cidr }],
      ['RevokeSecurityGroupIngress', { GroupId: group, SecurityGroupRuleIds: [rule] }],
      ['AuthorizeSecurityGroupEgress', { GroupId: group }],
      ['RevokeSecurityGroupEgress', { GroupId: group }],
      ['UpdateSecurityGroupRuleDescriptionsIngress', { GroupId: group }],
      ['UpdateSecurityGroupRuleDescriptionsEgress', { GroupId: group }],
      ['ModifySecurityGroupRules', { GroupId: group, SecurityGroupRules: [{ SecurityGroupRuleId: rule }] }],
      ['BundleInstance', { InstanceId: instance, Storage: { S3: { Bucket: 'mine', Prefix: 'mine' } } }],
      ['DescribeBundleTasks', { BundleIds: [`bun-${instance?.slice(2)}`] }],
      ['DescribeConversionTasks', { ConversionTaskIds: ['import-vol-00000001'] }],
      ['DescribeConversionTasks', { ConversionTaskIds: ['verbose'] }],
      ['CancelConversionTask', { ConversionTaskId: 'import-vol-00000001' }],
      ['CancelBundleTask', { BundleId: `bun-${instance?.slice(2)}` }],
      ['DescribeAddresses', { PublicIps: [address] }],
      ['AssociateAddress', { InstanceId: instance, PublicIp: address }],
      ['DisassociateAddress', { PublicIp: address }],
      ['ReleaseAddress', { PublicIp: address }],
      ['AllocateAddress', { Address: address }],
      ...networkAttempts(networks, bobsNetworks),
      ...volumeAttempts(names, { instance: bobsInstance, account: bob.accountId }),
      ...[image, instance, group, rule, keyPair].map(
        id => ['CreateTags', { Resources: [id], Tags: [{ Key: 'mine', ...value }] }] as const,
      ),
    ]
    for (const [name, input] of inputs) {
      const result = await attempt(bob.ec2(), ec2Sdk, name, input)
      assert.ok(result.code, `${name} ${JSON.stringify(input)} was answered`)
    }
    // What is no refusal finds nothing.
    const silent: readonly (readonly [string, object])[] = [
      ['DeleteTags', { Resources: [instance, image] }],
      ['DeleteKeyPair', { KeyName: 'alices' }],
      ['DeleteKeyPair', { KeyPairId: keyPair }],
      ['DescribeInstances', {}],
      ['DescribeInstanceStatus', { IncludeAllInstances: true }],
      ['DescribeImages', {}],
      ['DescribeImages', { Owners: [alice.accountId] }],
      ['DescribeImages', { ExecutableUsers: [alice.accountId] }],
      ['DescribeKeyPairs', {}],
      ['DescribeAddresses', {}],
      ['DescribeAddresses', { PublicIps: ['verbose'] }],
      ['DescribeBundleTasks', {}],
      ['DescribeConversionTasks', {}],
      ['DescribeSecurityGroups', {}],
      ['DescribeSecurityGroups', { GroupNames: ['verbose'] }],
      ['DescribeSecurityGroupRules', {}],
      ['DescribeTags', {}],
      ...networkListings,
      ...volumeListings(alice.accountId),
    ]
    for (const [name, input] of silent) {
      const { output, code } = await attempt(bob.ec2(), ec2Sdk, name, input)
      const text = JSON.stringify(output)
      const seen = [...Object.values(names), alice.accountId, 'alices'].filter(one => text?.includes(one))
      assert.deepEqual([name, code, seen], [name, undefined, []])
    }
    assert.equal(records(), was)
    const tried = new Set([...inputs, ...silent].map(([name]) => name))
    const ofNobody = [
      ...[
        'RegisterImage',
        'CreateKeyPair',
        'ImportKeyPair',
        'CreateSecurityGroup',
        'DescribeAvailabilityZones',
      ],
      ...['DescribeRegions', 'DescribeAccountAttributes'],
      ...['DescribeInstanceTypes', 'DescribeInstanceTypeOfferings'],
      ...networksOfNobody,
      // Types are the cloud's, and administrators' alone to modify.
      'ModifyInstanceTypeAttribute',
      // Whose objects they read is tested with them.
      ...['ImportVolume', 'ImportInstance'],
    ]
    const left = Object.keys(ec2Service.operations).filter(
      name => !tried.has(name) && !ofNobody.includes(name),
    )
    assert.deepEqual(left, [])
  })

  it('is not told of anything by the query services without a signature', async () => {
    for (const path of ['compute', 'Euare', 'Tokens', 'Empyrean', 'AutoScaling', 'CloudWatch']) {
      const answer = await c.engine.handle({
        method: 'GET',
        path: `/services/${path}`,
        query: 'Action=DescribeInstances',
        headers: { host: 'cloud.test' },
      })
      // The token service asks for a name and a password, as consoles expect.
      assert.equal(answer.status, path === 'Tokens' ? 401 : 403, path)
    }
  })

  it('reads its own identity only', async () => {
    const { GetUserCommand, ListAccessKeysCommand, ListUsersCommand } = await import('@aws-sdk/client-iam')
    const iam = bob.iam()
    const answers = [
      await iam.send(new GetUserCommand({ UserName: 'admin' })),
      await iam.send(new ListUsersCommand({})),
      await iam.send(new ListAccessKeysCommand({ UserName: 'admin' })),
    ]
    const text = JSON.stringify(answers)
    assert.ok(text.includes(bob.key.id) && !text.includes(alice.key.id) && !text.includes(alice.accountId))
  })
})
