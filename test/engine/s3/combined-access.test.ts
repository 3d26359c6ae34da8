// SPDX-License-Identifier: BSD-2-Clause
// Lists, policies of buckets and policies of users together, over random combinations, against a plain model that was
// written from AWS' rules and shares no code with the engine.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-s3'
import { aclOf } from '../../../src/engine/s3/acls'
import { currentObject } from '../../../src/engine/s3/versions'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { allow, clientOf, deny, document, haveSession, haveUser, type Person } from './people'

const Bucket = 'mixed'
const arn = `arn:aws:s3:::${Bucket}`
const objects = `${arn}/*`

type Effect = 'none' | 'allow' | 'deny'
type Who = 'owner' | 'own user' | 'admin' | 'user' | 'role' | 'anybody'
const everyone: readonly Who[] = ['owner', 'own user', 'admin', 'user', 'role', 'anybody']
const acls = [
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'bucket-owner-read',
  'aws-exec-read',
] as const
/** Whom the statement of the bucket's policy is for. */
const principals = [
  'everybody',
  'own account',
  'other account',
  'own user',
  'user',
  'role',
  'all but user',
] as const

interface Case {
  readonly acl: (typeof acls)[number]
  readonly bucketAcl: 'private' | 'public-read' | 'public-read-write'
  readonly objectOf: 'alice' | 'bob'
  readonly own: Effect
  readonly theirs: Effect
  readonly principal: (typeof principals)[number]
  readonly gate: Effect
  readonly who: Who
  readonly what: 'get' | 'put' | 'list'
}

const isOfBob = (who: Who): boolean => who === 'admin' || who === 'user' || who === 'role'
const accountOf = (who: Who): string => (who === 'anybody' ? '' : isOfBob(who) ? 'bob' : 'alice')

/** What a statement with that principal means for who asks: himself, his whole account, or nothing. */
const meant = ({ principal, who }: Case): 'himself' | 'account' | 'nothing' => {
  if (principal === 'everybody') return 'himself'
  if (principal === 'all but user') return who === 'user' ? 'nothing' : 'himself'
  if (principal === 'own account') return accountOf(who) === 'alice' ? 'account' : 'nothing'
  if (principal === 'other account') return accountOf(who) === 'bob' ? 'account' : 'nothing'
  return principal === who ? 'himself' : 'nothing'
}

const listed = ({ acl, bucketAcl, what, who, objectOf }: Case): boolean => {
  if (what === 'list') return bucketAcl !== 'private'
  if (what === 'put') return bucketAcl === 'public-read-write'
  if (acl === 'public-read' || acl === 'public-read-write') return true
  if (acl === 'authenticated-read') return who !== 'anybody'
  return acl === 'bucket-owner-read' && objectOf === 'bob' && accountOf(who) === 'alice'
}

const expected = (one: Case): boolean => {
  const account = accountOf(one.who)
  const isAdmin = one.who === 'owner' || one.who === 'admin'
  const owner = one.what === 'get' ? one.objectOf : 'alice'
  const theirs = meant(one) === 'nothing' ? 'none' : one.theirs
  const gate = account === 'bob' ? one.gate : 'none'
  // No policy bears on an administrator but those of his account.
  const own = one.who === 'anybody' || isAdmin ? 'none' : one.own
  if ([theirs, own, gate].includes('deny')) return false
  // A bucket's policy opens nothing that is not of the bucket's account.
  const opens = theirs === 'allow' && owner === 'alice'
  if (account === '') return opens || listed(one)
  // Here a gate is there always and allows when it does not deny.
  const mine = own === 'allow' || isAdmin
  if (account === owner) return mine || (opens && meant(one) === 'himself')
  return mine && (opens || listed(one))
}

/** Numbers that repeat (mulberry32). */
const chance = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const rounds = 100

