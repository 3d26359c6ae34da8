// SPDX-License-Identifier: BSD-2-Clause
// Each condition key that is not looked at closer elsewhere has the value that it should: with it a statement denies a
// request, and with any other it does not.
import assert from 'node:assert/strict'
import { StartSnapshotCommand } from '@aws-sdk/client-ebs'
import * as ec2 from '@aws-sdk/client-ec2'
import * as iam from '@aws-sdk/client-iam'
import * as s3 from '@aws-sdk/client-s3'
import { AssumeRoleCommand, GetFederationTokenCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts'
import { instanceCredentials } from '../../../src/engine/iam/instance-credentials'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { ext4Disk, registerTiny } from '../../support/tiny-image'
import { documentOf, type Statement } from '../ec2/people'
import { haveSnapshotOf, haveVolume } from '../ec2/volume'
import { clientOf } from '../s3/people'
import { havePolicy, haveRole, haveUser, type Keys, trusting, withKeys } from '../sts/people'

const refusals = ['UnauthorizedOperation', 'NotAuthorized', 'AccessDenied', 'AccessDeniedException']
const DryRun = true

describe('a condition key', () => {
  let c: Cloud
  let alice: Clients
  let ann: ReturnType<typeof haveUser>
  let keys: Keys

  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    ann = haveUser(c, alice.accountId, 'ann')
  })
  beforeEach(() => {
    keys = ann
  })
  after(() => c.close())

  const may = (holder: string, ...statements: readonly Statement[]): void =>
    havePolicy(c, alice.accountId, holder, documentOf([{ Action: '*' }, ...statements]))

  const isDenied = (request: Promise<unknown>): Promise<boolean> =>
    request.then(
      () => false,
      (error: { name: string; Code?: string }) => refusals.includes(error.Code ?? error.name),
    )

  /** That a request has this value, and not another. */
  const has = async (
    key: string,
    value: string,
    request: () => Promise<unknown>,
    { operator = 'StringEquals', holder = 'user/ann' } = {},
  ): Promise<void> => {
    may(holder, { Effect: 'Deny', Action: '*', Condition: { [operator]: { [key]: value } } })
    assert.ok(await isDenied(request()), `${key} is not ${value}`)
    may(holder, { Effect: 'Deny', Action: '*', Condition: { [operator]: { [key]: `no ${value}` } } })
    assert.ok(!(await isDenied(request())), `${key} is anything`)
  }

  const list = () => withKeys(c, keys).iam().send(new iam.ListRolesCommand({}))

  it('tells of every request when, where and by whom it is made', async () => {
    const now = c.clock.now()
    await has('aws:CurrentTime', new Date(now).toISOString(), list)
    await has('aws:EpochTime', String(Math.floor(now / 1000)), list)
    await has('aws:RequestedRegion', 'eucalyptus', list)
    await has('aws:UserAgent', 'aws-sdk-js/*', list, { operator: 'StringLike' })
    await has('aws:username', 'ann', list)
    const { userId } = c.engine.read(tx => ({ userId: tx.users.in(alice.accountId).must('ann').id }))
    await has('aws:userid', userId, list)
    await has('aws:PrincipalType', 'User', list)
    await has('aws:PrincipalArn', ann.arn, list)
    await has('aws:PrincipalAccount', alice.accountId, list)
    const see = () =>
      withKeys(c, ann)
        .iam()
        .send(new iam.GetRoleCommand({ RoleName: 'none' }))
    await has('aws:ResourceAccount', alice.accountId, see)
  })

  it('tells of a user’s session when it began, and of a device', async () => {
    may('user/ann')
    const { Credentials = {} } = await withKeys(c, ann).sts().send(new GetSessionTokenCommand({}))
    keys = Credentials as Keys
    const began = new Date(c.clock.now()).toISOString()
    c.clock.advance(60)
    await has('aws:TokenIssueTime', began, list)
    await has('aws:MultiFactorAuthPresent', 'false', list)
    c.engine.write(tx => {
      const session = tx.sessions.must(keys.AccessKeyId ?? '')
      tx.sessions.put({ ...session, mfaSerial: 'phone' })
    })
    await has('aws:MultiFactorAuthPresent', 'true', list)
    await has('aws:MultiFactorAuthAge', '60', list)
  })

  it('tells of other sessions whose they are', async () => {
    may('user/ann')
    const Policy = documentOf([{ Action: '*' }])
    const federate = new GetFederationTokenCommand({ Name: 'guest', Policy })
    keys = (await withKeys(c, ann).sts().send(federate)).Credentials as Keys
    const images = () => withKeys(c, keys).ec2().send(new ec2.DescribeImagesCommand({}))
    await has('aws:PrincipalType', 'FederatedUser', images)
    const Condition = { StringEquals: { 'sts:RoleSessionName': 'work' } }
    await haveRole(alice, 'builder', trusting({ AWS: ann.arn }, { Condition }))
    const RoleArn = `arn:aws:iam::${alice.accountId}:role/builder`
    const assume = (RoleSessionName: string) =>
      withKeys(c, ann).sts().send(new AssumeRoleCommand({ RoleArn, RoleSessionName }))
    may('user/ann')
    assert.ok(await isDenied(assume('play')))
    keys = (await assume('work')).Credentials as Keys
    const role = { holder: 'role/builder' }
    await has('aws:PrincipalType', 'AssumedRole', list, role)
    await has('aws:PrincipalArn', RoleArn, list, role)
    await has('aws:userid', '*:work', list, { ...role, operator: 'StringLike' })
  })

  it('tells of an instance’s session which one it is', async () => {
    await haveRole(alice, 'server', trusting({ Service: 'ec2.amazonaws.com' }))
    const profile = { InstanceProfileName: 'web' }
    await alice.iam().send(new iam.CreateInstanceProfileCommand(profile))
    await alice.iam().send(new iam.AddRoleToInstanceProfileCommand({ ...profile, RoleName: 'server' }))
    const account = alice.accountId
    const profileArn = `arn:aws:iam::${account}:instance-profile/web`
    const told = c.engine.write(tx => instanceCredentials(tx, { id: 'i-00000001', account, profileArn }))
    assert.ok(told)
    keys = { ...told, SessionToken: told.Token }
    const arn = `arn:aws:ec2:eucalyptus:${account}:instance/i-00000001`
    await has('ec2:SourceInstanceArn', arn, list, { holder: 'role/server' })
    const ImageId = await registerTiny(c, { disk: ext4Disk('hers') }, { VirtualizationType: 'hvm' }, alice)
    const run = new ec2.RunInstancesCommand({
      ...{ ImageId, MinCount: 1, MaxCount: 1, DryRun },
      IamInstanceProfile: { Name: 'web' },
    })
    const own = withKeys(c, ann).ec2()
    await has('iam:AssociatedResourceArn', `arn:aws:ec2:eucalyptus:${account}:instance/*`, () =>
      own.send(run),
    )
  })

  it('tells what an instance is and is to be', async () => {
    const own = withKeys(c, ann).ec2()
    const ImageId = await registerTiny(
      c,
      { disk: ext4Disk('more') },
      { VirtualizationType: 'hvm', Name: 'more' },
      alice,
    )
    const wish = { ImageId, MinCount: 1, MaxCount: 1 }
    const { KeyName } = await alice.ec2().send(new ec2.CreateKeyPairCommand({ KeyName: 'k' }))
    const Placement = { GroupName: 'g', Tenancy: 'default' as const }
    const run = () => own.send(new ec2.RunInstancesCommand({ ...wish, DryRun, KeyName, Placement }))
    for (const [key, value] of [
      ['ec2:PlacementGroup', 'g'],
      ['ec2:KeyPairName', 'k'],
      ['ec2:KeyPairType', 'rsa'],
      ['ec2:ImageID', ImageId],
      ['ec2:ImageType', 'machine'],
    ] as const) {
      await has(key, value, run)
    }
    const { Instances = [] } = await alice.ec2().send(new ec2.RunInstancesCommand(wish))
    const id = Instances[0]?.InstanceId ?? ''
    await has('ec2:InstanceID', id, () =>
      own.send(new ec2.RebootInstancesCommand({ InstanceIds: [id], DryRun })),
    )
    const { PublicIp = '' } = await alice.ec2().send(new ec2.AllocateAddressCommand({}))
    const release = () => own.send(new ec2.ReleaseAddressCommand({ PublicIp, DryRun }))
    await has('ec2:PublicIpAddress', PublicIp, release)
    await has('ec2:Domain', 'standard', release)
    const group = { GroupName: 'web', Description: 'web' }
    const { GroupId = '' } = await alice.ec2().send(new ec2.CreateSecurityGroupCommand(group))
    const remove = () => own.send(new ec2.DeleteSecurityGroupCommand({ GroupName: 'web', DryRun }))
    await has('ec2:SecurityGroupID', GroupId, remove)
  })

  it('tells what a volume or snapshot is and is to be', async () => {
    const own = withKeys(c, ann).ec2()
    const VolumeId = await haveVolume(c, {}, alice)
    await has('ec2:VolumeID', VolumeId, () => own.send(new ec2.DeleteVolumeCommand({ VolumeId, DryRun })))
    const make = () =>
      own.send(
        new ec2.CreateVolumeCommand({
          ...{ AvailabilityZone: 'PARTI00', Size: 4, VolumeType: 'gp3', Iops: 3001, Throughput: 126 },
          DryRun,
        }),
      )
    await has('ec2:VolumeIops', '3001', make)
    await has('ec2:VolumeThroughput', '126', make)
    await has('ec2:Encrypted', 'false', make)
    const SnapshotId = await haveSnapshotOf(c, 'hers', alice)
    const snapshot = c.engine.read(tx => tx.snapshots.must(SnapshotId))
    const remove = () => own.send(new ec2.DeleteSnapshotCommand({ SnapshotId, DryRun }))
    await has('ec2:SnapshotID', SnapshotId, remove)
    await has('ec2:SnapshotTime', snapshot.startedAt.toISOString(), remove)
    const parent = `arn:aws:ec2:eucalyptus:${alice.accountId}:volume/${snapshot.volumeId}`
    await has('ec2:ParentVolume', parent, remove)
    const snapshotToBe = new StartSnapshotCommand({ VolumeSize: 2, Description: 'mine' })
    const write = () => withKeys(c, ann).ebs().send(snapshotToBe)
    await has('ebs:VolumeSize', '2', write)
    await has('ebs:Description', 'mine', write)
  })

  it('tells what is said of an object', async () => {
    const Bucket = 'hers'
    await alice.s3().send(new s3.CreateBucketCommand({ Bucket }))
    const { VersionId = 'null' } = await alice
      .s3()
      .send(new s3.PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }))
    const own = clientOf(c, { id: ann.AccessKeyId ?? '', secret: ann.SecretAccessKey ?? '' })
    const put = (more: object) => () =>
      own.send(new s3.PutObjectCommand({ Bucket, Key: 'b', Body: 'x', ...more }))
    const grantee = `id="${c.engine.read(tx => tx.accounts.must(alice.accountId).canonicalId)}"`
    for (const [name, header] of [
      ['GrantFullControl', 'full-control'],
      ['GrantRead', 'read'],
      ['GrantReadACP', 'read-acp'],
      ['GrantWriteACP', 'write-acp'],
    ] as const) {
      await has(`s3:x-amz-grant-${header}`, grantee, put({ [name]: grantee }))
    }
    const bucketAcl = new s3.PutBucketAclCommand({ Bucket, GrantWrite: grantee })
    await has('s3:x-amz-grant-write', grantee, () => own.send(bucketAcl))
    await has('s3:RequestObjectTagKeys', 'team', put({ Tagging: 'team=red' }))
    const CopySource = `${Bucket}/a`
    const copy = (MetadataDirective: 'COPY' | 'REPLACE') => () =>
      own.send(new s3.CopyObjectCommand({ Bucket, Key: 'c', CopySource, MetadataDirective }))
    await has('s3:x-amz-metadata-directive', 'REPLACE', copy('REPLACE'))
    await has('s3:VersionId', VersionId, () =>
      own.send(new s3.GetObjectCommand({ Bucket, Key: 'a', VersionId })),
    )
    const get = () => own.send(new s3.GetObjectCommand({ Bucket, Key: 'a' }))
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
    await has('s3:x-amz-content-sha256', empty, get)
  })
})
