// SPDX-License-Identifier: BSD-2-Clause
// Requests of networks with absurd members beside right ones. Each is done, or refused as the client's mistake; none is a
// failure of the cloud's. `npm run fuzz-networks` tries many more of them; a seed that fails is told.
import assert from 'node:assert/strict'
import * as ec2Sdk from '@aws-sdk/client-ec2'
import { ec2 as service } from '../../src/engine/ec2'
import { elementOf, inputOf, membersOf, type Shape } from '../../src/schemas/shapes'
import { attempt } from '../engine/attempt'
import { haveNetworks, networkCases, networkListings, networkLists } from '../engine/ec2/vpc/network-cases'
import { type Cloud, cloud } from '../support/cloud'
import { registerTrio } from '../support/tiny-image'
import { type Chance, chanceOf, pick } from './spoiling'

const seeds = Number(process.env.MALLEE_SEEDS ?? 2)
const requestsEach = 300

const texts = [
  ...['', ' ', '*', '%00', 'NaN', '-1', '../..', '__proto__', 'a\nb', '\u{1f40b}', '0.0.0.0', '999.1.1.1'],
  ...[
    '10.0.0.0/99',
    '10.0.0.0/-1',
    '10.0.0.0/1e1',
    '0.0.0.0/0',
    '255.255.255.255/32',
    'vpc-',
    'eni-zzzzzzzz',
  ],
  'a'.repeat(60_000),
]
const numbers = [-1, -5, 0, 31, 1e6, 2 ** 31, -(2 ** 31), 2 ** 53, -(2 ** 53), 0.5, Number.NaN, 'x', '']
const flags = ['', 'maybe', true, false, 'x'.repeat(300)]
const moments = [new Date(0), new Date(8.64e15), new Date(-8.64e15)]

/** Something that a member of this shape can be sent with, and is not meant to hold. */
const absurd = (chance: Chance, shape: Shape, depth = 0): unknown => {
  if (shape.kind === 'number') return pick(chance, numbers)
  if (shape.kind === 'boolean') return pick(chance, flags)
  if (shape.kind === 'timestamp') return pick(chance, moments)
  if (shape.kind === 'blob') return Buffer.alloc(pick(chance, [0, 60_000]))
  if (shape.kind === 'list') {
    if (depth > 3) return []
    const one = absurd(chance, elementOf(shape), depth + 1)
    const length = pick(chance, [0, 1, 1, 1, 2, 1000])
    return JSON.stringify(one ?? null).length > 200 ? [one] : Array.from({ length }, () => one)
  }
  if (shape.kind !== 'struct') return pick(chance, texts)
  return depth > 3 ? {} : spoiled(chance, {}, shape, depth + 1)
}

/** Some members are absurd; where there is a list of structures already, members of its first one may be. */
const spoiled = (chance: Chance, input: object, shape: Shape, depth = 0): object => {
  const known = input as Readonly<Record<string, unknown>>
  const members = membersOf(shape).filter(({ name }) => name !== 'DryRun')
  const changed = Array.from({ length: 1 + chance(2) }, () => pick(chance, members)).map(member => {
    const { name, shape } = member ?? {}
    if (name === undefined || shape === undefined) return {}
    const there = known[name]
    const [first] = Array.isArray(there) ? there : []
    return typeof first === 'object' && chance(4) > 0
      ? { [name]: [spoiled(chance, first, elementOf(shape), depth + 1)] }
      : { [name]: absurd(chance, shape, depth) }
  })
  return Object.assign({}, input, ...changed)
}

const told = (input: object): string =>
  JSON.stringify(input, (_, value) => (typeof value === 'string' ? value.slice(0, 60) : value)).slice(0, 2000)

describe('absurd members of requests of networks', () => {
  let c: Cloud
  let imageId: string

  before(async () => {
    c = await cloud({ networking: 'vpc' })
    imageId = (await registerTrio(c)).emi
  })
  after(() => c.close())

  /** Right requests, with things that are new. */
  const rightOnes = (): readonly (readonly [string, object])[] => {
    const things = haveNetworks(c, c)
    const { subnet: SubnetId, networkInterface: NetworkInterfaceId, vpc: VpcId } = things
    c.engine.write(tx => {
      const of = { account: c.accountId, vpcId: VpcId, rules: [], egress: [] }
      tx.securityGroups.put({ ...of, id: VpcId.replace('vpc', 'sg'), name: 'default', description: 'd' })
    })
    const run = { ImageId: imageId, MinCount: 1, MaxCount: 1 }
    return [
      ...networkCases(things, () => '').map(([name, input]) => [name, input] as const),
      ...networkLists(things, () => '').map(([name, , , named]) => [name, named] as const),
      ...networkListings,
      ['RunInstances', { ...run, SubnetId }],
      ['RunInstances', { ...run, NetworkInterfaces: [{ DeviceIndex: 0, SubnetId }] }],
      ['RunInstances', { ...run, NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId }] }],
      ['CreateSecurityGroup', { GroupName: 'web', Description: 'web', VpcId }],
    ]
  }

  const ask = async (name: string, input: object, seed?: number) => {
    const answer = await attempt(c.ec2(), ec2Sdk, name, input)
    const what = `${seed === undefined ? '' : `seed ${seed}: `}${name} ${told(input)}`
    assert.equal(c.bugs.length, 0, `${what}\n${(c.bugs[0] as Error | undefined)?.stack}`)
    // 503 is said of a cloud without room, too.
    if ('status' in answer) assert.ok((answer.status ?? 500) < 500 || answer.status === 503, what)
    return answer
  }

  it('are refused where interfaces of new instances are to have less than no more addresses', async () => {
    const [, input = {}] =
      rightOnes().find(([name, input]) => name === 'RunInstances' && 'NetworkInterfaces' in input) ?? []
    const [first] = (input as ec2Sdk.RunInstancesRequest).NetworkInterfaces ?? []
    for (const SecondaryPrivateIpAddressCount of [-1, -5]) {
      const { code } = await ask('RunInstances', {
        ...input,
        NetworkInterfaces: [{ ...first, SecondaryPrivateIpAddressCount }],
      })
      assert.equal(code, 'InvalidParameterValue')
    }
  })

  it('are no failures', async () => {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const chance = chanceOf(seed)
      let right = rightOnes()
      for (let turn = 0; turn < requestsEach; turn += 1) {
        const [name, input] = pick(chance, right)
        const entry = service.operations[name]
        assert.ok(entry, name)
        const answer = await ask(name, spoiled(chance, input, inputOf(entry.schema)), seed)
        if ('output' in answer && !name.startsWith('Describe')) right = rightOnes()
      }
    }
  }).timeout(60_000 + seeds * 30_000)
})
