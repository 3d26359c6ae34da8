// SPDX-License-Identifier: BSD-2-Clause
// Every tool that is given an ID or a name, of one that nothing has, and of an ID of another kind: one line with the
// service's code, and exit status 1. What each code is depends on what the word is for.
import assert from 'node:assert/strict'
import type { Argument } from '../../src/cli/options'
import { type Cloud, cloud } from '../support/cloud'
import { loader, run } from './process'
import { allTools, asksNobody, type Folder, filesOfLines, type Tool } from './typical-lines'

interface Kind {
  /** An ID or name that nothing has. */
  readonly unknown: string
  readonly code: RegExp
  /** An ID of another kind. Names have none. */
  readonly other?: string
  readonly otherCode?: RegExp
}

const noInstance = {
  unknown: 'i-0badf00d',
  code: /^InvalidInstanceID\.NotFound$/,
  other: 'vol-0badf00d',
  otherCode: /^(InvalidInstanceID\.Malformed|InvalidParameterValue)$/,
}
// VPCs and what is in them: AWS' names of the kinds.
const network = (prefix: string, kind: string): Kind => {
  const code = new RegExp(`^Invalid${kind}(ID|Id)?\\.(NotFound|Malformed)$`)
  return { unknown: `${prefix}-0badf00d`, code, other: 'i-0badf00d', otherCode: code }
}
const noSuchEntity = { unknown: 'missing', code: /^NoSuchEntity$/ }
const balancer = { unknown: 'nowhere', code: /^(AccessPointNotFound|InvalidSecurityGroup|ValidationError)$/ }
const invalid = /^InvalidParameterValue$/
const validation = { unknown: 'nowhere', code: /^ValidationError$/ }

/** By suite and the metavar of the first word. */
const kinds: Readonly<Record<string, Kind>> = {
  'euca INSTANCE': noInstance,
  'euca VOLUME': {
    unknown: 'vol-0badf00d',
    code: /^InvalidVolume\.NotFound$/,
    other: 'i-0badf00d',
    otherCode: invalid,
  },
  'euca SNAPSHOT': {
    unknown: 'snap-0badf00d',
    code: /^InvalidSnapshot\.NotFound$/,
    other: 'i-0badf00d',
    otherCode: invalid,
  },
  'euca IMAGE': {
    unknown: 'emi-0badf00d',
    code: /^InvalidAMIID\.NotFound$/,
    other: 'i-0badf00d',
    otherCode: /^(InvalidParameterValue|InvalidAMIID\.(NotFound|Malformed))$/,
  },
  'euca GROUP': { unknown: 'nobody', code: /^InvalidGroup\.NotFound$/ },
  'euca KEYPAIR': { unknown: 'nobody', code: /^InvalidKeyPair\.NotFound$/ },
  'euca ADDRESS': {
    unknown: '192.0.2.1',
    code: /^Invalid(Address\.NotFound|InstanceID\.NotFound)$/,
    other: 'i-0badf00d',
    otherCode: /^Invalid(ParameterValue|Address\.NotFound|InstanceID\.NotFound)$/,
  },
  'euca BUNDLE': { unknown: 'bun-0badf00d', code: /^InvalidBundleID\.NotFound$/ },
  'euca RESOURCE': { unknown: 'i-0badf00d', code: /^InvalidInstanceID\.NotFound$/ },
  'euca TASK': { unknown: 'import-vol-0badf00d', code: /^InvalidConversionTaskId$/ },
  'euca REGION': { unknown: 'nowhere', code: invalid },
  'euca ZONE': { unknown: 'nowhere', code: invalid },
  'euca INSTANCETYPE': { unknown: 'm0.none', code: invalid },
  'euca ATTRIBUTE': { unknown: 'none', code: invalid },
  'euca ACL': network('acl', 'NetworkAcl'),
  'euca NACL': network('acl', 'NetworkAcl'),
  'euca ACLASSOC': network('aclassoc', 'Association'),
  'euca ATTACHMENT': {
    ...network('eni-attach', 'Attachment'),
    otherCode: /^InvalidNetworkInterfaceAttachmentId\.Malformed$/,
  },
  'euca CGATEWAY': network('cgw', 'CustomerGateway'),
  'euca DHCPOPTS': network('dopt', 'DhcpOptions?'),
  'euca IGATEWAY': network('igw', 'InternetGateway'),
  'euca INTERFACE': network('eni', 'NetworkInterface'),
  'euca NGATEWAY': {
    unknown: 'nat-0badf00d',
    code: /NatGateway/,
    other: 'i-0badf00d',
    otherCode: /NatGateway|InvalidParameterValue/,
  },
  'euca PEERCON': network('pcx', 'VpcPeeringConnection'),
  'euca PEERCONN': network('pcx', 'VpcPeeringConnection'),
  'euca RTABLE': network('rtb', 'RouteTable'),
  'euca RTBASSOC': network('rtbassoc', 'Association'),
  'euca SUBNET': network('subnet', 'Subnet'),
  'euca VGATEWAY': network('vgw', 'VpnGateway'),
  'euca VPC': network('vpc', 'Vpc'),
  'euca VPNCONN': network('vpn', 'VpnConnection'),
  'euare ACCOUNT': noSuchEntity,
  'euare CERT': noSuchEntity,
  'euare GROUP': noSuchEntity,
  'euare IPROFILE': noSuchEntity,
  'euare KEY_ID': noSuchEntity,
  'euare OIDC': noSuchEntity,
  'euare ROLE': noSuchEntity,
  'euare USER': noSuchEntity,
  'euform STACK': validation,
  'eulb ELB': balancer,
  'euscale ASGROUP': validation,
  'euscale INSTANCE': { unknown: 'i-0badf00d', code: /^ValidationError$/ },
  'euscale POLICY': validation,
  'euscale ACTION': validation,
  'euwatch ALARM': { unknown: 'nobody', code: /^ResourceNotFound$/ },
}