describe('Lists and policies of S3 together', () => {
  let c: Cloud
  let alice: Clients
  let bob: Clients
  let people: { readonly ownUser: Person; readonly user: Person }
  let clients: Readonly<Record<Who, sdk.S3Client>>
  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    bob = await c.account('bob')
    people = { ownUser: haveUser(c, alice.accountId, 'carol'), user: haveUser(c, bob.accountId, 'dave') }
    const role = haveSession(c, { account: bob.accountId, role: 'helper' })
    clients = {
      ...{ owner: alice.s3(), 'own user': people.ownUser.s3(), admin: bob.s3(), user: people.user.s3() },
      ...{ role: clientOf(c, role), anybody: clientOf(c, undefined) },
    }
    await alice.s3().send(new sdk.CreateBucketCommand({ Bucket, ACL: 'public-read-write' }))
    await alice.s3().send(new sdk.PutObjectCommand({ Bucket, Key: 'alice', Body: 'x' }))
    await bob.s3().send(new sdk.PutObjectCommand({ Bucket, Key: 'bob', Body: 'x' }))
  })
  after(() => c.close())

  const named: Readonly<Record<Case['principal'], () => object>> = {
    everybody: () => ({ Principal: '*' }),
    'own account': () => ({ Principal: { AWS: alice.accountId } }),
    'other account': () => ({ Principal: { AWS: `arn:aws:iam::${bob.accountId}:root` } }),
    'own user': () => ({ Principal: { AWS: people.ownUser.arn } }),
    user: () => ({ Principal: { AWS: people.user.arn } }),
    role: () => ({ Principal: { AWS: `arn:aws:iam::${bob.accountId}:role/helper` } }),
    // An account that is not listed with its user would be meant by its own name.
    'all but user': () => ({ NotPrincipal: { AWS: [people.user.arn] } }),
  }

  const statements = (effect: Effect, more: object = {}): object[] => {
    const make = effect === 'deny' ? deny : allow
    if (effect === 'none') return []
    return [make(['s3:GetObject', 's3:PutObject'], objects, more), make('s3:ListBucket', arn, more)]
  }

  /** One transaction, where requests would be a dozen. */
  const arrange = (one: Case): void =>
    c.engine.write(tx => {
      const theirs = statements(one.theirs, named[one.principal]())
      const { policy: _, ...was } = tx.buckets.must(Bucket)
      const acl = aclOf(tx, { ACL: one.bucketAcl }, was.owner)
      tx.buckets.put({ ...was, acl, ...(theirs.length > 0 && { policy: document(...theirs) }) })
      const object = currentObject(tx, Bucket, one.objectOf)
      assert.ok(object)
      tx.objects.put({ ...object, acl: aclOf(tx, { ACL: one.acl }, object.owner, was) })
      const held = (account: string, holder: string, ...given: readonly object[]) => {
        const inline = given.length > 0 ? [{ name: 'p', document: document(...given) }] : []
        tx.heldPolicies.in(account).put({ account, holder, inline, attached: [] })
      }
      const own = statements(one.own)
      for (const holder of ['user/admin', 'user/dave', 'role/helper']) held(bob.accountId, holder, ...own)
      for (const holder of ['user/admin', 'user/carol']) held(alice.accountId, holder, ...own)
      if (one.gate === 'none') tx.heldPolicies.in(bob.accountId).delete('account')
      else held(bob.accountId, 'account', allow('s3:*'), ...(one.gate === 'deny' ? statements('deny') : []))
    })

  const attempt = async ({ who, what, objectOf }: Case): Promise<boolean> => {
    const s3 = clients[who]
    const key = { Bucket, Key: objectOf }
    const requests = {
      get: () => s3.send(new sdk.HeadObjectCommand(key)),
      put: () => s3.send(new sdk.PutObjectCommand({ Bucket, Key: 'new', Body: 'x' })),
      list: () => s3.send(new sdk.ListObjectsV2Command({ Bucket })),
    }
    try {
      await requests[what]()
      return true
    } catch (error) {
      const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }
      assert.equal($metadata?.httpStatusCode, 403, String(error))
      return false
    }
  }

  it(`decide as the rules say, in ${rounds} random circumstances`, async () => {
    const random = chance(20)
    const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T
    const effects: readonly Effect[] = ['none', 'none', 'allow', 'allow', 'deny']
    const seen = { true: 0, false: 0 }
    for (let round = 0; round < rounds; round++) {
      const about = {
        acl: pick(acls),
        bucketAcl: pick(['private', 'public-read', 'public-read-write'] as const),
        objectOf: pick(['alice', 'alice', 'bob'] as const),
        ...{ own: pick(effects), theirs: pick(effects), principal: pick(principals) },
        gate: pick(['none', 'none', 'allow', 'deny'] as const),
      }
      arrange({ ...about, who: 'owner', what: 'get' })
      for (const who of everyone) {
        for (const what of ['get', 'list', 'put'] as const) {
          const one: Case = { ...about, who, what }
          const allowed = await attempt(one)
          assert.equal(allowed, expected(one), JSON.stringify(one))
          seen[`${allowed}`] += 1
        }
      }
    }
    assert.ok(seen.true > rounds && seen.false > rounds, JSON.stringify(seen))
  })
})
