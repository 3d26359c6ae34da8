// SPDX-License-Identifier: BSD-2-Clause
// The AWS CLI's `ec2` commands: the life of an image and its instances.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { allFail, need, type Program, program } from '../support/programs'
import { ext4Disk } from '../support/tiny-image'
import { bundleByHand, bundlers } from './hand-made-bundle'
import { type ServedCloud, servedCloud } from './served-cloud'

// The CLI's own waiters look every 15 seconds. Models in a folder of its own go before the built-in ones.
const waiter = (state: string) => ({
  operation: 'DescribeInstances',
  delay: 1,
  maxAttempts: 30,
  acceptors: [
    {
      matcher: 'pathAll',
      expected: state,
      state: 'success',
      argument: 'Reservations[].Instances[].State.Name',
    },
  ],
})

const quickWaiters = (models: string): void => {
  const folder = join(models, 'ec2', '2016-11-15')
  mkdirSync(folder, { recursive: true })
  const waiters = { InstanceRunning: waiter('running'), InstanceTerminated: waiter('terminated') }
  writeFileSync(join(folder, 'waiters-2.json'), JSON.stringify({ version: 2, waiters }))
}

interface Named {
  readonly [name: string]: string
}

describe('the AWS CLI as a user of images and instances', () => {
  let cloud: ServedCloud
  let aws: Program
  let emi: string

  const at = (path: string, env: Named = {}): Program =>
    program(
      'aws',
      { env: { ...cloud.env, AWS_DATA_PATH: join(cloud.work, 'models'), ...env }, cwd: cloud.work },
      { last: ['--endpoint-url', `${cloud.endpoint}${path}`] },
    )

  before(async function () {
    need(this, 'aws', ...bundlers)
    cloud = await servedCloud()
    quickWaiters(join(cloud.work, 'models'))
    aws = at('')
    const folder = await bundleByHand(cloud, 'disk.img', ext4Disk('root'))
    await aws`s3 mb s3://images`
    await aws`s3 cp --quiet --recursive --acl aws-exec-read ${folder} s3://images/one`
    const registered =
      await aws.json`ec2 register-image --name my-image --image-location images/one/disk.img.manifest.xml --architecture x86_64 --virtualization-type hvm --description ${'An image & more'}`
    emi = registered.ImageId
  })
  after(() => cloud?.close())

  it('registers an image from a manifest and describes it', async () => {
    assert.match(emi, /^emi-[0-9A-F]{8}$/)
    const { Images } = await aws.json`ec2 describe-images --image-ids ${emi}`
    const [image] = Images
    assert.equal(image.Name, 'my-image')
    assert.equal(image.Description, 'An image & more')
    assert.equal(image.ImageLocation, 'images/one/disk.img.manifest.xml')
    assert.equal(image.State, 'available')
    assert.equal(image.OwnerId, cloud.accountId)
    assert.equal(image.RootDeviceType, 'instance-store')
    assert.equal(image.Public, false)
    const register = ['ec2', 'register-image', '--image-location']
    await allFail([
      [
        /\(InvalidAMIName\.Duplicate\).* AMI name my-image is already in use by EMI emi-/,
        aws.fails`${register} images/one/disk.img.manifest.xml --name my-image`,
      ],
      [/\(InvalidManifest\)/, aws.fails`${register} images/none.manifest.xml --name other`],
    ])
  })

  it('finds images by owner and filters', async () => {
    const find = (...filters: string[]) =>
      aws.json`ec2 describe-images --query Images[].ImageId --owners self --filters ${filters}`
    const [ours, theirs, several] = await Promise.all([
      find('Name=name,Values=my-*'),
      find('Name=name,Values=your-*'),
      find('Name=architecture,Values=i386,x86_64', 'Name=is-public,Values=false'),
    ])
    assert.deepEqual([ours, theirs, several], [[emi], [], [emi]])
    await allFail([
      [
        /\(InvalidParameterValue\).*The filter 'colour' is invalid/,
        aws.fails`ec2 describe-images --filters Name=colour,Values=blue`,
      ],
      [/\(InvalidAMIID\.NotFound\)/, aws.fails`ec2 describe-images --image-ids emi-00000000`],
    ])
  })

  it('lets others launch an image', async () => {
    const permission = () =>
      aws.json`ec2 describe-image-attribute --image-id ${emi} --attribute launchPermission --query LaunchPermissions`
    await aws`ec2 modify-image-attribute --image-id ${emi} --launch-permission ${'{"Add":[{"Group":"all"},{"UserId":"123456789012"}]}'}`
    assert.deepEqual(await permission(), [{ Group: 'all' }, { UserId: '123456789012' }])
    await aws`ec2 reset-image-attribute --image-id ${emi} --attribute launchPermission`
    assert.deepEqual(await permission(), [])
    await aws`ec2 modify-image-attribute --image-id ${emi} --description changed`
    const { Description } =
      await aws.json`ec2 describe-image-attribute --image-id ${emi} --attribute description`
    assert.equal(Description.Value, 'changed')
  })

  it('describes where instances can be', async () => {
    const [regions, zones, types, limits] = await Promise.all([
      aws.json`ec2 describe-regions --query Regions[].RegionName`,
      aws.json`ec2 describe-availability-zones --query AvailabilityZones[].[ZoneName,State]`,
      aws.json`ec2 describe-instance-types --query InstanceTypes[].InstanceType`,
      aws.json`ec2 describe-account-attributes --query AccountAttributes[].AttributeName`,
    ])
    assert.deepEqual(regions, ['eucalyptus'])
    assert.deepEqual(zones, [
      ['PARTI00', 'available'],
      ['PARTI01', 'available'],
    ])
    assert.ok(types === null || types.includes('m1.small'), JSON.stringify(types))
    assert.ok(limits.length > 0)
  })

  it('makes key pairs that openssl can read', async () => {
    const made = await aws.json`ec2 create-key-pair --key-name mine`
    const openssl = program('openssl', { env: cloud.env, input: made.KeyMaterial })
    assert.match(await openssl`rsa -check -noout`, /RSA key ok/)
    const der = await openssl.outcome`pkcs8 -topk8 -nocrypt -outform DER`
    const digest = program('openssl', { input: der.bytes })
    const sha1 = (await digest`dgst -sha1 -c`).replace(/^.*= /, '')
    assert.equal(made.KeyFingerprint, sha1)
    const { KeyPairs } = await aws.json`ec2 describe-key-pairs --filters Name=key-name,Values=mi*`
    assert.equal(KeyPairs[0].KeyFingerprint, sha1)
    assert.match(await aws.fails`ec2 create-key-pair --key-name mine`, /\(InvalidKeyPair\.Duplicate\)/)
    await aws`ec2 delete-key-pair --key-name mine`
    await aws`ec2 delete-key-pair --key-name mine`
  })

  it('makes groups and opens and closes them', async () => {
    const group = await aws.json`ec2 create-security-group --group-name web --description ${'web servers'}`
    const http = ['--protocol', 'tcp', '--port', '80', '--cidr', '10.0.0.0/8']
    await aws`ec2 authorize-security-group-ingress --group-name web ${http}`
    const again = await aws.fails`ec2 authorize-security-group-ingress --group-id ${group.GroupId} ${http}`
    assert.match(again, /\(InvalidPermission\.Duplicate\)/)
    await aws`ec2 authorize-security-group-ingress --group-name web --protocol udp --port 0-99 --source-group web`
    const describe = () =>
      aws.json`ec2 describe-security-groups --group-names web --query SecurityGroups[0].IpPermissions`
    const permissions = await describe()
    const web = permissions.find((one: { FromPort?: number }) => one.FromPort === 80)
    assert.deepEqual(web.IpRanges, [{ CidrIp: '10.0.0.0/8' }])
    const udp = permissions.find((one: { ToPort?: number }) => one.ToPort === 99)
    assert.deepEqual(udp.UserIdGroupPairs, [
      { GroupName: 'web', GroupId: group.GroupId, UserId: cloud.accountId },
    ])
    await aws`ec2 revoke-security-group-ingress --group-name web ${http}`
    assert.equal(
      (await describe()).find((one: { FromPort?: number }) => one.FromPort === 80),
      undefined,
    )
    assert.match(await aws.fails`ec2 delete-security-group --group-name default`, /\(CannotDelete\)/)
    await aws`ec2 delete-security-group --group-id ${group.GroupId}`
    assert.match(
      await aws.fails`ec2 describe-security-groups --group-names web`,
      /\(InvalidGroup\.NotFound\)/,
    )
  })

  it('runs instances, waits for them, looks at them and ends them', async () => {
    await aws`ec2 create-key-pair --key-name door --query KeyName`
    const run = () =>
      aws.json`ec2 run-instances --image-id ${emi} --count 2 --key-name door --instance-type m1.small --client-token once-only --user-data ${'#!/bin/sh\necho hi'} --tag-specifications ${'ResourceType=instance,Tags=[{Key=role,Value=test}]'}`
    const reservation = await run()
    const ids: string[] = reservation.Instances.map((one: Named) => one.InstanceId)
    assert.equal(ids.length, 2)
    assert.equal(reservation.Instances[0].State.Name, 'pending')
    assert.deepEqual(
      (await run()).Instances.map((one: Named) => one.InstanceId),
      ids,
      'a client token starts nothing twice',
    )
    await aws`ec2 wait instance-running --instance-ids ${ids}`
    const [console, status, data, tagged, first] = await Promise.all([
      aws.json`ec2 get-console-output --instance-id ${ids[0]}`,
      aws.json`ec2 describe-instance-status --instance-ids ${ids[0]}`,
      aws.json`ec2 describe-instance-attribute --instance-id ${ids[0]} --attribute userData`,
      aws.json`ec2 describe-instances --filters Name=tag:role,Values=test --query Reservations[].Instances[].InstanceId`,
      aws.json`ec2 describe-instances --page-size 5 --max-items 1`,
    ])
    assert.equal(console.InstanceId, ids[0])
    assert.match(console.Output, /\S/)
    assert.equal(status.InstanceStatuses[0].InstanceState.Name, 'running')
    assert.equal(Buffer.from(data.UserData.Value, 'base64').toString(), '#!/bin/sh\necho hi')
    assert.deepEqual(tagged, ids)
    assert.equal(first.Reservations.length, 1)

    const { PublicIp } = await aws.json`ec2 allocate-address`
    await aws`ec2 associate-address --public-ip ${PublicIp} --instance-id ${ids[0]}`
    const { Addresses } = await aws.json`ec2 describe-addresses --public-ips ${PublicIp}`
    assert.match(Addresses[0].InstanceId, new RegExp(`^${ids[0]}`))
    await aws`ec2 disassociate-address --public-ip ${PublicIp}`
    await aws`ec2 release-address --public-ip ${PublicIp}`

    await aws`ec2 create-tags --resources ${ids[0]} ${emi} --tags Key=name,Value=${'a b'}`
    const { Tags } = await aws.json`ec2 describe-tags --filters Name=key,Values=name`
    assert.deepEqual(
      Tags.map((tag: Named) => [tag.ResourceId, tag.ResourceType, tag.Value]).sort(),
      [
        [emi, 'image', 'a b'],
        [ids[0], 'instance', 'a b'],
      ].sort(),
    )
    await aws`ec2 delete-tags --resources ${ids[0]} ${emi} --tags Key=name`
    await aws`ec2 reboot-instances --instance-ids ${ids[0]}`
    const ended = await aws.json`ec2 terminate-instances --instance-ids ${ids}`
    assert.deepEqual(
      ended.TerminatingInstances.map((one: { CurrentState: Named }) => one.CurrentState.Name),
      ['shutting-down', 'shutting-down'],
    )
    await aws`ec2 wait instance-terminated --instance-ids ${ids}`
  })

  it('asks what would happen', async () => {
    await allFail([
      [
        /\(DryRunOperation\).*Request would have succeeded, but DryRun flag is set/,
        aws.fails`ec2 run-instances --dry-run --image-id ${emi}`,
      ],
      [/\(InvalidAMIID\.NotFound\)/, aws.fails`ec2 run-instances --dry-run --image-id emi-00000000`],
      [/\(DryRunOperation\)/, aws.fails`ec2 create-key-pair --dry-run --key-name never`],
    ])
    assert.match(await aws.fails`ec2 describe-key-pairs --key-names never`, /\(InvalidKeyPair\.NotFound\)/)
  })

  it('is refused with wrong credentials and unknown actions', async () => {
    const wrong = at('', { AWS_SECRET_ACCESS_KEY: 'wrong' })
    const unknown = at('', { AWS_ACCESS_KEY_ID: 'AKIANOBODYNOBODYNOBO' })
    await allFail([
      [/\(403 Forbidden\).*Signature validation failed/, wrong.fails`ec2 describe-images`],
      [/\(403 Forbidden\).*Failed to find access key/, unknown.fails`ec2 describe-images`],
      [/\(InvalidAction\).*The action DescribeHosts is not valid/, aws.fails`ec2 describe-hosts`],
    ])
  })

  it('works below the paths of the services too', async () => {
    const images = (path: string) => at(path).json`ec2 describe-images --query Images[].ImageId`
    const identify = (path: string) => at(path).json`sts get-caller-identity`
    const [compute, old, identity, same, user] = await Promise.all([
      images('/services/compute'),
      images('/services/Eucalyptus'),
      identify('/services/Tokens'),
      identify(''),
      at('/services/Euare').json`iam get-user`,
    ])
    assert.deepEqual([compute, old], [[emi], [emi]])
    assert.equal(identity.Account, cloud.accountId)
    assert.equal(user.User.Arn, identity.Arn)
    assert.deepEqual(same, identity)
    const [users, keys, aliases] = await Promise.all([
      aws.json`iam list-users --query Users[].UserName`,
      aws.json`iam list-access-keys --query AccessKeyMetadata[].AccessKeyId`,
      aws.json`iam list-account-aliases --query AccountAliases`,
    ])
    assert.deepEqual([users, keys, aliases], [['admin'], [cloud.accessKey], ['eucalyptus']])
    assert.match(await aws.fails`iam get-user --user-name nobody`, /\(NoSuchEntity\)/)
  })

  it('deregisters the image', async () => {
    await aws`ec2 deregister-image --image-id ${emi}`
    assert.match(
      await aws.fails`ec2 run-instances --image-id ${emi}`,
      /\(InvalidAMIID\.(NotFound|Unavailable)\)/,
    )
  })
})
