// SPDX-License-Identifier: BSD-2-Clause
// The console of a simulated machine: what a guest made of these very disks would have written, as far as its files
// tell. A disk without a file system panics on the console, which is where one looks when an instance does not answer.
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import { sizeOf } from '../ec2/capacity'
import type { ConsoleRecord, Instance } from '../ec2/schema/instances'
import type { KeyPair } from '../ec2/schema/network'
import type { JobContext, Tx } from '../operation'
import { type DiskFacts, kernelVersion, probeDisk } from './disk-probe'
import { entryDisk } from './folders'
import { nodeProperties } from './properties'

/** `euca-127-110-0-1` */
export const hostName = ({ privateIp }: Pick<Instance, 'privateIp'>): string =>
  `euca-${privateIp.replaceAll('.', '-')}`

/** Lines with the time since power-on, as the kernel writes them; a step takes what a small guest takes. */
const kernelLines = (lines: readonly string[], start = 0): readonly string[] =>
  lines.map((line, index) => `[${(start + index * 0.042).toFixed(6).padStart(12)}] ${line}`)

const rootLines = (facts: DiskFacts, device: string): readonly string[] => {
  if (facts.kind !== 'file-system') {
    return [
      `VFS: Cannot open root device "${device}" or unknown-block(8,1): error -6`,
      'Please append a correct "root=" boot option; here are the available partitions:',
      'Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(8,1)',
    ]
  }
  const { type, label, uuid } = facts
  const name = type === 'xfs' ? 'XFS' : `${type.toUpperCase()}-fs`
  return [
    `${name} (${device}): mounted filesystem ${uuid}${label ? ` "${label}"` : ''}`,
    `VFS: Mounted root (${type} filesystem) on device 8:1.`,
  ]
}

// A PKCS#8 header for 32 bytes of an Ed25519 private key.
const ed25519Header = Buffer.from('302e020100300506032b657004220420', 'hex')
// The same for a public key in SPKI form; what follows it is the key.
const ed25519PublicBytes = 32

/** A host key as OpenSSH writes it, and its fingerprint. */
export const hostKey = (seed: Buffer): { readonly line: string; readonly fingerprint: string } => {
  const privateKey = createPrivateKey({
    key: Buffer.concat([ed25519Header, seed]),
    format: 'der',
    type: 'pkcs8',
  })
  const der = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  const fields = [Buffer.from('ssh-ed25519'), der.subarray(der.length - ed25519PublicBytes)]
  const blob = Buffer.concat(
    fields.map(field => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(field.length)
      return Buffer.concat([length, field])
    }),
  )
  return {
    line: `ssh-ed25519 ${blob.toString('base64')}`,
    fingerprint: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`,
  }
}

interface Guest {
  readonly instance: Instance
  readonly keyPair: KeyPair | undefined
  readonly hostSeed: Buffer
  readonly bootedAt: Date
}

/** What cloud-init tells on its way: addresses, the user's key, user data, host keys. */
const cloudInitLines = ({ instance, keyPair, hostSeed, bootedAt }: Guest): readonly string[] => {
  const host = hostName(instance)
  const key = hostKey(hostSeed)
  const rule = 'ec2: #############################################################'
  return [
    `Cloud-init v. 0.7.5 running 'init' at ${bootedAt.toUTCString()}.`,
    `ci-info: eth0: True ${instance.privateIp} ${instance.macAddress}`,
    ...(keyPair ? [`ci-info: Authorized keys for user root: ${keyPair.name} ${keyPair.fingerprint}`] : []),
    ...(instance.userData
      ? [`ci-info: user-data: ${Buffer.from(instance.userData, 'base64').length} bytes`]
      : []),
    'ec2: ',
    rule,
    'ec2: -----BEGIN SSH HOST KEY FINGERPRINTS-----',
    `ec2: 256 ${key.fingerprint} root@${host} (ED25519)`,
    'ec2: -----END SSH HOST KEY FINGERPRINTS-----',
    rule,
    '-----BEGIN SSH HOST KEY KEYS-----',
    `${key.line} root@${host}`,
    '-----END SSH HOST KEY KEYS-----',
    `Cloud-init v. 0.7.5 finished. Datasource DataSourceEc2. Instance ${instance.id}`,
    '',
    `${host} login: `,
  ]
}

const guestOf = (tx: Tx, instance: Instance): Guest => ({
  instance,
  keyPair: instance.keyName ? tx.keyPairs.in(instance.account).get(instance.keyName) : undefined,
  hostSeed: tx.random(32),
  bootedAt: tx.now,
})

/** The text of a first boot. `disk` is the file of the root, `kernel` the node's cached kernel, where there is one. */
export const bootText = async (
  context: JobContext,
  instance: Instance,
  disk: string,
  kernel: string | undefined,
): Promise<string> => {
  const facts = await probeDisk(disk)
  const version = kernel ? await kernelVersion(entryDisk(context.home, instance.zone, kernel)) : undefined
  const { cpus, memoryMib } = sizeOf(instance)
  const guest = context.transact(tx => guestOf(tx, instance))
  if (!kernel && facts.kind === 'unknown') {
    return lines(['Booting from Hard Disk...', 'Boot failed: not a bootable disk', 'No bootable device.'])
  }
  const device = instance.rootDeviceName.replace(/^\/dev\//, '')
  const boot = kernelLines([
    `Linux version ${version ?? `unknown (kernel ${instance.kernelId ?? 'of the disk'})`}`,
    `Command line: root=/dev/${device} ro console=ttyS0`,
    `Memory: ${memoryMib * 1024}K available`,
    `Brought up ${cpus} CPUs`,
    // A whole disk brings its own boot loader; what its partitions hold is not looked at.
    ...(facts.kind === 'boot-sector'
      ? [`${device}: partitioned disk, booting from its boot loader`]
      : rootLines(facts, device)),
  ])
  return lines(facts.kind === 'unknown' ? boot : [...boot, ...cloudInitLines(guest)])
}

const lines = (all: readonly string[]): string => all.join('\r\n')

/** What the guest writes that stands for the instance, where there is one, follows the boot. It begins with this. */
export const guestMark = "\r\nCloud-init v. 0.7.5 running 'modules:config'"

/** The console after a reboot: what was there, and the same boot once more. What a guest wrote it writes anew itself. */
export const rebootedText = ({ text }: ConsoleRecord): string => {
  const boots = text.split(rebootMark)
  const [boot = ''] = (boots.at(-1) ?? '').split(guestMark)
  return `${text}${rebootMark}${boot}`.slice(-nodeProperties.consoleBytes)
}

/** The console with further lines. */
export const writtenOn = (console: ConsoleRecord, lines: readonly string[], now: Date): ConsoleRecord => ({
  ...console,
  text: `${console.text}${lines.map(line => `\r\n${line}`).join('')}`.slice(-nodeProperties.consoleBytes),
  updatedAt: now,
})

const rebootMark = '\r\nRestarting system.\r\n'
