// SPDX-License-Identifier: BSD-2-Clause
import { createPrivateKey } from 'node:crypto'
import type {
  KeyPair as CreatedKeyPair,
  CreateKeyPairRequest,
  DeleteKeyPairRequest,
  DeleteKeyPairResult,
  DescribeKeyPairsRequest,
  DescribeKeyPairsResult,
  ImportKeyPairRequest,
  ImportKeyPairResult,
  KeyPairInfo,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import { type FilterTable, matchFilters } from '../filters'
import { freshId } from '../ids'
import type { Operation, Tx } from '../operation'
import { forgetTags, putTags, specifiedTags, tagFilters, tagsOf } from '../tags'
import { askedWithoutVerbose } from '../verbose'
import { permitted } from './access/lists'
import { keyPairDemand } from './access/resources'
import { colonHex, publicLineOf, readPublicKey } from './public-keys'
import type { KeyPair } from './schema/network'

// AWS' limits.
const maximumPairs = 5000
const nameLength = 255

/** A name that is free, or a refusal. */
const freeName = (tx: Tx, name: string | undefined): string => {
  if (!name) return refuse('MissingParameter', 'The request must contain the parameter KeyName')
  const invalid = (why: string) =>
    refuse('InvalidParameterValue', `Value (${name}) for parameter KeyName is invalid. ${why}`)
  if (!/^[\x20-\x7e]*$/.test(name)) invalid('Character sets beyond ASCII are not supported.')
  if (name.length > nameLength) invalid(`Length exceeds maximum of ${nameLength}.`)
  if (tx.keyPairs.get(name)) refuse('InvalidKeyPair.Duplicate', `The keypair '${name}' already exists.`)
  if (tx.keyPairs.list().length >= maximumPairs) {
    refuse('KeyPairLimitExceeded', `The maximum number of key pairs (${maximumPairs}) has been reached.`)
  }
  return name
}

const save = (
  tx: Tx,
  pair: Pick<KeyPair, 'name' | 'type' | 'fingerprint' | 'publicKey'>,
  specifications: CreateKeyPairRequest['TagSpecifications'],
): KeyPair => {
  const tags = specifiedTags(specifications, 'key-pair')
  const id = freshId(tx, 'key', id => tx.keyPairs.list().some(one => one.id === id))
  const saved = tx.keyPairs.put({ account: tx.caller.account, id, createdAt: tx.now, ...pair })
  putTags(tx, saved.id, tags)
  return saved
}

/** A new RSA pair. Its private half is in this answer and nowhere else. */
export const createKeyPair: Operation<CreateKeyPairRequest, CreatedKeyPair> = (tx, input) => {
  const name = freeName(tx, input.KeyName)
  const { KeyType = 'rsa', KeyFormat = 'pem' } = input
  if (KeyType !== 'rsa') {
    refuse(
      'InvalidParameterValue',
      `Value (${KeyType}) for parameter KeyType is invalid. Only rsa keys are made.`,
    )
  }
  if (KeyFormat !== 'pem') {
    refuse('InvalidParameterValue', `Value (${KeyFormat}) for parameter KeyFormat is invalid. Expected: pem.`)
  }
  const pem = tx.rsaKey()
  const privateKey = createPrivateKey(pem)
  const fingerprint = colonHex(privateKey.export({ type: 'pkcs8', format: 'der' }), 'sha1')
  const publicKey = `${publicLineOf(pem)} ${name}`
  const pair = save(tx, { name, type: 'rsa', fingerprint, publicKey }, input.TagSpecifications)
  return {
    KeyPairId: pair.id,
    KeyName: name,
    KeyFingerprint: fingerprint,
    KeyMaterial: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    Tags: [...tagsOf(tx, pair.id)],
  }
}

/** Somebody's own key. What comes is a file's content, in any of the forms of `readPublicKey`. */
export const importKeyPair: Operation<ImportKeyPairRequest, ImportKeyPairResult> = (tx, input) => {
  const name = freeName(tx, input.KeyName)
  const key =
    readPublicKey(input.PublicKeyMaterial ?? new Uint8Array()) ??
    refuse('InvalidKey.Format', 'Key is not in valid OpenSSH public key format')
  const { type, line, fingerprint } = key
  const pair = save(tx, { name, type, fingerprint, publicKey: `${line} ${name}` }, input.TagSpecifications)
  return {
    KeyPairId: pair.id,
    KeyName: name,
    KeyFingerprint: fingerprint,
    Tags: [...tagsOf(tx, pair.id)],
  }
}

/** Deleting what is not there is no error: the answer is `return` false. Instances that run with it keep running. */
export const deleteKeyPair: Operation<DeleteKeyPairRequest, DeleteKeyPairResult> = (tx, input) => {
  const { KeyName, KeyPairId } = input
  if (!KeyName && !KeyPairId) {
    refuse('MissingParameter', 'The request must contain the parameter KeyName or KeyPairId')
  }
  const pair = KeyName
    ? tx.keyPairs.get(KeyName)
    : tx.keyPairs.list().find(({ id }) => id === KeyPairId?.toLowerCase())
  if (!pair) return { Return: false }
  tx.keyPairs.delete(pair.name)
  forgetTags(tx, pair.id)
  return { Return: true, KeyPairId: pair.id }
}

export const describeKeyPairs: Operation<DescribeKeyPairsRequest, DescribeKeyPairsResult> = (tx, input) => {
  // It shows administrators the pairs of every account.
  const { isVerbose, named: names } = askedWithoutVerbose(tx.caller, input.KeyNames)
  const ids = (input.KeyPairIds ?? []).map(id => id.toLowerCase())
  const pairs = permitted(tx, isVerbose ? [...tx.keyPairs.everywhere()] : tx.keyPairs.list(), keyPairDemand)
  for (const name of names) {
    if (!pairs.some(pair => pair.name === name)) {
      refuse('InvalidKeyPair.NotFound', `The key pair '${name}' does not exist`)
    }
  }
  for (const id of ids) {
    if (!pairs.some(pair => pair.id === id)) {
      refuse('InvalidKeyPair.NotFound', `The key pair ID '${id}' does not exist`)
    }
  }
  const asked = (pair: KeyPair) =>
    (names.length === 0 && ids.length === 0) || names.includes(pair.name) || ids.includes(pair.id)
  const matches = matchFilters(input.Filters, filters(tx))
  const view = viewOf(tx, input.IncludePublicKey === true)
  return { KeyPairs: pairs.filter(asked).filter(matches).map(view) }
}

const filters = (tx: Tx): FilterTable<KeyPair> => ({
  fingerprint: pair => pair.fingerprint,
  'key-name': pair => pair.name,
  'key-pair-id': pair => pair.id,
  'key-type': pair => pair.type,
  ...tagFilters(tx, pair => pair.id),
})

const viewOf =
  (tx: Tx, withPublicKey: boolean) =>
  (pair: KeyPair): KeyPairInfo => ({
    KeyPairId: pair.id,
    KeyName: pair.name,
    KeyFingerprint: pair.fingerprint,
    KeyType: pair.type,
    CreateTime: new Date(pair.createdAt),
    Tags: [...tagsOf(tx, pair.id)],
    ...(withPublicKey ? { PublicKey: pair.publicKey } : {}),
  })
