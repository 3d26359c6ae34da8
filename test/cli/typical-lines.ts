// SPDX-License-Identifier: BSD-2-Clause
// A command line for every tool that its parser and its rules take, for tests that spoil it or the cloud it asks. Most are
// made from the declaration: what is required, and of what excludes each other the first. Files that the lines name are
// in a folder of their own.
import assert from 'node:assert/strict'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from '../../src/cli/command'
import { idOf, progOf } from '../../src/cli/find'
import type { Argument, Options } from '../../src/cli/options'
import { commandIds, loadCommand } from '../../src/cli/shelf'
import { makeCredentials } from '../bundle/credentials'
import { shellWords } from '../support/shell-words'
import { run } from './process'

/** Values by metavar where a text will not do. */
const values: Readonly<Record<string, string>> = {
  '(true|false)': 'true',
  ACL: 'acl-00000001',
  ADDRESS: '198.51.100.1',
  CGATEWAY: 'cgw-00000001',
  CIDR: '10.0.0.0/16',
  DHCPOPTS: 'dopt-00000001',
  GATEWAY: 'igw-00000001',
  IGATEWAY: 'igw-00000001',
  IMAGE: 'emi-00000001',
  INSTANCE: 'i-00000001',
  INTERFACE: 'eni-00000001',
  'KEY=VALUE,[VALUE,...]': 'ntp-servers=192.0.2.1',
  NACL: 'acl-00000001',
  RTABLE: 'rtb-00000001',
  SNAPSHOT: 'snap-00000001',
  SUBNET: 'subnet-00000001',
  VGATEWAY: 'vgw-00000001',
  VOLUME: 'vol-00000001',
  VPC: 'vpc-00000001',
  VPNCONN: 'vpn-00000001',
}

const policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'

/** What tools' rules or types want beside what is required. */
const lines: Readonly<Record<string, string>> = {
  'euare-accountuploadpolicy': `x -p x -o '${policy}'`,
  'euare-oidcprovidercreate': `https://example.org -t ${'ab'.repeat(20)}`,
  'euare-useraddloginprofile': 'x -p secret',
  'euare-usermodloginprofile': 'x -p secret',
  'euca-assign-private-ip-addresses': 'eni-00000001 --secondary-private-ip-address-count 1',
  'euca-associate-address': '198.51.100.1 -i i-00000001',
  'euca-attach-volume': 'vol-00000001 -i i-00000001 -d /dev/vdb',
  'euca-authorize': 'x -p 22',
  'euca-bundle-and-upload-image':
    '-b b -i x -r x86_64 -c cert.pem -k key.pem --ec2cert cert.pem -u 123456789012',
  'euca-bundle-upload': '-b b -i x -u 123456789012',
  'euca-convert-image': '-i emi-00000001 -k key.pem',
  'euca-create-image': 'i-00000001 -n name',
  'euca-create-volume': '-z x -s 1',
  'euca-delete-route': 'rtb-00000001 --cidr 10.0.0.0/16',
  'euca-disassociate-address': '198.51.100.1',
  'euca-download-and-unbundle': '-b b -m x.manifest.xml -k key.pem -d out',
  'euca-fingerprint-key': 'key.pem',
  'euca-import-instance': 'x -t m1.small -f raw -a x86_64 -p Linux -b b -o A -w B --image-size 1g',
  'euca-import-volume': 'x -f raw -z x -b b -o A -w B --image-size 1g',
  'euca-install-image':
    '-n x --virtualization-type hvm -b b -i x -r x86_64 -c cert.pem -k key.pem --ec2cert cert.pem -u 123456789012',
  'euca-modify-instance-attribute': 'i-00000001 -b /dev/sda1=::true',
  'euca-modify-snapshot-attribute': 'snap-00000001 -c -a all',
  'euca-modify-vpc-attribute': 'vpc-00000001 -s true',
  'euca-register': '-n x b/x.manifest.xml',
  'euca-release-address': '198.51.100.1',
  'euca-revoke': 'x -p 22',
  'euca-unassign-private-ip-addresses': 'eni-00000001 --secondary-private-ip-address 10.0.0.5',
  'euca-unbundle': '-m x.manifest.xml -k key.pem -d .',
  'euca-unbundle-stream': '--enc-key 0a --enc-iv 0b -o out.img',
  'euca-upload-bundle': '-m x.manifest.xml -b b',
  'euimage-describe-pack': 'x.euimage',
  'euimage-install-pack':
    '-b b --cert cert.pem --privatekey key.pem --ec2cert cert.pem --user 123456789012 x.euimage',
  'euimage-pack-image': 'x x.yml',
  'eulb-configure-healthcheck':
    'x --healthy-threshold 5 --interval 5 -t HTTP:80/ --timeout 5 --unhealthy-threshold 5',
  'eulb-create-lb': 'x -z z -l protocol=http,lb-port=80,instance-port=80',
  'eulb-create-lb-listeners': 'x -l protocol=http,lb-port=80,instance-port=80',
  'eulb-delete-lb-listeners': 'x -l 80',
  'eulb-modify-lb-attributes': 'x a=b',
  'euscale-create-or-update-tags': '--tag k=a,v=b,id=x,t=auto-scaling-group',
  'euscale-delete-tags': '--tag k=a,v=b,id=x,t=auto-scaling-group',
  'euwatch-put-data': '-n x -m x -v 1',
}