/** They make what has the name. */
const makers = new Set([
  'euca-add-group',
  'euca-add-keypair',
  'euare-accountaliascreate',
  'euare-accountcreate',
  'euare-groupcreate',
  'euare-instanceprofilecreate',
  'euare-rolecreate',
  'euare-servercertupload',
  'euare-usercreate',
  'euca-create-group',
  'euca-create-keypair',
  'euca-import-keypair',
  'euform-create-stack',
  'eulb-create-lb',
  'euscale-create-auto-scaling-group',
  'euscale-put-scaling-policy',
  'euscale-put-scheduled-update-group-action',
  'euwatch-put-metric-alarm',
])

/** What there is not is deleted already, or is one of none that are listed: the original's services say no word. */
const content = new Set([
  'euca-delete-keypair',
  'euca-delete-tags',
  'euform-delete-stack',
  'euform-describe-stack-events',
  'euform-describe-stacks',
  'eulb-delete-lb',
  'eulb-describe-lbs',
  'euscale-delete-auto-scaling-group',
  'euscale-delete-policy',
  'euscale-describe-auto-scaling-groups',
  'euscale-describe-auto-scaling-instances',
  'euscale-describe-notification-configurations',
  'euscale-describe-policies',
  'euscale-describe-scheduled-actions',
  'euwatch-delete-alarms',
  'euwatch-describe-alarm-history',
  'euwatch-describe-alarms',
  'euwatch-disable-alarm-actions',
  'euwatch-enable-alarm-actions',
])

/** Tools that look at something else first, or have a word of their own for it. */
const exceptions: Readonly<Record<string, RegExp>> = {
  'euare-accountaliasdelete': /^NotAuthorized$/,
  'euare-assumerole': /^InvalidParameterValue$/,
}

/** What a line names beside its first word is nowhere either, and may be looked for first. */
const anyKind = /^Invalid\w+\.NotFound$/
const namesMore = ({ words }: Tool): boolean => words.slice(1).some(word => /^[a-z]+-00000001$/.test(word))

const kindOf = ({ name, command }: Tool): Kind | undefined => {
  const [suite = ''] = name.split('-')
  const metavar = Object.values(command.options).find(
    (entry): entry is Argument => entry.kind === 'positional',
  )?.metavar
  return kinds[`${suite} ${metavar}`]
}

/** The tool's line with this word for its first argument by place, which is what a line begins with if it has any. */
const withWord = ({ words }: Tool, word: string): string[] =>
  words[0] === undefined || words[0].startsWith('-') ? [...words, word] : words.with(0, word)

describe('An ID of nothing, or of something else', () => {
  let c: Cloud
  let folder: Folder
  let tools: readonly Tool[]
  before(async () => {
    await loader
    folder = await filesOfLines()
    c = await cloud({ networking: 'vpc' })
    tools = (await allTools()).filter(
      tool => !asksNobody.includes(tool.name) && !makers.has(tool.name) && kindOf(tool) !== undefined,
    )
  })
  after(async () => {
    folder.remove()
    await c.close()
  })

  const codeOf = async (name: string, words: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await run([name, ...words], {
      cwd: folder.path,
      env: { EUCA_CONFIG_PATH: '', MALLEE_HOME: c.home, TMPDIR: folder.path },
      door: request => c.engine.handle(request),
      now: () => c.clock.now(),
    })
    if (status === 0 && stderr === '') return 'content'
    const [, code] = /^\S+: error \(([\w.]+)\): .+\n/.exec(stderr) ?? []
    return status === 1 && stdout === '' && code !== undefined ? code : `${status} ${stdout}${stderr}`
  }

  it('is refused by every tool that is given one, with the code of its kind', async () => {
    const wrong: string[] = []
    for (const tool of tools) {
      const { unknown, code } = kindOf(tool) ?? assert.fail()
      const words = withWord(tool, unknown)
      const said = await codeOf(tool.name, words)
      const expected = content.has(tool.name) ? /^content$/ : (exceptions[tool.name] ?? code)
      if (!expected.test(said) && !(namesMore(tool) && anyKind.test(said)))
        wrong.push(`${tool.name} ${words.join(' ')}: ${said}`)
    }
    assert.deepEqual(wrong, [])
    assert.ok(tools.length > 150, `only ${tools.length}`)
  })

  it('is told from one of the right kind', async () => {
    const wrong: string[] = []
    for (const tool of tools) {
      const { other, otherCode } = kindOf(tool) ?? assert.fail()
      if (other === undefined || otherCode === undefined) continue
      const words = withWord(tool, other)
      const said = await codeOf(tool.name, words)
      const isRight = (exceptions[tool.name] ?? otherCode).test(said)
      if (!isRight && !(namesMore(tool) && anyKind.test(said)))
        wrong.push(`${tool.name} ${words.join(' ')}: ${said}`)
    }
    assert.deepEqual(wrong, [])
  })
})
