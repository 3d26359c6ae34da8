// SPDX-License-Identifier: BSD-2-Clause
// What an instance is told of itself, path by path. Names are EC2's; which of them there are and what they hold follows
// Eucalyptus 4.4, and EC2 where Eucalyptus has nothing.
import { createSign } from 'node:crypto'
import { networks } from '../ec2/instance-network-views'
import { isRootOf } from '../ec2/instance-volumes'
import type { Instance } from '../ec2/schema/instances'
import { groupNames } from '../ec2/security-group-records'
import { volumesOf } from '../ec2/volume-life'
import { arnOf } from '../iam/arns'
import { instanceCredentials, instanceRole } from '../iam/instance-credentials'
import type { Role } from '../iam/schema'
import { isWorkerRole } from '../imaging/workers'
import type { Tx } from '../operation'
import { interfaceEntries } from './interfaces'

/** A path below the version, and its text; `undefined` where there is none. */
export type Entry = readonly [path: string, text: string | undefined]

/** As EC2 writes times here: no fractions of a second. */
const time = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`

const core = (tx: Tx, instance: Instance): Entry[] => {
  const image = tx.images.get(instance.imageId)
  const network = networks(tx)(instance)
  const nameOf = groupNames(tx)
  return [
    ['ami-id', instance.imageId],
    ['ami-launch-index', String(instance.launchIndex)],
    // EC2's word for an image that has no manifest.
    ['ami-manifest-path', instance.rootDeviceType === 'ebs' ? '(unknown)' : (image?.location ?? '(unknown)')],
    ['hostname', network.privateDnsName],
    ['instance-action', 'none'],
    ['instance-id', instance.id],
    ['instance-life-cycle', 'on-demand'],
    ['instance-type', instance.instanceType],
    ['kernel-id', instance.kernelId],
    ['local-hostname', network.privateDnsName],
    ['local-ipv4', network.privateIp],
    ['mac', instance.macAddress],
    ['placement/availability-zone', instance.zone],
    ['placement/region', tx.region],
    ['product-codes', instance.productCodes.join('\n') || undefined],
    ['profile', instance.virtualizationType === 'hvm' ? 'default-hvm' : 'default-paravirtual'],
    ['public-hostname', network.publicDnsName],
    ['public-ipv4', network.publicIp],
    ['ramdisk-id', instance.ramdiskId],
    ['reservation-id', instance.reservationId],
    ['security-groups', instance.groupIds.map(nameOf).sort().join('\n')],
    ['services/domain', 'eucalyptus.localhost'],
    ['services/partition', 'aws'],
  ]
}

const short = (device: string): string => device.replace(/^\/dev\//, '')

const mappings = (tx: Tx, instance: Instance): Entry[] => {
  const root = instance.rootDeviceName
  const volumes = volumesOf(tx, instance.id).flatMap(({ attachment }) => attachment ?? [])
  const further = volumes.filter(({ device }) => !isRootOf(instance, device))
  const entries: [string, string][] = [
    // Eucalyptus has its own name for it beside EC2's.
    ['ami', short(root)],
    ['emi', short(root)],
    ...further.map(({ device }, index): [string, string] => [`ebs${index + 1}`, short(device)]),
    ...instance.mappings.flatMap(({ virtualName, deviceName }): [string, string][] =>
      virtualName ? [[virtualName, short(deviceName)]] : [],
    ),
    ['root', root.startsWith('/dev/') ? root : `/dev/${root}`],
  ]
  return entries.map(([name, device]) => [`block-device-mapping/${name}`, device])
}

const keys = (tx: Tx, { account, keyName }: Instance): Entry[] => {
  const pair = keyName === undefined ? undefined : tx.keyPairs.in(account).get(keyName)
  return pair ? [['public-keys/0/openssh-key', pair.publicKey]] : []
}

const identity = (tx: Tx, instance: Instance): Entry[] => {
  const document = JSON.stringify(
    {
      accountId: instance.account,
      architecture: instance.architecture,
      availabilityZone: instance.zone,
      billingProducts: null,
      devpayProductCodes: null,
      marketplaceProductCodes: instance.productCodes.length > 0 ? instance.productCodes : null,
      imageId: instance.imageId,
      instanceId: instance.id,
      instanceType: instance.instanceType,
      kernelId: instance.kernelId ?? null,
      pendingTime: time(instance.launchedAt),
      privateIp: instance.privateIp,
      ramdiskId: instance.ramdiskId ?? null,
      region: tx.region,
      version: '2017-09-30',
    },
    undefined,
    2,
  )
  const { privateKey } = tx.cloudIdentity.must('cloud')
  return [
    ['dynamic/instance-identity/document', document],
    [
      'dynamic/instance-identity/signature',
      createSign('sha256')
        .update(document)
        .sign(privateKey, 'base64')
        .replace(/.{64}(?=.)/g, '$&\n'),
    ],
  ]
}

/**
 * The role whose keys the instance is told. Nothing is in an imaging worker that would use its own, which are the
 * administrators', and whoever can use this machine could ask for them.
 */
const roleTold = (tx: Tx, instance: Instance): Role | undefined => {
  const role = instanceRole(tx, instance)
  return role && isWorkerRole(tx, role) ? undefined : role
}

const info = (tx: Tx, instance: Instance): Entry[] => {
  const { account, profileArn } = instance
  const name = profileArn?.slice(profileArn.lastIndexOf('/') + 1) ?? ''
  const profile = tx.instanceProfiles.in(account).get(name)
  if (!profile) return []
  const text = {
    Code: 'Success',
    LastUpdated: time(tx.now),
    InstanceProfileArn: arnOf('instance-profile', profile),
    InstanceProfileId: profile.id,
  }
  const role = roleTold(tx, instance)
  return [
    ['iam/info', JSON.stringify(text, undefined, 2)],
    // Its keys are made when they are read.
    ...(role ? [[`iam/security-credentials/${role.name}`, ''] as const] : []),
  ]
}

/** What there is below a version. */
const entriesOf = (tx: Tx, instance: Instance): Map<string, string> => {
  const metadata = [core, mappings, info, interfaceEntries, keys].flatMap(part => part(tx, instance))
  const all: Entry[] = [
    ...identity(tx, instance),
    ...metadata
      .map(([path, text]): Entry => [`meta-data/${path}`, text])
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  ]
  return new Map(all.flatMap(([path, text]) => (text === undefined ? [] : [[path, text]])))
}

/** Names below a path, those that have names below them in turn with a slash. */
const namesBelow = (entries: ReadonlyMap<string, string>, path: string): string[] => {
  const start = path === '' ? '' : `${path}/`
  const names = [...entries.keys()]
    .filter(entry => entry.startsWith(start))
    .map(entry => {
      const [name = '', ...rest] = entry.slice(start.length).split('/')
      return rest.length > 0 ? `${name}/` : name
    })
  return [...new Set(names)]
}

const credentialsPath = 'meta-data/iam/security-credentials/'

/** Whether reading this path may make new keys, which is to write. */
export const writes = (path: string): boolean => path.startsWith(credentialsPath)

const credentials = (tx: Tx, instance: Instance, role: string): string | undefined => {
  const found = roleTold(tx, instance)?.name === role ? instanceCredentials(tx, instance) : undefined
  if (!found) return undefined
  const { AccessKeyId, SecretAccessKey, Token } = found
  return JSON.stringify(
    {
      Code: 'Success',
      LastUpdated: time(found.LastUpdated),
      Type: 'AWS-HMAC',
      AccessKeyId,
      SecretAccessKey,
      Token,
      Expiration: time(found.Expiration),
    },
    undefined,
    2,
  )
}

/** The text at a path without slashes at its ends, or the names below it; undefined where there is nothing. */
export const metadataAt = (tx: Tx, instance: Instance, path: string): string | Buffer | undefined => {
  if (path === 'user-data') {
    return instance.userData ? Buffer.from(instance.userData, 'base64') : undefined
  }
  if (writes(path)) return credentials(tx, instance, path.slice(credentialsPath.length))
  // There is a token to be had here, but not to be read.
  if (path === 'api') return 'token'
  const entries = entriesOf(tx, instance)
  const text = entries.get(path)
  if (text !== undefined) return text
  // A list of its own kind: number and name, while the number alone is what the path goes on with.
  if (path === 'meta-data/public-keys' && entries.has(`${path}/0/openssh-key`)) return `0=${instance.keyName}`
  const names = namesBelow(entries, path)
  if (path !== '') return names.length > 0 ? names.join('\n') : undefined
  return ['dynamic', 'meta-data', ...(instance.userData ? ['user-data'] : [])].join('\n')
}