/** They ask no service. euca-bundle-vol would bundle this machine. */
export const asksNobody: readonly string[] = [
  'euare-releaserole',
  'euca-bundle-vol',
  'euca-fingerprint-key',
  'euca-generate-environment-config',
  'euca-unbundle',
  'euca-unbundle-stream',
  'euca-version',
  'euimage-describe-pack',
  'euimage-pack-image',
]

const textFor = ({ metavar = '', choices, type }: Argument): string => {
  if (choices) return choices[0] ?? ''
  return type === 'int' || type === 'float' ? '5' : (values[metavar] ?? 'x')
}

const wordsFor = (argument: Argument): string[] => {
  const { kind, flags } = argument
  if (kind === 'positional') return [textFor(argument)]
  const name = flags.at(-1) ?? ''
  return kind === 'flag' || kind === 'constant' ? [name] : [name, textFor(argument)]
}

const requiredWords = (options: Options): string[] =>
  Object.values(options).flatMap(entry => {
    if (entry.kind === 'exclusive' || entry.kind === 'one-of') {
      const [first] = Object.values(entry.members) as Argument[]
      return entry.required && first ? wordsFor(first) : []
    }
    if (entry.kind === 'positional') return entry.nargs === '?' || entry.nargs === '*' ? [] : wordsFor(entry)
    return entry.required ? wordsFor(entry) : []
  })

export interface Tool {
  readonly name: string
  readonly command: Command
  /** What its parser and its rules take. */
  readonly words: readonly string[]
}

/** Every tool but those of `mallee` itself. */
export const allTools = (): Promise<Tool[]> =>
  Promise.all(
    commandIds()
      .map(progOf)
      .filter(name => !name.startsWith('mallee '))
      .map(async name => {
        const command = await loadCommand(idOf(name))
        assert.ok(command, name)
        const line = lines[name]
        return {
          name,
          command,
          words: line === undefined ? requiredWords(command.options) : shellWords(line),
        }
      }),
  )

export interface Folder {
  readonly path: string
  remove(): void
}

/** A folder with the files that the lines name. */
export const filesOfLines = async (): Promise<Folder> => {
  const path = mkdtempSync(join(tmpdir(), 'mallee-lines-'))
  const { certificate, privateKey } = makeCredentials('lines')
  writeFileSync(join(path, 'x'), '{}')
  writeFileSync(join(path, 'cert.pem'), certificate)
  writeFileSync(join(path, 'key.pem'), privateKey)
  writeFileSync(
    join(path, 'x.yml'),
    'name: x\nversion: 1\nrelease: 0\narch: x86_64\ndescription: x\nprofiles:\n  default:\n    bundle:\n    register:\n      virtualization-type: hvm\n',
  )
  const made = [
    'euca-bundle-image -i x -r x86_64 -d . -c cert.pem -k key.pem --ec2cert cert.pem -u 123456789012',
    'euimage-pack-image x x.yml',
  ]
  const env = { EUCA_CONFIG_PATH: '', MALLEE_HOME: join(path, 'cloud') }
  for (const line of made) {
    const { status, stderr } = await run(line.split(' '), { cwd: path, env })
    assert.equal(status, 0, stderr)
  }
  renameSync(join(path, 'x-1-0.x86_64.euimage'), join(path, 'x.euimage'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
