// SPDX-License-Identifier: BSD-2-Clause
// What it costs to find out who a key is of and whether he may: in a cloud of 10,000 users and 1,000 policies, and in
// one of ten users. Every request is another user's, so that nobody profits from having been asked just before.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ec2 } from '../../src/engine/ec2'
import { Engine } from '../../src/engine/engine'
import { callerOf } from '../../src/engine/iam/callers'
import type { Caller } from '../../src/engine/operation'
import { transact } from '../../src/engine/transaction'
import { atMost, type Row } from './row'

const rounds = 121
const requests = 500
const groups = 10
const resource = 'arn:aws:ec2:eucalyptus:000000000001:image/emi-12345678'

/** A policy like those that people write: some statements of which one is about what is asked. */
const documentOf = (number: number): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: `Number${number}`,
        Effect: 'Allow',
        Action: ['s3:Get*', 's3:List*'],
        Resource: `arn:aws:s3:::b${number}/*`,
      },
      { Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['ec2:RunInstances', 'ec2:TerminateInstances'],
        Resource: ['arn:aws:ec2:::image/*', 'arn:aws:ec2:::instance/*'],
        Condition: { StringLike: { 'aws:username': 'user*' } },
      },
      {
        Effect: 'Deny',
        Action: 'iam:*',
        Resource: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  })

interface Peopled {
  readonly engine: Engine
  readonly keys: readonly string[]
}

const people = async (home: string, users: number, policies: number): Promise<Peopled> => {
  const engine = await Engine.open({ home })
  const { id: account } = await engine.createAccount('people')
  const named = (name: string) => ({ account, name, path: '/', id: `ID${name}`, createdAt: new Date() })
  const keys = Array.from({ length: users }, (_, number) => `AKIAA${String(number).padStart(15, '0')}`)
  engine.write(tx => {
    for (let number = 0; number < groups; number += 1) {
      tx.groups.put(named(`group${number}`))
      tx.heldPolicies.put({
        account,
        holder: `group/group${number}`,
        inline: [{ name: 'of-group', document: documentOf(policies + number) }],
        attached: [],
      })
    }
    for (const [number, id] of keys.entries()) {
      const name = `user${number}`
      tx.users.put({ ...named(name), groups: [`group${number % groups}`] })
      tx.accessKeys.put({ id, secret: 's', account, userName: name, active: true, createdAt: new Date() })
      tx.heldPolicies.put({
        account,
        holder: `user/${name}`,
        inline: [{ name: 'own', document: documentOf(number % policies) }],
        attached: [],
      })
    }
  })
  return { engine, keys }
}

/** Microseconds for one request. */
const cost = ({ engine, keys }: Peopled, from: number): number => {
  const started = process.hrtime.bigint()
  for (let number = from; number < from + requests; number += 1) {
    // A step that has no divisor in common with the number of users comes to all of them.
    const key = keys[(number * 7919) % keys.length] ?? ''
    const caller = engine.read(tx => callerOf(tx, key, undefined)) as Caller
    transact(engine.around, tx => tx.authorize({ resource }), {
      reads: true,
      caller,
      service: ec2,
      operation: 'RunInstances',
    })
  }
  return Number(process.hrtime.bigint() - started) / 1000 / requests
}

export const benchPolicies = async (): Promise<Row[]> => {
  const home = await mkdtemp(join(tmpdir(), 'mallee-bench-'))
  try {
    const many = await people(join(home, 'many'), 10_000, 1000)
    const few = await people(join(home, 'few'), 10, 10)
    // Once for each user, and for the compiler: what is measured is a cloud that has been running for a while.
    for (let from = 0; from < 12_000; from += requests) {
      cost(many, from)
      cost(few, from)
    }
    const pairs = Array.from({ length: rounds }, (_, round): readonly [number, number] => [
      cost(many, round * requests),
      cost(few, round * requests),
    ])
    // Other programs disturb both of a pair, so that the pair in the middle tells more than what is in the middle of each.
    const [measured, floor] = pairs.sort(([a, b], [c, d]) => a / b - c / d)[rounds >> 1] ?? [0, 0]
    await many.engine.close()
    await few.engine.close()
    return [
      atMost({
        name: 'authorise a request: 10,000 users and 1,000 policies, against ten users',
        unit: 'µs',
        measured,
        floor,
        target: 1.5,
      }),
    ]
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}
